//! A vendor with one long list, a server of its own that pulls it, and what that server takes of the machine.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::job::ExecutionStatus;
use tagout::wire::request::{FlowKind, Secret, Target, Window};
use tagout::wire::rpc::{self, Connect, Disconnect, JobAction};
use tagout::wire::view::{self, Compaction, CompactionState, Flow, FlowState, Page, Run};
use tokio::net::TcpListener;
use url::Url;
use zeroize::Zeroizing;

use crate::house::{Client, House, Server};
use crate::liar::LIAR;
use crate::pace_in_file::QUICK;
use crate::processor::processor;

/// Things on a page.
pub(crate) const PAGE: u64 = 1000;

const LIST: &str = "items = \"/items\"\npage = { style = \"cursor\", param = \"c\", next = \"/next\", size_param = \"n\", size = 1000 }\n";

/// The vendor.
pub(crate) struct Vendor {
    pub(crate) base: String,
    said: Arc<Said>,
}

#[derive(Default)]
struct Said {
    /// How many things it lists.
    things: AtomicU64,
    /// Who signs in.
    account: AtomicU64,
    /// Tokens that it has given out.
    tokens: AtomicU64,
    dead: Mutex<HashSet<String>>,
}

#[derive(Deserialize)]
struct From {
    c: Option<u64>,
}

#[derive(Deserialize)]
struct Revoked {
    token: String,
}

impl Vendor {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::<Said>::default();
        let app = Router::new()
            .route("/token", post(token))
            .route("/me", get(me))
            .route("/revoke", post(revoke))
            .route("/items", get(items))
            .with_state(Arc::clone(&said));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, said }
    }

    /// From now on it lists so many things, the same ones to everybody.
    pub(crate) fn lists(&self, things: u64) {
        self.said.things.store(things, Ordering::Relaxed);
    }

    /// From now on this account signs in.
    pub(crate) fn signs_in(&self, account: u64) {
        self.said.account.store(account, Ordering::Relaxed);
    }
}

async fn token(State(said): State<Arc<Said>>) -> Json<Value> {
    let number = said.tokens.fetch_add(1, Ordering::Relaxed);
    Json(json!({ "access_token": format!("at-{number}"), "token_type": "bearer" }))
}

async fn me(State(said): State<Arc<Said>>, headers: HeaderMap) -> Response {
    let token = headers.get("authorization").and_then(|it| it.to_str().ok());
    let token = token.and_then(|it| it.get(7..)).unwrap_or_default();
    let is_ours = token.starts_with("at-");
    if !is_ours || said.dead.lock().unwrap().contains(token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let id = said.account.load(Ordering::Relaxed);
    Json(json!({ "id": id.to_string(), "email": format!("u{id}@acme.example") })).into_response()
}

async fn revoke(State(said): State<Arc<Said>>, Form(revoked): Form<Revoked>) {
    said.dead.lock().unwrap().insert(revoked.token);
}

async fn items(State(said): State<Arc<Said>>, Query(from): Query<From>) -> Response {
    let all = said.things.load(Ordering::Relaxed);
    let begin = from.c.unwrap_or(0).min(all);
    let end = all.min(begin + PAGE);
    let mut page = String::with_capacity(300 * PAGE as usize);
    page.push_str("{\"items\":[");
    for n in begin..end {
        page.push_str(if n == begin { "" } else { "," });
        thing(&mut page, n);
    }
    match end < all {
        true => write!(page, "],\"next\":\"{end}\"}}").unwrap(),
        false => page.push_str("],\"next\":null}"),
    }
    ([("content-type", "application/json")], page).into_response()
}

/// An issue, as issue trackers write one.
fn thing(into: &mut String, n: u64) {
    write!(
        into,
        "{{\"id\":{n},\"name\":\"Issue {n}\",\"state\":\"open\",\"owner\":{{\"id\":{},\"login\":\"person-{}\"}},\
         \"labels\":[\"bug\",\"later\"],\"created\":\"2026-01-01T10:00:00Z\",\"title\":\"What was seen, and what was expected \
         instead of it\",\"comments\":{},\"is_locked\":false,\"milestone\":null}}",
        n % 97,
        n % 97,
        n % 13
    )
    .unwrap();
}

/// The bytes of JSON that so many things are.
pub(crate) fn bytes_of(things: u64) -> u64 {
    let mut all = String::new();
    let mut bytes = 0;
    for n in 0..things {
        all.clear();
        thing(&mut all, n);
        bytes += all.len() as u64;
    }
    bytes
}

/// A client that parses every record of the list and throws it away.
pub(crate) async fn bare_client(vendor: &Vendor) -> Duration {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let begun = Instant::now();
    let mut cursor: Option<String> = None;
    loop {
        let from = cursor.map_or(String::new(), |from| format!("&c={from}"));
        let url = format!("{}/items?n={PAGE}{from}", vendor.base);
        let answer = client.get(url).bearer_auth("bare").send().await.unwrap();
        let page: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(page["items"].as_array().is_some());
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return begun.elapsed(),
        }
    }
}

/// A folder whose server takes proofs as over at once, because its vendor is on this machine.
pub(crate) fn house() -> House {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    let config = house.data().with_file_name("config").join("config.toml");
    std::fs::write(config, QUICK).unwrap();
    house
}

/// Registers the vendor.
pub(crate) fn register(client: &mut Client, vendor: &Vendor) {
    client.ask(rpc::ProviderAdd {
        toml: format!("{}{LIST}", LIAR.replace("{U}", &vendor.base)),
        file_name: "liar.toml".to_owned(),
    });
    client.ask(rpc::ProviderConfigure {
        id: "liar".to_owned(),
        client_id: Some("us".to_owned()),
        client_secret: Some(secret("hush")),
        redirect_uri: Some("http://127.0.0.1:8976/callback/liar".to_owned()),
        app_name: None,
        vars: [].into(),
        moves: false,
    });
}

/// Connects whoever signs in, or a connection again; its id.
pub(crate) fn connect(client: &mut Client, again: Option<&str>) -> String {
    let mut flow: Flow = client.ask(Connect {
        connection: again.map(str::to_owned),
        ..Connect::new("liar", FlowKind::Paste)
    });
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{:?}", flow.state);
    };
    let url = Url::parse(url).unwrap();
    let of = |name: &str| {
        let found = url.query_pairs().find(|(is, _)| is == name);
        found.unwrap().1.into_owned()
    };
    let mut back = Url::parse(&of("redirect_uri")).unwrap();
    back.query_pairs_mut()
        .append_pair("code", "c")
        .append_pair("state", &of("state"));
    let text = secret(back.as_str());
    flow = client.ask(rpc::FlowPaste { id: flow.id, text });
    loop {
        match flow.state {
            FlowState::Connected { connection } => return connection.to_string(),
            FlowState::Failed { problem } => panic!("{problem:?}"),
            _ => client.told(),
        }
        flow = client.ask(rpc::Flow { id: flow.id });
    }
}

/// Disconnects; from the request to the checkpoint, which is the last thing that is written.
pub(crate) fn disconnect(client: &mut Client, connection: &str) -> (Duration, Run) {
    let start = Instant::now();
    let runs: Vec<Run> = client.ask(Disconnect {
        targets: vec![Target {
            connection: connection.to_owned(),
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
    });
    let id = runs[0].id.to_string();
    loop {
        let run: Run = client.ask(rpc::Run { id: id.clone() });
        if run.checkpoint.is_some() {
            return (start.elapsed(), run);
        }
        client.told();
    }
}

/// Runs the connection's job to its end, which has to be a good one.
pub(crate) fn pull(client: &mut Client, connection: &str) -> (Duration, view::Execution) {
    let before = job(client, connection);
    let act = match before.is_enabled {
        true => JobAction::Run,
        false => {
            client.ask(rpc::JobEdit {
                job: before.id.to_string(),
                spec: serde_json::from_value(json!({ "schedule": "" })).unwrap(),
            });
            JobAction::Enable
        }
    };
    let last = before.last_execution.map(|it| it.id);
    let start = Instant::now();
    let job_id = before.id.to_string();
    client.ask(rpc::JobAct { job: job_id, act });
    loop {
        let now = job(client, connection).last_execution;
        let now = now.filter(|it| Some(&it.id) != last.as_ref() && it.completed_at.is_some());
        if let Some(ended) = now {
            assert_eq!(ended.status, ExecutionStatus::Succeeded, "{ended:#?}");
            return (start.elapsed(), ended);
        }
        client.told();
    }
}

fn job(client: &mut Client, connection: &str) -> view::Job {
    let page: Page<view::Job> = client.ask(rpc::Jobs {
        connection: Some(connection.to_owned()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    });
    page.rows[0].clone()
}

/// Compacts the store.
pub(crate) fn compact(client: &mut Client) -> Compaction {
    client.ask(rpc::Compact);
    loop {
        let last: Option<Compaction> = client.ask(rpc::Compaction);
        match last {
            Some(it) if it.state == CompactionState::Done => return it,
            Some(it) if it.state == CompactionState::Failed => panic!("{it:?}"),
            _ => client.told(),
        }
    }
}

fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

/// What a server has taken of the machine so far.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    /// Time of processors.
    pub(crate) processor: Duration,
    /// Bytes that were handed to the disk (proc_pid_io(5)).
    pub(crate) written: u64,
    /// The most memory that it has had, in MB.
    pub(crate) memory: u64,
    pub(crate) syncs: u64,
}

pub(crate) fn taken(server: &Server, client: &mut Client) -> Taken {
    let of =
        |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", server.pid())).unwrap();
    let number = |text: &str, name: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let figure = line.unwrap().split_whitespace().next().unwrap();
        figure.parse().unwrap()
    };
    Taken {
        processor: processor(server.pid()),
        written: number(&of("io"), "write_bytes:"),
        memory: number(&of("status"), "VmHWM:") / 1024,
        syncs: client.status().syncs,
    }
}

/// The blocks that a folder takes, in bytes.
pub(crate) fn on_disk(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.metadata().unwrap() {
            it if it.is_dir() => on_disk(&entry.path()),
            it => it.blocks() * 512,
        })
        .sum()
}
