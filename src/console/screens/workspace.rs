//! What belongs to the workspace as a whole: a list for each kind, with the dialogs that add, change and remove. A kind is a
//! file that says what its rows are; what the lists do alike is here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Screen;
use super::listing::{ListColumns, ListScreen, WholeItem, WholeList};
use super::pane::{self, FullPage};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedDone, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{
    ConfirmQuestion, Context, Destination, OverlayRequest, WorkspaceList,
};
use crate::console::form_question::FormQuestion;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{below, inset, lines};
use crate::domain::flow::OpenFlow;
use crate::wire::Topic;
use crate::wire::request::{Reply, Request};
use crate::wire::view::{Message, Subscription, User, Webhook};

mod deliveries;
mod dependents;
mod endpoints;
mod flows;
mod index;
mod messages;
mod subscriptions;
mod users;

use deliveries::DeliveryRow;
use dependents::DependentItem;

/// The list that was asked for.
pub(super) fn open(list: WorkspaceList) -> Box<dyn Screen> {
    match list {
        WorkspaceList::Index => Box::new(index::IndexScreen::default()),
        WorkspaceList::Endpoints(of) => {
            let list = WorkspaceList::Endpoints(of.clone());
            Box::new(WorkspaceScreen::<Webhook>::new(list, endpoints::ask(of)))
        }
        WorkspaceList::Deliveries(id) => match endpoints::deliveries(&id) {
            Some(asked) => {
                let list = WorkspaceList::Deliveries(id);
                Box::new(WorkspaceScreen::<DeliveryRow>::new(list, asked))
            }
            None => Box::new(index::IndexScreen::default()),
        },
        WorkspaceList::Subscriptions => Box::new(WorkspaceScreen::<Subscription>::new(
            list,
            subscriptions::ask(),
        )),
        WorkspaceList::Messages(id) => match subscriptions::messages(&id) {
            Some(asked) => {
                let list = WorkspaceList::Messages(id);
                Box::new(WorkspaceScreen::<Message>::new(list, asked))
            }
            None => Box::new(index::IndexScreen::default()),
        },
        WorkspaceList::Flows => Box::new(WorkspaceScreen::<OpenFlow>::new(list, flows::ask())),
        WorkspaceList::Dependents => Box::new(WorkspaceScreen::<DependentItem>::new(
            list,
            dependents::ask(),
        )),
        WorkspaceList::Users => Box::new(WorkspaceScreen::<User>::new(list, users::ask())),
    }
}

/// What a command leads to.
enum ItemAct {
    Open(Destination),
    Confirm(Box<ConfirmQuestion>),
    FillIn(Box<FormQuestion>),
    /// It is asked for at once.
    Send(Box<Request>),
    Copy(String),
    /// The row over the whole screen, or not any more.
    Read,
}

/// A row of such a list, and what can be done with it.
trait WorkspaceItem: WholeItem {
    /// Which keys apply.
    const PLACE: KeyPlace;
    /// What stands above the list.
    const TITLE: &'static str;
    /// What it lists, in a sentence.
    const ABOUT: &'static str;
    const COLUMNS: &'static [Column];
    /// How wide the list is when the selected row stands beside it.
    const LIST_WIDTH: u16;
    /// What is said while there are none, and what to do then.
    const NOTHING: Nothing;
    /// The commands that are about no row.
    const WITHOUT_ROW: &'static [Command] = &[];

    /// Whether the rows may be others after this.
    fn concerns(topic: &Topic) -> bool;

    fn cells(&self, look: &Appearance) -> Vec<Cell>;

    /// All of it.
    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>>;

    /// Why a command cannot be done with this row.
    fn refuses(&self, command: Command) -> Option<String> {
        let _ = command;
        None
    }

    /// What a command leads to.
    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct>;

    /// What is said of what was sent at once.
    fn came(reply: &Reply) -> String {
        let _ = reply;
        "It is done.".to_owned()
    }
}

/// Lines above a list: what it is, and one that is empty.
const ABOVE: u16 = 2;

/// A list.
struct WorkspaceScreen<T: WorkspaceItem> {
    which: WorkspaceList,
    list: WholeList<T>,
    sent: AwaitedDone,
    reading: FullPage,
}

impl<T: WorkspaceItem> WorkspaceScreen<T> {
    fn new(which: WorkspaceList, request: T::Ask) -> Self {
        let shape = ListColumns {
            columns: T::COLUMNS,
            cells: T::cells,
            nothing: T::NOTHING,
        };
        Self {
            which,
            list: WholeList::new(shape, request, T::LIST_WIDTH),
            sent: AwaitedDone::default(),
            reading: FullPage::default(),
        }
    }

    fn act(&mut self, act: ItemAct, cx: &mut Context<'_>) {
        match act {
            ItemAct::Open(there) => cx.open(there),
            ItemAct::Confirm(question) => cx.overlay(OverlayRequest::Confirm(*question)),
            ItemAct::FillIn(question) => cx.overlay(OverlayRequest::FillIn(*question)),
            ItemAct::Copy(text) => cx.copy(text),
            ItemAct::Read => self.reading.toggle(),
            ItemAct::Send(_) if self.sent.is_open() => cx.say("The server is still asked."),
            ItemAct::Send(request) => {
                cx.say("The server is asked.");
                self.sent = cx.ask_any(*request);
            }
        }
    }
}

impl<T: WorkspaceItem> Screen for WorkspaceScreen<T> {
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
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics.iter().any(T::concerns) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.reading.scrolled(command, cx.facts.body()) || self.list.moved(command) {
            return;
        }
        if let Some(act) = T::act(command, self.list.selected()) {
            self.act(act, cx);
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let changes = command.row().danger != Danger::Looks;
        let about_row = matches!(
            command,
            Command::Open | Command::Read | Command::Copy | Command::OpenConnection
        );
        let about_row = (changes || about_row) && !T::WITHOUT_ROW.contains(&command);
        match self.list.selected() {
            None if about_row => Some("nothing is selected".to_owned()),
            Some(row) if about_row => row.refuses(command),
            _ => None,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.sent.take_reply(heard) {
            Some(Ok(reply)) => {
                cx.done(T::came(&reply));
                self.refresh(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        self.reading.close() || self.list.unfilter(cx)
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(usize::from(ABOVE), cx);
    }

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Workspace(self.which.clone()))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let body = heading(T::TITLE, T::ABOUT, frame, area, look);
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

/// Draws what a list is, and returns where it goes.
fn heading(title: &str, about: &str, frame: &mut Frame<'_>, area: Rect, look: &Appearance) -> Rect {
    let line = Line::from(vec![
        look.span(format!(" {title}"), StyleRole::Title),
        look.span(format!("  {about}"), StyleRole::Dim),
    ]);
    lines(frame, area, [line]);
    below(area, usize::from(ABOVE))
}

/// The page of a row, with what it is called above it.
fn page<'a>(title: &str, width: u16, look: &'a Appearance) -> Doc<'a> {
    let mut page = Doc::new(width, 14, look);
    page.words(title, StyleRole::Title);
    page
}
