//! Walkthroughs: a head, and a row for each target, so that what begins writes little however many there are.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::disconnect::run::Run;
use crate::domain::flow::{FlowEnd, FlowSelection};
use crate::domain::for_you::Thing;
use crate::domain::id::WalkthroughId;
use crate::domain::tag::Tag;
use crate::domain::walkthrough::{
    Decision, TargetEvent, WalkEvent, WalkRefusal, WalkTarget, Walkthrough,
};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::new_runs::name_ended;

impl StoredRow for Walkthrough {
    const KIND: &'static str = "walkthrough";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for WalkTarget {
    const KIND: &'static str = "walk_target";

    fn key(&self) -> String {
        place(&self.walkthrough, self.index)
    }
}

fn place(id: &WalkthroughId, index: usize) -> String {
    format!("{id}/{index:06}")
}

const RUNNING: &str = "walk_running/";

/// Where those are that fell, and were not closed.
pub(super) const FALLEN: &str = "walk_fallen/";

/// Where one is that goes on by itself.
pub(super) fn running(id: &WalkthroughId) -> String {
    format!("{RUNNING}{id}")
}

/// Where one is that fell, and was not closed.
pub(super) fn fallen(id: &WalkthroughId) -> String {
    format!("{FALLEN}{id}")
}

/// Counts the targets that are neither out of service nor passed over.
pub(super) fn left(id: &WalkthroughId) -> String {
    format!("walk_left/{id}")
}

/// What begins with a walkthrough.
#[derive(Debug, Clone)]
pub struct WalkBegins {
    /// Who decided it.
    pub decision: Decision,
    /// The open authorizations that end with its beginning; those of its targets end with their runs.
    pub ends: Option<FlowSelection>,
    /// The tag on its provider.
    pub tag: Option<Tag>,
}

/// Whether something that ended a part ended the whole, which then has an entry.
#[derive(Debug, Clone)]
pub struct PartOver {
    /// Of which walkthrough.
    pub walkthrough: WalkthroughId,
    /// The entry of its end, should this be the last part.
    pub entry: NewEntry,
}

/// A target that is passed over when its turn comes.
#[derive(Debug, Clone)]
pub struct PassedOver {
    pub why: String,
    /// The entry of it.
    pub entry: NewEntry,
    /// Whether it is left in service, and whoever planned it is told.
    pub is_told: bool,
    /// The entry of the whole's end, should this be the last part.
    pub over: PartOver,
}

impl Store {
    /// One walkthrough.
    pub fn walkthrough(&self, id: &WalkthroughId) -> Result<Walkthrough, StoreError> {
        self.get::<Walkthrough>(id.as_str())?
            .ok_or_else(|| missing(id))
    }

    /// Its targets, in their order.
    pub fn walkthrough_targets(&self, id: &WalkthroughId) -> Result<Vec<WalkTarget>, StoreError> {
        self.scan::<WalkTarget>(&format!("{id}/"))
    }

    /// A part of its targets, with their keys.
    pub fn walkthrough_page(
        &self,
        id: &WalkthroughId,
        after: Option<&str>,
        limit: usize,
        reverse: bool,
    ) -> Result<Vec<(String, WalkTarget)>, StoreError> {
        let targets = self.page::<WalkTarget>(&format!("{id}/"), after, limit, reverse)?;
        Ok(targets.into_iter().map(|it| (it.key(), it)).collect())
    }

    /// Those that go on by themselves.
    pub fn walkthroughs_running(&self) -> Result<Vec<WalkthroughId>, StoreError> {
        self.named_in(RUNNING)
    }

    /// A draft, as somebody leaves it; its version grows.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not as it was looked at; [`StoreError::Refused`] when it has begun.
    pub async fn walkthrough_saved(
        &self,
        mut walkthrough: Walkthrough,
        expected: Option<u64>,
        targets: Vec<WalkTarget>,
        entry: Option<NewEntry>,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            match tx.get::<Walkthrough>(walkthrough.id.as_str())? {
                Some(old) => {
                    let draft = Box::new(walkthrough);
                    walkthrough = old.after(WalkEvent::Saved { draft, expected })?;
                }
                None if expected.is_some() => return Err(missing(&walkthrough.id)),
                None => {
                    tx.add("walkthroughs", 1)?;
                }
            }
            let before = tx.scan::<WalkTarget>(&format!("{}/", walkthrough.id))?;
            for gone in before.iter().skip(targets.len()) {
                tx.remove::<WalkTarget>(&gone.key())?;
            }
            for target in &targets {
                tx.put(target)?;
            }
            tx.put_walkthrough(&mut walkthrough)?;
            entry.map_or(Ok(()), |entry| tx.append(entry).map(drop))?;
            Ok(walkthrough)
        })
        .await
    }

    /// A draft is thrown away.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has begun.
    pub async fn walkthrough_discarded(
        &self,
        id: &WalkthroughId,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.need::<Walkthrough>(id.as_str())?
                .after(WalkEvent::Discarded)?;
            // What the entry is about stands in the row.
            tx.append(entry)?;
            for target in tx.scan::<WalkTarget>(&format!("{id}/"))? {
                tx.remove::<WalkTarget>(&target.key())?;
            }
            tx.remove::<Walkthrough>(id.as_str())?;
            tx.add("walkthroughs", -1)?;
            Ok(())
        })
        .await
    }

    /// It was decided: from here on it goes on by itself, across restarts.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it, or one of its targets, is not as it was looked at; then nothing has begun.
    pub async fn walkthrough_begun(
        &self,
        id: &WalkthroughId,
        expected: Option<u64>,
        begins: WalkBegins,
        mut entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let begun = WalkEvent::Begun {
                decision: begins.decision,
                expected,
            };
            let mut walkthrough = tx.need::<Walkthrough>(id.as_str())?.after(begun)?;
            let mut due = 0;
            for target in tx.scan::<WalkTarget>(&format!("{id}/"))? {
                if !target.is_due() {
                    continue;
                }
                tx.is_as_looked_at(&target.connection, target.version)?;
                due += 1;
            }
            if let Some(which) = &begins.ends {
                let end = FlowEnd::Walkthrough {
                    walkthrough: id.clone(),
                };
                let ended = tx.end_flows(which, &end)?;
                name_ended(&mut entry, &ended);
            }
            if let Some(tag) = &begins.tag {
                tx.put(tag)?;
            }
            tx.add(&left(id), due)?;
            tx.put_index(&running(id), id.as_str())?;
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// What has begun goes on to its end, what has not does not begin.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it does not run, or everything has begun.
    pub async fn walkthrough_stopped(
        &self,
        id: &WalkthroughId,
        because: &str,
        entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let targets = tx.scan::<WalkTarget>(&format!("{id}/"))?;
            let stopped = WalkEvent::Stopped {
                because: because.to_owned(),
                due: targets.iter().filter(|target| target.is_due()).count(),
            };
            let mut walkthrough = tx.need::<Walkthrough>(id.as_str())?.after(stopped)?;
            tx.remove_index(&running(id))?;
            if let Some(planned) = &walkthrough.planned
                && planned.decision.actor != entry.actor
            {
                tx.tell(&planned.decision.user, &Thing::Walkthrough(id.clone()))?;
            }
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// What had not begun when it was stopped or fell never will: it is passed over, `because` of whoever said so.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has neither stopped nor fallen.
    pub async fn walkthrough_closed(
        &self,
        id: &WalkthroughId,
        because: &str,
        entry: NewEntry,
        over: PartOver,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.need::<Walkthrough>(id.as_str())?
                .after(WalkEvent::Closed)?;
            tx.remove_index(&fallen(id))?;
            tx.append(entry)?;
            let targets = tx.scan::<WalkTarget>(&format!("{id}/"))?;
            for target in targets.into_iter().filter(WalkTarget::is_due) {
                let why = because.to_owned();
                tx.put(&target.after(TargetEvent::PassedOver { why })?)?;
                tx.part_over(over.clone(), at)?;
            }
            Ok(())
        })
        .await
    }

    /// What had not begun when it was stopped begins.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is not stopped.
    pub async fn walkthrough_goes_on(
        &self,
        id: &WalkthroughId,
        decision: Decision,
        entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let goes_on = WalkEvent::GoesOn { decision };
            let mut walkthrough = tx.need::<Walkthrough>(id.as_str())?.after(goes_on)?;
            tx.put_index(&running(id), id.as_str())?;
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// A target's turn came, and there is nothing to take out of service.
    pub async fn walkthrough_passed_over(
        &self,
        target: &WalkTarget,
        passed: PassedOver,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let why = passed.why;
            let target = tx.need::<WalkTarget>(&target.key())?;
            let Ok(target) = target.after(TargetEvent::PassedOver { why }) else {
                return Ok(());
            };
            tx.put(&target)?;
            let walkthrough = tx.need::<Walkthrough>(target.walkthrough.as_str())?;
            if let Some(planned) = walkthrough.planned
                && passed.is_told
            {
                tx.tell(&planned.decision.user, &Thing::Walkthrough(walkthrough.id))?;
            }
            tx.append(passed.entry)?;
            tx.part_over(passed.over, at)
        })
        .await
    }
}

impl Tx<'_> {
    /// A run of a walkthrough ended, or a target was passed over: the last one ends the whole.
    pub(super) fn part_over(&mut self, over: PartOver, at: Timestamp) -> Result<(), StoreError> {
        let id = over.walkthrough;
        if self.add(&left(&id), -1)? > 0 {
            return Ok(());
        }
        let finished = WalkEvent::Finished { at };
        let mut walkthrough = self.need::<Walkthrough>(id.as_str())?.after(finished)?;
        self.remove_index(&running(&id))?;
        self.put_walkthrough(&mut walkthrough)?;
        self.append(over.entry)?;
        Ok(())
    }

    pub(super) fn put_walkthrough(
        &mut self,
        walkthrough: &mut Walkthrough,
    ) -> Result<(), StoreError> {
        walkthrough.version += 1;
        self.put(walkthrough)
    }

    pub(super) fn target_begun(
        &mut self,
        id: &WalkthroughId,
        index: usize,
        run: &Run,
    ) -> Result<(), StoreError> {
        self.need::<Walkthrough>(id.as_str())?.must_run()?;
        let run = run.id.clone();
        let target = self.need::<WalkTarget>(&place(id, index))?;
        self.put(&target.after(TargetEvent::Begun { run })?)
    }
}

fn missing(id: &WalkthroughId) -> StoreError {
    StoreError::NotFound {
        what: "walkthrough",
        id: id.to_string(),
    }
}

impl From<WalkRefusal> for StoreError {
    fn from(refusal: WalkRefusal) -> Self {
        match refusal {
            WalkRefusal::Changed {
                title,
                expected,
                found,
            } => Self::Conflict {
                what: title,
                expected,
                found,
            },
            other => Self::Refused(other.to_string()),
        }
    }
}
