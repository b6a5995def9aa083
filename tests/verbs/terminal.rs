//! Disconnecting with somebody at the keyboard, in a pty.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, NativePtySystem, PtySize, PtySystem};
use tagout::domain::disconnect::run::RunState;
use tagout::domain::job::ExecutionStatus;
use tagout::domain::trial::Outcome;
use tagout::wire::request::Request;

use crate::facts::{CONNECTION, connection, execution, page, plan, records, run};
use crate::server::{Server, reply};

/// Runs `tagout disconnect github`, types `answer` when asked, and gives what was on the screen and whether
/// something was disconnected.
fn answered(answer: &str) -> (String, bool) {
    let server = Server::new(|request| match request {
        Request::Plan(_) => reply(vec![plan()]),
        Request::Disconnect(_) | Request::Run(_) => {
            let ended = run(RunState::Completed, Outcome::VerifiedDead);
            match request {
                Request::Run(_) => reply(ended),
                _ => reply(vec![ended]),
            }
        }
        Request::RunRecords(_) => reply(records()),
        other => panic!("{other:?}"),
    });
    let prompt = "Type acme-bot to disconnect:";
    let (screen, code) = typed(&server, &["disconnect", "github"], (prompt, answer));
    assert_eq!(code, 0, "{screen}");
    let asked = server.asked();
    (
        screen,
        asked
            .iter()
            .any(|request| request.get("disconnect").is_some()),
    )
}

/// Runs a verb in a pty and types `answer` once `prompt` is there: what was on the screen, and the exit code.
pub(crate) fn typed(
    server: &Server,
    arguments: &[&str],
    (prompt, answer): (&str, &str),
) -> (String, u32) {
    let pty = NativePtySystem::default()
        .openpty(PtySize::default())
        .unwrap();
    let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("tagout"));
    command.args(arguments);
    command.env("TAGOUT_DATA_DIR", server.folder());
    command.env("TAGOUT_CONFIG", server.folder().join("config.toml"));
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut keyboard = Some(pty.master.take_writer().unwrap());
    let mut typing = None;

    let mut screen = String::new();
    let mut bytes = [0; 4096];
    // A pty whose other end has closed is an error on Linux and an end elsewhere.
    while let Ok(n @ 1..) = reader.read(&mut bytes) {
        screen.push_str(&String::from_utf8_lossy(&bytes[..n]));
        if screen.contains(prompt)
            && let Some(mut keyboard) = keyboard.take()
        {
            // What is long is read, and echoed, while it is still being typed.
            let answer = answer.to_owned();
            typing = Some(std::thread::spawn(move || {
                keyboard.write_all(answer.as_bytes()).unwrap();
                keyboard
            }));
        }
    }
    if let Some(typing) = typing {
        // What could not be typed is a failure of the test; the keyboard goes with it.
        drop(typing.join().unwrap());
    }
    (screen, child.wait().unwrap().exit_code())
}

#[test]
fn the_name_disconnects() {
    let (screen, disconnected) = answered("acme-bot\n");
    assert!(disconnected, "{screen}");
    assert!(screen.contains("Disconnect GitHub?"), "{screen}");
    assert!(
        screen.contains("Disconnecting may affect Release notes."),
        "{screen}"
    );
    assert!(screen.contains("verified dead"), "{screen}");
}

#[test]
fn anything_else_does_not() {
    let (screen, disconnected) = answered("y\n");
    assert!(!disconnected, "{screen}");
    assert!(screen.contains("Nothing was disconnected."), "{screen}");
}

#[test]
fn an_id_is_whole_in_a_terminal_and_nothing_is_cut_in_a_pipe_or_when_wide() {
    let server = || {
        Server::new(|request| match request {
            Request::Connections(_) => reply(page(vec![connection()], "k", false)),
            other => panic!("{other:?}"),
        })
    };
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max();
    let piped = server().run(&["connections"]).out;
    assert!(widest(&piped) > Some(80) && !piped.contains('…'), "{piped}");
    let (screen, _) = typed(&server(), &["connections"], ("never asked", ""));
    // With an id that people copy it does not fit in 80, so that it is wrapped there.
    assert!(screen.contains(CONNECTION), "{screen}");
    let (screen, _) = typed(&server(), &["connections", "--wide"], ("never asked", ""));
    assert!(!screen.contains('…'), "{screen}");
    assert!(screen.contains(CONNECTION), "{screen}");
}

#[test]
fn rows_may_come_without_heads_and_with_times_in_utc() {
    let server = Server::new(|request| match request {
        Request::Executions(_) => {
            let ended = execution(1, ExecutionStatus::Succeeded);
            reply(page(vec![ended], "k", false))
        }
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["executions", "--no-header", "--utc"]);
    assert!(
        ran.out
            .starts_with("2026-01-02 10:01Z  2026-01-02 10:02Z  succeeded"),
        "{}",
        ran.out
    );
}

#[test]
fn columns_are_chosen_by_name_and_an_unknown_one_is_answered_with_those_there_are() {
    let server = || {
        Server::new(|request| match request {
            Request::Connections(_) => reply(page(vec![connection()], "k", false)),
            other => panic!("{other:?}"),
        })
    };
    let ran = server().run(&["connections", "--columns", "name,state,account"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let heads: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!(heads, ["NAME", "STATUS", "ACCOUNT"]);
    assert_eq!(lines.len(), 2);
    let ran = server().run(&["connections", "--no-header", "--columns", "id"]);
    assert_eq!(ran.out, format!("{CONNECTION}\n"));
    let ran = server().run(&["connections", "--columns", "name,colour"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(ran.out, "");
    let known = "it has provider, name, owner, status, health, jobs, refs, to-do, may-live, reason, id, account";
    assert!(
        ran.err.contains("the table has no column colour"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains(known), "{}", ran.err);
    let ran = server().run(&["connections", "--json", "--columns", "name"]);
    assert_eq!(ran.code, 2, "JSON has no columns: {}", ran.out);
}
