//! `tagout init`: the first start of a server, with names.

use clap::Args;

use super::{Session, VerbError};
use crate::client::{Birth, StartMode};
use crate::wire::{Code, Problem};

/// `tagout init`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What the workspace is called
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// The Unix account of the first Owner; you otherwise
    #[arg(long, value_name = "UNIXUSER")]
    owner: Option<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let birth = Birth {
        workspace: arguments.workspace.clone(),
        owner: arguments.owner,
    };
    let (client, _notices) = session.connect_or(StartMode::First(birth)).await?;
    let welcome = client.welcome();
    if arguments
        .workspace
        .is_some_and(|name| name != welcome.workspace)
    {
        return Err(Problem::new(
            Code::Conflict,
            format!(
                "this folder already holds the workspace {}",
                welcome.workspace
            ),
            "Name another folder with --data-dir",
        )
        .into());
    }
    session.show(welcome, || {
        format!(
            "Workspace {}; you are {}, {}.",
            welcome.workspace,
            welcome.user,
            welcome.role.word()
        )
    })
}
