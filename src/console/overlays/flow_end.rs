//! Giving up an authorization that was asked for: the server says whether it ended in time.

use super::OverlayState;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::rpc;

/// Said when a person leaves before the authorization has an id.
const ENDED_ONCE_KNOWN: &str =
    "It is ended as soon as the server has answered; Esc again closes without that.";

/// What was done to end an authorization.
#[derive(Debug, Default)]
pub(super) struct FlowEnd {
    /// A person left before it had an id: it is ended as soon as it has one.
    is_awaited: bool,
    cancelled: AwaitedReply<rpc::FlowCancel>,
}

impl FlowEnd {
    /// Leaves while the request that begins it is on its way; the second time it goes on unseen.
    pub(super) fn before_it_began(
        &mut self,
        said: &mut String,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        if self.is_awaited {
            return OverlayState::close_unheard(cx);
        }
        self.is_awaited = true;
        ENDED_ONCE_KNOWN.clone_into(said);
        OverlayState::Stay
    }

    /// Whether it was given up before it began; it is forgotten with the answer.
    pub(super) fn take_awaited(&mut self) -> bool {
        std::mem::take(&mut self.is_awaited)
    }

    /// Asks the server to end it.
    pub(super) fn ask(&mut self, id: FlowId, said: &mut String, cx: &mut Context<'_>) {
        if !self.cancelled.is_open() {
            self.cancelled = cx.ask(rpc::FlowCancel { id });
            "The server is asked to end it.".clone_into(said);
        }
    }

    /// Whether the server is asked to end it. That it has ended is then told by the answer to that alone.
    pub(super) fn is_asked(&self) -> bool {
        self.cancelled.is_open()
    }

    /// Whether it ended in time, once the server has said so.
    pub(super) fn heard(&mut self, heard: &mut IncomingReply) -> Option<Result<(), Problem>> {
        self.cancelled.take(heard)
    }
}
