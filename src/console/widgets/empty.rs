//! Nothing to show, and what to do about it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::lines;
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;

/// Says what there is not, and what to do next.
pub fn draw(frame: &mut Frame<'_>, area: Rect, what: &str, next: &str, look: &Appearance) {
    let width = usize::from(area.width.saturating_sub(6));
    let say = |words: &str, role| {
        text::wrap(words, width)
            .into_iter()
            .map(move |piece| Line::from(vec![Span::raw("   "), look.span(piece, role)]))
            .collect::<Vec<_>>()
    };
    let mut page = vec![Line::default()];
    page.extend(say(what, StyleRole::Title));
    page.extend(say(next, StyleRole::Text));
    lines(frame, area, page);
}

/// What a list says while it has no rows at all.
#[derive(Debug, Clone, Copy)]
pub struct Nothing {
    /// What there is not.
    pub what: &'static str,
    /// What to do next.
    pub next: &'static str,
}

/// What a list shows while it has no rows: a quiet word while loading, the problem, or what to do next.
pub fn list<T: crate::console::window::Row>(
    frame: &mut Frame<'_>,
    area: Rect,
    list: &crate::console::window::List<T>,
    nothing: Nothing,
    look: &Appearance,
) {
    if let Some(problem) = list.problem() {
        draw(frame, area, &problem.message, &problem.hint, look);
    } else if !list.loaded() {
        lines(
            frame,
            area,
            [
                Line::default(),
                Line::from(look.span("   asking", StyleRole::Dim)),
            ],
        );
    } else if list.filter().is_empty() {
        draw(frame, area, nothing.what, nothing.next, look);
    } else {
        let what = format!("Nothing here contains \"{}\".", text::clean(list.filter()));
        draw(
            frame,
            area,
            &what,
            "/ changes the filter, Esc takes it away.",
            look,
        );
    }
}
