//! Things that a whole pass did not see are asked for by themselves, where the provider file says how: too many for one pass, or
//! missed once where things move between pages.

use std::sync::Arc;

use super::fetch::{self, FetchError};
use super::walk::Walker;
use crate::domain::sync::ListState;
use crate::server::clock_and_ids;
use crate::store::StoreError;
use crate::store::facts::MissingThings;

impl Walker<'_> {
    /// What is known of the list once the vendor has answered for what its last whole pass left open; none where it did not, or
    /// has any of it.
    pub(super) async fn settled(
        &mut self,
        list: &ListState,
    ) -> Result<Option<ListState>, FetchError> {
        let (task, store) = (self.task, &self.task.server.store);
        let why = list.unchecked.as_ref().filter(|_| task.spec.one.is_some());
        let Some(why) = why else {
            return Ok(None);
        };
        let chance = clock_and_ids::chance();
        let (ours, job, why) = (Arc::clone(task.server), task.job.clone(), why.clone());
        // Each thing of the list is looked at, of which there may be very many.
        let looked =
            tokio::task::spawn_blocking(move || ours.store.missing_things(&job, &why, chance));
        let things = looked.await.map_err(|error| {
            StoreError::Stopped(format!("looking for what is missing: {error}"))
        })??;
        let Some(things) = things.filter(MissingThings::can_be_asked_for) else {
            return Ok(None);
        };
        let answered = tokio::select! {
            biased;
            () = task.pulling.stop.cancelled() => return Ok(None),
            answered = self.are_gone(&things) => answered,
        };
        match answered {
            Ok(true) => {
                let full_every = task.spec.full_every();
                let gone = store.missing_gone(&self.keeper.of, &things, full_every);
                Ok(gone.await?)
            }
            Ok(false) => Ok(None),
            // The list was pulled to its end, and waits as it would without being asked.
            Err(error) => {
                tracing::warn!(%error, job = %task.job.id, "what a list misses could not be asked for");
                Ok(None)
            }
        }
    }

    /// Whether the vendor has none of the missing ones, and has the one that it listed, before and after: an address that is wrong,
    /// or a gateway, has nothing.
    async fn are_gone(&self, things: &MissingThings) -> Result<bool, FetchError> {
        let Some(seen) = &things.seen else {
            return Ok(false);
        };
        if !self.is_there(seen).await? {
            return Ok(false);
        }
        for id in &things.missing {
            if self.is_there(id).await? {
                return Ok(false);
            }
        }
        self.is_there(seen).await
    }

    async fn is_there(&self, id: &str) -> Result<bool, FetchError> {
        fetch::is_there(self.task, &self.vendor, &self.usable, id).await
    }
}
