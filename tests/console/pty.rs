//! The real program in a real terminal, with a real server: waiting for what is seen, never for time to pass.

use std::process::Command;

use portable_pty::PtySize;
use tempfile::TempDir;

use super::glass::Glass;

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

#[test]
fn opens_moves_and_gives_the_terminal_back() {
    let house = House::new();
    let mut glass = Glass::open(&house.env(), &[]);
    glass
        .shows("Nothing is connected")
        .press("2")
        .shows("Chat and notifications");
    glass
        .press("?")
        .shows("Opens what is selected")
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
    let mut glass = Glass::open(&house.env(), &[]);
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
    let mut glass = Glass::open(&house.env(), &[]);
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
    let mut glass = Glass::open(&house.env(), &[]);
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
    let mut glass = Glass::open(&house.env(), &[]);
    glass.shows("Nothing is connected");
    let status = house.verb_out(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap();
    let pid = i32::try_from(status["pid"].as_i64().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    until_stopped(pid);
    glass.press("4").shows("no answer since");
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    glass.until("answer", |screen| {
        !screen.contains("no answer") && screen.contains("Nothing was disconnected")
    });
    glass.press("q");
    assert!(glass.ends());
}

/// A signal stops each thread when it takes it: until then one may still answer.
fn until_stopped(pid: rustix::process::Pid) {
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    let is_stopped = |task: std::io::Result<std::fs::DirEntry>| {
        // A thread may end between being listed and being looked at.
        let Ok(stat) = std::fs::read_to_string(task.unwrap().path().join("stat")) else {
            return false;
        };
        // The state stands behind the name in parentheses (proc_pid_stat(5), field 3).
        stat.rsplit_once(") ").unwrap().1.starts_with('T')
    };
    while !std::fs::read_dir(&tasks).unwrap().all(is_stopped) {
        std::thread::yield_now();
    }
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
