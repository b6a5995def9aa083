//! What a person must still do at the vendors, open ones first.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{Listed, Listing, Shape};
use super::pane;
use super::{Screen, run};
use crate::console::asked::{Awaited, Heard};
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{Cx, Opening, Typing};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::filter::Field;
use crate::domain::id::FollowUpId;
use crate::wire::Topic;
use crate::wire::ask;
use crate::wire::view::FollowUp;

const COLUMNS: [Column; 4] = [
    Column::words("CONNECTION", 22, 34)
        .lead()
        .by(Field::Provider),
    Column::words("WHAT TO DO", 30, 90),
    Column::figures("OPENED", 7),
    Column::words("DONE", 14, 24),
];

const LIST_WIDTH: u16 = 88;

impl Row for FollowUp {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn group(&self) -> &str {
        if self.done.is_none() { "Open" } else { "Done" }
    }
}

/// The list, and which one a note is being typed for.
pub struct FollowUps {
    list: Listing<ask::FollowUps, FollowUp>,
    noting: Option<FollowUpId>,
    done: Awaited<ask::FollowUpDone>,
}

impl Default for FollowUps {
    fn default() -> Self {
        let shape = Shape {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "Nothing is left to do at a vendor.",
                next: "A disconnect leaves here what only a person can do there.",
            },
        };
        let list = Listing::new(shape, |window| ask::FollowUps {
            connection: None,
            window,
        });
        Self {
            list: list.beside(LIST_WIDTH),
            noting: None,
            done: Awaited::default(),
        }
    }
}

impl Screen for FollowUps {
    fn place(&self) -> Place {
        Place::FollowUps
    }

    fn listed(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::FollowUps | Topic::Runs))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Opening::Run(row.run.as_str().to_owned())),
            Command::Copy => cx.copy(row.url.as_deref().unwrap_or(&row.text)),
            Command::FollowUpDone => {
                self.noting = Some(row.id.clone());
                run::ask_note(row, cx);
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = command == Command::Open || command.row().danger != Danger::Looks;
        match self.list.selected() {
            None if needs => Some("no follow-up is selected".to_owned()),
            Some(row) if command == Command::FollowUpDone && row.done.is_some() => {
                Some("it is done".to_owned())
            }
            _ => None,
        }
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) {
        self.list.take(heard, cx);
        match self.done.take(heard) {
            Some(Ok(_)) => self.refresh(cx),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn typed(&mut self, what: Typing, text: &str, cx: &mut Cx<'_>) {
        if what == Typing::Note {
            if let Some(id) = self.noting.take() {
                self.done = run::done(id, text, cx);
            }
            return;
        }
        self.list.filter_by(text, cx);
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        self.list.fit(0, cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let pane = self.list.draw(frame, area, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(row, room.width, look), look);
        }
    }
}

fn cells(row: &FollowUp, look: &Look) -> Vec<Cell> {
    let (name, words) = match row.done {
        Some(_) => (Role::Dim, Role::Dim),
        None if row.moot().is_some() => (Role::Title, Role::Warn),
        None => (Role::Title, Role::Text),
    };
    let done = row
        .done
        .as_ref()
        .map(|d| format!("{} by {}", look.time(d.at), d.by));
    let text = match row.moot() {
        Some(moot) => format!("{moot}: {}", row.text),
        None => row.text.clone(),
    };
    vec![
        Cell(
            format!("{}  {}", row.provider_name, row.connection_name),
            name,
        ),
        Cell(text, words),
        Cell::dim(look.time(row.opened_at)),
        Cell::dim(done.unwrap_or_default()),
    ]
}

fn describe(row: &FollowUp, width: u16, look: &Look) -> Vec<ratatui::text::Line<'static>> {
    let mut page = Doc::new(width, 10, look);
    page.words(
        &format!("{}  {}", row.provider_name, row.connection_name),
        Role::Title,
    );
    page.blank();
    page.words(&row.text, Role::Text);
    if let Some(moot) = row.moot() {
        page.words(moot, Role::Warn);
    }
    page.blank();
    page.pair("Link", row.url.as_deref().unwrap_or_default(), Role::Accent);
    page.pair(
        "Checked",
        row.checked_on.as_deref().unwrap_or_default(),
        Role::Text,
    );
    page.pair("Opened", &look.moment(row.opened_at), Role::Text);
    page.pair("Run", row.run.as_str(), Role::Dim);
    if let Some(done) = &row.done {
        page.pair(
            "Done",
            &format!("{} by {}", look.moment(done.at), done.by),
            Role::Good,
        );
        page.pair("Note", &done.note, Role::Text);
    }
    page.done()
}
