//! The latest pages of the latest executions, for whoever watches one. They are remembered in memory, and not over a restart.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::domain::id::ExecutionId;
use crate::domain::job::PulledPage;

/// So many pages of an execution are remembered.
const PAGES: usize = 100;
/// Of so many executions, those that pulled a page last.
const EXECUTIONS: usize = 64;

/// The pages.
#[derive(Default)]
pub struct PageLog(Mutex<VecDeque<PagesOf>>);

struct PagesOf {
    execution: ExecutionId,
    /// All that came, remembered or not.
    count: u64,
    pages: VecDeque<PulledPage>,
}

impl PageLog {
    /// Takes down a page, which gets its number.
    pub fn add(&self, execution: &ExecutionId, page: PulledPage) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().position(|it| it.execution == *execution);
        let mut of = known
            .and_then(|at| all.remove(at))
            .unwrap_or_else(|| PagesOf {
                execution: execution.clone(),
                count: 0,
                pages: VecDeque::new(),
            });
        of.count += 1;
        if of.pages.len() == PAGES {
            of.pages.pop_back();
        }
        let number = of.count;
        of.pages.push_front(PulledPage { number, ..page });
        if all.len() == EXECUTIONS {
            all.pop_back();
        }
        all.push_front(of);
    }

    /// Forgets them all.
    pub fn forget(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }

    /// The pages of an execution, the latest first.
    #[must_use]
    pub fn of(&self, execution: &ExecutionId) -> Vec<PulledPage> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|it| it.execution == *execution);
        found.map_or_else(Vec::new, |it| it.pages.iter().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn page(received: u64) -> PulledPage {
        PulledPage {
            number: 0,
            at: Timestamp::UNIX_EPOCH,
            parent: None,
            received,
            changed: 0,
            unchanged: received,
            deleted: 0,
            failed: 0,
            position: None,
        }
    }

    fn execution(n: usize) -> ExecutionId {
        format!("exe_{n:026}").parse().unwrap()
    }

    #[test]
    fn the_latest_pages_of_the_latest_executions_are_remembered() {
        let log = PageLog::default();
        for n in 0..150 {
            log.add(&execution(0), page(n));
        }
        let pages = log.of(&execution(0));
        assert_eq!(
            (pages.len(), pages[0].number, pages[99].number),
            (PAGES, 150, 51)
        );
        for n in 1..EXECUTIONS {
            log.add(&execution(n), page(1));
        }
        log.add(&execution(0), page(7));
        assert_eq!(log.of(&execution(0))[0].number, 151);
        log.add(&execution(EXECUTIONS), page(1));
        assert!(
            log.of(&execution(1)).is_empty(),
            "it was silent for longest"
        );
        assert_eq!(log.of(&execution(0)).len(), PAGES);
    }
}
