//! The durable facts of the house: one method for each, each one transaction with its audit entry, and none
//! returns before it is on the disk.

mod authorizations;
mod badges;
mod batches;
mod catalog;
mod channels;
mod configuration;
mod connection_places;
mod connections;
mod credentials;
mod deliveries;
mod dependents;
mod entry_about;
mod executions;
mod exposures;
mod flows;
mod folder;
mod follow_ups;
mod for_you;
mod holds;
mod jobs;
mod lists;
mod marks;
mod missing;
mod named;
mod new_runs;
mod notices;
mod old_executions;
mod outbox;
mod passes;
mod planned;
mod readmission;
mod reads;
mod refusals;
mod routing;
mod rows;
mod run_log;
mod runs;
mod subscriptions;
mod swaps;
mod synced;
mod tags;
mod users;
mod walkthroughs;
mod webhooks;
mod wiped_rows;
mod wipes;

pub use authorizations::{Connected, DiscardedTokens, JobMoved, ReplacedTokens};
pub use batches::{LeftOver, ReadThing, SyncBatch};
pub use catalog::{AddedProvider, Workspace};
pub use channels::ChannelResults;
pub use connection_places::CONNECTIONS;
pub use credentials::{EndSaid, IssueIntent, PassedAgain};
pub use deliveries::{Arrival, BatchResult, DeliveryEffect, NoEffect, RecentIds, VendorSaid};
pub use executions::{Cancelled, ExecutionOver, StoppedFor, Wished};
pub use exposures::ExposureChanges;
pub use follow_ups::FollowUpChanges;
pub use holds::{AfterHold, HOLDS};
pub use lists::ListOf;
pub use missing::MissingThings;
pub use new_runs::NewRun;
pub use passes::PassEnd;
pub use planned::TimeCame;
pub use readmission::{Copy, Readmission, Readmit};
pub use reads::{ReadWindow, TokenReader};
pub use refusals::RefusalWindow;
pub use run_log::RunRecord;
pub use runs::RunEnd;
pub use synced::Scopes;
pub use users::{Removal, SavedView};
pub use walkthroughs::{PartOver, PassedOver, WalkBegins};
pub use wipes::WipeForecast;

use futures::future::BoxFuture;

use crate::domain::audit::{AuditEntry, NewEntry};

use super::{Store, StoreError, Tx, WriteClass};

impl Store {
    /// An entry that stands alone: a refusal, a look at something that is recorded.
    pub async fn note(&self, entry: NewEntry) -> Result<AuditEntry, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| tx.append(entry))
            .await
    }

    /// One transaction, durable when it returns. The future is boxed so that its type does not name the closure:
    /// the compiler cannot prove such futures `Send` when they are nested (rust-lang/rust#102211).
    fn fact<'a, T: Send + 'a>(
        &'a self,
        class: WriteClass,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        let written = self.write_as(class, change);
        Box::pin(async move {
            let written = written?;
            self.durable(written.commit).await?;
            Ok(written.value)
        })
    }
}
