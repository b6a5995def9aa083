//! A data folder with something of everything in it, and a server on it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rustix::process::getuid;
use secrecy::SecretString;
use serde_json::{Value, json};
use tagout::audit::Signer;
use tagout::client::{Client, ConnectOptions, Notices, StartMode};
use tagout::config::{Flags, Settings};
use tagout::domain::audit::{
    AuditEntry, AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via,
};
use tagout::domain::disconnect::run::{FollowUp, Run};
use tagout::domain::hold::RetryPace;
use tagout::domain::id::ConnectionId;
use tagout::domain::job::{Scope, Synced};
use tagout::domain::sealed::SealPurpose;
use tagout::domain::user::{Permission, Role, User, UserKind};
use tagout::domain::walkthrough::{WalkTarget, Walkthrough};
use tagout::domain::webhook::{ConfigItem, WebhookSubscription};
use tagout::providers::Patience;
use tagout::server::{self, Options};
use tagout::store::facts::{Connected, Workspace};
use tagout::store::{Store, StoreError, Tx};
use tagout::vault::{AuditSeed, Made, MasterKey, Vault, fingerprint};
use tagout::wire::Problem;
use tagout::wire::rpc;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Whose a connection is. Its place is the number in the ids of all that belongs to it.
pub(crate) const WORKSPACE: u32 = 1;
pub(crate) const OWN: u32 = 2;
pub(crate) const OTHERS: u32 = 3;
/// A walkthrough that was stopped has the number of its connection and this.
pub(crate) const STOPPED: u32 = 1000;

/// The only user with our uid; all that a test does is done by this one.
pub(crate) const ME: &str = "me";

pub(crate) struct House {
    folder: TempDir,
    server: Option<Running>,
    gateway: Option<String>,
}

struct Running {
    stop: CancellationToken,
    done: JoinHandle<Result<(), server::StartError>>,
}

pub(crate) fn id<T: std::str::FromStr>(prefix: &str, n: u32) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("{prefix}{n:026}").parse().unwrap()
}

pub(crate) fn connection(n: u32) -> ConnectionId {
    id("con_", n)
}

/// The access token of a connection as it was seeded.
pub(crate) fn token(n: u32) -> String {
    format!("tok-{n:02}-9f2c41d07be6a85310c4")
}

/// Somebody with our uid.
pub(crate) fn me(role: Role) -> User {
    user(10, ME, role, Some(getuid().as_raw()))
}

pub(crate) fn user(n: u32, name: &str, role: Role, uid: Option<u32>) -> User {
    User {
        id: id("usr_", n),
        name: name.to_owned(),
        role,
        kind: UserKind::Person,
        uid,
        ssh_keys: Vec::new(),
        withdrawn: Vec::new(),
        may_read: Vec::new(),
    }
}

pub(crate) fn limited(role: Role) -> User {
    User {
        withdrawn: vec![Permission::SettingsEdit],
        ..me(role)
    }
}

/// A program that may read the workspace's token.
pub(crate) fn service() -> User {
    User {
        kind: UserKind::Service,
        may_read: vec![connection(WORKSPACE)],
        ..me(Role::Agent)
    }
}

impl House {
    /// A server on a folder with alice and olga (Owners), adam (Admin), bob (Member), greta (Agent), `me`, and three connections.
    pub(crate) async fn with(me: User) -> Self {
        Self::with_more(me, 0).await
    }

    /// The same with `more` further connections of the workspace, from number 100 on.
    pub(crate) async fn with_more(me: User, more: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        seed(folder.path(), me, more).await;
        let mut house = Self {
            folder,
            server: None,
            gateway: None,
        };
        house.start().await;
        house
    }

    /// The same, where our own account is the gateway's, and `me` is known by a key.
    pub(crate) async fn behind_a_gateway(me: User) -> Self {
        let mut house = Self::with(me).await;
        house.end().await;
        house.gateway = nix::unistd::User::from_uid(nix::unistd::getuid())
            .unwrap()
            .map(|account| account.name);
        house.start().await;
        house
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn start(&mut self) {
        let stop = CancellationToken::new();
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let settings = self.settings();
        let options = Options {
            data_dir: settings.data_dir.value.clone(),
            key_dir: settings.config_dir().to_owned(),
            socket: settings.socket_path().unwrap(),
            group: None,
            gateway: self.gateway.clone(),
            passphrase: None,
            metrics: None,
            key_command: Vec::new(),
            http: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            callback_port: 0,
            moving: server::Moving {
                is_accepted: false,
                older_is_accepted: false,
                by_machine: true,
            },
            workspace: None,
            owner: None,
            idle: None,
            hold_pace: RetryPace::default(),
            proof_pace: crate::pace::quick(),
            health_every: tagout::domain::health::EVERY,
            runs_at_once: 8,
            empty_again: Duration::from_secs(600),
            schedule: None,
            debounce: tagout::domain::delivery::DEBOUNCE,
            sending: tagout::server::subscriptions::Sending::default(),
            patience: Patience {
                connect: Duration::from_secs(2),
                whole: Duration::from_secs(5),
                ..Patience::default()
            },
        };
        let running = server::run(options, stop.clone(), || ready.send(()).unwrap());
        let done = tokio::spawn(running);
        if is_ready.await.is_err() {
            panic!("{:?}", done.await);
        }
        self.server = Some(Running { stop, done });
    }

    /// A graceful stop.
    pub(crate) async fn end(&mut self) {
        let running = self.server.take().unwrap();
        running.stop.cancel();
        running.done.await.unwrap().unwrap();
    }

    /// Changes what a stopped server left.
    pub(crate) async fn meddle(
        &mut self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) {
        self.end().await;
        let store = store(self.path());
        let written = store.write(change).unwrap();
        store.durable(written.commit).await.unwrap();
        drop(store);
        self.start().await;
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(self.path())
    }

    pub(crate) async fn client(&self) -> Client {
        self.attach(None, false).await.unwrap().0
    }

    pub(crate) async fn attach(
        &self,
        role: Option<Role>,
        read_only: bool,
    ) -> Result<(Client, Notices), Problem> {
        Client::connect(&ConnectOptions {
            settings: &self.settings(),
            role,
            read_only,
            start: StartMode::Never,
        })
        .await
    }
}

/// Every entry of the record.
pub(crate) async fn record(client: &Client) -> Vec<AuditEntry> {
    let mut all: Vec<AuditEntry> = Vec::new();
    loop {
        let request = rpc::AuditFrom {
            seq: all.len() as u64,
            since: None,
            limit: 200,
        };
        let more: Vec<AuditEntry> = client.ask(request).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// The entries with this action.
pub(crate) async fn entries(client: &Client, action: &str) -> Vec<AuditEntry> {
    let mut all = record(client).await;
    all.retain(|entry| entry.action == action);
    all
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let flags = Flags {
        data_dir: Some(folder.join("data")),
        config: Some(folder.join("config/config.toml")),
        http: None,
    };
    Settings::resolve(&flags, |_| None).unwrap()
}

pub(crate) fn store(folder: &Path) -> Store {
    let keys = folder.join("config");
    let seed = AuditSeed::load_or_create(&keys.join("audit.key")).unwrap();
    let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
    Store::open(&folder.join("data"), signer).unwrap()
}

/// Writes what people would have brought about over weeks.
pub(crate) async fn seed(folder: &Path, me: User, more: u32) {
    let store = store(folder);
    let master = MasterKey::load_or_create(&folder.join("config/master.key")).unwrap();
    let in_use = store.slots_in_use().unwrap();
    let slots = folder.join("data/slots");
    let (vault, _) = Vault::open(&slots, master, in_use.into_iter()).unwrap();
    let workspace = Workspace {
        name: "Acme".to_owned(),
    };
    let alice = user(1, "alice", Role::Owner, Some(4_000_001));
    store
        .begin_workspace(workspace, alice, entry("workspace.begun"))
        .await
        .unwrap();
    for user in [
        user(2, "olga", Role::Owner, Some(4_000_002)),
        user(3, "adam", Role::Admin, Some(4_000_003)),
        user(4, "bob", Role::Member, Some(4_000_004)),
        user(5, "greta", Role::Agent, None),
        me,
    ] {
        store.add_user(user, entry("user.added")).await.unwrap();
    }
    let owners = [
        (WORKSPACE, json!({ "kind": "workspace" })),
        (
            OWN,
            json!({ "kind": "personal", "user": format!("usr_{:026}", 10) }),
        ),
        (
            OTHERS,
            json!({ "kind": "personal", "user": format!("usr_{:026}", 4) }),
        ),
    ];
    let further = (100..100 + more).map(|n| (n, json!({ "kind": "workspace" })));
    for (n, owner) in owners.into_iter().chain(further) {
        connect(&store, &vault, n, owner).await;
    }
    for n in [0, WORKSPACE, OWN, OTHERS] {
        walkthroughs(&store, n).await;
    }
    let subscription = WebhookSubscription {
        id: id("sub_", 1),
        url: "https://hooks.example.com/".to_owned(),
        events: vec![],
        enabled: true,
        secret: None,
        retired: None,
    };
    store
        .add_subscription(&subscription, entry("subscription.added"))
        .await
        .unwrap();
    // Nobody is at this address: a disconnect finds out at once.
    let app = json!({ "id": format!("app_{:026}", 1), "provider": "ledger", "client_id": "acme",
        "client_secret": null, "redirect_uri": null, "vars": { "base": "http://127.0.0.1:9/ledger" } });
    let app = serde_json::from_value(app).unwrap();
    store
        .keep_app(app, entry("provider.configured"))
        .await
        .unwrap();
}

/// A connection with a token, a job, configuration, an endpoint, a run of long ago and what that left to do.
async fn connect(store: &Store, vault: &Vault, n: u32, owner: Value) {
    let now = Timestamp::now();
    let secret = SecretString::from(token(n));
    let credential = format!("cre_{n:026}");
    let sealed = vault.seal(&secret, &credential, SealPurpose::Use).unwrap();
    let new = Connected {
        connection: from(json!({
            "id": connection(n), "instance": format!("ins_{:026}", 1), "provider": "ledger",
            "name": format!("account-{n}"), "owner": owner, "account": { "id": format!("acc-{n}"), "label": "" },
            "status": "connected", "reason": "", "health": "healthy", "generation": 1, "version": 1,
            "connected_at": now, "synced_at": null,
        })),
        expected: None,
        instance: from(json!({
            "id": format!("ins_{:026}", 1), "provider": "ledger", "status": "connected",
        })),
        credentials: vec![from(json!({
            "id": credential, "connection": connection(n), "generation": 1, "issue": 1, "kind": "access",
            "fingerprint": fingerprint(&secret, Made::Issued), "issued_at": now, "expires_at": null, "passed_at": null,
            "state": "active", "sealed": sealed,
        }))],
        jobs: vec![from(json!({
            "id": format!("job_{n:026}"), "connection": connection(n), "entity": "invoice", "mode": "full",
            "is_enabled": false, "schedule": null, "max_retries": 1, "timeout_minutes": 1, "last_execution": null,
            "cursor": null, "in_step_since": null, "last_error": null, "next_run_at": null, "version": 1,
        }))],
        jobs_moved: Vec::new(),
        superseded: Vec::new(),
        replaced: None,
        webhook: Some(from(json!({
            "id": format!("whk_{n:026}"), "connection": connection(n), "enabled": true, "received": 0,
            "verified": 0, "ignored": 0,
        }))),
        intent: None,
        flow: None,
        swap: None,
    };
    let connected = store.connected(new, entry("connection.connected")).await;
    connected.unwrap();
    let item: ConfigItem = from(json!({
        "id": format!("cfg_{n:026}"), "connection": connection(n), "kind": "channel", "entity": "",
        "from": "general", "to": "support",
    }));
    let added = store.add_config(&item, entry("configuration.added")).await;
    added.unwrap();
    let (run, left) = past(n);
    let key = format!("{}/{}", left.connection, left.id);
    let scope: Scope = from(json!({
        "connection": connection(n), "entity": "customer", "pull": 1, "last_full": 0, "total": 1,
        "distinct": 1, "gone": 0, "stale": false,
    }));
    let record: Synced = from(json!({
        "id": format!("ref_{n:026}"), "connection": connection(n), "entity": "customer",
        "local_id": pulled(n), "external_id": "7", "label": "Seven", "updated": null,
        "synced_at": Timestamp::now(), "seen": 1, "digest": "", "body": { "name": "Seven" },
    }));
    let written = store.write(|tx| {
        tx.put(&scope)?;
        tx.put(&record)?;
        tx.put(&run)?;
        tx.put(&left)?;
        tx.put_index(&format!("follow_ups/0/{}", left.id), &key)
    });
    store.durable(written.unwrap().commit).await.unwrap();
}

/// A draft of mine about a connection, and one that was begun and stopped.
async fn walkthroughs(store: &Store, n: u32) {
    let written = store.write(|tx| {
        for (id, state) in [(n, "draft"), (STOPPED + n, "stopped")] {
            let walkthrough: Walkthrough = from(json!({
                "id": format!("wlk_{id:026}"), "title": "1 connection", "choice": { "by": "named" },
                "by": format!("usr_{:026}", 10), "by_name": ME, "page": "plan", "state": state, "version": 1,
                "terms": { "reason": "unused", "if_unreachable": "destroy" }, "created_at": Timestamp::now(),
                "decision": null, "ended_at": null,
            }));
            let target: WalkTarget = from(json!({
                "walkthrough": walkthrough.id, "index": 0, "connection": connection(if n == 0 { OWN } else { n }), "version": 1,
                "generation": 1, "provider": "ledger", "name": format!("account-{n}"), "owner": "workspace",
            }));
            tx.put(&walkthrough)?;
            tx.put(&target)?;
        }
        Ok(())
    });
    store.durable(written.unwrap().commit).await.unwrap();
}

/// What a record of the connection is called here.
pub(crate) fn pulled(n: u32) -> String {
    format!("customer_{n:026}")
}

fn past(n: u32) -> (Run, FollowUp) {
    let now = Timestamp::now();
    let plan = json!({
        "connection": connection(n), "version": 1, "provider": "ledger", "provider_name": "Ledger", "name": "",
        "is_crm": false, "jobs_enabled": 0, "executions_running": 0, "credentials": 0, "references": 0,
        "webhooks": 0, "dependents": [], "other_connections": [], "shares_grant_with": [], "kept": [],
        "follow_ups": [], "tokens": [], "can_uninstall": false,
    });
    let run = from(json!({
        "id": format!("run_{n:026}"), "connection": connection(n), "generation": 0, "provider": "ledger",
        "provider_name": "Ledger", "name": "", "owner": "workspace", "actor": "alice", "role": "owner",
        "origin": { "address": null, "via": "local" }, "reason": "unused", "note": "", "ticket": null,
        "if_unreachable": "destroy", "uninstall": false, "started_at": now, "ended_at": now,
        "state": "completed", "plan": plan, "checkpoint": "kept",
    }));
    let left = from(json!({
        "id": format!("fup_{n:026}"), "connection": connection(n), "run": format!("run_{n:026}"), "text": "look",
        "url": null, "checked_on": null, "opened_at": now, "done": null,
    }));
    (run, left)
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn entry(action: &str) -> NewEntry {
    NewEntry {
        id: id("aud_", 1),
        at: Timestamp::now(),
        salt: Salt([5; 16]),
        actor: "alice".to_owned(),
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
