//! A server for one test, and a vendor whose list it pulls.

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use tagout::client::{Client, ConnectOptions, Notices, StartMode};
use tagout::config::{Flags, Settings};
use tagout::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use tagout::domain::hold::RetryPace;
use tagout::domain::id::ExecutionId;
use tagout::domain::job::{ExecutionStatus, ReferenceState};
use tagout::providers::Patience;
use tagout::server::Options;
use tagout::server::subscriptions::Sending;
use tagout::wire::Problem;
use tagout::wire::request::{FlowKind, Secret, Target, Window};
use tagout::wire::rpc::{self, Rpc};
use tagout::wire::rpc::{Connect, Disconnect, JobAction};
use tagout::wire::view::{self, FlowState, Page};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::liar::LIAR;
use crate::pace::quick;
pub(crate) use crate::until::LONG;
use crate::until::until;
use crate::vendor::Vendor;

/// How long after the first empty list a second one is believed.
pub(crate) const AGAIN: Duration = Duration::from_millis(300);

pub(crate) struct House {
    pub(crate) vendor: Vendor,
    client: Client,
    notices: Notices,
    stop: CancellationToken,
    _folder: TempDir,
    /// The connection.
    pub(crate) connection: String,
    /// Its job.
    pub(crate) job: String,
}

fn thing(page: &Page<view::Job>) -> &view::Job {
    let mut jobs = page.rows.iter();
    jobs.find(|job| job.entity == "thing").unwrap()
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl House {
    /// Connected to a vendor whose `[[sync]]` says this, too; its job is on, and does not run by itself.
    pub(crate) async fn with(sync: &str) -> Self {
        Self::sending(sync, Sending::default()).await
    }

    /// The same, where a host is asked for so many pages at once.
    pub(crate) async fn asking(sync: &str, at_once: usize) -> Self {
        Self::built(sync, Sending::default(), at_once).await
    }

    /// The same, where messages are sent like this.
    pub(crate) async fn sending(sync: &str, sending: Sending) -> Self {
        Self::built(sync, sending, Patience::default().at_once).await
    }

    async fn built(sync: &str, sending: Sending, at_once: usize) -> Self {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let vendor = Vendor::start().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(folder.path().join("keys"))
            .unwrap();
        let settings = settings(&folder);
        let stop = serve(&settings, sending, at_once).await;
        let options = ConnectOptions {
            settings: &settings,
            role: None,
            read_only: false,
            start: StartMode::Never,
        };
        let (client, notices) = Client::connect(&options).await.unwrap();
        let mut house = Self {
            vendor,
            client,
            notices,
            stop,
            _folder: folder,
            connection: String::new(),
            job: String::new(),
        };
        house.set_up(sync).await;
        house
    }

    async fn set_up(&mut self, sync: &str) {
        self.ask(rpc::ProviderAdd {
            toml: self.file(sync),
            file_name: "liar.toml".to_owned(),
        })
        .await;
        self.ask(rpc::ProviderConfigure {
            id: "liar".to_owned(),
            client_id: Some("us".to_owned()),
            client_secret: Some(secret("hush")),
            redirect_uri: Some("http://127.0.0.1:8976/callback/liar".to_owned()),
            app_name: None,
            vars: [].into(),
            moves: false,
        })
        .await;
        self.connect(false).await;
        self.job = self.job().await.id.to_string();
        self.schedule("").await;
    }

    /// The provider file whose `[[sync]]` says this, too.
    pub(crate) fn file(&self, sync: &str) -> String {
        let toml = LIAR.replace("{U}", &self.vendor.base);
        let sync = sync.replace('U', &self.vendor.base);
        let items = if sync.contains("items =") {
            ""
        } else {
            "items = \"/items\"\n"
        };
        format!("{toml}{items}{sync}\n")
    }

    /// When the job runs by itself, in cron's words; empty for by hand.
    pub(crate) async fn schedule(&self, cron: &str) {
        let edit = rpc::JobEdit {
            job: self.job.clone(),
            spec: serde_json::from_value(serde_json::json!({ "schedule": cron, "max_retries": 1 }))
                .unwrap(),
        };
        self.ask(edit).await;
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

    /// Connects another account, and goes on with it; its jobs are off.
    pub(crate) async fn connect_another(&mut self, account: &str) {
        self.vendor.signs_in(account);
        self.connection.clear();
        self.connect(false).await;
        self.job = self.job().await.id.to_string();
    }

    /// Connects, or connects again.
    pub(crate) async fn connect(&mut self, fill_gap: bool) {
        let asked = Connect {
            connection: Some(self.connection.clone()).filter(|id| !id.is_empty()),
            fill_gap,
            ..Connect::new("liar", FlowKind::Paste)
        };
        let flow: view::Flow = self.ask(asked).await;
        let FlowState::Authorize { url, .. } = &flow.state else {
            panic!("{flow:?}");
        };
        let url = url::Url::parse(url).unwrap();
        let of = |name: &str| {
            let found = url.query_pairs().find(|(is, _)| is == name);
            found.unwrap().1.into_owned()
        };
        let mut back = url::Url::parse(&of("redirect_uri")).unwrap();
        back.query_pairs_mut()
            .append_pair("code", "c")
            .append_pair("state", &of("state"));
        self.ask(rpc::FlowPaste {
            id: flow.id.clone(),
            text: secret(back.as_str()),
        })
        .await;
        let id = flow.id.clone();
        let over = |flow: &view::Flow| {
            matches!(
                flow.state,
                FlowState::Connected { .. } | FlowState::Failed { .. }
            )
        };
        let flow = self.until(|| rpc::Flow { id: id.clone() }, over).await;
        let FlowState::Connected { connection } = flow.state else {
            panic!("{:?}", flow.state);
        };
        self.connection = connection.to_string();
    }

    pub(crate) async fn disconnect(&mut self) {
        let asked = Disconnect {
            targets: vec![Target {
                connection: self.connection.clone(),
                version: None,
            }],
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
            swap: false,
        };
        let runs: Vec<view::Run> = self.ask(asked).await;
        let id = runs[0].id.to_string();
        self.until(
            || rpc::Run { id: id.clone() },
            |run: &view::Run| run.checkpoint.is_some() && run.state != RunState::Running,
        )
        .await;
    }

    pub(crate) async fn job(&self) -> view::Job {
        let page: Page<view::Job> = self.ask(self.jobs()).await;
        thing(&page).clone()
    }

    pub(crate) fn jobs(&self) -> rpc::Jobs {
        rpc::Jobs {
            connection: Some(self.connection.clone()),
            window: window(),
        }
    }

    pub(crate) async fn act(&self, act: JobAction) {
        self.act_on(&self.job, act).await;
    }

    pub(crate) async fn act_on(&self, job: &str, act: JobAction) {
        let job = job.to_owned();
        self.ask(rpc::JobAct { job, act }).await;
    }

    /// All jobs, once they stand as wanted.
    pub(crate) async fn all_jobs(&mut self, done: impl Fn(&[view::Job]) -> bool) -> Vec<view::Job> {
        let asked = rpc::Jobs {
            connection: None,
            window: window(),
        };
        let page: Page<view::Job> = self
            .until(|| asked.clone(), |page: &Page<view::Job>| done(&page.rows))
            .await;
        page.rows
    }

    /// Runs the job to its end.
    pub(crate) async fn pull(&mut self) -> view::Execution {
        let job = self.job().await;
        let before = job.last_execution.map(|it| it.id);
        let act = if job.is_enabled {
            JobAction::Run
        } else {
            JobAction::Enable
        };
        self.act(act).await;
        self.over_after(before).await
    }

    /// Waits for the end of an execution after this one.
    pub(crate) async fn over_after(&mut self, before: Option<ExecutionId>) -> view::Execution {
        let asked = self.jobs();
        let is_over = move |page: &Page<view::Job>| {
            let last = thing(page).last_execution.as_ref();
            last.is_some_and(|it| {
                Some(&it.id) != before.as_ref()
                    && !matches!(
                        it.status,
                        ExecutionStatus::Queued | ExecutionStatus::Running
                    )
            })
        };
        let page: Page<view::Job> = self.until(|| asked.clone(), is_over).await;
        thing(&page).last_execution.clone().unwrap()
    }

    /// Runs the job to its end, which has to be a good one.
    #[track_caller]
    pub(crate) fn pulled(&mut self) -> impl Future<Output = view::Execution> {
        let caller = std::panic::Location::caller();
        async move {
            let ended = self.pull().await;
            assert_eq!(
                ended.status,
                ExecutionStatus::Succeeded,
                "at {caller}: {ended:#?}"
            );
            ended
        }
    }

    /// Runs the job, which has to fail; why.
    pub(crate) async fn failed(&mut self) -> String {
        let ended = self.pull().await;
        assert_eq!(ended.status, ExecutionStatus::Failed, "{ended:#?}");
        ended.error.unwrap()
    }

    pub(crate) async fn references(&self) -> Vec<view::Reference> {
        let connection = Some(self.connection.clone());
        self.every(|window| rpc::References {
            connection: connection.clone(),
            window,
        })
        .await
    }

    pub(crate) async fn records(&self) -> Vec<view::Record> {
        let connection = Some(self.connection.clone());
        self.every(|window| rpc::Records {
            connection: connection.clone(),
            window,
        })
        .await
    }

    /// How often each thing had changed when it was last received.
    pub(crate) async fn all_times(&self) -> BTreeMap<u64, u64> {
        let records = self.records().await;
        let number = |row: &view::Record, name: &str| row.body[name].as_u64().unwrap();
        records
            .iter()
            .map(|row| (number(row, "id"), number(row, "times")))
            .collect()
    }

    /// The rows of every page.
    async fn every<T, A: Rpc<Reply = Page<T>>>(&self, request: impl Fn(Window) -> A) -> Vec<T> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let window = Window {
                after: after.take(),
                ..window()
            };
            let page = self.ask(request(window)).await;
            let Some(last) = page.keys.last() else {
                return all;
            };
            after = Some(last.clone());
            all.extend(page.rows);
        }
    }

    /// The same of one thing.
    pub(crate) async fn times(&self, id: u64) -> u64 {
        self.all_times().await[&id]
    }

    /// How many references stand there as this.
    pub(crate) async fn count(&self, status: ReferenceState) -> usize {
        let all = self.references().await;
        all.iter().filter(|it| it.status == status).count()
    }
}

pub(crate) fn window() -> Window {
    Window {
        limit: tagout::wire::request::MAX_ROWS,
        ..Window::default()
    }
}

fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

async fn serve(settings: &Settings, sending: Sending, at_once: usize) -> CancellationToken {
    let options = Options {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        socket: settings.socket_path().unwrap(),
        group: None,
        gateway: None,
        passphrase: None,
        metrics: None,
        key_command: Vec::new(),
        http: Some("127.0.0.1:0".parse().unwrap()),
        public_url: None,
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
            at_once,
            ..Patience::default()
        },
        hold_pace: RetryPace {
            first: Duration::from_millis(40),
            most: Duration::from_millis(160),
        },
        proof_pace: quick(),
        health_every: tagout::domain::health::EVERY,
        runs_at_once: 8,
        empty_again: AGAIN,
        schedule: None,
        debounce: tagout::domain::delivery::DEBOUNCE,
        sending,
    };
    let stop = CancellationToken::new();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let stopping = stop.clone();
    tokio::spawn(async move {
        let ended = tagout::server::run(options, stopping, || {
            let _nobody_waits = ready.send(());
        });
        ended.await.unwrap();
    });
    is_ready.await.unwrap();
    stop
}

fn settings(folder: &TempDir) -> Settings {
    let flags = Flags {
        data_dir: Some(folder.path().join("data")),
        config: Some(folder.path().join("keys/config.toml")),
        http: None,
    };
    Settings::resolve(&flags, |_| None).unwrap()
}
