//! One sync job: where it stands, and each of its executions with what came of it.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::Screen;
use super::jobs::{self, act};
use super::listing::{Listed, Listing, Shape};
use super::pane;
use crate::console::asked::{Awaited, Heard};
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{Cx, Opening};
use crate::console::look::Look;
use crate::console::text;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{empty, lines};
use crate::console::window::Row;
use crate::domain::job::{ExecutionStatus, SyncMode};
use crate::wire::ask;
use crate::wire::view::{self, Execution};
use crate::wire::{Problem, Topic};

const COLUMNS: [Column; 9] = [
    Column::figures("BEGAN", 12),
    Column::figures("TOOK", 10),
    Column::words("STATE", 11, 11).lead(),
    Column::figures("SEEN", 10),
    Column::figures("NEW", 8),
    Column::figures("CHANGED", 8),
    Column::figures("NOT TAKEN", 9),
    Column::figures("PAGES", 6),
    Column::words("WHY", 14, 80),
];

const LIST_WIDTH: u16 = 91;

impl Row for Execution {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The page.
pub struct Job {
    id: String,
    job: Option<view::Job>,
    list: Listing<ask::Executions, Execution>,
    asked: Awaited<ask::Job>,
    acted: Awaited<ask::JobAct>,
    problem: Option<Problem>,
}

impl Job {
    /// The page of a job that is asked for.
    #[must_use]
    pub fn new(id: String) -> Self {
        let shape = Shape {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "It never ran.",
                next: "R runs it now, once it is enabled.",
            },
        };
        let job = id.clone();
        let list = Listing::new(shape, move |window| ask::Executions {
            job: Some(job.clone()),
            window,
        });
        Self {
            id,
            job: None,
            list: list.beside(LIST_WIDTH),
            asked: Awaited::default(),
            acted: Awaited::default(),
            problem: None,
        }
    }

    /// Lines above the executions.
    fn above(&self, width: u16) -> usize {
        // The name, when it runs and what is known, where it goes on, and one that is empty.
        4 + self.why(width).len()
    }

    /// Why it failed, is blocked or off, whole.
    fn why(&self, width: u16) -> Vec<String> {
        let why = self.job.as_ref().and_then(|job| job.last_error.as_deref());
        let width = usize::from(width.saturating_sub(2));
        why.map_or_else(Vec::new, |why| text::wrap(why, width))
    }

    fn draw_head(&self, job: &view::Job, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let name = Line::from(vec![
            look.span(format!("{} {}", job.provider, job.entity), Role::Title),
            look.span(format!(" {} ", look.glyphs.dot), Role::Dim),
            look.span(&job.connection_name, Role::Text),
        ]);
        let mut page = vec![name];
        page.extend(
            self.why(area.width)
                .into_iter()
                .map(|why| look.span(why, Role::Text).into()),
        );
        page.push(look.span(when(job, look), Role::Text).into());
        page.push(look.span(goes_on(job, look), Role::Dim).into());
        let inside = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        lines(frame, inside, page);
        let state = look.span(state(job, look), jobs::role(job.state));
        let first = Rect {
            height: area.height.min(1),
            ..inside
        };
        Line::from(state)
            .alignment(Alignment::Right)
            .render(first, frame.buffer_mut());
    }
}

impl Screen for Job {
    fn place(&self) -> Place {
        Place::Job
    }

    fn listed(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.asked = cx.ask(ask::Job {
            id: self.id.clone(),
        });
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
        match (&self.job, command) {
            (Some(job), Command::Open | Command::OpenConnection) => {
                cx.open(Opening::Connection(job.connection.as_str().to_owned()));
            }
            (_, Command::Copy) => cx.copy(&self.id),
            (Some(job), _) => {
                if let Some(asked) = act::run(job, command, cx) {
                    self.acted = asked;
                }
            }
            (None, _) => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        match &self.job {
            Some(job) => act::refuses(job, command),
            None => {
                (command.row().danger != Danger::Looks).then(|| "it is not here yet".to_owned())
            }
        }
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) {
        self.list.take(heard, cx);
        match self.asked.take(heard) {
            Some(Ok(job)) => {
                (self.job, self.problem) = (Some(job), None);
                self.fit(cx);
            }
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        match self.acted.take(heard) {
            Some(Ok(_)) => self.refresh(cx),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        let above = self.above(cx.facts.body().width);
        self.list.fit(above, cx);
    }

    fn opening(&self) -> Option<Opening> {
        Some(Opening::Job(self.id.clone()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let Some(job) = &self.job else {
            return match &self.problem {
                Some(problem) => empty::draw(frame, area, &problem.message, &problem.hint, look),
                None => lines(frame, area, [look.span(" asking", Role::Dim).into()]),
            };
        };
        self.draw_head(job, frame, area, look);
        let above = u16::try_from(self.above(area.width))
            .unwrap_or(u16::MAX)
            .min(area.height);
        let body = Rect {
            y: area.y + above,
            height: area.height - above,
            ..area
        };
        let pane = self.list.draw(frame, body, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(row, room.width, look), look);
        }
    }
}

/// The state with how far it is, at the right of the name.
fn state(job: &view::Job, look: &Look) -> String {
    let live = job
        .last_execution
        .as_ref()
        .filter(|it| it.status == ExecutionStatus::Running);
    let Some(live) = live else {
        return format!("{} {}", jobs::sign(job.state, look), job.state);
    };
    let mut parts = vec![format!("{} {}", jobs::sign(job.state, look), job.state)];
    parts.push(format!("page {}", text::number(live.pages)));
    parts.extend((live.rate > 0).then(|| text::rate(live.rate)));
    parts.extend(
        live.total
            .filter(|total| *total > 0)
            .map(|total| format!("{} %", live.processed.min(total) * 100 / total)),
    );
    parts.join("   ")
}

/// When it runs, and how much it asks for.
fn when(job: &view::Job, look: &Look) -> String {
    let dot = format!(" {} ", look.glyphs.dot);
    let mut parts = vec![match &job.schedule {
        Some(cron) => format!("schedule {cron}"),
        None => "run by hand".to_owned(),
    }];
    parts.extend(job.next_run_at.map(|at| format!("next {}", look.time(at))));
    parts.extend(
        job.waits_until
            .map(|at| format!("waits for the vendor's limit until {}", look.time(at))),
    );
    parts.push(match (job.mode, job.watermark) {
        (SyncMode::Full, _) => "full".to_owned(),
        (SyncMode::Incremental, Some(since)) => {
            format!("incremental, since {}", look.moment(since))
        }
        (SyncMode::Incremental, None) => "incremental".to_owned(),
    });
    parts.join(&dot)
}

/// What may be relied on, where the next execution goes on, and what is not pulled unless that is asked for.
fn goes_on(job: &view::Job, look: &Look) -> String {
    let mut parts = Vec::new();
    parts.extend((!job.claim.is_empty()).then(|| job.claim.clone()));
    parts.push(match &job.position {
        Some(position) => format!("an unfinished pass goes on at {position}"),
        None => "the next pass begins at the beginning of the list".to_owned(),
    });
    parts.extend(job.gap.map(|gap| {
        let (from, to) = (look.moment(gap.from), look.moment(gap.to));
        format!("events not pulled: {from} to {to}")
    }));
    parts.join(&format!(" {} ", look.glyphs.dot))
}

fn cells(row: &Execution, look: &Look) -> Vec<Cell> {
    let took = row.completed_at.map(|at| look.lasted(row.started_at, at));
    vec![
        Cell::dim(look.time(row.started_at)),
        Cell::dim(took.unwrap_or_default()),
        Cell(row.status.word().to_owned(), role(row.status)),
        Cell::text(text::number(row.processed)),
        Cell::text(text::number(row.created)),
        Cell::text(text::number(row.updated)),
        Cell(
            text::number(row.failed),
            if row.failed > 0 {
                Role::Warn
            } else {
                Role::Dim
            },
        ),
        Cell::dim(text::number(row.pages)),
        Cell::text(row.error.clone().unwrap_or_default()),
    ]
}

fn role(status: ExecutionStatus) -> Role {
    match status {
        ExecutionStatus::Queued | ExecutionStatus::Cancelled => Role::Dim,
        ExecutionStatus::Running => Role::Accent,
        ExecutionStatus::Succeeded => Role::Good,
        ExecutionStatus::Failed => Role::Bad,
    }
}

fn describe(row: &Execution, width: u16, look: &Look) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 12, look);
    page.words(row.status.word(), role(row.status));
    page.words(row.error.as_deref().unwrap_or_default(), Role::Text);
    page.blank();
    jobs::execution(row, &mut page, look);
    page.pair(
        "Cursor",
        row.cursor.as_deref().unwrap_or_default(),
        Role::Dim,
    );
    page.pair("Execution", row.id.as_str(), Role::Dim);
    page.done()
}
