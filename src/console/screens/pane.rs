//! Where the selected row is shown in full: beside the list where there is room, else below it, in the lines that the list
//! leaves empty. So what a column cuts stands whole on the same screen.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use crate::console::appearance::Appearance;
use crate::console::command::Command;
use crate::console::theme::StyleRole;
use crate::console::widgets;

/// From this width on, it stands beside the list.
const BESIDE: u16 = 140;
/// A body of fewer lines is left to the list.
const SMALLEST_BODY: u16 = 12;

/// The part of the screen that is left for it, its border included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    Beside(Rect),
    Below(Rect),
}

/// Whether it stands beside a list that is so wide.
pub(super) fn is_beside(width: u16) -> bool {
    width >= BESIDE
}

/// Lines that a list of any length leaves to it.
pub(super) fn reserved(body: Size) -> usize {
    if is_beside(body.width) || body.height < SMALLEST_BODY {
        return 0;
    }
    usize::from(body.height / 3)
}

/// Where the list stands, and its pane when that is beside it.
pub(super) fn beside(area: Rect, list: u16) -> (Rect, Option<Pane>) {
    if !is_beside(area.width) {
        return (area, None);
    }
    let left = Rect {
        width: list,
        ..area
    };
    let right = Rect {
        x: area.x + list + 1,
        width: area.width - list - 2,
        ..area
    };
    (left, Some(Pane::Beside(right)))
}

/// What a list of so many lines leaves below it.
pub(super) fn below(area: Rect, used: usize) -> Option<Pane> {
    let rest = widgets::below(area, used);
    // A border and one line say less than the row does.
    (rest.height > 2).then_some(Pane::Below(rest))
}

/// Draws the border, and the page that is made for the room inside.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    pane: Pane,
    page: impl FnOnce(Rect) -> Vec<Line<'static>>,
    look: &Appearance,
) {
    let inside = match pane {
        Pane::Beside(area) => {
            let bar = look.span(look.glyphs.bar, StyleRole::Line);
            for y in area.top()..area.bottom() {
                frame.buffer_mut().set_span(area.x, y, &bar, 1);
            }
            Rect {
                x: area.x + 2,
                width: area.width.saturating_sub(2),
                ..area
            }
        }
        Pane::Below(area) => {
            let rule = look.glyphs.rule.repeat(usize::from(area.width));
            widgets::lines(frame, area, [look.span(rule, StyleRole::Line).into()]);
            Rect {
                x: area.x + 1,
                y: area.y + 1,
                width: area.width.saturating_sub(2),
                height: area.height.saturating_sub(1),
            }
        }
    };
    widgets::scrolled(frame, inside, page(inside), 0, look);
}

/// The selected row over the whole screen, for pages that are longer than what is left below a list.
#[derive(Debug, Default)]
pub(super) struct FullPage {
    /// How far it is scrolled; none while it is closed.
    top: Option<usize>,
}

impl FullPage {
    pub(super) fn is_open(&self) -> bool {
        self.top.is_some()
    }

    pub(super) fn toggle(&mut self) {
        self.top = match self.top {
            Some(_) => None,
            None => Some(0),
        };
    }

    /// Closes it; false when it was closed.
    pub(super) fn close(&mut self) -> bool {
        self.top.take().is_some()
    }

    /// Moves it; false when it is closed, or when the command is not about moving.
    pub(super) fn scrolled(&mut self, command: Command, body: Size) -> bool {
        self.top
            .as_mut()
            .is_some_and(|top| scroll(top, command, body))
    }

    /// The lines from where it stands, the last page whole.
    pub(super) fn visible(
        &self,
        page: Vec<Line<'static>>,
        height: u16,
    ) -> impl Iterator<Item = Line<'static>> {
        let most = page.len().saturating_sub(usize::from(height));
        page.into_iter()
            .skip(self.top.unwrap_or_default().min(most))
    }
}

/// Moves a page of so many lines, no further than where its last one is in sight.
pub(super) fn scroll_within(top: &mut usize, lines: usize, command: Command, body: Size) {
    let most = lines.saturating_sub(usize::from(body.height));
    *top = (*top).min(most);
    match command {
        Command::Last => *top = most,
        _ => {
            scroll(top, command, body);
        }
    }
    *top = (*top).min(most);
}

/// Moves a page that is longer than the screen; false when the command is not about moving.
pub(super) fn scroll(top: &mut usize, command: Command, body: Size) -> bool {
    let half = usize::from(body.height) / 2;
    *top = match command {
        Command::Up => top.saturating_sub(1),
        Command::Down => *top + 1,
        Command::PageUp | Command::HalfUp => top.saturating_sub(half),
        Command::PageDown | Command::HalfDown => *top + half,
        Command::First => 0,
        _ => return false,
    };
    true
}
