//! `tagout channels`, `tagout routing` and `tagout mappings`: configuration that survives a disconnect.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::Table;
use super::{Session, Stop};
use crate::domain::id::ConfigId;
use crate::domain::webhook::ConfigKind;
use crate::wire::ask;
use crate::wire::view::Config;

/// `tagout channels|routing|mappings`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose: id, unique prefix, provider or provider/name
    connection: String,
    /// What to do with them.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with configuration.
#[derive(Debug, Subcommand)]
enum Act {
    /// Add one
    Add {
        /// The entity it is about
        #[arg(long, default_value = "")]
        entity: String,
        /// The vendor's side: a channel, an event, a field
        #[arg(long)]
        from: String,
        /// Our side: its name here, where it goes, our field
        #[arg(long)]
        to: String,
    },
    /// Change one
    Edit {
        /// Which
        id: ConfigId,
        /// The vendor's side
        #[arg(long)]
        from: Option<String>,
        /// Our side
        #[arg(long)]
        to: Option<String>,
    },
    /// Remove one
    Remove {
        /// Which
        id: ConfigId,
    },
}

pub(super) async fn run(
    kind: ConfigKind,
    arguments: Arguments,
    session: &Session,
) -> Result<(), Stop> {
    let connection = arguments.connection;
    match arguments.act {
        None => {
            let client = session.client().await?;
            let rows: Vec<Config> = client.ask(ask::Configs { connection, kind }).await?;
            session.show(&rows, || list(&rows))
        }
        Some(Act::Add { entity, from, to }) => {
            let client = session.client().await?;
            let request = ask::ConfigAdd {
                connection,
                kind,
                entity,
                from,
                to,
            };
            let config: Config = client.ask(request).await?;
            session.show(&config, || list(std::slice::from_ref(&config)))
        }
        Some(Act::Edit { .. }) => Err(Stop::NotBuilt("remove it and add it as it should be")),
        Some(Act::Remove { id }) => {
            let client = session.client().await?;
            client.ask(ask::ConfigRemove { id: id.clone() }).await?;
            session.show(&json!({ "removed": id }), || format!("Removed {id}."))
        }
    }
}

fn list(rows: &[Config]) -> String {
    let mut table = Table::new(&["ENTITY", "FROM", "TO", "ID"]);
    for row in rows {
        table.row([
            row.entity.clone(),
            row.from.clone(),
            row.to.clone(),
            row.id.to_string(),
        ]);
    }
    table.render("There are none.")
}
