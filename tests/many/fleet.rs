//! Many connections at one vendor on loopback, written as people would have brought them about, and a server over them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first failure"
)]

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustix::process::getuid;
use secrecy::SecretString;
use serde_json::{Value, json};
use tagout::audit::Signer;
use tagout::client::{Client, ConnectOptions, Notices, StartMode};
use tagout::config::{Flags, Settings};
use tagout::domain::audit::{
    AuditEntry, AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via,
};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::hold::RetryPace;
use tagout::domain::id::WalkthroughId;
use tagout::domain::sealed::SealPurpose;
use tagout::domain::user::{Role, User, UserKind};
use tagout::domain::walkthrough::{TargetChoice, Terms, WalkPage, WalkState, Walkthrough as Kept};
use tagout::providers::Patience;
use tagout::server::{self, Options};
use tagout::store::facts::{AddedProvider, Connected, Workspace};
use tagout::store::{Store, StoreError, Tx};
use tagout::vault::{AuditSeed, Made, MasterKey, Vault, fingerprint};
use tagout::wire::Problem;
use tagout::wire::request::{Request, Window};
use tagout::wire::rpc::{self, Rpc};
use tagout::wire::view::{Page, RunRow, Status};
use tagout::wire::walkthrough::{Walkthrough, WalkthroughDraft, WalkthroughTarget};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::vendor::{ISSUED, Vendor};

/// How long a test waits for what has to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with connections, and a server over it.
pub(crate) struct Fleet {
    pub(crate) vendor: Vendor,
    folder: TempDir,
    at_once: usize,
    server: Option<(CancellationToken, JoinHandle<()>)>,
    pub(crate) client: Client,
    notices: Notices,
}

impl Fleet {
    /// So many connections, of two owners in turn.
    pub(crate) async fn start(connections: u32, at_once: usize) -> Self {
        Self::sharing(connections, at_once, 1).await
    }

    /// The same, with so many connections of each account.
    pub(crate) async fn sharing(connections: u32, at_once: usize, each: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vendor = Vendor::start();
        seed(folder.path(), &vendor.base, connections, each).await;
        let server = serve(folder.path(), at_once).await;
        let (client, notices) = attach(folder.path(), None).await.unwrap();
        Self {
            vendor,
            folder,
            at_once,
            server: Some(server),
            client,
            notices,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn end(&mut self) {
        if let Some((stop, task)) = self.server.take() {
            stop.cancel();
            task.await.unwrap();
        }
    }

    /// Makes a draft bob's, while no server is there.
    pub(crate) async fn hand_over(&mut self, id: &WalkthroughId) {
        let to_bob = |tx: &mut Tx<'_>| {
            let mut draft = tx.need::<Kept>(id.as_str())?;
            draft.by = format!("usr_{:026}", 2).parse().unwrap();
            draft.by_name = "bob".to_owned();
            tx.put(&draft)
        };
        self.meanwhile(to_bob).await;
    }

    /// Plans a draft for so much later.
    pub(crate) async fn plan(&self, id: &WalkthroughId, later: SignedDuration) -> Walkthrough {
        self.ask(planning(id, Timestamp::now() + later)).await
    }

    /// Its time was an hour ago, when no server was there. Meanwhile this was written.
    pub(crate) async fn overdue(
        &mut self,
        id: &WalkthroughId,
        meanwhile: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) {
        self.end().await;
        self.make_overdue(id, meanwhile).await;
        self.server = Some(serve(self.path(), self.at_once).await);
        self.attach(None).await;
    }

    /// The same, while no server is there, nor will be.
    pub(crate) async fn make_overdue(
        &self,
        id: &WalkthroughId,
        meanwhile: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) {
        let at = Timestamp::now() - SignedDuration::from_hours(1);
        self.plan_anew(id, at, meanwhile).await;
    }

    /// It is planned for this time instead, while no server is there, nor will be.
    pub(crate) async fn plan_anew(
        &self,
        id: &WalkthroughId,
        at: Timestamp,
        meanwhile: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) {
        let store = open(self.path());
        let mut planned = store.walkthrough(id).unwrap().planned.unwrap();
        let accepted = store.walkthrough_targets(id).unwrap().into_iter();
        let accepted = accepted.filter_map(|it| Some((it.index, it.accepted?)));
        let accepted = accepted.collect();
        let cancelled = store.walkthrough_cancelled(id, entry("walkthrough.cancelled"));
        cancelled.await.unwrap();
        planned.at = at;
        planned.decision.at = at - SignedDuration::from_hours(1);
        let again = entry("walkthrough.planned");
        let again = store.walkthrough_planned(id, None, planned, accepted, again);
        again.await.unwrap();
        let written = store.write(meanwhile);
        store.durable(written.unwrap().commit).await.unwrap();
    }

    /// This was written while no server was there.
    pub(crate) async fn meanwhile(
        &mut self,
        write: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) {
        self.end().await;
        let store = open(self.path());
        let written = store.write(write);
        store.durable(written.unwrap().commit).await.unwrap();
        drop(store);
        self.server = Some(serve(self.path(), self.at_once).await);
        self.attach(None).await;
    }

    /// How many things bob is told of; the server is there no more.
    pub(crate) async fn told_to_bob(&mut self) -> usize {
        self.end().await;
        let bob = format!("usr_{:026}", 2).parse().unwrap();
        open(self.path()).told_to(&bob, 9).unwrap().len()
    }

    /// A further connection, made while no server is there.
    pub(crate) async fn connect_one(&mut self, n: u32, account: u32) {
        self.end().await;
        let store = open(self.path());
        let master = self.path().join("config/master.key");
        let master = MasterKey::load_or_create(&master).unwrap();
        let in_use = store.slots_in_use().unwrap().into_iter();
        let (vault, _) = Vault::open(&self.path().join("data/slots"), master, in_use).unwrap();
        connect(&store, &vault, n, account).await;
        drop((store, vault));
        self.server = Some(serve(self.path(), self.at_once).await);
        self.attach(None).await;
    }

    /// Speaks to whatever server there is now.
    pub(crate) async fn attach(&mut self, role: Option<Role>) {
        (self.client, self.notices) = attach(self.folder.path(), role).await.unwrap();
    }

    /// Runs in all, and how many entries of the record have this action.
    pub(crate) async fn begun(&self, action: &str) -> (u64, usize) {
        let runs: Page<RunRow> = self.ask(rpc::Runs(window())).await;
        (runs.total, self.entries(action).await.len())
    }

    pub(crate) async fn entries(&self, action: &str) -> Vec<AuditEntry> {
        let mut all: Vec<AuditEntry> = Vec::new();
        loop {
            let request = rpc::AuditFrom {
                seq: all.len() as u64,
                since: None,
                limit: 200,
            };
            let more: Vec<AuditEntry> = self.ask(request).await;
            if more.is_empty() {
                all.retain(|entry| entry.action == action);
                return all;
            }
            all.extend(more);
        }
    }

    pub(crate) async fn targets(&self, id: &WalkthroughId) -> Vec<WalkthroughTarget> {
        let request = rpc::WalkthroughTargets {
            id: id.clone(),
            window: window(),
        };
        self.ask(request).await.rows
    }

    pub(crate) async fn begin(&self, id: &WalkthroughId) -> Walkthrough {
        self.ask(beginning(id)).await
    }

    pub(crate) async fn ask<A: Rpc>(&self, request: A) -> A::Reply {
        self.client.ask_within(PATIENCE, request).await.unwrap()
    }

    pub(crate) async fn refused(&self, request: impl Into<Request>) -> Problem {
        let answer = self.client.ask_any(PATIENCE, request.into()).await;
        answer.unwrap_err()
    }

    pub(crate) async fn status(&self) -> Status {
        self.ask(rpc::Status).await
    }

    pub(crate) async fn save(&self, draft: WalkthroughDraft) -> Walkthrough {
        self.ask(rpc::WalkthroughSave(draft)).await
    }

    pub(crate) async fn walkthrough(&self, id: &WalkthroughId) -> Walkthrough {
        let id = id.to_string();
        self.ask(rpc::Walkthrough { id }).await
    }

    /// Waits until the walkthrough is over.
    pub(crate) async fn finished(&mut self, id: &WalkthroughId) -> Walkthrough {
        let is_over = |now: &Walkthrough| now.state == WalkState::Finished;
        self.until(id, is_over).await
    }

    /// Waits until the walkthrough is as wanted, looking when anything is told.
    pub(crate) async fn until(
        &mut self,
        id: &WalkthroughId,
        wanted: impl Fn(&Walkthrough) -> bool,
    ) -> Walkthrough {
        let waiting = async {
            loop {
                let now = self.walkthrough(id).await;
                if wanted(&now) {
                    return now;
                }
                self.notices.next().await.expect("the server is there");
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }
}

pub(crate) fn beginning(id: &WalkthroughId) -> rpc::WalkthroughBegin {
    rpc::WalkthroughBegin {
        id: id.clone(),
        version: None,
    }
}

pub(crate) fn planning(id: &WalkthroughId, at: Timestamp) -> rpc::WalkthroughPlan {
    rpc::WalkthroughPlan {
        id: id.clone(),
        version: None,
        at: Some(at),
    }
}

pub(crate) fn window() -> Window {
    Window {
        limit: 200,
        ..Window::default()
    }
}

/// A draft about this, for no special reason.
pub(crate) fn draft(choice: TargetChoice) -> WalkthroughDraft {
    WalkthroughDraft {
        id: None,
        version: None,
        title: None,
        choice,
        targets: None,
        left_out: Vec::new(),
        look_again: false,
        terms: Terms {
            tag: false,
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
        },
        page: WalkPage::Choose,
    }
}

/// The id of a seeded connection.
pub(crate) fn connection(n: u32) -> String {
    format!("con_{n:026}")
}

async fn serve(folder: &Path, at_once: usize) -> (CancellationToken, JoinHandle<()>) {
    let settings = settings(folder);
    let options = Options {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        socket: settings.socket_path().unwrap(),
        http: None,
        public_url: None,
        trusted_proxies: Vec::new(),
        callback_port: 0,
        moving: tagout::server::Moving {
            is_accepted: false,
            older_is_accepted: false,
            by_machine: true,
        },
        workspace: None,
        owner: None,
        gateway: None,
        passphrase: None,
        metrics: None,
        key_command: Vec::new(),
        group: None,
        idle: None,
        hold_pace: RetryPace::default(),
        proof_pace: crate::pace::quick(),
        health_every: tagout::domain::health::EVERY,
        runs_at_once: at_once,
        empty_again: Duration::from_secs(600),
        schedule: None,
        debounce: tagout::domain::delivery::DEBOUNCE,
        sending: tagout::server::subscriptions::Sending::default(),
        patience: Patience {
            at_once,
            ..Patience::default()
        },
    };
    let stop = CancellationToken::new();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let running = server::run(options, stop.clone(), || ready.send(()).unwrap());
    let task = tokio::spawn(async move { running.await.unwrap() });
    is_ready.await.unwrap();
    (stop, task)
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let flags = Flags {
        data_dir: Some(folder.join("data")),
        config: Some(folder.join("config/config.toml")),
        http: None,
    };
    Settings::resolve(&flags, |_| None).unwrap()
}

async fn attach(folder: &Path, role: Option<Role>) -> Result<(Client, Notices), Problem> {
    Client::connect(&ConnectOptions {
        settings: &settings(folder),
        role,
        read_only: false,
        start: StartMode::Never,
    })
    .await
}

fn provider(base: &str) -> String {
    format!(
        r#"
id = "acme"
name = "Acme"
category = "other"
[auth]
kind = "oauth2"
authorize = "{base}/authorize"
token = "{base}/token"
introspect = "{base}/introspect"
revoke = "{base}/revoke"
client_auth = "body"
[[disconnect]]
dialect = "rfc7009"
blast = "grant"
[probe]
method = "GET"
url = "{base}/me"
dead = {{ status = [401] }}
"#
    )
}

async fn seed(folder: &Path, base: &str, connections: u32, each: u32) {
    let store = open(folder);
    let master = MasterKey::load_or_create(&folder.join("config/master.key")).unwrap();
    let (vault, _) = Vault::open(&folder.join("data/slots"), master, std::iter::empty()).unwrap();
    let workspace = Workspace {
        name: "Acme".to_owned(),
    };
    let me = user(1, "me", Role::Owner, Some(getuid().as_raw()));
    let begun = store.begin_workspace(workspace, me, entry("workspace.begun"));
    begun.await.unwrap();
    let bob = user(2, "bob", Role::Member, None);
    store.add_user(bob, entry("user.added")).await.unwrap();
    let added = AddedProvider {
        id: "acme".to_owned(),
        toml: provider(base),
    };
    store
        .add_provider(added, entry("provider.added"))
        .await
        .unwrap();
    let app = json!({ "id": format!("app_{:026}", 1), "provider": "acme", "client_id": "ours",
        "client_secret": null, "redirect_uri": null, "vars": {} });
    let app = serde_json::from_value(app).unwrap();
    store
        .keep_app(app, entry("provider.configured"))
        .await
        .unwrap();
    for n in 0..connections {
        connect(&store, &vault, n, n / each).await;
    }
}

fn open(folder: &Path) -> Store {
    let key = folder.join("config/audit.key");
    let seed = AuditSeed::load_or_create(&key).unwrap();
    let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
    Store::open(&folder.join("data"), signer).unwrap()
}

async fn connect(store: &Store, vault: &Vault, n: u32, account: u32) {
    let now = Timestamp::now();
    let credential = |issue: u32, kind: &str| {
        let secret = SecretString::from(format!("tok-{kind}-{n:04}-{ISSUED}"));
        let id = format!("cre_{:026}", n * 2 + issue);
        let sealed = vault.seal(&secret, &id, SealPurpose::Use).unwrap();
        from(json!({
            "id": id, "connection": connection(n), "generation": 1, "issue": 1, "kind": kind,
            "fingerprint": fingerprint(&secret, Made::Issued), "issued_at": now, "expires_at": null, "passed_at": null,
            "state": "active", "sealed": sealed,
        }))
    };
    let owner = match n % 2 {
        0 => json!({ "kind": "workspace" }),
        _ => json!({ "kind": "personal", "user": format!("usr_{:026}", 2) }),
    };
    let new = Connected {
        connection: from(json!({
            "id": connection(n), "instance": format!("ins_{:026}", 1), "provider": "acme",
            "name": format!("account-{n}"), "owner": owner, "account": { "id": format!("acc-{account}"), "label": "" },
            "status": "connected", "reason": "", "health": "healthy", "generation": 1, "version": 1,
            "connected_at": now, "synced_at": null,
        })),
        expected: None,
        instance: from(json!({
            "id": format!("ins_{:026}", 1), "provider": "acme", "status": "connected",
        })),
        credentials: vec![credential(0, "refresh"), credential(1, "access")],
        jobs: Vec::new(),
        jobs_moved: Vec::new(),
        superseded: Vec::new(),
        replaced: None,
        webhook: None,
        intent: None,
        flow: None,
        swap: None,
    };
    store
        .connected(new, entry("connection.connected"))
        .await
        .unwrap();
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn user(n: u32, name: &str, role: Role, uid: Option<u32>) -> User {
    User {
        id: format!("usr_{n:026}").parse().unwrap(),
        name: name.to_owned(),
        role,
        kind: UserKind::Person,
        uid,
        withdrawn: Vec::new(),
        may_read: Vec::new(),
        ssh_keys: Vec::new(),
    }
}

fn entry(action: &str) -> NewEntry {
    NewEntry {
        id: format!("aud_{:026}", 1).parse().unwrap(),
        at: Timestamp::now(),
        salt: Salt([5; 16]),
        actor: "me".to_owned(),
        role: "owner".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Local,
        },
        target: "seed".to_owned(),
        outcome: AuditOutcome::Done,
        event: Event::Unknown(Unknown {
            action: action.to_owned(),
            detail: Value::Null,
            evidence: Value::Null,
        }),
    }
}
