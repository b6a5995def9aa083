//! A plain yes or no, for what stops something and can be started again; with a name to type, for what cannot.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, Then};
use crate::console::asked::{AwaitedEnd, Heard};
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{ConfirmQuestion, Cx, Facts, Out};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::dialog;
use crate::console::widgets::field::Field;
use crate::console::widgets::form::Form;
use crate::wire::Problem;
use crate::wire::request::Request;

/// Where the dialog stands.
#[derive(Debug, Clone)]
enum Face {
    Asking,
    Waiting,
    Failed(Problem),
}

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Cancel,
    Name,
    Yes,
}

/// The dialog. Cancel has the focus, Enter takes what has it, `y` says yes where no name is wanted.
pub struct Confirm {
    question: ConfirmQuestion,
    asked: AwaitedEnd,
    face: Face,
    focus: Focus,
    name: Field,
    /// What is in the way of a yes, said when it was tried.
    said: String,
}

impl Confirm {
    /// Asks.
    #[must_use]
    pub fn new(question: ConfirmQuestion) -> Self {
        Self {
            question,
            asked: AwaitedEnd::default(),
            face: Face::Asking,
            focus: Focus::Cancel,
            name: Field::default(),
            said: String::new(),
        }
    }

    fn danger(&self) -> Danger {
        match self.question.name {
            Some(_) => Danger::Irreversible,
            None => Danger::Stops,
        }
    }

    fn step(&mut self, forward: bool) {
        self.focus = match (self.focus, forward, self.question.name.is_some()) {
            (Focus::Cancel, true, true) | (Focus::Yes, false, true) => Focus::Name,
            (Focus::Name, false, _) | (Focus::Yes, _, _) => Focus::Cancel,
            (Focus::Cancel | Focus::Name, _, _) => Focus::Yes,
        };
    }

    fn enter(&mut self, cx: &mut Cx<'_>) -> Then {
        match (&self.face, self.focus) {
            (Face::Asking, Focus::Yes) => self.yes(cx),
            (Face::Asking, Focus::Name) => {
                self.step(true);
                Then::Stay
            }
            (Face::Asking, Focus::Cancel) if !self.name.text().is_empty() => {
                self.said = format!(
                    "The name is typed: Tab to {}, or Esc to leave.",
                    self.question.verb
                );
                Then::Stay
            }
            (Face::Asking, Focus::Cancel) | (Face::Failed(_), _) => Then::Close,
            (Face::Waiting, _) => Then::Stay,
        }
    }

    fn yes(&mut self, cx: &mut Cx<'_>) -> Then {
        if let Some(why) = cx.facts.refuses(self.danger()) {
            self.said = format!("Not sent: {why}.");
            return Then::Stay;
        }
        let wanted = self.question.name.as_deref().unwrap_or_default();
        if self.name.text().trim() != wanted {
            self.focus = Focus::Name;
            self.said = format!("Type {wanted} first.");
            return Then::Stay;
        }
        self.asked = cx.ask_any(Request::clone(&self.question.request));
        self.face = Face::Waiting;
        Then::Stay
    }
}

impl Overlay for Confirm {
    fn place(&self) -> Place {
        Place::Confirm
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        let typing = self.focus == Focus::Name && matches!(self.face, Face::Asking);
        let (key, command) = match input {
            Input::Key(key, command) => (key, command),
            Input::Paste(paste) if typing => {
                self.name.paste(&paste);
                return Then::Stay;
            }
            Input::Paste(_) => return Then::Stay,
        };
        self.said.clear();
        let plain = self.question.name.is_none();
        match (&self.face, command, key) {
            (_, _, Key::Esc) => return Then::Close,
            (_, _, Key::Enter) => return self.enter(cx),
            (_, Some(Command::No), _) if plain => return Then::Close,
            (Face::Asking, Some(Command::Yes), _) if plain => return self.yes(cx),
            (Face::Asking, _, Key::Tab | Key::Down) => self.step(true),
            (Face::Asking, _, Key::BackTab | Key::Up) => self.step(false),
            _ if typing => drop(self.name.key(key)),
            (Face::Asking, _, Key::Right) => self.step(true),
            (Face::Asking, _, Key::Left) => self.step(false),
            // The name is all there is to type.
            (Face::Asking, _, Key::Char(c)) if !plain && c != ' ' => {
                self.focus = Focus::Name;
                self.name.key(key);
            }
            _ => {}
        }
        Then::Stay
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        match self.asked.take(heard) {
            Some(Ok(())) => {
                cx.say(self.question.done.clone());
                cx.outs.push(Out::Refresh);
                Then::Close
            }
            Some(Err(problem)) => {
                self.face = Face::Failed(problem);
                Then::Stay
            }
            None => Then::Stay,
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        match self.face {
            Face::Asking if self.question.name.is_some() => vec![
                ("Tab".to_owned(), "next".to_owned()),
                ("Enter".to_owned(), "take".to_owned()),
                ("Esc".to_owned(), "cancel".to_owned()),
            ],
            Face::Asking => vec![
                ("y".to_owned(), self.question.verb.clone()),
                ("Tab".to_owned(), "other button".to_owned()),
                ("Esc".to_owned(), "cancel".to_owned()),
            ],
            _ => vec![("Esc".to_owned(), "close".to_owned())],
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, _: &Facts) {
        let width = 64.min(area.width.saturating_sub(4)).max(20);
        let mut form = Form::new(width.saturating_sub(4), look);
        for sentence in &self.question.body {
            form.page.hang(0, sentence, Role::Text);
        }
        form.page.blank();
        match &self.face {
            Face::Asking => self.answers(&mut form),
            Face::Waiting => form.page.words("asked the server", Role::Dim),
            Face::Failed(problem) => {
                form.page.words(&problem.message, Role::Bad);
                form.page.words(&problem.hint, Role::Text);
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
            form.label(&format!("Type {name}:"), 0, on(Focus::Name));
            form.field(&self.name, on(Focus::Name)).end();
        }
        let buttons = [
            ("Cancel", on(Focus::Cancel)),
            (self.question.verb.as_str(), on(Focus::Yes)),
        ];
        form.buttons(&self.said, &buttons);
    }
}
