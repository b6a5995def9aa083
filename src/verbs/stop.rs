//! `tagout stop`: never starts a server, and returns when it is gone.

use clap::Args;
use serde_json::json;

use super::{Session, VerbError, input};
use crate::client::{LONG_PATIENCE, StartMode};
use crate::wire::rpc;
use crate::wire::view::Hold;
use crate::wire::{Code, Problem};

/// `tagout stop`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, mut notices) = session.connect_or(StartMode::Never).await?;
    let question = "The server stops, for everybody; what is under way is taken up at the next start. \
                    Tokens that are kept for their proof alone are destroyed.";
    input::agreed(session, arguments.yes, question)?;
    let unproven: Vec<Hold> = client.ask_within(LONG_PATIENCE, rpc::Stop).await?;
    let gone = async { while notices.next().await.is_some() {} };
    tokio::time::timeout(LONG_PATIENCE, gone)
        .await
        .map_err(|_| {
            Problem::new(
                Code::Failed,
                "the server said it would stop and is still there",
                "See server.log in its folder",
            )
        })?;
    session.show(&json!({ "stopped": true, "unproven": unproven }), || {
        told(&unproven)
    })
}

fn told(unproven: &[Hold]) -> String {
    let mut lines = vec!["The server has stopped.".to_owned()];
    if !unproven.is_empty() {
        lines.push(
            "These were kept for their proof alone, and are destroyed as it ends:".to_owned(),
        );
    }
    lines.extend(unproven.iter().map(|token| {
        format!(
            "  {} {}: {} {}, run {}",
            token.provider_name,
            token.connection_name,
            token.kind.word(),
            token.fingerprint,
            token.run
        )
    }));
    lines.join("\n")
}
