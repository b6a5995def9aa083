//! Wipes: what syncs brought is removed part by part, each part one transaction with the wipe's own row.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, Status};
use crate::domain::disconnect::swap::SwapOutcome;
use crate::domain::id::WipeId;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::wiped_rows::{is_meant, wiped_rows};

/// The index of wipes that have not ended, by provider.
const OPEN: &str = "wipe_open/";
/// In its place, for all providers; no provider's id.
const ALL: &str = "*";
impl StoredRow for Wipe {
    const KIND: &'static str = "wipe";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// What a wipe would do.
pub struct WipeForecast {
    /// What it would remove.
    pub counts: WipeCounts,
    /// Connections that are not out of service, and forbid it.
    pub connected: Vec<Connection>,
}

impl Store {
    /// A wipe.
    pub fn wipe(&self, id: &WipeId) -> Result<Wipe, StoreError> {
        self.get::<Wipe>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: Wipe::KIND,
                id: id.to_string(),
            })
    }

    /// Wipes that have not ended.
    pub fn open_wipes(&self) -> Result<Vec<WipeId>, StoreError> {
        self.named_in(OPEN)
    }

    /// What a wipe of a provider, or of all, would remove, and what forbids it.
    pub fn wipe_forecast(&self, provider: Option<&str>) -> Result<WipeForecast, StoreError> {
        let of = self.wiped_connections(provider)?;
        let counts = wiped_rows(self, provider, &of)?;
        let connected = of.into_iter().filter(|it| it.status != Status::Revoked);
        Ok(WipeForecast {
            counts,
            connected: connected.collect(),
        })
    }

    /// A wipe begins, and from here on nothing is connected that it is about. When one of the same has not ended, that
    /// one is told instead.
    ///
    /// # Errors
    /// [`StoreError::Refused`] while something of it is connected, or is being wiped.
    pub async fn wipe_begun(&self, wipe: Wipe, mut entry: NewEntry) -> Result<Wipe, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            if let Some(open) = tx.get_index(&open(wipe.provider.as_deref()))? {
                return tx.need::<Wipe>(&open);
            }
            tx.not_wiped(wipe.provider.as_deref())?;
            if wipe.provider.is_none() {
                tx.nothing_wiped()?;
            }
            let (mut connected, mut meant) = (Vec::new(), Vec::new());
            tx.each::<Connection>(|it| {
                if is_meant(wipe.provider.as_deref(), &it) {
                    match it.status {
                        Status::Revoked => meant.push(it.id),
                        _ => connected.push(it.name),
                    }
                }
            })?;
            if !connected.is_empty() {
                return Err(StoreError::Refused(format!(
                    "{} of {} are not out of service ({}); disconnect them first",
                    connected.len(),
                    wipe.what(),
                    connected.join(", ")
                )));
            }
            let mut swaps = Vec::new();
            for id in &meant {
                swaps.extend(tx.swap_ends(id, SwapOutcome::Wiped, &entry)?);
            }
            let runs = swaps.into_iter().map(|swap| swap.run);
            entry.event.ends_swaps(runs.collect());
            tx.put_index(&open(wipe.provider.as_deref()), wipe.id.as_str())?;
            tx.put(&wipe)?;
            tx.append(entry)?;
            Ok(wipe)
        })
        .await
    }

    /// Removes a part of what the step under way removes; when nothing is left of it, the step has ended.
    pub async fn wipe_part(&self, id: &WipeId, at: Timestamp) -> Result<Wipe, StoreError> {
        let wipe = self.wipe(id)?;
        let Some(step) = wipe.step else {
            return Ok(wipe);
        };
        let part = self.wiped_part(&wipe, step)?;
        self.fact(WriteClass::Normal, |tx| {
            let mut wipe = tx.need::<Wipe>(id.as_str())?;
            match part.is_empty() {
                true => wipe.step_ended(at),
                false => tx.remove_part(&part, &mut wipe.counts)?,
            }
            wipe.why = None;
            tx.put(&wipe)?;
            Ok(wipe)
        })
        .await
    }

    /// Why a wipe waits. Whoever waits for it is told even on a full disk: the first reason goes out of the reserve, and a
    /// further one waits for space.
    pub async fn wipe_waits(&self, id: &WipeId, why: String) -> Result<Wipe, StoreError> {
        let class = match self.wipe(id)?.why {
            None => WriteClass::Disconnect,
            Some(_) => WriteClass::Normal,
        };
        self.fact(class, |tx| {
            let mut wipe = tx.need::<Wipe>(id.as_str())?;
            wipe.why = Some(why);
            tx.put(&wipe)?;
            Ok(wipe)
        })
        .await
    }

    /// The compaction that a wipe ends in is made.
    pub async fn wipe_compacted(&self, id: &WipeId, at: Timestamp) -> Result<Wipe, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut wipe = tx.need::<Wipe>(id.as_str())?;
            if wipe.step == Some(WipeStep::Compact) {
                wipe.step_ended(at);
            }
            tx.put(&wipe)?;
            Ok(wipe)
        })
        .await
    }

    /// A wipe has ended, with the entry that says so; `entry` is told what was counted to be left. When that is not
    /// nothing, the wipe begins anew, and there is no entry.
    pub async fn wipe_ended(
        &self,
        id: &WipeId,
        at: Timestamp,
        entry: impl FnOnce(&Wipe, WipeCounts) -> NewEntry,
    ) -> Result<Wipe, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut wipe = tx.need::<Wipe>(id.as_str())?;
            let mut of = Vec::new();
            let provider = wipe.provider.as_deref();
            tx.each::<Connection>(|it| of.extend(is_meant(provider, &it).then_some(it)))?;
            let left = wiped_rows(tx, provider, &of)?;
            if left == WipeCounts::default() {
                tx.append(entry(&wipe, left))?;
                wipe.step_ended(at);
                tx.remove_index(&open(wipe.provider.as_deref()))?;
            } else {
                wipe.begin_again();
            }
            tx.put(&wipe)?;
            Ok(wipe)
        })
        .await
    }
}

impl Tx<'_> {
    /// Whether what syncs brought of a provider is being removed.
    pub(super) fn is_wiped(&self, provider: &str) -> Result<bool, StoreError> {
        let (all, own) = (open(None), open(Some(provider)));
        Ok(self.get_index(&all)?.is_some() || self.get_index(&own)?.is_some())
    }

    /// All is not wiped while a part of it is: both would remove the same rows, and count them.
    fn nothing_wiped(&self) -> Result<(), StoreError> {
        let mut open = None;
        self.each::<Wipe>(|it| {
            if it.ended_at.is_none() {
                open = Some(it);
            }
        })?;
        open.map_or(Ok(()), |it| Err(being_wiped(it.what(), it.id.as_str())))
    }

    /// Nothing of a provider that is being wiped is connected; none for all providers.
    pub(super) fn not_wiped(&self, provider: Option<&str>) -> Result<(), StoreError> {
        for place in BTreeSet::from([open(None), open(provider)]) {
            if let Some(id) = self.get_index(&place)? {
                return Err(being_wiped(provider.unwrap_or("all providers"), &id));
            }
        }
        Ok(())
    }
}

fn being_wiped(what: &str, id: &str) -> StoreError {
    StoreError::Refused(format!(
        "the synced data of {what} is being wiped ({id}); wait for its end"
    ))
}

fn open(provider: Option<&str>) -> String {
    format!("{OPEN}{}", provider.unwrap_or(ALL))
}
