//! The second half of a swap whose first half a run is: its connection is asked about before anybody is led to the vendor.

use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::console::screens::connection::swapping;
use crate::wire::rpc;
use crate::wire::view::{Connection, Run};
use crate::wire::{Problem, Topic};

/// What is known of the connection that is swapped.
#[derive(Default)]
pub(super) struct SecondHalf {
    asked: AwaitedReply<rpc::Connection>,
    connection: Option<Connection>,
}

impl SecondHalf {
    /// Asks about the connection of a run, where its second half is open and nobody has asked.
    pub(super) fn look(&mut self, run: &Run, cx: &mut Context<'_>) {
        if is_open(run) {
            let name = run.connection.as_str().to_owned();
            self.asked = cx.ask(rpc::Connection { name });
        }
    }

    /// Whether this changes what is known of it.
    pub(super) fn is_changed_by(run: &Run, topics: &[Topic]) -> bool {
        is_open(run) && Topic::Connection(run.connection.clone()).is_told_by(topics)
    }

    /// What came of asking.
    pub(super) fn reply(&mut self, heard: &mut IncomingReply) -> Option<Problem> {
        match self.asked.take(heard)? {
            Ok(connection) => {
                self.connection = Some(connection);
                None
            }
            Err(problem) => {
                self.connection = None;
                Some(problem)
            }
        }
    }

    /// Why the new account cannot be connected from here.
    pub(super) fn refuses(&self) -> Option<String> {
        match &self.connection {
            None => Some("its connection is not here yet".to_owned()),
            Some(it) if it.swap.is_none() => Some("the swap has ended meanwhile".to_owned()),
            Some(it) => swapping::hinders(it),
        }
    }

    /// Connects the new account.
    pub(super) fn take_up(&self, cx: &mut Context<'_>) {
        if let Some(connection) = &self.connection {
            swapping::take_up(connection, cx);
        }
    }
}

/// Whether a new account is still to come.
pub(super) fn is_open(run: &Run) -> bool {
    run.swap.as_ref().is_some_and(|half| half.ended.is_none())
}
