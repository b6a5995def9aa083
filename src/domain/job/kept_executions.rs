//! Which executions of a job are kept, and which are not any more.

use jiff::{SignedDuration, Timestamp};

use super::{ExecutionStatus, SyncExecution};

/// So many of the latest executions of a job are kept, however old they are.
pub const LATEST_KEPT: usize = 1_000;
/// And all that began within so many days, however many there are.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Old ones are looked for once they are so much older than that, so that it is not done at the end of each.
const LOOKED_FOR: SignedDuration = SignedDuration::from_hours(91 * 24);
/// Ways to end: so many old ones may stay for being the last of theirs.
const ENDS: usize = 3;

/// Of so many executions, the oldest of a job, the last one tells whether old ones are looked for.
pub const OLDEST_ASKED: usize = ENDS + 1;

impl SyncExecution {
    fn is_older(&self, than: SignedDuration, now: Timestamp) -> bool {
        now.duration_since(self.started_at) > than
    }
}

/// Whether old ones are looked for: `oldest` are the [`OLDEST_ASKED`] oldest of a job, of which some may be there for good.
#[must_use]
pub fn has_old_executions(oldest: &[SyncExecution], now: Timestamp) -> bool {
    let last = oldest.get(OLDEST_ASKED - 1);
    last.is_some_and(|it| it.is_older(LOOKED_FOR, now))
}

/// Those of these executions that are not kept any more, in their order. `before` stand before the latest ones of their job, the
/// oldest first, and `latest` are these. What runs is kept, and the last of each way to end: a claim, a gap or the health of a
/// connection may go back to it.
#[must_use]
pub fn not_kept<'a>(
    before: &'a [SyncExecution],
    latest: &[SyncExecution],
    now: Timestamp,
) -> Vec<&'a SyncExecution> {
    let mut seen: Vec<ExecutionStatus> = latest.iter().map(|it| it.status).collect();
    let mut gone = Vec::new();
    for execution in before.iter().rev() {
        let is_last = !seen.contains(&execution.status);
        if is_last {
            seen.push(execution.status);
        }
        let is_old = execution.is_older(KEPT_FOR, now);
        if is_old && !is_last && !execution.status.is_live() {
            gone.push(execution);
        }
    }
    gone.reverse();
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::sample::execution;

    const DAY: i64 = 86_400;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn aged(days: i64, status: ExecutionStatus) -> SyncExecution {
        SyncExecution {
            started_at: Timestamp::from_second(1_800_000_000 - days * DAY).unwrap(),
            ..execution(status)
        }
    }

    fn ages(gone: &[&SyncExecution]) -> Vec<i64> {
        let age = |it: &&SyncExecution| now().duration_since(it.started_at).as_secs() / DAY;
        gone.iter().map(age).collect()
    }

    #[test]
    fn the_old_ones_go_but_for_the_last_of_each_end() {
        use ExecutionStatus::{Cancelled, Failed, Running, Succeeded};
        let before = [
            aged(400, Failed),
            aged(390, Succeeded),
            aged(380, Running),
            aged(370, Failed),
            aged(200, Cancelled),
            aged(150, Succeeded),
            aged(91, Succeeded),
            aged(89, Succeeded),
        ];
        let latest = [aged(1, Succeeded)];
        assert_eq!(
            ages(&not_kept(&before, &latest, now())),
            [400, 390, 150, 91]
        );
        let latest = [aged(2, Cancelled), aged(1, Failed)];
        assert_eq!(
            ages(&not_kept(&before, &latest, now())),
            [400, 390, 370, 200, 150, 91]
        );
    }

    #[test]
    fn old_ones_are_looked_for_where_more_are_old_than_stay_for_good() {
        let old = |days: &[i64]| -> Vec<SyncExecution> {
            let aged = |it: &i64| aged(*it, ExecutionStatus::Succeeded);
            days.iter().map(aged).collect()
        };
        assert!(has_old_executions(&old(&[400, 300, 200, 92]), now()));
        assert!(!has_old_executions(&old(&[400, 300, 200, 90]), now()));
        assert!(!has_old_executions(&old(&[400, 300, 200]), now()));
    }
}
