//! A disconnect that is planned for later: the server begins it by itself when its time has come.

use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::DisconnectRequest;
use super::walk::decided;
use crate::client::Client;
use crate::domain::disconnect::plan::Plan;
use crate::domain::parse_time::{NotAhead, ahead};
use crate::verbs::print::{PrintStyle, aside, clock, count, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::rpc;
use crate::wire::view::{AskedBy, Status};

/// Where a client started the server.
const STARTED_BY_A_CLIENT: &str = "A client started this server: it stays for this, but does not come back by itself after a restart \
     of the machine. What no server is there for begins at its next start, late, and says so. `tagout serve` as a service is sure.";

/// The time that was typed, on the clock that times are printed by.
pub(super) fn time(text: &str) -> Result<Timestamp, VerbError> {
    let now = Zoned::now().with_time_zone(PrintStyle::held().zone());
    ahead(text, &now).map_err(|no| {
        let hint = match &no {
            NotAhead::NoTime(_) => "Type a time ahead",
            NotAhead::Over(_) => "Type a time ahead, or disconnect now without --at",
        };
        VerbError::usage(no.to_string(), hint)
    })
}

/// Plans these for a time.
pub(super) async fn plan(
    client: &Client,
    plans: &[Plan],
    asked: &DisconnectRequest,
    at: Timestamp,
    session: &Session,
) -> Result<(), VerbError> {
    // Asked before: once it is planned nothing ends this with an error.
    let status: Status = client.ask(rpc::Status).await?;
    let plan = |id, version| rpc::WalkthroughPlan {
        id,
        version,
        at: Some(at),
    };
    let now = decided(client, plans, asked, plan).await?;
    if session.manner.json {
        return json(&json!({ "event": "planned", "walkthrough": now }));
    }
    let many = count(now.targets.chosen, "connection");
    let (title, id) = (one_line(&now.title), &now.id);
    say(&format!("Planned for {}: {title}, {many}\n{id}", clock(at)))?;
    aside(&format!("`tagout walkthroughs cancel {id}` takes it back."))?;
    match status.asks.by {
        AskedBy::Serve => Ok(()),
        AskedBy::WhileItRuns => aside(STARTED_BY_A_CLIENT),
    }
}
