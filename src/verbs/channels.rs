//! `tagout channels`: which channels of a chat are watched, and which there are.

use clap::Subcommand;

use super::print::Table;
use super::{Session, VerbError, configs};
use crate::domain::webhook::ConfigKind;
use crate::wire::rpc;
use crate::wire::view::{Channel, Config};

/// What to do with channels.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// The channels that the vendor has, watched or not
    Available,
    /// Changes.
    #[command(flatten)]
    Change(configs::Act),
}

const CHANNELS: configs::ConfigSort = configs::ConfigSort {
    kind: ConfigKind::Channel,
    list: watched,
};

pub(super) async fn run(
    arguments: configs::Arguments<Act>,
    session: &Session,
) -> Result<(), VerbError> {
    let connection = arguments.connection;
    match arguments.act {
        None => CHANNELS.shown(connection, session).await,
        Some(Act::Change(act)) => CHANNELS.done(connection, act, session).await,
        Some(Act::Available) => {
            let client = session.client().await?;
            let request = |window| rpc::Channels {
                connection: connection.clone(),
                window,
            };
            let Some(rows) = session.listed(&client, request).await? else {
                return Ok(());
            };
            session.show(&rows, || available(&rows))
        }
    }
}

fn watched(rows: &[Config]) -> Table {
    let mut table = Table::new(&["NAME", "CHANNEL", "AT THE VENDOR", "WHY", "ID"]);
    for row in rows {
        let attached = row.attached.as_ref();
        table.row([
            row.to.clone(),
            row.from.clone(),
            row.outcome_words().to_owned(),
            attached.map_or_else(String::new, |it| it.why.clone()),
            row.id.to_string(),
        ]);
    }
    table.or("No channel is watched.")
}

fn available(rows: &[Channel]) -> Table {
    let mut table = Table::new(&["NAME", "CHANNEL", "PRIVATE", "MEMBER", "WATCHED"]);
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    for row in rows {
        table.row([
            row.name.clone(),
            row.id.clone(),
            yes(row.is_private),
            row.is_member.map_or_else(|| "-".to_owned(), yes),
            yes(row.watched.is_some()),
        ]);
    }
    table.or("None is known yet: the job that lists them has not run.")
}
