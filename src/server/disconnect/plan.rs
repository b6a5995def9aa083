//! What a disconnect would do.

use super::planned::PlanInput;
use super::planned_calls::PlannedCalls;
use crate::domain::connection::Connection;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::plan::{OTHERS, Other, Plan, PlannedToken};
use crate::domain::display_text::number;
use crate::domain::provider::ProviderFile;
use crate::server::queries::{catalog, dependents};
use crate::server::vendor::VendorSession;
use crate::server::{Server, connect, grants, token_reads};
use crate::store::StoreError;
use crate::store::facts::IssueIntent;

/// The plan for one connection. Endpoints are discovered for it; when that fails it says what is known without.
pub async fn of(
    server: &Server,
    c: &Connection,
    planned: PlanInput<'_>,
) -> Result<Plan, StoreError> {
    let store = &server.store;
    let file = server.provider(&c.provider);
    let vendor = VendorSession::of(server, &c.provider).await.ok();
    let endpoints = vendor.as_ref().and_then(|it| it.endpoints.as_ref().ok());
    let credentials = store.credentials_of(&c.id)?;
    let jobs_enabled = store
        .jobs_of(&c.id)?
        .iter()
        .filter(|job| job.is_enabled)
        .count() as u64;
    let references = store
        .scopes_of(&c.id)?
        .iter()
        .filter(|scope| !scope.stale)
        .map(|scope| scope.total)
        .sum();
    let secrets = credentials
        .iter()
        .filter(|credential| !credential.is_deleted())
        .count() as u64;
    let live = credentials.iter().filter(|it| it.may_live());
    let calls = PlannedCalls::of(server, c, file.as_deref(), live, planned)?;
    let (other_connections, shares_grant_with) =
        others(server, c, &calls.decision.shared(), planned)?;
    let mut listed = calls.tokens(file.as_deref(), endpoints);
    let mut unseen = store.intents_of(&c.id)?;
    unseen.retain(IssueIntent::may_be_a_token);
    listed.extend(unseen.into_iter().map(never_seen));
    Ok(Plan {
        connection: c.id.clone(),
        version: c.version,
        provider: c.provider.clone(),
        provider_name: server.provider_name(&c.provider),
        name: c.name.clone(),
        is_crm: file.as_deref().is_some_and(catalog::is_crm),
        auth: file.as_deref().map(|file| file.auth.kind),
        jobs_enabled,
        executions_running: store.live_count(&c.id)?,
        credentials: secrets,
        references,
        webhooks: store
            .webhooks_of(Some(&c.id))?
            .iter()
            .filter(|endpoint| endpoint.enabled)
            .count() as u64,
        dependents: match file.as_deref() {
            Some(file) => dependents::in_use(server, file, c)?,
            None => Vec::new(),
        },
        other_connections,
        other_connections_total: others_total(server, c)?,
        kept: kept(server, c)?,
        follow_ups: file
            .as_ref()
            .map(|file| catalog::acts(server, file, Some(c)))
            .map(|steps| steps.into_iter().map(|step| step.text).collect())
            .unwrap_or_default(),
        readers: token_reads::readers(server, &c.id, c.generation)?,
        tokens: listed,
        refusals_a_minute: file.as_deref().and_then(|file| {
            let is_local = vendor.as_ref().is_some_and(VendorSession::is_on_loopback);
            file.refusal_budget(is_local)
        }),
        narrowed: calls.left_out(vendor.as_ref(), c),
        shares_grant_with,
        flows: connect::open_of(server, c)?,
        can_uninstall: file.as_deref().is_some_and(ProviderFile::offers_uninstall),
        app_left: file.as_deref().and_then(|file| calls.app_left(file)),
        uninstall_ends: uninstall_ends(server, c, file.as_deref(), planned)?,
    })
}

/// A token whose answer was lost: it may live, and nothing can be asked or done about it (D1).
fn never_seen(intent: IssueIntent) -> PlannedToken {
    PlannedToken {
        credential: intent.credential,
        kind: TokenKind::Unknown,
        fingerprint: "unknown".to_owned(),
        expires_at: None,
        replaced_at: None,
        is_held_elsewhere: false,
        can_revoke: false,
        can_prove: false,
        left_alone: false,
    }
}

/// The other connections of the provider, and those that would die too, of other providers of its group included.
fn others(
    server: &Server,
    c: &Connection,
    shared: &[Connection],
    planned: PlanInput<'_>,
) -> Result<(Vec<Other>, Vec<Other>), StoreError> {
    let shares = |other: &Connection| shared.iter().any(|it| it.id == other.id);
    let is_other = |found: &Result<Connection, StoreError>| {
        found.as_ref().map_or(true, |other| {
            other.id != c.id && !(planned.together)(other) && other.status.may_hold_tokens()
        })
    };
    let in_words = |other: Connection| Other {
        affected: planned.wider && shares(&other),
        owner: server.owner_name(&other.owner),
        name: match other.provider == c.provider {
            true => other.name,
            false => format!("{} · {}", server.provider_name(&other.provider), other.name),
        },
        id: other.id,
    };
    let doomed: Vec<Other> = shared.iter().take(OTHERS).cloned().map(in_words).collect();
    let mut others: Vec<Other> = shared
        .iter()
        .filter(|other| other.provider == c.provider)
        .take(OTHERS)
        .cloned()
        .map(in_words)
        .collect();
    let room = planned.most.saturating_sub(others.len());
    for other in server
        .store
        .connections_of(&c.provider)
        .filter(is_other)
        .filter(|found| {
            let is_meant = |other: &Connection| !other.is_given_back && !shares(other);
            found.as_ref().map_or(true, is_meant)
        })
        .take(room)
    {
        others.push(in_words(other?));
    }
    Ok((others, doomed))
}

/// How many other connections of the provider hold tokens.
fn others_total(server: &Server, c: &Connection) -> Result<u64, StoreError> {
    let itself = c.status.may_hold_tokens();
    Ok(server
        .store
        .held(&c.provider)?
        .saturating_sub(u64::from(itself)))
}

/// Who would lose their tokens to an uninstall, which nobody has asked for yet.
fn uninstall_ends(
    server: &Server,
    c: &Connection,
    file: Option<&ProviderFile>,
    planned: PlanInput<'_>,
) -> Result<Vec<String>, StoreError> {
    let Some(file) = file.filter(|file| file.offers_uninstall() && !planned.uninstall) else {
        return Ok(Vec::new());
    };
    let mut ended = grants::siblings(server, c, file, grants::widest(file, true))?;
    ended.retain(|other| !(planned.together)(other));
    Ok(grants::names(server, &ended))
}

fn kept(server: &Server, c: &Connection) -> Result<Vec<String>, StoreError> {
    let scopes = server.store.scopes_of(&c.id)?;
    let references: u64 = scopes.iter().map(|scope| scope.total).sum();
    let jobs = server.store.jobs_of(&c.id)?.len() as u64;
    let configs = server.store.configs_of(&c.id)?.len() as u64;
    let mut kept = Vec::new();
    if references > 0 {
        kept.push(format!("{} stay readable", amount(references, "record")));
        kept.push(format!(
            "{}, marked as stale",
            amount(references, "reference")
        ));
    }
    if jobs > 0 {
        kept.push(format!("{}, disabled", amount(jobs, "job configuration")));
    }
    if configs > 0 {
        kept.push(amount(configs, "channel, rule or field mapping"));
    }
    kept.push("the audit log".to_owned());
    if server
        .store
        .app(&c.provider)?
        .is_some_and(|app| app.client_id.is_some())
    {
        kept.push(format!(
            "our app registration at {}",
            server.provider_name(&c.provider)
        ));
    }
    Ok(kept)
}

fn amount(n: u64, what: &str) -> String {
    match (n, what.split_once(' ')) {
        (1, _) => format!("1 {what}"),
        (_, Some(("channel,", _))) => format!("{} channels, rules and field mappings", number(n)),
        _ => format!("{} {what}s", number(n)),
    }
}
