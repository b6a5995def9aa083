//! A house of its own for each test: folders, a sandbox, a server, and whoever types the verbs.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::client::{Client, ConnectOptions, Notices, StartMode};
use tagout::config::{Flags, Settings};
use tagout::sandbox::{
    self, CallRecord, Endpoint, Fault, FaultMode, Sandbox, SandboxState, SettingsChange, TokenView,
    Vendor,
};
use tagout::wire::Problem;
use tagout::wire::rpc::{self, Rpc};

use crate::pace_in_file::QUICK;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::serving::{LONG, Serving};

/// The accounts of the sandbox.
pub(crate) const BOT: &str = "acme-bot";
pub(crate) const CAROL: &str = "carol";

pub(crate) struct House {
    pub(crate) runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) server: Option<Serving>,
    folder: TempDir,
    http: reqwest::Client,
}

/// How a verb ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A verb that runs.
pub(crate) struct Running {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl House {
    /// Folders and a sandbox; no server yet.
    pub(crate) fn empty() -> Self {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let sandbox = runtime
            .block_on(sandbox::start("127.0.0.1:0".parse().unwrap()))
            .unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let house = Self {
            runtime,
            sandbox,
            server: None,
            folder,
            http,
        };
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(house.keys())
            .unwrap();
        house.settings_file("");
        for vendor in Vendor::ALL {
            house.tune(vendor, |it| {
                it.items = Some(120);
                it.pkce_required = Some(vendor == Vendor::Ledger || vendor == Vendor::Hubspot);
            });
        }
        house
    }

    /// With a server that runs, and these vendors registered at it.
    pub(crate) fn with(vendors: &[Vendor]) -> Self {
        let mut house = Self::empty();
        house.serve();
        for vendor in vendors {
            house.register(*vendor);
        }
        house
    }

    // Folders and processes.

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the configuration and the keys are.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the configuration: a port of its own, little patience, and what else is said.
    pub(crate) fn settings_file(&self, more: &str) {
        let port = free_port();
        let patience = match more.contains("vendor_timeout_seconds") {
            true => "",
            false => "vendor_timeout_seconds = 1",
        };
        let text = format!("callback_port = {port}\n{patience}\n{more}\n{QUICK}");
        std::fs::write(self.keys().join("config.toml"), text).unwrap();
    }

    /// What a console in a terminal needs to find the server.
    pub(crate) fn env(&self) -> [(&'static str, String); 2] {
        let text = |path: PathBuf| path.display().to_string();
        [
            ("TAGOUT_DATA_DIR", text(self.data())),
            ("TAGOUT_CONFIG", text(self.keys().join("config.toml"))),
        ]
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagout"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TAGOUT_")) {
            command.env_remove(name);
        }
        command
            .env_remove("SSH_CONNECTION")
            .env_remove("RUST_LOG")
            .env("TAGOUT_DATA_DIR", self.data())
            .env("TAGOUT_CONFIG", self.keys().join("config.toml"));
        command
    }

    pub(crate) fn serve(&mut self) {
        self.server = Some(Serving::start(self.command()));
    }

    /// The same once whoever came first has left: a verb that found nobody starts a server of its own, which may still be
    /// coming up.
    pub(crate) fn serve_alone(&mut self) {
        loop {
            if self.try_client().is_ok() {
                // It may be leaving by itself.
                let _stopped = self.run(&["stop"]);
            }
            match Serving::attempt(self.command()) {
                Ok(serving) => {
                    self.server = Some(serving);
                    return;
                }
                Err((code, lines)) => assert!(
                    lines.iter().any(|line| line.contains("already owned")),
                    "the server ended with {code:?}:\n{}",
                    lines.join("\n")
                ),
            }
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.server.take().unwrap().kill();
    }

    /// A graceful stop.
    pub(crate) fn stop(&mut self) {
        self.ok(&["stop"]);
        assert_eq!(self.server.take().unwrap().ended(), Some(0));
    }

    // Verbs.

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut running = self.spawn(arguments);
        running.say(stdin);
        running.end()
    }

    /// A verb that has to succeed.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        ran.out
    }

    /// The JSON of a verb that has to succeed.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let out = self.ok(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {out}"))
    }

    /// The JSON Lines of a verb that has to succeed.
    #[track_caller]
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let out = self.ok(&[arguments, &["--json"]].concat());
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Running { child, out }
    }

    // The vendors.

    pub(crate) fn vendors(&self) -> Arc<SandboxState> {
        self.sandbox.state()
    }

    pub(crate) fn tune(&self, vendor: Vendor, change: impl FnOnce(&mut SettingsChange)) {
        let mut settings = SettingsChange::default();
        change(&mut settings);
        self.vendors().configure(vendor, settings);
    }

    pub(crate) fn fault(&self, vendor: Vendor, endpoint: Endpoint, mode: FaultMode) {
        self.vendors().inject(Fault::new(vendor, endpoint, mode));
    }

    pub(crate) fn calls(&self, vendor: Vendor, endpoint: Endpoint) -> Vec<CallRecord> {
        let mut calls = self.sandbox.log().of(vendor);
        calls.retain(|call| call.endpoint == endpoint);
        calls
    }

    /// Waits for a call of this kind beyond the first `seen` of them.
    pub(crate) fn called(&self, vendor: Vendor, endpoint: Endpoint, seen: usize) {
        let after = self.calls(vendor, endpoint).get(..seen).map_or_else(
            || panic!("fewer than {seen} calls"),
            |calls| calls.last().map_or(0, |call| call.seq),
        );
        let log = self.sandbox.log();
        let waiting = log.wait_for(|call| {
            call.vendor == vendor && call.endpoint == endpoint && call.seq > after
        });
        self.block(async { tokio::time::timeout(LONG, waiting).await })
            .unwrap();
    }

    /// What the vendor itself knows of the tokens with these fingerprints.
    pub(crate) fn tokens(&self, vendor: Vendor) -> BTreeMap<String, TokenView> {
        let all = self.vendors().tokens(vendor);
        all.into_iter()
            .map(|token| (token.fingerprint.clone(), token))
            .collect()
    }

    /// Registers the sandbox's app, with the provider's hosts pointing at the sandbox.
    pub(crate) fn register(&self, vendor: Vendor) {
        self.register_with(vendor, &format!("sandbox-{vendor}-secret"));
    }

    pub(crate) fn register_with(&self, vendor: Vendor, secret: &str) {
        let (id, client) = (vendor.to_string(), format!("sandbox-{vendor}"));
        let vars = self.vars(vendor);
        let mut arguments = vec!["providers", "configure", &id];
        if vendor != Vendor::Postmark {
            arguments.extend(["--client-id", &client, "--client-secret-file", "-"]);
        }
        for var in &vars {
            arguments.extend(["--var", var]);
        }
        let ran = self.run_with(&arguments, secret);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }

    fn vars(&self, vendor: Vendor) -> Vec<String> {
        let setups = self.sandbox.setups();
        let setup = setups.iter().find(|setup| setup.vendor == vendor);
        let vars = &setup.unwrap().vars;
        vars.iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// Connects an account by verb, as a person does; the connection.
    #[track_caller]
    pub(crate) fn connect(&self, vendor: Vendor, account: &str) -> Value {
        self.connect_with(vendor, account, &[])
    }

    #[track_caller]
    pub(crate) fn connect_with(&self, vendor: Vendor, account: &str, more: &[&str]) -> Value {
        let id = vendor.to_string();
        self.authorize(&[&["connect", &id], more].concat(), vendor, account)
            .unwrap_or_else(|ran| panic!("connecting {vendor}: {}", ran.err))
    }

    /// Runs `connect` or `reconnect` to its end, allowing at the vendor; the connection.
    pub(crate) fn authorize(
        &self,
        arguments: &[&str],
        vendor: Vendor,
        account: &str,
    ) -> Result<Value, Ran> {
        if vendor == Vendor::Postmark {
            let key = self.vendors().mint_api_key(vendor, account).unwrap();
            let all = [arguments, &["--api-key-file", "-", "--json"]].concat();
            return last_connected(self.run_with(&all, &key));
        }
        let mut running = self.spawn(&[arguments, &["--flow", "paste", "--json"]].concat());
        let Some(line) = running.line() else {
            return Err(running.end());
        };
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["event"], "authorize");
        let back = self.allow(line["url"].as_str().unwrap(), account);
        running.say(&format!("{back}\n"));
        last_connected(running.end())
    }

    /// Allows at the vendor; where the browser is sent.
    pub(crate) fn allow(&self, url: &str, account: &str) -> String {
        let url = format!("{url}&sandbox_auto=allow&login_hint={account}");
        let answer = self.block(self.http.get(url).send()).unwrap();
        let status = answer.status();
        let to = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        to.unwrap_or_else(|| {
            panic!(
                "{status}: {}",
                self.block(answer.text()).unwrap_or_default()
            )
        })
    }

    /// A browser that follows where it is sent; the page it ends at.
    pub(crate) fn browse(&self, url: &str) -> (u16, String) {
        let answer = self.block(self.http.get(url).send()).unwrap();
        (answer.status().as_u16(), self.block(answer.text()).unwrap())
    }

    // In-process clients, which see notices.

    pub(crate) fn block<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub(crate) fn client(&self) -> (Client, Notices) {
        self.try_client().unwrap()
    }

    pub(crate) fn try_client(&self) -> Result<(Client, Notices), Problem> {
        let flags = Flags {
            data_dir: Some(self.data()),
            config: Some(self.keys().join("config.toml")),
            http: None,
        };
        let settings = Settings::resolve(&flags, |_| None).unwrap();
        let options = ConnectOptions {
            settings: &settings,
            role: None,
            read_only: false,
            start: StartMode::Never,
        };
        self.block(Client::connect(&options))
    }

    #[track_caller]
    pub(crate) fn ask(&self, request: impl Rpc) -> Value {
        let (client, _notices) = self.client();
        json!(self.block(client.ask_within(LONG, request)).unwrap())
    }

    /// Asks again at every notice until the answer is as wanted.
    #[track_caller]
    pub(crate) fn until<A: Rpc>(
        &self,
        request: impl Fn() -> A,
        done: impl Fn(&Value) -> bool,
    ) -> Value {
        let (client, mut notices) = self.client();
        let until = Instant::now() + LONG;
        loop {
            let answer = json!(self.block(client.ask_within(LONG, request())).unwrap());
            if done(&answer) {
                return answer;
            }
            let left = until.saturating_duration_since(Instant::now());
            let told = self.block(async { tokio::time::timeout(left, notices.next()).await });
            match told {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the server went away at {answer:#}"),
                Err(_) => panic!("still {answer:#}"),
            }
        }
    }

    // What tests often want to know.

    pub(crate) fn connection(&self, id: &str) -> Value {
        self.ask(rpc::Connection {
            name: id.to_owned(),
        })
    }

    /// Looks until the access token is said to have expired.
    pub(crate) fn run_out(&self, connection: &str) {
        let until = Instant::now() + LONG;
        let expires = || text(&self.connection(connection), "token_expires_at").parse();
        while expires().is_ok_and(|at: Timestamp| at > Timestamp::now()) {
            assert!(Instant::now() < until, "it does not expire");
        }
    }

    /// Turns every job of the connection on, and waits until each has ended.
    pub(crate) fn sync(&self, connection: &str) -> Vec<Value> {
        for job in self.jobs(connection) {
            self.ok(&["jobs", "enable", text(&job, "id")]);
        }
        self.synced(connection, |status| {
            status != "queued" && status != "running"
        })
    }

    /// Waits until every job's last execution is as wanted; the jobs.
    pub(crate) fn synced(&self, connection: &str, done: impl Fn(&str) -> bool) -> Vec<Value> {
        let all_done = |jobs: &Value| {
            let status = |job: &Value| job["last_execution"]["status"].as_str().map(&done);
            rows(jobs).iter().all(|job| status(job) == Some(true))
        };
        let jobs = self.until(|| jobs_of(connection), all_done);
        rows(&jobs).to_vec()
    }

    pub(crate) fn jobs(&self, connection: &str) -> Vec<Value> {
        let page: Value = self.ask(jobs_of(connection));
        rows(&page).to_vec()
    }

    /// Disconnects by verb; the run.
    #[track_caller]
    pub(crate) fn disconnect(&self, connection: &str) -> Value {
        let lines = self.lines(&["disconnect", connection, "--yes"]);
        let last = lines.last().unwrap();
        assert_eq!(last["event"], "run");
        last["run"].clone()
    }

    /// Waits until the run has ended.
    pub(crate) fn ended(&self, run: &str) -> Value {
        let request = || rpc::Run { id: run.to_owned() };
        self.until(request, |run| {
            run["state"].as_str().unwrap().starts_with("completed") && !run["checkpoint"].is_null()
        })
    }

    /// The log is whole, by the verifier that needs no server.
    #[track_caller]
    pub(crate) fn verify(&self) {
        self.ok(&["audit", "verify"]);
    }

    /// Every entry of the log.
    pub(crate) fn audit(&self) -> Vec<Value> {
        self.json(&["audit"]).as_array().unwrap().clone()
    }

    /// The key in its master key file.
    pub(crate) fn master_key(&self) -> [u8; 32] {
        forensics::master_key_in(&self.keys().join("master.key"))
    }

    /// No file of the database's side folder: what stands there is not synced.
    pub(crate) fn no_blobs(&self) {
        let blobs = files_under(&self.data())
            .into_iter()
            .filter(|path| path.components().any(|part| part.as_os_str() == "blobs"))
            .collect::<Vec<_>>();
        assert!(blobs.is_empty(), "{blobs:?}");
    }
}

impl Running {
    /// The next line it prints; none at its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.out.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The whole of its input.
    pub(crate) fn say(&mut self, text: &str) {
        let mut stdin = self.child.stdin.take().unwrap();
        match stdin.write_all(text.as_bytes()) {
            Ok(()) => {}
            // It ended without reading.
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe),
        }
    }

    /// Waits for its end, elsewhere.
    pub(crate) fn ending(self) -> Receiver<Ran> {
        let (ended, ending) = channel();
        // Whoever waited may have lost interest.
        std::thread::spawn(move || drop(ended.send(self.end())));
        ending
    }

    /// `kill -9`, and gone when this returns.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The rest of what it prints, and its exit code.
    pub(crate) fn end(self) -> Ran {
        let Self { mut child, mut out } = self;
        drop(child.stdin.take());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
        let ended = child.wait_with_output().unwrap();
        Ran {
            code: ended.status.code().unwrap_or(-1),
            out: rest,
            err: String::from_utf8_lossy(&ended.stderr).into_owned(),
        }
    }
}

fn last_connected(ran: Ran) -> Result<Value, Ran> {
    if ran.code != 0 {
        return Err(ran);
    }
    let line: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(line["event"], "connected");
    Ok(line["connection"].clone())
}

pub(crate) fn jobs_of(connection: &str) -> rpc::Jobs {
    rpc::Jobs {
        connection: Some(connection.to_owned()),
        window: window(),
    }
}

pub(crate) fn window() -> tagout::wire::request::Window {
    tagout::wire::request::Window {
        limit: tagout::wire::request::MAX_ROWS,
        ..Default::default()
    }
}

/// The rows of a page.
pub(crate) fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

/// A field that has to be a text.
#[track_caller]
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {value:#}"))
}

/// All of these fields are there.
#[track_caller]
pub(crate) fn has(value: &Value, fields: &str) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    for field in fields.split_whitespace() {
        assert!(object.contains_key(field), "no {field} in {value:#}");
    }
}

pub(crate) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_under(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A wait that ends in a panic rather than never.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> F::Output {
    tokio::time::timeout(limit, future).await.unwrap()
}
