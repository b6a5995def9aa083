//! `:log` what was done from this console, and what did not work, the latest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Screen;
use super::pane;
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::Context;
use crate::console::said_log::SaidLine;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::{empty, scrolled};
use crate::wire::Topic;

/// Columns of the time, with what stands around it.
const TIME: usize = 16;

/// The page.
pub(super) struct LogScreen {
    lines: Vec<SaidLine>,
    top: usize,
}

impl LogScreen {
    /// Of these lines.
    pub(super) fn new(lines: Vec<SaidLine>) -> Self {
        Self { lines, top: 0 }
    }

    /// Each line wrapped, with its first piece told from the rest.
    fn pieces(&self, width: u16) -> Vec<LogPiece<'_>> {
        let room = usize::from(width).saturating_sub(TIME + 1);
        let pieces = self.lines.iter().flat_map(|line| {
            let words = text::wrap(&line.words, room).into_iter().enumerate();
            words.map(move |(i, words)| LogPiece {
                of: (i == 0).then_some(line),
                words,
                is_problem: line.is_problem,
            })
        });
        pieces.collect()
    }
}

/// A line on screen.
struct LogPiece<'a> {
    /// The line that begins with it.
    of: Option<&'a SaidLine>,
    words: String,
    is_problem: bool,
}

impl Screen for LogScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Log
    }

    fn refresh(&mut self, _: &mut Context<'_>) {}

    fn changed(&mut self, _: &[Topic], _: &mut Context<'_>) {}

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let body = cx.facts.body();
        let lines = self.pieces(body.width).len();
        pane::scroll_within(&mut self.top, lines, command, body);
    }

    fn refuses(&self, _: Command) -> Option<String> {
        None
    }

    fn reply(&mut self, _: &mut IncomingReply, _: &mut Context<'_>) {}

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        if self.lines.is_empty() {
            let what = "Nothing was done from this console yet.";
            let next = "What is done, and what does not work, is listed here until it is left.";
            return empty::draw(frame, area, what, next, look);
        }
        let page = self.pieces(area.width).into_iter().map(|it| {
            let at = it.of.map(|line| look.moment(line.at));
            let role = match it.is_problem {
                true => StyleRole::Bad,
                false => StyleRole::Text,
            };
            Line::from(vec![
                Span::raw("  "),
                look.cell(
                    &at.unwrap_or_default(),
                    TIME - 4,
                    Align::Left,
                    StyleRole::Dim,
                ),
                Span::raw("  "),
                look.span(it.words, role),
            ])
        });
        let page: Vec<_> = page.collect();
        let most = page.len().saturating_sub(usize::from(area.height));
        scrolled(frame, area, page, self.top.min(most), look);
    }
}
