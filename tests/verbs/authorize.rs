//! Connecting.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tagout::domain::connection::{Account, Status};
use tagout::domain::id::FlowId;
use tagout::providers::Catalog;
use tagout::wire::request::Request;
use tagout::wire::view::{
    Connection, EntityGap, Flow, FlowState, MissingScope, Provider, ProviderConnection,
    ProviderDetail,
};
use tagout::wire::{Code, Problem, Topic};

use crate::facts::{CONNECTION, at, connection};
use crate::server::{Server, refuse, reply, reply_and_tell};
use crate::terminal::typed;

const URL: &str = "https://github.example/authorize?state=s";
const BACK: &str = "http://127.0.0.1:8976/callback/github?code=c&state=s";

pub(crate) fn id() -> FlowId {
    "flo_01jd7000000000000000000001".parse().unwrap()
}

pub(crate) fn flow(state: FlowState) -> Flow {
    Flow {
        id: id(),
        provider: "github".to_owned(),
        provider_name: "GitHub".to_owned(),
        state,
        expires_at: at(600),
        sign_in_as: Some("acme-bot".to_owned()),
        holds: vec![],
        heard: None,
        replaced_by: None,
    }
}

fn authorize() -> Flow {
    flow(FlowState::Authorize {
        url: URL.to_owned(),
        redirect_uri: "http://127.0.0.1:8976/callback/github".to_owned(),
        listening: true,
    })
}

fn detail() -> ProviderDetail {
    let catalog = Catalog::built_in().unwrap();
    let file = &catalog.get("github").unwrap().file;
    let card = Provider::untouched(file, true);
    ProviderDetail {
        rights: [("repo".to_owned(), "an organisation owner".to_owned())].into(),
        ..ProviderDetail::untouched(file, card, String::new())
    }
}

pub(crate) fn done() -> Flow {
    flow(FlowState::Connected {
        connection: CONNECTION.parse().unwrap(),
    })
}

#[test]
fn what_is_pasted_connects() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(authorize()),
        Request::FlowPaste(_) => {
            reply_and_tell(flow(FlowState::Exchanging), vec![Topic::Flow(id())])
        }
        Request::Flow(_) => reply(done()),
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let line = [
        "connect",
        "github",
        "--flow",
        "paste",
        "--enable-jobs",
        "--json",
    ];
    let ran = server.run_with(&line, &format!("{BACK}\n"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.json_lines();
    assert_eq!(
        lines[0],
        json!({"event": "authorize", "url": URL, "redirect_uri": "http://127.0.0.1:8976/callback/github"})
    );
    assert_eq!(lines[1]["event"], "connected");
    assert_eq!(lines[1]["connection"]["id"], CONNECTION);
    let asked = server.asked();
    assert_eq!(asked[0]["connect"]["flow"], "paste");
    assert_eq!(asked[0]["connect"]["enable_jobs"], true);
    assert_eq!(asked[1], json!({"flow_paste": {"id": id(), "text": BACK}}));
}

#[test]
fn a_browser_is_waited_for_by_notices() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply_and_tell(authorize(), vec![Topic::Jobs, Topic::Flow(id())]),
        Request::Flow(_) => reply(done()),
        Request::Connection(_) => reply(connection()),
        Request::Provider(_) => reply(detail()),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["connect", "github", "--flow", "browser", "--no-browser"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(URL), "{}", ran.out);
    assert!(ran.out.contains("GitHub · acme-bot"), "{}", ran.out);
}

#[test]
fn nothing_pasted_gives_the_flow_up() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(authorize()),
        Request::FlowCancel(_) => reply(()),
        Request::Provider(_) => reply(detail()),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["connect", "github", "--flow", "paste"]);
    assert_eq!(ran.code, 2);
    assert_eq!(server.asked()[2], json!({"flow_cancel": {"id": id()}}));
}

#[test]
fn a_vendors_refusal_is_told() {
    let problem = Problem::new(
        Code::Forbidden,
        "GitHub refused: access_denied",
        "Try another account",
    );
    let server = Server::new(move |request| match request {
        Request::Connect(_) => reply_and_tell(authorize(), vec![Topic::Flow(id())]),
        Request::Flow(_) => reply(flow(FlowState::Failed {
            problem: problem.clone(),
        })),
        Request::FlowCancel(_) => reply(()),
        Request::Provider(_) => reply(detail()),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["connect", "github", "--flow", "browser", "--no-browser"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("access_denied"), "{}", ran.err);
    let role = "Takes a role: repo (usually granted by: an organisation owner).";
    assert!(ran.err.contains(role), "{}", ran.err);
    // It is said where there is still time to ask somebody who has it.
    let before = ran.out.split(URL).next().unwrap();
    assert!(before.contains(role), "{}", ran.out);
}

/// A server on which nothing can be looked up besides the flow.
fn blind(ends: Flow) -> Server {
    Server::new(move |request| match request {
        Request::Connect(_) => reply_and_tell(authorize(), vec![Topic::Flow(id())]),
        Request::Flow(_) => reply(ends.clone()),
        _ => refuse(Code::Forbidden, "this cannot be looked at", "Ask an Owner"),
    })
}

#[test]
fn what_cannot_be_looked_up_hides_no_refusal_and_ends_no_flow() {
    let line = ["connect", "github", "--flow", "browser", "--no-browser"];
    let problem = Problem::new(Code::Failed, "GitHub refused: access_denied", "Try again");
    let ran = blind(flow(FlowState::Failed { problem })).run(&line);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("access_denied"), "{}", ran.err);
    assert!(ran.out.contains(URL), "{}", ran.out);
    let note = "could not be looked up: this cannot be looked at";
    assert!(ran.err.contains(note), "{}", ran.err);

    let server = blind(done());
    let ran = server.run(&line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = format!("Connected: {CONNECTION}.");
    assert!(ran.out.contains(&said), "{}", ran.out);
    let given_up = server
        .asked()
        .iter()
        .any(|it| it.get("flow_cancel").is_some());
    assert!(!given_up);
    let ran = server.run(&[&line[..], &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let last = ran.json_lines().pop().unwrap();
    assert_eq!(last["event"], "connected");
    assert_eq!(last["connection"]["id"], CONNECTION);
}

#[test]
fn a_key_crosses_the_socket_and_is_printed_nowhere() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(done()),
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let ran = server.run_with(
        &["connect", "postmark", "--api-key-file", "-"],
        "k-secret-k\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(server.asked()[0]["connect"]["api_key"], "k-secret-k");
    assert!(!ran.out.contains("k-secret-k") && !ran.err.contains("k-secret-k"));
}

#[test]
fn a_reconnect_is_for_the_same_connection() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(done()),
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&[
        "reconnect",
        "acme",
        "--flow",
        "paste",
        "--accept-other-account",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = server.asked();
    assert_eq!(asked[0], json!({"connection": {"name": "acme"}}));
    assert_eq!(asked[1]["connect"]["provider"], "github");
    assert_eq!(asked[1]["connect"]["connection"], CONNECTION);
    assert_eq!(asked[1]["connect"]["accept_other_account"], true);
}

#[test]
fn ctrl_c_gives_the_flow_up() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(authorize()),
        Request::FlowCancel(_) => reply(()),
        Request::Provider(_) => reply(detail()),
        other => panic!("{other:?}"),
    });
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .args(["connect", "github", "--flow", "browser", "--no-browser"])
        .env("TAGOUT_DATA_DIR", server.folder())
        .env("TAGOUT_CONFIG", server.folder().join("config.toml"))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // It listens for Ctrl-C before it says so.
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains("Ctrl-C gives it up")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(server.asked()[2], json!({"flow_cancel": {"id": id()}}));
}

/// As it was, out of service since the 18th.
fn disconnected() -> Connection {
    Connection {
        status: Status::Revoked,
        gaps: vec![EntityGap {
            entity: "comment".to_owned(),
            from: at(0),
            to: None,
        }],
        ..connection()
    }
}

#[test]
fn what_may_be_taken_up_again_is_said_before_the_address() {
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply_and_tell(authorize(), vec![Topic::Flow(id())]),
        Request::Flow(_) => reply(done()),
        Request::Connection(_) => reply(disconnected()),
        Request::Provider(_) => {
            let it = disconnected();
            reply(ProviderDetail {
                disconnected: vec![ProviderConnection {
                    id: it.id,
                    name: it.name,
                    status: it.status,
                }],
                ..detail()
            })
        }
        other => panic!("{other:?}"),
    });
    let ran = server.run(&[
        "connect",
        "github",
        "--flow",
        "browser",
        "--no-browser",
        "--fill-gap",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let before = ran.out.split(URL).next().unwrap();
    for said in [
        "acme-bot is disconnected here. If you sign in as acme-bot: The same connection is taken up again",
        "(comment) are pulled, too",
    ] {
        assert!(before.contains(said), "{said}\n{}", ran.out);
    }
    let again = ["reconnect", "acme", "--flow", "browser", "--no-browser"];
    let ran = server.run(&again);
    let before = ran.out.split(URL).next().unwrap();
    for said in [
        "Sign in at GitHub as acme-bot.",
        "Another account is refused unless you accept it",
        "The same connection is taken up again",
        "(comment) are left out",
    ] {
        assert!(before.contains(said), "{said}\n{}", ran.out);
    }
}

#[test]
fn another_account_and_what_it_was_not_granted_are_told_afterwards() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::new(move |request| match request {
        Request::Connect(_) => reply_and_tell(authorize(), vec![Topic::Flow(id())]),
        Request::Flow(_) => reply(done()),
        Request::Connection(_) if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => {
            reply(connection())
        }
        Request::Connection(_) => reply(Connection {
            account: Account {
                id: "9".to_owned(),
                label: "eve".to_owned(),
            },
            scopes_missing: vec![MissingScope {
                scope: "repo".to_owned(),
                role: Some("an organisation owner".to_owned()),
            }],
            ..connection()
        }),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&[
        "reconnect",
        "acme",
        "--flow",
        "browser",
        "--no-browser",
        "--accept-other-account",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for said in [
        "or as any other account.",
        "It was acme-bot until now.",
        "repo (usually granted by: an organisation owner)",
        "Try another account: tagout reconnect",
    ] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }
}

/// A terminal's line buffer ends at 4095 characters (termios(3)), which some vendors' addresses are longer than.
#[test]
fn an_address_that_no_line_buffer_holds_is_pasted_whole() {
    let back = format!("{BACK}&session_state={}", "s".repeat(9_000));
    let server = Server::new(|request| match request {
        Request::Connect(_) => reply(authorize()),
        Request::Provider(_) => reply(detail()),
        Request::FlowPaste(_) => reply(done()),
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let line = ["connect", "github", "--flow", "paste"];
    let prompt = "that the browser ended at:";
    let (screen, code) = typed(&server, &line, (prompt, &format!("{back}\n")));
    assert_eq!(code, 0, "{screen}");
    let asked = server.asked();
    let pasted = asked.iter().find_map(|it| it.get("flow_paste"));
    assert_eq!(pasted.unwrap()["text"], back);
}
