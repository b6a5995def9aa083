//! What was pulled from a connection: each record, and the one under the cursor with its fields. They stay readable after a
//! disconnect.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Screen;
use super::listing::{Listed, Listing};
use super::pane::{self, Reading};
use super::whose::{self, Whose};
use crate::console::asked::Heard;
use crate::console::command::{Command, Place};
use crate::console::context::{Cx, Opening};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::widgets::{json, lines};
use crate::console::window::Row;
use crate::wire::Topic;
use crate::wire::ask;
use crate::wire::view::Record;

const COLUMNS: [Column; 4] = [
    Column::words("LABEL", 30, 60).lead(),
    Column::words("ENTITY", 12, 16),
    Column::words("CHANGED THERE", 20, 26),
    Column::figures("RECEIVED", 12),
];

const LIST_WIDTH: u16 = 88;

impl Row for Record {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The list.
pub struct Records {
    whose: Whose,
    list: Listing<ask::Records, Record>,
    reading: Reading,
}

impl Records {
    /// The records of a connection that are asked for.
    #[must_use]
    pub fn new(connection: String) -> Self {
        let nothing = (
            "Nothing was pulled yet.",
            "3 shows its sync jobs; R runs one.",
        );
        let of = connection.clone();
        let list = Listing::new(&COLUMNS, nothing, move |window| ask::Records {
            connection: Some(of.clone()),
            window,
        });
        Self {
            whose: Whose::new(connection),
            list: list.beside(LIST_WIDTH),
            reading: Reading::default(),
        }
    }
}

impl Screen for Records {
    fn place(&self) -> Place {
        Place::Records
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
        if self.reading.scrolled(command, cx.facts.body()) || self.list.moved(command, cx) {
            return;
        }
        match command {
            Command::Open => self.reading.toggle(),
            Command::OpenConnection => cx.open(Opening::Connection(self.whose.id().to_owned())),
            Command::Copy => {
                if let Some(row) = self.list.selected() {
                    cx.copy(row.id());
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = command == Command::Open && self.list.selected().is_none();
        needs.then(|| "no record is selected".to_owned())
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) {
        self.list.take(heard, cx);
        self.whose.take(heard, cx);
    }

    fn back(&mut self, cx: &mut Cx<'_>) -> bool {
        self.reading.close() || self.list.unfilter(cx)
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        self.list.fit(usize::from(whose::ABOVE), cx);
    }

    fn opening(&self) -> Option<Opening> {
        Some(Opening::Records(self.whose.id().to_owned()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let body = self.whose.draw("records", frame, area, look);
        let page = |width| self.list.selected().map(|row| describe(row, width, look));
        if let (true, Some(page)) = (self.reading.is_open(), page(body.width.saturating_sub(2))) {
            let inside = Rect {
                x: body.x + 1,
                width: body.width.saturating_sub(2),
                ..body
            };
            return lines(frame, inside, self.reading.visible(page, inside.height));
        }
        let row = |it: &Record, selected| table::Row::unmarked(cells(it, look), selected);
        let pane = self.list.draw(frame, body, row, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(row, room.width, look), look);
        }
    }
}

fn cells(row: &Record, look: &Look) -> Vec<Cell> {
    vec![
        Cell(row.label.clone(), Role::Title),
        Cell::text(row.entity.clone()),
        Cell::dim(row.updated.clone().unwrap_or_default()),
        Cell::dim(look.moment(row.synced_at)),
    ]
}

fn describe(row: &Record, width: u16, look: &Look) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 12, look);
    page.words(&row.label, Role::Title);
    page.words(&format!("{} {}", row.entity, row.id), Role::Dim);
    json::draw("Fields", &row.body, &mut page);
    page.done()
}
