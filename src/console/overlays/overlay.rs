//! What every overlay can do.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{ActionsQuestion, Context, Facts};
use crate::console::event::Key;
use crate::wire::Topic;

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
pub enum OverlayState {
    /// It stays.
    Stay,
    /// It stays and asks something else: keys wait until that has been painted.
    Renew,
    /// It goes; what it wanted is in the context.
    Close,
}

impl OverlayState {
    /// Closes a dialog while its request is on its way: nobody hears what comes of it.
    pub(super) fn close_unheard(cx: &mut Context<'_>) -> Self {
        cx.done(
            "Closed before the server had answered: what was asked may have been done, or still be.",
        );
        Self::Close
    }
}

/// Something that stands over the screen until it is answered.
pub trait Overlay {
    /// Which keys apply.
    fn place(&self) -> KeyPlace;

    /// Whether it asks before something is changed: then keys typed before it was painted do not answer it.
    fn guards(&self) -> bool {
        true
    }

    /// Whether what is typed now is a secret.
    fn hides(&self) -> bool {
        false
    }

    /// Asks for what it shows.
    fn start(&mut self, cx: &mut Context<'_>) {
        let _ = cx;
    }

    /// Takes a key or a paste.
    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState;

    /// Takes a reply, if it is one to what it asked.
    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        let _ = (heard, cx);
        OverlayState::Stay
    }

    /// Asks again for what changed.
    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let _ = (topics, cx);
    }

    /// Takes anew what can be done with what is selected now; it goes when that is something else than before.
    fn offer(&mut self, offered: ActionsQuestion) -> OverlayState {
        let _ = offered;
        OverlayState::Stay
    }

    /// What its footer says: key and word, in order.
    fn hints(&self) -> Vec<(String, String)>;

    /// Draws over the screen; `area` is the whole of it.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, facts: &Facts);
}
