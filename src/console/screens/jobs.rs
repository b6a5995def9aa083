//! Sync jobs, live: state, progress, rate, how the last runs ended, what comes next, the last words.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing};
use super::pane;
use super::{Screen, WordHere};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{Context, Destination};
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::Column;
use crate::console::window::Row;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::sorting::SortValue;
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::Job;

pub(super) mod act;
mod describe;
mod settings;
use describe::{cells, describe};
pub(super) use describe::{execution, execution_role, role, sign, words};

const COLUMNS: [Column; 9] = [
    Column::words("JOB", 16, 24)
        .lead()
        .by(FilterField::Provider),
    Column::words("OF", 10, 20)
        .lead()
        .by(FilterField::Connection),
    Column::words("STATE", 11, 11).by(FilterField::State),
    Column::words("PROGRESS", 18, 18),
    Column::figures("ITEMS", 9).by_value(SortValue::Items),
    Column::figures("RATE", 7),
    Column::figures("LAST RUNS", 9),
    Column::figures("NEXT", 6).by_value(SortValue::Next),
    Column::words("LAST WORDS", 14, 60),
];

const LIST_WIDTH: u16 = 108;

impl Row for Job {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.entity, self.connection_name)
    }
}

/// The list.
pub struct JobsScreen {
    list: Listing<rpc::Jobs, Job>,
    acted: AwaitedReply<rpc::JobAct>,
}

impl Default for JobsScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "There are no sync jobs.",
                next: "Connecting a provider that can be synced brings some.",
            },
        };
        let list = Listing::new(shape, |window| rpc::Jobs {
            connection: None,
            window,
        });
        Self {
            list: list.beside(LIST_WIDTH),
            acted: AwaitedReply::default(),
        }
    }
}

impl Screen for JobsScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Jobs
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
            .any(|t| matches!(t, Topic::Jobs | Topic::Connections))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        let Some(job) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Destination::Job(job.id.as_str().to_owned())),
            Command::OpenConnection => {
                cx.open(Destination::Connection(job.connection.as_str().to_owned()));
            }
            Command::Copy => cx.copy(job.id.as_str()),
            _ => {
                if let Some(asked) = act::run(job, command, cx) {
                    self.acted = asked;
                }
            }
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        match self.list.selected() {
            Some(job) => act::refuses(job, command),
            None => {
                let looks = matches!(
                    command,
                    Command::Open | Command::OpenConnection | Command::Copy
                );
                let needs = looks || command.row().danger != Danger::Looks;
                needs.then(|| "no job is selected".to_owned())
            }
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        if act::was_done(self.acted.take(heard), cx) {
            self.refresh(cx);
        }
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let word = |job: &Job| WordHere::new(WordKind::Job, job.state.word(), words(job, look));
        self.list.selected().map(word).into_iter().collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(0, cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let pane = self.list.draw(frame, area, look);
        if let (Some(pane), Some(job)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(job, room.width, look), look);
        }
    }
}
