//! Everything that the server's tasks share.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::unix::OwnedWriteHalf;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::alarm::Alarm;
use super::backup::Backups;
use super::compaction::CurrentCompaction;
use super::connect::{Callbacks, Flows};
use super::disconnect::RunDrivers;
use super::grants::Grants;
use super::health::HealthWatch;
use super::holds::HoldAttempts;
use super::hub::Hub;
use super::locks::Locks;
use super::presence::Presence;
use super::queries::log::LogSignatures;
use super::rate_limits::RateLimits;
use super::refusals::Refusals;
use super::request_bodies::RequestBodies;
use super::rollback_guard::CheckpointFile;
use super::scans::Scans;
use super::subscriptions::Senders;
use super::sync::Executions;
use super::token_reads::ReadWindows;
use super::trial::{MadeUpCache, TurnsByHost};
use super::walkthrough::Walks;
use super::webhooks::Queues;
use super::workers::Workers;
use crate::domain::connection::App;
use crate::domain::id::{ConnectionId, WebhookId};
use crate::domain::network::Network;
use crate::domain::provider::ProviderFile;
use crate::domain::trial::ProofPace;
use crate::providers::{CatalogEntry, Vendors};
use crate::store::{Store, StoreError};
use crate::vault::Vault;
use crate::wire::frame::Writer;

/// The version that both ends of the socket show.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// When our own store is in trouble, what is due is looked at again after so long.
pub(crate) const AFTER_TROUBLE: Duration = Duration::from_secs(60);

/// Everything that the server's tasks share.
pub struct Server {
    pub(crate) store: Store,
    pub(crate) vault: Arc<Vault>,
    pub(crate) vendors: Vendors,
    pub(crate) hub: Hub,
    pub(crate) locks: Locks,
    /// Changes of one connection's configuration, and of its records, wait for each other here.
    pub(crate) configuring: Locks,
    pub(crate) grants: Grants,
    /// What is known of how vendors answer, and who is asked next.
    pub(crate) health: HealthWatch,
    /// Whether a client started it, so that it leaves when it is not needed.
    pub(crate) is_on_demand: bool,
    pub(crate) holds: HoldAttempts,
    pub(crate) backups: Backups,
    /// The compaction that is under way, or the last one.
    pub(crate) upkeep: CurrentCompaction,
    /// Wakes whoever ends what is exposed no more.
    pub(crate) exposures: Alarm,
    pub(crate) made_up: MadeUpCache,
    pub(crate) turns: TurnsByHost,
    /// How proofs spread over time, as configured.
    pub(crate) pace: ProofPace,
    /// How long after the first empty list a second one is believed, as configured.
    pub(crate) empty_again: Duration,
    /// How often a new job runs, as configured.
    pub(crate) default_schedule: Option<String>,
    pub(crate) flows: Flows,
    pub(crate) callbacks: Callbacks,
    pub(crate) reads: ReadWindows,
    pub(crate) refusals: Refusals,
    pub(crate) bodies: RequestBodies,
    pub(crate) senders: Senders,
    /// What came in from vendors and is not written yet.
    pub(crate) deliveries: Queues,
    /// Who asks about what vendors said.
    pub(crate) notices: Workers<ConnectionId>,
    /// Who joins watched channels.
    pub(crate) channels: Workers<ConnectionId>,
    /// How long a vendor's events are collected before a pull, as configured.
    pub(crate) debounce: Duration,
    /// The sessions so far.
    pub(crate) sessions: AtomicU64,
    pub(crate) bounds: RateLimits,
    pub(crate) scans: Scans,
    /// What searches of the log know of what it cannot contain.
    pub(crate) log_signatures: Arc<LogSignatures>,
    pub(crate) executions: Arc<Executions>,
    /// Wakes whoever starts jobs.
    pub(crate) schedule: Alarm,
    pub(crate) presence: Presence,
    pub(crate) tasks: TaskTracker,
    /// The uid of the gateway account.
    pub gateway: Option<u32>,
    /// Says to every task that the server stops.
    pub(crate) stop: CancellationToken,
    pub(crate) workspace: String,
    pub(crate) started_at: Timestamp,
    pub(crate) data_dir: PathBuf,
    pub(crate) seen: CheckpointFile,
    pub(crate) audit_key: String,
    pub(crate) callback_port: u16,
    pub(crate) http_base: Option<String>,
    /// Whose addresses speak for many clients.
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) warnings: Vec<String>,
    pub(crate) walks: Walks,
    /// The disconnects that somebody goes on with.
    pub(crate) driven: RunDrivers,
    /// Clients that were there at the stop. Dropped last, after the store: whoever waits for the end of the
    /// connection knows that the folder is free.
    pub(super) lingering: Mutex<Vec<Writer<OwnedWriteHalf>>>,
}

impl Server {
    /// Waits for so long; false when the server stops first.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(wait) => true,
        }
    }

    /// The provider file of this id.
    pub(crate) fn provider(&self, id: &str) -> Option<Arc<ProviderFile>> {
        self.vendors
            .catalog()
            .get(id)
            .map(|entry| Arc::clone(&entry.file))
    }

    /// Whether there is such a provider: in the catalog, or only in what is left of its connections.
    pub(crate) fn knows_provider(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.provider(id).is_some() || self.store.known(id)? > 0)
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

    pub(crate) fn catalog_entry(&self, id: &str) -> Option<CatalogEntry> {
        self.vendors.catalog().get(id).cloned()
    }

    pub(crate) fn catalog_entries(&self) -> Vec<CatalogEntry> {
        self.vendors.catalog().list().into_iter().cloned().collect()
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
}
