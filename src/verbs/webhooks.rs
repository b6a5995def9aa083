//! `tagout webhooks`: inbound endpoints.

use clap::{Args, Subcommand};

use super::print::{Table, clock, number};
use super::{Session, VerbError, input};
use crate::domain::id::WebhookId;
use crate::wire::rpc;
use crate::wire::view::{Delivery, Webhook};

/// `tagout webhooks`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with an endpoint.
#[derive(Debug, Subcommand)]
enum Act {
    /// Take its events
    Enable {
        /// Which
        id: WebhookId,
    },
    /// Answer its events, count them, and drop them
    Disable {
        /// Which
        id: WebhookId,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// The latest that came in there, newest first
    Deliveries {
        /// Which
        id: WebhookId,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    if let Some(Act::Disable { yes, .. }) = &arguments.act {
        let question = "Its events are answered, counted and dropped from now on.";
        input::agreed(session, *yes, question)?;
    }
    let client = session.client().await?;
    let (id, enabled) = match arguments.act {
        None => {
            let rows: Vec<Webhook> = client.ask(rpc::Webhooks { connection: None }).await?;
            return session.show(&rows, || list(&rows));
        }
        Some(Act::Enable { id }) => (id, true),
        Some(Act::Disable { id, .. }) => (id, false),
        Some(Act::Deliveries { id }) => {
            let rows: Vec<Delivery> = client.ask(rpc::WebhookDeliveries { id }).await?;
            return session.show(&rows, || deliveries(&rows));
        }
    };
    let webhook: Webhook = client.ask(rpc::WebhookSet { id, enabled }).await?;
    session.show(&webhook, || list(std::slice::from_ref(&webhook)).whole())
}

fn list(rows: &[Webhook]) -> Table {
    let mut table = Table::new(&[
        "STATUS",
        ">RECEIVED",
        ">VERIFIED",
        ">DROPPED",
        ">SINCE DISCONNECT",
        ">FORGED",
        "URL",
        "WEBHOOK",
        "CONNECTION",
    ]);
    for row in rows {
        table.row([
            row.status.word().to_owned(),
            number(row.received),
            number(row.verified),
            number(row.ignored),
            number(row.dropped_since_disconnect),
            number(row.forged),
            row.url.clone(),
            row.id.to_string(),
            row.connection.to_string(),
        ]);
    }
    table.or("There are no inbound endpoints.")
}

fn deliveries(rows: &[Delivery]) -> Table {
    let mut table = Table::new(&["CAME", "STATUS", "BECAME", ">MS", "WHY", "EVENT", "BODY"]);
    for row in rows {
        table.row([
            clock(row.at),
            row.status.to_string(),
            row.fate.word().to_owned(),
            (row.latency_us / 1_000).to_string(),
            row.why.clone(),
            row.event_id.clone().unwrap_or_default(),
            row.preview.clone(),
        ]);
    }
    table.or("Nothing has come in there.")
}
