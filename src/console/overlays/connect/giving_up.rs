//! Leaving an authorization that was asked for: the server says whether it ended in time.

use super::{ConnectDialog, ConnectStage, ENDED_ONCE_KNOWN, UNHEARD};
use crate::console::context::Context;
use crate::console::overlays::OverlayState;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::rpc;
use crate::wire::view::Flow;

impl ConnectDialog {
    /// Leaves while the request is on its way: what it begins is ended once its id is known, or goes on unseen.
    pub(super) fn leave_asked(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if self.is_given_up {
            cx.done(UNHEARD);
            return OverlayState::Close;
        }
        self.is_given_up = true;
        ENDED_ONCE_KNOWN.clone_into(&mut self.said);
        OverlayState::Stay
    }

    /// Asks the server to end the authorization; it says whether that came in time.
    pub(super) fn give_up(&mut self, id: FlowId, cx: &mut Context<'_>) {
        if !self.asked.cancelled.is_open() {
            self.asked.cancelled = cx.ask(rpc::FlowCancel { id });
            "The server is asked to end it.".clone_into(&mut self.said);
        }
    }

    /// What came of giving up. Where it had ended before, how is asked: it may be connected.
    pub(super) fn was_cancelled(
        &mut self,
        cancelled: Result<(), Problem>,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        match cancelled {
            Ok(()) => {
                cx.done("The authorization was given up.");
                OverlayState::Close
            }
            Err(problem) => {
                self.said = format!("{}. {}", problem.message, problem.hint);
                self.ask_flow(cx);
                OverlayState::Stay
            }
        }
    }

    /// The authorization began.
    pub(super) fn began(&mut self, flow: Flow, cx: &mut Context<'_>) {
        let id = flow.id.clone();
        self.stands(flow, cx);
        match std::mem::take(&mut self.is_given_up) {
            true if matches!(self.face, ConnectStage::Under(_)) => {
                self.escape(cx);
                self.give_up(id, cx);
            }
            // Notices may have overtaken this reply.
            _ => self.ask_flow(cx),
        }
    }
}
