//! What past runs could not prove dead, and until when it may live (B3); above it the tokens that are held sealed until
//! their revocation goes through (B4).

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing, Marks};
use super::pane;
use super::pinned_rows::PinnedRows;
use super::{Screen, WordHere, run};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{
    ConfirmQuestion, Context, Destination, OverlayRequest, PromptQuestion, Typing,
};
use crate::console::subject::Subject;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::disconnect::texts;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::id::HoldId;
use crate::domain::sorting::SortValue;
use crate::wire::Topic;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc;
use crate::wire::view::{self, Hold, RunRow};

const COLUMNS: [Column; 5] = [
    Column::words("CONNECTION", 24, 44)
        .lead()
        .by(FilterField::Provider),
    Column::figures("MAY LIVE", 12).by_value(SortValue::Living),
    Column::figures("SINCE", 12).by_value(SortValue::Ended),
    Column::words("BY", 8, 14).by(FilterField::By),
    Column::words("TICKET", 10, 16).by(FilterField::Ticket),
];

const HOLDS: [Column; 6] = [
    Column::words("HELD", 24, 44).lead(),
    Column::words("TOKEN", 16, 26),
    Column::figures("SINCE", 12),
    Column::figures("TRIES", 5),
    Column::figures("NEXT TRY", 12),
    Column::words("LAST ANSWER", 20, 60),
];

/// So many holds are in sight at once; the cursor brings the others there.
const HELD: usize = 6;

const LIST_WIDTH: u16 = 84;

/// A run that left something alive, or may have.
#[derive(Debug, Clone)]
pub struct ExposedRun(RunRow);

impl From<RunRow> for ExposedRun {
    fn from(row: RunRow) -> Self {
        Self(row)
    }
}

impl Row for ExposedRun {
    fn id(&self) -> &str {
        self.0.id.as_str()
    }

    fn title(&self) -> String {
        self.0.title()
    }

    fn shown(&self) -> bool {
        self.0.exposed > 0 || self.0.link_until.is_some()
    }
}

/// The list, and the tokens of the selected run.
pub struct ExposureScreen {
    list: Listing<rpc::Runs, ExposedRun>,
    run: Option<view::Run>,
    asked: AwaitedReply<rpc::Run>,
    again: bool,
    held: PinnedRows<Hold>,
    holds: AwaitedReply<rpc::Holds>,
    /// The hold that is being given up, and whose it is: a note is typed first, then the name.
    giving_up: Option<(HoldId, String)>,
}

impl Default for ExposureScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "Nothing is exposed.",
                next: "Every token of every past disconnect is proven dead, or has expired.",
            },
        };
        Self {
            list: Listing::new(shape, rpc::Runs).beside(LIST_WIDTH),
            run: None,
            asked: AwaitedReply::default(),
            again: false,
            held: PinnedRows::at_most(HELD),
            holds: AwaitedReply::default(),
            giving_up: None,
        }
    }
}

impl ExposureScreen {
    /// Asks for the selected run, again when it may have changed; until then the old one stays in sight.
    fn ask_run(&mut self, cx: &mut Context<'_>) {
        let selected = self.list.selected_id();
        let held = self.run.as_ref().map(|run| run.id.as_str());
        if let Some(id) = selected
            && (held != selected || self.again)
        {
            self.again = false;
            self.asked = cx.ask(rpc::Run { id: id.to_owned() });
        }
    }
}

impl ExposureScreen {
    /// A hold is given up with a reason, and by name: the token is destroyed without proof.
    fn give_up(&mut self, note: &str, cx: &mut Context<'_>) {
        let Some((id, name)) = self.giving_up.take() else {
            return;
        };
        let note = note.trim().to_owned();
        if note.is_empty() {
            return cx.say("A hold is given up with a reason; nothing was done.");
        }
        cx.overlay(OverlayRequest::Confirm(ConfirmQuestion {
            title: "Give up the hold?".to_owned(),
            body: vec![
                "The sealed token is destroyed and its revocation is not tried again.".to_owned(),
                "Nothing proves it dead: it may live at the provider until it expires.".to_owned(),
                format!("Reason: {note}"),
            ],
            verb: "Give up".to_owned(),
            name: Some(text::clean(&name)),
            request: Box::new(rpc::HoldDrop { id, note }.into()),
            done: "Given up; the record says so.".to_owned(),
        }));
    }
}

impl Screen for ExposureScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Exposure
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn subject(&self) -> Option<Subject> {
        let held = self.held.selected().map(|it| Subject {
            id: it.id.as_str().to_owned(),
            title: format!("{} · {}", it.provider_name, it.connection_name),
        });
        held.or_else(|| self.list.subject())
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
        let window = Window {
            limit: MAX_ROWS,
            ..Window::default()
        };
        let holds = rpc::Holds {
            connection: None,
            window,
        };
        self.holds = cx.ask(holds);
        self.again = true;
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::Runs | Topic::Run(_) | Topic::Holds))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.held.moved(command, self.list.list()) {
            return;
        }
        if self.list.moved(command, cx) {
            return self.ask_run(cx);
        }
        if let Some(hold) = self.held.selected() {
            match command {
                Command::Open => cx.open(Destination::Run(hold.run.as_str().to_owned())),
                Command::Copy => cx.copy(hold.id.as_str()),
                Command::GiveUp => {
                    self.giving_up = Some((hold.id.clone(), hold.connection_name.clone()));
                    cx.overlay(OverlayRequest::Prompt(PromptQuestion {
                        label: "Given up because:".to_owned(),
                        text: String::new(),
                        what: Typing::Note,
                        recall: None,
                    }));
                }
                _ => {}
            }
            return;
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Destination::Run(row.id().to_owned())),
            Command::Copy => cx.copy(row.id()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let none = self.list.selected().is_none() && self.held.selected().is_none();
        match command {
            Command::Open | Command::Copy if none => Some("no run is selected".to_owned()),
            Command::GiveUp => match self.held.selected() {
                Some(hold) => hold.refused.clone(),
                None => Some("no held token is selected".to_owned()),
            },
            _ => None,
        }
    }

    fn offers(&self, command: Command) -> bool {
        command != Command::GiveUp || self.held.height() > 0
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        if self.list.take(heard, cx) {
            self.ask_run(cx);
        }
        match self.asked.take(heard) {
            Some(Ok(run)) => self.run = Some(run),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        let Some(holds) = self.holds.take(heard) else {
            return;
        };
        match holds {
            Ok(page) => {
                let open = page.rows.into_iter().filter(|it| it.ended.is_none());
                self.held.put(open.collect(), self.list.list());
            }
            Err(problem) => cx.complain(problem),
        }
        self.fit(cx);
    }

    fn typed(&mut self, what: Typing, text: &str, cx: &mut Context<'_>) {
        if what == Typing::Note {
            return self.give_up(text, cx);
        }
        self.list.filter_by(text, cx);
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        if let Some(hold) = self.held.selected() {
            return vec![WordHere::new(WordKind::Token, "held", hold.last.clone())];
        }
        let Some(ExposedRun(row)) = self.list.selected() else {
            return Vec::new();
        };
        let mut words = vec![WordHere::new(WordKind::Token, "exposed", may_live(row))];
        let run = self.run.as_ref().filter(|run| run.id == row.id);
        words.extend(run.into_iter().flat_map(|run| run::outcomes(run, look)));
        words
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(self.held.height(), cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let holds = |it: &Hold| hold_cells(it, look);
        let area = self.held.draw(frame, area, &HOLDS, holds, look);
        let below = self.held.selected().is_none();
        let marks = |_: &ExposedRun, selected| Marks {
            selected: selected && below,
            marked: false,
        };
        if let Some(pane) = self.list.draw_with(frame, area, marks, look) {
            pane::draw(frame, pane, |room| self.detail(room.width, look), look);
        }
    }
}

impl ExposureScreen {
    /// What there is to know about the row under the cursor.
    fn detail(&self, width: u16, look: &Appearance) -> Vec<ratatui::text::Line<'static>> {
        let mut page = Doc::new(width, 12, look);
        if let Some(hold) = self.held.selected() {
            held(hold, &mut page, look);
            return page.done();
        }
        let selected = |run: &&view::Run| Some(run.id.as_str()) == self.list.selected_id();
        let Some(run) = self.run.as_ref().filter(selected) else {
            return Vec::new();
        };
        let name = format!("{}  {}", run.provider_name, run.name);
        page.words(&name, StyleRole::Title);
        page.blank();
        let alive = |token: &&view::RunToken| !token.outcome.is_some_and(|o| o.proven());
        for token in run.tokens.iter().filter(alive) {
            run::token(token, false, true, &mut page, look);
        }
        if let Some(words) = texts::links(&run.links, |at| look.moment(at)) {
            page.words(&words, StyleRole::Warn);
        }
        page.done()
    }
}

/// A hold: what is retried, and what came of it so far.
fn held(hold: &Hold, page: &mut Doc<'_>, look: &Appearance) {
    let name = format!("{}  {}", hold.provider_name, hold.connection_name);
    page.words(&name, StyleRole::Title);
    page.words(
        "The token is kept sealed to retry the revocation.",
        StyleRole::Dim,
    );
    page.blank();
    page.pair("Last answer", &hold.last, StyleRole::Warn);
    let mut retries = hold.retries.iter();
    page.pair(
        "Retried",
        retries.next().map_or("", String::as_str),
        StyleRole::Text,
    );
    for call in retries {
        page.pair("", call, StyleRole::Text);
    }
    page.pair(
        "Narrowed",
        hold.narrowed.as_deref().unwrap_or_default(),
        StyleRole::Warn,
    );
    let expires = hold.expires_at.map(|at| look.moment(at));
    page.pair("Expires", &expires.unwrap_or_default(), StyleRole::Text);
}

fn hold_cells(hold: &Hold, look: &Appearance) -> Vec<Cell> {
    let short: String = hold.fingerprint.chars().take(16).collect();
    let next = hold.next_try.map(|at| look.moment(at));
    let last = match &hold.narrowed {
        Some(why) => format!("{} ({why})", hold.last),
        None => hold.last.clone(),
    };
    vec![
        Cell(
            format!("{}  {}", hold.provider_name, hold.connection_name),
            StyleRole::Title,
        ),
        Cell::text(format!("{} {short}", hold.kind.word())),
        Cell::text(look.moment(hold.opened_at)),
        Cell::text(hold.tries.to_string()),
        Cell(next.unwrap_or_default(), StyleRole::Accent),
        Cell(last, StyleRole::Warn),
    ]
}

/// How many of its tokens; a device link is no token, and may be approved.
fn may_live(row: &RunRow) -> String {
    match (row.exposed, row.link_until) {
        (0, Some(_)) => "device link".to_owned(),
        (exposed, _) => format!("{exposed} of {}", row.tokens),
    }
}

fn cells(ExposedRun(row): &ExposedRun, look: &Appearance) -> Vec<Cell> {
    vec![
        Cell(
            format!("{}  {}", row.provider_name, row.name),
            StyleRole::Title,
        ),
        Cell(may_live(row), StyleRole::Warn),
        Cell::text(look.moment(row.ended_at.unwrap_or(row.started_at))),
        Cell::text(row.actor.clone()),
        Cell::dim(row.ticket.clone().unwrap_or_default()),
    ]
}
