//! Connection, secrets, jobs and instance, written in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::jobs::{EarlierJobs, jobs};
use super::{ConnectPurpose, replaced};
use crate::domain::audit::authorizations::{Authorized, TokenName};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{
    Account, Authorization, Connection, Health, Instance, InstanceStatus, Status,
};
use crate::domain::credential::Credential;
use crate::domain::health::AnswerMeaning;
use crate::domain::id::{CredentialId, FlowId, RunId};
use crate::domain::provider::{AuthKind, ProviderFile};
use crate::domain::webhook::WebhookEndpoint;
use crate::server::caller::Caller;
use crate::server::health::hear;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::{Connected, IssueIntent, ReplacedTokens};
use crate::wire::view::{self, FlowState};
use crate::wire::{Problem, Topic};

/// What is about to be written.
pub(super) struct NewConnection {
    pub connection: Connection,
    pub before: Option<Connection>,
    pub credentials: Vec<Credential>,
    pub intent: Option<IssueIntent>,
    pub flow: Option<FlowId>,
}

/// What was written.
pub(super) struct Persisted {
    pub connection: Connection,
    /// The run that ends what was replaced, and lists it.
    pub replaced_by: Option<RunId>,
}

/// A flow that was over as soon as it had begun: nothing had to be authorized in a browser.
pub(super) fn connected(id: FlowId, file: &ProviderFile, persisted: Persisted) -> view::Flow {
    let connection = persisted.connection.id;
    view::Flow {
        id,
        provider: file.id.clone(),
        provider_name: file.name.clone(),
        state: FlowState::Connected { connection },
        expires_at: clock_and_ids::now(),
        sign_in_as: None,
        holds: Vec::new(),
        heard: None,
        replaced_by: persisted.replaced_by,
    }
}

/// The connection, bound to the addresses that the provider has now.
pub(super) fn bound_to(vendor: &VendorSession, connection: Connection) -> Connection {
    Connection {
        bound: vendor.binding(&connection),
        ..connection
    }
}

/// Connection, secrets, jobs and instance in one transaction.
pub(super) async fn persist_connection(
    server: &Arc<Server>,
    caller: &Caller,
    file: &ProviderFile,
    kept: NewConnection,
    purpose: &ConnectPurpose,
) -> Result<Persisted, Problem> {
    let NewConnection {
        mut connection,
        before,
        credentials,
        intent,
        flow,
    } = kept;
    let had = EarlierJobs {
        jobs: &server.store.jobs_of(&connection.id)?,
        was_out: before.as_ref().is_some_and(|c| c.status == Status::Revoked),
        sees_other: match &before {
            Some(before) => {
                has_other_scopes(before, &connection)
                    || has_other_key(server, file, before, &credentials)?
            }
            None => false,
        },
    };
    let jobs = jobs(server, file, &connection, &had, purpose)?;
    if purpose.enable_jobs {
        connection.enabled_before.clear();
    }
    let has_endpoint = !server.store.webhooks_of(Some(&connection.id))?.is_empty();
    let webhook = (file.webhook.is_some() && !has_endpoint)
        .then(|| WebhookEndpoint::new(clock_and_ids::webhook(), connection.id.clone()));
    let authorized = Authorized {
        provider: connection.provider.clone(),
        name: connection.name.clone(),
        account: connection.account.clone(),
        account_before: before.as_ref().map(|c| c.account.clone()),
        generation: connection.generation,
        scopes: connection.scopes_granted.clone(),
        tokens: named(&credentials, false),
        held_elsewhere: named(&credentials, true),
        swap: None,
    };
    let event = match before {
        Some(_) => Event::Reconnected(authorized),
        None => Event::Connected(authorized),
    };
    let entry = caller.entry(event, &connection.id, AuditOutcome::Done);
    // What an older authorization left behind is not used any more, and still has to be ended one day.
    let (replaced, superseded) = match &before {
        Some(before) => {
            let replaced = replaced::of(server, file, before, &connection, &credentials)?;
            (replaced.clone(), in_use(server, before, replaced.as_ref())?)
        }
        None => (None, Vec::new()),
    };
    let instance = Instance {
        id: connection.instance.clone(),
        provider: file.id.clone(),
        status: InstanceStatus::Connected,
    };
    let expected = before.map(|c| c.version);
    let new = Connected {
        connection,
        expected,
        instance,
        credentials,
        superseded,
        replaced: replaced.clone(),
        jobs: jobs.new,
        jobs_moved: jobs.moved,
        webhook,
        intent,
        flow,
        swap: purpose.swap.clone(),
    };
    let connection = server.store.connected(new, entry).await?;
    hear(server, &connection, AnswerMeaning::Alive, "");
    server.hub.tell([
        Topic::Connections,
        Topic::Providers,
        Topic::Jobs,
        Topic::Audit,
        // It may have ended a swap, whose first half a run is.
        Topic::Runs,
        Topic::Connection(connection.id.clone()),
    ]);
    server.schedule.ring();
    server.channels.alarm.ring();
    let replaced_by = match &replaced {
        Some(replaced) => replaced::end(server, caller, replaced).await,
        None => None,
    };
    Ok(Persisted {
        connection,
        replaced_by,
    })
}

/// The connection as it will stand: the one before, authorized again, or a new one.
pub(super) fn fresh(
    server: &Server,
    purpose: &ConnectPurpose,
    before: Option<&Connection>,
    account: Account,
    file: &ProviderFile,
) -> Connection {
    let label = if account.label.is_empty() {
        file.name.clone()
    } else {
        account.label.clone()
    };
    let name = purpose.name.clone();
    match before {
        Some(before) => before.authorized(Authorization {
            name,
            label,
            account,
            at: clock_and_ids::now(),
        }),
        None => Connection {
            id: purpose.fresh.clone(),
            instance: instance_of(server, &file.id),
            provider: file.id.clone(),
            name: name.unwrap_or(label),
            owner: purpose.owner.clone(),
            account,
            status: Status::Connected,
            reason: String::new(),
            health: Health::Healthy,
            works_until: None,
            generation: 1,
            version: 1,
            connected_at: Some(clock_and_ids::now()),
            synced_at: None,
            scopes_asked: Vec::new(),
            scopes_granted: Vec::new(),
            fields: serde_json::Map::new(),
            enabled_before: Vec::new(),
            is_given_back: false,
            is_borrowed: false,
            is_asked_first: false,
            replaced_of: None,
            notice: None,
            vars: BTreeMap::new(),
            bound: None,
        },
    }
}

pub(super) fn instance_of(server: &Server, provider: &str) -> crate::domain::id::InstanceId {
    match server.store.instance(provider) {
        Ok(Some(instance)) => instance.id,
        Ok(None) | Err(_) => clock_and_ids::instance(),
    }
}

/// Those that another tool was given before, or those that were not.
fn named(credentials: &[Credential], is_held_elsewhere: bool) -> Vec<TokenName> {
    let those = credentials
        .iter()
        .filter(|it| it.is_held_elsewhere == is_held_elsewhere);
    those.map(TokenName::of).collect()
}

fn has_other_scopes(before: &Connection, now: &Connection) -> bool {
    let scopes = |of: &Connection| of.scopes_granted.iter().cloned().collect::<BTreeSet<_>>();
    scopes(before) != scopes(now)
}

/// A key may be for other things than the one before it.
fn has_other_key(
    server: &Server,
    file: &ProviderFile,
    before: &Connection,
    now: &[Credential],
) -> Result<bool, StoreError> {
    if file.auth.kind != AuthKind::ApiKey {
        return Ok(false);
    }
    let known = server.store.credentials_of(&before.id)?;
    let is_known = |key: &Credential| known.iter().any(|old| old.fingerprint == key.fingerprint);
    Ok(!now.iter().all(is_known))
}

/// Those in use that are not set apart.
fn in_use(
    server: &Server,
    before: &Connection,
    replaced: Option<&ReplacedTokens>,
) -> Result<Vec<CredentialId>, StoreError> {
    let old = server.store.credentials_of(&before.id)?.into_iter();
    let is_apart = |row: &Credential| replaced.is_some_and(|it| it.tokens.contains(&row.id));
    let active = old.filter(|row| row.is_active() && !is_apart(row));
    Ok(active.map(|old| old.id).collect())
}
