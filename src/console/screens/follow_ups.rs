//! What a person must still do at the vendors, open ones first.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing};
use super::pane;
use super::{Screen, run};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{Context, Destination, OverlayRequest, Typing};
use crate::console::form_question::{FormAnswers, FormField, FormQuestion};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::square;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::filter::FilterField;
use crate::domain::id::FollowUpId;
use crate::domain::sorting::SortValue;
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::FollowUp;

const COLUMNS: [Column; 4] = [
    Column::words("CONNECTION", 22, 34)
        .lead()
        .by(FilterField::Provider),
    Column::words("WHAT TO DO", 30, 90).by_value(SortValue::Task),
    Column::figures("OPENED", 7).by_value(SortValue::Time),
    Column::words("DONE", 14, 24).by_value(SortValue::Ended),
];

const LIST_WIDTH: u16 = 88;

impl Row for FollowUp {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.provider_name, self.connection_name)
    }

    fn group(&self) -> &str {
        if self.done.is_none() { "Open" } else { "Done" }
    }
}

/// The list, and which one a note is being typed for.
pub struct FollowUpsScreen {
    list: Listing<rpc::FollowUps, FollowUp>,
    noting: Option<FollowUpId>,
    done: AwaitedReply<rpc::FollowUpDone>,
}

impl Default for FollowUpsScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "Nothing is left to do at a vendor.",
                next: "A disconnect leaves here what only a person can do there.",
            },
        };
        let list = Listing::new(shape, |window| rpc::FollowUps {
            connection: None,
            window,
        });
        Self {
            list: list.beside(LIST_WIDTH),
            noting: None,
            done: AwaitedReply::default(),
        }
    }
}

impl Screen for FollowUpsScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::FollowUps
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::FollowUps | Topic::Runs))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Destination::Run(row.run.as_str().to_owned())),
            Command::Copy => cx.copy(row.url.as_deref().unwrap_or(&row.text)),
            Command::FollowUpDone => {
                self.noting = Some(row.id.clone());
                run::ask_note(row, cx);
            }
            Command::FollowUpUndo => cx.overlay(OverlayRequest::FillIn(reopening(row))),
            Command::FollowUpAssign => cx.overlay(OverlayRequest::FillIn(assignment(row))),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = matches!(command, Command::Open | Command::Copy)
            || command.row().danger != Danger::Looks;
        match self.list.selected() {
            None if needs => Some("no follow-up is selected".to_owned()),
            Some(row) if command == Command::FollowUpDone && row.done.is_some() => {
                Some("it is done".to_owned())
            }
            Some(row) if command == Command::FollowUpAssign && row.done.is_some() => {
                Some("it is done".to_owned())
            }
            Some(row) if command == Command::FollowUpUndo && row.done.is_none() => {
                Some("it is open".to_owned())
            }
            _ => None,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.done.take(heard) {
            Some(Ok(_)) => {
                cx.done(run::MARKED_DONE);
                self.refresh(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn typed(&mut self, what: Typing, text: &str, cx: &mut Context<'_>) {
        if what == Typing::Note {
            if let Some(id) = self.noting.take() {
                self.done = run::done(id, text, cx);
            }
            return;
        }
        self.list.filter_by(text, cx);
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(0, cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let pane = self.list.draw(frame, area, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            let link = row.url.as_deref().filter(|_| row.done.is_none());
            let page = |room: Rect| {
                let words = |width| describe(row, width, look);
                square::beside(words, link, room.as_size(), look)
            };
            pane::draw(frame, pane, page, look);
        }
    }
}

/// The dialog that opens one again.
fn reopening(row: &FollowUp) -> FormQuestion {
    FormQuestion {
        title: "Open it again?".to_owned(),
        body: vec![
            row.text.clone(),
            "It stands among what is left to do again, and the record says who took it back."
                .to_owned(),
        ],
        fields: vec![FormField::text("Because", "")],
        verb: "Open it",
        subject: row.id.to_string(),
        request: |id, answers: &FormAnswers<'_>| {
            let id = id.parse().map_err(|_| "It is not there any more.")?;
            let note = answers.wanted(0, "A reason")?;
            Ok(rpc::FollowUpUndo { id, note }.into())
        },
        done: "It is open again.".to_owned(),
    }
}

/// The dialog that assigns one.
fn assignment(row: &FollowUp) -> FormQuestion {
    let began = row.assigned.as_deref().unwrap_or_default();
    FormQuestion {
        title: "Assign it".to_owned(),
        body: vec![row.text.clone()],
        fields: vec![FormField::filled(
            "To",
            began,
            "the name of a user, who is told at their next start; :users lists them",
        )],
        verb: "Assign",
        subject: row.id.to_string(),
        request: |id, answers: &FormAnswers<'_>| {
            let id = id.parse().map_err(|_| "It is not there any more.")?;
            let user = answers.wanted(0, "A name")?;
            Ok(rpc::FollowUpAssign { id, user }.into())
        },
        done: "It is assigned.".to_owned(),
    }
}

fn cells(row: &FollowUp, look: &Appearance) -> Vec<Cell> {
    let (name, words) = match row.done {
        Some(_) => (StyleRole::Dim, StyleRole::Dim),
        None if row.moot().is_some() => (StyleRole::Title, StyleRole::Warn),
        None => (StyleRole::Title, StyleRole::Text),
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

fn describe(row: &FollowUp, width: u16, look: &Appearance) -> Vec<ratatui::text::Line<'static>> {
    let mut page = Doc::new(width, 10, look);
    page.words(
        &format!("{}  {}", row.provider_name, row.connection_name),
        StyleRole::Title,
    );
    page.blank();
    page.words(&row.text, StyleRole::Text);
    if let Some(moot) = row.moot() {
        page.words(moot, StyleRole::Warn);
    }
    page.blank();
    page.pair(
        "Link",
        row.url.as_deref().unwrap_or_default(),
        StyleRole::Accent,
    );
    page.pair(
        "Checked",
        row.checked_on.as_deref().unwrap_or_default(),
        StyleRole::Text,
    );
    page.pair(
        "Assigned",
        row.assigned.as_deref().unwrap_or_default(),
        StyleRole::Text,
    );
    page.pair("Opened", &look.moment(row.opened_at), StyleRole::Text);
    page.pair("Run", row.run.as_str(), StyleRole::Dim);
    if let Some(done) = &row.done {
        page.pair(
            "Done",
            &format!("{} by {}", look.moment(done.at), done.by),
            StyleRole::Good,
        );
        page.pair("Note", &done.note, StyleRole::Text);
    }
    page.done()
}
