//! Losing the line during a disconnect: the run goes on, nobody else notices, and whoever comes back sees where it is.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::LocalModes;
use serde_json::Value;
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::consoles::{console, filled};
use crate::glass::{Eye, Glass, terminal};
use crate::house::{BOT, House, text};

const LEDGER: Vendor = Vendor::Ledger;
/// Tells the child that this test binary starts of itself how slow its line is.
const RELAY: &str = "TAGOUT_TEST_LINE";
/// Linux keeps more than this for whoever does not read (drivers/tty): a console that wrote less is idle, not stuck.
const FULL: u64 = 4_096;
/// A console that has written nothing for so long after it was made to draw does not get rid of it any more.
const DRAWN: Duration = Duration::from_secs(2);

/// A house whose first revocation hangs: long enough to lose a line meanwhile.
fn hung() -> (House, String) {
    let mut house = House::with(&[LEDGER]);
    let name = text(&house.connect(LEDGER, BOT), "name").to_owned();
    house.stop();
    house.settings_file("vendor_timeout_seconds = 12");
    house.serve();
    let fault = Fault::new(LEDGER, Endpoint::Revoke, FaultMode::Hang);
    house.vendors().inject(fault.times(1));
    (house, name)
}

/// Begins the disconnect, and waits until its call is at the vendor.
fn begun(house: &House, eye: &mut Eye, name: &str) {
    let seen = house.calls(LEDGER, Endpoint::Revoke).len();
    filled(eye, name);
    eye.press("\r").shows("Revoke tokens");
    house.called(LEDGER, Endpoint::Revoke, seen);
}

/// Others are answered while the run is under way, the run goes on to its end, and a new console shows it.
fn goes_on(house: &House) {
    let runs = house.json(&["runs"]);
    assert_eq!(runs[0]["state"], "running", "{runs}");
    proven(&house.ended(text(&runs[0], "id")));
    let status = house.json(&["status"]);
    assert_eq!(status["pid"], house.server.as_ref().unwrap().pid());
    let mut back = Glass::open(&house.env(), &[]);
    back.shows("Ledger")
        .press("4")
        .shows("completed")
        .press("\r");
    back.shows("Disconnect of Ledger").shows("verified dead");
}

fn proven(run: &Value) {
    let dead = |token: &Value| token["outcome"] == "verified_dead";
    assert!(run["tokens"].as_array().unwrap().iter().all(dead), "{run}");
}

fn pid_of(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed()).unwrap()
}

#[test]
fn a_hang_up_ends_the_console_alone_and_leaves_the_terminal_clean() {
    let (house, name) = hung();
    let mut glass = console(&house);
    begun(&house, &mut glass, &name);
    let pid = pid_of(glass.child.process_id().unwrap());
    kill_process(pid, Signal::HUP).unwrap();
    assert!(glass.ends());
    let bytes = glass.text();
    for code in ["\u{1b}[?2004l", "\u{1b}[?25h", "\u{1b}[?1049l"] {
        assert!(bytes.contains(code), "{code:?} is missing");
    }
    let modes = glass.master.get_termios().unwrap().local_flags.bits();
    let cooked = (LocalModes::ICANON | LocalModes::ECHO).bits();
    assert_eq!(
        modes & cooked,
        cooked,
        "what is typed is seen, line by line"
    );
    // What was looked at last was kept on the way out: the next console opens there.
    Glass::open(&house.env(), &[]).shows("Disconnecting Ledger");
    goes_on(&house);
}

#[test]
fn a_terminal_that_closes_ends_the_console_alone() {
    let (house, name) = hung();
    let mut line = Line::open(&house, "0 0");
    line.eye.shows("Connected");
    begun(&house, &mut line.eye, &name);
    let console = line.console();
    // What a killed ssh comes to: nobody holds the other end any more.
    line.relay.kill().unwrap();
    line.relay.wait().unwrap();
    gone(console);
    goes_on(&house);
}

#[test]
fn a_terminal_that_stops_reading_holds_nobody_up_and_shows_the_present_when_it_reads_again() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let mut line = Line::open(&house, "0 0");
    line.eye.shows("Connected");
    let console = line.stuck();
    proven(&house.disconnect(&id));
    // A client that does not take what it is told is kept waiting by nobody: everybody else sees it at once.
    Glass::open(&house.env(), &[]).shows("Disconnected");
    let memory = resident(console);
    assert!(memory < 200_000, "{memory} kB are resident");
    kill_process(pid_of(line.relay.id()), Signal::CONT).unwrap();
    line.eye.shows("Disconnected");
}

#[test]
fn a_terminal_that_closes_without_having_read_ends_the_console() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let mut line = Line::open(&house, "0 0");
    line.eye.shows("Connected");
    let console = line.stuck();
    line.relay.kill().unwrap();
    line.relay.wait().unwrap();
    gone(console);
    proven(&house.disconnect(&id));
}

#[test]
fn a_run_begun_at_a_terminal_that_stops_reading_goes_on() {
    let (house, name) = hung();
    let mut line = Line::open(&house, "0 0");
    line.eye.shows("Connected");
    begun(&house, &mut line.eye, &name);
    line.stuck();
    goes_on(&house);
}

#[test]
fn three_hundred_milliseconds_and_25_kilobytes_a_second_are_enough() {
    let (house, name) = hung();
    let mut line = Line::open(&house, "300 25000");
    line.eye.shows("Connected");
    // Typed faster than it is shown: what arrives last is what is shown last.
    line.eye.press("2").press("3").press("4").press("1");
    line.eye.shows(&name);
    begun(&house, &mut line.eye, &name);
    let before = line.eye.bytes.len();
    line.eye.shows("Disconnect of Ledger").shows("completed");
    let shown = line.eye.bytes.len() - before;
    assert!(shown < 12_000, "{shown} bytes for the rest of a run");
    line.eye.press("q");
}

/// The other end of a line, in a process of its own: it can be stopped and killed, as an ssh can.
struct Line {
    relay: Child,
    eye: Eye,
}

impl Line {
    /// `speed` is a delay in milliseconds and bytes per second, 0 for as fast as it goes.
    fn open(house: &House, speed: &str) -> Self {
        let mut relay = Command::new(std::env::current_exe().unwrap())
            .args(["line::relay", "--exact", "--nocapture"])
            .envs(house.env())
            .env(RELAY, speed)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let keys = Box::new(relay.stdin.take().unwrap());
        let screen = Box::new(relay.stdout.take().unwrap());
        Self {
            relay,
            eye: Eye::new(keys, screen),
        }
    }

    /// The console at this end.
    fn console(&self) -> Pid {
        let id = self.relay.id();
        let mut children = String::new();
        for task in std::fs::read_dir(format!("/proc/{id}/task")).unwrap() {
            let path = task.unwrap().path().join("children");
            children += &std::fs::read_to_string(path).unwrap();
        }
        let id = children.split_whitespace().next().unwrap();
        Pid::from_raw(id.parse().unwrap()).unwrap()
    }

    /// Stops reading, and makes the console write until it cannot.
    fn stuck(&self) -> Pid {
        let console = self.console();
        kill_process(pid_of(self.relay.id()), Signal::STOP).unwrap();
        let first = written(console);
        let mut before = first;
        loop {
            // Somebody else continued it: it takes the terminal again, and draws everything.
            kill_process(console, Signal::CONT).unwrap();
            let end = Instant::now() + DRAWN;
            let mut now = before;
            while now == before {
                if Instant::now() > end {
                    let filled = before - first;
                    assert!(filled > FULL, "only {filled} bytes are kept for a reader");
                    return console;
                }
                std::thread::yield_now();
                now = written(console);
            }
            before = now;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // It has usually ended; a test that failed midway leaves it running, or stopped.
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}

/// Waits until a process is gone; the init process may take a moment to collect what is left of it.
fn gone(console: Pid) {
    let path = format!("/proc/{}/stat", console.as_raw_nonzero());
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        match std::fs::read_to_string(&path) {
            Err(_) => return,
            Ok(stat) if stat.contains(") Z ") => return,
            Ok(stat) => assert!(Instant::now() < end, "it is still there: {stat}"),
        }
        std::thread::yield_now();
    }
}

/// How much a process has written, in bytes (proc(5)).
fn written(by: Pid) -> u64 {
    let path = format!("/proc/{}/io", by.as_raw_nonzero());
    let figures = std::fs::read_to_string(path).unwrap();
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("wchar: "));
    line.unwrap().parse().unwrap()
}

/// How much memory a process has, in kB (proc(5)).
fn resident(of: Pid) -> u64 {
    let path = format!("/proc/{}/status", of.as_raw_nonzero());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.unwrap().split_whitespace().next().unwrap();
    figure.parse().unwrap()
}

/// Not a test by itself: the child that a [`Line`] is.
#[test]
fn relay() {
    let Ok(speed) = std::env::var(RELAY) else {
        return;
    };
    let mut figures = speed.split(' ').map(|it| it.parse::<u64>().unwrap());
    let delay = Duration::from_millis(figures.next().unwrap());
    let pace = figures.next().unwrap();
    let (_console, master) = terminal(&[]);
    let screen = master.try_clone_reader().unwrap();
    let keys = master.take_writer().unwrap();
    std::thread::spawn(move || carry(Box::new(io::stdin()), keys, (delay, 0)));
    carry(screen, Box::new(io::stdout()), (delay, pace));
}

/// Carries what comes, `delay` later each, and no more than `pace` bytes a second: it is the line that is slow here.
fn carry(
    mut from: Box<dyn Read + Send>,
    mut to: Box<dyn Write + Send>,
    (delay, pace): (Duration, u64),
) {
    let (sender, chunks) = channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            if sender
                .send((Instant::now() + delay, buffer[..n].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
    let mut free = Instant::now();
    for (due, chunk) in chunks {
        let takes = match pace {
            0 => Duration::ZERO,
            pace => Duration::from_secs_f64(chunk.len() as f64 / pace as f64),
        };
        free = free.max(due) + takes;
        // A slow line is made of nothing but time; what is tested waits for what is seen.
        std::thread::sleep(free.saturating_duration_since(Instant::now()));
        if to.write_all(&chunk).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
}
