//! All that goes out. Data, so that tests can look at it; the loop performs it.

use super::export::Writing;
use crate::wire::request::Request;

/// Something the loop does for the application.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send a request; its reply comes back with this number.
    Ask(u64, Box<Request>),
    /// Keep what the person looks at; the loop waits until it has stopped changing.
    SaveView(String),
    /// Send what would be lost with the console, and wait a moment for it.
    Tell(Box<Request>),
    /// Hand a text to the terminal's clipboard.
    Copy(String),
    /// Write a part of an export.
    Export(Writing),
    /// Draw everything again, whatever the terminal shows.
    Repaint,
    /// Give the terminal back until we are continued.
    Suspend,
    /// Take the terminal again: somebody else stopped us, and a shell has had it since.
    Reclaim,
    /// Leave.
    Quit,
}
