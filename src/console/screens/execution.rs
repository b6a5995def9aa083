//! One execution of a job, page by page, the latest first; a running one is followed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::listing::{ListColumns, ListScreen, WholeItem, WholeList};
use super::pane;
use super::{Screen, jobs};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination, ExecutionPlace};
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{below, lines};
use crate::console::window::Row;
use crate::domain::job::PulledPage;
use crate::domain::sorting::Worth;
use crate::wire::view::Job;
use crate::wire::{Topic, rpc};

const COLUMNS: [Column; 8] = [
    Column::figures("PAGE", 7).lead(),
    Column::figures("CAME", 11),
    Column::figures("RECEIVED", 8),
    Column::figures("CHANGED", 8),
    Column::figures("SAME", 8),
    Column::figures("DELETED", 7),
    Column::figures("NOT TAKEN", 9),
    Column::words("OF", 10, 40),
];

const LIST_WIDTH: u16 = 92;

/// Lines above the pages: the execution, and one that is empty.
const ABOVE: u16 = 2;

/// A page, by its number.
#[derive(Clone)]
struct PageRow {
    id: String,
    it: PulledPage,
}

impl From<PulledPage> for PageRow {
    fn from(it: PulledPage) -> Self {
        let id = it.number.to_string();
        Self { id, it }
    }
}

impl Row for PageRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> String {
        format!("page {}", self.id)
    }
}

impl WholeItem for PageRow {
    type Told = PulledPage;
    type Ask = rpc::ExecutionPages;

    fn figures(&self) -> Vec<Option<Worth>> {
        let it = &self.it;
        let counts = [it.received, it.changed, it.unchanged, it.deleted, it.failed];
        let counts = counts.into_iter().map(Worth::from);
        let first = [it.number.into(), it.at.into()];
        first.into_iter().chain(counts).map(Some).collect()
    }
}

/// The page of an execution.
pub(super) struct ExecutionScreen {
    place: ExecutionPlace,
    job: Option<Job>,
    asked: AwaitedReply<rpc::Job>,
    list: WholeList<PageRow>,
}

impl ExecutionScreen {
    /// Of this one, which is asked for.
    pub(super) fn new(place: ExecutionPlace) -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "No page of it is remembered.",
                next: "The server remembers those of the latest executions since it started.",
            },
        };
        let request = rpc::ExecutionPages {
            execution: place.execution.clone(),
        };
        Self {
            place,
            job: None,
            asked: AwaitedReply::default(),
            list: WholeList::new(shape, request, LIST_WIDTH),
        }
    }

    /// Whose it is, and how it stands where it is the latest one.
    fn heading(&self, look: &Appearance) -> Line<'static> {
        let Some(job) = &self.job else {
            return look
                .span(format!(" {}", self.place.execution), StyleRole::Dim)
                .into();
        };
        let dot = format!(" {} ", look.glyphs.dot);
        let mut parts = vec![
            look.span(
                format!(" {} {}", job.provider, job.entity),
                StyleRole::Title,
            ),
            look.span(dot.clone(), StyleRole::Dim),
            look.span(&job.connection_name, StyleRole::Text),
        ];
        let latest = job.last_execution.as_ref();
        if let Some(it) = latest.filter(|it| it.id == self.place.execution) {
            let (role, since) = (jobs::execution_role(it.status), look.moment(it.started_at));
            parts.push(look.span(format!("  {}", it.status.word()), role));
            let mut said = format!("{dot}since {since}");
            said += &it.total.map_or(String::new(), |total| {
                let (done, total) = (text::number(it.processed), text::number(total));
                format!("{dot}{done} of {total}")
            });
            parts.push(look.span(said, StyleRole::Dim));
        }
        Line::from(parts)
    }
}

impl Screen for ExecutionScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Execution
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask(rpc::Job {
            id: self.place.job.clone(),
        });
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics.contains(&Topic::Jobs) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.list.moved(command) {
            return;
        }
        match (command, &self.job) {
            (Command::Copy, _) => cx.copy(self.place.execution.as_str()),
            (Command::OpenConnection, Some(job)) => {
                cx.open(Destination::Connection(job.connection.as_str().to_owned()));
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let waits = command == Command::OpenConnection && self.job.is_none();
        waits.then(|| "it is not here yet".to_owned())
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.asked.take(heard) {
            Some(Ok(job)) => self.job = Some(job),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        self.list.unfilter(cx)
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(usize::from(ABOVE), cx);
    }

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Execution(self.place.clone()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        lines(frame, area, [self.heading(look)]);
        let body = below(area, usize::from(ABOVE));
        let pane = self.list.draw(frame, body, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(
                frame,
                pane,
                |room| describe(&row.it, room.width, look),
                look,
            );
        }
    }
}

fn cells(row: &PageRow, look: &Appearance) -> Vec<Cell> {
    let it = &row.it;
    let figure = |n: u64, role| match n {
        0 => Cell::dim("0".to_owned()),
        n => Cell(text::number(n), role),
    };
    vec![
        Cell(text::number(it.number), StyleRole::Title),
        Cell::dim(look.moment(it.at)),
        Cell::text(text::number(it.received)),
        figure(it.changed, StyleRole::Text),
        figure(it.unchanged, StyleRole::Text),
        figure(it.deleted, StyleRole::Text),
        figure(it.failed, StyleRole::Warn),
        Cell::text(it.parent.clone().unwrap_or_default()),
    ]
}

fn describe(it: &PulledPage, width: u16, look: &Appearance) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 12, look);
    page.words(
        &format!("Page {}", text::number(it.number)),
        StyleRole::Title,
    );
    page.pair("Came", &look.moment(it.at), StyleRole::Text);
    page.pair(
        "Of",
        it.parent.as_deref().unwrap_or_default(),
        StyleRole::Text,
    );
    let counts = format!(
        "{} received: {} new or changed, {} as before, {} deleted, {} not taken",
        text::number(it.received),
        text::number(it.changed),
        text::number(it.unchanged),
        text::number(it.deleted),
        text::number(it.failed)
    );
    page.pair("Held", &counts, StyleRole::Text);
    let next = it
        .position
        .as_deref()
        .unwrap_or("the vendor names no page behind it");
    page.pair("Next", next, StyleRole::Dim);
    page.done()
}
