//! From a folder to a server, and from a server to a folder that can be opened again.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::alarm::Alarm;
use super::backup::Backups;
use super::caller::{first_owner, server_entry};
use super::compaction::CurrentCompaction;
use super::master_key::MasterKeyPlace;
use super::options::{Options, StartError};
use super::workers::Workers;
use super::{
    Server, channels, clock_and_ids, compaction, connect, disconnect, exposure, folder_adoption,
    health, holds, http, idle, interrupted_disconnects, listen, log_keys, metrics, public_keys,
    rollback_guard, socket, subscriptions, sync, token_reads, tokens, walkthrough, webhooks, wipe,
};
use crate::domain::audit::authorizations::AnswerLost;
use crate::domain::audit::jobs::SyncInterrupted;
use crate::domain::audit::server::{LogBegins, OrphansOverwritten, WorkspaceBegun};
use crate::domain::audit::{AuditOutcome, Event, Origin, Via};
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::job::{ExecutionEnd, SyncJob};
use crate::providers::{Catalog, Vendors};
use crate::store::facts::{ExecutionOver, IssueIntent, Workspace};
use crate::store::{GivenUp, Store};
use crate::vault::Vault;

/// How a graceful stop waits for what is under way.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs a server until `stop`, then commits what is under way and lets the folder go.
///
/// `ready` is called when clients are answered.
///
/// # Errors
/// When it cannot start; what has been written by then can be opened again.
pub async fn run(
    options: Options,
    stop: CancellationToken,
    ready: impl FnOnce(),
) -> Result<(), StartError> {
    crate::files::raise_limit();
    // Whatever is made from here on is the owner's alone.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let web = match options.http {
        Some(at) => Some(
            TcpListener::bind(at)
                .await
                .map_err(|source| StartError::Http { at, source })?,
        ),
        None => None,
    };
    let watched = match options.metrics {
        Some(at) => Some(
            TcpListener::bind(at)
                .await
                .map_err(|source| StartError::Http { at, source })?,
        ),
        None => None,
    };
    let bound = web.as_ref().and_then(|listener| listener.local_addr().ok());
    let server = Arc::new(open(&options, bound, stop).await?);
    let listener = listen::listen(&options)?;
    recover(&server).await?;
    let clients = tokio::spawn(socket::serve(
        Arc::clone(&server),
        listener,
        server.stop.clone(),
    ));
    let following = Arc::clone(&server);
    server.tasks.spawn(async move {
        rollback_guard::keep(&following.seen, &following.store, &following.stop).await;
    });
    server.tasks.spawn(sync::keep_schedule(Arc::clone(&server)));
    server.tasks.spawn(holds::keep(Arc::clone(&server)));
    server.tasks.spawn(exposure::keep(Arc::clone(&server)));
    server
        .tasks
        .spawn(walkthrough::keep_planned(Arc::clone(&server)));
    server.tasks.spawn(subscriptions::keep(Arc::clone(&server)));
    server
        .tasks
        .spawn(webhooks::keep_notices(Arc::clone(&server)));
    server.tasks.spawn(channels::keep(Arc::clone(&server)));
    server.tasks.spawn(compaction::keep(Arc::clone(&server)));
    server.tasks.spawn(health::keep(Arc::clone(&server)));
    if let Some(watched) = watched {
        server
            .tasks
            .spawn(metrics::serve(Arc::clone(&server), watched));
    }
    if let Some(web) = web {
        server.tasks.spawn(http::serve(Arc::clone(&server), web));
    }
    if let Some(patience) = options.idle {
        tokio::spawn(idle::leave_when_idle(Arc::clone(&server), patience));
    }
    ready();
    server.stop.cancelled().await;
    drain(&server, clients).await;
    server.seen.follow(&server.store).await;
    listen::leave(&options);
    Ok(())
}

pub(super) async fn open(
    options: &Options,
    http: Option<SocketAddr>,
    stop: CancellationToken,
) -> Result<Server, StartError> {
    // Nothing is written to a log without its key: such a folder is refused, or goes on in another log.
    let signer = |log| log_keys::signer_if_there(&options.key_dir, log);
    let store = Store::open_with(&options.data_dir, signer)?;
    let (store, seen) = rollback_guard::admit(store, options).await?;
    folder_adoption::finish_adoption(&store, &BTreeSet::new()).await?;
    let master = MasterKeyPlace {
        key_dir: options.key_dir.clone(),
        command: options.key_command.clone(),
        passphrase: options.passphrase.clone(),
    };
    let master = master.key()?;
    let in_use = store.slots_in_use()?;
    let (vault, sweep) = Vault::open(&options.data_dir.join("slots"), master, in_use.into_iter())?;
    public_keys::publish(&store, &options.data_dir, &options.key_dir)?;
    let workspace = workspace(&store, options).await?;
    let mut warnings = Vec::new();
    if !sweep.overwritten.is_empty() {
        let overwritten = Event::OrphansOverwritten(OrphansOverwritten {
            slots: sweep.overwritten.len() as u64,
        });
        let entry = server_entry(overwritten, "slots", AuditOutcome::Done);
        store.note(entry).await?;
    }
    if let (Some(url), None) = (&options.public_url, options.http) {
        warnings.push(format!(
            "public_url is {url}, and nothing listens for it: set http, or start the server with --http ADDR"
        ));
    }
    for slot in &sweep.without_key {
        warnings.push(format!(
            "key slot {} is named by a row and holds no key: that secret is lost",
            slot.slot
        ));
    }
    let gateway = options.gateway.as_deref().map(uid_of).transpose()?;
    let catalog = catalog(&store, &mut warnings)?;
    let audit_key = store.public_key();
    Ok(Server {
        store,
        vault: Arc::new(vault),
        vendors: Vendors::new(catalog, options.patience),
        hub: super::hub::Hub::default(),
        locks: super::locks::Locks::default(),
        configuring: super::locks::Locks::default(),
        grants: super::grants::Grants::default(),
        health: super::health::HealthWatch::new(options.health_every),
        is_on_demand: options.idle.is_some(),
        holds: super::holds::HoldAttempts::new(options.hold_pace),
        backups: Backups::default(),
        upkeep: CurrentCompaction::default(),
        exposures: Alarm::default(),
        made_up: super::trial::MadeUpCache::default(),
        turns: super::trial::TurnsByHost::default(),
        pace: options.proof_pace.clone(),
        empty_again: options.empty_again,
        default_schedule: options.schedule.clone(),
        flows: super::connect::Flows::default(),
        callbacks: super::connect::Callbacks::default(),
        reads: super::token_reads::ReadWindows::default(),
        refusals: super::refusals::Refusals::default(),
        bodies: super::request_bodies::RequestBodies::default(),
        deliveries: super::webhooks::Queues::default(),
        notices: Workers::new(super::webhooks::NOTICES_AT_ONCE),
        channels: Workers::new(channels::AT_ONCE),
        senders: subscriptions::Senders::new(options.sending.clone()),
        debounce: options.debounce,
        sessions: std::sync::atomic::AtomicU64::default(),
        bounds: super::rate_limits::RateLimits::default(),
        scans: super::scans::Scans::default(),
        log_signatures: Arc::default(),
        executions: Arc::new(sync::Executions::new(options.patience.at_once)),
        schedule: Alarm::default(),
        presence: super::presence::Presence::default(),
        tasks: TaskTracker::new(),
        stop,
        workspace,
        started_at: clock_and_ids::now(),
        data_dir: options.data_dir.clone(),
        seen,
        audit_key,
        gateway,
        callback_port: options.callback_port,
        http_base: http.map(|at| match &options.public_url {
            Some(url) => url.to_string(),
            None => format!("http://{at}"),
        }),
        trusted_proxies: options.trusted_proxies.clone(),
        warnings,
        walks: super::walkthrough::Walks::new(options.runs_at_once),
        driven: disconnect::RunDrivers::default(),
        lingering: std::sync::Mutex::default(),
    })
}

/// The providers that are built in, and those that were added.
fn catalog(store: &Store, warnings: &mut Vec<String>) -> Result<Catalog, StartError> {
    let mut catalog = Catalog::built_in()?;
    for added in store.added_providers()? {
        // A file that was fine once and is not any more must not keep everything else from starting.
        match catalog.add_stored(&added.toml, &added.id) {
            Ok(entry) => warnings.extend(
                entry
                    .warnings
                    .iter()
                    .map(|warning| format!("the added provider {warning}")),
            ),
            Err(error) => warnings.push(format!(
                "the added provider {} is not usable: {error}",
                added.id
            )),
        }
    }
    Ok(catalog)
}

/// The workspace; the first start makes it, with its first Owner.
async fn workspace(store: &Store, options: &Options) -> Result<String, StartError> {
    if let Some(workspace) = store.workspace()? {
        return Ok(workspace.name);
    }
    let (name, uid) = match &options.owner {
        Some(name) => (name.clone(), uid_of(name)?),
        None => own_account(),
    };
    let owner = first_owner(name, uid);
    let host = nix::unistd::gethostname()
        .ok()
        .and_then(|host| host.into_string().ok());
    let workspace = Workspace {
        name: options
            .workspace
            .clone()
            .or(host)
            .unwrap_or_else(|| "workspace".to_owned()),
    };
    let event = Event::WorkspaceBegun(WorkspaceBegun {
        workspace: workspace.name.clone(),
        owner: owner.name.clone(),
        uid,
        log: Some(LogBegins { format: 2, from: 0 }),
    });
    let mut entry = server_entry(event, &workspace.name, AuditOutcome::Done);
    entry.actor.clone_from(&owner.name);
    entry.role = owner.role.code().to_owned();
    entry.origin = Origin {
        address: None,
        via: Via::Local,
    };
    let begun = workspace.name.clone();
    store.begin_workspace(workspace, owner, entry).await?;
    Ok(begun)
}

/// What a crash left unfinished: secrets half destroyed, executions of a process that is gone, runs.
pub(super) async fn recover(server: &Arc<Server>) -> Result<(), StartError> {
    let open = server.store.open_runs()?;
    token_reads::recover(server).await?;
    super::refusals::recover(server).await?;
    connect::recover(server).await?;
    for credential in server.store.scan::<Credential>("")? {
        if credential.state != CredentialState::Destroying {
            continue;
        }
        let of_a_run = server.store.connection(&credential.connection)?.status
            == crate::domain::connection::Status::Disconnecting;
        // A run finishes its own; these were begun outside one.
        if !of_a_run && let Err(error) = tokens::token_end::destroy(server, &credential, None).await
        {
            tracing::error!(credential = %credential.id, %error, "a secret could not be destroyed to the end");
        }
    }
    for intent in server.store.scan::<IssueIntent>("")? {
        if !intent.lost {
            let lost = Event::AnswerLost(AnswerLost::of(&intent.credential, &intent.call));
            let entry = server_entry(lost, &intent.connection, AuditOutcome::Warning);
            server.store.intent_lost(&intent, entry).await?;
        }
    }
    for execution in server.store.live_executions(None)? {
        let Some(job) = server
            .store
            .get::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))?
        else {
            continue;
        };
        let interrupted = Event::SyncInterrupted(SyncInterrupted {
            job: job.id.clone(),
            execution: execution.id.clone(),
            entity: job.entity.clone(),
        });
        let entry = server_entry(interrupted, &execution.connection, AuditOutcome::Warning);
        let at = clock_and_ids::now();
        let over = ExecutionOver {
            how: ExecutionEnd::Interrupted,
            at,
            next_run_at: job.is_enabled.then_some(at),
        };
        server
            .store
            .execution_ended(&execution, over, entry)
            .await?;
    }
    exposure::find_older(server).await?;
    if let Err(error) = holds::end_overdue(server).await {
        tracing::error!(%error, "a token that is kept for its proof alone could not be destroyed in time");
    }
    for run in server.store.ended_without_checkpoint()? {
        disconnect::settle(server, run).await?;
    }
    for run in open {
        disconnect::go_on(server, run);
    }
    // Vendors are asked for its plan, and nobody waits for them.
    let ours = Arc::clone(server);
    server.tasks.spawn(async move {
        if let Err(problem) = interrupted_disconnects::disconnect_interrupted(&ours).await {
            tracing::error!(%problem, "tokens that nobody keeps could not be looked for");
        }
    });
    for wiped in server.store.open_wipes()? {
        wipe::go_on(server, wiped);
    }
    for walkthrough in server.store.walkthroughs_running()? {
        walkthrough::go_on_by_itself(server, walkthrough);
    }
    Ok(())
}

/// Commits what is under way: batches at once; runs stop at their next record and go on at the next start.
async fn drain(server: &Arc<Server>, clients: tokio::task::JoinHandle<()>) {
    server.executions.stop_everything().await;
    server.store.give_up_copy(GivenUp::Stopping);
    server.tasks.close();
    let all = async {
        server.tasks.wait().await;
        if let Err(error) = clients.await {
            tracing::error!(%error, "the socket's task died");
        }
    };
    if tokio::time::timeout(DRAIN, all).await.is_err() {
        tracing::warn!("something was still under way; it goes on at the next start");
    }
    match holds::end_proofs(server).await {
        Ok(0) => {}
        Ok(ended) => tracing::info!(
            ended,
            "tokens that were kept for their proof alone were destroyed"
        ),
        Err(error) => {
            tracing::error!(%error, "a token that is kept for its proof alone could not be destroyed")
        }
    }
}

fn own_account() -> (String, u32) {
    let uid = nix::unistd::getuid();
    let name = nix::unistd::User::from_uid(uid)
        .ok()
        .flatten()
        .map(|user| user.name);
    (name.unwrap_or_else(|| format!("uid{uid}")), uid.as_raw())
}

fn uid_of(name: &str) -> Result<u32, StartError> {
    let user = nix::unistd::User::from_name(name).ok().flatten();
    user.map(|user| user.uid.as_raw())
        .ok_or_else(|| StartError::NoAccount(name.to_owned()))
}
