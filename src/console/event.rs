//! All that comes in, in one ordered queue.

use jiff::Timestamp;

use crate::wire::request::Reply;
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
    /// The request of this number was answered.
    Reply(u64, Result<Reply, Problem>),
    /// Something changed at the server.
    Notice(Vec<Topic>),
    /// The server does not answer, since when.
    LinkLost(Timestamp),
    /// It answers again.
    LinkBack(Box<Welcome>),
    /// A part of an export is written, or why it is not.
    Written(Result<(), String>),
    /// What the system says.
    Signal(Signal),
}

impl Event {
    /// Whether a person at the terminal caused it.
    #[must_use]
    pub fn is_of_a_person(&self) -> bool {
        match self {
            Self::Key(_) | Self::Paste(_) | Self::Resize(..) | Self::Signal(_) => true,
            Self::Reply(..)
            | Self::Notice(_)
            | Self::LinkLost(_)
            | Self::LinkBack(_)
            | Self::Written(_) => false,
        }
    }
}
