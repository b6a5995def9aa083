//! An authorization under way: a person is sent to the vendor, and waited for.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::{OwnedMutexGuard, mpsc};
use tokio_util::sync::CancellationToken;

use super::brought::Brought;
use super::flows::{Came, FlowEntry};
use super::listeners::Listening;
use super::{ConnectPurpose, callback, cancel, finish, wait_for_flows};
use crate::domain::credential::IssuingCall;
use crate::domain::flow::{self, FlowKind};
use crate::domain::id::{ConnectionId, FlowId};
use crate::domain::provider::{Pkce, Redirect};
use crate::domain::saturating_time::saturating_later;
use crate::providers::{Authorize, AuthorizeRequest};
use crate::server::caller::Caller;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::store::facts::IssueIntent;
use crate::vault::wiped;
use crate::wire::view::{self, FlowState};
use crate::wire::{Code, Problem, Topic};

/// How long a person may take.
pub(super) const LASTS: Duration = Duration::from_secs(600);

/// What an authorization begins with.
pub(super) struct FlowStart {
    /// Its durable part.
    pub flow: flow::Flow,
    /// Whom to sign in as, for a reconnect.
    pub sign_in_as: Option<String>,
    /// Whether a disconnect of the same connection is under way.
    pub waits: bool,
    /// Tokens of an older authorization that are still held.
    pub holds: Vec<view::Hold>,
    /// What another tool was given, where that is taken over.
    pub brought: Option<Brought>,
}

/// Begins to wait for a person; returns where to send them.
pub(super) async fn start(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: ConnectPurpose,
    vendor: VendorSession,
    begins: FlowStart,
) -> Result<view::Flow, Problem> {
    let (id, kind) = (begins.flow.id.clone(), begins.flow.kind);
    let (answers, waiting) = mpsc::channel(1);
    let ended = CancellationToken::new();
    let view = view::Flow {
        id: id.clone(),
        provider: purpose.provider.clone(),
        provider_name: vendor.file().name.clone(),
        state: FlowState::Waiting,
        expires_at: begins.flow.ends_at,
        sign_in_as: begins.sign_in_as,
        holds: begins.holds,
        heard: None,
        replaced_by: None,
    };
    server.flows.insert(FlowEntry {
        kind,
        view,
        caller: caller.clone(),
        owner: purpose.owner.clone(),
        state: String::new(),
        has_pkce: vendor.file().auth.pkce == Pkce::S256,
        answers,
        ended: ended.clone(),
    });
    let flow = FlowContext {
        server: Arc::clone(server),
        caller: caller.clone(),
        id: id.clone(),
        purpose,
        vendor,
        kind,
        ended,
    };
    // It may have been ended between its row and its entry here.
    wait_for_flows::notify_ended_flows(server);
    if begins.waits {
        let after = flow.purpose.again.clone();
        server
            .tasks
            .spawn(flow.after_disconnect(after, waiting, begins.brought));
    } else if let Some(brought) = begins.brought {
        server.tasks.spawn(flow.adopt(brought, waiting));
    } else if kind == FlowKind::Device {
        match flow.ask_for_code().await {
            Ok(code) => server.tasks.spawn(flow.poll(code, waiting)),
            Err(problem) => return Err(flow.never_opened(problem).await),
        };
    } else {
        match flow.open().await {
            Ok(opened) => server.tasks.spawn(flow.wait(opened, waiting)),
            Err(problem) => return Err(flow.never_opened(problem).await),
        };
    }
    server.flows.view(&id)
}

/// Everything that a flow needs to end well.
pub(super) struct FlowContext {
    pub server: Arc<Server>,
    pub caller: Caller,
    pub id: FlowId,
    pub purpose: ConnectPurpose,
    pub vendor: VendorSession,
    pub kind: FlowKind,
    /// Says that somebody ended it: what comes from then on is not exchanged.
    pub ended: CancellationToken,
}

/// A person was sent to the vendor.
pub(super) struct ConsentOpened {
    pub authorize: Authorize,
    pub redirect_uri: String,
    /// Keeps the loopback listener open.
    listening: Option<Listening>,
}

impl FlowContext {
    /// Makes the URL, and listens where the vendor sends the browser.
    async fn open(&self) -> Result<ConsentOpened, Problem> {
        let app = self.server.store.app(&self.purpose.provider)?;
        let mut redirect_uri = self
            .server
            .redirect_uri(&self.purpose.provider, app.as_ref());
        let listening = match self.kind {
            FlowKind::Paste | FlowKind::Device | FlowKind::Remote | FlowKind::Adopt => None,
            FlowKind::Browser => {
                let any_port = self.vendor.file().redirect == Redirect::AnyPort;
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
        self.opened(Some(digest(&authorize.state)), LASTS).await?;
        self.server.flows.expect(&self.id, &authorize.state);
        let url = authorize.url.to_string();
        let state = FlowState::Authorize {
            url,
            redirect_uri: redirect_uri.clone(),
            listening: listening.is_some(),
        };
        self.set(state);
        Ok(ConsentOpened {
            authorize,
            redirect_uri,
            listening,
        })
    }

    /// A person is about to be sent to the vendor, and has so long.
    pub(super) async fn opened(
        &self,
        state_digest: Option<String>,
        lasts: Duration,
    ) -> Result<(), Problem> {
        let store = &self.server.store;
        let opened = store.flow_opened(&self.id, state_digest, after(lasts));
        opened.await.map_err(Problem::from)
    }

    /// Nobody was sent anywhere: the flow ends with the request that began it.
    async fn never_opened(&self, why: Problem) -> Problem {
        finish::failed(self, None, why.clone()).await;
        self.server.flows.forget(&self.id);
        why
    }

    /// N9: the disconnect of the same connection ends first.
    async fn after_disconnect(
        self,
        connection: Option<ConnectionId>,
        answers: mpsc::Receiver<Came>,
        brought: Option<Brought>,
    ) {
        if let Some(connection) = connection
            && self.turn(&connection).await.is_none()
        {
            let why = cancel::how(&self.server, &self.id);
            return finish::failed(&self, None, why).await;
        }
        if let Some(brought) = brought {
            return self.adopt(brought, answers).await;
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

    /// That something is about to be issued.
    pub(super) fn intent(&self, call: IssuingCall) -> IssueIntent {
        IssueIntent {
            credential: clock_and_ids::credential(),
            connection: self.held(),
            generation: 0,
            call,
            at: clock_and_ids::now(),
            lost: false,
        }
    }

    /// Whose lock is held while something is issued.
    pub(super) fn held(&self) -> ConnectionId {
        let again = self.purpose.again.clone();
        again.unwrap_or_else(|| self.purpose.fresh.clone())
    }

    /// A connection's lock; none when the flow was ended while it waited: whoever ended it holds the lock, and waits.
    pub(super) async fn turn(&self, connection: &ConnectionId) -> Option<OwnedMutexGuard<()>> {
        tokio::select! {
            biased;
            () = self.ended.cancelled() => None,
            guard = self.server.locks.of(connection) => Some(guard),
        }
    }

    async fn wait(self, opened: ConsentOpened, mut answers: mpsc::Receiver<Came>) {
        let failed = |why: Problem| finish::failed(&self, None, why);
        tokio::select! {
            biased;
            () = self.server.stop.cancelled() => {
                let given_up = "the authorization was given up";
                failed(Problem::new(Code::Failed, given_up, "start again")).await;
            }
            () = self.ended.cancelled() => {
                // Its answer came just before, and nobody has looked at it.
                if answers.try_recv().is_ok() {
                    finish::too_late(&self).await;
                } else {
                    failed(cancel::how(&self.server, &self.id)).await;
                }
                cancel::linger(&self.server, opened.listening);
            }
            answer = tokio::time::timeout(LASTS, answers.recv()) => match answer {
                Ok(Some(Came::Back(text))) => {
                    answers.close();
                    finish::came(&self, &opened, &text).await;
                }
                // Only a flow that shows an account is confirmed.
                Ok(Some(Came::Confirmed) | None) | Err(_) => {
                    let message = "nobody finished the authorization within ten minutes";
                    failed(Problem::new(Code::Failed, message, "start again")).await;
                }
            },
        }
    }

    /// Shows where the flow stands.
    pub(super) fn set(&self, state: FlowState) {
        self.server.flows.set(&self.id, state);
        self.server.hub.tell([Topic::Flow(self.id.clone())]);
    }
}

/// The time after so long.
pub(super) fn after(lasts: Duration) -> jiff::Timestamp {
    saturating_later(clock_and_ids::now(), lasts)
}

/// What a state is recognised by.
pub(super) fn digest(state: &str) -> String {
    hex::encode(wiped(|| Sha256::digest(state)))
}
