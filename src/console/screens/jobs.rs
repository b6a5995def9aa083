//! Sync jobs, live: state, progress, rate, how the last runs ended, what comes next, the last words.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::Screen;
use super::listing::{Listed, Listing};
use super::pane;
use crate::console::asked::{Awaited, Heard};
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{ConfirmQuestion, Cx, Opening, Wanted};
use crate::console::look::Look;
use crate::console::widgets::table::{self, Column};
use crate::console::window::Row;
use crate::wire::Topic;
use crate::wire::ask;
use crate::wire::ask::JobAction;
use crate::wire::view::Job;

mod describe;
use describe::{cells, describe};
pub(super) use describe::{role, words};

const COLUMNS: [Column; 9] = [
    Column::words("JOB", 16, 24).lead(),
    Column::words("OF", 10, 20).lead(),
    Column::words("STATE", 11, 11),
    Column::words("PROGRESS", 18, 18),
    Column::figures("ITEMS", 9),
    Column::figures("RATE", 7),
    Column::figures("LAST RUNS", 9),
    Column::figures("NEXT", 6),
    Column::words("LAST WORDS", 14, 60),
];

const LIST_WIDTH: u16 = 108;

impl Row for Job {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The list.
pub struct Jobs {
    list: Listing<ask::Jobs, Job>,
    acted: Awaited<ask::JobAct>,
}

impl Default for Jobs {
    fn default() -> Self {
        let nothing = (
            "There are no sync jobs.",
            "Connecting a provider that can be synced brings some.",
        );
        let list = Listing::new(&COLUMNS, nothing, |window| ask::Jobs {
            connection: None,
            window,
        });
        Self {
            list: list.beside(LIST_WIDTH),
            acted: Awaited::default(),
        }
    }
}

impl Jobs {
    fn act(&mut self, act: JobAction, cx: &mut Cx<'_>) {
        if let Some(job) = self.list.selected() {
            let what = if act == JobAction::Run {
                "asked to run"
            } else {
                "asked to be enabled"
            };
            cx.say(format!("{} {}: {what}.", job.provider, job.entity));
            self.acted = cx.ask(ask::JobAct {
                job: job.id.as_str().to_owned(),
                act,
            });
        }
    }

    /// Asks before something is stopped.
    fn stop(&self, act: JobAction, cx: &mut Cx<'_>) {
        let Some(job) = self.list.selected() else {
            return;
        };
        let name = format!("{} {} of {}", job.provider, job.entity, job.connection_name);
        let (title, verb, body, done) = match act {
            JobAction::Disable => (
                format!("Disable {name}?"),
                "Disable it",
                "It will not run again until somebody enables it. A running execution is cancelled.",
                format!("{name} is disabled."),
            ),
            _ => (
                format!("Cancel {name}?"),
                "Stop it",
                "The running execution stops. The job stays enabled and runs again when it is due.",
                format!("The execution of {name} is cancelled."),
            ),
        };
        cx.overlay(Wanted::Confirm(ConfirmQuestion {
            title,
            body: vec![body.to_owned(), "What was received is kept.".to_owned()],
            verb: verb.to_owned(),
            name: None,
            request: Box::new(
                ask::JobAct {
                    job: job.id.as_str().to_owned(),
                    act,
                }
                .into(),
            ),
            done,
        }));
    }
}

impl Screen for Jobs {
    fn place(&self) -> Place {
        Place::Jobs
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
            .any(|t| matches!(t, Topic::Jobs | Topic::Connections))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        match command {
            Command::EnableJob => self.act(JobAction::Enable, cx),
            Command::RunJob => self.act(JobAction::Run, cx),
            Command::DisableJob => self.stop(JobAction::Disable, cx),
            Command::CancelJob => self.stop(JobAction::Cancel, cx),
            Command::Open => {
                if let Some(job) = self.list.selected() {
                    cx.open(Opening::Connection(job.connection.as_str().to_owned()));
                }
            }
            Command::Copy => {
                if let Some(job) = self.list.selected() {
                    cx.copy(job.id.as_str());
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let danger = command.row().danger;
        let Some(job) = self.list.selected() else {
            return (danger != Danger::Looks).then(|| "no job is selected".to_owned());
        };
        if danger != Danger::Looks && job.refused.is_some() {
            return job.refused.clone();
        }
        let live = job
            .last_execution
            .as_ref()
            .is_some_and(|e| e.status.is_live());
        let why = match command {
            Command::EnableJob if job.is_enabled => "it is enabled",
            Command::DisableJob if !job.is_enabled => "it is off",
            Command::CancelJob if !live => "it is not running",
            Command::RunJob if live => "it is running",
            Command::RunJob if job.state == "blocked" => "its connection cannot be used",
            Command::RunJob if !job.is_enabled => "it is off",
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) {
        self.list.take(heard, cx);
        match self.acted.take(heard) {
            Some(Ok(_)) => self.refresh(cx),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        self.list.fit(0, cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let row = |job: &Job, selected| table::Row::unmarked(cells(job, look), selected);
        let pane = self.list.draw(frame, area, row, look);
        if let (Some(pane), Some(job)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(job, room.width, look), look);
        }
    }
}
