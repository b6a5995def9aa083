//! One file a screen: its own state, its update, its `draw(&self)`. What a screen wants done it says in [`Cx`].

pub mod audit;
pub mod catalog;
pub mod connection;
pub mod connections;
pub mod exposure;
pub mod follow_ups;
pub mod help;
pub mod jobs;
mod listing;
pub mod run;
pub mod runs;
mod shelf;
pub mod walkthrough;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::command::{Command, Danger, Place};
use super::event::Key;
use super::keymap::Keymap;
use super::look::Look;
use super::overlays::Wanted;
use crate::domain::user::Role;
use crate::wire::request::Request;
use crate::wire::view::Status;
use crate::wire::{Problem, Topic, Welcome};
use listing::Listed;

/// From this width on, the selected row's detail stands beside the list.
pub const BESIDE: u16 = 140;

/// What the console knows whatever is on screen.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Who the server says we are.
    pub welcome: Welcome,
    /// The server as a whole, once it has answered.
    pub status: Option<Status>,
    /// Since when the server does not answer.
    pub stale: Option<Timestamp>,
    /// The terminal.
    pub size: Size,
    /// At which address this machine was reached by SSH, when it was.
    pub ssh_host: Option<String>,
}

impl Facts {
    /// Lines and columns between the header and the footer.
    #[must_use]
    pub fn body(&self) -> Size {
        Size::new(self.size.width, self.size.height.saturating_sub(5))
    }

    /// Whether controls are shown at all: Agents look.
    #[must_use]
    pub fn controls(&self) -> bool {
        self.welcome.role != Role::Agent
    }

    /// Why a command of this danger is refused now, whatever it is aimed at.
    #[must_use]
    pub fn refuses(&self, danger: Danger) -> Option<String> {
        if danger == Danger::Looks {
            None
        } else if !self.controls() {
            Some("an Agent looks and changes nothing".to_owned())
        } else if self.stale.is_some() {
            Some("the server does not answer, so nothing is sent".to_owned())
        } else if self.welcome.read_only {
            Some("this console is read-only".to_owned())
        } else {
            None
        }
    }
}

/// Another screen, opened above the present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// One connection, by id.
    Connection(String),
    /// One disconnect, by id.
    Run(String),
    /// Several connections as one thing, by the id of the whole.
    Walkthrough(String),
    /// The same, not saved yet: the connections that were marked, by id.
    NewWalkthrough(Vec<String>),
    /// The keys of a place.
    Help(Place),
}

/// What a screen or overlay wants done.
#[derive(Debug)]
pub enum Out {
    /// Send a request; the reply comes back to `place` as `what`.
    Ask {
        place: Place,
        what: &'static str,
        request: Box<Request>,
    },
    /// Open a screen above this one.
    Open(Opening),
    /// Open an overlay.
    Overlay(Box<Wanted>),
    /// Go to a tab.
    Tab(Place),
    /// Have the screen below ask again: something was done to what it shows.
    Refresh,
    /// Say something above the footer.
    Say(String),
    /// Say that something did not work.
    Complain(Problem),
    /// Copy a text.
    Copy(String),
    /// Run a command, as if its key had been pressed on the screen below.
    Run(Command),
    /// Hand a line that was typed to the screen below.
    Typed { what: &'static str, text: String },
}

/// What a screen or overlay is given with every event, and where it says what it wants.
pub struct Cx<'a> {
    /// What is known whatever is on screen.
    pub facts: &'a Facts,
    /// What is wanted, in order.
    pub outs: Vec<Out>,
    place: Place,
}

impl<'a> Cx<'a> {
    /// An empty list of wants for a place.
    #[must_use]
    pub fn new(facts: &'a Facts, place: Place) -> Self {
        Self {
            facts,
            outs: Vec::new(),
            place,
        }
    }

    /// Sends a request whose reply comes back to this screen or overlay as `what`.
    pub fn ask(&mut self, what: &'static str, request: Request) {
        self.outs.push(Out::Ask {
            place: self.place,
            what,
            request: Box::new(request),
        });
    }

    /// Opens a screen above this one.
    pub fn open(&mut self, opening: Opening) {
        self.outs.push(Out::Open(opening));
    }

    /// Opens an overlay.
    pub fn overlay(&mut self, wanted: Wanted) {
        self.outs.push(Out::Overlay(Box::new(wanted)));
    }

    /// Says something above the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.outs.push(Out::Say(text.into()));
    }

    /// Shows why something did not work.
    pub fn complain(&mut self, problem: Problem) {
        self.outs.push(Out::Complain(problem));
    }

    /// Copies a text through the terminal.
    pub fn copy(&mut self, text: impl Into<String>) {
        self.outs.push(Out::Copy(text.into()));
    }
}

/// What a person looked at, kept at the server (C6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The selected row's id.
    pub selected: Option<String>,
    /// The filter.
    pub filter: String,
    /// Marked ids.
    pub marks: Vec<String>,
}

/// A page of the console.
pub trait Screen {
    /// Which one.
    fn place(&self) -> Place;

    /// Asks for everything it shows: when opened, when it comes back into sight, when the link is back.
    fn refresh(&mut self, cx: &mut Cx<'_>);

    /// Asks again for what changed.
    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>);

    /// Does a command that is allowed; the application has asked [`Screen::refuses`] before.
    fn run(&mut self, command: Command, cx: &mut Cx<'_>);

    /// Takes a key before the keymap does, as forms do; false when it is none of theirs.
    fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> bool {
        let _ = (key, cx);
        false
    }

    /// Takes a paste into the field that has the focus; false when there is none.
    fn paste(&mut self, text: &str) -> bool {
        let _ = text;
        false
    }

    /// Why a command cannot be done here and now, in words; none if it can.
    fn refuses(&self, command: Command) -> Option<String>;

    /// What would be lost if the console were left now.
    fn unsaved(&self) -> Option<Request> {
        None
    }

    /// Whether a command has a meaning on the page in sight: the footer names no other.
    fn offers(&self, command: Command) -> bool {
        let _ = command;
        true
    }

    /// Takes a reply to what it asked.
    fn reply(&mut self, what: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>);

    /// The list that it is about, for list screens.
    fn listed(&self) -> Option<&dyn Listed> {
        None
    }

    /// The same, to do something with.
    fn listed_mut(&mut self) -> Option<&mut dyn Listed> {
        None
    }

    /// Takes a line that was typed for it: a filter, a note.
    fn typed(&mut self, what: &'static str, text: &str, cx: &mut Cx<'_>) {
        let _ = what;
        if let Some(list) = self.listed_mut() {
            list.filter_by(text, cx);
        }
    }

    /// The filter in force, for screens that have one.
    fn filter(&self) -> Option<&str> {
        self.listed().map(Listed::filter)
    }

    /// What stands above the footer while nothing is said.
    fn standing(&self) -> Option<String> {
        None
    }

    /// One step back inside the screen; false when there is none and the screen itself is to be left.
    fn back(&mut self, cx: &mut Cx<'_>) -> bool {
        self.listed_mut().is_some_and(|list| list.unfilter(cx))
    }

    /// The body has another size.
    fn fit(&mut self, cx: &mut Cx<'_>);

    /// What opens it again, for screens above a tab.
    fn opening(&self) -> Option<Opening> {
        None
    }

    /// What to keep of what the person looks at.
    fn keep(&self) -> Kept {
        self.listed().map(Listed::keep).unwrap_or_default()
    }

    /// Takes back what was kept.
    fn restore(&mut self, kept: Kept) {
        if let Some(list) = self.listed_mut() {
            list.restore(kept);
        }
    }

    /// Draws, and changes nothing.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look);
}

/// The tabs, in order.
#[must_use]
pub fn tabs() -> Vec<Box<dyn Screen>> {
    vec![
        Box::new(connections::Connections::default()),
        Box::new(catalog::Catalog::default()),
        Box::new(jobs::Jobs::default()),
        Box::new(runs::Runs::default()),
        Box::new(audit::Audit::default()),
        Box::new(exposure::Exposure::default()),
        Box::new(follow_ups::FollowUps::default()),
    ]
}

/// The screen that was asked for.
#[must_use]
pub fn open(opening: Opening, keymap: &Keymap, facts: &Facts) -> Box<dyn Screen> {
    match opening {
        Opening::Connection(id) => Box::new(connection::Connection::new(id)),
        Opening::Run(id) => Box::new(run::Run::new(id)),
        Opening::Walkthrough(id) => Box::new(walkthrough::Walkthrough::of(id)),
        Opening::NewWalkthrough(marked) => Box::new(walkthrough::Walkthrough::begin(marked)),
        Opening::Help(place) => Box::new(help::Help::new(place, keymap, facts)),
    }
}
