//! What a person waits for at the console: the first frame, and the frame after a key. Each against the least that the
//! same machine takes for something of the kind: a process in a terminal, an echo, a frame in which nothing changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../console/configs.rs"]
mod configs;
#[path = "../scale/crowd.rs"]
mod crowd;
#[path = "../console/desk.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod desk;
#[path = "../console/events.rs"]
mod events;
#[path = "../scale/glass.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod glass;
#[path = "../scale/house.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod house;
mod measure;
#[path = "../console/talk.rs"]
mod talk;
#[path = "../console/told.rs"]
mod told;
#[path = "../console/walks.rs"]
mod walks;
#[path = "../console/world.rs"]
mod world;

use std::io::{Read, Write};
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use desk::Desk;
use glass::Glass;
use house::House;
use measure::{median, report};
use world::World;

const FRAMES: u32 = 2_000;
const STARTS: u32 = 15;
const KEYS: u32 = 100;

fn main() {
    in_memory();
    in_a_terminal();
}

/// `update` and `draw` of a key, without a terminal.
fn in_memory() {
    let mut terminal = terminal();
    let mut desk = Desk::new(World::acme(), 120, 40);
    terminal.draw(|frame| desk.app.draw(frame)).unwrap();
    let picture = terminal.current_buffer_mut().clone();
    let bare = median(FRAMES, |_| {
        let drawn = terminal.draw(|frame| frame.buffer_mut().clone_from(&picture));
        drawn.unwrap();
    });
    let unchanged = median(FRAMES, |_| {
        terminal.draw(|frame| desk.app.draw(frame)).unwrap();
    });
    let pressed = median(FRAMES, |n| {
        desk.press(if n % 2 == 0 { "j" } else { "k" });
        terminal.draw(|frame| desk.app.draw(frame)).unwrap();
    });
    report("a bare frame of ratatui, nothing changed", bare, bare);
    report("a frame of the console, nothing changed", unchanged, bare);
    report("a key, update and frame", pressed, bare);
}

fn terminal() -> Terminal<CrosstermBackend<std::io::Sink>> {
    let options = TerminalOptions {
        viewport: Viewport::Fixed(Rect::new(0, 0, 120, 40)),
    };
    Terminal::with_options(CrosstermBackend::new(std::io::sink()), options).unwrap()
}

/// The real program, as far as a person sees it.
fn in_a_terminal() {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    crowd::fill(&house.data(), 1000);
    let server = house.serve();
    let bare = median(STARTS, |_| in_a_pty("/bin/true", |_, _| {}));
    let round_trip = median(STARTS, |_| {
        server.client().status();
    });
    let first = median(STARTS, |_| {
        Glass::open(&house).shows(&crowd::name(0));
    });
    report("a bare process in a terminal", bare, bare);
    report("greeting and one request", round_trip, bare);
    report("the first frame with its rows", first, bare);

    let echo = echo();
    let mut glass = Glass::open(&house);
    glass.shows(&crowd::name(0));
    glass.settle();
    let pressed = median(KEYS, |n| {
        let drawn = glass
            .press(if n % 2 == 0 { "j" } else { "k" })
            .within(Duration::from_secs(10));
        assert!(drawn.is_some(), "no frame");
    });
    report("an echo in a terminal", echo, echo);
    report("a key and its frame in a terminal", pressed, echo);
}

/// A byte to `cat` and back.
fn echo() -> Duration {
    let mut found = Duration::ZERO;
    in_a_pty("/bin/cat", |keys, output| {
        let mut byte = [0; 64];
        found = median(KEYS, |_| {
            keys.write_all(b"x\n").unwrap();
            // The line, echoed by the terminal and written by the program.
            let mut came = 0;
            while came < 6 {
                came += output.read(&mut byte).unwrap();
            }
        });
        keys.write_all(&[4]).unwrap();
    });
    found
}

fn in_a_pty(program: &str, talk: impl FnOnce(&mut dyn Write, &mut dyn Read)) {
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut child = pair
        .slave
        .spawn_command(CommandBuilder::new(program))
        .unwrap();
    drop(pair.slave);
    let mut output = pair.master.try_clone_reader().unwrap();
    let mut keys = pair.master.take_writer().unwrap();
    talk(&mut *keys, &mut *output);
    child.wait().unwrap();
}
