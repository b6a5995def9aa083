//! What every screen can do.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::WordHere;
use super::listing::ListScreen;
use super::saved_selection::SavedSelection;
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination, Typing};
use crate::console::event::Key;
use crate::console::subject::Subject;
use crate::wire::Topic;
use crate::wire::request::Request;

/// A page of the console.
pub trait Screen {
    /// Which one.
    fn place(&self) -> KeyPlace;

    /// Asks for everything it shows: when opened, when it comes back into sight, when the link is back.
    fn refresh(&mut self, cx: &mut Context<'_>);

    /// Asks again for what changed.
    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>);

    /// Does a command that is allowed; the application has asked [`Screen::refuses`] before.
    fn run(&mut self, command: Command, cx: &mut Context<'_>);

    /// Takes a key before the keymap does, as forms do; false when it is none of theirs.
    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> bool {
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

    /// Takes a reply, if it is one to what it asked.
    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>);

    /// What commands act on, where that can change while the screen is in sight.
    fn subject(&self) -> Option<Subject> {
        self.listed().and_then(ListScreen::subject)
    }

    /// The list that it is about, for list screens.
    fn listed(&self) -> Option<&dyn ListScreen> {
        None
    }

    /// The same, to do something with.
    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        None
    }

    /// Takes a line that was typed for it: a filter, a note.
    fn typed(&mut self, what: Typing, text: &str, cx: &mut Context<'_>) {
        let _ = what;
        if let Some(list) = self.listed_mut() {
            list.filter_by(text, cx);
        }
    }

    /// The filter in force, for screens that have one.
    fn filter(&self) -> Option<&str> {
        self.listed().map(ListScreen::filter)
    }

    /// The words that the row under the cursor says, most pressing first: `?` explains them.
    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let _ = look;
        Vec::new()
    }

    /// What stands above the footer while nothing is said.
    fn standing(&self) -> Option<String> {
        None
    }

    /// One step back inside the screen; false when there is none and the screen itself is to be left.
    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        self.listed_mut().is_some_and(|list| list.unfilter(cx))
    }

    /// The body has another size.
    fn fit(&mut self, cx: &mut Context<'_>);

    /// What opens it again, for screens above a tab.
    fn opening(&self) -> Option<Destination> {
        None
    }

    /// What to keep of what the person looks at.
    fn keep(&self) -> SavedSelection {
        self.listed().map(ListScreen::keep).unwrap_or_default()
    }

    /// Takes back what was kept.
    fn restore(&mut self, kept: SavedSelection) {
        if let Some(list) = self.listed_mut() {
            list.restore(kept);
        }
    }

    /// Draws, and changes nothing.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance);
}
