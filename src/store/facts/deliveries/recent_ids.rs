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
    /// How many had been noted there: others may have written since.
    noted: u64,
    ids: HashSet<u64>,
}

impl RecentIds {
    /// So many are held before they are read anew.
    const HELD: u64 = 2 * ID_PAGES * IDS_IN_PAGE;

    /// The ids that came before, if any of these has one. Nothing is left here: what a transaction adds that fails is not known.
    pub(super) fn take_for(
        &mut self,
        tx: &Tx<'_>,
        endpoint: &WebhookEndpoint,
        arrivals: &[Arrival],
    ) -> Result<HashSet<u64>, StoreError> {
        let recent = std::mem::take(self);
        if recent.endpoint.as_ref() == Some(&endpoint.id) && recent.noted == endpoint.ids {
            return Ok(recent.ids);
        }
        if arrivals.iter().all(|arrival| arrival.id_digest.is_none()) {
            return Ok(HashSet::new());
        }
        let pages = tx.scan::<IdPage>(&format!("{}/", endpoint.id))?;
        Ok(pages.into_iter().flat_map(|page| page.ids).collect())
    }

    pub(super) fn keep(&mut self, endpoint: &WebhookEndpoint, ids: HashSet<u64>) {
        // Without any, nothing was read.
        if ids.is_empty() || ids.len() as u64 > Self::HELD {
            return;
        }
        *self = Self {
            endpoint: Some(endpoint.id.clone()),
            noted: endpoint.ids,
            ids,
        };
    }
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
