//! What crosses the wire to the terminal.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::desk::Desk;
use super::world::World;

#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Glass {
    terminal: Terminal<CrosstermBackend<Wire>>,
    wire: Wire,
}

impl Glass {
    fn new(width: u16, height: u16) -> Self {
        crossterm::style::force_color_output(true);
        let wire = Wire::default();
        let options = TerminalOptions {
            viewport: Viewport::Fixed(Rect::new(0, 0, width, height)),
        };
        let terminal =
            Terminal::with_options(CrosstermBackend::new(wire.clone()), options).unwrap();
        Self { terminal, wire }
    }

    fn draw(&mut self, desk: &Desk) -> Vec<u8> {
        self.terminal.draw(|frame| desk.app.draw(frame)).unwrap();
        std::mem::take(&mut self.wire.0.lock().unwrap())
    }
}

#[test]
fn moving_the_selection_is_cheap_and_an_unchanged_frame_is_next_to_nothing() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    let mut glass = Glass::new(120, 40);
    let first = glass.draw(&desk).len();
    assert!(first < 8_000, "the first frame took {first} bytes");
    for key in ["j", "j", "k"] {
        let moved = glass.draw(desk.press(key)).len();
        // A marker in two rows, and another row in full below the list: 804 bytes measured at most.
        assert!(moved <= 1_000, "moving the selection took {moved} bytes");
    }
    let still = glass.draw(&desk).len();
    assert!(still <= 32, "an unchanged frame took {still} bytes");
}

#[test]
fn no_frame_asks_the_terminal_anything() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    let mut glass = Glass::new(120, 40);
    for keys in [
        "", "2", "3", "c", "<Esc>4", "<Enter>", "5", "<Enter>", "?", ":",
    ] {
        let bytes = String::from_utf8(glass.draw(desk.press(keys))).unwrap();
        // DSR, DA and XTVERSION end in n, c and q; what styles and moves ends in m, H, l and h.
        for code in bytes.split("\u{1b}[").skip(1) {
            let end = code.chars().find(char::is_ascii_alphabetic);
            assert!(matches!(end, Some('m' | 'H' | 'l' | 'h')), "{code:?}");
        }
    }
}

#[test]
fn hostile_names_are_harmless() {
    let mut world = World::acme();
    world.connections[0].name = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}evil\u{200f}".into();
    world.connections[1].name = "x".repeat(10_000);
    world.connections[2].provider_name = "日本語".repeat(500);
    world.connections[3].reason = "\u{9b}31mred\nline".into();
    let mut desk = Desk::new(world, 160, 40);
    let mut glass = Glass::new(160, 40);
    let bytes = String::from_utf8(glass.draw(desk.press("jjj<Enter>"))).unwrap();
    assert!(
        !bytes.contains("\u{1b}]") && !bytes.contains("[2J\u{202e}") && !bytes.contains('\u{9b}')
    );
    desk.press("<Esc>ggd");
    for line in desk.screen().lines() {
        assert!(
            unicode_width::UnicodeWidthStr::width(line) <= 160 + 40,
            "{line}"
        );
    }
}
