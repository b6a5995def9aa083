//! The real program in a real terminal, with a real server: waiting for what is seen, never for time to pass.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// A folder with a server that ends with it.
pub(crate) struct House {
    folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn env(&self) -> [(&'static str, String); 2] {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        [
            ("TAGOUT_DATA_DIR", path("data")),
            ("TAGOUT_CONFIG", path("config/config.toml")),
        ]
    }

    fn verb(&self, verb: &str) {
        self.verb_out(&[verb]);
    }

    fn verb_out(&self, words: &[&str]) -> Vec<u8> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagout"));
        command
            .args(words)
            .envs(self.env())
            .output()
            .unwrap()
            .stdout
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.verb("stop");
    }
}

/// A console in a terminal.
pub(crate) struct Glass {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    bytes: Vec<u8>,
}

impl Glass {
    fn open(house: &House) -> Self {
        Self::like(house, &[])
    }

    /// In a terminal that is described by these variables.
    pub(crate) fn like(house: &House, described: &[(&str, &str)]) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tagout"));
        for (name, value) in house.env() {
            command.env(name, value);
        }
        command.env("LC_ALL", "C.UTF-8");
        command.env("TERM", "xterm-256color");
        for (name, value) in described {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(24, 80, 0);
        Self {
            child,
            master: pair.master,
            keys,
            output,
            screen,
            bytes: Vec::new(),
        }
    }

    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn until(&mut self, what: &str, seen: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while !seen(&self.screen.screen().contents()) {
            match self
                .output
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(why) => panic!("no {what} ({why}):\n{}", self.screen.screen().contents()),
            }
        }
        self
    }

    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until the program has ended, and returns whether it ended well.
    pub(crate) fn ends(&mut self) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the program did not end"),
            }
        }
        self.child.wait().unwrap().success()
    }

    /// Every byte so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        // It has usually ended; a test that failed midway leaves it running.
        let _ = self.child.kill();
    }
}

#[test]
fn opens_moves_and_gives_the_terminal_back() {
    let house = House::new();
    let mut glass = Glass::open(&house);
    glass
        .shows("Nothing is connected")
        .press("2")
        .shows("Chat and notifications");
    glass
        .press("?")
        .shows("Leaves the console")
        .press("\u{1b}")
        .shows("Chat and notifications");
    glass.press("q");
    assert!(glass.ends());
    let text = glass.text();
    for code in [
        "\u{1b}[?1049h",
        "\u{1b}[?2004h",
        "\u{1b}[?2004l",
        "\u{1b}[?25h",
        "\u{1b}[?1049l",
    ] {
        assert!(text.contains(code), "{code:?} is missing");
    }
    assert!(
        !text.contains("\u{1b}[6n") && !text.contains("\u{1b}[c"),
        "the terminal was asked"
    );
}

#[test]
fn another_size_is_drawn_and_a_suspension_that_stops_nobody_is_survived() {
    let house = House::new();
    let mut glass = Glass::open(&house);
    glass.shows("Nothing is connected");
    let size = PtySize {
        rows: 10,
        cols: 44,
        pixel_width: 0,
        pixel_height: 0,
    };
    glass.screen.screen_mut().set_size(10, 44);
    glass.master.resize(size).unwrap();
    glass.until("footer in line 10", |screen| {
        screen.lines().nth(9).is_some_and(|l| l.contains("help"))
    });
    // The program leads its own session here, so SIGTSTP is discarded; it has to come back by itself.
    glass.press("\u{1a}");
    let left = glass.bytes.len();
    glass.press("2").shows("CRM");
    assert!(String::from_utf8_lossy(&glass.bytes[left..]).contains("\u{1b}[?1049h"));
    glass.press("\u{3}");
    assert!(glass.ends());
}

#[test]
fn a_hang_up_ends_the_console_at_once() {
    let house = House::new();
    let mut glass = Glass::open(&house);
    glass.shows("Nothing is connected");
    // The reader here keeps the terminal itself open; the signal is what a child of sshd gets.
    let pid =
        rustix::process::Pid::from_raw(glass.child.process_id().unwrap().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    glass.child.wait().unwrap();
}

#[test]
fn a_server_that_goes_and_comes_back_is_said_and_survived() {
    let house = House::new();
    let mut glass = Glass::open(&house);
    glass.shows("Nothing is connected");
    house.verb("stop");
    glass.shows("no answer since");
    house.verb("connections");
    glass.until("link", |screen| !screen.contains("no answer since"));
    glass.press("2").shows("CRM").press("q");
    assert!(glass.ends());
}

#[test]
fn a_server_that_is_silent_for_five_seconds_is_said_until_it_answers() {
    let house = House::new();
    let mut glass = Glass::open(&house);
    glass.shows("Nothing is connected");
    let status = house.verb_out(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap();
    let pid = i32::try_from(status["pid"].as_i64().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    glass.press("4").shows("no answer since");
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    glass.until("answer", |screen| {
        !screen.contains("no answer") && screen.contains("Nothing was disconnected")
    });
    glass.press("q");
    assert!(glass.ends());
}

#[test]
fn without_a_terminal_it_says_so() {
    let house = House::new();
    let done = Command::new(env!("CARGO_BIN_EXE_tagout"))
        .envs(house.env())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("needs a terminal"), "{said}");
}
