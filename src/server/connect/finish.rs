//! The vendor has answered: the code becomes tokens, the tokens become a connection.

use futures::FutureExt;
use serde_json::json;

use super::account;
use super::flow::{Flow, Opened};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::{Account, Connection, Health, Instance, InstanceStatus, Status};
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::job::{SyncJob, SyncMode};
use crate::domain::provider::{CallKind, Pkce, ProviderFile, SyncKind};
use crate::domain::webhook::WebhookEndpoint;
use crate::providers::{CallContext, Exchange, Expected, TokenError, TokenSet, parse_callback};
use crate::server::grants::Pass;
use crate::server::vendor::{evidence, sealed_away};
use crate::server::who::problem;
use crate::server::{Server, mint, tokens};
use crate::store::facts::{Connected, Intent};
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem, Topic};

/// How often a job runs unless a person says otherwise.
const SCHEDULE: &str = "*/15 * * * *";

/// What came back is read, exchanged and kept; the flow ends here.
pub(super) async fn came(flow: &Flow, opened: &Opened, text: &str) {
    flow.set(FlowState::Exchanging);
    let code = match read(flow, opened, text) {
        Ok(code) => code,
        Err(problem) => return failed(flow, None, problem).await,
    };
    // A disconnect of the same connection ends first; what is written then is the next generation.
    let held = flow.held();
    let _one_at_a_time = flow.server.locks.of(&held).await;
    let issuing = flow.server.grants.issuing(flow.vendor.file()).await;
    let intent = Intent {
        credential: mint::credential(),
        connection: held,
        generation: 0,
        call: "exchange".to_owned(),
        at: mint::now(),
        lost: false,
    };
    if let Err(error) = flow.server.store.intend(&intent).await {
        return failed(flow, None, problem(error)).await;
    }
    if let Err(problem) = same_registration(flow) {
        return failed(flow, Some(&intent), problem).await;
    }
    match exchange(flow, opened, &code).await {
        Err((true, problem)) => {
            lost(flow, &intent).await;
            failed(flow, None, problem).await;
        }
        Err((false, problem)) => failed(flow, Some(&intent), problem).await,
        Ok(set) => {
            let nonce = opened.authorize.nonce.as_deref();
            take(flow, nonce, &intent, (&set, issuing)).await;
        }
    }
}

/// A code belongs to the registration that asked for it.
pub(super) fn same_registration(flow: &Flow) -> Result<(), Problem> {
    match flow.vendor.still_stands(&flow.server) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::new(
            Code::Conflict,
            format!(
                "connecting {} failed: our registration there was changed meanwhile",
                flow.vendor.file().name
            ),
            "start again",
        )),
        Err(error) => Err(problem(error)),
    }
}

/// What was issued becomes the connection, or is given back.
pub(super) async fn take(
    flow: &Flow,
    nonce: Option<&str>,
    intent: &Intent,
    (set, issuing): (&TokenSet, Pass),
) {
    match issued(flow, nonce, intent, (set, issuing)).await {
        Ok(connection) => {
            // Before anybody is told: a token that dies next minute is on record as having lived.
            tokens::passed(&flow.server, &flow.vendor, &connection.id).await;
            flow.set(FlowState::Connected {
                connection: connection.id,
            });
        }
        Err(problem) => {
            give_back(flow, set).await;
            failed(flow, Some(intent), problem).await;
        }
    }
}

/// The vendor may have issued something that nobody has seen.
pub(super) async fn lost(flow: &Flow, intent: &Intent) {
    let detail = json!({ "provider": flow.purpose.provider, "credential": intent.credential, "call": intent.call });
    let entry = flow.caller.entry(
        "connection.answer_lost",
        &intent.connection,
        AuditOutcome::Warning,
        detail,
    );
    if let Err(error) = flow.server.store.intent_lost(intent, entry).await {
        tracing::error!(%error, "that an answer was lost could not be recorded");
    }
}

/// The flow came to nothing; that is recorded, and shown with its reason.
pub(super) async fn failed(flow: &Flow, intent: Option<&Intent>, why: Problem) {
    let target = flow
        .purpose
        .again
        .as_ref()
        .map_or_else(|| flow.purpose.provider.clone(), ToString::to_string);
    let detail = json!({ "provider": flow.purpose.provider, "why": why.message });
    let entry = flow.caller.entry(
        "connection.authorize_failed",
        target,
        AuditOutcome::Failed,
        detail,
    );
    if let Err(error) = flow
        .server
        .store
        .authorization_failed(&flow.purpose.provider, intent, entry)
        .await
    {
        tracing::error!(%error, "that an authorization failed could not be recorded");
    }
    flow.set(FlowState::Failed { problem: why });
    flow.server.hub.tell([Topic::Providers, Topic::Audit]);
}

fn read(flow: &Flow, opened: &Opened, text: &str) -> Result<secrecy::SecretString, Problem> {
    let endpoints = flow.vendor.endpoints()?;
    let expected = Expected {
        state: &opened.authorize.state,
        issuer: endpoints.issuer.as_deref(),
        iss_supported: endpoints.iss_supported,
        has_pkce: flow.vendor.file().auth.pkce == Pkce::S256,
    };
    parse_callback(text, expected).map_err(|error| {
        let name = &flow.vendor.file().name;
        Problem::new(
            Code::Failed,
            format!("connecting {name} failed: {error}"),
            "start again",
        )
    })
}

/// The error says whether the answer was lost, in which case something may have been issued.
async fn exchange(
    flow: &Flow,
    opened: &Opened,
    code: &secrecy::SecretString,
) -> Result<TokenSet, (bool, Problem)> {
    let endpoints = flow
        .vendor
        .endpoints()
        .map_err(|problem| (false, problem))?;
    let exchange = Exchange {
        code,
        redirect_uri: &opened.redirect_uri,
        pkce_verifier: opened.authorize.pkce_verifier.as_ref(),
    };
    flow.server
        .vendors
        .exchange(&flow.vendor.app, endpoints, exchange)
        .await
        .map_err(|error| {
            let lost = matches!(error, TokenError::Lost { .. });
            let name = &flow.vendor.file().name;
            let hint = match &error {
                TokenError::ClientRejected { .. } => {
                    "check the client id and secret with `tagout providers configure`; where the vendor wants the secret in the request's body, the provider file says client_auth = \"body\""
                }
                TokenError::Lost { .. } => {
                    "start again; a token may have been issued that nobody holds"
                }
                _ => "start again",
            };
            (
                lost,
                Problem::new(
                    Code::Failed,
                    format!("connecting {name} failed: {error}"),
                    hint,
                ),
            )
        })
}

async fn issued(
    flow: &Flow,
    nonce: Option<&str>,
    intent: &Intent,
    (set, issuing): (&TokenSet, Pass),
) -> Result<Connection, Problem> {
    let endpoints = flow.vendor.endpoints()?;
    if let Some(nonce) = nonce {
        let vendors = &flow.server.vendors;
        vendors
            .check_id_token(&flow.vendor.app, endpoints, set, nonce)
            .map_err(|error| {
                let name = &flow.vendor.file().name;
                Problem::new(
                    Code::Failed,
                    format!("connecting {name} failed: {error}"),
                    "start again; the new tokens were revoked again",
                )
            })?;
    }
    let context = CallContext {
        fields: Some(&set.fields),
        ..CallContext::new(&flow.vendor.app, endpoints)
    };
    let account = account::whose(
        &flow.vendor,
        &context.with_token(&set.first.access),
        &flow.server,
        Some(set),
    )
    .await?;
    let mut before = account::connection_for(&flow.server, &flow.purpose, &account)?;
    // Whose connection this continues is known only now: a disconnect of it ends first here too (N9).
    let mut issuing = issuing;
    let _one_at_a_time = match &before {
        Some(known) if known.id != intent.connection => {
            let locks = &flow.server.locks;
            let held = match locks.of(&known.id).now_or_never() {
                Some(held) => held,
                None => {
                    // Whoever holds the lock may be waiting to revoke, and so for us.
                    drop(issuing);
                    let held = locks.of(&known.id).await;
                    issuing = flow.server.grants.issuing(flow.vendor.file()).await;
                    held
                }
            };
            before = account::connection_for(&flow.server, &flow.purpose, &account)?;
            Some(held)
        }
        _ => None,
    };
    if let Some(before) = &before
        && account::is_other(Some(before), &account)
        && !flow.purpose.accept_other_account
    {
        return Err(account::other_account(before, &account));
    }
    let asked = flow.vendor.file().scopes(endpoints);
    let granted = set.first.scope.clone().unwrap_or_else(|| asked.clone());
    let mut connection = put_in_service(flow, before.as_ref(), account);
    connection.scopes_asked = asked;
    connection.scopes_granted = granted;
    connection.fields.clone_from(&set.fields);
    let issue = next_issue(&flow.server, before.as_ref())?;
    let mut credentials = Vec::new();
    for issued in set.all() {
        let sealed = tokens::seal_issued(
            &flow.server,
            &connection,
            flow.vendor.file(),
            issued,
            (&issued.label, issue),
            intent.at,
        );
        credentials.extend(
            sealed
                .map_err(|error| sealed_away(&error))?
                .into_iter()
                .map(|(row, _)| row),
        );
    }
    let kept = keep(
        &flow.server,
        &flow.caller,
        flow.vendor.file(),
        Kept {
            connection,
            before,
            credentials,
            intent: Some(intent.clone()),
        },
        &flow.purpose,
    )
    .await;
    drop(issuing);
    kept
}

/// What is about to be written.
pub(super) struct Kept {
    pub connection: Connection,
    pub before: Option<Connection>,
    pub credentials: Vec<Credential>,
    pub intent: Option<Intent>,
}

/// Connection, secrets, jobs and instance in one transaction.
pub(super) async fn keep(
    server: &Server,
    caller: &crate::server::who::Caller,
    file: &ProviderFile,
    kept: Kept,
    purpose: &super::Purpose,
) -> Result<Connection, Problem> {
    let Kept {
        mut connection,
        before,
        mut credentials,
        intent,
    } = kept;
    let again = before.as_ref().is_some_and(|c| c.status == Status::Revoked);
    let had = server.store.jobs_of(&connection.id).map_err(problem)?;
    let jobs = jobs(server, file, &connection, &had, purpose, again);
    if purpose.enable_jobs || purpose.enable_before {
        connection.enabled_before.clear();
    }
    let has_endpoint = !server
        .store
        .webhooks_of(Some(&connection.id))
        .map_err(problem)?
        .is_empty();
    let webhook = (file.webhook.is_some() && !has_endpoint).then(|| WebhookEndpoint {
        id: mint::webhook(),
        connection: connection.id.clone(),
        enabled: true,
        received: 0,
        verified: 0,
        ignored: 0,
    });
    let action = if before.is_some() {
        "connection.reconnected"
    } else {
        "connection.connected"
    };
    let fingerprints: Vec<_> = credentials
        .iter()
        .map(|c| json!({ "kind": c.kind, "fingerprint": c.fingerprint }))
        .collect();
    let detail = json!({
        "provider": connection.provider, "name": connection.name, "account": connection.account,
        "account_before": before.as_ref().map(|c| &c.account), "generation": connection.generation,
        "scopes": connection.scopes_granted, "tokens": fingerprints,
    });
    let entry = caller.entry(action, &connection.id, AuditOutcome::Done, detail);
    // What an older authorization left behind is not used any more, and still has to be ended one day.
    credentials.extend(set_aside(server, before.as_ref())?);
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
        jobs,
        webhook,
        intent,
    };
    let connection = server.store.connected(new, entry).await.map_err(problem)?;
    server.hub.tell([
        Topic::Connections,
        Topic::Providers,
        Topic::Jobs,
        Topic::Audit,
        Topic::Connection(connection.id.clone()),
    ]);
    server.schedule.look();
    Ok(connection)
}

/// The connection as it shall stand: the one there was, in its next generation, or a new one.
fn put_in_service(flow: &Flow, before: Option<&Connection>, account: Account) -> Connection {
    fresh(
        &flow.server,
        &flow.purpose,
        before,
        account,
        flow.vendor.file(),
    )
}

/// As above, for whoever has no flow.
pub(super) fn fresh(
    server: &Server,
    purpose: &super::Purpose,
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
        Some(before) => Connection {
            name: name.unwrap_or_else(|| {
                if before.name == before.account.label {
                    label
                } else {
                    before.name.clone()
                }
            }),
            account,
            status: Status::Connected,
            reason: String::new(),
            health: Health::Healthy,
            generation: before.generation + 1,
            connected_at: Some(mint::now()),
            ..before.clone()
        },
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
            generation: 1,
            version: 1,
            connected_at: Some(mint::now()),
            synced_at: None,
            scopes_asked: Vec::new(),
            scopes_granted: Vec::new(),
            fields: serde_json::Map::new(),
            enabled_before: Vec::new(),
        },
    }
}

fn instance_of(server: &Server, provider: &str) -> crate::domain::id::InstanceId {
    match server.store.instance(provider) {
        Ok(Some(instance)) => instance.id,
        Ok(None) | Err(_) => mint::instance(),
    }
}

/// Jobs that are new, and those that a reconnect changes.
fn jobs(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
    had: &[SyncJob],
    purpose: &super::Purpose,
    again: bool,
) -> Vec<SyncJob> {
    let now = mint::now();
    let mut jobs = Vec::new();
    let unset = unset_vars(server, file);
    for sync in &file.sync {
        let needs = |name: &String| {
            sync.url.contains(name) || sync.params.values().any(|value| value.contains(name))
        };
        // A list that needs something nobody has configured yet would fail at once, and for ever.
        if unset.iter().any(needs) {
            continue;
        }
        let Some(old) = had.iter().find(|job| job.entity == sync.entity) else {
            jobs.push(SyncJob {
                id: mint::job(),
                connection: connection.id.clone(),
                entity: sync.entity.clone(),
                mode: if sync.since.param.is_some() {
                    SyncMode::Incremental
                } else {
                    SyncMode::Full
                },
                is_enabled: purpose.enable_jobs,
                schedule: Some(SCHEDULE.to_owned()),
                max_retries: 3,
                timeout_minutes: 60,
                last_execution: None,
                cursor: None,
                in_step_since: None,
                gap: false,
                disabled_by: None,
                last_error: None,
                next_run_at: purpose.enable_jobs.then_some(now),
                version: 1,
            });
            continue;
        };
        let mut job = old.clone();
        // What a refused token had stopped goes on at once, not at the next due time.
        if job.is_enabled {
            job.next_run_at = Some(now);
        }
        let ran_before = purpose.enable_before && connection.enabled_before.contains(&job.id);
        if purpose.enable_jobs || ran_before {
            (job.is_enabled, job.disabled_by, job.next_run_at) = (true, None, Some(now));
        }
        // O10: events of the gap are not pulled unless that is asked for; state is brought up to date.
        if again && sync.kind == SyncKind::Events && !purpose.fill_gap {
            (job.cursor, job.in_step_since, job.gap) = (None, Some(now), true);
        }
        jobs.push(job);
    }
    jobs
}

/// The file's vars that have to be configured and are not, as they stand in templates.
fn unset_vars(server: &Server, file: &ProviderFile) -> Vec<String> {
    let app = server.store.app(&file.id).ok().flatten();
    let vars = file.vars_with(&app.map(|app| app.vars).unwrap_or_default());
    let empty = vars.into_iter().filter(|(_, value)| value.is_empty());
    empty.map(|(name, _)| format!("{{{name}}}")).collect()
}

fn next_issue(server: &Server, before: Option<&Connection>) -> Result<u32, Problem> {
    let Some(before) = before else { return Ok(1) };
    let all = server.store.credentials_of(&before.id).map_err(problem)?;
    Ok(all.iter().map(|c| c.issue).max().unwrap_or(0) + 1)
}

fn set_aside(server: &Server, before: Option<&Connection>) -> Result<Vec<Credential>, Problem> {
    let Some(before) = before else {
        return Ok(Vec::new());
    };
    let mut old = server.store.credentials_of(&before.id).map_err(problem)?;
    old.retain(Credential::is_active);
    for credential in &mut old {
        credential.state = CredentialState::Superseded;
    }
    Ok(old)
}

/// Tokens that are not kept are not left alive either: the recipe's revoking calls are made for them, and what
/// came of it is recorded.
async fn give_back(flow: &Flow, set: &TokenSet) {
    let Ok(endpoints) = flow.vendor.endpoints() else {
        return;
    };
    let mut answers = Vec::new();
    for call in flow
        .vendor
        .file()
        .calls()
        .iter()
        .filter(|call| call.kind == CallKind::Revoke && !call.optional)
    {
        for issued in set.all() {
            let token = match call.needs() {
                crate::domain::provider::TokenKind::Refresh => issued.refresh.as_ref(),
                crate::domain::provider::TokenKind::Access => Some(&issued.access),
                _ => None,
            };
            if let Some(token) = token {
                let context = CallContext {
                    fields: Some(&set.fields),
                    ..CallContext::new(&flow.vendor.app, endpoints)
                };
                answers.push(evidence(
                    flow.server
                        .vendors
                        .call(call, &context.with_token(token))
                        .await,
                ));
            }
        }
    }
    let mut entry = flow.caller.entry(
        "connection.tokens_given_back",
        &flow.purpose.provider,
        AuditOutcome::Done,
        json!({ "provider": flow.purpose.provider, "calls": answers.len() }),
    );
    entry.evidence = json!({ "calls": answers });
    if let Err(error) = flow.server.store.note(entry).await {
        tracing::error!(%error, "that tokens were given back could not be recorded");
    }
}
