//! The verbs that choose several, by the real binary.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tagout::domain::audit::AuditEntry;
use tagout::domain::walkthrough::{TargetChoice, WalkState};
use tagout::wire::rpc;
use tagout::wire::view::Page;
use tagout::wire::walkthrough::WalkthroughRow;

use crate::fleet::{Fleet, connection, window};

fn tagout(fleet: &Fleet, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tagout"));
    command
        .args(arguments)
        .env("TAGOUT_DATA_DIR", fleet.path().join("data"))
        .env("TAGOUT_CONFIG", fleet.path().join("config/config.toml"))
        .stdin(Stdio::null());
    command
}

async fn run(fleet: &Fleet, arguments: &[&str]) -> Output {
    let mut command = tagout(fleet, arguments);
    let ran = tokio::task::spawn_blocking(move || command.output());
    ran.await.unwrap().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

async fn listed(fleet: &Fleet) -> Vec<WalkthroughRow> {
    let page: Page<WalkthroughRow> = fleet.ask(rpc::Walkthroughs(window())).await;
    page.rows
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_an_owner_step_by_step() {
    let mut fleet = Fleet::start(6, 2).await;
    let verb = [
        "disconnect",
        "--owner",
        "bob",
        "--yes",
        "--strict",
        "--json",
        "--reason",
        "unused",
    ];
    let ran = run(&fleet, &verb).await;
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let lines = lines(&ran);
    let runs = of(&lines, "run");
    assert_eq!(runs.len(), 3);
    for run in &runs {
        let id = &run["run"]["id"];
        let done = |line: &&&Value| line["run"] == *id && line["state"] == "done";
        let steps = of(&lines, "step");
        let last = steps.iter().rfind(done).unwrap();
        assert_eq!(last["step"], "write_audit");
        assert_eq!(last["connection"], run["run"]["connection"]);
        assert_eq!(run["run"]["state"], "completed");
    }
    let whole = lines.last().unwrap();
    assert_eq!(
        (&whole["event"], &whole["walkthrough"]["title"]),
        (&"walkthrough".into(), &"everything of bob".into())
    );
    let row = &listed(&fleet).await[0];
    assert_eq!((row.state, row.targets.ended), (WalkState::Finished, 3));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_provider_all_by_name_and_when_nothing_is_left() {
    let mut fleet = Fleet::start(5, 8).await;
    let ran = run(
        &fleet,
        &["disconnect", "--provider", "acme", "--dry-run", "--json"],
    )
    .await;
    assert_eq!(lines(&ran)[0].as_array().unwrap().len(), 5);
    assert_eq!(listed(&fleet).await, []);
    let ran = run(&fleet, &["disconnect", "--all", "--dry-run"]).await;
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.starts_with("Disconnect 5 connections?"), "{text}");
    assert!(
        text.contains("In all: 5 connections at 1 provider · 0 jobs · 10 tokens"),
        "{text}"
    );

    let (one, two) = (connection(0), connection(1));
    let ran = run(&fleet, &["disconnect", &one, &two, "--yes"]).await;
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.contains("2 of 2 connections disconnected"), "{text}");
    assert!(text.contains("4 verified dead"), "{text}");
    // Those that are out of service are not chosen again.
    let three = connection(2);
    let four = connection(3);
    let ran = run(
        &fleet,
        &["disconnect", &one, &three, &four, "--yes", "--json"],
    )
    .await;
    assert_eq!(of(&lines(&ran), "run").len(), 2);
    let ran = run(
        &fleet,
        &["disconnect", "--provider", "acme", "--yes", "--strict"],
    )
    .await;
    assert_eq!(ran.status.code(), Some(0));
    for verb in [
        vec!["disconnect", "--all", "--yes"],
        vec!["disconnect", &one, &two, "--yes"],
        vec!["disconnect", "--owner", "nobody", "--yes"],
    ] {
        assert_eq!(run(&fleet, &verb).await.status.code(), Some(4), "{verb:?}");
    }
    let ran = run(&fleet, &["walkthroughs", "--json"]).await;
    assert_eq!(lines(&ran)[0].as_array().unwrap().len(), 3);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_stops_between_connections_and_says_how_to_go_on() {
    let mut fleet = Fleet::start(4, 1).await;
    fleet.vendor.shut(true);
    let mut command = tagout(&fleet, &["disconnect", "--all", "--yes", "--json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    fleet.vendor.until_revoking(1).await;
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun: Value = serde_json::from_str(&out.next().unwrap().unwrap()).unwrap();
    let id = begun["walkthrough"].as_str().unwrap().to_owned();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    let walkthrough = id.parse().unwrap();
    fleet
        .until(&walkthrough, |now| now.state == WalkState::Stopped)
        .await;
    fleet.vendor.shut(false);
    let ended = tokio::task::spawn_blocking(move || {
        out.for_each(drop);
        child.wait_with_output().unwrap()
    });
    let ended = ended.await.unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("3 connections have not begun"), "{said}");
    assert!(
        said.contains(&format!("tagout walkthroughs resume {id}")),
        "{said}"
    );

    let text = run(&fleet, &["walkthroughs", &id]).await.stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("stopped by me") && text.contains("3 not begun"),
        "{text}"
    );
    let ran = run(&fleet, &["walkthroughs", "resume", &id, "--strict"]).await;
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (4, 4));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_discarded_a_stopped_one_closed_and_one_that_runs_neither() {
    let mut fleet = Fleet::start(3, 1).await;
    let draft = fleet.save(crate::fleet::draft(TargetChoice::All)).await.id;
    let ran = run(&fleet, &["walkthroughs", "discard", draft.as_str()]).await;
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(listed(&fleet).await, []);
    fleet.vendor.shut(true);
    let id = fleet.save(crate::fleet::draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(1).await;
    let ran = run(&fleet, &["walkthroughs", "discard", id.as_str()]).await;
    assert_eq!(ran.status.code(), Some(5));
    let ran = run(&fleet, &["walkthroughs", "stop", id.as_str(), "--json"]).await;
    assert_eq!(lines(&ran)[0]["targets"]["not_begun"], 2);
    // Closed while a run is under way: that run goes on, and its end is the end of the whole.
    let ran = run(&fleet, &["walkthroughs", "discard", id.as_str()]).await;
    assert_eq!(ran.status.code(), Some(0));
    let closed = fleet.until(&id, |now| now.targets.passed_over == 2).await;
    assert_eq!(
        (closed.state, closed.targets.not_begun),
        (WalkState::Stopped, 0)
    );
    fleet.vendor.shut(false);
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (1, 2));
    assert_eq!(fleet.begun("walkthrough.closed").await, (1, 1));
    assert_eq!(fleet.begun("walkthrough.finished").await, (1, 1));
    fleet.end().await;
}

/// Whoever sees one of them whole must not learn how the detail of the other was hashed.
#[tokio::test(flavor = "multi_thread")]
async fn the_entries_of_a_closed_walkthrough_share_no_id_and_no_salt() {
    let mut fleet = Fleet::start(2, 1).await;
    fleet.vendor.shut(true);
    let id = fleet.save(crate::fleet::draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(1).await;
    run(&fleet, &["walkthroughs", "stop", id.as_str()]).await;
    // Once the run is over, closing is the end of the whole.
    fleet.vendor.shut(false);
    fleet.until(&id, |now| now.targets.ended == 1).await;
    run(&fleet, &["walkthroughs", "discard", id.as_str()]).await;
    let mut entries = fleet.entries("walkthrough.closed").await;
    entries.extend(fleet.entries("walkthrough.finished").await);
    let [closed, finished] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_ne!(closed.id, finished.id);
    let salt = |entry: &AuditEntry| entry.format_2.as_ref().unwrap().salt.unwrap();
    assert_ne!(salt(closed), salt(finished));
    fleet.end().await;
}
