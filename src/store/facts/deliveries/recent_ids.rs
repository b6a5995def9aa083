//! The ids of events that came before: a ring of rows at each endpoint, and what a writer remembers of them.

use std::collections::HashSet;

use crate::domain::delivery::{ID_PAGES, IDS_IN_PAGE, IdPage};
use crate::domain::id::WebhookId;
use crate::domain::webhook::WebhookEndpoint;
use crate::store::{StoreError, Tx};

use super::Arrival;

/// The ids that are known again at the endpoint to which a writer wrote last, so that a crowd does not have them read for each
/// batch.
#[derive(Debug, Default)]
pub struct RecentIds {
    endpoint: Option<WebhookId>,
    /// See [`Store::reopened`](crate::store::Store::reopened): commits that were taken back took their ids along.
    reopened: u64,
    known: KnownIds,
}

/// Ids that came before.
#[derive(Debug, Default)]
pub(super) struct KnownIds {
    /// How many had been noted at the endpoint: others may have written since.
    noted: u64,
    ids: HashSet<u64>,
}

impl RecentIds {
    /// So many are held before they are read anew.
    const HELD: u64 = 2 * ID_PAGES * IDS_IN_PAGE;

    /// What is remembered of this endpoint. It is not kept here meanwhile: what a transaction adds that fails is not known.
    pub(super) fn take(&mut self, endpoint: &WebhookId, reopened: u64) -> Option<KnownIds> {
        let recent = std::mem::take(self);
        let is_same = recent.endpoint.as_ref() == Some(endpoint) && recent.reopened == reopened;
        is_same.then_some(recent.known)
    }

    /// Remembers the ids that are known once a transaction was committed. An empty set may mean that they were not read.
    pub(super) fn keep(&mut self, endpoint: &WebhookEndpoint, ids: HashSet<u64>, reopened: u64) {
        if ids.is_empty() || ids.len() as u64 > Self::HELD {
            return;
        }
        *self = Self {
            endpoint: Some(endpoint.id.clone()),
            reopened,
            known: KnownIds {
                noted: endpoint.ids,
                ids,
            },
        };
    }
}

/// The ids that came before, if any of these has one.
pub(super) fn known(
    tx: &Tx<'_>,
    endpoint: &WebhookEndpoint,
    remembered: Option<KnownIds>,
    arrivals: &[Arrival],
) -> Result<HashSet<u64>, StoreError> {
    if let Some(known) = remembered.filter(|known| known.noted == endpoint.ids) {
        return Ok(known.ids);
    }
    if arrivals.iter().all(|arrival| arrival.id_digest.is_none()) {
        return Ok(HashSet::new());
    }
    let pages = tx.scan::<IdPage>(&format!("{}/", endpoint.id))?;
    Ok(pages.into_iter().flat_map(|page| page.ids).collect())
}

/// Notes ids in the ring of pages; the oldest page makes room for a new one.
pub(super) fn note_ids(
    tx: &mut Tx<'_>,
    endpoint: &mut WebhookEndpoint,
    fresh: &[u64],
) -> Result<(), StoreError> {
    let mut rest = fresh;
    while !rest.is_empty() {
        let (page, used) = (
            endpoint.ids / IDS_IN_PAGE % ID_PAGES,
            endpoint.ids % IDS_IN_PAGE,
        );
        let before = tx.get::<IdPage>(&format!("{}/{page:02}", endpoint.id))?;
        let mut row = before.filter(|_| used > 0).unwrap_or_else(|| IdPage {
            endpoint: endpoint.id.clone(),
            page,
            ids: Vec::new(),
        });
        let room = usize::try_from(IDS_IN_PAGE - used).unwrap_or(1);
        let (now, later) = rest.split_at(room.min(rest.len()));
        row.ids.extend_from_slice(now);
        tx.put(&row)?;
        endpoint.ids += now.len() as u64;
        rest = later;
    }
    Ok(())
}
