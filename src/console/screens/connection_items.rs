//! What is listed of one connection: its rows, and the one under the cursor in full.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde::Serialize;

use super::connection_heading::{self, ConnectionHeading};
use super::listing::{ListColumns, ListScreen, Listing};
use super::pane::{self, FullPage};
use super::{Screen, WordHere};
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination};
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{inset, lines};
use crate::console::window::Row;
use crate::wire::Topic;
use crate::wire::request::{RequestWithReply, Window};
use crate::wire::view::Page;

/// A row of such a list.
pub(super) trait ConnectionItem: Row + Serialize + Clone + 'static {
    /// What asks for them.
    type Ask: RequestWithReply<Reply = Page<Self>> + 'static;
    /// Which screen lists them.
    const PLACE: KeyPlace;
    /// What they are called, after the connection's name.
    const WHAT: &'static str;
    /// The columns.
    const COLUMNS: &'static [Column];
    /// How wide the list is when the selected row stands beside it.
    const LIST_WIDTH: u16;
    /// What is said while there are none, and what to do then.
    const NOTHING: Nothing;

    /// The request for a part of them.
    fn ask(connection: String, window: Window) -> Self::Ask;

    /// What opens the list of a connection's.
    fn opening(connection: String) -> Destination;

    /// The row.
    fn cells(&self, look: &Appearance) -> Vec<Cell>;

    /// All of it.
    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>>;

    /// What it says of its state.
    fn word(&self) -> Option<WordHere>;

    /// What goes to the clipboard.
    fn copied(&self) -> &str;
}

/// The list.
pub(super) struct ConnectionItems<T: ConnectionItem> {
    whose: ConnectionHeading,
    list: Listing<T::Ask, T>,
    reading: FullPage,
}

impl<T: ConnectionItem> ConnectionItems<T> {
    /// Those of a connection, which are asked for.
    pub(super) fn new(connection: String) -> Self {
        let of = connection.clone();
        let shape = ListColumns {
            columns: T::COLUMNS,
            cells: T::cells,
            nothing: T::NOTHING,
        };
        let list = Listing::new(shape, move |window| T::ask(of.clone(), window));
        Self {
            whose: ConnectionHeading::new(connection),
            list: list.beside(T::LIST_WIDTH),
            reading: FullPage::default(),
        }
    }
}

impl<T: ConnectionItem> Screen for ConnectionItems<T> {
    fn place(&self) -> KeyPlace {
        T::PLACE
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.whose.ask(cx);
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Jobs | Topic::Connections => true,
            Topic::Connection(id) => id.as_str() == self.whose.id(),
            _ => false,
        };
        if topics.iter().any(mine) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.reading.scrolled(command, cx.facts.body()) || self.list.moved(command, cx) {
            return;
        }
        match (command, self.list.selected()) {
            (Command::Open | Command::Read, _) => self.reading.toggle(),
            (Command::OpenConnection, _) => {
                cx.open(Destination::Connection(self.whose.id().to_owned()));
            }
            (Command::Copy, Some(row)) => cx.copy(row.copied()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = matches!(command, Command::Open | Command::Read | Command::Copy)
            && self.list.selected().is_none();
        needs.then(|| "nothing is selected".to_owned())
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        self.whose.take(heard, cx);
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        self.reading.close() || self.list.unfilter(cx)
    }

    fn words_here(&self, _: &Appearance) -> Vec<WordHere> {
        let row = self.list.selected();
        row.and_then(ConnectionItem::word).into_iter().collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(usize::from(connection_heading::ABOVE), cx);
    }

    fn opening(&self) -> Option<Destination> {
        Some(T::opening(self.whose.id().to_owned()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let body = self.whose.draw(T::WHAT, frame, area, look);
        if let (true, Some(row)) = (self.reading.is_open(), self.list.selected()) {
            let inside = inset(body, 1, 0);
            let page = row.describe(inside.width, look);
            return lines(frame, inside, self.reading.visible(page, inside.height));
        }
        let pane = self.list.draw(frame, body, look);
        if let (Some(pane), Some(row)) = (pane, self.list.selected()) {
            pane::draw(frame, pane, |room| row.describe(room.width, look), look);
        }
    }
}
