//! All that comes in, in one ordered queue.

use jiff::Timestamp;
use serde_json::Value;

use super::command::Place;
use crate::wire::{Problem, Topic, Welcome};

/// A key, as far as the console cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A printable character.
    Char(char),
    /// A character with Control.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The beginning.
    Home,
    /// The end.
    End,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
}

/// Which request a reply answers. A newer request of the same place and kind makes older replies void.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Who asked.
    pub place: Place,
    /// For what, in the asker's word.
    pub what: &'static str,
    /// Grows with every request of the console.
    pub number: u64,
}

/// What the process was told by the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Leave at once: SIGHUP, SIGTERM, the terminal is gone.
    End,
    /// Back in the foreground after a suspension.
    Continue,
}

/// All that comes in.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key.
    Key(Key),
    /// A bracketed paste, never keys.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// A request was answered.
    Reply(Tag, Result<Value, Problem>),
    /// Something changed at the server.
    Notice(Vec<Topic>),
    /// The server does not answer, since when.
    LinkLost(Timestamp),
    /// It answers again.
    LinkBack(Box<Welcome>),
    /// What the system says.
    Signal(Signal),
}
