//! Walkthroughs that begin by themselves when their time has come: planned, cancelled, begun once, or fallen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::named::timed;
use super::new_runs::name_ended;
use super::walkthroughs::{PartOver, fallen, left, running};
use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::flow::{FlowEnd, FlowSelection};
use crate::domain::for_you::Thing;
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::tag::Tag;
use crate::domain::walkthrough::{
    Accepted, FallReason, Planned, TargetEvent, WalkEvent, WalkTarget, Walkthrough,
};
use crate::store::{Store, StoreError, Tx, WriteClass};

const PLANNED: &str = "walk_planned/";

/// Where those are that begin at a time, in its order.
fn planned(walkthrough: &Walkthrough) -> Option<String> {
    let planned = walkthrough.planned.as_ref()?;
    Some(timed(PLANNED, planned.at, &walkthrough.id))
}

/// What begins when the time of a walkthrough has come.
#[derive(Debug)]
pub struct TimeCame {
    /// When that is.
    pub at: Timestamp,
    /// The versions that the connections had when they were compared with what was accepted.
    pub looked_at: BTreeMap<ConnectionId, u64>,
    /// Targets that are left, by their places: why, and the entry.
    pub left: Vec<(usize, String, NewEntry)>,
    /// Whether something is left in service, and whoever planned it is told.
    pub is_told: bool,
    /// What is in service now and was not planned: it stands among the targets from now on, passed over.
    pub new: Vec<(WalkTarget, NewEntry)>,
    /// The open authorizations that end with its beginning; those of its targets end with their runs.
    pub ends: Vec<FlowSelection>,
    /// The tag on its provider.
    pub tag: Option<Tag>,
    /// The entry of the beginning.
    pub entry: NewEntry,
    /// The entry of its end, should nothing be left to begin.
    pub over: PartOver,
}

impl Store {
    /// Those whose time has come by `now`, and when the next one's does.
    pub fn walkthroughs_due(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<WalkthroughId>, Option<Timestamp>), StoreError> {
        self.due_in(PLANNED, now)
    }

    /// Those that wait for their time, the soonest first.
    pub fn walkthroughs_planned(&self) -> Result<Vec<WalkthroughId>, StoreError> {
        self.named_in(PLANNED)
    }

    /// A draft begins at a time. What is accepted of each target that is taken along stands by its place.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it, or one of its targets, is not as it was looked at; [`StoreError::Refused`] when it is
    /// no draft, or the time is none to plan for. Then nothing is planned.
    pub async fn walkthrough_planned(
        &self,
        id: &WalkthroughId,
        expected: Option<u64>,
        planned_for: Planned,
        mut accepted: BTreeMap<usize, Accepted>,
        entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let event = WalkEvent::Planned {
                planned: planned_for,
                expected,
            };
            let mut walkthrough = tx.need::<Walkthrough>(id.as_str())?.after(event)?;
            for target in tx.scan::<WalkTarget>(&format!("{id}/"))? {
                if target.is_due() {
                    tx.is_as_looked_at(&target.connection, target.version)?;
                    let accepted = accepted.remove(&target.index);
                    tx.put(&target.accepting(accepted))?;
                }
            }
            if let Some(key) = planned(&walkthrough) {
                tx.put_index(&key, id.as_str())?;
            }
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// It does not begin at its time: it is a draft again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is not planned.
    pub async fn walkthrough_cancelled(
        &self,
        id: &WalkthroughId,
        entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut walkthrough = tx.comes_to_no_time(id, WalkEvent::Cancelled)?;
            for target in tx.scan::<WalkTarget>(&format!("{id}/"))? {
                tx.put(&target.accepting(None))?;
            }
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// It does not begin at its time, nor later.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is not planned.
    pub async fn walkthrough_fell(
        &self,
        id: &WalkthroughId,
        because: &FallReason,
        entry: NewEntry,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let because = because.to_string();
            let mut walkthrough = tx.comes_to_no_time(id, WalkEvent::Fell { because })?;
            let targets = tx.scan::<WalkTarget>(&format!("{id}/"))?;
            let due = targets.iter().filter(|target| target.is_due()).count();
            tx.put_index(&fallen(id), id.as_str())?;
            tx.add(&left(id), i64::try_from(due).unwrap_or(i64::MAX))?;
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(entry)?;
            Ok(walkthrough)
        })
        .await
    }

    /// Its time has come: from here on it goes on by itself, across restarts. Whoever does the same once more is refused.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a connection changed since it was compared with what was accepted;
    /// [`StoreError::Refused`] when it is not planned, or its time has not come. Then nothing has begun.
    pub async fn walkthrough_begun_by_time(
        &self,
        id: &WalkthroughId,
        came: TimeCame,
    ) -> Result<Walkthrough, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut entry = came.entry;
            let begun = WalkEvent::BegunByTime { at: came.at };
            let mut walkthrough = tx.comes_to_no_time(id, begun)?;
            for (connection, version) in &came.looked_at {
                tx.is_as_looked_at(connection, *version)?;
            }
            let end = FlowEnd::Walkthrough {
                walkthrough: id.clone(),
            };
            let mut ended = Vec::new();
            for which in &came.ends {
                ended.extend(tx.end_flows(which, &end)?);
            }
            name_ended(&mut entry, &ended);
            if let Some(tag) = &came.tag {
                tx.put(tag)?;
            }
            tx.append(entry)?;
            if let Some(planned) = &walkthrough.planned
                && came.is_told
            {
                tx.tell(&planned.decision.user, &Thing::Walkthrough(id.clone()))?;
            }
            let due = tx.leave_targets(id, came.left)?;
            for (target, entry) in came.new {
                tx.put(&target)?;
                tx.append(entry)?;
            }
            if due > 0 {
                tx.add(&left(id), due)?;
                tx.put_index(&running(id), id.as_str())?;
                tx.put_walkthrough(&mut walkthrough)?;
                return Ok(walkthrough);
            }
            let mut walkthrough = walkthrough.after(WalkEvent::Finished { at: came.at })?;
            tx.put_walkthrough(&mut walkthrough)?;
            tx.append(came.over.entry)?;
            Ok(walkthrough)
        })
        .await
    }
}

impl Tx<'_> {
    /// It waits for no time any more.
    fn comes_to_no_time(
        &mut self,
        id: &WalkthroughId,
        event: WalkEvent,
    ) -> Result<Walkthrough, StoreError> {
        let before = self.need::<Walkthrough>(id.as_str())?;
        if let Some(key) = planned(&before) {
            self.remove_index(&key)?;
        }
        Ok(before.after(event)?)
    }

    /// Passes over what is left, and counts what is due then.
    fn leave_targets(
        &mut self,
        id: &WalkthroughId,
        left: Vec<(usize, String, NewEntry)>,
    ) -> Result<i64, StoreError> {
        let places: BTreeSet<usize> = left.iter().map(|(index, ..)| *index).collect();
        let mut due = 0;
        let mut targets = BTreeMap::new();
        for target in self.scan::<WalkTarget>(&format!("{id}/"))? {
            match places.contains(&target.index) {
                true => drop(targets.insert(target.index, target)),
                false if target.is_due() => due += 1,
                false => {}
            }
        }
        for (index, why, entry) in left {
            if let Some(target) = targets.remove(&index) {
                self.put(&target.after(TargetEvent::PassedOver { why })?)?;
                self.append(entry)?;
            }
        }
        Ok(due)
    }

    pub(super) fn is_as_looked_at(
        &self,
        connection: &ConnectionId,
        version: u64,
    ) -> Result<(), StoreError> {
        let found = self.need::<Connection>(connection.as_str())?;
        if found.version == version {
            return Ok(());
        }
        Err(StoreError::Conflict {
            what: found.name,
            expected: version,
            found: found.version,
        })
    }
}
