//! What local things refer to at a provider: whether each is in step, stale or gone. They survive a disconnect.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Screen;
use super::listing::{Listed, Listing};
use super::pane;
use super::whose::{self, Whose};
use crate::console::asked::Heard;
use crate::console::command::{Command, Place};
use crate::console::context::{Cx, Opening};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::window::Row;
use crate::wire::Topic;
use crate::wire::ask;
use crate::wire::view::Reference;

const COLUMNS: [Column; 5] = [
    Column::words("LABEL", 26, 50).lead(),
    Column::words("ENTITY", 12, 16),
    Column::words("STATUS", 8, 8),
    Column::words("AT THE PROVIDER", 16, 20),
    Column::words("LOCAL", 14, 30),
];

const LIST_WIDTH: u16 = 92;

impl Row for Reference {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The list.
pub struct References {
    whose: Whose,
    list: Listing<ask::References, Reference>,
}

impl References {
    /// The references of a connection that are asked for.
    #[must_use]
    pub fn new(connection: String) -> Self {
        let nothing = (
            "Nothing refers to it yet.",
            "A sync makes references; 3 shows the jobs.",
        );
        let of = connection.clone();
        let list = Listing::new(&COLUMNS, nothing, move |window| ask::References {
            connection: Some(of.clone()),
            window,
        });
        Self {
            whose: Whose::new(connection),
            list: list.beside(LIST_WIDTH),
        }
    }
}

impl Screen for References {
    fn place(&self) -> Place {
        Place::References
    }

    fn listed(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.whose.ask(cx);
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        if topics
            .iter()
            .any(|topic| matches!(topic, Topic::Jobs | Topic::Connections))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        match (command, self.list.selected()) {
            (Command::Open | Command::OpenConnection, _) => {
                cx.open(Opening::Connection(self.whose.id().to_owned()));
            }
            (Command::Copy, Some(row)) => cx.copy(row.local_id.clone()),
            _ => {}
        }
    }

    fn refuses(&self, _: Command) -> Option<String> {
        None
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) {
        self.list.take(heard, cx);
        self.whose.take(heard, cx);
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        self.list.fit(usize::from(whose::ABOVE), cx);
    }

    fn opening(&self) -> Option<Opening> {
        Some(Opening::References(self.whose.id().to_owned()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let body = self.whose.draw("references", frame, area, look);
        let row = |it: &Reference, selected| table::Row::unmarked(cells(it), selected);
        let pane = self.list.draw(frame, body, row, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(row, room.width, look), look);
        }
    }
}

fn cells(row: &Reference) -> Vec<Cell> {
    vec![
        Cell(row.label.clone(), Role::Title),
        Cell::text(row.entity.clone()),
        Cell(row.status.clone(), role(&row.status)),
        Cell::text(row.remote_status.clone().unwrap_or_default()),
        Cell::dim(row.local_id.clone()),
    ]
}

fn role(status: &str) -> Role {
    match status {
        "synced" => Role::Good,
        "stale" => Role::Warn,
        _ => Role::Dim,
    }
}

fn describe(row: &Reference, width: u16, look: &Look) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 16, look);
    page.words(&row.label, Role::Title);
    page.words(&row.status, role(&row.status));
    page.blank();
    let there = row.remote_status.as_deref().unwrap_or("not known");
    page.pair("At the provider", there, Role::Text);
    page.pair("Its id there", &row.external_id, Role::Text);
    page.pair("Local id", &row.local_id, Role::Text);
    page.done()
}
