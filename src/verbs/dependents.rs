//! `tagout dependents`: what depends on a provider.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::{Table, word};
use super::{Session, VerbError, input};
use crate::domain::id::DependentId;
use crate::wire::rpc;
use crate::wire::view::DependentRow;

/// `tagout dependents`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What depends on this provider
    provider: Option<String>,
    /// What to do with them.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with dependents.
#[derive(Debug, Subcommand)]
enum Act {
    /// Declare that something depends on a provider: whoever disconnects it is told
    Add {
        /// On which
        provider: String,
        /// What people call it
        #[arg(value_name = "TEXT")]
        feature: String,
        /// What happens to it without the provider: the end of a sentence that begins with its name
        #[arg(long, value_name = "T", default_value = "")]
        effect: String,
    },
    /// Take one back that was declared
    Remove {
        /// Which
        id: DependentId,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    match arguments.act {
        None => {
            let provider = arguments.provider;
            let rows: Vec<DependentRow> = client.ask(rpc::Dependents { provider }).await?;
            session.show(&rows, || list(&rows))
        }
        Some(Act::Add {
            provider,
            feature,
            effect,
        }) => {
            let request = rpc::DependentAdd {
                provider,
                feature,
                effect,
            };
            let row: DependentRow = client.ask(request).await?;
            session.show(&row, || list(std::slice::from_ref(&row)).whole())
        }
        Some(Act::Remove { id, yes }) => {
            input::agreed(session, yes, &format!("{id} is named to nobody any more."))?;
            client.ask(rpc::DependentRemove { id: id.clone() }).await?;
            session.show(&json!({ "removed": id }), || format!("Removed {id}."))
        }
    }
}

fn list(rows: &[DependentRow]) -> Table {
    let mut table = Table::new(&[
        "PROVIDER",
        "DEPENDS ON IT",
        "WITHOUT IT",
        "SAID BY",
        "DEPENDENT",
    ]);
    for row in rows {
        table.row([
            row.provider.clone(),
            row.feature.clone(),
            row.effect.clone(),
            word(row.said_by),
            row.id
                .as_ref()
                .map_or_else(|| "-".to_owned(), ToString::to_string),
        ]);
    }
    table.or("Nothing is known to depend on it.")
}
