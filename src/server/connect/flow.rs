//! An authorization under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use url::Url;

use super::{Purpose, callback, finish};
use crate::domain::id::{ConnectionId, FlowId, UserId};
use crate::domain::provider::Pkce;
use crate::domain::user::Owner;
use crate::providers::{Authorize, AuthorizeRequest, check_callback};
use crate::server::vendor::Vendor;
use crate::server::who::{Caller, problem};
use crate::server::{Server, gate, mint};
use crate::wire::request::FlowKind;
use crate::wire::view::{self, FlowState};
use crate::wire::{Code, Problem, Topic};

/// How long a person may take.
pub(super) const LASTS: Duration = Duration::from_secs(600);
/// How long an ended flow can still be asked about.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The authorizations under way, and those that have just ended.
#[derive(Default)]
pub struct Flows {
    all: Mutex<HashMap<FlowId, Entry>>,
}

struct Entry {
    view: view::Flow,
    by: UserId,
    /// Whose the connection will be.
    owner: Owner,
    /// The state that has to come back; it finds the flow that a callback belongs to.
    state: String,
    /// Whether a code may come without it (RFC 7636).
    has_pkce: bool,
    answers: mpsc::Sender<Answer>,
}

/// What ends a flow's waiting.
pub(crate) enum Answer {
    /// What came back from the vendor: a URL, or a bare code.
    Came(String),
    /// A person gave it up.
    Cancelled,
}

impl Flows {
    /// Where a flow stands.
    ///
    /// # Errors
    /// When there is none.
    pub fn view(&self, id: &FlowId) -> Result<view::Flow, Problem> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id)
            .map(|entry| entry.view.clone())
            .ok_or_else(|| no_flow(id))
    }

    /// Where a flow of this caller stands: its URL is for the person who began it.
    ///
    /// # Errors
    /// When there is none, or somebody else began it.
    pub fn seen_by(&self, caller: &Caller, id: &FlowId) -> Result<view::Flow, Problem> {
        self.of(caller, id, |entry| entry.view.clone())
    }

    /// Whose the connection of this caller's flow will be.
    ///
    /// # Errors
    /// When there is none, or somebody else began it.
    pub fn owner(&self, caller: &Caller, id: &FlowId) -> Result<Owner, Problem> {
        self.of(caller, id, |entry| entry.owner.clone())
    }

    /// Hands a flow of this caller what came back.
    ///
    /// # Errors
    /// When there is no such flow, it is somebody else's, or it is not waiting; when this cannot be its answer, and then
    /// it goes on waiting.
    pub fn deliver(&self, caller: &Caller, id: &FlowId, text: &str) -> Result<view::Flow, Problem> {
        self.of(caller, id, |entry| match entry.state.is_empty() {
            // It does not wait for a paste, which sending will say.
            true => Ok(()),
            false => check_callback(text, &entry.state, entry.has_pkce),
        })?
        .map_err(|error| {
            Problem::new(
                Code::Usage,
                error.to_string(),
                "it still waits: paste the address that the browser ended at",
            )
        })?;
        self.send(caller, id, Answer::Came(text.to_owned()))
    }

    /// Gives a flow up.
    ///
    /// # Errors
    /// As for `deliver`.
    pub fn cancel(&self, caller: &Caller, id: &FlowId) -> Result<view::Flow, Problem> {
        self.send(caller, id, Answer::Cancelled)
    }

    /// Hands the flow with this state the URL that its vendor sent the browser to. Returns whether there is one.
    pub fn came_back(&self, state: &str, url: &Url) -> bool {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = all
            .values()
            .find(|entry| !entry.state.is_empty() && entry.state == state);
        entry.is_some_and(|entry| {
            entry
                .answers
                .try_send(Answer::Came(url.to_string()))
                .is_ok()
        })
    }

    /// How many wait for a person.
    #[must_use]
    pub fn open(&self) -> usize {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.values()
            .filter(|entry| !is_over(&entry.view.state))
            .count()
    }

    fn of<T>(
        &self,
        caller: &Caller,
        id: &FlowId,
        take: impl FnOnce(&Entry) -> T,
    ) -> Result<T, Problem> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id)
            .filter(|entry| entry.by == caller.actor.user.id)
            .map(take)
            .ok_or_else(|| no_flow(id))
    }

    /// Whether a person is authorizing at this provider, or one that shares its grants.
    #[must_use]
    pub fn is_open_at(&self, shares: impl Fn(&str) -> bool) -> bool {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.values()
            .any(|entry| !is_over(&entry.view.state) && shares(&entry.view.provider))
    }

    fn send(&self, caller: &Caller, id: &FlowId, answer: Answer) -> Result<view::Flow, Problem> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = all
            .get(id)
            .filter(|entry| entry.by == caller.actor.user.id)
            .ok_or_else(|| no_flow(id))?;
        entry.answers.try_send(answer).map_err(|_| {
            Problem::new(
                Code::Conflict,
                format!("{id} does not wait for an answer any more"),
                "look at how it ended",
            )
        })?;
        Ok(entry.view.clone())
    }

    fn insert(&self, entry: Entry) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let now = mint::now();
        let forgotten = |e: &Entry| {
            now.duration_since(e.view.expires_at).unsigned_abs() > REMEMBERED
                && e.view.expires_at < now
        };
        all.retain(|_, entry| !forgotten(entry));
        all.insert(entry.view.id.clone(), entry);
    }

    pub(super) fn set(&self, id: &FlowId, state: FlowState) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = all.get_mut(id) {
            if is_over(&state) {
                entry.state.clear();
            }
            entry.view.state = state;
        }
    }

    /// A flow that could not begin was never there.
    fn forget(&self, id: &FlowId) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(id);
    }

    fn expect(&self, id: &FlowId, state: &str) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = all.get_mut(id) {
            state.clone_into(&mut entry.state);
        }
    }
}

/// Begins to wait for a person; returns where to send them.
pub(super) async fn start(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: Purpose,
    vendor: Vendor,
    (kind, sign_in_as, waits): (FlowKind, Option<String>, bool),
    holds: Vec<view::Hold>,
) -> Result<view::Flow, Problem> {
    let id = mint::flow();
    let (answers, waiting) = mpsc::channel(1);
    let view = view::Flow {
        id: id.clone(),
        provider: purpose.provider.clone(),
        provider_name: vendor.file().name.clone(),
        state: FlowState::Waiting,
        expires_at: mint::now()
            .checked_add(LASTS)
            .unwrap_or_else(|_| mint::now()),
        sign_in_as,
        holds,
    };
    server.flows.insert(Entry {
        view,
        by: caller.actor.user.id.clone(),
        owner: purpose.owner.clone(),
        state: String::new(),
        has_pkce: vendor.file().auth.pkce == Pkce::S256,
        answers,
    });
    let flow = Flow {
        server: Arc::clone(server),
        caller: caller.clone(),
        id: id.clone(),
        purpose,
        vendor,
        kind,
    };
    if waits {
        let after = flow.purpose.again.clone();
        server.tasks.spawn(flow.after_disconnect(after, waiting));
    } else if kind == FlowKind::Device {
        let code = flow.ask_for_code().await;
        let code = code.inspect_err(|_| server.flows.forget(&id))?;
        server.tasks.spawn(flow.poll(code, waiting));
    } else {
        let opened = flow.open().await;
        let opened = opened.inspect_err(|_| server.flows.forget(&id))?;
        server.tasks.spawn(flow.wait(opened, waiting));
    }
    server.flows.view(&id)
}

/// Everything that a flow needs to end well.
pub(super) struct Flow {
    pub server: Arc<Server>,
    pub caller: Caller,
    pub id: FlowId,
    pub purpose: Purpose,
    pub vendor: Vendor,
    pub kind: FlowKind,
}

/// A person was sent to the vendor.
pub(super) struct Opened {
    pub authorize: Authorize,
    pub redirect_uri: String,
    /// Keeps the loopback listener open.
    _listening: Option<callback::Listening>,
}

impl Flow {
    /// Makes the URL, and listens where the vendor sends the browser.
    async fn open(&self) -> Result<Opened, Problem> {
        let app = self
            .server
            .store
            .app(&self.purpose.provider)
            .map_err(problem)?;
        let mut redirect_uri = self
            .server
            .redirect_uri(&self.purpose.provider, app.as_ref());
        let listening = match self.kind {
            FlowKind::Paste | FlowKind::Device | FlowKind::Remote => None,
            FlowKind::Browser => {
                let any_port =
                    self.vendor.file().redirect == crate::domain::provider::Redirect::AnyPort;
                let (listening, uri) =
                    callback::listen(&self.server, &redirect_uri, any_port).await?;
                redirect_uri = uri;
                listening
            }
        };
        let hint = self.server.flows.view(&self.id)?.sign_in_as;
        let request = AuthorizeRequest {
            redirect_uri: &redirect_uri,
            scopes: None,
            login_hint: hint.as_deref(),
        };
        let authorize =
            self.server
                .vendors
                .authorize(&self.vendor.app, self.vendor.endpoints()?, request);
        let authorize = authorize.map_err(|error| {
            let name = &self.vendor.file().name;
            Problem::new(
                Code::Failed,
                format!("connecting {name} failed: {error}"),
                "see `tagout providers`",
            )
        })?;
        self.server.flows.expect(&self.id, &authorize.state);
        let url = authorize.url.to_string();
        let state = FlowState::Authorize {
            url,
            redirect_uri: redirect_uri.clone(),
            listening: listening.is_some(),
        };
        self.set(state);
        Ok(Opened {
            authorize,
            redirect_uri,
            _listening: listening,
        })
    }

    /// N9: the disconnect of the same connection ends first.
    async fn after_disconnect(
        self,
        connection: Option<ConnectionId>,
        answers: mpsc::Receiver<Answer>,
    ) {
        if let Some(connection) = connection {
            drop(self.server.locks.of(&connection).await);
        }
        if self.kind == FlowKind::Device {
            match self.ask_for_code().await {
                Ok(code) => self.poll(code, answers).await,
                Err(problem) => finish::failed(&self, None, problem).await,
            }
            return;
        }
        match self.open().await {
            Ok(opened) => self.wait(opened, answers).await,
            Err(problem) => finish::failed(&self, None, problem).await,
        }
    }

    /// Whose lock is held while something is issued.
    pub(super) fn held(&self) -> ConnectionId {
        let again = self.purpose.again.clone();
        again.unwrap_or_else(|| self.purpose.fresh.clone())
    }

    async fn wait(self, opened: Opened, mut answers: mpsc::Receiver<Answer>) {
        let answer = tokio::select! {
            () = self.server.stop.cancelled() => Some(Answer::Cancelled),
            answer = tokio::time::timeout(LASTS, answers.recv()) => answer.unwrap_or(None),
        };
        answers.close();
        match answer {
            Some(Answer::Came(text)) => {
                match gate::still_manages(&self.server, &self.caller, &self.purpose.owner) {
                    Ok(()) => finish::came(&self, &opened, &text).await,
                    Err(problem) => finish::failed(&self, None, problem).await,
                }
            }
            Some(Answer::Cancelled) => {
                finish::failed(
                    &self,
                    None,
                    Problem::new(
                        Code::Failed,
                        "the authorization was given up",
                        "start again",
                    ),
                )
                .await;
            }
            None => {
                let message = "nobody finished the authorization within ten minutes";
                finish::failed(
                    &self,
                    None,
                    Problem::new(Code::Failed, message, "start again"),
                )
                .await;
            }
        }
    }

    /// Shows where the flow stands.
    pub(super) fn set(&self, state: FlowState) {
        self.server.flows.set(&self.id, state);
        self.server.hub.tell([Topic::Flow(self.id.clone())]);
    }
}

fn is_over(state: &FlowState) -> bool {
    matches!(
        state,
        FlowState::Connected { .. } | FlowState::Failed { .. }
    )
}

fn no_flow(id: &FlowId) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no authorization {id} of yours"),
        "start again",
    )
}
