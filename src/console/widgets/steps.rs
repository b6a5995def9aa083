//! The seven steps of a disconnect, with their states and times.

use ratatui::text::{Line, Span};

use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;

/// A step, ready to draw.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// From 1.
    pub number: usize,
    /// What it does.
    pub name: &'static str,
    /// Sign, word and role of its state.
    pub state: (&'static str, &'static str, StyleRole),
    pub detail: String,
    /// How long it took.
    pub took: String,
}

/// Columns of number and name.
const NAME: usize = 21;
/// Columns of sign and state.
const STATE: usize = 10;
/// Columns of the time.
const TOOK: usize = 10;

/// A step: number, name, state, detail, time at the right; a detail that is longer goes on below itself.
#[must_use]
pub fn lines(step: &StepLine, width: u16, look: &Appearance) -> Vec<Line<'static>> {
    let (sign, word, role) = step.state;
    let name_role = match role {
        StyleRole::Dim => StyleRole::Dim,
        StyleRole::Accent | StyleRole::Bad => StyleRole::Title,
        _ => StyleRole::Text,
    };
    let lead = 1 + 2 + NAME + 2 + STATE;
    // What it waits for has the room of the time that it did not take yet.
    let time = match step.took.is_empty() {
        true => 0,
        false => TOOK,
    };
    let room = usize::from(width).saturating_sub(lead + 1 + time + 1);
    let mut pieces = text::wrap(&step.detail, room).into_iter();
    let first = pieces.next().unwrap_or_default();
    let mut lines = vec![Line::from(vec![
        Span::raw(" "),
        look.cell(&step.number.to_string(), 2, Align::Left, StyleRole::Dim),
        look.cell(step.name, NAME, Align::Left, name_role),
        look.cell(sign, 2, Align::Left, role),
        look.cell(word, STATE, Align::Left, role),
        look.cell(&first, room, Align::Left, StyleRole::Text),
        Span::raw(" "),
        look.cell(&step.took, time, Align::Right, StyleRole::Dim),
    ])];
    lines.extend(pieces.map(|piece| {
        Line::from(vec![
            Span::raw(" ".repeat(lead)),
            look.span(piece, StyleRole::Text),
        ])
    }));
    lines
}
