//! A server and a sandbox for one test.

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tagout::audit::Signer;
use tagout::client::{Client, ConnectOptions, Notices, StartMode};
use tagout::config::{Flags, Settings};
use tagout::domain::audit::AuditEntry;
use tagout::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use tagout::domain::hold::RetryPace;
use tagout::domain::user::Role;
use tagout::providers::Patience;
use tagout::sandbox::{
    self, Endpoint, Fault, FaultMode, Sandbox, SettingsChange, TokenView, Vendor,
};
use tagout::server::Options;
use tagout::store::Store;
use tagout::vault::AuditSeed;
use tagout::wire::Problem;
use tagout::wire::request::{FlowKind, Secret, Target, Window};
use tagout::wire::rpc::{self, Rpc};
use tagout::wire::rpc::{Connect, Disconnect};
use tagout::wire::view::{self, FlowState, Page};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::pace::quick;
pub(crate) use crate::until::LONG;
use crate::until::until;

pub(crate) const BOT: &str = "acme-bot";
pub(crate) const CAROL: &str = "carol";
/// How long a vendor's events are collected before a pull.
pub(crate) const DEBOUNCE: Duration = Duration::from_millis(500);

/// Ledger as a vendor that answers no question about a refresh token.
pub(crate) const MUTE: &str = r#"
id = "mute"
name = "Mute"
category = "payments"

[vars]
base = "http://127.0.0.1:1/ledger"

[auth]
kind = "oauth2"
authorize = "{base}/authorize"
token = "{base}/token"
revoke = "{base}/revoke"
client_auth = "basic"
scopes = ["profile", "invoices.read"]
refresh = "rotating"
identity = { url = "{base}/userinfo", id = "/sub", label = "/preferred_username" }
prove_refresh = true

[[disconnect]]
dialect = "rfc7009"
blast = "grant"

[probe]
url = "{base}/userinfo"
"#;

pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    notices: Notices,
    running: Option<(CancellationToken, JoinHandle<()>)>,
    folder: TempDir,
    pace: RetryPace,
    proofs: tagout::domain::trial::ProofPace,
    health_every: Duration,
    keys_again: Duration,
}

impl Drop for House {
    /// Nothing of it runs beside what a test does next.
    fn drop(&mut self) {
        if let Some((stop, _)) = &self.running {
            stop.cancel();
        }
    }
}

impl House {
    /// With Ledger registered, and holds that are retried at once.
    pub(crate) async fn new() -> Self {
        Self::with_pace(Duration::from_millis(40)).await
    }

    pub(crate) async fn with_pace(first: Duration) -> Self {
        Self::with_paces(first, quick()).await
    }

    /// Where an issuer of signed events may be asked for its keys as often as an event names one that is not known.
    pub(crate) async fn asking_for_keys() -> Self {
        let first = Duration::from_millis(40);
        let health_every = tagout::domain::health::EVERY;
        Self::built(first, quick(), health_every, Duration::ZERO).await
    }

    /// With proofs that go on after their run, over three seconds.
    pub(crate) async fn with_late_proofs() -> Self {
        let proofs = tagout::domain::trial::ProofPace {
            span: Duration::from_secs(3),
            ..quick()
        };
        Self::with_paces(Duration::from_millis(40), proofs).await
    }

    /// Where a connection is asked so often.
    pub(crate) async fn with_health(every: Duration) -> Self {
        Self::with_all(Duration::from_millis(40), quick(), every).await
    }

    /// The same, where a refusal beside which nothing passes has to stand for so long.
    pub(crate) async fn with_health_and_span(every: Duration, span: Duration) -> Self {
        let proofs = tagout::domain::trial::ProofPace { span, ..quick() };
        Self::with_all(Duration::from_millis(40), proofs, every).await
    }

    async fn with_paces(first: Duration, proofs: tagout::domain::trial::ProofPace) -> Self {
        Self::with_all(first, proofs, tagout::domain::health::EVERY).await
    }

    async fn with_all(
        first: Duration,
        proofs: tagout::domain::trial::ProofPace,
        health_every: Duration,
    ) -> Self {
        let keys_again = Patience::default().keys_again;
        Self::built(first, proofs, health_every, keys_again).await
    }

    async fn built(
        first: Duration,
        proofs: tagout::domain::trial::ProofPace,
        health_every: Duration,
        keys_again: Duration,
    ) -> Self {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let sandbox = sandbox::start("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(folder.path().join("keys"))
            .unwrap();
        let pace = RetryPace {
            first,
            most: first * 4,
        };
        let running = serve(&folder, pace, proofs.clone(), health_every, keys_again).await;
        let (client, notices) = attach(&folder, None).await.unwrap();
        let mut house = Self {
            sandbox,
            client,
            notices,
            running: Some(running),
            folder,
            pace,
            proofs,
            health_every,
            keys_again,
        };
        house.tune(|it| it.items = Some(3));
        house.register("ledger", "ledger").await;
        house
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("keys/config.toml")
    }

    /// Stops the server and starts another on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.restart_after(async |_| {}).await;
    }

    /// Stops the server, and waits until it has.
    pub(crate) async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.cancel();
        tokio::time::timeout(LONG, task).await.unwrap().unwrap();
    }

    /// The same as [`House::restart`], with something done to what is stored in between.
    pub(crate) async fn restart_after(&mut self, change: impl AsyncFnOnce(&Store)) {
        self.stop().await;
        let seed = AuditSeed::load_or_create(&self.folder.path().join("keys/audit.key")).unwrap();
        let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
        let store = Store::open(&self.data(), signer).unwrap();
        change(&store).await;
        drop(store);
        let proofs = self.proofs.clone();
        let (health_every, keys_again) = (self.health_every, self.keys_again);
        let running = serve(&self.folder, self.pace, proofs, health_every, keys_again).await;
        self.running = Some(running);
        let (client, notices) = attach(&self.folder, None).await.unwrap();
        (self.client, self.notices) = (client, notices);
    }

    pub(crate) async fn as_role(&self, role: Role) -> Client {
        attach(&self.folder, Some(role)).await.unwrap().0
    }

    pub(crate) async fn ask<A: Rpc>(&self, request: A) -> A::Reply {
        self.try_ask(request).await.unwrap()
    }

    pub(crate) async fn try_ask<A: Rpc>(&self, request: A) -> Result<A::Reply, Problem> {
        self.client.ask_within(LONG, request).await
    }

    /// Asks again at every notice until the answer is as wanted.
    pub(crate) async fn until<A: Rpc<Reply: std::fmt::Debug>>(
        &mut self,
        request: impl Fn() -> A,
        done: impl Fn(&A::Reply) -> bool,
    ) -> A::Reply {
        until(&self.client, &mut self.notices, request, done).await
    }

    // Vendors.

    pub(crate) fn tune(&self, change: impl FnOnce(&mut SettingsChange)) {
        let mut settings = SettingsChange::default();
        change(&mut settings);
        self.sandbox.state().configure(Vendor::Ledger, settings);
    }

    pub(crate) fn fault(&self, endpoint: Endpoint, mode: FaultMode) {
        let fault = Fault::new(Vendor::Ledger, endpoint, mode);
        self.sandbox.state().inject(fault);
    }

    pub(crate) fn mend(&self) {
        self.sandbox.state().clear_faults();
    }

    pub(crate) fn calls(&self, endpoint: Endpoint) -> usize {
        let calls = self.sandbox.log().of(Vendor::Ledger);
        calls
            .iter()
            .filter(|call| call.endpoint == endpoint)
            .count()
    }

    /// What the vendor knows of its tokens, by fingerprint.
    pub(crate) fn tokens(&self) -> BTreeMap<String, TokenView> {
        let all = self.sandbox.state().tokens(Vendor::Ledger);
        all.into_iter()
            .map(|token| (token.fingerprint.clone(), token))
            .collect()
    }

    pub(crate) fn alive(&self) -> usize {
        self.tokens().values().filter(|token| token.alive).count()
    }

    /// Registers the sandbox's Ledger client at a provider of ours.
    pub(crate) async fn register(&mut self, provider: &str, client: &str) {
        let base = format!("{}/ledger", self.sandbox.base_url());
        let request = rpc::ProviderConfigure {
            id: provider.to_owned(),
            client_id: Some(format!("sandbox-{client}")),
            client_secret: Some(secret(&format!("sandbox-{client}-secret"))),
            redirect_uri: Some("http://127.0.0.1:8976/callback/ledger".to_owned()),
            app_name: None,
            vars: [("base".to_owned(), base)].into(),
            moves: false,
        };
        self.ask(request).await;
    }

    /// Adds a provider of this file, with the sandbox's Ledger client registered.
    pub(crate) async fn add(&mut self, toml: &str) {
        let id = self.add_file(toml).await;
        self.register(&id, "ledger").await;
    }

    /// Adds a provider file; its id.
    pub(crate) async fn add_file(&mut self, toml: &str) -> String {
        let request = rpc::ProviderAdd {
            toml: toml.to_owned(),
            file_name: "added.toml".to_owned(),
        };
        let added: view::ProviderDetail = self.ask(request).await;
        added.card.id
    }

    // Connections.

    pub(crate) async fn connect(&mut self, provider: &str, account: &str) -> view::Connection {
        let flow = self.begin(connecting(provider)).await;
        self.authorize(flow, account).await
    }

    /// Connects with a key; again, where there was a connection.
    pub(crate) async fn paste_key(
        &self,
        provider: &str,
        before: Option<&view::Connection>,
        key: &str,
    ) -> view::Connection {
        let asked = Connect {
            api_key: Some(secret(key)),
            ..before.map_or_else(|| connecting(provider), again)
        };
        let flow = self.begin(asked).await;
        let FlowState::Connected { connection } = flow.state else {
            panic!("{flow:?}");
        };
        self.connection(connection.as_str()).await
    }

    pub(crate) async fn begin(&self, asked: Connect) -> view::Flow {
        self.ask(asked).await
    }

    /// Allows at the vendor, pastes where that led, and waits for the connection.
    pub(crate) async fn authorize(&mut self, flow: view::Flow, account: &str) -> view::Connection {
        self.try_authorize(flow, account).await.unwrap()
    }

    pub(crate) async fn try_authorize(
        &mut self,
        flow: view::Flow,
        account: &str,
    ) -> Result<view::Connection, Problem> {
        let FlowState::Authorize { url, .. } = &flow.state else {
            panic!("{flow:?}");
        };
        let back = allow(url, account).await;
        let request = rpc::FlowPaste {
            id: flow.id.clone(),
            text: secret(&back),
        };
        self.ask(request).await;
        self.connected(&flow).await
    }

    pub(crate) async fn connected(
        &mut self,
        flow: &view::Flow,
    ) -> Result<view::Connection, Problem> {
        let id = flow.id.clone();
        let over = |flow: &view::Flow| {
            matches!(
                flow.state,
                FlowState::Connected { .. } | FlowState::Failed { .. }
            )
        };
        let flow = self.until(|| rpc::Flow { id: id.clone() }, over).await;
        match flow.state {
            FlowState::Connected { connection } => Ok(self.connection(connection.as_str()).await),
            FlowState::Failed { problem } => Err(problem),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn connection(&self, id: &str) -> view::Connection {
        let name = id.to_owned();
        self.ask(rpc::Connection { name }).await
    }

    /// Looks until the access token is said to have expired.
    pub(crate) async fn run_out(&self, connection: &view::Connection) {
        let looking = async {
            let id = connection.id.as_str();
            while self.connection(id).await.token_expires_at.unwrap() > Timestamp::now() {}
        };
        tokio::time::timeout(LONG, looking).await.unwrap();
    }

    pub(crate) async fn disconnect(&mut self, id: &str) -> view::Run {
        self.disconnect_with(id, |_| {}).await
    }

    /// What cannot be ended now is kept, to be tried again.
    pub(crate) async fn disconnect_holding(&mut self, id: &str) -> view::Run {
        let hold = |asked: &mut Disconnect| asked.if_unreachable = IfUnreachable::Hold;
        self.disconnect_with(id, hold).await
    }

    pub(crate) async fn disconnect_with(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Disconnect),
    ) -> view::Run {
        self.disconnect_all(&[id], change).await.remove(0)
    }

    /// Disconnects these together, and waits until each run is over.
    pub(crate) async fn disconnect_all(
        &mut self,
        ids: &[&str],
        change: impl FnOnce(&mut Disconnect),
    ) -> Vec<view::Run> {
        let target = |id: &&str| Target {
            connection: (*id).to_owned(),
            version: None,
        };
        let mut asked = Disconnect {
            targets: ids.iter().map(target).collect(),
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
            swap: false,
        };
        change(&mut asked);
        let begun: Vec<view::Run> = self.ask(asked).await;
        let mut over = Vec::new();
        for run in begun {
            let id = run.id.to_string();
            let is_over =
                |run: &view::Run| run.checkpoint.is_some() && run.state != RunState::Running;
            over.push(self.until(|| rpc::Run { id: id.clone() }, is_over).await);
        }
        over
    }

    pub(crate) async fn run(&self, id: impl ToString) -> view::Run {
        let id = id.to_string();
        self.ask(rpc::Run { id }).await
    }

    pub(crate) async fn holds(&self) -> Vec<view::Hold> {
        self.ask(held_ones()).await.rows
    }

    /// Waits until the holds are as wanted.
    pub(crate) async fn until_holds(
        &mut self,
        done: impl Fn(&[view::Hold]) -> bool,
    ) -> Vec<view::Hold> {
        let page: Page<view::Hold> = self
            .until(held_ones, |page: &Page<view::Hold>| done(&page.rows))
            .await;
        page.rows
    }

    /// The actions of the log, oldest first.
    pub(crate) async fn actions(&self) -> Vec<(String, String)> {
        let all = self.entries().await;
        all.into_iter()
            .map(|entry| (entry.action, entry.target))
            .collect()
    }

    /// The log, oldest entry first.
    pub(crate) async fn entries(&self) -> Vec<AuditEntry> {
        let request = rpc::AuditFrom {
            seq: 0,
            since: None,
            limit: 200,
        };
        self.ask(request).await
    }

    pub(crate) async fn count(&self, action: &str) -> usize {
        let all = self.actions().await;
        all.iter().filter(|(is, _)| is == action).count()
    }
}

pub(crate) fn held_ones() -> rpc::Holds {
    rpc::Holds {
        connection: None,
        window: Window {
            limit: 200,
            ..Window::default()
        },
    }
}

pub(crate) fn connecting(provider: &str) -> Connect {
    Connect::new(provider, FlowKind::Paste)
}

pub(crate) fn again(connection: &view::Connection) -> Connect {
    Connect {
        connection: Some(connection.id.to_string()),
        ..connecting(&connection.provider)
    }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

/// Allows at the vendor; where the browser is sent.
pub(crate) async fn allow(url: &str, account: &str) -> String {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    // Whoever sits at the browser signs in as they like.
    let mut url = url::Url::parse(url).unwrap();
    let asked: Vec<_> = url.query_pairs().into_owned().collect();
    let others = asked.iter().filter(|(name, _)| name != "login_hint");
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("sandbox_auto", "allow")
        .append_pair("login_hint", account);
    let answer = http.get(url).send().await.unwrap();
    let to = answer.headers().get("location").expect("a redirect");
    to.to_str().unwrap().to_owned()
}

async fn serve(
    folder: &TempDir,
    pace: RetryPace,
    proofs: tagout::domain::trial::ProofPace,
    health_every: Duration,
    keys_again: Duration,
) -> (CancellationToken, JoinHandle<()>) {
    let settings = settings(folder);
    let options = Options {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        socket: settings.socket_path().unwrap(),
        group: None,
        gateway: None,
        passphrase: None,
        metrics: None,
        key_command: Vec::new(),
        http: (settings.http.value).or_else(|| "127.0.0.1:0".parse().ok()),
        public_url: settings.public_url.value.clone(),
        trusted_proxies: Vec::new(),
        callback_port: 8976,
        workspace: Some("Acme".to_owned()),
        moving: tagout::server::Moving {
            is_accepted: false,
            older_is_accepted: false,
            by_machine: true,
        },
        owner: None,
        idle: None,
        patience: Patience {
            connect: Duration::from_secs(2),
            whole: Duration::from_secs(2),
            refused_for: proofs.minute(),
            keys_again,
            ..Patience::default()
        },
        hold_pace: pace,
        proof_pace: proofs,
        health_every,
        runs_at_once: 8,
        empty_again: Duration::from_secs(600),
        schedule: None,
        debounce: DEBOUNCE,
        sending: tagout::server::subscriptions::Sending {
            pace,
            ..Default::default()
        },
    };
    let stop = CancellationToken::new();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let stopping = stop.clone();
    let task = tokio::spawn(async move {
        let ended = tagout::server::run(options, stopping, || {
            let _nobody_waits = ready.send(());
        });
        ended.await.unwrap();
    });
    is_ready.await.unwrap();
    (stop, task)
}

fn settings(folder: &TempDir) -> Settings {
    let flags = Flags {
        data_dir: Some(folder.path().join("data")),
        config: Some(folder.path().join("keys/config.toml")),
        http: None,
    };
    Settings::resolve(&flags, |_| None).unwrap()
}

async fn attach(folder: &TempDir, role: Option<Role>) -> Result<(Client, Notices), Problem> {
    let settings = settings(folder);
    let options = ConnectOptions {
        settings: &settings,
        role,
        read_only: false,
        start: StartMode::Never,
    };
    Client::connect(&options).await
}
