//! Real OAuth 2.0 providers on loopback, with vendors' dialects, for the demo, for trials and for tests. Nothing here is
//! shared with the room that speaks to vendors, so that both can be wrong independently. Everything is in memory.
//!
//! # Vendors
//! Each lives under its own path, see [`Vendor`]; `/ledger` keeps to the RFCs. Salesforce's API has no path of its own
//! but `/services`, as if its host were the vendor's. For every provider file a vendor knows the client
//! `sandbox-PROVIDER` with the secret `sandbox-PROVIDER-secret` and the redirect URI
//! `http://127.0.0.1:8976/callback/PROVIDER`, whose port may differ; at Stripe that secret is the platform's key, and at
//! a GitHub App the redirect URI is the setup URL, whose port may not. [`Sandbox::setups`] names them all. A client's
//! project at Google is its id up to the first hyphen, as there.
//!
//! The accounts are `acme-bot`, `carol` and `intern`, who can only allow the first scope. `login_hint=ACCOUNT`
//! preselects on the consent page; `sandbox_auto=allow|deny` answers in the person's place.
//!
//! A GitHub App has no secret but a key pair, whose public half is registered below; the app is number 420001 there and
//! is installed at `/github-app/apps/tagout/installations/new`, which sends the browser on with the installation's
//! number.
//!
//! # Control API
//! JSON, for this machine only. What can be asked here can be asked of [`SandboxState`] too.
//!
//! - `GET /_control/calls?vendor=`: what was called, see [`CallRecord`].
//! - `GET /_control/tokens?vendor=`: every token by fingerprint, dead or alive, see [`TokenView`].
//! - `GET|POST|DELETE /_control/faults`: `{vendor, endpoint, mode, times?, retry_after?}`, see [`Endpoint`] and
//!   [`FaultMode`]; without `times` until deleted.
//! - `GET|POST /_control/settings`: `{vendor, access_ttl?, refresh?, pkce_required?, page_delay_ms?, items?,
//!   auto_consent?, device_interval?, told_ttl?, reissues?}`, see [`Settings`]; `access_ttl` is in seconds or `"never"`,
//!   `told_ttl` what is said of it.
//! - `POST /_control/kill`: `{vendor, account}` or `{vendor, fingerprint}`, as a person ends access at the vendor.
//! - `POST /_control/device`: `{vendor, user_code, account}`, without an account denies, as a person does on the page.
//! - `POST /_control/clients`: `{vendor, client_id, client_secret?, name, redirect_uris, any_port?, refresh?}`.
//! - `POST /_control/keys`: `{vendor, account}`, answers `{key}`: an API key as a person makes one at the vendor.
//! - `POST /_control/app_keys`: `{vendor, client_id, public_key}`: the public key, in PEM, of the pair that a person
//!   makes for an app at the vendor.
//! - `POST /_control/touch`: `{vendor, entity, count}` changes the first items of an entity now.
//! - `GET /_control/accounts`: who can sign in.
//! - `POST /_control/messages`: takes any message, as a receiver of webhooks does.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

mod accounts;
mod app_key;
mod authorize;
mod call;
mod calls;
mod clients;
mod consent;
mod control;
mod device;
mod exchange;
mod faults;
mod front;
mod graphql;
mod id_token;
mod items;
mod mint;
mod settings;
mod setup;
mod state;
mod tcp;
mod tokens;
mod vendor;
mod vendors;

pub use accounts::{ACCOUNTS, Account};
pub use calls::{CallLog, CallRecord};
pub use clients::{Client, RefreshPolicy};
pub use faults::{Endpoint, Fault, FaultMode};
pub use settings::{Consent, Lifetime, Never, Settings, SettingsChange};
pub use setup::Setup;
pub use state::{SandboxState, Victim};
pub use tokens::{KilledBy, TokenKind, TokenView, fingerprint};
pub use vendor::Vendor;

/// Why the sandbox did not start or ended badly.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// It issues tokens over plain HTTP to whoever asks.
    #[error("starting the sandbox failed: {0} is not a loopback address. Listen on 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// The address is taken or not ours.
    #[error(
        "starting the sandbox failed: cannot listen on {address}: {source}. Choose another port, or 0 for any"
    )]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Tokens would not be secrets.
    #[error("starting the sandbox failed: the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The serving task ended on its own.
    #[error("serving the sandbox failed: {0}. Start it again")]
    Serve(io::Error),
}

/// A running sandbox. It ends when it is dropped.
pub struct Sandbox {
    addr: SocketAddr,
    state: Arc<SandboxState>,
    closing: CancellationToken,
    serving: JoinHandle<io::Result<()>>,
}

/// Starts the sandbox on a loopback address; it serves at once.
pub async fn start(listen: SocketAddr) -> Result<Sandbox, SandboxError> {
    if !listen.ip().is_loopback() {
        return Err(SandboxError::NotLoopback(listen));
    }
    let taken = |source| SandboxError::Listen {
        address: listen,
        source,
    };
    let tcp = TcpListener::bind(listen).await.map_err(taken)?;
    let addr = tcp.local_addr().map_err(taken)?;
    let state =
        Arc::new(SandboxState::new(format!("http://{addr}")).map_err(SandboxError::Random)?);
    let closing = CancellationToken::new();
    let app = Router::new()
        .nest("/_control", control::routes())
        .fallback(front::answer)
        .with_state(Arc::clone(&state))
        .into_make_service_with_connect_info::<tcp::Knife>();
    let switchboard = tcp::Switchboard {
        tcp,
        closing: closing.clone(),
    };
    let serve =
        axum::serve(switchboard, app).with_graceful_shutdown(closing.clone().cancelled_owned());
    let serving = tokio::spawn(serve.into_future());
    Ok(Sandbox {
        addr,
        state,
        closing,
        serving,
    })
}

impl Sandbox {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://HOST:PORT`.
    pub fn base_url(&self) -> &str {
        self.state.base_url()
    }

    /// How the provider files are pointed here.
    pub fn setups(&self) -> Vec<Setup> {
        setup::all(self.base_url())
    }

    /// What was called.
    pub fn log(&self) -> Arc<CallLog> {
        self.state.log()
    }

    /// The levers of the control API.
    pub fn state(&self) -> Arc<SandboxState> {
        Arc::clone(&self.state)
    }

    /// Ends the sandbox when cancelled: every connection is cut, hanging ones too.
    pub fn shutdown(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Serves until `shutdown` is done or the sandbox is ended otherwise, and returns when every connection is closed.
    pub async fn run_until(
        mut self,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), SandboxError> {
        let ended = tokio::select! {
            ended = &mut self.serving => ended,
            () = shutdown => {
                self.closing.cancel();
                (&mut self.serving).await
            }
        };
        ended
            .unwrap_or_else(|broken| Err(io::Error::other(broken)))
            .map_err(SandboxError::Serve)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}
