//! The data folder of the present format that `tests/folders` keeps, for tests/story/folders.rs to open with every later
//! program. `TAGOUT_GENERATE=1 cargo test --lib kept_folder` makes it, as root, when there is none of this format yet.

mod walkthroughs;

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::resume_tests::{
    TOO_MANY, ask, authorized, caller, connected_to, disconnect, options, quiet, registered, start,
};
use super::{Server, dispatch, sync};
use crate::domain::condition::Condition;
use crate::domain::disconnect::log::{Next, Step, next};
use crate::domain::disconnect::run::IfUnreachable;
use crate::domain::id::{ConnectionId, RunId};
use crate::domain::job::{ExecutionStatus, RunWishes};
use crate::domain::webhook::ConfigKind;
use crate::evidence::{Gathering, folder};
use crate::sandbox::{self, Endpoint, Fault, FaultMode, Sandbox, SettingsChange, Vendor};
use crate::store::FORMAT;
use crate::wire::request::{MAX_ROWS, Secret, Window};
use crate::wire::rpc::{self, JobAction};
use crate::wire::view::FlowState;

use walkthroughs::{draft, half_done};

const BOT: &str = "acme-bot";
const CAROL: &str = "carol";

/// Where the vendors are that the folder knows: root alone listens there, so that nobody answers when it is opened later.
const SANDBOX: u16 = 1;

/// Whose runs. In each step one of them stands, in their order: a proof by time makes many commits, so the one
/// with such a proof stands first.
const STOPPED: [(Vendor, &str); Step::ALL.len()] = [
    (Vendor::Pipedrive, CAROL),
    (Vendor::Ledger, BOT),
    (Vendor::Ledger, CAROL),
    (Vendor::Linear, BOT),
    (Vendor::Linear, CAROL),
    (Vendor::Hubspot, BOT),
    (Vendor::Hubspot, CAROL),
];

/// A reference that is linked to something.
async fn linked(server: &Arc<Server>, connection: &ConnectionId) {
    let request = rpc::References {
        connection: Some(connection.to_string()),
        window: Window {
            limit: 1,
            ..Window::default()
        },
    };
    for reference in ask(server, request).await.rows {
        let request = rpc::ReferenceLink {
            reference: reference.id.to_string(),
            local: "TICKET-9".to_owned(),
            linked: true,
            found: None,
        };
        ask(server, request).await;
    }
}

/// A rule that leads to a subscription, where nobody listens.
async fn routed(server: &Arc<Server>, connection: &ConnectionId) {
    let request = rpc::SubscriptionAdd {
        url: format!("http://127.0.0.1:{SANDBOX}/hook"),
        events: vec!["record.*".to_owned()],
    };
    let to = ask(server, request).await.subscription.id;
    let request = rpc::ConfigAdd {
        connection: connection.to_string(),
        kind: ConfigKind::Routing,
        entity: "issue".to_owned(),
        from: "/title".to_owned(),
        to: to.to_string(),
        condition: Some(Condition::Present),
    };
    ask(server, request).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_the_present_format_is_kept() {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders");
    let kept = folders.join(FORMAT.to_string());
    if std::env::var_os("TAGOUT_GENERATE").is_some() && !kept.exists() {
        let made = tempfile::tempdir().unwrap();
        Maker::new().await.make(made.path()).await;
        copy(made.path(), &kept);
    }
    for part in [
        "data/db/db",
        "keys/seen",
        "bundle",
        "checkpoint",
        "README.txt",
    ] {
        let there = kept.join(part).exists();
        assert!(
            there,
            "{part}: TAGOUT_GENERATE=1 cargo test --lib kept_folder"
        );
    }
}

struct Maker {
    sandbox: Sandbox,
    /// The data folder and the configuration folder.
    folder: TempDir,
}

impl Maker {
    async fn new() -> Self {
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, SANDBOX));
        let sandbox = sandbox::start(at).await.unwrap();
        for vendor in Vendor::ALL {
            let few = SettingsChange {
                items: Some(3),
                pkce_required: Some(vendor == Vendor::Ledger || vendor == Vendor::Hubspot),
                ..SettingsChange::default()
            };
            sandbox.state().configure(vendor, few);
        }
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    async fn make(mut self, kept: &Path) {
        let server = self.working().await;
        self.used(&server, kept).await;
        ended(server).await;
        let mut missing = BTreeSet::from(Step::ALL);
        for (vendor, account) in STOPPED {
            let (folder, step) = self.stopped(&missing, vendor, account).await;
            missing.remove(&step);
            self.folder = folder;
        }
        self.exchanging().await;
        copy(&self.folder.path().join("data"), &kept.join("data"));
        copy(&self.folder.path().join("conf"), &kept.join("keys"));
        let readme = include_str!("readme.txt").replace("FORMAT", &FORMAT.to_string());
        fs::write(kept.join("README.txt"), readme).unwrap();
    }

    /// A server that syncs. It is known on every machine.
    async fn working(&self) -> Arc<Server> {
        let server = start_in(self.folder.path()).await;
        server.tasks.spawn(sync::keep_schedule(Arc::clone(&server)));
        server
    }

    /// What is over, what waits, and what is half done, with a bundle and a checkpoint of that time.
    async fn used(&self, server: &Arc<Server>, kept: &Path) {
        let github = self.synced(server, Vendor::Github, BOT).await;
        let token = rpc::Token {
            connection: github.to_string(),
            min_valid: None,
        };
        let token = dispatch::answer(server, &caller(server), token.into()).await;
        assert!(matches!(token, Ok(dispatch::DispatchReply::Token(_))));
        let mut over = Vec::new();
        for vendor in [Vendor::Salesforce, Vendor::Pipedrive] {
            let connection = self.synced(server, vendor, BOT).await;
            over.extend(disconnected(server, disconnect(&connection)).await);
        }
        self.held(server).await;
        self.swapped(server).await;
        self.vanished(server, &github).await;
        routed(server, &github).await;
        linked(server, &github).await;
        draft(server, "Offboarding, not begun", vec![github]).await;
        let of_two = [Vendor::Salesforce, Vendor::Github];
        let mut both = Vec::new();
        for vendor in of_two {
            both.push(self.synced(server, vendor, CAROL).await);
        }
        half_done(server, draft(server, "Offboarding, half done", both).await).await;
        let mut gathering = Gathering::new(over.into_iter().map(|id| {
            let run = server.store.run(&id).unwrap();
            (run.id, run.connection)
        }));
        let latest = ask(server, rpc::Checkpoint).await;
        let size = usize::try_from(latest.size).unwrap();
        for entry in server.store.entries(0, size).unwrap() {
            gathering.take(entry).unwrap();
        }
        fs::write(kept.join("checkpoint"), &latest.checkpoint).unwrap();
        let bundle = gathering.finish(latest.checkpoint, latest.public_key);
        folder::write(&bundle.unwrap(), &kept.join("bundle")).unwrap();
    }

    /// A connection with records.
    async fn synced(&self, server: &Arc<Server>, vendor: Vendor, account: &str) -> ConnectionId {
        registered(server, &self.sandbox, vendor).await;
        let connection = connected_to(server, vendor, account).await;
        let mut changes = server.hub.listen();
        loop {
            let window = Window {
                limit: MAX_ROWS,
                ..Window::default()
            };
            let jobs = rpc::Jobs {
                connection: Some(connection.to_string()),
                window,
            };
            let jobs = ask(server, jobs).await.rows;
            let is_synced = |status: &ExecutionStatus| *status == ExecutionStatus::Succeeded;
            if jobs.iter().all(|job| job.last_runs.iter().any(is_synced)) {
                return connection;
            }
            changes.recv().await.unwrap();
        }
    }

    /// Of what was pulled, the vendor shows less than before: the rest is marked as gone.
    async fn vanished(&self, server: &Arc<Server>, connection: &ConnectionId) {
        let fewer = SettingsChange {
            items: Some(2),
            ..SettingsChange::default()
        };
        self.sandbox.state().configure(Vendor::Github, fewer);
        let mut changes = server.hub.listen();
        for job in server.store.jobs_of(connection).unwrap() {
            let wishes = RunWishes {
                full: true,
                ..RunWishes::default()
            };
            let act = rpc::JobAct {
                job: job.id.to_string(),
                act: JobAction::RunWith(wishes),
            };
            ask(server, act).await;
        }
        loop {
            let scopes = server.store.scopes_of(connection).unwrap();
            if scopes.iter().any(|scope| scope.gone > 0) {
                return;
            }
            changes.recv().await.unwrap();
        }
    }

    /// Tokens whose vendor answered nothing.
    async fn held(&self, server: &Arc<Server>) {
        let connection = self.synced(server, Vendor::Slack, BOT).await;
        let vendors = self.sandbox.state();
        vendors.inject(Fault::new(
            Vendor::Slack,
            Endpoint::Any,
            FaultMode::Status503,
        ));
        let request = rpc::Disconnect {
            if_unreachable: IfUnreachable::Hold,
            ..disconnect(&connection)
        };
        disconnected(server, request).await;
        assert!(!server.store.holds_open().unwrap().is_empty());
        vendors.clear_faults();
    }

    /// A swap that was left in the middle: the old account is out, and no new one is connected.
    async fn swapped(&self, server: &Arc<Server>) {
        let connection = self.synced(server, Vendor::Stripe, BOT).await;
        let request = rpc::Disconnect {
            swap: true,
            ..disconnect(&connection)
        };
        disconnected(server, request).await;
        assert!(server.store.swap_left(&connection).unwrap().is_some());
    }

    /// The folder with a run more, which stands in one of these steps: the disk failed after such a number of commits.
    async fn stopped(
        &self,
        steps: &BTreeSet<Step>,
        vendor: Vendor,
        account: &str,
    ) -> (TempDir, Step) {
        let mut commits = 1;
        for _ in 0..TOO_MANY {
            let attempt = tempfile::tempdir().unwrap();
            copy(self.folder.path(), attempt.path());
            let server = start_in(attempt.path()).await;
            server.tasks.spawn(sync::keep_schedule(Arc::clone(&server)));
            let connection = self.synced(&server, vendor, account).await;
            ended(server).await;

            let server = start_in(attempt.path()).await;
            server.store.commit_alone();
            server.store.stop_after(commits);
            let request = disconnect(&connection);
            // Whoever asked may hear of it or not.
            let _answer = dispatch::answer(&server, &caller(&server), request.into()).await;
            quiet(&server).await;
            drop(server);

            let server = start_in(attempt.path()).await;
            match stands_in(&server, &connection) {
                Some(step) if steps.contains(&step) => return (attempt, step),
                Some(_) => commits += 1,
                None if server.store.last_run_of(&connection).unwrap().is_none() => commits += 1,
                None => commits = 1,
            }
        }
        panic!("no run stands in one of {steps:?}");
    }

    /// The vendor has issued tokens and not answered yet.
    async fn exchanging(&mut self) {
        let server = start_in(self.folder.path()).await;
        let hangs = Fault::new(
            Vendor::Salesforce,
            Endpoint::Token,
            FaultMode::HangAfterActing,
        );
        self.sandbox.state().inject(hangs);
        let log = self.sandbox.log();
        let called = log.of(Vendor::Salesforce).last().map_or(0, |call| call.seq);
        let (flow, back) = authorized(&server, Vendor::Salesforce, BOT).await;
        let text = Secret(back.into());
        let paste = rpc::FlowPaste { id: flow.id, text };
        let flow = ask(&server, paste).await;
        assert!(!matches!(flow.state, FlowState::Failed { .. }), "{flow:?}");
        log.wait_for(|call| {
            let is_meant = (call.vendor, call.endpoint) == (Vendor::Salesforce, Endpoint::Token);
            is_meant && call.seq > called
        })
        .await;
        // As a power cut would leave it: everything that was acknowledged is on the disk.
        let left = tempfile::tempdir().unwrap();
        copy(self.folder.path(), left.path());
        self.folder = left;
    }
}

async fn start_in(folder: &Path) -> Arc<Server> {
    let mut options = options(folder);
    options.moving.by_machine = false;
    options.runs_at_once = 1;
    start(&options).await
}

/// As a graceful stop leaves it.
async fn ended(server: Arc<Server>) {
    server.stop.cancel();
    quiet(&server).await;
    server.seen.follow(&server.store).await;
}

/// Begins to disconnect, and waits for the end of the runs.
async fn disconnected(server: &Arc<Server>, request: rpc::Disconnect) -> Vec<RunId> {
    let mut changes = server.hub.listen();
    let begun = ask(server, request).await.into_iter();
    let runs: Vec<_> = begun.map(|run| run.id).collect();
    let is_over = |id: &RunId| server.store.run(id).unwrap().checkpoint.is_some();
    while !runs.iter().all(is_over) {
        changes.recv().await.unwrap();
    }
    runs
}

fn stands_in(server: &Server, connection: &ConnectionId) -> Option<Step> {
    let run = server.store.last_run_of(connection).unwrap()?;
    let log = server.store.run_log(&run).unwrap();
    match next(&log) {
        Next::Attempt(step) => Some(step),
        Next::Wait(_) | Next::Finished(_) => None,
    }
}

/// Without what every start makes anew.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        let target: PathBuf = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if name != "lock" && name != "reserve" {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
