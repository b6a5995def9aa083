//! A server that speaks the wire and gives the answers of a test. It keeps what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assert_cmd::Command;
use serde::Serialize;
use serde_json::Value;
use tagout::domain::user::Role;
use tagout::wire::request::Request;
use tagout::wire::{
    Code, FromServer, Hello, HelloReply, NumberedRequest, PROTOCOL, Problem, Topic, Welcome,
};

/// What the server does about a request.
pub(crate) enum Then {
    /// Answers it, and afterwards tells of these.
    Reply(Result<Value, Problem>, Vec<Topic>),
    /// Answers it and goes away.
    Leave(Value),
    /// Goes away.
    Vanish,
}

pub(crate) struct Server {
    folder: tempfile::TempDir,
    asked: Arc<Mutex<Vec<Value>>>,
    hellos: Arc<Mutex<Vec<Hello>>>,
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn reply(answer: impl Serialize) -> Then {
    reply_and_tell(answer, vec![])
}

pub(crate) fn reply_and_tell(answer: impl Serialize, topics: Vec<Topic>) -> Then {
    Then::Reply(Ok(serde_json::to_value(answer).unwrap()), topics)
}

pub(crate) fn refuse(code: Code, message: &str, hint: &str) -> Then {
    Then::Reply(Err(Problem::new(code, message, hint)), vec![])
}

impl Server {
    pub(crate) fn new(answer: impl FnMut(Request) -> Then + Send + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("sock")).unwrap();
        let (asked, hellos) = (Arc::default(), Arc::default());
        let (keep_asked, keep_hellos) = (Arc::clone(&asked), Arc::clone(&hellos));
        let mut answer = answer;
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                talk(stream.unwrap(), &mut answer, &keep_asked, &keep_hellos);
            }
        });
        Self {
            folder,
            asked,
            hellos,
        }
    }

    /// Runs the real binary against this server.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut command = tagout(self.folder());
        command.args(arguments).write_stdin(stdin);
        ran(&mut command)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The requests so far, as they crossed the wire.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn hellos(&self) -> Vec<Hello> {
        self.hellos.lock().unwrap().clone()
    }
}

/// The real binary on this data folder, in an environment where nothing depends on the machine.
pub(crate) fn tagout(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tagout"));
    command
        .env_clear()
        .env("TZ", "UTC")
        .env("HOME", folder)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TAGOUT_DATA_DIR", folder)
        .timeout(Duration::from_secs(20));
    command
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Standard output as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// Standard output as JSON Lines.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn talk(
    stream: UnixStream,
    answer: &mut impl FnMut(Request) -> Then,
    asked: &Mutex<Vec<Value>>,
    hellos: &Mutex<Vec<Hello>>,
) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(hello)) = lines.next() else {
        return;
    };
    hellos
        .lock()
        .unwrap()
        .push(serde_json::from_str(&hello).unwrap());
    send(&stream, &HelloReply::Ok(welcome()));
    while let Some(Ok(line)) = lines.next() {
        let NumberedRequest { id, request } = serde_json::from_str(&line).unwrap();
        asked
            .lock()
            .unwrap()
            .push(serde_json::to_value(&request).unwrap());
        match answer(request) {
            Then::Reply(result, topics) => {
                send(&stream, &FromServer::Reply { id, result });
                if !topics.is_empty() {
                    send(&stream, &FromServer::Changed(topics));
                }
            }
            Then::Leave(answer) => {
                let result = Ok(answer);
                return send(&stream, &FromServer::Reply { id, result });
            }
            Then::Vanish => return,
        }
    }
}

/// A client that has ended does not read any more, and that is its right.
fn send(mut stream: &UnixStream, object: &impl Serialize) {
    let line = serde_json::to_string(object).unwrap();
    let _ = writeln!(stream, "{line}");
}

fn welcome() -> Welcome {
    Welcome {
        protocol: PROTOCOL,
        version: "0.1.0".to_owned(),
        workspace: "Acme".to_owned(),
        user: "alice".to_owned(),
        role: Role::Owner,
        read_only: false,
        address: None,
    }
}
