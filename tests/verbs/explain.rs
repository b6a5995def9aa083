//! `tagout explain` of a connection: what is said of it, what was seen, and what the provider's answer in that means.

use serde_json::Value;
use tagout::domain::connection::{Health, Status};
use tagout::domain::health::Cause;
use tagout::domain::job::JobState;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{Connection, Job};
use tagout::wire::{Code, view};

use crate::facts::{connection, job, page};
use crate::server::{Server, refuse, reply};

fn refused() -> Connection {
    let why = "the refresh was refused: invalid_grant".to_owned();
    Connection {
        status: Status::ReconnectRequired,
        reason: why.clone(),
        health: Health::Down,
        health_causes: vec![Cause::Refused { why }],
        ..connection()
    }
}

fn jobs() -> Vec<view::Job> {
    let last_error = Some("the list was refused: 403 missing_scope".to_owned());
    let failed = job(JobState::Failed);
    let failed = Job {
        last_error,
        ..failed
    };
    vec![failed, job(JobState::Idle)]
}

fn server() -> Server {
    Server::new(|request| match request {
        Request::Connection(rpc::Connection { name }) if name == "github" => reply(refused()),
        Request::Connection(_) => refuse(Code::NotFound, "there is no such connection", ""),
        Request::Jobs(_) => reply(page(jobs(), "a", false)),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_connection_is_explained_by_what_was_seen() {
    let told = server().run(&["explain", "github", "--json"]).json();
    let told: Vec<[&str; 3]> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|it| ["of", "word", "seen"].map(|key| it[key].as_str().unwrap()))
        .collect();
    let expected = [
        [
            "badge",
            "Reconnect",
            "the refresh was refused: invalid_grant",
        ],
        [
            "job",
            "failed",
            "issue: the list was refused: 403 missing_scope",
        ],
        ["answer", "invalid_grant", ""],
        ["answer", "missing_scope", ""],
    ];
    assert_eq!(told, expected);
    let read = server().run(&["explain", "github"]).out;
    assert!(read.contains("the refresh was refused"), "{read}");
    assert!(read.contains("tagout reconnect NAME"), "{read}");
}

#[test]
fn a_word_is_explained_without_a_server_and_another_is_refused() {
    let server = server();
    let word = server.run(&["explain", "Invalid Grant", "--json"]).json();
    assert_eq!(word[0]["words"][0], "invalid_grant");
    assert_eq!(server.asked(), Vec::<Value>::new());
    let nothing = server.run(&["explain", "nothing"]);
    assert_eq!(nothing.code, 4, "{}", nothing.err);
}
