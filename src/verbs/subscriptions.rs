//! `tagout subscriptions`: outbound webhooks of the organisation.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::{Table, clock, clock_or_dash, number};
use super::{Session, VerbError, input};
use crate::client::LONG_PATIENCE;
use crate::domain::id::{MessageId, SubscriptionId};
use crate::domain::message::MessageState;
use crate::wire::rpc;
use crate::wire::view::{Message, Subscription, SubscriptionSecret};

/// `tagout subscriptions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with them.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with subscriptions.
#[derive(Debug, Subcommand)]
enum Act {
    /// Send events somewhere
    Add {
        /// Where to
        url: String,
        /// Which events, as `run.ended` or `connection.*`; all without it
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<String>,
    },
    /// Send elsewhere, or other events; what is left out stays as it was, and so does the secret
    Edit {
        /// Which
        id: SubscriptionId,
        /// Where to; what waits goes there, too
        #[arg(long, required_unless_present_any = ["events", "every_event"])]
        url: Option<String>,
        /// Which events, in place of those before
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<String>,
        /// All events
        #[arg(long, conflicts_with = "events")]
        every_event: bool,
    },
    /// Send no more
    Remove {
        /// Which
        id: SubscriptionId,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Send a message now, and say what came of it
    Test {
        /// Which
        id: SubscriptionId,
    },
    /// Give it another signing secret; the old one signs beside it for a day
    Rotate {
        /// Which
        id: SubscriptionId,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// What it was told last, is to be told, and did not take
    Deliveries {
        /// Which
        id: SubscriptionId,
    },
    /// Send a dead letter again
    Resend {
        /// Which
        delivery: MessageId,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    match arguments.act {
        None => {
            let rows: Vec<Subscription> = client.ask(rpc::Subscriptions).await?;
            session.show(&rows, || list(&rows))
        }
        Some(Act::Add { url, events }) => {
            let request = rpc::SubscriptionAdd { url, events };
            let it: SubscriptionSecret = client.ask(request).await?;
            session.show(&it, || secret(&it))
        }
        Some(Act::Edit {
            id,
            url,
            events,
            every_event,
        }) => {
            let events = (every_event || !events.is_empty()).then_some(events);
            let it = client
                .ask(rpc::SubscriptionEdit { id, url, events })
                .await?;
            session.show(&it, || list(std::slice::from_ref(&it)).whole())
        }
        Some(Act::Rotate { id, yes }) => {
            let question =
                format!("The secret of {id} is replaced; receivers have to learn the new one.");
            input::agreed(session, yes, &question)?;
            let request = rpc::SubscriptionRotate { id };
            let it: SubscriptionSecret = client.ask(request).await?;
            session.show(&it, || secret(&it))
        }
        Some(Act::Remove { id, yes }) => {
            let question = format!(
                "{id} is removed, with the messages that wait for it and its dead letters."
            );
            input::agreed(session, yes, &question)?;
            let request = rpc::SubscriptionRemove { id: id.clone() };
            client.ask(request).await?;
            session.show(&json!({ "removed": id }), || format!("Removed {id}."))
        }
        Some(Act::Test { id }) => {
            let request = rpc::SubscriptionTest { id };
            let it: Message = client.ask_within(LONG_PATIENCE, request).await?;
            session.show(&it, || deliveries(std::slice::from_ref(&it)).whole())
        }
        Some(Act::Deliveries { id }) => {
            let request = rpc::SubscriptionDeliveries { id };
            let rows: Vec<Message> = client.ask(request).await?;
            session.show(&rows, || deliveries(&rows))
        }
        Some(Act::Resend { delivery }) => {
            let request = rpc::SubscriptionResend { id: delivery };
            let it: Message = client.ask(request).await?;
            session.show(&it, || deliveries(std::slice::from_ref(&it)).whole())
        }
    }
}

/// The one time that it is shown.
fn secret(it: &SubscriptionSecret) -> String {
    format!(
        "{}\nThe receiver verifies with this secret, which is not shown again:\n{}",
        list(std::slice::from_ref(&it.subscription)).whole(),
        it.secret.0.as_str()
    )
}

fn list(rows: &[Subscription]) -> Table {
    let mut table = Table::new(&[
        "STATUS",
        ">PENDING",
        ">DEAD",
        "LAST",
        "NEXT",
        "URL",
        "EVENTS",
        "SUBSCRIPTION",
    ]);
    for row in rows {
        table.row([
            row.status.word().to_owned(),
            number(row.pending),
            number(row.dead),
            row.last
                .as_ref()
                .map_or_else(|| "-".to_owned(), |last| last.why.clone()),
            clock_or_dash(row.next_try),
            row.url.clone(),
            row.events.join(", "),
            row.id.to_string(),
        ]);
    }
    table.or("There are no subscriptions.")
}

fn deliveries(rows: &[Message]) -> Table {
    let mut table = Table::new(&[
        "HAPPENED", "EVENT", "STATE", ">TRIES", ">MS", "LAST", "NEXT", "DELIVERY",
    ]);
    for row in rows {
        let last = row.last.as_ref();
        table.row([
            clock(row.at),
            row.kind.word().to_owned(),
            row.state.word().to_owned(),
            row.tries.to_string(),
            last.map_or_else(|| "-".to_owned(), |last| number(last.latency_ms)),
            last.map_or_else(|| "-".to_owned(), |last| last.why.clone()),
            clock_or_dash((row.state == MessageState::Pending).then_some(row.next_try)),
            row.id.to_string(),
        ]);
    }
    table.or("It has been told nothing.")
}
