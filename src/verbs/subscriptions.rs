//! `tagout subscriptions`: outbound webhooks of the organisation.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::Table;
use super::{Session, Stop};
use crate::domain::id::SubscriptionId;
use crate::wire::ask;
use crate::wire::request::Request;
use crate::wire::view::Subscription;

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
        /// Which events; all without it
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<String>,
    },
    /// Send no more
    Remove {
        /// Which
        id: SubscriptionId,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let client = session.client().await?;
    match arguments.act {
        None => {
            let rows: Vec<Subscription> = client.ask(Request::Subscriptions).await?;
            session.show(&rows, || list(&rows))
        }
        Some(Act::Add { url, events }) => {
            let request = Request::SubscriptionAdd(ask::SubscriptionAdd { url, events });
            let it: Subscription = client.ask(request).await?;
            session.show(&it, || list(std::slice::from_ref(&it)))
        }
        Some(Act::Remove { id }) => {
            client
                .ask::<()>(Request::SubscriptionRemove(ask::SubscriptionRemove {
                    id: id.clone(),
                }))
                .await?;
            session.show(&json!({ "removed": id }), || format!("Removed {id}."))
        }
    }
}

fn list(rows: &[Subscription]) -> String {
    let mut table = Table::new(&["STATUS", "URL", "EVENTS", "SUBSCRIPTION"]);
    for row in rows {
        table.row([
            row.status.clone(),
            row.url.clone(),
            row.events.join(", "),
            row.id.to_string(),
        ]);
    }
    table.render("There are no subscriptions.")
}
