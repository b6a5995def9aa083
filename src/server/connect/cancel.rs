//! Ending authorizations before their time: a disconnect, a walkthrough, a person, a right that is gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::flow::digest;
use super::flows::not_waiting;
use super::listeners::Listening;
use super::wait_for_flows::notify_ended_flows;
use crate::domain::audit::authorizations::{AuthorizeEnded, CodeNotExchanged};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::flow::{Flow, FlowEnd, FlowSelection};
use crate::domain::id::FlowId;
use crate::server::caller::{Caller, server_entry};
use crate::server::gate::current::still_manages;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::{Code, Problem, Topic};

/// Nobody waits for the end of a link longer than this.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Gives a flow up, one's own or somebody else's.
///
/// # Errors
/// When it is over.
pub async fn cancel(server: &Arc<Server>, caller: &Caller, id: &FlowId) -> Result<(), Problem> {
    let end = FlowEnd::Person {
        name: caller.actor.user.name.clone(),
    };
    let which = FlowSelection::One(id.clone());
    let entry = |ended: &[Flow]| {
        let event = Event::AuthorizeEnded(AuthorizeEnded {
            flows: ids(ended),
            provider: provider(ended),
            began: None,
            why: None,
        });
        caller.entry(event, id, AuditOutcome::Done)
    };
    let ended = server.store.flows_ended(&which, &end, entry).await;
    if ended?.is_empty() {
        return Err(not_waiting(id));
    }
    notify_ended_flows(server);
    Ok(())
}

/// Ends what whoever began it may not do any more: users were removed, or lost a right.
pub async fn end_unentitled(server: &Arc<Server>) -> Result<(), StoreError> {
    for (id, caller, owner) in server.flows.begun() {
        let Err(why) = still_manages(server, &caller, &owner) else {
            continue;
        };
        let entry = |ended: &[Flow]| {
            let event = Event::AuthorizeEnded(AuthorizeEnded {
                flows: ids(ended),
                provider: provider(ended),
                began: Some(caller.actor.user.name.clone()),
                why: Some(why.message.clone()),
            });
            server_entry(event, &id, AuditOutcome::Done)
        };
        let which = FlowSelection::One(id.clone());
        let ended = server
            .store
            .flows_ended(&which, &FlowEnd::Unentitled, entry);
        ended.await?;
    }
    notify_ended_flows(server);
    Ok(())
}

/// After a crash: what was open then is open no more, for what its code would be exchanged with died with the process.
pub async fn recover(server: &Arc<Server>) -> Result<(), StoreError> {
    let entry = |ended: &[Flow]| {
        let event = Event::AuthorizeEnded(AuthorizeEnded {
            flows: ids(ended),
            provider: None,
            began: None,
            why: Some(FlowEnd::Stopped.sentence()),
        });
        server_entry(event, "server", AuditOutcome::Done)
    };
    let ended = server
        .store
        .flows_ended(&FlowSelection::All, &FlowEnd::Stopped, entry);
    ended.await.map(drop)
}

/// How a flow was ended, for whoever began it.
pub(super) fn how(server: &Server, id: &FlowId) -> Problem {
    let row = server.store.flow(id).ok().flatten();
    let end = row.as_ref().and_then(Flow::ended_by).map(FlowEnd::sentence);
    Problem::new(
        Code::Conflict,
        end.unwrap_or_else(|| "the authorization was ended".to_owned()),
        "start again if it is still wanted",
    )
}

/// A code came back of a flow that somebody ended. It is not exchanged, and that is an entry. Returns whether there is
/// such a flow.
pub(super) async fn late(server: &Server, state: &str) -> bool {
    let digest = digest(state);
    let is_it = |flow: &Flow| {
        flow.state_digest.as_ref() == Some(&digest) && flow.ends_at > clock_and_ids::now()
    };
    let rows = match server.store.flows() {
        Ok(rows) => rows,
        Err(error) => {
            tracing::error!(%error, "whether a code came too late cannot be looked at");
            return false;
        }
    };
    match rows
        .iter()
        .find(|flow| flow.ended_by().is_some() && is_it(flow))
    {
        Some(flow) => {
            not_exchanged(server, flow).await;
            true
        }
        None => false,
    }
}

/// That a code came and was not exchanged.
pub(super) async fn not_exchanged(server: &Server, flow: &Flow) {
    let target = flow
        .connection
        .as_ref()
        .map_or_else(|| flow.provider.clone(), ToString::to_string);
    let event = Event::CodeNotExchanged(CodeNotExchanged {
        flow: flow.id.clone(),
        provider: flow.provider.clone(),
        began: flow.by_name.clone(),
        why: flow.ended_by().map(FlowEnd::sentence),
    });
    let entry = server_entry(event, target, AuditOutcome::Refused);
    if let Err(error) = server.store.late_code(&flow.id, entry).await {
        tracing::error!(%error, "that a code was not exchanged could not be recorded");
    }
    server.hub.tell([Topic::Audit]);
}

/// Keeps listening where the vendor sends the browser, for as long as a flow that was ended could have lasted: whoever
/// comes late is told, and the record says so.
pub(super) fn linger(server: &Arc<Server>, listening: Option<Listening>) {
    let Some(listening) = listening else { return };
    let server = Arc::clone(server);
    server.tasks.clone().spawn(async move {
        server.pause(super::flow::LASTS).await;
        drop(listening);
    });
}

/// A device link at the vendor, which does not hear that we wait no longer.
pub(super) struct DeviceLink {
    until: Instant,
}

impl DeviceLink {
    /// The vendor takes an approval for so long from now on.
    pub(super) fn for_so_long(lasts: Duration) -> Self {
        let until = Instant::now() + lasts.min(LONGEST);
        Self { until }
    }

    /// Somebody ended its flow. Where the vendor has said that the link is over, that is written down; else whoever looks at
    /// what may be approved is told once it cannot be any more.
    pub(super) async fn ended(self, server: &Arc<Server>, id: &FlowId, is_over: bool) {
        if is_over {
            if let Err(error) = server.store.link_over(id, clock_and_ids::now()).await {
                tracing::error!(%error, "that a device link is over could not be kept");
            }
            return;
        }
        let left = self.until.saturating_duration_since(Instant::now());
        let server = Arc::clone(server);
        server.tasks.clone().spawn(async move {
            if server.pause(left).await {
                server.hub.tell([Topic::Runs]);
            }
        });
    }
}

fn ids(flows: &[Flow]) -> Vec<FlowId> {
    flows.iter().map(|flow| flow.id.clone()).collect()
}

fn provider(flows: &[Flow]) -> Option<String> {
    flows.first().map(|flow| flow.provider.clone())
}
