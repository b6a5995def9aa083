//! A line to type, where the footer was: a filter, a note.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::command::KeyPlace;
use crate::console::context::{Action, Context, Facts, PromptQuestion};
use crate::console::event::Key;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::field::TextField;
use crate::console::widgets::lines;

/// The line.
pub struct Prompt {
    question: PromptQuestion,
    field: TextField,
    /// What was typed, and how far back one went from it.
    typed: String,
    back: usize,
}

impl Prompt {
    /// Asks.
    #[must_use]
    pub fn new(mut question: PromptQuestion) -> Self {
        // What stands there already is not brought back.
        if let Some(recall) = &mut question.recall {
            recall.used.retain(|used| *used != question.text);
        }
        Self {
            field: TextField::new(&question.text),
            typed: String::new(),
            back: 0,
            question,
        }
    }

    /// Another filter that was used, so many further back.
    fn recall(&mut self, back: usize) {
        let used = self.question.recall.as_ref().map(|it| it.used.as_slice());
        let used = used.unwrap_or_default();
        if self.back == 0 {
            self.typed = self.field.text();
        }
        self.back = back.min(used.len());
        let before = self.back.checked_sub(1).and_then(|at| used.get(at));
        self.field = TextField::new(before.unwrap_or(&self.typed));
    }

    /// Makes the name whole that is being typed.
    fn complete(&mut self) {
        let recall = self.question.recall.as_ref();
        if let Some(whole) = recall.and_then(|it| it.completed(&self.field.text())) {
            self.field = TextField::new(&whole);
        }
    }

    fn hand_on(&self, text: String, cx: &mut Context<'_>) {
        cx.actions.push(Action::Typed {
            what: self.question.what,
            text,
        });
    }
}

impl Overlay for Prompt {
    fn place(&self) -> KeyPlace {
        KeyPlace::Prompt
    }

    fn guards(&self) -> bool {
        false
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match input {
            Input::Key(Key::Enter, _) => {
                let text = self.field.text();
                match self.question.recall {
                    Some(_) => cx.actions.push(Action::Used(text)),
                    None => self.hand_on(text, cx),
                }
                return OverlayState::Close;
            }
            Input::Key(Key::Esc, _) => {
                if self.question.recall.is_some() {
                    self.hand_on(self.question.text.clone(), cx);
                }
                return OverlayState::Close;
            }
            Input::Key(Key::Up, _) => self.recall(self.back + 1),
            Input::Key(Key::Down, _) => self.recall(self.back.saturating_sub(1)),
            Input::Key(Key::Tab, _) => self.complete(),
            Input::Key(key, _) => {
                self.field.key(key);
                self.back = 0;
            }
            Input::Paste(paste) => self.field.paste(&paste),
        }
        if self.question.recall.is_some() {
            self.hand_on(self.field.text(), cx);
        }
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let y = area.bottom().saturating_sub(1);
        let label = format!(" {} ", text::clean(&self.question.label));
        let used = u16::try_from(text::measure(&label)).unwrap_or(0);
        let recall = self.question.recall.as_ref();
        let keys = match recall.is_some_and(|it| !it.used.is_empty()) {
            true => "Up earlier   Enter keeps   Esc takes back ",
            false => "Enter keeps   Esc takes back ",
        };
        let wide = u16::try_from(keys.len()).unwrap_or(0);
        let keys_at = area.width.saturating_sub(wide);
        let line = Line::from(vec![
            look.span(label, StyleRole::Accent),
            Span::raw(" ".repeat(usize::from(keys_at.saturating_sub(used)))),
            look.span(keys, StyleRole::Dim),
        ]);
        lines(
            frame,
            Rect {
                y,
                height: 1,
                ..area
            },
            [line],
        );
        let room = Rect {
            x: area.x + used,
            y,
            width: keys_at.saturating_sub(used + 1).max(8),
            height: 1,
        };
        self.field.draw(frame, room.intersection(area), true, look);
    }
}
