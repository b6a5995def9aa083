//! Verbs: `swap`, `holds`, `connect --flow device`; and missing scopes (N11).

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, FaultMode, Vendor};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view::{self, Page};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::house::{BOT, CAROL, House, LONG, allow};

pub(crate) fn tagout(house: &House, arguments: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .args(arguments)
        .env("TAGOUT_DATA_DIR", house.data())
        .env("TAGOUT_CONFIG", house.config())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

pub(crate) struct Verb {
    pub(crate) child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Verb {
    pub(crate) fn start(house: &House, arguments: &[&str]) -> Self {
        let mut child = tagout(house, arguments);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line with this event.
    pub(crate) async fn event(&mut self, event: &str) -> Value {
        while let Some(line) = self.next_line().await {
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["event"] == event {
                return line;
            }
        }
        let mut said = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut said).await.unwrap();
        panic!("no {event}: {said}");
    }

    async fn next_line(&mut self) -> Option<String> {
        let line = tokio::time::timeout(LONG, self.lines.next_line());
        line.await.unwrap().unwrap()
    }

    async fn say(&mut self, text: &str) {
        let mut to = self.child.stdin.take().unwrap();
        to.write_all(text.as_bytes()).await.unwrap();
    }
}

fn jobs(connection: &str) -> rpc::Jobs {
    rpc::Jobs {
        connection: Some(connection.to_owned()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn swapping_is_one_action_and_jobs_run_on_as_they_did() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let id = connection.id.to_string();
    let page: Page<view::Job> = house.ask(jobs(&id)).await;
    let enabled = page.rows[0].id.to_string();
    let job = enabled.clone();
    let act = JobAction::Enable;
    house.ask(rpc::JobAct { job, act }).await;
    // A sync under way changes the connection, and a plan is of one version.
    house
        .until(
            || jobs(&id),
            |page: &Page<view::Job>| {
                let last = page.rows[0].last_execution.as_ref();
                last.is_some_and(|execution| execution.completed_at.is_some())
            },
        )
        .await;

    let arguments = [
        "swap", &id, "--reason", "cleanup", "--flow", "paste", "--yes", "--strict", "--json",
    ];
    let mut verb = Verb::start(&house, &arguments);
    let run = verb.event("run").await;
    assert_eq!(run["run"]["state"], "completed");
    let authorize = verb.event("authorize").await;
    let back = allow(authorize["url"].as_str().unwrap(), CAROL).await;
    verb.say(&format!("{back}\n")).await;
    let connected = verb.event("connected").await;
    assert_eq!(connected["connection"]["id"], json!(id));
    assert_eq!(connected["connection"]["account"]["label"], CAROL);
    let ended = tokio::time::timeout(LONG, verb.child.wait()).await;
    assert!(ended.unwrap().unwrap().success());

    let page: Page<view::Job> = house.ask(jobs(&id)).await;
    for job in &page.rows {
        assert_eq!(job.is_enabled, job.id.as_str() == enabled, "{}", job.entity);
    }
    assert_eq!(house.connection(&id).await.enabled_before, 0);
    let alive = house.tokens().into_values().filter(|token| token.alive);
    assert!(alive.into_iter().all(|token| token.account == CAROL));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_yes_and_anybody_to_ask_nothing_is_swapped() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let child = tagout(&house, &["swap", connection.id.as_str(), "--flow", "paste"]);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(house.alive(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_is_printed_and_waited_for() {
    let house = House::new().await;
    house.tune(|it| it.device_interval = Some(1));
    let mut verb = Verb::start(&house, &["connect", "ledger", "--flow", "device", "--json"]);
    let device = verb.event("device").await;
    assert!(device["expires_in"].as_i64().unwrap() > 500);
    assert!(
        device["verification_uri"]
            .as_str()
            .unwrap()
            .ends_with("/ledger/device")
    );
    let code = device["user_code"].as_str().unwrap();
    assert!(
        device["verification_uri_complete"]
            .as_str()
            .unwrap()
            .contains(code)
    );
    assert!(
        house
            .sandbox
            .state()
            .decide_device(Vendor::Ledger, code, Some(BOT))
    );
    let connected = verb.event("connected").await;
    assert_eq!(connected["connection"]["account"]["label"], BOT);
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_are_listed_and_given_up_by_verb() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let connection = house.connect("ledger", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    house.disconnect_holding(connection.id.as_str()).await;
    let output = tagout(&house, &["holds", "--json"])
        .wait_with_output()
        .await
        .unwrap();
    let holds: Value = serde_json::from_slice(&output.stdout).unwrap();
    let id = holds[0]["id"].as_str().unwrap();
    assert!(holds[0]["next_try"].is_string() && holds[0]["opened_at"].is_string());
    let text = tagout(&house, &["holds"]).wait_with_output().await.unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains(id) && text.contains("NEXT TRY"), "{text}");
    let drop = tagout(
        &house,
        &["holds", "drop", id, "--note", "closed", "--yes", "--json"],
    );
    let output = drop.wait_with_output().await.unwrap();
    let dropped: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(dropped["ended"], "dropped");
    let again = tagout(&house, &["holds", "drop", id, "--note", "closed", "--yes"]);
    assert_eq!(
        again.wait_with_output().await.unwrap().status.code(),
        Some(5)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_was_not_granted_is_named_with_the_role_that_grants_it() {
    let mut house = House::new().await;
    // This account can only allow the first scope.
    let connection = house.connect("ledger", "intern").await;
    let missing: Vec<_> = connection
        .scopes_missing
        .iter()
        .map(|it| (it.scope.as_str(), it.role.as_deref()))
        .collect();
    assert_eq!(
        missing,
        [
            ("invoices.read", Some("Accountant")),
            ("customers.read", Some("Accountant"))
        ]
    );
    let full = house.connect("ledger", BOT).await;
    assert!(full.scopes_missing.is_empty());
}
