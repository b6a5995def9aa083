//! Requests that somebody waits for. A reply finds whoever asked by the number of the request, never by its order.

use std::marker::PhantomData;

use crate::wire::Problem;
use crate::wire::request::{Reply, RequestWithReply};

/// What came for a request, offered to everybody until somebody takes it.
pub struct IncomingReply {
    number: u64,
    reply: Option<Result<Reply, Problem>>,
}

impl IncomingReply {
    /// The reply to the request of this number, or why there is none.
    #[must_use]
    pub fn new(number: u64, reply: Result<Reply, Problem>) -> Self {
        Self {
            number,
            reply: Some(reply),
        }
    }

    /// Whether somebody waited for it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.reply.is_none()
    }

    fn take(&mut self, waits_for: &mut Option<u64>) -> Option<Result<Reply, Problem>> {
        if *waits_for != Some(self.number) {
            return None;
        }
        *waits_for = None;
        self.reply.take()
    }
}

/// A request of one kind that is waited for, or none. Another one put in its place leaves the reply to the older with
/// nobody: so the newest counts.
#[derive(Debug)]
#[must_use = "nobody else can take the reply"]
pub struct AwaitedReply<A> {
    number: Option<u64>,
    kind: PhantomData<fn() -> A>,
}

impl<A> Default for AwaitedReply<A> {
    fn default() -> Self {
        Self {
            number: None,
            kind: PhantomData,
        }
    }
}

impl<A: RequestWithReply> AwaitedReply<A> {
    /// The request of this number.
    pub(super) fn new(number: u64) -> Self {
        Self {
            number: Some(number),
            kind: PhantomData,
        }
    }

    /// Whether it has not been answered yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.number.is_some()
    }

    /// The reply, if this is what it answers.
    pub fn take(&mut self, heard: &mut IncomingReply) -> Option<Result<A::Reply, Problem>> {
        match heard.take(&mut self.number)? {
            Ok(reply) => A::own(reply).map(Ok),
            Err(problem) => Some(Err(problem)),
        }
    }
}

/// A request of any kind of which it is waited for that it is done, or none.
#[derive(Debug, Default)]
#[must_use = "nobody else can take the reply"]
pub struct AwaitedDone(Option<u64>);

impl AwaitedDone {
    /// The request of this number.
    pub(super) fn new(number: u64) -> Self {
        Self(Some(number))
    }

    /// Whether its answer is waited for.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Whether it was done, if this is what is answered.
    pub fn take(&mut self, heard: &mut IncomingReply) -> Option<Result<(), Problem>> {
        self.take_reply(heard).map(|reply| reply.map(drop))
    }

    /// The same, with what was answered.
    pub fn take_reply(&mut self, heard: &mut IncomingReply) -> Option<Result<Reply, Problem>> {
        heard.take(&mut self.0)
    }
}
