//! The first screen: what needs a person stands on top, with no key pressed.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing, Marks};
use super::pane;
use super::pinned_rows::{PinnedGroup, PinnedRows};
use super::{SavedSelection, Screen, WordHere, connection};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Action, Context, Destination, OverlayRequest};
use crate::console::subject::Subject;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::connection::Status;
use crate::domain::filter::FilterField;
use crate::domain::sorting::SortValue;
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::{About, Connection, ForYou};

const COLUMNS: [Column; 6] = [
    Column::words("PROVIDER", 13, 22)
        .lead()
        .by(FilterField::Provider),
    Column::words("CONNECTION", 17, 30)
        .lead()
        .by(FilterField::Connection),
    Column::words("STATE", 15, 15).by(FilterField::State),
    Column::words("LAST WORDS", 26, 40),
    Column::words("OWNER", 9, 14).by(FilterField::Owner),
    Column::figures("REFERENCES", 16).by_value(SortValue::References),
];

/// How wide the list is when the detail stands beside it.
const LIST_WIDTH: u16 = 92;

/// The heading over what needs a person.
const NEEDS_YOU: &str = "Needs you";

impl Row for Connection {
    const URGENT: &'static str = NEEDS_YOU;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.provider_name, self.name)
    }

    fn group(&self) -> &str {
        match self.status.rank() {
            _ if !self.exposed.is_empty() || self.swap.is_some() => NEEDS_YOU,
            0 => NEEDS_YOU,
            1 => "Connected",
            _ => "Disconnected",
        }
    }
}

/// What concerns whoever looks, above the connections that need somebody.
const FOR_YOU: [Column; 2] = [Column::words("", 66, 120).lead(), Column::figures("", 12)];

/// What somebody has to do something about stands first.
fn group(it: &ForYou) -> PinnedGroup {
    let (title, role) = match it.what.needs_them() {
        true => ("Needs you: plans and follow-ups", StyleRole::Warn),
        false => ("For you", StyleRole::Dim),
    };
    PinnedGroup { title, role }
}

/// So much of it is shown: the connections are not to be pushed out of sight.
const FOR_YOU_SHOWN: usize = 5;

/// The list, and what is marked in it.
pub struct ConnectionsScreen {
    for_you: PinnedRows<ForYou>,
    asked_for_you: AwaitedReply<rpc::ForYou>,
    seen: AwaitedReply<rpc::ForYouSeen>,
    list: Listing<rpc::Connections, Connection>,
    enabled: AwaitedReply<rpc::EnableBefore>,
    marks: BTreeSet<String>,
}

impl Default for ConnectionsScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "Nothing is connected.",
                next: "2 opens the catalog; c connects.",
            },
        };
        let list = Listing::new(shape, rpc::Connections);
        Self {
            for_you: PinnedRows::grouped(group),
            asked_for_you: AwaitedReply::default(),
            seen: AwaitedReply::default(),
            list: list.beside(LIST_WIDTH).untitled(),
            enabled: AwaitedReply::default(),
            marks: BTreeSet::new(),
        }
    }
}

impl ConnectionsScreen {
    /// The marked connections, or the selected one.
    fn targets(&self) -> Vec<String> {
        if self.marks.is_empty() {
            let id = self.list.selected_id();
            id.filter(|_| self.for_you.selected().is_none())
                .map(str::to_owned)
                .into_iter()
                .collect()
        } else {
            self.marks.iter().cloned().collect()
        }
    }

    /// Whether the selected one is out of service: to connect is then to take it up again.
    fn is_out(&self) -> bool {
        let row = self.list.selected();
        row.is_some_and(|row| row.status == Status::Revoked)
    }

    /// Opens what concerns whoever looks; what is told until it was seen is seen then.
    fn go_to(&mut self, it: &ForYou, cx: &mut Context<'_>) {
        if it.what.ends_when_seen() {
            let id = it.id.clone();
            self.seen = cx.ask(rpc::ForYouSeen { id });
        }
        match it.what {
            About::Fallen | About::Left | About::Planned => {
                cx.open(Destination::Walkthrough(it.id.clone()));
            }
            About::TakenAway => cx.open(Destination::Run(it.id.clone())),
            About::Assigned => cx.actions.push(Action::Tab(KeyPlace::FollowUps)),
        }
    }

    fn mark(&mut self, cx: &mut Context<'_>) {
        if let Some(id) = self.list.selected().map(|row| row.id().to_owned()) {
            if !self.marks.remove(&id) {
                self.marks.insert(id);
            }
            self.list.moved(Command::Down, cx);
        }
    }
}

impl Screen for ConnectionsScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Connections
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn subject(&self) -> Option<Subject> {
        if let Some(it) = self.for_you.selected() {
            return Some(Subject {
                id: it.id.clone(),
                title: it.text.clone(),
            });
        }
        let row = self.list.subject();
        match self.marks.len() {
            0 => row,
            n => row.map(|row| Subject {
                title: format!("{n} marked; {}", row.title),
                ..row
            }),
        }
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
        self.asked_for_you = cx.ask(rpc::ForYou);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| {
            matches!(
                topic,
                Topic::Connections | Topic::Connection(_) | Topic::Jobs | Topic::FollowUps
            )
        };
        if topics.iter().any(mine) {
            self.list.ask(cx);
        }
        let concerns = |topic: &Topic| {
            matches!(
                topic,
                Topic::Walkthroughs | Topic::Runs | Topic::FollowUps | Topic::Users
            )
        };
        if topics.iter().any(concerns) {
            self.asked_for_you = cx.ask(rpc::ForYou);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.for_you.moved(command, self.list.list()) || self.list.moved(command, cx) {
            return;
        }
        if let Some(it) = self.for_you.selected().cloned() {
            match command {
                Command::Open => return self.go_to(&it, cx),
                Command::Copy => return cx.copy(&it.id),
                _ => {}
            }
        }
        match command {
            Command::Mark => self.mark(cx),
            Command::Unmark => self.marks.clear(),
            Command::Connect if !self.is_out() => cx.actions.push(Action::Tab(KeyPlace::Catalog)),
            Command::Disconnect => cx.overlay(OverlayRequest::Disconnect(self.targets())),
            Command::Walkthrough => cx.open(Destination::NewWalkthrough(
                self.marks.iter().cloned().collect(),
            )),
            _ => {
                let row = self.list.selected();
                let row = row.filter(|_| self.for_you.selected().is_none());
                if let Some(asked) = row.and_then(|row| connection::act(row, command, cx)) {
                    self.enabled = asked;
                }
            }
        }
    }

    fn offers(&self, command: Command) -> bool {
        let row = self.list.selected();
        row.map_or(command != Command::GiveUpSwap, |row| {
            connection::offers(row, command)
        })
    }

    fn refuses(&self, command: Command) -> Option<String> {
        match command {
            Command::Connect if !self.is_out() => None,
            Command::Walkthrough | Command::Up | Command::Down => None,
            Command::Unmark if self.marks.is_empty() => Some("nothing is marked".to_owned()),
            Command::Disconnect if !self.marks.is_empty() => None,
            Command::Open | Command::Copy if self.for_you.selected().is_some() => None,
            _ if command.row().danger == crate::console::command::Danger::Looks
                && !needs_a_row(command) =>
            {
                None
            }
            _ => match self.list.selected() {
                _ if self.for_you.selected().is_some() => {
                    Some("no connection is selected".to_owned())
                }
                Some(row) => connection::refuses(row, command),
                None => Some("no connection is selected".to_owned()),
            },
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.asked_for_you.take(heard) {
            Some(Ok(mut all)) => {
                all.truncate(FOR_YOU_SHOWN);
                self.for_you.put(all, self.list.list());
                self.fit(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        match self.seen.take(heard) {
            Some(Ok(())) => self.asked_for_you = cx.ask(rpc::ForYou),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        connection::enabled(self.enabled.take(heard), cx);
    }

    fn standing(&self) -> Option<String> {
        let n = self.marks.len();
        (n > 0).then(|| format!("{n} marked: d and w take all of them, everything else the row under the cursor; u unmarks."))
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        if self.marks.is_empty() {
            self.list.unfilter(cx)
        } else {
            self.marks.clear();
            true
        }
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let row = self.list.selected();
        let row = row.filter(|_| self.for_you.selected().is_none());
        row.map_or_else(Vec::new, |row| connection::words_here(row, look))
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(self.for_you.height(), cx);
    }

    fn keep(&self) -> SavedSelection {
        SavedSelection {
            marks: self.marks.iter().cloned().collect(),
            ..self.list.keep()
        }
    }

    fn restore(&mut self, kept: SavedSelection) {
        self.marks = kept.marks.iter().cloned().collect();
        self.list.restore(kept);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let area = self
            .for_you
            .draw(frame, area, &FOR_YOU, |it| told(it, look), look);
        let below = self.for_you.selected().is_none();
        let marks = |it: &Connection, selected| Marks {
            selected: selected && below,
            marked: self.marks.contains(it.id()),
        };
        let pane = self.list.draw_with(frame, area, marks, look);
        if let (Some(pane), Some(row), true) = (pane, self.list.selected(), below) {
            let page = |room: Rect| {
                let mut page = Doc::new(room.width, 12, look);
                connection::describe(row, &mut page, look);
                page.done()
            };
            pane::draw(frame, pane, page, look);
        }
    }
}

/// Whether a command that looks does so at the row under the cursor.
fn needs_a_row(command: Command) -> bool {
    matches!(
        command,
        Command::Open
            | Command::Mark
            | Command::Copy
            | Command::OpenRecords
            | Command::OpenReferences
            | Command::OpenConfiguration
    )
}

fn cells(row: &Connection, look: &Appearance) -> Vec<Cell> {
    let (sign, badge, role) = look.status(row.status);
    let name = match row.status {
        Status::Revoked => StyleRole::Dim,
        _ => StyleRole::Title,
    };
    vec![
        Cell(row.provider_name.clone(), name),
        Cell(
            row.name.clone(),
            if name == StyleRole::Dim {
                StyleRole::Dim
            } else {
                StyleRole::Text
            },
        ),
        Cell(format!("{sign} {badge}"), role),
        Cell(
            connection::happening::happening(row, look),
            if !row.exposed.is_empty() || row.swap.is_some() {
                StyleRole::Warn
            } else if role == StyleRole::Bad {
                StyleRole::Text
            } else {
                StyleRole::Dim
            },
        ),
        Cell::dim(row.owner.clone()),
        Cell(figures(row), StyleRole::Text),
    ]
}

fn told(it: &ForYou, look: &Appearance) -> Vec<Cell> {
    let role = match it.what {
        About::Fallen => StyleRole::Bad,
        About::Left => StyleRole::Warn,
        About::TakenAway | About::Assigned | About::Planned => StyleRole::Text,
    };
    vec![Cell(it.text.clone(), role), Cell::dim(look.moment(it.at))]
}

fn figures(row: &Connection) -> String {
    let (synced, stale) = (row.references.synced, row.references.stale);
    match (synced, stale) {
        (0, 0) => String::new(),
        (_, 0) => text::count(synced, "ref", "refs"),
        (0, _) => format!("{} stale", text::count(stale, "ref", "refs")),
        _ => format!(
            "{} of {} stale",
            text::number(stale),
            text::number(synced + stale)
        ),
    }
}
