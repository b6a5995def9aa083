//! The socket behind a client: numbered requests out, replies and notices in.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::{broken, closed};
use crate::wire::frame::{Reader, Writer};
use crate::wire::request::Request;
use crate::wire::{FromServer, NumberedRequest, Problem, Token, Topic, Welcome};

/// What a request is answered with.
#[derive(Debug)]
pub(super) enum ServerReply {
    Json(Value),
    Token(Token),
}

/// Requests that wait for room in the socket; more of them wait where they are asked.
const OUTGOING: usize = 64;

/// An open socket, past the greeting.
#[derive(Debug)]
pub(super) struct ClientSocket {
    welcome: Welcome,
    next_id: AtomicU64,
    outgoing: mpsc::Sender<NumberedRequest>,
    pending: Arc<PendingReplies>,
    _reader: AbortOnDropHandle<()>,
}

impl ClientSocket {
    /// Begins to read and write. Notices go to `notices`, which ends with the socket.
    pub(super) fn open(
        reader: Reader<OwnedReadHalf>,
        writer: Writer<OwnedWriteHalf>,
        welcome: Welcome,
        notices: mpsc::UnboundedSender<Vec<Topic>>,
    ) -> Self {
        let pending = Arc::new(PendingReplies::default());
        let (outgoing, asked) = mpsc::channel(OUTGOING);
        tokio::spawn(write(writer, asked, Arc::clone(&pending)));
        let reading = tokio::spawn(read(reader, Arc::clone(&pending), notices));
        Self {
            welcome,
            next_id: AtomicU64::new(1),
            outgoing,
            pending,
            _reader: AbortOnDropHandle::new(reading),
        }
    }

    pub(super) fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Sends `request` and waits for its reply. Dropping the future forgets the reply.
    pub(super) async fn ask(&self, request: Request) -> Result<ServerReply, Problem> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let reply = self.pending.expect(id)?;
        let _forget = Forget {
            pending: &self.pending,
            id,
        };
        if self
            .outgoing
            .send(NumberedRequest { id, request })
            .await
            .is_err()
        {
            return Err(self.pending.why_closed());
        }
        match reply.await {
            Ok(result) => result,
            Err(_) => Err(self.pending.why_closed()),
        }
    }
}

/// Who waits for which reply.
#[derive(Debug, Default)]
struct PendingReplies(Mutex<ReplySlots>);

#[derive(Debug, Default)]
struct ReplySlots {
    replies: HashMap<u64, oneshot::Sender<Result<ServerReply, Problem>>>,
    /// Why there will be no more replies.
    closed: Option<Problem>,
}

impl PendingReplies {
    fn expect(&self, id: u64) -> Result<oneshot::Receiver<Result<ServerReply, Problem>>, Problem> {
        let mut waiting = self.lock();
        if let Some(problem) = &waiting.closed {
            return Err(problem.clone());
        }
        let (sender, receiver) = oneshot::channel();
        waiting.replies.insert(id, sender);
        Ok(receiver)
    }

    fn answer(&self, id: u64, result: Result<ServerReply, Problem>) {
        if let Some(sender) = self.lock().replies.remove(&id) {
            // Whoever asked may have stopped waiting; then the reply has no reader.
            let _ = sender.send(result);
        }
    }

    fn close(&self, problem: Problem) {
        let mut waiting = self.lock();
        waiting.closed.get_or_insert(problem);
        // Dropping the senders wakes everybody who waits.
        waiting.replies.clear();
    }

    fn why_closed(&self) -> Problem {
        self.lock().closed.clone().unwrap_or_else(closed)
    }

    fn lock(&self) -> MutexGuard<'_, ReplySlots> {
        // A panic while it was held can have left no half-done change: each is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a request whose asker went away off the list.
struct Forget<'a> {
    pending: &'a PendingReplies,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.pending.lock().replies.remove(&self.id);
    }
}

async fn write(
    mut writer: Writer<OwnedWriteHalf>,
    mut asked: mpsc::Receiver<NumberedRequest>,
    pending: Arc<PendingReplies>,
) {
    while let Some(request) = asked.recv().await {
        if let Err(error) = writer.send(&request).await {
            pending.close(broken(&error));
            return;
        }
    }
}

async fn read(
    mut reader: Reader<OwnedReadHalf>,
    pending: Arc<PendingReplies>,
    notices: mpsc::UnboundedSender<Vec<Topic>>,
) {
    let why = loop {
        match reader.next().await {
            // No request has the number 0: the server says why it is about to close.
            Ok(Some(FromServer::Reply {
                id: 0,
                result: Err(problem),
            })) => break problem,
            Ok(Some(FromServer::Reply { id, result })) => {
                pending.answer(id, result.map(ServerReply::Json))
            }
            Ok(Some(FromServer::Token { id, token })) => {
                pending.answer(id, Ok(ServerReply::Token(token)))
            }
            // A client that only asks drops its notices; that is no reason to stop reading.
            Ok(Some(FromServer::Changed(topics))) => drop(notices.send(topics)),
            Ok(None) => break closed(),
            Err(error) => break broken(&error),
        }
    };
    pending.close(why);
}
