//! The authorizations that this server has under way: whom an answer is for, and who is told how it ended.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::domain::display_text::clean;
use crate::domain::flow::FlowKind;
use crate::domain::id::{FlowId, RunId};
use crate::domain::user::Owner;
use crate::providers::check_callback;
use crate::server::caller::Caller;
use crate::server::clock_and_ids;
use crate::server::hub::Hub;
use crate::wire::view::{self, FlowState};
use crate::wire::{Code, Problem, Topic};

/// How long an ended flow can still be asked about.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The authorizations under way, and those that have just ended.
pub struct Flows {
    all: Mutex<HashMap<FlowId, FlowEntry>>,
    changes: watch::Sender<()>,
}

impl Default for Flows {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            changes: watch::Sender::new(()),
        }
    }
}

/// What a flow waits for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// A URL, or a bare code, came back from the vendor.
    Back(String),
    /// Whoever began it has looked at whose account it is, and keeps it.
    Confirmed,
}

pub(super) struct FlowEntry {
    pub kind: FlowKind,
    pub view: view::Flow,
    /// Who began it, as they were then.
    pub caller: Caller,
    /// Whose the connection will be.
    pub owner: Owner,
    /// The state that has to come back; it finds the flow that a callback belongs to.
    pub state: String,
    /// Whether a code may come without it (RFC 7636).
    pub has_pkce: bool,
    /// What it waits for.
    pub answers: mpsc::Sender<Came>,
    /// Says that somebody ended it.
    pub ended: CancellationToken,
}

impl Flows {
    /// Where a flow stands.
    pub fn view(&self, id: &FlowId) -> Result<view::Flow, Problem> {
        let all = self.lock();
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
    pub fn owner_of_own(&self, caller: &Caller, id: &FlowId) -> Result<Owner, Problem> {
        self.of(caller, id, |entry| entry.owner.clone())
    }

    /// Whose the connection of a flow will be, whoever began it.
    pub fn owner(&self, id: &FlowId) -> Result<Owner, Problem> {
        let all = self.lock();
        all.get(id)
            .map(|entry| entry.owner.clone())
            .ok_or_else(|| no_flow(id))
    }

    /// Hands a flow of this caller what came back.
    ///
    /// # Errors
    /// When there is no such flow, it is somebody else's, or it is not waiting; when this cannot be its answer, and then
    /// it goes on waiting.
    pub fn deliver(&self, caller: &Caller, id: &FlowId, text: &str) -> Result<view::Flow, Problem> {
        self.of(caller, id, |entry| {
            // It waits for a word alone.
            if entry.kind == FlowKind::Adopt {
                return Err(not_waiting(id));
            }
            // A device flow waits for nothing that could be pasted: whatever comes gives it up.
            if !entry.state.is_empty() {
                check_callback(text, &entry.state, entry.has_pkce).map_err(|error| {
                    Problem::new(
                        Code::Usage,
                        error.to_string(),
                        "it still waits: paste the address that the browser ended at",
                    )
                })?;
            }
            match entry.take(Came::Back(text.to_owned())) {
                true => Ok(entry.view.clone()),
                false => Err(not_waiting(id)),
            }
        })?
    }

    /// Tells a flow of this caller that the account it shows is the one that is meant.
    ///
    /// # Errors
    /// When there is no such flow, it is somebody else's, or it does not wait for that.
    pub(super) fn confirm(&self, caller: &Caller, id: &FlowId) -> Result<view::Flow, Problem> {
        self.of(caller, id, |entry| {
            let is_asked = matches!(entry.view.state, FlowState::Confirm { .. });
            match is_asked && entry.take(Came::Confirmed) {
                true => Ok(entry.view.clone()),
                false => Err(not_waiting(id)),
            }
        })?
    }

    /// Hands the flow with this state the URL that its vendor sent the browser to. Returns whether there is one.
    pub fn came_back(&self, state: &str, url: &Url) -> bool {
        let all = self.lock();
        let entry = all
            .values()
            .find(|entry| !entry.state.is_empty() && entry.state == state);
        entry.is_some_and(|entry| entry.take(Came::Back(url.to_string())))
    }

    /// A refusal came back to a path without saying to which authorization it belongs: those that wait there show it, and wait
    /// on. Returns whether there is one.
    pub fn heard(&self, hub: &Hub, path: &str, error: &str) -> bool {
        let mut all = self.lock();
        let mut told = Vec::new();
        for (id, entry) in all
            .iter_mut()
            .filter(|(_, entry)| entry.comes_back_to(path))
        {
            entry.view.heard = Some(clean(error));
            told.push(Topic::Flow(id.clone()));
        }
        drop(all);
        let is_known = !told.is_empty();
        hub.tell(told);
        is_known
    }

    /// Which run ends what the authorization took the place of.
    pub fn replaced(&self, id: &FlowId, run: RunId) {
        if let Some(entry) = self.lock().get_mut(id) {
            entry.view.replaced_by = Some(run);
        }
    }

    /// How many wait for a person.
    #[must_use]
    pub fn open(&self) -> usize {
        let all = self.lock();
        all.values().filter(|entry| entry.is_open()).count()
    }

    /// Whether a person is authorizing at this provider, or one that shares its grants.
    #[must_use]
    pub fn is_open_at(&self, shares: impl Fn(&str) -> bool) -> bool {
        let all = self.lock();
        all.values()
            .any(|entry| entry.is_open() && shares(&entry.view.provider))
    }

    /// The open ones, with who began each and whose its connection will be.
    pub(super) fn begun(&self) -> Vec<(FlowId, Caller, Owner)> {
        let all = self.lock();
        let open = all.values().filter(|entry| entry.is_open());
        open.map(|it| (it.view.id.clone(), it.caller.clone(), it.owner.clone()))
            .collect()
    }

    /// Tells the open ones among these that somebody ended them.
    pub(super) fn end(&self, ended: impl Fn(&FlowId) -> bool) {
        let all = self.lock();
        for (id, entry) in all.iter() {
            if entry.is_open() && !entry.ended.is_cancelled() && ended(id) {
                entry.ended.cancel();
            }
        }
    }

    /// Waits until nothing can come of any flow that was ended.
    pub(super) async fn until_quiet(&self) {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            let is_ending = |entry: &FlowEntry| entry.is_open() && entry.ended.is_cancelled();
            if !self.lock().values().any(is_ending) || changes.changed().await.is_err() {
                return;
            }
        }
    }

    pub(super) fn insert(&self, entry: FlowEntry) {
        let mut all = self.lock();
        let now = clock_and_ids::now();
        let forgotten = |e: &FlowEntry| {
            now.duration_since(e.view.expires_at).unsigned_abs() > REMEMBERED
                && e.view.expires_at < now
        };
        all.retain(|_, entry| !forgotten(entry));
        all.insert(entry.view.id.clone(), entry);
    }

    pub(super) fn set(&self, id: &FlowId, state: FlowState) {
        if let Some(entry) = self.lock().get_mut(id) {
            entry.view.state = state;
            if !entry.is_open() {
                // Emptied it would stand on in its buffer.
                entry.state = String::new();
            }
        }
        self.changes.send_replace(());
    }

    /// A flow that could not begin was never there.
    pub(super) fn forget(&self, id: &FlowId) {
        self.lock().remove(id);
        self.changes.send_replace(());
    }

    pub(super) fn expect(&self, id: &FlowId, state: &str) {
        if let Some(entry) = self.lock().get_mut(id) {
            state.clone_into(&mut entry.state);
        }
    }

    fn of<T>(
        &self,
        caller: &Caller,
        id: &FlowId,
        take: impl FnOnce(&FlowEntry) -> T,
    ) -> Result<T, Problem> {
        self.lock()
            .get(id)
            .filter(|entry| entry.caller.actor.user.id == caller.actor.user.id)
            .map(take)
            .ok_or_else(|| no_flow(id))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FlowId, FlowEntry>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FlowEntry {
    /// Takes what came back, unless it was ended or has had an answer.
    fn take(&self, answer: Came) -> bool {
        !self.ended.is_cancelled() && self.answers.try_send(answer).is_ok()
    }

    /// Whether it waits for a browser at this path.
    fn comes_back_to(&self, path: &str) -> bool {
        let FlowState::Authorize {
            redirect_uri,
            listening: true,
            ..
        } = &self.view.state
        else {
            return false;
        };
        Url::parse(redirect_uri).is_ok_and(|url| url.path() == path)
    }

    fn is_open(&self) -> bool {
        !matches!(
            self.view.state,
            FlowState::Connected { .. } | FlowState::Failed { .. }
        )
    }
}

pub(super) fn not_waiting(id: &FlowId) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("{id} does not wait for an answer any more"),
        "look at how it ended",
    )
}

fn no_flow(id: &FlowId) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no authorization {id} of yours"),
        "start again",
    )
}
