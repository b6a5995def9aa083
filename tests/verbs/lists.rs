//! Lists, things, and errors.

use insta::assert_snapshot;
use serde_json::json;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::Outcome;
use tagout::wire::Code;
use tagout::wire::request::Request;
use tagout::wire::rpc;

use crate::facts::{broken_connection, connection, page, plan, run};
use crate::server::{Server, Then, refuse, reply};

fn two_pages() -> Server {
    Server::new(|request| match request {
        Request::Connections(rpc::Connections(window)) if window.after.is_none() => {
            reply(page(vec![broken_connection()], "key-1", true))
        }
        Request::Connections(rpc::Connections(window)) => {
            assert_eq!(window.after.as_deref(), Some("key-1"));
            reply(page(vec![connection()], "key-2", false))
        }
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_list_is_followed_to_its_end() {
    let ran = two_pages().run(&["connections", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = ran.json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["status"], "reconnect_required");
    assert_eq!(rows[1]["id"], connection().id.as_str());
    assert_eq!(
        rows[1]["jobs"],
        json!({"total": 3, "enabled": 2, "running": 1})
    );
    assert_eq!(rows[1]["credentials"][0]["fingerprint"], "77b0e2d1c4a5f600");
    assert_eq!(rows[1]["connected_at"], "2026-01-01T10:00:00Z");
}

#[test]
fn connections_for_a_person() {
    let ran = two_pages().run(&["connections"]);
    assert_snapshot!("connections", ran.out);
}

#[test]
fn one_connection_for_a_person() {
    let server = Server::new(|request| match request {
        Request::Connection(rpc::Connection { name }) if name == "github" => reply(connection()),
        other => panic!("{other:?}"),
    });
    assert_snapshot!("connection", server.run(&["connections", "github"]).out);
    let ran = server.run(&["connections", "github", "--json"]);
    assert_eq!(ran.json()["name"], "acme-bot");
}

#[test]
fn plans_for_a_person_and_a_program() {
    let server = Server::new(|request| match request {
        Request::Plan(rpc::Plan { connections, .. }) if connections == ["github"] => {
            reply(vec![plan()])
        }
        other => panic!("{other:?}"),
    });
    assert_snapshot!("plan", server.run(&["plan", "github"]).out);
    let plans = server.run(&["plan", "github", "--json"]).json();
    assert_eq!(plans[0]["connection"], connection().id.as_str());
    assert_eq!(plans[0]["tokens"][0]["can_prove"], true);
}

#[test]
fn a_run_for_a_person_and_a_program() {
    let server = Server::new(|request| match request {
        Request::Run(_) => reply(run(RunState::CompletedWithWarnings, Outcome::StillAlive)),
        other => panic!("{other:?}"),
    });
    assert_snapshot!("run", server.run(&["runs", "run_01"]).out);
    let run = server.run(&["runs", "run_01", "--json"]).json();
    assert_eq!(run["state"], "completed_with_warnings");
    assert_eq!(run["tokens"][0]["residual_until"], "2026-01-02T11:00:00Z");
    assert_eq!(run["tokens"][0]["evidence"]["probe_after"]["status"], 200);
}

/// Whoever reads the list reads a run: each row has all of its fields.
#[test]
fn listed_runs_are_whole() {
    let whole = run(RunState::Completed, Outcome::VerifiedDead);
    let row = json!({
        "id": whole.id, "connection": whole.connection, "provider_name": "GitHub", "name": "acme-bot",
        "actor": "alice", "reason": whole.reason, "ticket": null, "state": whole.state,
        "started_at": whole.started_at, "ended_at": whole.ended_at, "tokens": 1, "proven": 1, "exposed": 0,
        "step": "write_audit",
    });
    let (listed, one) = (page(vec![row], "a", false), whole.clone());
    let server = Server::new(move |request| match request {
        Request::Runs(_) => reply(listed.clone()),
        Request::Run(_) => reply(one.clone()),
        other => panic!("{other:?}"),
    });
    let all = server.run(&["runs", "--json"]).json();
    let whole = serde_json::to_value(&whole).unwrap();
    for (name, value) in whole.as_object().unwrap() {
        assert_eq!(&all[0][name], value, "{name}");
    }
    assert_eq!(all[0]["proven"], 1);
}

#[test]
fn every_problem_has_its_exit_code_and_one_line() {
    for (code, exit) in [
        (Code::Failed, 1),
        (Code::Usage, 2),
        (Code::Forbidden, 3),
        (Code::NotFound, 4),
        (Code::Conflict, 5),
        (Code::NoServer, 7),
    ] {
        let server = Server::new(move |_| {
            refuse(
                code,
                "no connection\nis called x",
                "See tagout connections.",
            )
        });
        let ran = server.run(&["connections", "x"]);
        assert_eq!(ran.code, exit);
        assert_eq!(ran.out, "");
        assert_eq!(
            ran.err,
            "error: connections failed: no connection is called x. See tagout connections\n"
        );
        let ran = server.run(&["connections", "x", "--json"]);
        let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!(ran.code, exit);
        assert_eq!(error["error"]["code"], serde_json::to_value(code).unwrap());
        assert_eq!(error["error"]["hint"], "See tagout connections.");
    }
}

#[test]
fn role_and_read_only_travel_in_the_hello() {
    let server = Server::new(|_| reply(page(vec![connection()], "k", false)));
    server.run(&["connections", "--role", "agent", "--read-only"]);
    let hello = server.hellos().remove(0);
    assert_eq!(hello.role, Some(tagout::domain::user::Role::Agent));
    assert!(hello.read_only);
}

#[test]
fn a_server_that_goes_away_is_exit_7() {
    let ran = Server::new(|_| Then::Vanish).run(&["connections"]);
    assert_eq!(ran.code, 7);
    assert!(ran.err.contains("closed the connection"), "{}", ran.err);
}

#[test]
fn stop_returns_when_the_server_is_gone() {
    let kept = serde_json::json!({
        "id": "hld_01jd7000000000000000000001",
        "connection": "con_01jd7000000000000000000001",
        "connection_name": "acme-bot",
        "provider_name": "GitHub",
        "run": "run_01jd7000000000000000000001",
        "kind": "refresh",
        "fingerprint": "77b0e2d1c4a5f600",
        "retries": [],
        "opened_at": "2026-11-20T23:41:00Z",
        "tries": 0,
        "last": "",
    });
    let named = "The server has stopped.\nThese were kept for their proof alone, and are destroyed as it ends:\n  GitHub acme-bot: refresh \
                 77b0e2d1c4a5f600, run run_01jd7000000000000000000001\n";
    for (kept, said) in [
        (Vec::new(), "The server has stopped.\n"),
        (vec![kept], named),
    ] {
        let server = Server::new(move |request| match request {
            Request::Stop => Then::Leave(kept.clone().into()),
            other => panic!("{other:?}"),
        });
        let ran = server.run(&["stop"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, said));
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let server = two_pages();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = std::process::Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .arg("connections")
        .env("TAGOUT_DATA_DIR", server.folder())
        .env("TAGOUT_CONFIG", server.folder().join("config.toml"))
        .stdout(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}
