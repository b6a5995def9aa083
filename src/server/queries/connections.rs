//! Connections as clients see them, and how a name finds one.

use std::sync::Arc;

use crate::domain::connection::{Connection, Instance, InstanceStatus, Status};
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::dependent::SaidBy;
use crate::domain::disconnect::exposure::Exposure;
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::health;
use crate::domain::provider::{OwnerScope, ProviderFile};
use crate::domain::sorting::SortValue;
use crate::domain::user::{Act, Owner, permit};
use crate::server::caller::Caller;
use crate::server::{self, Server, clock_and_ids, connect};
use crate::store::StoreError;
use crate::store::facts::{CONNECTIONS, IssueIntent};
use crate::wire::Problem;
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

use super::window::{Asked, Elsewhere, Needles};
use super::{catalog, dependents, gaps, lists, swaps, window};

/// What it can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[
        FilterField::Connection,
        FilterField::Provider,
        FilterField::Owner,
        FilterField::State,
    ],
    time: false,
    values: &[SortValue::References],
};

/// A part of the list, what needs a person first.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    asked: &Window,
) -> Result<Page<view::Connection>, Problem> {
    let asked = Asked::by(caller, server, asked);
    let needles = needles(server, &asked)?;
    let (house, reverse, mut spare) = (Arc::clone(server), asked.reverse(), Vec::new());
    let source = move |after: Option<&str>, limit| {
        let store = &house.store;
        let mut places = Vec::new();
        for (key, id) in store.index_page(CONNECTIONS, after, limit, reverse)? {
            let is_wanted = |row: &[u8]| needles.may_be_in(row, &mut spare);
            places.push((key, store.get_where::<Connection>(&id, is_wanted)?));
        }
        Ok(places)
    };
    let (house, by) = (Arc::clone(server), asked.sorted_by());
    let searched = move |c: &Connection| {
        let mut searched = Searched::of(vec![
            (FilterField::Connection, c.name.clone()),
            (FilterField::Provider, c.provider.clone()),
            (FilterField::Owner, house.owner_name(&c.owner)),
            (FilterField::State, c.status.badge().to_owned()),
        ]);
        searched.text += &format!(" {} {}", c.account.label, c.reason);
        if by == Some(SortValue::References) {
            let counts = references(&house, c)?;
            searched.worth = Some((counts.synced + counts.stale).into());
        }
        Ok(searched)
    };
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    window::page(rows, total(server)?, |connection| {
        one(server, caller, &connection)
    })
}

/// What the bytes of a connection have to contain. Its text has besides what its owner is called, and how it stands.
fn needles(server: &Server, asked: &Asked<'_>) -> Result<Needles, Problem> {
    let filter = asked.filter(KNOWN)?;
    let own = &[FilterField::Connection, FilterField::Provider];
    // Everybody's name would be read for each page of a list that is not filtered.
    if filter.asked_for(own).is_empty() {
        return Ok(Needles::default());
    }
    let mut others: Vec<String> = Status::ALL
        .iter()
        .map(|status| status.badge().to_owned())
        .collect();
    others.push(server.owner_name(&Owner::Workspace));
    others.extend(server.store.users()?.into_iter().map(|user| user.name));
    others.extend(server.store.former_users()?.into_iter().map(|it| it.name));
    let elsewhere = Elsewhere {
        own,
        others: &others,
    };
    Ok(Needles::of(&filter, &elsewhere))
}

/// One connection in full.
pub fn one(
    server: &Server,
    caller: &Caller,
    connection: &Connection,
) -> Result<view::Connection, Problem> {
    build(server, caller, connection).map_err(Problem::from)
}

fn build(server: &Server, caller: &Caller, c: &Connection) -> Result<view::Connection, StoreError> {
    let file = server.provider(&c.provider);
    let credentials = server.store.credentials_of(&c.id)?;
    let told = server::health::told(server, c, &credentials);
    let references = references(server, c)?;
    let features = match file.as_deref() {
        Some(file) => features(server, file, c, &references)?,
        None => Vec::new(),
    };
    let follow_ups = server
        .store
        .follow_ups_of(&c.id)?
        .iter()
        .filter(|f| f.done.is_none())
        .count() as u64;
    let instance = server.store.get::<Instance>(&c.provider)?;
    Ok(view::Connection {
        id: c.id.clone(),
        provider: c.provider.clone(),
        provider_name: file
            .as_ref()
            .map_or_else(|| c.provider.clone(), |file| file.name.clone()),
        is_crm: file.as_ref().is_some_and(|file| catalog::is_crm(file)),
        instance: c.instance.clone(),
        instance_status: instance.map_or(InstanceStatus::Revoked, |instance| instance.status),
        name: c.name.clone(),
        owner: server.owner_name(&c.owner),
        scope: match c.owner {
            Owner::Workspace => OwnerScope::Workspace,
            Owner::Personal(_) => OwnerScope::Personal,
        },
        account: c.account.clone(),
        status: c.status,
        reason: reason(server, c),
        health: told.health,
        health_reason: health::sentence(&told.causes, utc),
        health_causes: told.causes,
        last_asked_at: server::health::asked_at(server, c),
        last_alive_at: server::health::alive_at(server, c, &credentials),
        works_until: c.works_until.filter(|at| *at > clock_and_ids::now()),
        generation: c.generation,
        version: c.version,
        connected_at: c.connected_at,
        synced_at: c.synced_at,
        token_expires_at: expiry(&credentials),
        jobs: jobs(server, c)?,
        credentials: credentials
            .iter()
            .map(credential)
            .chain(unseen(server, c)?)
            .collect(),
        references,
        webhooks: webhooks(server, c)?,
        has_channels: file.as_ref().is_some_and(|file| file.channels.is_some()),
        channels: channels(server, c)?,
        features,
        follow_ups,
        scopes: c.scopes_granted.clone(),
        scopes_missing: missing(file.as_deref(), c),
        holds: server.store.holds_of(&c.id)?.len() as u64,
        exposed: exposed(server, c)?,
        gaps: gaps::of(server, file.as_deref(), c)?,
        last_run: server.store.last_run_of(&c.id)?,
        swap: swaps::of(server, c)?,
        enabled_before: if c.status.in_service() {
            c.enabled_before.len() as u64
        } else {
            0
        },
        manual: file
            .as_ref()
            .map(|file| catalog::manual(server, file, Some(c)))
            .unwrap_or_default(),
        flows: connect::open_of(server, c)?,
        tag: server.store.tag(&c.provider)?,
        refused: permit(&caller.actor, Act::Manage(&c.owner))
            .err()
            .map(|refusal| refusal.why),
    })
}

/// How many connections there are.
pub fn total(server: &Server) -> Result<u64, StoreError> {
    Status::ALL
        .iter()
        .map(|status| server.store.count_in(*status))
        .sum()
}

/// Why it stands where it stands, and what the vendor says of it by itself.
fn reason(server: &Server, c: &Connection) -> String {
    let name = || server.provider_name(&c.provider);
    let said = c.notice.as_ref().map(|notice| notice.sentence(&name()));
    let words = said.into_iter().chain(Some(c.reason.clone()));
    let words: Vec<String> = words.filter(|words| !words.is_empty()).collect();
    words.join("; ")
}

fn credential(c: &Credential) -> view::Credential {
    view::Credential {
        id: c.id.clone(),
        kind: c.kind,
        fingerprint: c.fingerprint.clone(),
        is_active: c.is_active(),
        is_deleted: c.is_deleted(),
        expires_at: c.expires_at,
    }
}

/// Tokens of its past runs that may still live.
fn exposed(server: &Server, c: &Connection) -> Result<Vec<view::Exposed>, StoreError> {
    let now = clock_and_ids::now();
    let mut exposed = server.store.exposures_of(&c.id)?;
    exposed.retain(|it| !it.is_over(now));
    let view = |it: Exposure| view::Exposed {
        kind: it.kind,
        fingerprint: it.fingerprint,
        run: it.run,
        works: it.works,
        until: it.until,
    };
    Ok(exposed.into_iter().map(view).collect())
}

/// Tokens that were issued, as far as is known, in an answer that was lost.
fn unseen(server: &Server, c: &Connection) -> Result<Vec<view::Credential>, StoreError> {
    let mut lost = server.store.intents_of(&c.id)?;
    lost.retain(|intent| intent.lost);
    let unseen = |intent: IssueIntent| view::Credential {
        id: intent.credential,
        kind: TokenKind::Unknown,
        fingerprint: "unknown".to_owned(),
        is_active: false,
        is_deleted: false,
        expires_at: None,
    };
    Ok(lost.into_iter().map(unseen).collect())
}

/// N11: what was asked for and not granted, with the vendor role that usually grants it.
fn missing(file: Option<&ProviderFile>, c: &Connection) -> Vec<view::MissingScope> {
    let missing = |scope: &&String| !c.scopes_granted.contains(scope);
    let asked = c.scopes_asked.iter().filter(|_| c.status.in_service());
    asked
        .filter(missing)
        .map(|scope| view::MissingScope {
            scope: scope.clone(),
            role: file.and_then(|file| file.auth.rights.get(scope).cloned()),
        })
        .collect()
}

/// To the minute: what is said in words is not compared.
fn utc(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

fn expiry(credentials: &[Credential]) -> Option<jiff::Timestamp> {
    let access = |c: &&Credential| c.is_active() && c.kind == TokenKind::Access;
    credentials
        .iter()
        .rev()
        .find(access)
        .and_then(|c| c.expires_at)
}

fn jobs(server: &Server, c: &Connection) -> Result<view::JobCounts, StoreError> {
    let jobs = server.store.jobs_of(&c.id)?;
    Ok(view::JobCounts {
        total: jobs.len() as u64,
        enabled: jobs.iter().filter(|job| job.is_enabled).count() as u64,
        running: server.store.live_count(&c.id)?,
    })
}

fn references(server: &Server, c: &Connection) -> Result<view::ReferenceCounts, StoreError> {
    let mut counts = view::ReferenceCounts::default();
    for scope in server.store.scopes_of(&c.id)? {
        let there = scope.total.saturating_sub(scope.gone);
        counts.gone += scope.gone;
        if scope.is_stale(clock_and_ids::now()) {
            counts.stale += there;
        } else {
            counts.synced += there;
        }
    }
    Ok(counts)
}

fn channels(server: &Server, c: &Connection) -> Result<Vec<view::Config>, StoreError> {
    let channels = server.store.channels_of(&c.id)?.into_iter();
    let generation = c.status.in_service().then_some(c.generation);
    channels
        .map(|item| lists::config(server, item.as_of(generation)))
        .collect()
}

fn webhooks(server: &Server, c: &Connection) -> Result<view::WebhookCounts, StoreError> {
    let mut counts = view::WebhookCounts::default();
    for endpoint in server.store.webhooks_of(Some(&c.id))? {
        counts.enabled += u64::from(endpoint.enabled);
        counts.received += endpoint.received;
        counts.ignored += endpoint.ignored;
        counts.forged += endpoint.forged;
        counts.dropped_since_disconnect += endpoint.dropped_since_disconnect;
    }
    Ok(counts)
}

/// A feature is in use while something uses it, and its connection holds tokens or has left something behind that it shows.
fn features(
    server: &Server,
    file: &ProviderFile,
    c: &Connection,
    references: &view::ReferenceCounts,
) -> Result<Vec<view::Feature>, StoreError> {
    let in_use = c.status.in_service() || references.synced + references.stale > 0;
    // What people declared, or another provider requires, needs no records to be there.
    let feature = |d: view::DependentRow| view::Feature {
        in_use: (in_use || d.said_by != SaidBy::File) && d.in_use,
        name: d.feature,
        effect: d.effect,
        available: c.status.is_connected(),
    };
    let all = dependents::of(server, file, Some(c))?;
    Ok(all.into_iter().map(feature).collect())
}
