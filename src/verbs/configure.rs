//! `tagout configure`.

use clap::Args;

use super::connections::in_full;
use super::value_parsers::key_value;
use super::{Session, VerbError};
use crate::wire::rpc;
use crate::wire::view::Connection;

/// `tagout configure`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which: id, unique prefix, provider or provider/name
    connection: String,
    /// What to call it
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// A value of the provider file
    #[arg(long = "var", value_name = "K=V", value_parser = key_value)]
    vars: Vec<(String, String)>,
    /// Also where the connection has to be authorized again for it
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.first_client().await?;
    let request = rpc::Configure {
        name: arguments.connection,
        new_name: arguments.name,
        vars: arguments.vars.into_iter().collect(),
        moves: arguments.yes,
    };
    let connection: Connection = client.ask(request).await?;
    session.show(&connection, || in_full(&connection))
}
