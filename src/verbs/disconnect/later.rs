//! A disconnect that is planned for later: the server begins it by itself when its time has come.

use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::DisconnectRequest;
use super::walk::saved;
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::disconnect::plan::Plan;
use crate::domain::parse_time::ahead;
use crate::verbs::print::{PrintStyle, aside, clock, count, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::rpc;
use crate::wire::view::{AskedBy, Status};
use crate::wire::walkthrough::Walkthrough;

/// Where a client started the server.
const STARTED_BY_A_CLIENT: &str = "A client started this server: it stays for this, but does not come back by itself after a restart \
     of the machine. What no server is there for begins at its next start, late, and says so. `tagout serve` as a service is sure.";

/// The time that was typed, on the clock that times are printed by.
pub(super) fn time(text: &str) -> Result<Timestamp, VerbError> {
    let now = Zoned::now().with_time_zone(PrintStyle::held().zone());
    let at =
        ahead(text, &now).map_err(|no| VerbError::usage(no.to_string(), "Type a time ahead"))?;
    match at > now.timestamp() {
        true => Ok(at),
        false => Err(VerbError::usage(
            format!("{} is over already", clock(at)),
            "Type a time ahead, or disconnect now without --at",
        )),
    }
}

/// Plans these for a time.
pub(super) async fn plan(
    client: &Client,
    plans: &[Plan],
    asked: &DisconnectRequest,
    at: Timestamp,
    session: &Session,
) -> Result<(), VerbError> {
    let draft = saved(client, plans, asked).await?;
    let id = draft.id;
    let planned = rpc::WalkthroughPlan {
        id: id.clone(),
        version: Some(draft.version),
        at: Some(at),
    };
    let now: Walkthrough = match client.ask_within(LONG_PATIENCE, planned).await {
        Ok(now) => now,
        Err(problem) => {
            // What nobody sees any more is not left lying about; the reason it was not planned is what matters.
            let _left_as_a_draft = client.ask(rpc::WalkthroughDiscard { id }).await;
            return Err(problem.into());
        }
    };
    if session.manner.json {
        return json(&json!({ "event": "planned", "walkthrough": now }));
    }
    let many = count(now.targets.chosen, "connection");
    let title = one_line(&now.title);
    say(&format!("Planned for {}: {title}, {many}\n{id}", clock(at)))?;
    aside(&format!("`tagout walkthroughs cancel {id}` takes it back."))?;
    let status: Status = client.ask(rpc::Status).await?;
    match status.asks.by {
        AskedBy::Serve => Ok(()),
        AskedBy::WhileItRuns => aside(STARTED_BY_A_CLIENT),
    }
}
