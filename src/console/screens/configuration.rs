//! What is set up of a connection and survives its disconnects: channels, routing rules, field mappings.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::connection_heading::ConnectionHeading;
use super::{SavedSelection, Screen};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{
    ConfirmQuestion, Context, Destination, ItemTarget, OverlayRequest, WorkspaceList,
};
use crate::console::subject::Subject;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::{empty, lines};
use crate::domain::id::ConfigId;
use crate::domain::routing::RuleStanding;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::Config;
use crate::wire::{Problem, Topic};

/// A kind of configuration, in the order of the screen.
struct ConfigGroup {
    kind: ConfigKind,
    title: &'static str,
    /// What one of them is called.
    one: &'static str,
    /// What is said while there are none.
    nothing: &'static str,
    /// How one is added.
    add: &'static str,
}

const GROUPS: [ConfigGroup; 3] = [
    ConfigGroup {
        kind: ConfigKind::Channel,
        title: "Channels",
        one: "channel",
        nothing: "None is named.",
        add: " a adds one, from the vendor's list.",
    },
    ConfigGroup {
        kind: ConfigKind::Routing,
        title: "Routing rules",
        one: "routing rule",
        nothing: "There are none.",
        add: " a adds one: which records go where when they change.",
    },
    ConfigGroup {
        kind: ConfigKind::Mapping,
        title: "Field mappings",
        one: "field mapping",
        nothing: "Nothing is mapped.",
        add: " a adds one: a field of the vendor, and its name here.",
    },
];

/// Columns before what is said below a row.
const MARGIN: usize = 5;
/// Columns of the entity, where there is room.
const ENTITY: usize = 18;

/// What the cursor stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Spot {
    /// A group that has nothing.
    Empty(ConfigKind),
    /// One of a group.
    Item(ConfigId),
}

/// The screen.
pub struct ConfigurationScreen {
    whose: ConnectionHeading,
    asked: [AwaitedReply<rpc::Configs>; 3],
    groups: [Option<Vec<Config>>; 3],
    at: Option<Spot>,
    /// Which spot that was, from the top: where the cursor goes on when what it stood on is gone.
    was: usize,
    problem: Option<Problem>,
}

impl ConfigurationScreen {
    /// Of this connection, by id.
    #[must_use]
    pub fn new(connection: String) -> Self {
        Self {
            whose: ConnectionHeading::new(connection),
            asked: Default::default(),
            groups: [None, None, None],
            at: None,
            was: 0,
            problem: None,
        }
    }

    fn groups(&self) -> impl Iterator<Item = (&'static ConfigGroup, &[Config])> {
        let held = self.groups.iter();
        let rows = held.map(|rows| rows.as_deref().unwrap_or_default());
        GROUPS.iter().zip(rows)
    }

    fn is_here(&self) -> bool {
        self.groups.iter().all(Option::is_some)
    }

    /// Where the cursor can stand, from top to bottom.
    fn spots(&self) -> Vec<Spot> {
        let of = |(group, rows): (&ConfigGroup, &[Config])| match rows {
            [] => vec![Spot::Empty(group.kind)],
            rows => rows.iter().map(|it| Spot::Item(it.id.clone())).collect(),
        };
        self.groups().flat_map(of).collect()
    }

    /// Where the cursor stands.
    fn index(&self, spots: &[Spot]) -> usize {
        let at = self.at.as_ref();
        let found = spots.iter().position(|spot| Some(spot) == at);
        found.unwrap_or(self.was.min(spots.len().saturating_sub(1)))
    }

    fn move_to(&mut self, to: impl FnOnce(usize) -> usize) {
        let spots = self.spots();
        let at = to(self.index(&spots)).min(spots.len().saturating_sub(1));
        (self.at, self.was) = (spots.into_iter().nth(at), at);
    }

    /// The item under the cursor.
    fn item(&self) -> Option<&Config> {
        let spots = self.spots();
        let Some(Spot::Item(id)) = spots.get(self.index(&spots)) else {
            return None;
        };
        self.groups()
            .flat_map(|(_, rows)| rows)
            .find(|it| it.id == *id)
    }

    /// The kind of the group that the cursor is in.
    fn kind(&self) -> Option<ConfigKind> {
        let spots = self.spots();
        match spots.get(self.index(&spots))? {
            Spot::Empty(kind) => Some(*kind),
            Spot::Item(_) => self.item().map(|it| it.kind),
        }
    }

    /// Why none of a kind can be added, where the provider has nothing of it.
    fn lacks(&self, kind: ConfigKind) -> Option<String> {
        let row = self.whose.row()?;
        let lacks = kind == ConfigKind::Channel && !row.has_channels;
        lacks.then(|| format!("{} has no channels to watch", row.provider_name))
    }

    fn target(&self, kind: ConfigKind, item: Option<Config>) -> OverlayRequest {
        OverlayRequest::Item(ItemTarget {
            connection: self.whose.id().to_owned(),
            kind,
            item,
        })
    }

    /// The page, and the line that the cursor stands on.
    fn page(&self, width: u16, look: &Appearance) -> (Vec<Line<'static>>, usize) {
        let spots = self.spots();
        let at = spots.get(self.index(&spots));
        let (mut page, mut cursor) = (Vec::new(), 0);
        for (group, rows) in self.groups() {
            if !page.is_empty() {
                page.push(Line::default());
            }
            let title = format!(" {}", group.title);
            page.push(Line::from(look.span(title, StyleRole::Title)));
            for it in rows {
                let is_at = at == Some(&Spot::Item(it.id.clone()));
                cursor = if is_at { page.len() } else { cursor };
                page.push(line(it, is_at, width, look));
                if is_at && let Some(why) = idle(it) {
                    // The row has no room for the reason; here none is cut.
                    let room = usize::from(width).saturating_sub(MARGIN + 1);
                    for piece in text::wrap(why, room) {
                        let piece = format!("{}{piece}", " ".repeat(MARGIN));
                        page.push(Line::from(look.span(piece, StyleRole::Warn)));
                    }
                    cursor = page.len() - 1;
                }
            }
            if rows.is_empty() {
                let is_at = at == Some(&Spot::Empty(group.kind));
                cursor = if is_at { page.len() } else { cursor };
                let mut said = vec![
                    pointer(is_at, look),
                    look.span(group.nothing, StyleRole::Dim),
                ];
                match self.lacks(group.kind) {
                    Some(lacks) => said.push(look.span(format!(" {lacks}."), StyleRole::Dim)),
                    None if self.whose.refused().is_none() => {
                        said.push(look.span(group.add, StyleRole::Dim));
                    }
                    None => {}
                }
                page.push(Line::from(said));
            }
        }
        page.push(Line::default());
        page.push(self.elsewhere(look));
        (page, cursor)
    }

    /// What is set up of it on other screens.
    fn elsewhere(&self, look: &Appearance) -> Line<'static> {
        let vendor = match self.whose.row().map(|it| it.webhooks.enabled) {
            Some(1..) => "w shows where its events come in",
            Some(0) | None => "w shows its endpoint, if it has one",
        };
        let words = format!("   {vendor}; s shows who is told of what happens here.");
        look.span(words, StyleRole::Dim).into()
    }
}

fn pointer(is_at: bool, look: &Appearance) -> Span<'static> {
    let sign = if is_at { look.glyphs.pointer } else { " " };
    look.span(format!("{sign}  "), StyleRole::Accent)
}

/// One of a group: the vendor's side, ours, and what it is about.
fn line(it: &Config, is_at: bool, width: u16, look: &Appearance) -> Line<'static> {
    let room = usize::from(width).saturating_sub(10);
    let entity = ENTITY.min(room / 4);
    let side = (room - entity) / 2;
    let role = if is_at {
        StyleRole::Selected
    } else {
        StyleRole::Text
    };
    let cell = |text: &str, width, role| {
        let text = text::fit(&text::clean(text), width, Align::Left, look.glyphs.ellipsis);
        look.span(text, role)
    };
    // A channel is about no entity, and became something at its vendor.
    let attached = it.attached.as_ref();
    let about = attached.map_or(it.entity.as_str(), |it| it.outcome.words());
    Line::from(vec![
        pointer(is_at, look),
        cell(&it.theirs(), side, role),
        look.span(format!(" {} ", look.glyphs.arrow), StyleRole::Dim),
        cell(
            &it.ours(),
            side,
            match idle(it) {
                Some(_) => StyleRole::Warn,
                None => StyleRole::Text,
            },
        ),
        look.span("  ", StyleRole::Text),
        cell(about, entity, StyleRole::Dim),
    ])
}

/// Why nothing is sent by it, where it is such a rule.
fn idle(it: &Config) -> Option<&str> {
    it.routing.as_ref()?.why.as_deref()
}

impl Screen for ConfigurationScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configuration
    }

    fn subject(&self) -> Option<Subject> {
        self.item().map(|it| Subject {
            id: it.id.as_str().to_owned(),
            title: format!("{} · {}", it.entity, it.theirs()),
        })
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.whose.ask(cx);
        for (group, asked) in GROUPS.iter().zip(&mut self.asked) {
            *asked = cx.ask(rpc::Configs {
                connection: self.whose.id().to_owned(),
                kind: group.kind,
            });
        }
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Connections => true,
            Topic::Connection(id) => id.as_str() == self.whose.id(),
            _ => false,
        };
        if topics.iter().any(mine) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let half = usize::from(cx.facts.body().height) / 2;
        match (command, self.item()) {
            (Command::Up, _) => self.move_to(|at| at.saturating_sub(1)),
            (Command::Down, _) => self.move_to(|at| at + 1),
            (Command::PageUp | Command::HalfUp, _) => self.move_to(|at| at.saturating_sub(half)),
            (Command::PageDown | Command::HalfDown, _) => self.move_to(|at| at + half),
            (Command::First, _) => self.move_to(|_| 0),
            (Command::Last, _) => self.move_to(|_| usize::MAX),
            (Command::OpenConnection, _) => {
                cx.open(Destination::Connection(self.whose.id().to_owned()));
            }
            (Command::OpenEndpoints, _) => {
                let of = Some(self.whose.id().to_owned());
                cx.open(Destination::Workspace(WorkspaceList::Endpoints(of)));
            }
            (Command::AddItem, _) => {
                if let Some(kind) = self.kind() {
                    cx.overlay(self.target(kind, None));
                }
            }
            (Command::EditItem, Some(item)) => {
                cx.overlay(self.target(item.kind, Some(item.clone())));
            }
            (Command::RemoveItem, Some(item)) => cx.overlay(removal(item)),
            (Command::Copy, Some(item)) => cx.copy(item.id.as_str()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        if command.row().danger != Danger::Looks
            && let Some(why) = self.whose.refused()
        {
            return Some(why.to_owned());
        }
        let needs = matches!(
            command,
            Command::EditItem | Command::RemoveItem | Command::Copy
        );
        if command == Command::AddItem && !self.is_here() {
            return Some("it is not here yet".to_owned());
        }
        if command == Command::AddItem
            && let Some(lacks) = self.kind().and_then(|kind| self.lacks(kind))
        {
            return Some(lacks);
        }
        (needs && self.item().is_none()).then(|| "there is nothing under the cursor".to_owned())
    }

    fn offers(&self, command: Command) -> bool {
        command.row().danger == Danger::Looks || self.whose.refused().is_none()
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.whose.take(heard, cx);
        for (held, asked) in self.groups.iter_mut().zip(&mut self.asked) {
            match asked.take(heard) {
                Some(Ok(rows)) => (*held, self.problem) = (Some(rows), None),
                Some(Err(problem)) => self.problem = Some(problem),
                None => {}
            }
        }
    }

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Configuration(self.whose.id().to_owned()))
    }

    fn keep(&self) -> SavedSelection {
        let item = self.item();
        SavedSelection {
            selected: item.map(|it| it.id.as_str().to_owned()),
            ..SavedSelection::default()
        }
    }

    fn restore(&mut self, kept: SavedSelection) {
        let item = kept.selected.and_then(|id| id.parse().ok());
        self.at = item.map(Spot::Item).or(self.at.take());
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let body = self.whose.draw("configuration", frame, area, look);
        match &self.problem {
            Some(problem) if !self.is_here() => {
                return empty::draw(frame, body, &problem.message, &problem.hint, look);
            }
            None if !self.is_here() => {
                return lines(frame, body, [look.span("   asking", StyleRole::Dim).into()]);
            }
            Some(_) | None => {}
        }
        let (page, cursor) = self.page(body.width, look);
        let skip = (cursor + 1).saturating_sub(usize::from(body.height));
        lines(frame, body, page.into_iter().skip(skip));
    }
}

/// Where it leads, for a person.
fn whom(item: &Config) -> &str {
    match &item.routing {
        None => &item.to,
        Some(it) if it.standing == RuleStanding::SubscriptionRemoved => {
            "a subscription that was removed"
        }
        Some(it) => it.url.as_deref().unwrap_or(&item.to),
    }
}

/// The question before one is removed.
fn removal(item: &Config) -> OverlayRequest {
    let one = GROUPS.iter().find(|group| group.kind == item.kind);
    let one = one.map_or("item", |group| group.one);
    let what = match item.kind {
        ConfigKind::Channel => "What was received of it is kept.",
        ConfigKind::Routing => "What waits to be sent by it is sent all the same.",
        ConfigKind::Mapping => "Records lose the field; the vendor's object stays as it is.",
    };
    OverlayRequest::Confirm(ConfirmQuestion {
        title: format!("Remove the {one}?"),
        body: vec![
            format!("{} to {}.", item.theirs(), whom(item)),
            what.to_owned(),
        ],
        verb: "Remove".to_owned(),
        name: None,
        request: Box::new(Request::ConfigRemove(rpc::ConfigRemove {
            id: item.id.clone(),
        })),
        done: format!("The {one} is removed."),
    })
}
