//! A folder, the real server on it, and a client that speaks the wire.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tagout::wire::request::{Request, Window};
use tagout::wire::rpc::{self, Rpc};
use tagout::wire::view::{Connection, Page, Status};
use tagout::wire::{FromServer, Hello, HelloReply, NumberedRequest, PROTOCOL};

/// No answer and no notice that is waited for takes as long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder, with the program to run on it.
pub(crate) struct House {
    folder: tempfile::TempDir,
    program: &'static str,
}

/// A server that ends with this value, however that goes.
pub(crate) struct Server {
    child: Child,
    socket: PathBuf,
}

/// One client.
pub(crate) struct Client {
    lines: BufReader<UnixStream>,
    number: u64,
    /// Whether something has changed since that was last waited for.
    is_told: bool,
}

impl House {
    pub(crate) fn new(program: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut private = std::fs::DirBuilder::new();
        private.mode(0o700);
        private.create(folder.path().join("data")).unwrap();
        private.create(folder.path().join("config")).unwrap();
        Self { folder, program }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program, and an environment in which nothing depends on the machine.
    pub(crate) fn program(&self) -> (&'static str, [(&'static str, String); 8]) {
        let path = |path: &Path| path.display().to_string();
        let env = [
            ("HOME", path(self.folder.path())),
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("TAGOUT_DATA_DIR", path(&self.data())),
            (
                "TAGOUT_CONFIG",
                path(&self.folder.path().join("config/config.toml")),
            ),
            ("RUST_BACKTRACE", "1".to_owned()),
        ];
        (self.program, env)
    }

    /// Starts a server; it answers when this returns.
    pub(crate) fn serve(&self) -> Server {
        let (program, env) = self.program();
        let mut child = Command::new(program)
            .args(["serve", "--leashed", "--workspace", "Scale"])
            .env_clear()
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut ready)
            .unwrap();
        assert_eq!(ready, "ready\n");
        Server {
            child,
            socket: self.data().join("sock"),
        }
    }
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn client(&self) -> Client {
        let stream = UnixStream::connect(&self.socket).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut client = Client {
            lines: BufReader::new(stream),
            number: 0,
            is_told: false,
        };
        client.send(&Hello {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            role: None,
            read_only: false,
            claimed_address: None,
            ssh_key: None,
            gateway_refused: None,
        });
        client.next::<HelloReply>().unwrap();
        client
    }
}

impl Drop for Server {
    /// Letting go of its input ends it; then the folder can go.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

/// So many answers in a row that cost the same are asked by nobody else.
const QUIET: usize = 50;

impl Client {
    /// Asks, and waits for the answer. What changed meanwhile may not be in it: the answer was made before it was sent.
    pub(crate) fn ask<A: Rpc>(&mut self, request: A) -> A::Reply {
        A::read(self.answer(request.into())).unwrap()
    }

    fn answer(&mut self, request: Request) -> Value {
        self.number += 1;
        let id = self.number;
        self.send(&NumberedRequest { id, request });
        loop {
            match self.next::<FromServer>() {
                FromServer::Reply { id: of, result } if of == id => {
                    return result.unwrap();
                }
                FromServer::Changed(_) => self.is_told = true,
                other => panic!("nobody asked for {other:?}"),
            }
        }
    }

    /// Waits until the server has said that something has changed since this was last waited for.
    pub(crate) fn told(&mut self) {
        while !self.is_told {
            self.is_told = matches!(self.next::<FromServer>(), FromServer::Changed(_));
        }
        self.is_told = false;
    }

    pub(crate) fn status(&mut self) -> Status {
        self.ask(rpc::Status)
    }

    /// A part of the list of connections.
    pub(crate) fn connections(&mut self, window: &Window) -> Page<Connection> {
        self.ask(rpc::Connections(window.clone()))
    }

    /// Waits until nothing but what is asked here reads rows: at its start the server asks after each connection.
    pub(crate) fn until_quiet(&mut self) {
        let (mut before, mut costs) = (self.status().rows_read, Vec::new());
        while costs.len() < QUIET || costs.windows(2).any(|two| two[0] != two[1]) {
            let now = self.status().rows_read;
            costs.push(now - before);
            before = now;
            if costs.len() > QUIET {
                costs.remove(0);
            }
        }
    }

    /// How many rows the server looks at to answer.
    pub(crate) fn cost(&mut self, request: Request) -> u64 {
        let before = self.status().rows_read;
        let between = self.status().rows_read;
        self.answer(request);
        // Two answers in a row tell what telling costs.
        self.status().rows_read - between - (between - before)
    }

    fn send(&mut self, object: &impl serde::Serialize) {
        let line = serde_json::to_string(object).unwrap();
        writeln!(self.lines.get_mut(), "{line}").unwrap();
    }

    fn next<T: serde::de::DeserializeOwned>(&mut self) -> T {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}
