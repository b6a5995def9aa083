//! What an execution waits for that is no time of its own.

use super::WaitsFor;
use super::progress::Untimed;
use super::task::Task;
use crate::wire::Topic;

/// A job waits until this is dropped, and its time stands still.
pub(super) struct WaitGuard<'a> {
    task: Task<'a>,
    _untimed: Untimed<'a>,
}

impl<'a> WaitGuard<'a> {
    /// It begins to wait. Whoever waits for something else than a place leaves its own to others.
    pub(super) fn begins(task: &Task<'a>, what: WaitsFor) -> Self {
        match what {
            WaitsFor::Turn { .. } => {}
            WaitsFor::Limit { .. } | WaitsFor::Us { .. } => task.pulling.leave_place(),
        }
        let waiting = Self {
            task: *task,
            _untimed: task.pulling.progress.stands(),
        };
        waiting.waits_for(what);
        waiting
    }

    /// It goes on waiting, for this. Whoever watches is told where that is something else.
    pub(super) fn waits_for(&self, what: WaitsFor) {
        let Task { server, job, .. } = self.task;
        if server.executions.waits(&job.id, what) {
            server.hub.tell([Topic::Jobs]);
        }
    }
}

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        let Task { server, job, .. } = self.task;
        server.executions.waits_no_more(&job.id);
        server.hub.tell([Topic::Jobs]);
    }
}
