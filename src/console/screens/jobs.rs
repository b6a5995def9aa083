//! Sync jobs, live: state, progress, rate, how the last runs ended, what comes next, the last words.

use ratatui::Frame;
use ratatui::layout::Rect;
use serde_json::Value;

use super::{Cx, Kept, Opening, Screen, listing};
use crate::console::command::{Command, Danger, Place};
use crate::console::look::Look;
use crate::console::overlays::{Wanted, confirm};
use crate::console::widgets::empty;
use crate::console::widgets::table::{self, Column};
use crate::console::window::{Line, List, Row};
use crate::wire::request::{JobAct, Request, Window};
use crate::wire::view::Job;
use crate::wire::{Problem, Topic};

mod describe;
use describe::{cells, describe};
pub(super) use describe::{role, words};

const COLUMNS: [Column; 8] = [
    Column::words("JOB", 20, 24).lead(),
    Column::words("STATE", 11, 11),
    Column::words("PROGRESS", 18, 18),
    Column::figures("ITEMS", 9),
    Column::figures("RATE", 7),
    Column::figures("LAST RUNS", 9),
    Column::figures("NEXT", 6),
    Column::words("LAST WORDS", 14, 60),
];

const LIST_WIDTH: u16 = 96;

impl Row for Job {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The list.
#[derive(Default)]
pub struct Jobs {
    list: List<Job>,
}

fn request(window: Window) -> Request {
    Request::Jobs {
        connection: None,
        window,
    }
}

impl Jobs {
    fn act(&self, act: JobAct, cx: &mut Cx<'_>) {
        if let Some(job) = self.list.selected() {
            let what = if act == JobAct::Run {
                "asked to run"
            } else {
                "asked to be enabled"
            };
            cx.say(format!("{} {}: {what}.", job.provider, job.entity));
            cx.ask(
                "acted",
                Request::JobAct {
                    job: job.id.as_str().to_owned(),
                    act,
                },
            );
        }
    }

    /// Asks before something is stopped.
    fn stop(&self, act: JobAct, cx: &mut Cx<'_>) {
        let Some(job) = self.list.selected() else {
            return;
        };
        let name = format!("{} {} of {}", job.provider, job.entity, job.connection_name);
        let (title, verb, body, done) = match act {
            JobAct::Disable => (
                format!("Disable {name}?"),
                "Disable it",
                "It will not run again until somebody enables it. A running execution is cancelled.",
                format!("{name} is disabled."),
            ),
            _ => (
                format!("Cancel {name}?"),
                "Cancel it",
                "The running execution stops. The job stays enabled and runs again when it is due.",
                format!("The execution of {name} is cancelled."),
            ),
        };
        cx.overlay(Wanted::Confirm(confirm::Question {
            title,
            body: vec![body.to_owned(), "What was received is kept.".to_owned()],
            verb: verb.to_owned(),
            name: None,
            request: Request::JobAct {
                job: job.id.as_str().to_owned(),
                act,
            },
            done,
        }));
    }
}

impl Screen for Jobs {
    fn place(&self) -> Place {
        Place::Jobs
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let window = self.list.refresh();
        listing::ask(Some(window), cx, request);
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
        if listing::moved(&mut self.list, command, cx, request) {
            return;
        }
        match command {
            Command::EnableJob => self.act(JobAct::Enable, cx),
            Command::RunJob => self.act(JobAct::Run, cx),
            Command::DisableJob => self.stop(JobAct::Disable, cx),
            Command::CancelJob => self.stop(JobAct::Cancel, cx),
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

    fn reply(&mut self, what: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>) {
        if what == listing::LIST {
            return listing::take(&mut self.list, result, cx, request);
        }
        match result {
            Ok(_) => self.refresh(cx),
            Err(problem) => cx.complain(problem),
        }
    }

    fn typed(&mut self, _: &'static str, text: &str, cx: &mut Cx<'_>) {
        let window = self.list.set_filter(text);
        listing::ask(Some(window), cx, request);
    }

    fn filter(&self) -> Option<&str> {
        Some(self.list.filter())
    }

    fn back(&mut self, cx: &mut Cx<'_>) -> bool {
        listing::unfilter(&mut self.list, cx, request)
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        let height = usize::from(cx.facts.body().height).saturating_sub(table::head(&COLUMNS));
        let window = self.list.fit(height);
        listing::ask(window, cx, request);
    }

    fn keep(&self) -> Kept {
        listing::keep(&self.list)
    }

    fn restore(&mut self, kept: Kept) {
        listing::restore(&mut self.list, kept);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        if self.list.held() == 0 {
            let words = (
                "There are no sync jobs.",
                "Connecting a provider that can be synced brings some.",
            );
            return empty::list(frame, area, &self.list, words, look);
        }
        let (left, right) = listing::beside(area, LIST_WIDTH);
        let rows: Vec<table::Row> = self
            .list
            .lines()
            .into_iter()
            .filter_map(|line| match line {
                Line::Row(job, selected) => Some(table::Row::Cells {
                    cells: cells(job, look),
                    selected,
                    marked: false,
                }),
                _ => None,
            })
            .collect();
        table::draw(frame, left, &COLUMNS, &rows, look);
        if let (Some(right), Some(job)) = (right, self.list.selected()) {
            listing::aside(frame, right, describe(job, right.width, look), look);
        }
    }
}
