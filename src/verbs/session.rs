//! What every verb works with: where the server is, how the verb is meant, and a way to ask.

use super::print::PrintStyle;
use crate::client::{Client, ConnectOptions, Notices, StartMode};
use crate::config::Settings;
use crate::domain::user::Role;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc::Rpc;
use crate::wire::view::Page;
use crate::wire::{Code, Problem, Topic};

/// How a verb is meant.
#[derive(Debug, Clone, Copy, Default)]
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
    let mut window = Window {
        limit: MAX_ROWS,
        ..Window::default()
    };
    loop {
        let page = client.ask(request(window.clone())).await?;
        let more = page.move_on(&mut window);
        rows.extend(page.rows);
        if !more {
            return Ok(rows);
        }
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
