//! What `tagout channels`, `tagout routing` and `tagout mappings` have in common: configuration that survives a disconnect.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::Table;
use super::{Session, Stop};
use crate::domain::id::ConfigId;
use crate::domain::webhook::ConfigKind;
use crate::wire::ask;
use crate::wire::view::Config;

/// `tagout channels|routing|mappings`, each with what can be done there.
#[derive(Debug, Args)]
pub struct Arguments<A: Subcommand> {
    /// Whose: id, unique prefix, provider or provider/name
    pub(super) connection: String,
    /// What to do with them.
    #[command(subcommand)]
    pub(super) act: Option<A>,
}

/// What to do with channels and mappings.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Add one
    Add {
        /// The entity it is about
        #[arg(long, default_value = "")]
        entity: String,
        /// The vendor's side: a channel, a field
        #[arg(long)]
        from: String,
        /// Our side: its name here, our field; a channel is called as the vendor calls it when this is left out
        #[arg(long, default_value = "")]
        to: String,
    },
    /// Change one; what is left out stays as it was
    Edit {
        /// Which
        id: ConfigId,
        /// The vendor's side
        #[arg(long, required_unless_present = "to")]
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

/// Lists what there is.
pub(super) async fn shown(
    kind: ConfigKind,
    connection: String,
    session: &Session,
) -> Result<(), Stop> {
    let client = session.client().await?;
    let rows: Vec<Config> = client.ask(ask::Configs { connection, kind }).await?;
    session.show(&rows, || list(&rows))
}

/// Adds, changes or removes one.
pub(super) async fn done(
    kind: ConfigKind,
    connection: String,
    act: Act,
    session: &Session,
) -> Result<(), Stop> {
    let client = session.client().await?;
    match act {
        Act::Add { entity, from, to } => {
            let request = ask::ConfigAdd {
                connection,
                kind,
                entity,
                from,
                to,
                condition: None,
            };
            let config: Config = client.ask(request).await?;
            session.show(&config, || list(std::slice::from_ref(&config)))
        }
        Act::Edit { id, from, to } => {
            let config: Config = client
                .ask(ask::ConfigEdit {
                    id,
                    from,
                    to,
                    condition: None,
                })
                .await?;
            session.show(&config, || list(std::slice::from_ref(&config)))
        }
        Act::Remove { id } => {
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
