//! `tagout token`: the token and a newline, and nothing else.

use std::io::Write;

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Session, VerbError};

/// `tagout token`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  curl -H \"Authorization: Bearer $(tagout token github)\" https://api.github.com/user")]
pub struct Arguments {
    /// Whose: id, unique prefix, provider or provider/name
    connection: String,
    /// Refresh it when it is valid for less than this
    #[arg(long, value_name = "SECONDS")]
    min_valid: Option<u32>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let read = client
        .token(arguments.connection, arguments.min_valid)
        .await?;
    let token = &read.token.0;
    let mut line = Zeroizing::new(match session.manner.json {
        true => {
            let facts = json!({
                "token": **token,
                "fingerprint": read.fingerprint,
                "expires_at": read.expires_at,
                "not_asked": read.not_asked,
            });
            facts.to_string()
        }
        false => String::clone(token),
    });
    line.push('\n');
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes())?;
    Ok(out.flush()?)
}
