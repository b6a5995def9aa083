//! What a screen or an overlay is given with every event, and where it says what it wants.

use jiff::{Timestamp, Zoned};
use ratatui::layout::Size;
use serde::{Deserialize, Serialize};

use super::arrangement::{Arrangement, ColumnChoice};
use super::awaited::{AwaitedDone, AwaitedReply};
use super::command::{Command, Danger, KeyPlace};
use crate::console::filters::Filters;
use crate::console::form_question::FormQuestion;
use crate::console::subject::Subject;
use crate::domain::id::ExecutionId;
use crate::domain::user::Role;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::{Request, RequestWithReply, Secret};
use crate::wire::view::{Config, Status};
use crate::wire::{Problem, Welcome};

/// What the console knows whatever is on screen.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Who the server says we are.
    pub welcome: Welcome,
    /// The server as a whole, once it has answered.
    pub status: Option<Status>,
    /// Since when the server does not answer.
    pub stale: Option<Timestamp>,
    /// The terminal.
    pub size: Size,
    /// At which address this machine was reached by SSH, when it was.
    pub ssh_host: Option<String>,
    /// Why no file can be written for the person, where that is so.
    pub files: Option<String>,
    /// What the person's clock shows.
    pub clock: Zoned,
}

impl Facts {
    /// Lines and columns between the header and the footer.
    #[must_use]
    pub fn body(&self) -> Size {
        Size::new(self.size.width, self.size.height.saturating_sub(5))
    }

    /// Whether controls are shown at all: Agents look.
    #[must_use]
    pub fn controls(&self) -> bool {
        self.welcome.role != Role::Agent
    }

    /// Why nothing of this danger is sent now, in a sentence.
    #[must_use]
    pub fn not_sent(&self, danger: Danger) -> Option<String> {
        let why = self.refuses(danger)?;
        Some(format!("Not sent: {why}."))
    }

    /// Why a command of this danger is refused now, whatever it is aimed at.
    #[must_use]
    pub fn refuses(&self, danger: Danger) -> Option<String> {
        if danger == Danger::Looks {
            None
        } else if !self.controls() {
            Some("an Agent looks and changes nothing".to_owned())
        } else if self.stale.is_some() {
            Some("the server does not answer, so nothing is sent".to_owned())
        } else if self.welcome.read_only {
            Some("this console is read-only".to_owned())
        } else {
            None
        }
    }
}

/// Another screen, opened above the present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// One connection, by id.
    Connection(String),
    /// One sync job, by id.
    Job(String),
    /// One execution of a sync job.
    Execution(ExecutionPlace),
    /// What was pulled from a connection, by its id.
    Records(String),
    /// What refers to a connection's things, by its id.
    References(String),
    /// What is set up of a connection, by its id.
    Configuration(String),
    /// Something that belongs to the workspace as a whole.
    Workspace(WorkspaceList),
    /// One disconnect, by id.
    Run(String),
    /// Several connections as one thing, by the id of the whole.
    Walkthrough(String),
    /// The same, not saved yet: the connections that were marked, by id.
    NewWalkthrough(Vec<String>),
    /// The keys of a place.
    Help(KeyPlace),
    /// What was done from this console.
    Log,
}

/// An execution, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionPlace {
    /// The job, by id.
    pub job: String,
    pub execution: ExecutionId,
}

/// What belongs to the workspace as a whole, in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceList {
    /// Which lists there are.
    Index,
    /// Where vendors send their events: of a connection, by its id, or of all.
    Endpoints(Option<String>),
    /// What came in at an endpoint, by its id.
    Deliveries(String),
    /// Who is told of what happens here.
    Subscriptions,
    /// What a subscription was told, by its id.
    Messages(String),
    /// Authorizations that are open.
    Flows,
    /// What depends on providers.
    Dependents,
    /// Who may come in.
    Users,
}

impl WorkspaceList {
    /// The list that a command opens.
    #[must_use]
    pub fn of(command: Command) -> Option<Self> {
        Some(match command {
            Command::ShowWorkspace => Self::Index,
            Command::ShowEndpoints => Self::Endpoints(None),
            Command::ShowSubscriptions => Self::Subscriptions,
            Command::ShowFlows => Self::Flows,
            Command::ShowDependents => Self::Dependents,
            Command::ShowUsers => Self::Users,
            _ => return None,
        })
    }
}

/// What a screen or overlay wants done.
#[derive(Debug)]
pub enum Action {
    /// Send a request of this number.
    Ask(u64, Box<Request>),
    /// Open a screen above this one.
    Open(Destination),
    /// Open an overlay.
    Overlay(Box<OverlayRequest>),
    /// Go to a tab.
    Tab(KeyPlace),
    /// Have the screen below ask again: something was done to what it shows.
    Refresh,
    /// Say something above the footer.
    Say(String),
    /// Say what was done, and keep that for `:log`.
    Done(String),
    /// Say that something did not work.
    Complain(Problem),
    /// Copy a text.
    Copy(String),
    /// Copy a secret, which is not said again.
    CopySecret(String),
    /// Run a command, as if its key had been pressed on the screen below.
    Run(Command),
    /// Arrange the list below so.
    Arrange(Arrangement),
    /// Keep what was typed after `:`.
    Commanded(String),
    /// Take down that a filter was typed to its end.
    Used(String),
    /// Hand a line that was typed to the screen below.
    Typed { what: Typing, text: String },
}

/// What a screen or overlay is given with every event, and where it says what it wants.
pub struct Context<'a> {
    /// What is known whatever is on screen.
    pub facts: &'a Facts,
    /// What is wanted, in order.
    pub actions: Vec<Action>,
    /// Of the latest request.
    number: &'a mut u64,
}

impl<'a> Context<'a> {
    /// An empty list of wants; `number` is that of the latest request.
    #[must_use]
    pub fn new(facts: &'a Facts, number: &'a mut u64) -> Self {
        Self {
            facts,
            actions: Vec::new(),
            number,
        }
    }

    /// Sends a request. Whoever keeps what is returned gets the reply.
    pub fn ask<A: RequestWithReply>(&mut self, request: A) -> AwaitedReply<A> {
        AwaitedReply::new(self.send(request))
    }

    /// Sends a request of any kind. Whoever keeps what is returned hears whether it was done.
    pub fn ask_any(&mut self, request: Request) -> AwaitedDone {
        AwaitedDone::new(self.send(request))
    }

    /// Sends a request whose reply nobody waits for.
    pub fn tell(&mut self, request: impl Into<Request>) {
        self.send(request);
    }

    /// A name for what is looked at that nothing else of this console has.
    #[must_use]
    pub fn name_view(&mut self) -> String {
        *self.number += 1;
        self.number.to_string()
    }

    fn send(&mut self, request: impl Into<Request>) -> u64 {
        *self.number += 1;
        let request = Box::new(request.into());
        self.actions.push(Action::Ask(*self.number, request));
        *self.number
    }

    /// Opens a screen above this one.
    pub fn open(&mut self, opening: Destination) {
        self.actions.push(Action::Open(opening));
    }

    /// Opens an overlay.
    pub fn overlay(&mut self, wanted: OverlayRequest) {
        self.actions.push(Action::Overlay(Box::new(wanted)));
    }

    /// Says something above the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.actions.push(Action::Say(text.into()));
    }

    /// Says what was done: it stands until somebody goes elsewhere, where nothing more pressing does, and `:log` keeps it.
    pub fn done(&mut self, text: impl Into<String>) {
        self.actions.push(Action::Done(text.into()));
    }

    /// Shows why something did not work.
    pub fn complain(&mut self, problem: Problem) {
        self.actions.push(Action::Complain(problem));
    }

    /// Copies a secret through the terminal, and does not say it again.
    pub fn copy_secret(&mut self, text: impl Into<String>) {
        self.actions.push(Action::CopySecret(text.into()));
    }

    /// Copies a text through the terminal.
    pub fn copy(&mut self, text: impl Into<String>) {
        self.actions.push(Action::Copy(text.into()));
    }
}

/// An overlay that a screen asks for. The target is an id, captured now: the list may move underneath.
#[derive(Debug, Clone)]
pub enum OverlayRequest {
    /// The commands of a place, by name.
    Palette(PaletteQuestion),
    /// What can be done with what is selected.
    Actions(ActionsQuestion),
    /// A line to type; it comes back to the screen as [`typed`](super::screens::Screen::typed).
    Prompt(PromptQuestion),
    /// The columns of the list in sight, to be arranged.
    Columns(ColumnsQuestion),
    /// A plain yes or no before a request.
    Confirm(ConfirmQuestion),
    /// Take these connections out of service.
    Disconnect(Vec<String>),
    /// Disconnect, then connect as another account.
    Swap(String),
    /// Connect a provider, or authorize a connection again.
    Connect(ConnectTarget),
    /// The second half of a swap: authorize a connection as another account, its jobs as they were.
    ConnectOther(ConnectTarget),
    /// Change a connection's name and settings.
    Configure(String),
    /// Take over a grant of a provider that another tool was given.
    Adopt(String),
    /// Register our app at a provider.
    ConfigureApp(String),
    /// Add or change a channel, a routing rule or a field mapping.
    Item(ItemTarget),
    /// Fill something in.
    FillIn(FormQuestion),
    /// A secret that is told once.
    ShownOnce(SecretOnce),
    /// Remove for good what syncs brought.
    Wipe(WipeTarget),
}

/// What is wiped.
#[derive(Debug, Clone)]
pub struct WipeTarget {
    /// Of which provider, by the catalog's id; none for all.
    pub provider: Option<String>,
    /// What people call that.
    pub name: String,
}

/// A secret that is told once.
#[derive(Debug, Clone)]
pub struct SecretOnce {
    pub title: String,
    /// What it is for, a sentence each.
    pub words: Vec<String>,
    pub secret: Secret,
}

/// An item of a connection's configuration that is added or changed.
#[derive(Debug, Clone)]
pub struct ItemTarget {
    /// The connection, by id.
    pub connection: String,
    /// Of which kind.
    pub kind: ConfigKind,
    /// The one that is changed; none for a new one.
    pub item: Option<Config>,
}

/// What is to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTarget {
    /// The catalog's id.
    pub provider: String,
    /// An existing connection, for a reconnect.
    pub connection: Option<String>,
}

/// What is asked, and what a yes sends.
#[derive(Debug, Clone)]
pub struct ConfirmQuestion {
    /// The question, with the name of the thing.
    pub title: String,
    /// What will happen, a sentence each.
    pub body: Vec<String>,
    /// The word on the button.
    pub verb: String,
    /// What has to be typed before a yes counts.
    pub name: Option<String>,
    /// What a yes sends.
    pub request: Box<Request>,
    /// What is said when it is done.
    pub done: String,
}

/// A line that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// What the rows in sight contain.
    Filter,
    /// Why something is done.
    Note,
    /// The file that the list goes into.
    Export,
    /// What the filter in force is called.
    Name,
}

/// The columns that are arranged.
#[derive(Debug, Clone)]
pub struct ColumnsQuestion {
    /// All of them, in order.
    pub choices: Vec<ColumnChoice>,
    /// How they are arranged now.
    pub arrangement: Arrangement,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct PromptQuestion {
    /// The word before the field.
    pub label: String,
    /// What stands in the field already.
    pub text: String,
    /// What it is to the screen that asked.
    pub what: Typing,
    /// For a filter: those that can be had again. Every change of it is handed on at once.
    pub recall: Option<Filters>,
}

/// What `:` offers.
#[derive(Debug, Clone)]
pub struct PaletteQuestion {
    /// The commands.
    pub entries: Vec<PaletteEntry>,
    /// What was typed before, the latest first.
    pub typed: Vec<String>,
    /// What the connections are called; none where not all of them are known here.
    pub connections: Option<Vec<String>>,
}

/// What `.` offers.
#[derive(Debug, Clone)]
pub struct ActionsQuestion {
    /// What it is done with, where that can change underneath.
    pub subject: Option<Subject>,
    /// The commands.
    pub entries: Vec<PaletteEntry>,
}

/// A command as it is offered.
#[derive(Debug, Clone)]
pub struct PaletteEntry {
    /// The command.
    pub command: Command,
    /// Its key, if it has one.
    pub key: String,
    /// Why it cannot be done now.
    pub refused: Option<String>,
}
