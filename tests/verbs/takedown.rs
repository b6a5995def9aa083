//! Disconnecting, without a terminal.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::Outcome;
use tagout::domain::walkthrough::TargetChoice;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::{Code, Topic};

use crate::facts::{CONNECTION, RUN, page, plan, records, run};
use crate::server::{Server, Then, refuse, reply, reply_and_tell};

/// A server whose run has one record when it begins and the rest when it has ended, which a notice tells.
fn server(ending: RunState, outcome: Outcome) -> Server {
    let mut looks = 0;
    Server::new(move |request| match request {
        Request::Plans(rpc::Plans { choice, window, .. }) => {
            match (choice, window.after.as_deref()) {
                (TargetChoice::Matching { owner, .. }, _) if owner.as_deref() == Some("carol") => {
                    refuse(Code::NotFound, "there is no user carol", "list them")
                }
                (_, None) => reply(page(vec![plan()], "k", true)),
                (_, Some(_)) => reply(page(vec![plan()], "l", false)),
            }
        }
        Request::Plan(_) => reply(vec![plan()]),
        Request::Disconnect(_) => reply(vec![run(RunState::Running, outcome)]),
        Request::Run(_) => {
            looks += 1;
            reply(run(
                if looks == 1 {
                    RunState::Running
                } else {
                    ending
                },
                outcome,
            ))
        }
        Request::RunRecords(rpc::RunRecords { from: 0, .. }) => reply_and_tell(
            records().into_iter().take(1).collect::<Vec<_>>(),
            vec![Topic::Jobs, Topic::Run(RUN.parse().unwrap())],
        ),
        Request::RunRecords(rpc::RunRecords { from, .. }) => {
            reply(records().into_iter().skip(from).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    })
}

#[test]
fn without_a_terminal_nothing_is_asked_and_nothing_happens() {
    let server = server(RunState::Completed, Outcome::VerifiedDead);
    let ran = server.run_with(&["disconnect", "github"], "acme-bot\n");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Add --yes"), "{}", ran.err);
    assert_eq!(server.asked(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_dry_run_only_plans() {
    let server = server(RunState::Completed, Outcome::VerifiedDead);
    let ran = server.run(&["disconnect", "github", "--dry-run", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.json()[0]["version"], 7);
    assert_eq!(
        server.asked(),
        [json!({"plan": {"connections": ["github"]}})]
    );
}

#[test]
fn what_was_planned_is_what_is_disconnected() {
    let server = server(RunState::Completed, Outcome::VerifiedDead);
    let ran = server.run(&[
        "disconnect",
        "github",
        "--yes",
        "--reason",
        "compliance",
        "--ticket",
        "INC-4411",
        "--if-unreachable",
        "hold",
        "--uninstall",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        server.asked()[1],
        json!({"disconnect": {
            "targets": [{"connection": CONNECTION, "version": 7}],
            "reason": "compliance", "note": "", "ticket": "INC-4411",
            "if_unreachable": "hold", "uninstall": true, "allow_wider": false, "destroy_at_once": false,
        }})
    );
    assert_snapshot!("disconnect", ran.out);
}

#[test]
fn without_a_reason_it_is_other() {
    let server = server(RunState::Completed, Outcome::VerifiedDead);
    server.run(&["disconnect", "github", "--yes"]);
    assert_eq!(server.asked()[1]["disconnect"]["reason"], "other");
    let ran = server.run(&["disconnect", "github", "--yes", "--reason", "other"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn every_step_is_a_line_and_the_run_is_the_last() {
    let server = server(RunState::Completed, Outcome::VerifiedDead);
    let ran = server.run(&["disconnect", "github", "--yes", "--strict", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.json_lines();
    let steps: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["event"].as_str().unwrap(),
                line["step"].as_str(),
                line["state"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("step", Some("confirm"), Some("done")),
            ("step", Some("revoke_tokens"), Some("running")),
            ("step", Some("revoke_tokens"), Some("done")),
            ("run", None, None),
        ]
    );
    assert_eq!(
        lines[0],
        json!({"event": "step", "run": RUN, "connection": CONNECTION, "step": "confirm",
            "state": "done", "at": "2026-01-02T10:00:00Z", "detail": "plan accepted"})
    );
    assert_eq!(lines[3]["run"]["tokens"][0]["outcome"], "verified_dead");
    assert_eq!(lines[3]["run"]["state"], "completed");
}

#[test]
fn strict_is_about_proof() {
    let alive = server(RunState::CompletedWithWarnings, Outcome::StillAlive);
    assert_eq!(
        alive
            .run(&["disconnect", "github", "--yes", "--strict"])
            .code,
        6
    );
    let alive = server(RunState::CompletedWithWarnings, Outcome::StillAlive);
    assert_eq!(alive.run(&["disconnect", "github", "--yes"]).code, 0);
    let dead = server(RunState::Completed, Outcome::AlreadyDead);
    assert_eq!(
        dead.run(&["disconnect", "github", "--yes", "--strict"])
            .code,
        0
    );
}

#[test]
fn a_run_that_waits_for_a_person_says_why() {
    let server = server(RunState::Waiting, Outcome::VerifiedDead);
    let ran = server.run(&["disconnect", "github", "--yes"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("the key-slot file refused a write"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("--resume"), "{}", ran.err);
}

#[test]
fn whole_providers_and_owners_are_what_is_in_service() {
    let targets = |arguments: &[&str]| {
        let server = server(RunState::Completed, Outcome::VerifiedDead);
        let mut line = vec!["disconnect", "--dry-run"];
        line.extend(arguments);
        let ran = server.run(&line);
        let asked = server.asked();
        let choice = |at: usize| asked[at]["plans"]["choice"].clone();
        // The second page is asked for by the key of the first one's last row.
        if ran.code == 0 {
            assert_eq!(asked.len(), 2);
            assert_eq!(asked[1]["plans"]["window"]["after"], "k");
            assert_eq!(choice(0), choice(1));
        }
        (ran.code, choice(0))
    };
    let matching = |provider: Option<&str>, owner: Option<&str>| json!({"by": "matching", "provider": provider, "owner": owner});
    let at = targets(&["--provider", "github"]);
    assert_eq!(at, (0, matching(Some("github"), None)));
    let of = targets(&["--owner", "bob"]);
    assert_eq!(of, (0, matching(None, Some("bob"))));
    assert_eq!(targets(&["--all"]), (0, json!({"by": "all"})));
    assert_eq!(targets(&["--owner", "carol"]).0, 4);
}

#[test]
fn a_server_that_goes_away_does_not_end_the_run() {
    let server = Server::new(|request| match request {
        Request::Plan(_) => reply(vec![plan()]),
        Request::Disconnect(_) => reply(vec![run(RunState::Running, Outcome::VerifiedDead)]),
        Request::Run(_) => reply(run(RunState::Running, Outcome::VerifiedDead)),
        Request::RunRecords(_) => Then::Leave(json!([])),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["disconnect", "github", "--yes"]);
    assert_eq!(ran.code, 7);
    assert!(
        ran.err.contains(RUN) && ran.err.contains("goes on"),
        "{}",
        ran.err
    );
}

#[test]
fn ctrl_c_ends_the_watching_and_not_the_run() {
    let server = Server::new(|request| match request {
        Request::Plan(_) => reply(vec![plan()]),
        Request::Disconnect(_) => reply(vec![run(RunState::Running, Outcome::VerifiedDead)]),
        Request::Run(_) => reply(run(RunState::Running, Outcome::VerifiedDead)),
        Request::RunRecords(_) => reply(records()),
        other => panic!("{other:?}"),
    });
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .args(["disconnect", "github", "--yes"])
        .env("TAGOUT_DATA_DIR", server.folder())
        .env("TAGOUT_CONFIG", server.folder().join("config.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains("Revoke tokens")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains(RUN) && err.contains("it goes on"), "{err}");
}
