//! A secret that the server tells once: it stands until somebody closes it, and is kept nowhere.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Action, Context, Facts, OverlayRequest, SecretOnce};
use crate::console::event::Key;
use crate::console::theme::StyleRole;
use crate::console::widgets::dialog;
use crate::console::widgets::form::Form;
use crate::wire::request::Reply;

/// What was asked for was done: it is said, what is in sight is asked for again, and a secret of the reply is shown.
pub(super) fn done(reply: &Reply, said: String, cx: &mut Context<'_>) -> OverlayState {
    cx.done(said);
    cx.actions.push(Action::Refresh);
    ask(reply, cx);
    OverlayState::Close
}

/// Shows the secret of a reply that has one.
fn ask(reply: &Reply, cx: &mut Context<'_>) {
    let (it, is_new) = match reply {
        Reply::SubscriptionAdd(it) => (it, true),
        Reply::SubscriptionRotate(it) => (it, false),
        _ => return,
    };
    let mut words = vec![
        format!("What is sent to {} is signed with it.", it.subscription.url),
        "The receiver verifies with it. It is not shown again.".to_owned(),
    ];
    if !is_new {
        words.push("The one before signs beside it for a day.".to_owned());
    }
    cx.overlay(OverlayRequest::ShownOnce(SecretOnce {
        title: "The signing secret".to_owned(),
        words,
        secret: it.secret.clone(),
    }));
}

/// The dialog.
pub struct ShownOnce(SecretOnce);

impl ShownOnce {
    /// Shows it.
    #[must_use]
    pub fn new(secret: SecretOnce) -> Self {
        Self(secret)
    }
}

impl Overlay for ShownOnce {
    fn place(&self) -> KeyPlace {
        KeyPlace::Secret
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match input {
            Input::Key(_, Some(Command::Copy)) => cx.copy_secret(self.0.secret.0.as_str()),
            Input::Key(Key::Esc | Key::Enter, _) => return OverlayState::Close,
            Input::Key(..) | Input::Paste(_) => {}
        }
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        [("y", "copy"), ("Enter", "close")]
            .map(|(key, word)| (key.to_owned(), word.to_owned()))
            .to_vec()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let width = 76.min(area.width);
        let mut form = Form::new(width.saturating_sub(4), look);
        for sentence in &self.0.words {
            form.page.words(sentence, StyleRole::Text);
        }
        form.page.blank();
        form.page.words(self.0.secret.0.as_str(), StyleRole::Accent);
        form.page.blank();
        form.buttons("", &[("Close", true)]);
        let height = form.height().saturating_add(2);
        let inner = dialog::draw(
            frame,
            dialog::middle(area, width, height),
            &self.0.title,
            look,
        );
        form.draw(frame, inner);
    }
}
