//! A run that is stopped after every single record, and resumed. The disk fails for good right after the n-th commit of
//! the disconnect, for every n there is; then the folder is opened again, as after a crash.

use std::io::BufReader;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::caller::Caller;
use super::start::{open, recover};
use super::{Options, Server, dispatch};
use crate::audit::{Verifier, verify};
use crate::demo::visit;
use crate::domain::audit::{Origin, Via};
use crate::domain::connection::Status;
use crate::domain::disconnect::log::Step;
use crate::domain::disconnect::run::RunState;
use crate::domain::id::ConnectionId;
use crate::domain::user::Actor;
use crate::sandbox::{self, Sandbox, Vendor};
use crate::wire::request::{FlowKind, Secret};
use crate::wire::rpc::Connect;
use crate::wire::rpc::{self, Rpc};
use crate::wire::view::{Flow, FlowState};

/// More commits than a disconnect has: if this is reached, the test does not stop what it thinks it stops.
pub(super) const TOO_MANY: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_stopped_after_any_record_ends_the_same() {
    let sandbox = sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .unwrap();
    for commits in 1..TOO_MANY {
        let folder = tempfile::tempdir().unwrap();
        let server = start(&options(folder.path())).await;
        registered(&server, &sandbox, Vendor::Ledger).await;
        let connection = connected_to(&server, Vendor::Ledger, "acme-bot").await;
        // What passes beside the tokens makes the proof independent of how long the restart takes.
        connected_to(&server, Vendor::Ledger, "carol").await;
        server.store.stop_after(commits);
        let request = disconnect(&connection);
        // The first commit is the one that would have been acknowledged; without it nobody is told that it began.
        let begun = dispatch::answer(&server, &caller(&server), request.into()).await;
        assert!(commits > 1 || begun.is_err(), "stopped after {commits}");
        // Later its answer can only be lost with the store: the run goes on while what is told of it is still being read.
        let stopped = server.store.failure();
        assert!(
            begun.is_ok() || stopped.is_some(),
            "stopped after {commits}"
        );
        quiet(&server).await;
        let is_over = server.store.open_runs().is_ok_and(|open| open.is_empty());
        let was_stopped = server.store.note(super::caller::server_entry(
            crate::domain::audit::Event::WalkthroughFinished(
                crate::domain::audit::walkthroughs::WalkthroughMoved {},
            ),
            "",
            crate::domain::audit::AuditOutcome::Done,
        ));
        let was_stopped = was_stopped.await.is_err();
        drop(server);
        if !was_stopped {
            // One for each step, two for each of two tokens: what nobody waits for goes to the disk with the next.
            let least = Step::ALL.len() + 4;
            assert!(is_over && commits > least, "{commits} commits, {is_over}");
            return;
        }
        let server = start(&options(folder.path())).await;
        recover(&server).await.unwrap();
        quiet(&server).await;
        ended_well(&server, &connection, commits);
    }
    panic!("the run never ended");
}

/// Opened as at every start, without listening anywhere.
pub(super) async fn start(options: &Options) -> Arc<Server> {
    let opened = open(options, None, CancellationToken::new()).await;
    Arc::new(opened.unwrap())
}

pub(super) fn options(folder: &Path) -> Options {
    Options {
        data_dir: folder.join("data"),
        key_dir: folder.join("conf"),
        socket: folder.join("sock"),
        group: None,
        gateway: None,
        passphrase: None,
        metrics: None,
        key_command: Vec::new(),
        http: None,
        public_url: None,
        trusted_proxies: Vec::new(),
        callback_port: 8976,
        moving: super::Moving {
            is_accepted: false,
            older_is_accepted: false,
            by_machine: true,
        },
        workspace: None,
        owner: None,
        idle: None,
        patience: crate::providers::Patience::default(),
        hold_pace: crate::domain::hold::RetryPace::default(),
        proof_pace: quick(),
        health_every: crate::domain::health::EVERY,
        runs_at_once: 8,
        empty_again: std::time::Duration::from_secs(600),
        schedule: None,
        debounce: crate::domain::delivery::DEBOUNCE,
        sending: crate::server::subscriptions::Sending::default(),
    }
}

/// Proofs that are over within the run.
fn quick() -> crate::domain::trial::ProofPace {
    let milliseconds = std::time::Duration::from_millis;
    crate::domain::trial::ProofPace {
        apart: milliseconds(9),
        span: milliseconds(60),
        looks: vec![milliseconds(20)],
        ..Default::default()
    }
}

pub(super) fn caller(server: &Server) -> Caller {
    let user = server.store.users().unwrap().remove(0);
    let actor = Actor {
        role: user.role,
        user,
        read_only: false,
    };
    let origin = Origin {
        address: None,
        via: Via::Local,
    };
    Caller {
        actor,
        origin,
        session: 0,
    }
}

pub(super) async fn ask<A: Rpc>(server: &Arc<Server>, request: A) -> A::Reply {
    match dispatch::answer(server, &caller(server), request.into()).await {
        Ok(dispatch::DispatchReply::Json(json)) => A::read(json).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The sandbox's app is registered, with the provider's hosts pointing at the sandbox.
pub(super) async fn registered(server: &Arc<Server>, sandbox: &Sandbox, vendor: Vendor) {
    let mut setups = sandbox.setups().into_iter();
    let setup = setups.find(|it| it.vendor == vendor).unwrap();
    let (client_id, client_secret) = setup.client.unzip();
    let vars = setup.vars.into_iter();
    let configure = rpc::ProviderConfigure {
        id: setup.provider.to_owned(),
        client_id,
        client_secret: client_secret.map(|secret| Secret(secret.into())),
        redirect_uri: None,
        app_name: None,
        vars: vars.map(|(name, value)| (name.to_owned(), value)).collect(),
        moves: false,
    };
    ask(server, configure).await;
}

/// An authorization that was allowed at the vendor, and where the browser was sent.
pub(super) async fn authorized(
    server: &Arc<Server>,
    vendor: Vendor,
    account: &str,
) -> (Flow, String) {
    let connect = Connect {
        enable_jobs: true,
        ..Connect::new(vendor.to_string(), FlowKind::Paste)
    };
    let flow: Flow = ask(server, connect).await;
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{:?}", flow.state)
    };
    let back = visit::allow(url, account).await.unwrap();
    (flow, back)
}

pub(super) async fn connected_to(
    server: &Arc<Server>,
    vendor: Vendor,
    account: &str,
) -> ConnectionId {
    let (flow, back) = authorized(server, vendor, account).await;
    let mut changes = server.hub.listen();
    let paste = rpc::FlowPaste {
        id: flow.id.clone(),
        text: Secret(back.into()),
    };
    let mut flow: Flow = ask(server, paste).await;
    loop {
        match flow.state {
            FlowState::Connected { connection } => return connection,
            FlowState::Failed { problem } => panic!("{problem}"),
            _ => drop(changes.recv().await.unwrap()),
        }
        flow = ask(server, rpc::Flow { id: flow.id }).await;
    }
}

pub(super) fn disconnect(connection: &ConnectionId) -> crate::wire::rpc::Disconnect {
    crate::wire::rpc::Disconnect {
        targets: vec![crate::wire::request::Target {
            connection: connection.to_string(),
            version: None,
        }],
        reason: crate::domain::disconnect::run::Reason::Compliance,
        note: String::new(),
        ticket: None,
        if_unreachable: crate::domain::disconnect::run::IfUnreachable::Destroy,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
        uninstall: false,
    }
}

/// Waits until everything that the server has begun has ended.
pub(super) async fn quiet(server: &Server) {
    server.tasks.close();
    server.tasks.wait().await;
}

/// The same end, whenever it was stopped: proven dead, destroyed, out of service, and told once.
fn ended_well(server: &Server, id: &ConnectionId, commits: usize) {
    let connection = server.store.connection(id).unwrap();
    assert_eq!(
        connection.status,
        Status::Revoked,
        "stopped after {commits}"
    );
    for credential in server.store.credentials_of(id).unwrap() {
        assert!(
            credential.is_deleted(),
            "stopped after {commits}: {credential:?}"
        );
    }
    let run = server
        .store
        .run(&server.store.last_run_of(id).unwrap().unwrap())
        .unwrap();
    let tokens = super::queries::runs::one(server, &run).unwrap().tokens;
    assert_eq!(
        run.state,
        RunState::Completed,
        "stopped after {commits}: {tokens:#?}"
    );
    assert!(run.checkpoint.is_some(), "stopped after {commits}");
    assert_eq!(tokens.len(), 2, "stopped after {commits}");
    assert!(
        tokens.iter().all(|t| t.outcome.is_some_and(|o| o.proven())),
        "stopped after {commits}: {tokens:?}"
    );
    let entries = server.store.entries(0, usize::MAX).unwrap();
    let told = |action| {
        entries
            .iter()
            .filter(|entry| entry.action == action)
            .count()
    };
    for (action, times) in [
        ("connection.disconnect_begun", 1),
        ("connection.revoking", 1),
        ("token.revoked", 2),
        ("credential.destroying", 2),
        ("credential.destroyed", 2),
        ("connection.disconnected", 1),
    ] {
        assert_eq!(told(action), times, "stopped after {commits}: {action}");
    }
    let log = std::fs::File::open(server.data_dir.join("audit.log")).unwrap();
    let key = Verifier::parse(&server.audit_key).unwrap();
    let report = verify(BufReader::new(log), Some(&key), run.checkpoint.as_deref()).unwrap();
    assert!(report.signatures_checked, "stopped after {commits}");
}
