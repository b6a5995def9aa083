//! Tokens of past runs that may still live: one row each, so that what is counted is what is listed, and each goes when
//! its time has come or when it is proven dead.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::disconnect::exposure::Exposure;
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::disconnect::log::LoggedEvent;
use crate::domain::id::{ConnectionId, RunId};
use crate::domain::trial::Residual;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// Set once every run that ended before there were rows has been looked at.
const ARE_ROWS: &str = "exposures_are_rows";
const DUE: &str = "exposures_due/";
/// So many index rows are read at once.
const PAGE: usize = 64;
/// How many tokens of past runs may still live.
const COUNT: &str = "exposed";

impl StoredRow for Exposure {
    const KIND: &'static str = "exposure";

    fn key(&self) -> String {
        format!("{}/{}", self.run, self.credential)
    }
}

/// What a run's log changes about what is exposed.
#[derive(Debug, Default)]
pub struct ExposureChanges {
    /// May live from now on.
    pub begun: Vec<Exposure>,
    /// Was proven dead by its own run, whose entry says so.
    pub proven: Vec<Exposure>,
    /// Is listed by this run from now on, and by the one that listed it before no more.
    pub taken_over: Vec<Exposure>,
    /// Is over for another reason, which its run's log does not hold yet.
    pub over: Vec<(Exposure, ExposureEnd, NewEntry)>,
}

impl Store {
    /// Tokens that a run left and that may still live.
    pub fn exposures_of_run(&self, run: &RunId) -> Result<Vec<Exposure>, StoreError> {
        self.scan::<Exposure>(&format!("{run}/"))
    }

    /// Tokens of a connection's past runs that may still live.
    pub fn exposures_of(&self, connection: &ConnectionId) -> Result<Vec<Exposure>, StoreError> {
        self.exposures_under(&format!("exposures_of/{connection}/"))
    }

    /// Exposed tokens with this fingerprint.
    pub fn exposures_like(&self, fingerprint: &str) -> Result<Vec<Exposure>, StoreError> {
        self.exposures_under(&like(fingerprint))
    }

    /// Those whose time has come, and when the next one's does.
    pub fn exposures_due(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<Exposure>, Option<Timestamp>), StoreError> {
        let mut due = Vec::new();
        for row in self.index_rows(DUE.to_owned(), PAGE) {
            let Some(exposure) = self.get::<Exposure>(&row?.1)? else {
                continue;
            };
            match exposure.until {
                Residual::Until(at) if at > now => return Ok((due, Some(at))),
                _ => due.push(exposure),
            }
        }
        Ok((due, None))
    }

    /// How many tokens of past runs may still live.
    pub fn exposed(&self, now: Timestamp) -> Result<u64, StoreError> {
        // What is due and not closed yet is over already.
        let (due, _) = self.exposures_due(now)?;
        let all = self.count(COUNT)?.unsigned_abs();
        Ok(all.saturating_sub(due.len() as u64))
    }

    /// These are exposed from now on, or no more.
    pub async fn exposed_changed(
        &self,
        change: ExposureChanges,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| tx.expose(change, at))
            .await
    }

    /// Whether every run that ended before there were rows has been looked at.
    pub fn exposures_are_rows(&self) -> Result<bool, StoreError> {
        Ok(self.get_index(ARE_ROWS)?.is_some())
    }

    /// The rows of all runs that have ended, in place of a number that was only counted.
    pub async fn insert_exposures(&self, found: Vec<Exposure>) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let counted = tx.count(COUNT)?;
            tx.add(COUNT, -counted)?;
            tx.put_index(ARE_ROWS, "1")?;
            found.into_iter().try_for_each(|it| tx.insert_exposure(&it))
        })
        .await
    }

    fn exposures_under(&self, prefix: &str) -> Result<Vec<Exposure>, StoreError> {
        let mut found = Vec::new();
        for (_, key) in self.index_page(prefix, None, usize::MAX, false)? {
            found.extend(self.get::<Exposure>(&key)?);
        }
        Ok(found)
    }
}

impl Tx<'_> {
    pub(super) fn expose(
        &mut self,
        change: ExposureChanges,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for exposure in &change.begun {
            self.end_exposure(exposure)?;
            self.insert_exposure(exposure)?;
        }
        for exposure in change.proven.iter().chain(&change.taken_over) {
            self.end_exposure(exposure)?;
        }
        for (exposure, over, entry) in change.over {
            if !self.end_exposure(&exposure)? {
                continue;
            }
            let credential = exposure.credential;
            self.record(&exposure.run, at, LoggedEvent::Over { credential, over })?;
            self.append(entry)?;
        }
        Ok(())
    }

    fn insert_exposure(&mut self, exposure: &Exposure) -> Result<(), StoreError> {
        let key = exposure.key();
        for index in indexes(exposure) {
            self.put_index(&index, &key)?;
        }
        self.put(exposure)?;
        self.count_exposed(&exposure.connection, 1)?;
        self.add(COUNT, 1).map(drop)
    }

    /// Whether there was one.
    fn end_exposure(&mut self, exposure: &Exposure) -> Result<bool, StoreError> {
        let Some(old) = self.get::<Exposure>(&exposure.key())? else {
            return Ok(false);
        };
        for index in indexes(&old) {
            self.remove_index(&index)?;
        }
        self.remove::<Exposure>(&old.key())?;
        self.count_exposed(&old.connection, -1)?;
        self.add(COUNT, -1)?;
        Ok(true)
    }
}

fn indexes(it: &Exposure) -> impl Iterator<Item = String> {
    let (key, fingerprint) = (it.key(), &it.fingerprint);
    let of = format!("exposures_of/{}/{key}", it.connection);
    let like = format!("{}{key}", like(fingerprint));
    let due = match it.until {
        Residual::Until(at) => Some(format!("{DUE}{:020}/{key}", at.as_millisecond().max(0))),
        Residual::None | Residual::Unknown | Residual::Never => None,
    };
    [of, like].into_iter().chain(due)
}

fn like(fingerprint: &str) -> String {
    format!("exposures_like/{fingerprint}/")
}
