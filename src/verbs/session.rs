//! What every verb works with: where the server is, how the verb is meant, and a way to ask.

use super::print::PrintStyle;
use crate::client::{Client, ConnectOptions, LONG_PATIENCE, Notices, StartMode};
use crate::config::Settings;
use crate::domain::user::Role;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc::Rpc;
use crate::wire::view::Page;
use crate::wire::{Code, Problem, Topic};

/// How a verb is meant.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// Print JSON, ask nobody.
    pub json: bool,
    /// Have everything refused that changes something.
    pub read_only: bool,
    /// Act with this role.
    pub role: Option<Role>,
    /// Show the console as lines.
    pub plain: bool,
    /// How tables and times are printed.
    pub look: PrintStyle,
}

/// What every verb works with.
#[derive(Debug)]
pub struct Session {
    /// Where the server is.
    pub settings: Settings,
    /// How the verb is meant.
    pub manner: Manner,
}

impl Session {
    /// The server and its notices; it is started if there is none, in a folder that has a workspace.
    pub(super) async fn connect(&self) -> Result<(Client, Notices), Problem> {
        self.connect_or(StartMode::Existing).await
    }

    /// Whether there is a workspace to ask about: in the folder, or at a server that others share.
    pub(super) fn has_workspace(&self) -> bool {
        let socket = self.settings.socket_path();
        self.settings.has_workspace() || socket.is_ok_and(|socket| socket.exists())
    }

    /// The server and its notices, with a word on what to do if there is none.
    pub(super) async fn connect_or(&self, start: StartMode) -> Result<(Client, Notices), Problem> {
        Client::connect(&ConnectOptions {
            settings: &self.settings,
            role: self.manner.role,
            read_only: self.manner.read_only,
            start,
        })
        .await
    }

    /// The server, for verbs that only ask; it is started if there is none, in a folder that has a workspace.
    pub(super) async fn client(&self) -> Result<Client, Problem> {
        let (client, _notices) = self.connect().await?;
        Ok(client)
    }

    /// The server, for verbs that may be the first in a workspace: they make one.
    pub(super) async fn first_client(&self) -> Result<Client, Problem> {
        let (client, _notices) = self.connect_or(StartMode::OnDemand).await?;
        Ok(client)
    }
}

/// All rows of a list, page after page.
pub(crate) async fn every<T, A: Rpc<Reply = Page<T>>>(
    client: &Client,
    request: impl Fn(Window) -> A,
) -> Result<Vec<T>, Problem> {
    let mut rows = Vec::new();
    let mut pages = Pages::new(client, request);
    while let Some(more) = pages.next().await? {
        rows.extend(more);
    }
    Ok(rows)
}

/// A list that is read page by page.
pub(crate) struct Pages<'a, R> {
    client: &'a Client,
    request: R,
    /// The next part; none behind the last.
    window: Option<Window>,
}

impl<'a, R> Pages<'a, R> {
    pub(super) fn new<A>(client: &'a Client, request: R) -> Self
    where
        R: Fn(Window) -> A,
    {
        Self {
            client,
            request,
            window: Some(Window {
                limit: MAX_ROWS,
                ..Window::default()
            }),
        }
    }

    /// The next rows; none at the end.
    pub(super) async fn next<T, A>(&mut self) -> Result<Option<Vec<T>>, Problem>
    where
        A: Rpc<Reply = Page<T>>,
        R: Fn(Window) -> A,
    {
        let Some(mut window) = self.window.take() else {
            return Ok(None);
        };
        let request = (self.request)(window.clone());
        let page = self.client.ask_within(LONG_PATIENCE, request).await?;
        self.window = page.move_on(&mut window).then_some(window);
        Ok(Some(page.rows))
    }
}

/// Waits for a notice that concerns `what`.
pub(crate) async fn until(
    notices: &mut Notices,
    what: impl Fn(&Topic) -> bool,
) -> Result<(), Problem> {
    while let Some(topics) = notices.next().await {
        if topics.iter().any(&what) {
            return Ok(());
        }
    }
    Err(Problem::new(
        Code::NoServer,
        "the server went away",
        "Begin again",
    ))
}
