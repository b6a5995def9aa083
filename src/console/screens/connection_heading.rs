//! The connection whose things a screen lists: its name stands above them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::{below, lines};
use crate::wire::rpc;
use crate::wire::view::Connection;

/// Lines above the list: the name, and one that is empty.
pub(super) const ABOVE: u16 = 2;

/// The connection, once it is known.
pub(super) struct ConnectionHeading {
    id: String,
    row: Option<Connection>,
    asked: AwaitedReply<rpc::Connection>,
}

impl ConnectionHeading {
    pub(super) fn new(id: String) -> Self {
        Self {
            id,
            row: None,
            asked: AwaitedReply::default(),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The connection, where it is here.
    pub(super) fn row(&self) -> Option<&Connection> {
        self.row.as_ref()
    }

    /// Why the caller may not change it, once that is known.
    pub(super) fn refused(&self) -> Option<&str> {
        self.row.as_ref()?.refused.as_deref()
    }

    pub(super) fn ask(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask(rpc::Connection {
            name: self.id.clone(),
        });
    }

    pub(super) fn take(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        match self.asked.take(heard) {
            Some(Ok(row)) => self.row = Some(row),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    /// Draws the name with what is listed, and returns where the list goes.
    pub(super) fn draw(
        &self,
        what: &str,
        frame: &mut Frame<'_>,
        area: Rect,
        look: &Appearance,
    ) -> Rect {
        let inside = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        if let Some(row) = &self.row {
            let counts = format!(
                "{}, {} stale, {} gone",
                text::count(
                    row.references.synced,
                    "reference synced",
                    "references synced"
                ),
                text::number(row.references.stale),
                text::number(row.references.gone),
            );
            let dot = format!(" {} ", look.glyphs.dot);
            let name = Line::from(vec![
                look.span(&row.provider_name, StyleRole::Title),
                look.span(&dot, StyleRole::Dim),
                look.span(&row.name, StyleRole::Text),
                look.span(format!("  {what}"), StyleRole::Title),
                look.span(format!("{dot}{counts}"), StyleRole::Dim),
            ]);
            lines(frame, inside, [name]);
        }
        below(area, usize::from(ABOVE))
    }
}
