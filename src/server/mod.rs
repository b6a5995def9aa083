//! The only room that changes anything. One process owns the store and does all work; consoles and verbs are
//! clients on its socket.

pub mod answer;
pub mod bodies;
pub mod bounds;
pub mod brief;
pub mod change;
pub mod connect;
pub mod disconnect;
mod exposure;
mod follow_ups;
pub mod gate;
pub mod grants;
pub mod holds;
pub mod http;
pub mod hub;
pub mod idle;
mod listen;
pub mod locks;
pub mod look;
pub mod metrics;
pub mod mint;
mod problem;
pub mod reads;
pub mod refusals;
mod seen;
pub mod socket;
mod start;
#[cfg(test)]
mod stops;
pub mod sync;
pub mod tokens;
pub mod trial;
pub mod vendor;
pub mod walkthrough;
pub mod who;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::connection::App;
use crate::domain::id::{ConnectionId, RunId, UserId, WebhookId};
use crate::domain::leaving::Former;
use crate::domain::network::Network;
use crate::domain::provider::ProviderFile;
use crate::domain::user::Owner;
use crate::providers::{Entry, Vendors};
use crate::store::Store;
use crate::vault::Vault;
use crate::wire::Problem;
use crate::wire::frame::Writer;

pub use seen::Moving;
pub use start::{Options, StartError, run};

/// The version that both ends of the socket show.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// When our own store is in trouble, what is due is looked at again after so long.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);

/// Everything that the server's tasks share.
pub struct Server {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) vendors: Vendors,
    pub(crate) hub: hub::Hub,
    pub(crate) locks: locks::Locks,
    pub(crate) grants: grants::Grants,
    pub(crate) holds: holds::Holds,
    pub(crate) exposures: exposure::Exposures,
    pub(crate) made_up: trial::MadeUp,
    /// How proofs spread over time, as configured.
    pub(crate) pace: crate::domain::trial::Pace,
    /// How long after the first empty list a second one is believed, as configured.
    pub(crate) empty_again: Duration,
    pub(crate) flows: connect::Flows,
    pub(crate) callbacks: connect::Callbacks,
    pub(crate) reads: reads::Reads,
    pub(crate) refusals: refusals::Refusals,
    pub(crate) bodies: bodies::Bodies,
    /// The sessions so far.
    pub(crate) sessions: AtomicU64,
    pub(crate) bounds: bounds::Bounds,
    pub(crate) executions: Arc<sync::Executions>,
    pub(crate) schedule: sync::Schedule,
    pub(crate) presence: idle::Presence,
    pub(crate) tasks: TaskTracker,
    /// The uid of the gateway account.
    pub gateway: Option<u32>,
    /// Says to every task that the server stops.
    pub(crate) stop: CancellationToken,
    pub(crate) workspace: String,
    pub(crate) started_at: Timestamp,
    pub(crate) data_dir: PathBuf,
    pub(crate) seen: seen::SeenFile,
    pub(crate) audit_key: String,
    pub(crate) callback_port: u16,
    pub(crate) http_base: Option<String>,
    /// Whose addresses speak for many clients.
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) warnings: Vec<String>,
    pub(crate) walks: walkthrough::Walks,
    driven: Mutex<HashMap<RunId, UntilOver>>,
    /// Clients that were there at the stop. Dropped last, after the store: whoever waits for the end of the
    /// connection knows that the folder is free.
    lingering: Mutex<Vec<Writer<OwnedWriteHalf>>>,
}

impl Server {
    /// The provider file of this id.
    pub(crate) fn provider(&self, id: &str) -> Option<Arc<ProviderFile>> {
        self.vendors
            .catalog()
            .get(id)
            .map(|entry| Arc::clone(&entry.file))
    }

    /// The provider file of a connection.
    pub(crate) fn provider_of(&self, connection: &ConnectionId) -> Option<Arc<ProviderFile>> {
        let connection = self.store.connection(connection).ok()?;
        self.provider(&connection.provider)
    }

    /// What people call a provider.
    pub(crate) fn provider_name(&self, id: &str) -> String {
        self.provider(id)
            .map_or_else(|| id.to_owned(), |file| file.name.clone())
    }

    pub(crate) fn catalog_entry(&self, id: &str) -> Option<Entry> {
        self.vendors.catalog().get(id).cloned()
    }

    pub(crate) fn catalog_entries(&self) -> Vec<Entry> {
        self.vendors.catalog().list().into_iter().cloned().collect()
    }

    /// Whose a connection is, in words.
    pub(crate) fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Workspace => "workspace".to_owned(),
            Owner::Personal(id) => match self.store.get::<crate::domain::user::User>(id.as_str()) {
                Ok(Some(user)) => user.name,
                Ok(None) | Err(_) => match self.store.get::<Former>(id.as_str()) {
                    Ok(Some(former)) => former.name,
                    Ok(None) | Err(_) => id.to_string(),
                },
            },
        }
    }

    /// Whom a name means as an owner: the workspace, a user, those who left under this name, or anybody's id.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] when nobody is or was called so.
    pub(crate) fn owners_called(&self, name: &str) -> Result<Vec<Owner>, Problem> {
        if name == "workspace" {
            return Ok(vec![Owner::Workspace]);
        }
        if let Ok(id) = name.parse::<UserId>() {
            return Ok(vec![Owner::Personal(id)]);
        }
        let users = self.store.users()?;
        let former = self.store.former_users()?;
        let all = users.into_iter().map(|user| (user.id, user.name));
        let all = all.chain(former.into_iter().map(|it| (it.id, it.name)));
        let called: Vec<Owner> = all
            .filter(|(_, called)| called == name)
            .map(|(id, _)| Owner::Personal(id))
            .collect();
        match called.is_empty() {
            false => Ok(called),
            true => Err(who::nobody(name)),
        }
    }

    /// Where the vendor sends the browser.
    pub(crate) fn redirect_uri(&self, provider: &str, app: Option<&App>) -> String {
        let configured = app.and_then(|app| app.redirect_uri.clone());
        configured.unwrap_or_else(|| {
            format!(
                "http://127.0.0.1:{}/callback/{provider}",
                self.callback_port
            )
        })
    }

    /// Where a vendor sends its events.
    pub(crate) fn webhook_url(&self, id: &WebhookId) -> String {
        let base = self
            .http_base
            .as_deref()
            .unwrap_or("(start the server with --http ADDR)");
        format!("{base}/webhooks/{id}")
    }

    /// Goes on with a run in a task of its own, unless one does already.
    pub(crate) fn drive(self: &Arc<Self>, id: RunId) -> UntilOver {
        let (over, until) = watch::channel(());
        {
            let mut driven = self.driven.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(until) = driven.get(&id) {
                return until.clone();
            }
            driven.insert(id.clone(), UntilOver(until.clone()));
        }
        let driver = Driver {
            server: Arc::clone(self),
            id,
            _over: over,
        };
        self.tasks.spawn(async move {
            let (server, id) = (&driver.server, &driver.id);
            if let Err(error) = disconnect::drive(server, id).await {
                tracing::error!(run = %id, %error, "a disconnect stands still; it goes on at the next start");
            }
            server.seen.after_run();
        });
        UntilOver(until)
    }
}

/// Whoever goes on with a run. However that ends, a panic included, somebody else may go on with it then.
struct Driver {
    server: Arc<Server>,
    id: RunId,
    _over: watch::Sender<()>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let driven = self.server.driven.lock();
        driven
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
    }
}

/// Waits until nobody goes on with a run any more: it ended, or waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct UntilOver(watch::Receiver<()>);

impl UntilOver {
    pub(crate) async fn wait(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
