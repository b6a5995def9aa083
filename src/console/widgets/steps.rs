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

/// One line a step: number, name, state, detail, time at the right.
#[must_use]
pub fn line(step: &StepLine, width: u16, look: &Appearance) -> Line<'static> {
    let (sign, word, role) = step.state;
    let name_role = match role {
        StyleRole::Dim => StyleRole::Dim,
        StyleRole::Accent | StyleRole::Bad => StyleRole::Title,
        _ => StyleRole::Text,
    };
    let fixed = 1 + 2 + NAME + 2 + STATE + 1 + TOOK + 1;
    let mut room = usize::from(width).saturating_sub(fixed);
    let mut took = Some(look.cell(&step.took, TOOK, Align::Right, StyleRole::Dim));
    if step.took.is_empty() {
        // What it waits for has the room of the time that it did not take yet.
        room += TOOK;
        took = None;
    }
    let mut spans = vec![
        Span::raw(" "),
        look.cell(&step.number.to_string(), 2, Align::Left, StyleRole::Dim),
        look.cell(step.name, NAME, Align::Left, name_role),
        look.cell(sign, 2, Align::Left, role),
        look.cell(word, STATE, Align::Left, role),
        look.cell(
            &text::clean(&step.detail),
            room,
            Align::Left,
            StyleRole::Text,
        ),
        Span::raw(" "),
    ];
    spans.extend(took);
    Line::from(spans)
}
