//! That an authorization is open is on the disk before anybody is sent to the vendor, and before anything is tried there: a
//! disconnect ends it in its own transaction, and what it brings afterwards is not kept.

use std::sync::Arc;

use super::{ConnectPurpose, flow};
use crate::domain::audit::authorizations::{AuthorizeBegun, AuthorizeFailed};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Instance, InstanceStatus};
use crate::domain::flow::{Flow, Phase};
use crate::domain::id::FlowId;
use crate::server::caller::Caller;
use crate::server::{Server, clock_and_ids};
use crate::wire::request::FlowKind;
use crate::wire::{Problem, Topic, view};

/// An authorization that begins: its row, and the entry.
pub(super) async fn record_open_flow(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: &ConnectPurpose,
    kind: FlowKind,
    scopes: Vec<String>,
) -> Result<Flow, Problem> {
    let instance = Instance {
        id: clock_and_ids::instance(),
        provider: purpose.provider.clone(),
        status: InstanceStatus::Pending,
    };
    let row = Flow {
        id: clock_and_ids::flow(),
        provider: purpose.provider.clone(),
        connection: purpose.again.clone(),
        kind,
        owner: purpose.owner.clone(),
        by: caller.actor.user.id.clone(),
        by_name: caller.actor.user.name.clone(),
        began_at: clock_and_ids::now(),
        ends_at: flow::after(flow::LASTS),
        state_digest: None,
        phase: Phase::Open,
    };
    let begun = Event::AuthorizeBegun(AuthorizeBegun {
        provider: purpose.provider.clone(),
        flow: kind,
        id: Some(row.id.clone()),
        scopes,
    });
    let entry = caller.entry(begun, target(purpose), AuditOutcome::Done);
    server.store.flow_begun(&row, instance, entry).await?;
    server
        .hub
        .tell([Topic::Connections, Topic::Providers, Topic::Audit]);
    Ok(row)
}

/// What is connected without sending anybody to the vendor, a key or an installation, is an open authorization while it is
/// tried there. What keeps it names the row, which says whether somebody has ended it meanwhile.
pub(super) async fn with_open_flow<T>(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: &ConnectPurpose,
    keep: impl FnOnce(FlowId) -> T,
) -> Result<view::Flow, Problem>
where
    T: Future<Output = Result<view::Flow, Problem>>,
{
    let row = record_open_flow(server, caller, purpose, FlowKind::Paste, Vec::new()).await?;
    let kept = keep(row.id.clone()).await;
    if let Err(problem) = &kept {
        let failed = Event::AuthorizeFailed(AuthorizeFailed {
            provider: purpose.provider.clone(),
            why: problem.message.clone(),
        });
        let entry = caller.entry(failed, target(purpose), AuditOutcome::Failed);
        let store = &server.store;
        store
            .flow_failed(&row.id, &purpose.provider, None, entry)
            .await?;
        server
            .hub
            .tell([Topic::Connections, Topic::Providers, Topic::Audit]);
    }
    kept
}

/// What an entry about an authorization is about: the connection that was named, or the provider.
fn target(purpose: &ConnectPurpose) -> String {
    let again = purpose.again.as_ref();
    again.map_or_else(|| purpose.provider.clone(), ToString::to_string)
}
