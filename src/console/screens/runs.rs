//! Disconnects, past and under way, newest first; above them the walkthroughs that are not finished.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing, Marks};
use super::pinned_rows::PinnedRows;
use super::{Screen, WordHere, walkthrough};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination};
use crate::console::subject::Subject;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::disconnect::run::RunState;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::sorting::SortValue;
use crate::domain::walkthrough::WalkState;
use crate::wire::Topic;
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::view::RunRow;
use crate::wire::walkthrough::WalkthroughRow;

/// So many of the newest walkthroughs are looked through for unfinished ones, and so many of those are shown.
const LOOKED_THROUGH: u16 = 50;
const SHOWN: usize = 5;

/// The same widths as below, so that both stand in line.
const WHOLES: [Column; 7] = [
    Column::figures("BEGAN", 12),
    Column::words("WALKTHROUGH", 20, 44).lead(),
    Column::words("STATE", 25, 25),
    Column::figures("DONE", 7),
    Column::words("BY", 8, 14),
    Column::words("REASON", 18, 19),
    Column::words("TICKET", 10, 16),
];

const COLUMNS: [Column; 7] = [
    Column::figures("WHEN", 12).by_value(SortValue::Time),
    Column::words("CONNECTION", 20, 44)
        .lead()
        .by(FilterField::Provider),
    Column::words("STATE", 25, 25).by(FilterField::State),
    Column::figures("PROVEN", 7).by_value(SortValue::Proven),
    Column::words("BY", 8, 14).by(FilterField::By),
    Column::words("REASON", 18, 19).by(FilterField::Reason),
    Column::words("TICKET", 10, 16).by(FilterField::Ticket),
];

impl Row for RunRow {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.provider_name, self.name)
    }
}

/// The list.
pub struct RunsScreen {
    list: Listing<rpc::Runs, RunRow>,
    open: PinnedRows<WalkthroughRow>,
    wholes: AwaitedReply<rpc::Walkthroughs>,
}

impl Default for RunsScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "Nothing was disconnected yet.",
                next: "d on a connection begins; its run stays here for good.",
            },
        };
        Self {
            list: Listing::new(shape, rpc::Runs),
            open: PinnedRows::default(),
            wholes: AwaitedReply::default(),
        }
    }
}

impl Screen for RunsScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Runs
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn subject(&self) -> Option<Subject> {
        let whole = self.open.selected().map(|it| Subject {
            id: it.id.as_str().to_owned(),
            title: it.title.clone(),
        });
        whole.or_else(|| self.list.subject())
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
        let window = Window {
            limit: LOOKED_THROUGH,
            ..Window::default()
        };
        self.wholes = cx.ask(rpc::Walkthroughs(window));
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::Runs | Topic::Run(_) | Topic::Walkthroughs))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if command == Command::Walkthrough {
            return cx.open(Destination::NewWalkthrough(Vec::new()));
        }
        if self.open.moved(command, self.list.list()) || self.list.moved(command, cx) {
            return;
        }
        if let Some(whole) = self.open.selected() {
            let id = whole.id.as_str().to_owned();
            return match command {
                Command::Open => cx.open(Destination::Walkthrough(id)),
                Command::Copy => cx.copy(id),
                _ => {}
            };
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Destination::Run(row.id.as_str().to_owned())),
            Command::Copy => cx.copy(row.id.as_str()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = matches!(command, Command::Open | Command::Copy);
        let none = self.list.selected().is_none() && self.open.selected().is_none();
        (needs && none).then(|| "no run is selected".to_owned())
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        let Some(wholes) = self.wholes.take(heard) else {
            return;
        };
        match wholes {
            Ok(page) => {
                let open = page.rows.into_iter();
                let open = open.filter(|it| it.state != WalkState::Finished);
                self.open.put(open.take(SHOWN).collect(), self.list.list());
            }
            Err(problem) => cx.complain(problem),
        }
        self.fit(cx);
    }

    fn words_here(&self, _: &Appearance) -> Vec<WordHere> {
        let whole = self.open.selected().map(walkthrough::word_here);
        let run = |it: &RunRow| {
            let seen = format!(
                "{}; {} of {} tokens proven dead",
                it.step.words(),
                it.proven,
                it.tokens
            );
            WordHere::new(WordKind::Run, it.state.words(), seen)
        };
        let word = whole.or_else(|| self.list.selected().map(run));
        word.into_iter().collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(self.open.height(), cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let wholes = |it: &WalkthroughRow| whole_cells(it, look);
        let area = self.open.draw(frame, area, &WHOLES, wholes, look);
        let below = self.open.selected().is_none();
        let marks = |_: &RunRow, selected| Marks {
            selected: selected && below,
            marked: false,
        };
        self.list.draw_with(frame, area, marks, look);
    }
}

fn whole_cells(row: &WalkthroughRow, look: &Appearance) -> Vec<Cell> {
    let (sign, role) = walkthrough::sign(row.state, look);
    let state = match row.state {
        WalkState::Draft => format!("{sign} draft, at \"{}\"", row.page.word()),
        WalkState::Planned => format!("{sign} planned"),
        state => format!("{sign} {}", state.word()),
    };
    vec![
        Cell::dim(look.moment(row.begun_at.or(row.planned_for).unwrap_or(row.created_at))),
        Cell(row.title.clone(), StyleRole::Title),
        Cell(state, role),
        Cell::text(format!("{} of {}", row.targets.ended, row.targets.chosen)),
        Cell::text(row.by.clone()),
        Cell::dim(match row.state {
            WalkState::Draft => "",
            _ => row.terms.reason.words(),
        }),
        Cell::dim(row.terms.ticket.clone().unwrap_or_default()),
    ]
}

fn cells(row: &RunRow, look: &Appearance) -> Vec<Cell> {
    let (sign, word, role) = look.run(row.state);
    let state = match row.state {
        RunState::Running => format!("{sign} {}", row.step.words()),
        _ => format!("{sign} {word}"),
    };
    let proven = format!("{} of {}", row.proven, row.tokens);
    vec![
        Cell::dim(look.moment(row.started_at)),
        Cell(
            format!("{}  {}", row.provider_name, row.name),
            StyleRole::Title,
        ),
        Cell(state, role),
        Cell(
            proven,
            if row.proven < row.tokens {
                StyleRole::Warn
            } else {
                StyleRole::Text
            },
        ),
        Cell::text(row.actor.clone()),
        Cell::dim(row.reason.words()),
        Cell::dim(row.ticket.clone().unwrap_or_default()),
    ]
}
