//! One stack over the screen; the top one takes the keys.

pub mod configure;
pub mod confirm;
pub mod connect;
pub mod disconnect;
pub mod palette;
pub mod prompt;

use ratatui::Frame;
use ratatui::layout::Rect;
use serde_json::Value;

use super::command::{Command, Place};
use super::event::Key;
use super::look::Look;
use super::screens::{Cx, Facts};
use crate::wire::{Problem, Topic};

/// A key or a paste, as an overlay gets it.
#[derive(Debug, Clone)]
pub enum Input {
    /// A key, and the command the keymap gives it in this overlay.
    Key(Key, Option<Command>),
    /// A bracketed paste: for the focused field, else dropped.
    Paste(String),
}

/// Whether an overlay stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It stays.
    Stay,
    /// It stays and asks something else: keys wait until that has been painted.
    Renew,
    /// It goes; what it wanted is in the context.
    Close,
}

/// An overlay that a screen asks for. The target is an id, captured now: the list may move underneath.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// The commands of a place, by name.
    Palette(Vec<palette::Entry>),
    /// A line to type; it comes back to the screen as `typed(what, …)`.
    Prompt(prompt::Question),
    /// A plain yes or no before a request.
    Confirm(confirm::Question),
    /// Take these connections out of service.
    Disconnect(Vec<String>),
    /// Disconnect, then connect as another account.
    Swap(String),
    /// Connect a provider, or authorize a connection again.
    Connect(ConnectTarget),
    /// The second half of a swap: authorize a connection as another account, its jobs as they were.
    ConnectOther(ConnectTarget),
    /// Change a connection's name and settings.
    Configure(String),
    /// Register our app at a provider.
    ConfigureApp(String),
}

/// What is to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTarget {
    /// The catalog's id.
    pub provider: String,
    /// An existing connection, for a reconnect.
    pub connection: Option<String>,
}

/// Something that stands over the screen until it is answered.
pub trait Overlay {
    /// Which keys apply.
    fn place(&self) -> Place;

    /// Whether it asks before something is changed: then keys typed before it was painted do not answer it.
    fn guards(&self) -> bool {
        true
    }

    /// Whether what is typed now is a secret.
    fn hides(&self) -> bool {
        false
    }

    /// Asks for what it shows.
    fn start(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// Takes a key or a paste.
    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then;

    /// Takes a reply to what it asked.
    fn reply(
        &mut self,
        what: &'static str,
        result: Result<Value, Problem>,
        cx: &mut Cx<'_>,
    ) -> Then {
        let _ = (what, result, cx);
        Then::Stay
    }

    /// Asks again for what changed.
    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        let _ = (topics, cx);
    }

    /// What its footer says: key and word, in order.
    fn hints(&self) -> Vec<(String, String)>;

    /// Draws over the screen; `area` is the whole of it.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, facts: &Facts);
}

/// The overlay that was asked for.
#[must_use]
pub fn open(wanted: Wanted) -> Box<dyn Overlay> {
    match wanted {
        Wanted::Palette(entries) => Box::new(palette::Palette::new(entries)),
        Wanted::Prompt(question) => Box::new(prompt::Prompt::new(question)),
        Wanted::Confirm(question) => Box::new(confirm::Confirm::new(question)),
        Wanted::Disconnect(targets) => Box::new(disconnect::Disconnect::new(targets)),
        Wanted::Swap(id) => Box::new(disconnect::Disconnect::swap(id)),
        Wanted::Connect(target) => Box::new(connect::Connect::new(target)),
        Wanted::ConnectOther(target) => Box::new(connect::Connect::other(target)),
        Wanted::ConfigureApp(provider) => Box::new(connect::Connect::app(provider)),
        Wanted::Configure(id) => Box::new(configure::Configure::new(id)),
    }
}
