//! What all list screens do alike: moving, filtering, and asking again.

use serde_json::Value;

use super::{Cx, Kept};
use crate::console::command::Command;
use crate::console::window::{List, Row};
use crate::wire::Problem;
use crate::wire::request::{Request, Window};

/// What every list asks its rows as.
pub(super) const LIST: &str = "list";

/// Moves in a list; false when the command is not about moving.
pub(super) fn moved<T: Row>(
    list: &mut List<T>,
    command: Command,
    cx: &mut Cx<'_>,
    request: impl Fn(Window) -> Request,
) -> bool {
    let page = list.page();
    let window = match command {
        Command::Up => list.step(-1),
        Command::Down => list.step(1),
        Command::HalfUp => list.step(-(page / 2).max(1)),
        Command::HalfDown => list.step((page / 2).max(1)),
        Command::PageUp => list.step(-page),
        Command::PageDown => list.step(page),
        Command::First => list.first(),
        Command::Last => list.last(),
        _ => return false,
    };
    ask(window, cx, request);
    true
}

/// Sends a window's request, if there is one.
pub(super) fn ask(window: Option<Window>, cx: &mut Cx<'_>, request: impl Fn(Window) -> Request) {
    if let Some(window) = window {
        cx.ask(LIST, request(window));
    }
}

/// Takes a list's reply.
pub(super) fn take<T: Row>(
    list: &mut List<T>,
    result: Result<Value, Problem>,
    cx: &mut Cx<'_>,
    request: impl Fn(Window) -> Request,
) {
    let window = list.take(result);
    // Rows that are here stay in sight; why they could not be asked again is said below.
    if let Some(problem) = list.problem().filter(|_| list.held() > 0) {
        cx.complain(problem.clone());
    }
    ask(window, cx, request);
}

/// Takes the filter away; false when there was none.
pub(super) fn unfilter<T: Row>(
    list: &mut List<T>,
    cx: &mut Cx<'_>,
    request: impl Fn(Window) -> Request,
) -> bool {
    if list.filter().is_empty() {
        return false;
    }
    ask(Some(list.set_filter("")), cx, request);
    true
}

/// What to keep of a list.
#[must_use]
pub(super) fn keep<T: Row>(list: &List<T>) -> Kept {
    Kept {
        selected: list.selected_id().map(str::to_owned),
        filter: list.filter().to_owned(),
        marks: Vec::new(),
    }
}

/// Takes back what was kept.
pub(super) fn restore<T: Row>(list: &mut List<T>, kept: Kept) {
    list.select(kept.selected);
    list.restore_filter(kept.filter);
}

/// Where the list and, from a certain width on, the detail beside it stand.
#[must_use]
pub(super) fn beside(
    area: ratatui::layout::Rect,
    list: u16,
) -> (ratatui::layout::Rect, Option<ratatui::layout::Rect>) {
    if area.width < super::BESIDE {
        return (area, None);
    }
    let left = ratatui::layout::Rect {
        width: list,
        ..area
    };
    let right = ratatui::layout::Rect {
        x: area.x + list + 3,
        width: area.width - list - 4,
        ..area
    };
    (left, Some(right))
}

/// Draws the line between list and detail, and the detail.
pub(super) fn aside(
    frame: &mut ratatui::Frame<'_>,
    area: ratatui::layout::Rect,
    page: Vec<ratatui::text::Line<'static>>,
    look: &crate::console::look::Look,
) {
    let bar = look.span(look.glyphs.bar, crate::console::theme::Role::Line);
    for y in area.top()..area.bottom() {
        frame.buffer_mut().set_span(area.x - 2, y, &bar, 1);
    }
    crate::console::widgets::lines(frame, area, page);
}
