//! What `tagout channels`, `tagout routing` and `tagout mappings` have in common: configuration that survives a disconnect.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::Table;
use super::{Session, VerbError};
use crate::domain::id::ConfigId;
use crate::domain::webhook::ConfigKind;
use crate::wire::rpc::{self, Rpc};
use crate::wire::view::Config;

/// `tagout channels|mappings`, each with what can be done there.
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

/// A kind of configuration, and how it is printed.
pub(super) struct ConfigSort {
    pub(super) kind: ConfigKind,
    pub(super) list: fn(&[Config]) -> Table,
}

impl ConfigSort {
    /// Lists what there is.
    pub(super) async fn shown(
        &self,
        connection: String,
        session: &Session,
    ) -> Result<(), VerbError> {
        let (client, kind) = (session.client().await?, self.kind);
        let rows: Vec<Config> = client.ask(rpc::Configs { connection, kind }).await?;
        session.show(&rows, || (self.list)(&rows))
    }

    /// Adds, changes or removes one.
    pub(super) async fn done(
        &self,
        connection: String,
        act: Act,
        session: &Session,
    ) -> Result<(), VerbError> {
        match act {
            Act::Add { entity, from, to } => {
                let request = rpc::ConfigAdd {
                    connection,
                    kind: self.kind,
                    entity,
                    from,
                    to,
                    condition: None,
                };
                self.one(request, session).await
            }
            Act::Edit { id, from, to } => {
                let request = rpc::ConfigEdit {
                    id,
                    from,
                    to,
                    condition: None,
                };
                self.one(request, session).await
            }
            Act::Remove { id } => removed(id, session).await,
        }
    }

    /// Adds or changes one, and prints it.
    pub(super) async fn one(
        &self,
        request: impl Rpc<Reply = Config>,
        session: &Session,
    ) -> Result<(), VerbError> {
        let client = session.client().await?;
        let config = client.ask(request).await?;
        session.show(&config, || {
            (self.list)(std::slice::from_ref(&config)).whole()
        })
    }
}

/// Removes one.
pub(super) async fn removed(id: ConfigId, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    client.ask(rpc::ConfigRemove { id: id.clone() }).await?;
    session.show(&json!({ "removed": id }), || format!("Removed {id}."))
}
