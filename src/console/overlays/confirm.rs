//! A plain yes or no: for what stops something and can be started again.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use serde_json::Value;

use super::{Input, Overlay, Then};
use crate::console::command::{Command, Danger, Place};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::screens::{Cx, Facts};
use crate::console::text;
use crate::console::theme::Role;
use crate::console::widgets::{dialog, lines};
use crate::wire::Problem;
use crate::wire::request::Request;

/// What is asked, and what a yes sends.
#[derive(Debug, Clone)]
pub struct Question {
    /// The question, with the name of the thing.
    pub title: String,
    /// What will happen, a sentence each.
    pub body: Vec<String>,
    /// The word on the button.
    pub verb: String,
    /// What a yes sends.
    pub request: Request,
    /// What is said when it is done.
    pub done: String,
}

/// Where the dialog stands.
#[derive(Debug, Clone)]
enum Face {
    Asking,
    Waiting,
    Failed(Problem),
}

/// The dialog. Cancel has the focus, Enter takes what has it, `y` says yes.
pub struct Confirm {
    question: Question,
    face: Face,
    on_yes: bool,
}

impl Confirm {
    /// Asks.
    #[must_use]
    pub fn new(question: Question) -> Self {
        Self {
            question,
            face: Face::Asking,
            on_yes: false,
        }
    }

    fn yes(&mut self, cx: &mut Cx<'_>) -> Then {
        if let Some(why) = cx.facts.refuses(Danger::Stops) {
            cx.say(format!("Nothing is done: {why}."));
            return Then::Stay;
        }
        cx.ask("confirmed", self.question.request.clone());
        self.face = Face::Waiting;
        Then::Stay
    }
}

impl Overlay for Confirm {
    fn place(&self) -> Place {
        Place::Confirm
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        let Input::Key(key, command) = input else {
            return Then::Stay;
        };
        match (&self.face, command, key) {
            (_, Some(Command::No), _) => Then::Close,
            (Face::Asking, Some(Command::Yes), _) => self.yes(cx),
            (Face::Asking, _, Key::Enter) if self.on_yes => self.yes(cx),
            (Face::Asking | Face::Failed(_), _, Key::Enter) => Then::Close,
            (Face::Asking, _, Key::Tab | Key::BackTab | Key::Left | Key::Right) => {
                self.on_yes = !self.on_yes;
                Then::Stay
            }
            _ => Then::Stay,
        }
    }

    fn reply(&mut self, _: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>) -> Then {
        match result {
            Ok(_) => {
                cx.say(self.question.done.clone());
                Then::Close
            }
            Err(problem) => {
                self.face = Face::Failed(problem);
                Then::Stay
            }
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        match self.face {
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
        let room = usize::from(width.saturating_sub(4));
        let words = |text: &str, role| {
            text::wrap(text, room)
                .into_iter()
                .map(move |piece| Line::from(look.span(piece, role)))
                .collect::<Vec<_>>()
        };
        let mut page: Vec<Line<'static>> = Vec::new();
        for sentence in &self.question.body {
            page.extend(words(sentence, Role::Text));
        }
        page.push(Line::default());
        match &self.face {
            Face::Asking => page.push(buttons(room, &self.question.verb, self.on_yes, look)),
            Face::Waiting => page.push(Line::from(look.span("asked the server", Role::Dim))),
            Face::Failed(problem) => {
                page.extend(words(&problem.message, Role::Bad));
                page.extend(words(&problem.hint, Role::Text));
            }
        }
        let height = u16::try_from(page.len() + 2).unwrap_or(area.height);
        let inner = dialog::draw(
            frame,
            dialog::middle(area, width, height),
            &self.question.title,
            look,
        );
        lines(frame, inner, page);
    }
}

/// `[ Cancel ]      Stop it`, at the right.
fn buttons(room: usize, verb: &str, on_yes: bool, look: &Look) -> Line<'static> {
    let face = |word: &str, focused: bool| {
        if focused {
            format!("[ {word} ]")
        } else {
            format!("  {word}  ")
        }
    };
    let (cancel, verb) = (face("Cancel", !on_yes), face(verb, on_yes));
    let gap = room.saturating_sub(text::measure(&cancel) + 3 + text::measure(&verb));
    let role = |focused| if focused { Role::Selected } else { Role::Text };
    Line::from(vec![
        Span::raw(" ".repeat(gap)),
        look.span(cancel, role(!on_yes)),
        Span::raw("   "),
        look.span(verb, role(on_yes)),
    ])
}
