//! One disconnect on loopback, against the HTTP round trips and syncs that it consists of, done bare.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../scale/house.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod house;
mod measure;

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use house::{Client, House};
use measure::{median, report};
use tagout::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use tagout::sandbox::{self, Sandbox};
use tagout::wire::request::{FlowKind, Secret, Target};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect};
use tagout::wire::view::{Flow, FlowState, Run};
use tokio::runtime::Runtime;
use url::Url;
use zeroize::Zeroizing;

const ROUNDS: usize = 15;

/// What a disconnect consisted of.
struct Told {
    took: Duration,
    calls: usize,
    syncs: u64,
}

fn main() {
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new().unwrap();
    let sandbox = sandbox::start("127.0.0.1:0".parse().unwrap());
    let sandbox = runtime.block_on(sandbox).unwrap();
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    let server = house.serve();
    let mut client = server.client();
    register(&mut client, &sandbox);
    let mut told: Vec<_> = (0..ROUNDS)
        .map(|_| disconnect(&runtime, &mut client, &sandbox))
        .collect();
    told.sort_by_key(|told| told.took);
    let Told { took, calls, syncs } = told.swap_remove(ROUNDS / 2);

    let sync = bare_sync(&house);
    let call = bare_call(&runtime, &sandbox);
    let parts = call * u32::try_from(calls).unwrap() + sync * u32::try_from(syncs).unwrap();
    report("a bare fdatasync of 4 KiB", sync, parts);
    report("a bare HTTP round trip", call, parts);
    report(
        &format!("{calls} round trips and {syncs} syncs, bare"),
        parts,
        parts,
    );
    report("one disconnect", took, parts);
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}

fn bare_sync(house: &House) -> Duration {
    let file = File::create(house.data().join("bare")).unwrap();
    median(400, |n| {
        file.write_all_at(&[1; 4096], u64::from(n) * 4096).unwrap();
        file.sync_data().unwrap();
    })
}

fn bare_call(runtime: &Runtime, sandbox: &Sandbox) -> Duration {
    let browser = browser();
    let url = format!(
        "{}/ledger/.well-known/openid-configuration",
        sandbox.base_url()
    );
    median(200, |_| {
        runtime.block_on(async {
            let answer = browser.get(&url).send().await.unwrap();
            answer.bytes().await.unwrap();
        });
    })
}

fn register(client: &mut Client, sandbox: &Sandbox) {
    let base = format!("{}/ledger", sandbox.base_url());
    let secret = Zeroizing::new("sandbox-ledger-secret".to_owned());
    client.ask(rpc::ProviderConfigure {
        id: "ledger".to_owned(),
        client_id: Some("sandbox-ledger".to_owned()),
        client_secret: Some(Secret(secret)),
        redirect_uri: None,
        app_name: None,
        vars: BTreeMap::from([("base".to_owned(), base)]),
        moves: false,
    });
}

/// Connects an account; its id.
fn connect(runtime: &Runtime, client: &mut Client) -> String {
    let mut flow: Flow = client.ask(Connect::new("ledger", FlowKind::Paste));
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{:?}", flow.state);
    };
    let mut url = Url::parse(url).unwrap();
    url.query_pairs_mut()
        .append_pair("login_hint", "acme-bot")
        .append_pair("sandbox_auto", "allow");
    let answer = runtime.block_on(browser().get(url).send()).unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let text = Secret(Zeroizing::new(back));
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

/// Connects, then measures from the request to the checkpoint, which is the last thing that is written.
fn disconnect(runtime: &Runtime, client: &mut Client, sandbox: &Sandbox) -> Told {
    let connection = connect(runtime, client);
    let calls = sandbox.log().all().len();
    let syncs = client.status().syncs;
    let start = Instant::now();
    let runs: Vec<Run> = client.ask(Disconnect {
        targets: vec![Target {
            connection,
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
            assert_eq!(run.state, RunState::Completed);
            break;
        }
        client.told();
    }
    Told {
        took: start.elapsed(),
        calls: sandbox.log().all().len() - calls,
        syncs: client.status().syncs - syncs,
    }
}
