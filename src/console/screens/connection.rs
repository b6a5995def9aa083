//! One connection in full: what it is, what it holds, and what disconnecting it does and does not do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Screen, WordHere};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{ConnectTarget, Context, Destination, OverlayRequest};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::{empty, lines, scrolled};
use crate::domain::connection::Status;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::view;
use crate::wire::{Problem, Topic};

mod deliveries;
mod describe;
pub(super) mod happening;
pub(super) mod swapping;
pub use describe::describe;

/// From this width on there are two columns.
const TWO: u16 = 110;

/// Lines of a column.
type Page = Vec<Line<'static>>;

/// Jobs that are shown here; the rest are in the jobs tab.
const JOBS: u16 = 20;

/// Does what can be done to a connection, from any list that shows it; what is asked of the server is the caller's to
/// wait for.
pub fn act(
    row: &view::Connection,
    command: Command,
    cx: &mut Context<'_>,
) -> Option<AwaitedReply<rpc::EnableBefore>> {
    let id = row.id.as_str().to_owned();
    match command {
        Command::Open if swapping::is_next(row) => swapping::take_up(row, cx),
        Command::Open => cx.open(Destination::Connection(id)),
        Command::OpenRecords => cx.open(Destination::Records(id)),
        Command::OpenConfiguration => cx.open(Destination::Configuration(id)),
        Command::OpenReferences => cx.open(Destination::References(id)),
        Command::Copy => cx.copy(id),
        Command::Disconnect => cx.overlay(OverlayRequest::Disconnect(vec![id])),
        Command::Swap | Command::Reconnect | Command::Connect if row.swap.is_some() => {
            swapping::take_up(row, cx);
        }
        Command::Swap => cx.overlay(OverlayRequest::Swap(id)),
        Command::GiveUpSwap => {
            if let Some(swap) = &row.swap {
                swapping::ask_to_give_up(row, swap, cx);
            }
        }
        Command::Configure => cx.overlay(OverlayRequest::Configure(id)),
        Command::Reconnect | Command::Connect => {
            cx.overlay(OverlayRequest::Connect(ConnectTarget {
                provider: row.provider.clone(),
                connection: Some(id),
            }))
        }
        Command::EnableBefore => return Some(cx.ask(rpc::EnableBefore { connection: id })),
        _ => {}
    }
    None
}

/// Says what became of the jobs that [`act`] asked to be enabled, if that is what is answered.
pub fn enabled(reply: Option<Result<Vec<view::Job>, Problem>>, cx: &mut Context<'_>) {
    match reply {
        Some(Ok(_)) => cx.done("The jobs that ran before the disconnect are enabled."),
        Some(Err(problem)) => cx.complain(problem),
        None => {}
    }
}

/// Why a command does not apply to a connection now.
#[must_use]
pub fn refuses(row: &view::Connection, command: Command) -> Option<String> {
    if command.row().danger != Danger::Looks
        && let Some(why) = &row.refused
    {
        return Some(why.clone());
    }
    let takes_up = row.swap.is_some() && matches!(command, Command::Reconnect | Command::Connect);
    if (takes_up || command == Command::Swap)
        && let Some(why) = swapping::hinders(row)
    {
        return Some(why);
    }
    let why = match (command, row.status) {
        (Command::GiveUpSwap, _) if row.swap.is_none() => "no swap was left in the middle",
        (Command::Swap, Status::Revoked) if row.swap.is_some() => return None,
        (Command::Disconnect | Command::Swap, Status::Revoked) => "it is disconnected",
        (Command::Disconnect | Command::Swap | Command::Configure, Status::Disconnecting) => {
            "a disconnect is under way"
        }
        (Command::Disconnect | Command::Swap, Status::Pending) => "it is not connected yet",
        (Command::EnableBefore, Status::Revoked) => "it is disconnected; r connects it again first",
        (Command::EnableBefore, status) if status != Status::Connected => "it is not connected",
        (Command::EnableBefore, _) if row.enabled_before == 0 => "no job ran before the disconnect",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Whether a command has a meaning for a connection as it stands.
#[must_use]
pub fn offers(row: &view::Connection, command: Command) -> bool {
    command != Command::GiveUpSwap || row.swap.is_some()
}

/// The words that a connection says: its badge, what may still live, how well its provider answers.
#[must_use]
pub(super) fn words_here(row: &view::Connection, look: &Appearance) -> Vec<WordHere> {
    let seen = happening::happening(row, look);
    row.words(seen, |at| look.moment(at))
}

/// The screen.
pub struct ConnectionScreen {
    id: String,
    asked: ConnectionReplies,
    row: Option<view::Connection>,
    jobs: Vec<view::Job>,
    configs: [Option<usize>; 3],
    deliveries: Vec<view::Delivery>,
    problem: Option<Problem>,
    top: usize,
}

/// What is waited for.
#[derive(Default)]
struct ConnectionReplies {
    row: AwaitedReply<rpc::Connection>,
    jobs: AwaitedReply<rpc::Jobs>,
    endpoints: AwaitedReply<rpc::Webhooks>,
    deliveries: AwaitedReply<rpc::WebhookDeliveries>,
    configs: [AwaitedReply<rpc::Configs>; 3],
    enabled: AwaitedReply<rpc::EnableBefore>,
}

const CONFIGS: [(&str, ConfigKind); 3] = [
    ("channels", ConfigKind::Channel),
    ("routing rules", ConfigKind::Routing),
    ("field mappings", ConfigKind::Mapping),
];

impl ConnectionScreen {
    /// Of this id.
    #[must_use]
    pub fn new(id: String) -> Self {
        Self {
            id,
            asked: ConnectionReplies::default(),
            row: None,
            jobs: Vec::new(),
            configs: [None; 3],
            deliveries: Vec::new(),
            problem: None,
            top: 0,
        }
    }

    /// The page: one column, or two beside each other when there is room; each with its place and width.
    fn columns(&self, width: u16, look: &Appearance) -> Vec<(u16, u16, Page)> {
        let Some(row) = &self.row else {
            return Vec::new();
        };
        let two = width >= TWO;
        let column = if two { (width - 6) / 2 } else { width - 2 };
        let mut left = Doc::new(column, 12, look);
        let mut right = Doc::new(column, 12, look);
        describe::head(row, &mut left, look);
        describe::facts(row, &mut left, look);
        describe::tokens(row, &mut left, look);
        describe::flows(row, &mut left, look);
        if two {
            describe::jobs(row, &self.jobs, &mut left, look);
            describe::disconnecting(row, &mut right, look);
            describe::data(row, &self.configs, &mut right, look);
            deliveries::describe(&self.deliveries, &mut right, look);
            describe::features(row, &mut right, look);
            vec![(1, column, left.done()), (5 + column, column, right.done())]
        } else {
            describe::disconnecting(row, &mut left, look);
            describe::jobs(row, &self.jobs, &mut left, look);
            describe::data(row, &self.configs, &mut left, look);
            deliveries::describe(&self.deliveries, &mut left, look);
            describe::features(row, &mut left, look);
            vec![(1, column, left.done())]
        }
    }
}

impl Screen for ConnectionScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Connection
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        let connection = Some(self.id.clone());
        self.asked.row = cx.ask(rpc::Connection {
            name: self.id.clone(),
        });
        let window = Window {
            limit: JOBS,
            ..Window::default()
        };
        self.asked.jobs = cx.ask(rpc::Jobs {
            connection: connection.clone(),
            window,
        });
        self.asked.endpoints = cx.ask(rpc::Webhooks { connection });
        for ((_, kind), asked) in CONFIGS.into_iter().zip(&mut self.asked.configs) {
            *asked = cx.ask(rpc::Configs {
                connection: self.id.clone(),
                kind,
            });
        }
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Connections | Topic::Jobs | Topic::FollowUps => true,
            Topic::Connection(id) => id.as_str() == self.id,
            _ => false,
        };
        if topics.iter().any(mine) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let page = usize::from(cx.facts.body().height);
        match command {
            Command::Up => self.top = self.top.saturating_sub(1),
            Command::Down => self.top += 1,
            Command::HalfUp | Command::PageUp => self.top = self.top.saturating_sub(page / 2),
            Command::HalfDown | Command::PageDown => self.top += page / 2,
            Command::First => self.top = 0,
            Command::Last => self.top = usize::MAX / 2,
            Command::Open => {
                if let Some(run) = self.row.as_ref().and_then(|row| row.last_run.as_ref()) {
                    cx.open(Destination::Run(run.as_str().to_owned()));
                }
            }
            _ => {
                let row = self.row.as_ref();
                if let Some(asked) = row.and_then(|row| act(row, command, cx)) {
                    self.asked.enabled = asked;
                }
            }
        }
    }

    fn offers(&self, command: Command) -> bool {
        let row = self.row.as_ref();
        row.map_or(command != Command::GiveUpSwap, |row| offers(row, command))
    }

    fn refuses(&self, command: Command) -> Option<String> {
        match (&self.row, command) {
            (Some(row), Command::Open) if row.last_run.is_none() => {
                Some("it was never disconnected".to_owned())
            }
            (Some(row), _) => refuses(row, command),
            (None, _) if command.row().danger == Danger::Looks => None,
            (None, _) => Some("it is not here yet".to_owned()),
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        let asked = &mut self.asked;
        match asked.row.take(heard) {
            Some(Ok(row)) => (self.row, self.problem) = (Some(row), None),
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        match asked.jobs.take(heard) {
            Some(Ok(page)) => self.jobs = page.rows,
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        match asked.endpoints.take(heard) {
            Some(Ok(endpoints)) => {
                if let Some(endpoint) = endpoints.into_iter().next() {
                    let id = endpoint.id;
                    asked.deliveries = cx.ask(rpc::WebhookDeliveries { id });
                }
            }
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        match asked.deliveries.take(heard) {
            Some(Ok(deliveries)) => self.deliveries = deliveries,
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        for (held, asked) in self.configs.iter_mut().zip(&mut asked.configs) {
            match asked.take(heard) {
                Some(Ok(rows)) => *held = Some(rows.len()),
                Some(Err(problem)) => (*held, self.problem) = (None, Some(problem)),
                None => {}
            }
        }
        enabled(asked.enabled.take(heard), cx);
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let row = self.row.as_ref();
        row.map_or_else(Vec::new, |row| words_here(row, look))
    }

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Connection(self.id.clone()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        match (&self.row, &self.problem) {
            (None, Some(problem)) => {
                return empty::draw(frame, area, &problem.message, &problem.hint, look);
            }
            (None, None) => {
                return lines(frame, area, [look.span(" asking", StyleRole::Dim).into()]);
            }
            _ => {}
        }
        let columns = self.columns(area.width, look);
        let longest = columns
            .iter()
            .map(|(_, _, page)| page.len())
            .max()
            .unwrap_or(0);
        let top = self
            .top
            .min(longest.saturating_sub(usize::from(area.height)));
        for (x, width, page) in columns {
            let part = Rect {
                x: area.x + x,
                width,
                ..area
            };
            scrolled(frame, part, page, top, look);
        }
    }
}
