//! A plain yes or no, for what stops something and can be started again; with a name to type, for what cannot.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState, shown_once};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedDone, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{ConfirmQuestion, Context, Facts};
use crate::console::event::Key;
use crate::console::theme::StyleRole;
use crate::console::widgets::dialog;
use crate::console::widgets::field::TextField;
use crate::console::widgets::form::Form;
use crate::wire::Problem;
use crate::wire::request::Request;

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConfirmFocus {
    Cancel,
    Name,
    Yes,
}

/// The dialog. Cancel has the focus, Enter takes what has it, `y` says yes where no name is wanted.
pub struct Confirm {
    question: ConfirmQuestion,
    /// What was sent and is not answered.
    asked: AwaitedDone,
    /// Why it was refused.
    refused: Option<Problem>,
    focus: ConfirmFocus,
    name: TextField,
    /// What is in the way of a yes, said when it was tried.
    said: String,
}

impl Confirm {
    /// Asks.
    #[must_use]
    pub fn new(question: ConfirmQuestion) -> Self {
        Self {
            question,
            asked: AwaitedDone::default(),
            refused: None,
            focus: ConfirmFocus::Cancel,
            name: TextField::default(),
            said: String::new(),
        }
    }

    /// Whether it can be answered: nothing was sent yet.
    fn is_asking(&self) -> bool {
        !self.asked.is_open() && self.refused.is_none()
    }

    fn danger(&self) -> Danger {
        match self.question.name {
            Some(_) => Danger::Irreversible,
            None => Danger::Stops,
        }
    }

    fn step(&mut self, forward: bool) {
        self.focus = match (self.focus, forward, self.question.name.is_some()) {
            (ConfirmFocus::Cancel, true, true) | (ConfirmFocus::Yes, false, true) => {
                ConfirmFocus::Name
            }
            (ConfirmFocus::Name, false, _) | (ConfirmFocus::Yes, _, _) => ConfirmFocus::Cancel,
            (ConfirmFocus::Cancel | ConfirmFocus::Name, _, _) => ConfirmFocus::Yes,
        };
    }

    fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if self.asked.is_open() {
            return OverlayState::Stay;
        }
        match (self.is_asking(), self.focus) {
            (true, ConfirmFocus::Yes) => self.yes(cx),
            (true, ConfirmFocus::Name) => {
                self.step(true);
                OverlayState::Stay
            }
            (true, ConfirmFocus::Cancel) if !self.name.text().is_empty() => {
                self.said = format!(
                    "The name is typed: Tab to {}, or Esc to leave.",
                    self.question.verb
                );
                OverlayState::Stay
            }
            (true, ConfirmFocus::Cancel) | (false, _) => OverlayState::Close,
        }
    }

    fn yes(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if let Some(why) = cx.facts.not_sent(self.danger()) {
            self.said = why;
            return OverlayState::Stay;
        }
        let wanted = self.question.name.as_deref().unwrap_or_default();
        if self.name.text().trim() != wanted {
            self.focus = ConfirmFocus::Name;
            self.said = format!("Type {wanted} first.");
            return OverlayState::Stay;
        }
        self.asked = cx.ask_any(Request::clone(&self.question.request));
        OverlayState::Stay
    }
}

impl Overlay for Confirm {
    fn place(&self) -> KeyPlace {
        KeyPlace::Confirm
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        let (waits, asking) = (self.asked.is_open(), self.is_asking());
        let typing = self.focus == ConfirmFocus::Name && asking;
        let (key, command) = match input {
            Input::Key(key, command) => (key, command),
            Input::Paste(paste) if typing => {
                self.name.paste(&paste);
                return OverlayState::Stay;
            }
            Input::Paste(_) => return OverlayState::Stay,
        };
        self.said.clear();
        let plain = self.question.name.is_none();
        let is_no = key == Key::Esc || (plain && command == Some(Command::No));
        match (command, key) {
            _ if is_no && waits => return OverlayState::close_unheard(cx),
            _ if is_no => return OverlayState::Close,
            (_, Key::Enter) => return self.enter(cx),
            _ if !asking => {}
            (Some(Command::Yes), _) if plain => return self.yes(cx),
            (_, Key::Tab | Key::Down) => self.step(true),
            (_, Key::BackTab | Key::Up) => self.step(false),
            _ if typing => drop(self.name.key(key)),
            (_, Key::Right) => self.step(true),
            (_, Key::Left) => self.step(false),
            // The name is all there is to type.
            (_, Key::Char(c)) if !plain && c != ' ' => {
                self.focus = ConfirmFocus::Name;
                self.name.key(key);
            }
            _ => {}
        }
        OverlayState::Stay
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        match self.asked.take_reply(heard) {
            Some(Ok(reply)) => shown_once::done(&reply, self.question.done.clone(), cx),
            Some(Err(problem)) => {
                self.refused = Some(problem);
                OverlayState::Renew
            }
            None => OverlayState::Stay,
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        match self.is_asking() {
            true if self.question.name.is_some() => vec![
                ("Tab".to_owned(), "next".to_owned()),
                ("Enter".to_owned(), "take".to_owned()),
                ("Esc".to_owned(), "cancel".to_owned()),
            ],
            true => vec![
                ("y".to_owned(), self.question.verb.clone()),
                ("Tab".to_owned(), "other button".to_owned()),
                ("Esc".to_owned(), "cancel".to_owned()),
            ],
            false => vec![("Esc".to_owned(), "close".to_owned())],
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let width = 64.min(area.width.saturating_sub(4)).max(20);
        let mut form = Form::new(width.saturating_sub(4), look);
        for sentence in &self.question.body {
            form.page.hang(0, sentence, StyleRole::Text);
        }
        form.page.blank();
        match &self.refused {
            None if self.asked.is_open() => form.page.words("asked the server", StyleRole::Dim),
            None => self.answers(&mut form),
            Some(problem) => {
                form.page.words(&problem.message, StyleRole::Bad);
                form.page.words(&problem.hint, StyleRole::Text);
            }
        }
        let height = form.height().saturating_add(2);
        let inner = dialog::draw(
            frame,
            dialog::middle(area, width, height),
            &self.question.title,
            look,
        );
        form.draw(frame, inner);
    }
}

impl Confirm {
    fn answers<'a>(&'a self, form: &mut Form<'a>) {
        let on = |focus| self.focus == focus;
        if let Some(name) = &self.question.name {
            form.label(&format!("Type {name}:"), 0, on(ConfirmFocus::Name));
            form.field(&self.name, on(ConfirmFocus::Name)).end();
        }
        let buttons = [
            ("Cancel", on(ConfirmFocus::Cancel)),
            (self.question.verb.as_str(), on(ConfirmFocus::Yes)),
        ];
        form.buttons(&self.said, &buttons);
    }
}
