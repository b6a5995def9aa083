//! When something is tried again that a vendor's trouble has stopped: later each time, and half of that at random, so that
//! whatever one outage has stopped does not come back together.

use std::time::Duration;

use super::{ExecutionStatus, SyncJob};
use crate::domain::hold::RetryPace;

/// Of a page, within an execution.
pub const TRIES: RetryPace = RetryPace {
    first: Duration::from_secs(1),
    most: Duration::from_secs(30),
};

/// Of an execution that gave up.
pub const AGAIN: RetryPace = RetryPace {
    first: Duration::from_secs(60),
    most: Duration::from_secs(3600),
};

impl SyncJob {
    /// How long after its end an execution is followed by another try, when the vendor's trouble has stopped it: as often as
    /// the job may be tried again, counted from the last one that did not fail. `before` are the executions before it, newest
    /// first; `random` decides half of the wait, and `asked` is what the vendor wants to be left alone for.
    #[must_use]
    pub fn again(
        &self,
        before: &[ExecutionStatus],
        random: u8,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        let failed = before.iter();
        let failed = failed.take_while(|it| **it == ExecutionStatus::Failed);
        let failed = u32::try_from(failed.count()).ok()?;
        (failed < u32::from(self.max_retries)).then(|| AGAIN.wait(failed, random, asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::SyncMode;

    fn job() -> SyncJob {
        let id = "job_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let connection = "con_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        SyncJob::new(id, connection, "thing".to_owned(), SyncMode::Full)
    }

    fn waits(before: &[ExecutionStatus], random: u8) -> Option<u64> {
        job().again(before, random, None).map(|it| it.as_secs())
    }

    #[test]
    fn an_execution_that_failed_is_tried_again_later_each_time() {
        let failed = [ExecutionStatus::Failed; 4];
        assert_eq!(waits(&[], u8::MAX), Some(60));
        assert_eq!(waits(&failed[..1], u8::MAX), Some(120));
        assert_eq!(waits(&failed[..2], u8::MAX), Some(240));
        assert_eq!(waits(&failed[..3], u8::MAX), None);
        assert_eq!(waits(&failed, 0), None);
        assert_eq!(waits(&failed[..2], 0), Some(120), "half of it is chance");
    }

    #[test]
    fn what_did_not_fail_begins_the_count_anew() {
        use ExecutionStatus::{Cancelled, Failed, Succeeded};
        assert_eq!(
            waits(&[Failed, Succeeded, Failed, Failed], u8::MAX),
            Some(120)
        );
        assert_eq!(
            waits(&[Cancelled, Failed, Failed, Failed], u8::MAX),
            Some(60)
        );
    }

    #[test]
    fn nobody_comes_back_earlier_than_the_vendor_wants() {
        let asked = Some(Duration::from_secs(7_200));
        assert_eq!(job().again(&[], 0, asked), asked);
    }
}
