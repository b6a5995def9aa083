//! A line to type, where the footer was: a filter, a note.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Input, Overlay, Then};
use crate::console::command::Place;
use crate::console::context::{Cx, Facts, Out, PromptQuestion};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::text;
use crate::console::theme::Role;
use crate::console::widgets::field::Field;
use crate::console::widgets::lines;

/// The line.
pub struct Prompt {
    question: PromptQuestion,
    field: Field,
}

impl Prompt {
    /// Asks.
    #[must_use]
    pub fn new(question: PromptQuestion) -> Self {
        Self {
            field: Field::new(&question.text),
            question,
        }
    }

    fn hand_on(&self, text: String, cx: &mut Cx<'_>) {
        cx.outs.push(Out::Typed {
            what: self.question.what,
            text,
        });
    }
}

impl Overlay for Prompt {
    fn place(&self) -> Place {
        Place::Prompt
    }

    fn guards(&self) -> bool {
        false
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match input {
            Input::Key(Key::Enter, _) => {
                if !self.question.live {
                    self.hand_on(self.field.text(), cx);
                }
                return Then::Close;
            }
            Input::Key(Key::Esc, _) => {
                if self.question.live {
                    self.hand_on(self.question.text.clone(), cx);
                }
                return Then::Close;
            }
            Input::Key(key, _) => {
                self.field.key(key);
            }
            Input::Paste(paste) => self.field.paste(&paste),
        }
        if self.question.live {
            self.hand_on(self.field.text(), cx);
        }
        Then::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, _: &Facts) {
        let y = area.bottom().saturating_sub(1);
        let label = format!(" {} ", text::clean(&self.question.label));
        let used = u16::try_from(text::measure(&label)).unwrap_or(0);
        let keys = "Enter keeps   Esc takes back ";
        let wide = u16::try_from(keys.len()).unwrap_or(0);
        let keys_at = area.width.saturating_sub(wide);
        let line = Line::from(vec![
            look.span(label, Role::Accent),
            Span::raw(" ".repeat(usize::from(keys_at.saturating_sub(used)))),
            look.span(keys, Role::Dim),
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
