//! One sync job: where it stands, and each of its executions with what came of it.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::jobs::{self, act};
use super::listing::{ListColumns, ListScreen, Listing};
use super::pane;
use super::{Screen, WordHere};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{Context, Destination, ExecutionPlace};
use crate::console::subject::Subject;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{below, empty, lines};
use crate::console::window::Row;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::job::{ExecutionStatus, SyncMode};
use crate::domain::sorting::SortValue;
use crate::wire::rpc;
use crate::wire::view::{self, Execution};
use crate::wire::{Problem, Topic};

const COLUMNS: [Column; 9] = [
    Column::figures("BEGAN", 12).by_value(SortValue::Time),
    Column::figures("TOOK", 10).by_value(SortValue::Took),
    Column::words("STATE", 11, 11).lead().by(FilterField::State),
    Column::figures("SEEN", 10).by_value(SortValue::Items),
    Column::figures("NEW", 8).by_value(SortValue::Created),
    Column::figures("CHANGED", 8).by_value(SortValue::Changed),
    Column::figures("NOT TAKEN", 9).by_value(SortValue::Refused),
    Column::figures("PAGES", 6).by_value(SortValue::Pages),
    Column::words("WHY", 14, 80),
];

const LIST_WIDTH: u16 = 91;

/// Lines of a vendor's position that are shown: it means nothing to people, and can be thousands of characters. All of it stands
/// in `tagout jobs --json`.
const POSITION_LINES: usize = 3;

impl Row for Execution {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The page.
pub struct JobScreen {
    id: String,
    job: Option<view::Job>,
    list: Listing<rpc::Executions, Execution>,
    asked: AwaitedReply<rpc::Job>,
    acted: AwaitedReply<rpc::JobAct>,
    problem: Option<Problem>,
}

impl JobScreen {
    /// The page of a job that is asked for.
    #[must_use]
    pub fn new(id: String) -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "It never ran.",
                next: "R runs it now, once it is enabled.",
            },
        };
        let job = id.clone();
        let list = Listing::new(shape, move |window| rpc::Executions {
            job: Some(job.clone()),
            window,
        });
        Self {
            id,
            job: None,
            list: list.beside(LIST_WIDTH),
            asked: AwaitedReply::default(),
            acted: AwaitedReply::default(),
            problem: None,
        }
    }

    /// Lines above the executions.
    fn above(&self, width: u16) -> usize {
        let gap = usize::from(self.job.as_ref().is_some_and(|job| job.gap.is_some()));
        // The name, when it runs, and one that is empty.
        3 + self.why(width).len() + self.relied_on(width).len() + gap
    }

    /// What may be relied on, and where the next execution goes on.
    fn relied_on(&self, width: u16) -> Vec<String> {
        let Some(job) = &self.job else {
            return Vec::new();
        };
        let width = usize::from(width.saturating_sub(2));
        let mut lines = text::wrap(&job.claim, width);
        let goes_on = match &job.position {
            Some(at) => format!("an unfinished pass goes on at {at}"),
            None => "the next pass begins at the beginning of the list".to_owned(),
        };
        let mut goes_on = text::wrap(&goes_on, width);
        if goes_on.len() > POSITION_LINES {
            goes_on.truncate(POSITION_LINES);
            goes_on.push("(all of it: tagout jobs --json)".to_owned());
        }
        lines.retain(|line| !line.is_empty());
        lines.extend(goes_on);
        lines
    }

    /// Why it failed, is blocked or off, whole.
    fn why(&self, width: u16) -> Vec<String> {
        let why = self.job.as_ref().and_then(|job| job.last_error.as_deref());
        let width = usize::from(width.saturating_sub(2));
        why.map_or_else(Vec::new, |why| text::wrap(why, width))
    }

    fn draw_head(&self, job: &view::Job, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let name = Line::from(vec![
            look.span(format!("{} {}", job.provider, job.entity), StyleRole::Title),
            look.span(format!(" {} ", look.glyphs.dot), StyleRole::Dim),
            look.span(&job.connection_name, StyleRole::Text),
        ]);
        let mut page = vec![name];
        page.extend(
            self.why(area.width)
                .into_iter()
                .map(|why| look.span(why, StyleRole::Text).into()),
        );
        page.push(look.span(when(job, look), StyleRole::Text).into());
        let relied_on = self.relied_on(area.width).into_iter();
        let known = relied_on.chain(gap(job, look));
        page.extend(known.map(|part| look.span(part, StyleRole::Dim).into()));
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

impl Screen for JobScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Job
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn subject(&self) -> Option<Subject> {
        self.job.as_ref().map(|job| Subject {
            id: self.id.clone(),
            title: job.title(),
        })
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask(rpc::Job {
            id: self.id.clone(),
        });
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics
            .iter()
            .any(|topic| matches!(topic, Topic::Jobs | Topic::Connections))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.list.moved(command, cx) {
            return;
        }
        match (&self.job, command) {
            (_, Command::Open) => {
                if let Some(row) = self.list.selected() {
                    let (job, execution) = (self.id.clone(), row.id.clone());
                    cx.open(Destination::Execution(ExecutionPlace { job, execution }));
                }
            }
            (Some(job), Command::OpenConnection) => {
                cx.open(Destination::Connection(job.connection.as_str().to_owned()));
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
        if command == Command::Open && self.list.selected().is_none() {
            return Some("no execution is selected".to_owned());
        }
        match &self.job {
            Some(job) => act::refuses(job, command),
            None => {
                (command.row().danger != Danger::Looks).then(|| "it is not here yet".to_owned())
            }
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.asked.take(heard) {
            Some(Ok(job)) => {
                (self.job, self.problem) = (Some(job), None);
                self.fit(cx);
            }
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        if act::was_done(self.acted.take(heard), cx) {
            self.refresh(cx);
        }
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let job = self.job.as_ref();
        let job =
            job.map(|it| WordHere::new(WordKind::Job, it.state.word(), jobs::words(it, look)));
        let execution = self.list.selected().map(|it| {
            let seen = it.error.clone().unwrap_or_default();
            WordHere::new(WordKind::Execution, it.status.word(), seen)
        });
        execution.into_iter().chain(job).collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        let above = self.above(cx.facts.body().width);
        self.list.fit(above, cx);
    }

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Job(self.id.clone()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let Some(job) = &self.job else {
            return match &self.problem {
                Some(problem) => empty::draw(frame, area, &problem.message, &problem.hint, look),
                None => lines(frame, area, [look.span(" asking", StyleRole::Dim).into()]),
            };
        };
        self.draw_head(job, frame, area, look);
        let body = below(area, self.above(area.width));
        let pane = self.list.draw(frame, body, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| describe(row, room.width, look), look);
        }
    }
}

/// The state with how far it is, at the right of the name.
fn state(job: &view::Job, look: &Appearance) -> String {
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
fn when(job: &view::Job, look: &Appearance) -> String {
    let dot = format!(" {} ", look.glyphs.dot);
    let mut parts = vec![match &job.schedule {
        Some(cron) => format!("schedule {cron}"),
        None => "run by hand".to_owned(),
    }];
    let live = job.last_execution.as_ref().filter(|it| it.status.is_live());
    parts.extend(live.map(|it| {
        let (word, since) = (it.status.word(), look.moment(it.started_at));
        format!("{word} since {since}")
    }));
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

/// What is not pulled unless that is asked for.
fn gap(job: &view::Job, look: &Appearance) -> Option<String> {
    let gap = job.gap?;
    let (from, to) = (look.moment(gap.from), look.moment(gap.to));
    Some(format!("events not pulled: {from} to {to}"))
}

fn cells(row: &Execution, look: &Appearance) -> Vec<Cell> {
    let took = row.completed_at.map(|at| look.lasted(row.started_at, at));
    vec![
        Cell::dim(look.time(row.started_at)),
        Cell::dim(took.unwrap_or_default()),
        Cell(
            row.status.word().to_owned(),
            jobs::execution_role(row.status),
        ),
        Cell::text(text::number(row.processed)),
        Cell::text(text::number(row.created)),
        Cell::text(text::number(row.updated)),
        Cell(
            text::number(row.failed),
            if row.failed > 0 {
                StyleRole::Warn
            } else {
                StyleRole::Dim
            },
        ),
        Cell::dim(text::number(row.pages)),
        Cell::text(row.error.clone().unwrap_or_default()),
    ]
}

fn describe(row: &Execution, width: u16, look: &Appearance) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 12, look);
    page.words(row.status.word(), jobs::execution_role(row.status));
    page.words(row.error.as_deref().unwrap_or_default(), StyleRole::Text);
    page.blank();
    jobs::execution(row, &mut page, look);
    page.pair(
        "Cursor",
        row.cursor.as_deref().unwrap_or_default(),
        StyleRole::Dim,
    );
    page.pair("Execution", row.id.as_str(), StyleRole::Dim);
    page.done()
}
