//! `tagout mappings`: which fields of a vendor's objects become fields of our records.

use clap::Subcommand;

use super::print::Table;
use super::{Session, VerbError, configs};
use crate::domain::webhook::ConfigKind;
use crate::wire::rpc;
use crate::wire::view::{Config, MappingField};

/// What to do with mappings.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// What can be mapped, with an example of each
    Fields {
        /// Of one entity
        #[arg(long)]
        entity: Option<String>,
    },
    /// Changes.
    #[command(flatten)]
    Change(configs::Act),
}

const MAPPINGS: configs::ConfigSort = configs::ConfigSort {
    kind: ConfigKind::Mapping,
    list,
};

pub(super) async fn run(
    arguments: configs::Arguments<Act>,
    session: &Session,
) -> Result<(), VerbError> {
    let connection = arguments.connection;
    match arguments.act {
        None => MAPPINGS.shown(connection, session).await,
        Some(Act::Change(act)) => MAPPINGS.done(connection, act, session).await,
        Some(Act::Fields { entity }) => {
            let client = session.client().await?;
            let request = rpc::MappingFields { connection, entity };
            let fields: Vec<MappingField> = client.ask(request).await?;
            session.show(&fields, || mappable(&fields))
        }
    }
}

fn list(rows: &[Config]) -> Table {
    let mut table = Table::new(&["ENTITY", "FROM", "TO", "ID"]);
    for row in rows {
        table.row([
            row.entity.clone(),
            row.from.clone(),
            row.to.clone(),
            row.id.to_string(),
        ]);
    }
    table.or("There are none.")
}

fn mappable(fields: &[MappingField]) -> Table {
    let mut table = Table::new(&["ENTITY", "FIELD", "NAME", "EXAMPLE", "MAPPED TO"]);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    for field in fields {
        let mapped = (!field.mapped_to.is_empty()).then(|| field.mapped_to.join(", "));
        table.row([
            field.entity.clone(),
            field.pointer.clone(),
            or_dash(field.name.clone()),
            or_dash(field.example.clone()),
            or_dash(mapped),
        ]);
    }
    table
        .or("Nothing can be mapped: nothing was pulled yet, and the provider file names no fields.")
}
