//! `tagout references`.

use clap::{Args, Subcommand};

use super::names::Names;
use super::print::Table;
use super::{Session, VerbError};
use crate::wire::rpc;
use crate::wire::view::Reference;

/// `tagout references`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Of one connection
    connection: Option<String>,
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a reference.
#[derive(Debug, Subcommand)]
enum Act {
    /// Say what it is here: it may have many links, and one may stand at many
    Link(LinkCommand),
    /// Take a link away
    Unlink(LinkCommand),
}

/// A reference, and what it is here.
#[derive(Debug, Args)]
struct LinkCommand {
    /// Which: the reference's id, or the record as the list calls it
    reference: String,
    /// An id or a name in a system of yours
    local: String,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let linked = match arguments.act {
        None => None,
        Some(Act::Link(link)) => Some((link, true)),
        Some(Act::Unlink(link)) => Some((link, false)),
    };
    if let Some((LinkCommand { reference, local }, linked)) = linked {
        let request = rpc::ReferenceLink {
            reference,
            local,
            linked,
            found: None,
        };
        let row = client.ask(request).await?;
        let those = std::iter::once(&row.connection);
        let names = Names::ask(&client, session, those).await?;
        return session.show(&row, || list(std::slice::from_ref(&row), &names));
    }
    let request = |window| rpc::References {
        connection: arguments.connection.clone(),
        window,
    };
    let Some(rows) = session.listed(&client, request).await? else {
        return Ok(());
    };
    let those = rows.iter().map(|it| &it.connection);
    let names = Names::ask(&client, session, those).await?;
    session.show(&rows, || list(&rows, &names))
}

fn list(rows: &[Reference], names: &Names) -> Table {
    let mut table = Table::new(&[
        "ENTITY",
        "LOCAL",
        "THERE",
        "STATUS",
        "STATUS THERE",
        "LABEL",
        "LINKS",
        "CONNECTION",
    ]);
    for row in rows {
        let links = Some(row.links.join(", ")).filter(|it| !it.is_empty());
        table.row([
            row.entity.clone(),
            row.local_id.clone(),
            row.external_id.clone(),
            row.status.to_string(),
            row.remote_status.clone().unwrap_or_else(|| "-".to_owned()),
            row.label.clone(),
            links.unwrap_or_else(|| "-".to_owned()),
            names.of(&row.connection),
        ]);
    }
    table.or("There are no references.")
}
