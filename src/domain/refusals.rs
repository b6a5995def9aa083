//! How refusals are counted: the first of a kind is an entry at once, and more of them a count each minute, so that nobody fills
//! the record by asking for what they may not.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::saturating_time::saturating_later;

/// How long refusals of one kind are counted before the count is an entry.
pub const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// So many refusals in a window that are about tokens, rights, keys or who somebody is are entries of their own.
pub const SINGLY: u64 = 60;
/// So many windows a user has at a time, more than there are requests. What would open another one is counted for all of them
/// together.
pub const WINDOWS: usize = 128;
/// So many targets of those stand in the record by name.
pub const NAMED: usize = 50;
/// As long as refusals of a user are counted together, their requests are answered one in this time.
pub const PACE: SignedDuration = SignedDuration::from_secs(1);

/// What makes two refusals the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RefusalKey {
    /// The user's id, or the Unix account of somebody who is no user.
    pub user: String,
    /// Which of their sessions; 0 before there is one.
    pub session: u64,
    /// What was asked for, as it stands in the record.
    pub verb: String,
    pub target: String,
    pub reason: String,
}

/// What has to be done about a refusal before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalAction {
    /// It opens a window: an entry, and the window has to be closed when its time is over.
    Opens,
    /// An entry of its own in a window that is open.
    Entry,
    /// Nothing more: it is counted.
    Counted,
    /// It opens the window in which everything more of this user is counted together: an entry.
    Floods,
    /// It is counted there.
    Flooded,
}

/// A window, when it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedWindow {
    /// When it was opened.
    pub since: Timestamp,
    /// How many refusals it had, the first one included.
    pub refusals: u64,
    /// How many of them are entries.
    pub entries: u64,
}

/// Everything more of a user, when that window is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flood {
    /// When it was opened.
    pub since: Timestamp,
    /// How many refusals it had.
    pub refusals: u64,
    /// What they were about.
    pub targets: BTreeSet<String>,
}

impl Flood {
    /// The first of its targets.
    #[must_use]
    pub fn named(&self) -> Vec<&str> {
        self.targets
            .iter()
            .take(NAMED)
            .map(String::as_str)
            .collect()
    }
}

/// The windows that are open, user by user.
#[derive(Debug, Default)]
pub struct Windows {
    users: HashMap<String, Of>,
}

#[derive(Debug, Default)]
struct Of {
    open: HashMap<RefusalKey, ClosedWindow>,
    flood: Option<Flood>,
    /// When the next request of a user who floods may be answered.
    next: Option<Timestamp>,
}

impl Windows {
    /// Counts a refusal; `singly` when it is one of those that are entries of their own up to [`SINGLY`].
    pub fn refused(&mut self, kind: &RefusalKey, singly: bool, now: Timestamp) -> RefusalAction {
        let of = self.users.entry(kind.user.clone()).or_default();
        if let Some(window) = of.open.get_mut(kind) {
            window.refusals += 1;
            let is_entry = singly && window.entries < SINGLY;
            window.entries += u64::from(is_entry);
            return if is_entry {
                RefusalAction::Entry
            } else {
                RefusalAction::Counted
            };
        }
        if of.open.len() < WINDOWS {
            let first = ClosedWindow {
                since: now,
                refusals: 1,
                entries: 1,
            };
            of.open.insert(kind.clone(), first);
            return RefusalAction::Opens;
        }
        let opens = of.flood.is_none();
        let flood = of.flood.get_or_insert_with(|| Flood {
            since: now,
            refusals: 0,
            targets: BTreeSet::new(),
        });
        flood.refusals += 1;
        flood.targets.insert(kind.target.clone());
        if opens {
            of.next = Some(saturating_later(now, PACE));
            RefusalAction::Floods
        } else {
            RefusalAction::Flooded
        }
    }

    /// When a request of this user may be answered, if not now: one in [`PACE`] while their refusals flood, and no later than
    /// the end of that window, which is never further away than its length, though the clock was set back.
    pub fn turn(&mut self, user: &str, now: Timestamp) -> Option<Timestamp> {
        let of = self.users.get_mut(user)?;
        let end = saturating_later(of.flood.as_ref()?.since.min(now), WINDOW);
        let turn = of.next.unwrap_or(now).max(now);
        of.next = Some(saturating_later(turn, PACE));
        Some(turn.min(end)).filter(|turn| *turn > now)
    }

    /// Closes a window; what it had.
    pub fn close(&mut self, kind: &RefusalKey) -> Option<ClosedWindow> {
        let of = self.users.get_mut(&kind.user)?;
        let counted = of.open.remove(kind);
        self.forget(&kind.user);
        counted
    }

    /// Closes the window in which everything more of this user was counted.
    pub fn close_flood(&mut self, user: &str) -> Option<Flood> {
        let flood = self.users.get_mut(user)?.flood.take();
        self.forget(user);
        flood
    }

    fn forget(&mut self, user: &str) {
        let is_idle = |of: &Of| of.open.is_empty() && of.flood.is_none();
        if self.users.get(user).is_some_and(is_idle) {
            self.users.remove(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(session: u64, target: usize) -> RefusalKey {
        RefusalKey {
            user: "usr_1".to_owned(),
            session,
            verb: "connection.configure".to_owned(),
            target: target.to_string(),
            reason: "no".to_owned(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_first_is_an_entry_and_more_of_it_a_count() {
        let mut windows = Windows::default();
        assert_eq!(
            windows.refused(&kind(1, 0), false, at(0)),
            RefusalAction::Opens
        );
        for _ in 0..999 {
            assert_eq!(
                windows.refused(&kind(1, 0), false, at(1)),
                RefusalAction::Counted
            );
        }
        // Another session, another target, another user: another kind.
        assert_eq!(
            windows.refused(&kind(2, 0), false, at(1)),
            RefusalAction::Opens
        );
        assert_eq!(
            windows.refused(&kind(1, 1), false, at(1)),
            RefusalAction::Opens
        );
        let other = RefusalKey {
            user: "usr_2".to_owned(),
            ..kind(1, 0)
        };
        assert_eq!(windows.refused(&other, false, at(1)), RefusalAction::Opens);
        let closed = windows.close(&kind(1, 0)).unwrap();
        assert_eq!((closed.refusals, closed.entries), (1000, 1));
        assert_eq!(
            windows.refused(&kind(1, 0), false, at(61)),
            RefusalAction::Opens
        );
    }

    #[test]
    fn what_is_about_rights_is_an_entry_sixty_times_a_minute() {
        let mut windows = Windows::default();
        assert_eq!(
            windows.refused(&kind(1, 0), true, at(0)),
            RefusalAction::Opens
        );
        let more: Vec<RefusalAction> = (0..99)
            .map(|_| windows.refused(&kind(1, 0), true, at(0)))
            .collect();
        assert!(more[..59].iter().all(|due| *due == RefusalAction::Entry));
        assert!(more[59..].iter().all(|due| *due == RefusalAction::Counted));
        let closed = windows.close(&kind(1, 0)).unwrap();
        assert_eq!((closed.refusals, closed.entries), (100, 60));
    }

    #[test]
    fn a_flood_of_kinds_is_one_and_slows_its_user_alone() {
        let mut windows = Windows::default();
        for target in 0..WINDOWS {
            let due = windows.refused(&kind(1, target), false, at(0));
            assert_eq!(
                (due, windows.turn("usr_1", at(0))),
                (RefusalAction::Opens, None)
            );
        }
        let due = windows.refused(&kind(1, 500), false, at(10));
        assert_eq!(due, RefusalAction::Floods);
        // A kind that has its window is counted there.
        assert_eq!(
            windows.refused(&kind(1, 3), false, at(10)),
            RefusalAction::Counted
        );
        for target in 500..600 {
            let due = windows.refused(&kind(1, target), false, at(10));
            assert_eq!(due, RefusalAction::Flooded);
        }
        let turns: Vec<_> = (0..3).map(|_| windows.turn("usr_1", at(10))).collect();
        assert_eq!(turns, [Some(at(11)), Some(at(12)), Some(at(13))]);
        assert_eq!(windows.turn("usr_2", at(10)), None);
        // Nobody waits for longer than the flood lasts.
        let last = (0..200).map(|_| windows.turn("usr_1", at(10))).last();
        assert_eq!(last, Some(Some(at(70))));
        // Nor than its whole window where the clock was set back meanwhile.
        assert_eq!(windows.turn("usr_1", at(0)), Some(at(60)));
        let flood = windows.close_flood("usr_1").unwrap();
        assert_eq!((flood.refusals, flood.targets.len()), (101, 100));
        assert_eq!(flood.named().len(), NAMED);
        assert_eq!(windows.turn("usr_1", at(71)), None);
    }

    #[test]
    fn nothing_is_kept_of_who_has_no_window() {
        let mut windows = Windows::default();
        windows.refused(&kind(1, 0), false, at(0));
        windows.close(&kind(1, 0));
        assert!(windows.users.is_empty());
    }
}
