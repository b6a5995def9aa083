//! `O`: the columns of the list behind it, to sort by, show and hide. What is chosen is seen at once.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::arrangement::{Arrangement, ColumnChoice};
use crate::console::command::KeyPlace;
use crate::console::context::{Action, ColumnsQuestion, Context, Facts};
use crate::console::event::Key;
use crate::console::text::Align;
use crate::console::theme::StyleRole;
use crate::console::widgets::{dialog, lines};

/// Room for the longest title.
const TITLE: usize = 18;

/// The columns, and where the cursor stands.
pub struct Columns {
    choices: Vec<ColumnChoice>,
    arrangement: Arrangement,
    at: usize,
    /// Why the last key did nothing.
    said: &'static str,
}

impl Columns {
    /// Offers these.
    #[must_use]
    pub fn new(question: ColumnsQuestion) -> Self {
        Self {
            choices: question.choices,
            arrangement: question.arrangement,
            at: 0,
            said: "",
        }
    }

    fn sort(&mut self) {
        match self.choices.get(self.at) {
            Some(choice) if choice.sorts.is_some() => self.arrangement.sort_by(choice.title),
            Some(_) | None => self.said = "The list cannot be sorted by it.",
        }
    }

    fn show(&mut self, shown: bool) {
        match self.choices.get(self.at) {
            Some(choice) if choice.stays && !shown => {
                self.said = "It says what the row is, and stays.";
            }
            Some(choice) => self.arrangement.show(choice.title, shown),
            None => {}
        }
    }

    fn row(&self, at: usize, choice: &ColumnChoice, look: &Appearance) -> Line<'static> {
        let selected = at == self.at;
        let pointer = if selected { look.glyphs.pointer } else { " " };
        let shown = self.arrangement.shows(choice.title);
        let tick = if shown { "[x] " } else { "[ ] " };
        let name = match (selected, shown) {
            (true, _) => StyleRole::Selected,
            (false, true) => StyleRole::Text,
            (false, false) => StyleRole::Dim,
        };
        let sort = self.arrangement.sort.as_ref();
        let sorted = sort.filter(|it| it.column == choice.title);
        let (words, role) = match (sorted, choice.sorts) {
            (_, None) => ("not sorted by".to_owned(), StyleRole::Dim),
            (None, Some(_)) => (String::new(), StyleRole::Dim),
            (Some(sort), Some(by)) => {
                let arrow = match sort.descending {
                    true => look.glyphs.falling,
                    false => look.glyphs.rising,
                };
                let words = format!("{arrow} {}", by.words(sort.descending));
                (words, StyleRole::Accent)
            }
        };
        Line::from(vec![
            look.span(format!("{pointer} {tick}"), StyleRole::Accent),
            look.cell(choice.title, TITLE, Align::Left, name),
            look.span(format!("  {words}"), role),
        ])
    }
}

impl Overlay for Columns {
    fn place(&self) -> KeyPlace {
        KeyPlace::Columns
    }

    fn guards(&self) -> bool {
        false
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        let Input::Key(key, _) = input else {
            return OverlayState::Stay;
        };
        self.said = "";
        let before = self.arrangement.clone();
        let last = self.choices.len().saturating_sub(1);
        match key {
            Key::Esc | Key::Char('q') => return OverlayState::Close,
            Key::Up | Key::BackTab | Key::Char('k') => self.at = self.at.saturating_sub(1),
            Key::Down | Key::Tab | Key::Char('j') => self.at = (self.at + 1).min(last),
            Key::Enter | Key::Char('O') => self.sort(),
            Key::Char('+') => self.show(true),
            Key::Char('-') => self.show(false),
            Key::Char(' ') => {
                let choice = self.choices.get(self.at);
                let shown = choice.is_some_and(|it| self.arrangement.shows(it.title));
                self.show(!shown);
            }
            _ => {}
        }
        if self.arrangement != before {
            cx.actions.push(Action::Arrange(self.arrangement.clone()));
        }
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        [
            ("Enter", "sort; again: reverse, then as it was"),
            ("+ -", "show, hide"),
            ("Esc", "close"),
        ]
        .map(|(key, word)| (key.to_owned(), word.to_owned()))
        .to_vec()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let height = u16::try_from(self.choices.len() + 4).unwrap_or(area.height);
        let inner = dialog::draw(frame, dialog::middle(area, 46, height), "Columns", look);
        let choices = self.choices.iter().enumerate();
        let mut page: Vec<Line<'static>> = choices
            .map(|(at, choice)| self.row(at, choice, look))
            .collect();
        page.push(Line::default());
        page.push(look.span(self.said, StyleRole::Warn).into());
        lines(frame, inner, page);
    }
}
