//! `tagout adopt`: what is asked for, and what is said of each.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tagout::wire::request::Request;
use tagout::wire::view::FlowState;
use tagout::wire::{Code, Problem};

use crate::authorize::{done, flow};
use crate::facts::CONNECTION;
use crate::server::{Server, refuse, reply};

fn failed() -> FlowState {
    let problem = Problem::new(
        Code::Conflict,
        "the account is carol, and not acme-bot",
        "bring a token of the account that is meant",
    );
    FlowState::Failed { problem }
}

const FROM_INPUT: [&str; 6] = [
    "adopt",
    "github",
    "--refresh-token-file",
    "-",
    "--yes",
    "--json",
];

/// A line each, whatever became of the others, and no token in what is said.
#[test]
fn each_line_says_what_became_of_it() {
    let server = Server::new(|request| match request {
        Request::Adopt(asked) if asked.account.as_deref() == Some("carol") => reply(flow(failed())),
        Request::Adopt(_) => reply(done()),
        Request::FlowCancel(_) => refuse(Code::Conflict, "it is over", "look"),
        Request::Flow(_) => reply(flow(failed())),
        other => panic!("{other:?}"),
    });
    let line = |account: Option<&str>| json!({ "provider": "github", "refresh_token": "s3cret-token", "account": account });
    let lines = [
        line(Some("acme-bot")).to_string(),
        line(Some("carol")).to_string(),
        line(None).to_string(),
        r#"{"provider":"github","refresh_token":5}"#.to_owned(),
        "s3cret-token".to_owned(),
        String::new(),
        line(Some("acme-bot")).to_string(),
    ];
    let ran = server.run_with(&["adopt", "--lines", "--json"], &lines.join("\n"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        !ran.out.contains("s3cret") && !ran.err.contains("s3cret"),
        "{}{}",
        ran.out,
        ran.err
    );
    let said: Vec<(Value, Value)> = ran
        .json_lines()
        .into_iter()
        .map(|it| (it["line"].clone(), it["outcome"].clone()))
        .collect();
    let expected = [
        (1, "connected"),
        (2, "failed"),
        (3, "failed"),
        (4, "failed"),
        (5, "failed"),
        (7, "connected"),
    ];
    let expected = expected.map(|(line, outcome)| (json!(line), json!(outcome)));
    assert_eq!(said, expected);
    let asked = server.asked();
    assert_eq!(asked[0]["adopt"]["account"], "acme-bot");
    assert_eq!(asked[0]["adopt"]["any_account"], false);
}

#[test]
fn without_anybody_to_ask_the_account_is_named() {
    let server = Server::new(|request| panic!("{request:?}"));
    let ran = server.run_with(&["adopt", "github", "--refresh-token-file", "-"], "token\n");
    assert_eq!(ran.code, 2, "{}", ran.err);
    let both = [
        "--refresh-token-file",
        "-",
        "--access-token-file",
        "-",
        "--yes",
    ];
    let line: Vec<&str> = ["adopt", "github"].into_iter().chain(both).collect();
    let ran = server.run_with(&line, "token\n");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(server.asked().is_empty());
}

/// It was kept just when somebody gave it up: that it was is what is said.
#[test]
fn what_was_kept_after_all_is_not_said_to_be_given_up() {
    let server = Server::new(|request| match request {
        Request::Adopt(_) => reply(flow(failed())),
        Request::FlowCancel(_) => refuse(Code::Conflict, "it is over", "look"),
        Request::Flow(_) => reply(done()),
        Request::Connection(_) => refuse(Code::NotFound, "it is not there", "look"),
        other => panic!("{other:?}"),
    });
    let ran = server.run_with(&FROM_INPUT, "token\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.json_lines()[0]["connection"]["id"], CONNECTION);
}

/// As for whoever connects: what it took the place of is ended, and how that went is said, also where it was kept just when
/// somebody gave it up.
#[test]
fn what_was_replaced_is_told() {
    for is_given_up in [false, true] {
        let server = Server::new(move |request| match request {
            Request::Adopt(_) if is_given_up => reply(flow(failed())),
            Request::FlowCancel(_) => refuse(Code::Conflict, "it is over", "look"),
            Request::Adopt(_) | Request::Flow(_) => {
                let mut done = done();
                done.replaced_by = Some("run_00000000000000000000000001".parse().unwrap());
                reply(done)
            }
            Request::Run(_) => refuse(Code::NotFound, "it is not there", "look"),
            Request::Connection(_) => refuse(Code::NotFound, "it is not there", "look"),
            other => panic!("{other:?}"),
        });
        let ran = server.run_with(&FROM_INPUT, "token\n");
        assert_eq!(ran.code, 0, "{}", ran.err);
        let lines = ran.json_lines();
        let told = (&lines[0]["event"], &lines[0]["run"]["id"]);
        assert_eq!(
            told,
            (&json!("replaced"), &json!("run_00000000000000000000000001"))
        );
        assert_eq!(lines[1]["connection"]["id"], CONNECTION);
        let lines = ["adopt", "--lines", "--yes", "--json"];
        let ran = server.run_with(&lines, r#"{"provider":"github","refresh_token":"token"}"#);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let by = &ran.json_lines()[0]["replaced_by"];
        assert_eq!(by, "run_00000000000000000000000001");
    }
}

/// Its standard input is open, and nobody types anything more.
#[test]
fn lines_that_are_waited_for_are_given_up() {
    let server = Server::new(|request| match request {
        Request::Adopt(_) => reply(done()),
        other => panic!("{other:?}"),
    });
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .args(["adopt", "--lines", "--yes"])
        .env("TAGOUT_DATA_DIR", server.folder())
        .env("TAGOUT_CONFIG", server.folder().join("config.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut typed = child.stdin.take().unwrap();
    writeln!(typed, r#"{{"provider":"github","refresh_token":"token"}}"#).unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.next().unwrap().unwrap().starts_with("line 1: github"));
    let process = Pid::from_child(&child);
    kill_process(process, Signal::INT).unwrap();
    let (ends, ended) = channel();
    std::thread::spawn(move || ends.send(child.wait().unwrap().code()));
    let code = ended.recv_timeout(Duration::from_secs(20));
    if code.is_err() {
        kill_process(process, Signal::KILL).unwrap();
    }
    assert_eq!(code, Ok(Some(1)));
    drop(typed);
}
