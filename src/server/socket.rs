//! One task a client: hello, requests, notices. A client that stops reading is dropped and hurts nobody.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::bounds::{IN_FLIGHT, SOCKETS, Seat};
use super::dispatch::{self, Answered};
use super::{Server, backup, gate, refusals, who};
use crate::domain::audit::refusals::GatewayRefused;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::refusals::Kind;
use crate::server::gate::current::current;
use crate::wire::frame::{FrameError, Reader, Writer};
use crate::wire::{Asked, Code, FromServer, Hello, HelloReply, PROTOCOL, Problem, Topic, Welcome};

/// Answers that wait for a client to read them; more than a console ever has in flight.
const QUEUE: usize = 64;
/// Whoever was removed hears for so long what became of the requests before.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// A client that does not read for so long is gone.
const STALLED: Duration = Duration::from_secs(30);
/// A client that does not say hello in this time is not one.
const HELLO: Duration = Duration::from_secs(10);

/// Accepts clients until `stop`.
pub async fn serve(server: Arc<Server>, listener: UnixListener, stop: CancellationToken) {
    let clients = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (server, stop) = (Arc::clone(&server), stop.clone());
                clients.spawn(async move {
                    let _attached = server.presence.enter();
                    if let Err(error) = attend(&server, stream, &stop).await {
                        tracing::debug!(%error, "a client left");
                    }
                });
            }
            // Out of file descriptors, most likely: others have to leave first.
            Err(error) => {
                tracing::warn!(%error, "a client could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    clients.close();
    clients.wait().await;
}

async fn attend(
    server: &Arc<Server>,
    stream: UnixStream,
    stop: &CancellationToken,
) -> Result<(), FrameError> {
    let uid = stream.peer_cred()?.uid();
    let (read, write) = stream.into_split();
    let (mut reader, mut writer) = (Reader::new(read), Writer::new(write));
    let Some(seat) = server.bounds.seat(uid) else {
        let message = format!("{SOCKETS} clients of your account are attached");
        let problem = Problem::new(Code::Failed, message, "end some of them");
        return send(&mut writer, &HelloReply::Err(problem)).await;
    };
    let hello = tokio::time::timeout(HELLO, reader.next::<Hello>());
    let hello = tokio::select! {
        hello = hello => hello.unwrap_or(Ok(None)),
        () = seat.unwanted() => Ok(None),
    };
    let Ok(Some(hello)) = hello else {
        return Ok(());
    };
    seat.greeted();
    let caller = match greet(server, uid, &hello).await {
        Ok((caller, welcome)) => {
            send(&mut writer, &HelloReply::Ok(welcome)).await?;
            Arc::new(caller)
        }
        Err(problem) => return send(&mut writer, &HelloReply::Err(problem)).await,
    };
    let session = caller.session;
    let attached = Attached {
        reader,
        writer,
        caller,
        seat,
    };
    let ended = converse(server, attached, stop).await;
    backup::session_ended(server, session).await;
    ended
}

/// A client that was let in.
struct Attached {
    reader: Reader<OwnedReadHalf>,
    writer: Writer<OwnedWriteHalf>,
    caller: Arc<who::Caller>,
    seat: Seat,
}

/// Requests and notices, until the client leaves or the server stops.
async fn converse(
    server: &Arc<Server>,
    attached: Attached,
    stop: &CancellationToken,
) -> Result<(), FrameError> {
    let Attached {
        mut reader,
        writer,
        caller,
        seat,
    } = attached;
    // Listening begins before the first request is read, so that no change falls between an answer and a notice.
    let notices = server.hub.listen();
    let (replies, outgoing) = mpsc::channel(QUEUE);
    let tasks = TaskTracker::new();
    let hearing = Hearing {
        server: Arc::clone(server),
        caller: Arc::clone(&caller),
        notices,
    };
    let writing = tokio::spawn(write_all(writer, outgoing, hearing, stop.clone()));
    let places = Arc::new(Semaphore::new(IN_FLIGHT));
    loop {
        let asked = tokio::select! {
            () = stop.cancelled() => break,
            () = replies.closed() => break,
            asked = next(&mut reader, &seat, &places) => asked,
        };
        let (Asked { id, request }, place) = match asked {
            Ok(Some(asked)) => asked,
            Ok(None) => break,
            Err(error @ (FrameError::NotUnderstood(_) | FrameError::TooLong)) => {
                let problem = Problem::new(
                    Code::Usage,
                    format!("a request was not understood: {error}"),
                    "use one version",
                );
                refuse(&replies, problem).await;
                break;
            }
            Err(error) => return Err(error),
        };
        let (server, caller, replies) = (Arc::clone(server), Arc::clone(&caller), replies.clone());
        tasks.spawn(async move {
            let reply = match dispatch::answer(&server, &caller, request).await {
                Ok(Answered::Token(token)) => FromServer::Token { id, token },
                Ok(Answered::Json(json)) => FromServer::Reply {
                    id,
                    result: Ok(json),
                },
                Err(problem) => FromServer::Reply {
                    id,
                    result: Err(problem),
                },
            };
            // A client that left does not want its answer any more; what it asked for is done and recorded.
            let gone = replies.send(reply).await.is_err();
            tracing::trace!(gone, id, "answered");
            drop(place);
        });
    }
    drop(replies);
    tasks.close();
    tasks.wait().await;
    if let Some(writer) = writing.await.unwrap_or(Ok(None))? {
        server
            .lingering
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(writer);
    }
    Ok(())
}

/// The next request, when there is a place and a turn for it. A client that floods waits here, and nobody else does.
async fn next<R: AsyncRead + Unpin>(
    reader: &mut Reader<R>,
    seat: &Seat,
    places: &Arc<Semaphore>,
) -> Result<Option<(Asked, Option<OwnedSemaphorePermit>)>, FrameError> {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    let asked = reader.next::<Asked>().await?;
    if asked.is_some() {
        seat.turn().await;
    }
    Ok(asked.map(|asked| (asked, place)))
}

/// Says who the caller is. A refusal is an entry before it is an answer.
async fn greet(
    server: &Arc<Server>,
    uid: u32,
    hello: &Hello,
) -> Result<(who::Caller, Welcome), Problem> {
    if hello.protocol != PROTOCOL {
        return Err(Problem::new(
            Code::Failed,
            format!(
                "this is {} and the server is {}; they do not understand each other",
                hello.version,
                super::VERSION
            ),
            "run `tagout stop`, then start again",
        ));
    }
    let account = who::account(uid, server.gateway, hello);
    refusals::turn(server, &account).await;
    let mut caller = match who::identify(&server.store, uid, server.gateway, hello) {
        Ok(caller) => caller,
        Err(why) => {
            let entry = who::not_let_in(&server.store, uid, server.gateway, hello, &why);
            let kind = Kind {
                user: account,
                session: 0,
                verb: entry.event.action().to_owned(),
                target: entry.target.clone(),
                reason: why.message.clone(),
            };
            let noted = refusals::record(server, kind, true, entry);
            noted.await?;
            return Err(why);
        }
    };
    if let Some(why) = &hello.gateway_refused
        && server.gateway == Some(uid)
    {
        return Err(refused_before(server, &caller, why).await?);
    }
    caller.session = server.sessions.fetch_add(1, Ordering::Relaxed) + 1;
    let welcome = Welcome {
        protocol: PROTOCOL,
        version: super::VERSION.to_owned(),
        workspace: server.workspace.clone(),
        user: caller.actor.user.name.clone(),
        role: caller.actor.role,
        read_only: caller.actor.read_only,
        address: caller.origin.address.clone(),
    };
    Ok((caller, welcome))
}

/// What the gateway refused before it asked for anything: an entry in the name of whoever has the key.
async fn refused_before(
    server: &Arc<Server>,
    caller: &who::Caller,
    why: &str,
) -> Result<Problem, Problem> {
    let why = who::shown(why);
    let event = Event::GatewayRefused(GatewayRefused {
        why: why.clone(),
        flood: None,
    });
    let entry = caller.entry(event, "server", AuditOutcome::Refused);
    let kind = Kind {
        user: caller.actor.user.id.to_string(),
        session: 0,
        verb: entry.event.action().to_owned(),
        target: "server".to_owned(),
        reason: why.clone(),
    };
    let noted = refusals::record(server, kind, false, entry);
    noted.await?;
    Ok(Problem::new(
        Code::Forbidden,
        why,
        "the attempt is in the audit log",
    ))
}

async fn refuse(replies: &mpsc::Sender<FromServer>, problem: Problem) {
    let gone = replies.send(unasked(problem)).await.is_err();
    tracing::debug!(gone, "refused a line that was no request");
}

/// What a client hears of, and who it is.
struct Hearing {
    server: Arc<Server>,
    caller: Arc<who::Caller>,
    notices: broadcast::Receiver<Vec<Topic>>,
}

impl Hearing {
    /// What has changed, as far as this client hears of it; none when there will be no more.
    ///
    /// # Errors
    /// When the client's user was removed.
    async fn next(&mut self) -> Result<Option<Vec<Topic>>, Problem> {
        let topics = match self.notices.recv().await {
            Ok(topics) => gather(topics, &mut self.notices),
            Err(broadcast::error::RecvError::Lagged(_)) => Topic::everything(),
            Err(broadcast::error::RecvError::Closed) => return Ok(None),
        };
        if topics.contains(&Topic::Users) {
            current(&self.server, &self.caller)?;
        }
        let heard = |topic: &Topic| gate::hears(&self.caller, topic);
        Ok(Some(topics.into_iter().filter(heard).collect()))
    }
}

/// Sends replies in the order in which they are ready, and between them what changed, gathered into one line. At a stop
/// the connection is given back open.
async fn write_all<W: AsyncWrite + Unpin>(
    mut writer: Writer<W>,
    mut replies: mpsc::Receiver<FromServer>,
    mut hearing: Hearing,
    stop: CancellationToken,
) -> Result<Option<Writer<W>>, FrameError> {
    loop {
        let message = tokio::select! {
            biased;
            reply = replies.recv() => match reply {
                Some(reply) => reply,
                None => return Ok(None),
            },
            heard = hearing.next() => match heard {
                Ok(Some(topics)) => FromServer::Changed(topics),
                Ok(None) => return Ok(None),
                // Returning closes the socket.
                Err(problem) => {
                    answer_the_last(&mut writer, &mut replies).await?;
                    send(&mut writer, &unasked(problem)).await?;
                    return Ok(None);
                }
            },
            () = stop.cancelled() => {
                send(&mut writer, &FromServer::Changed(vec![Topic::Stopping])).await?;
                // Requests under way are still answered, the one that asked for the stop among them.
                while let Some(reply) = replies.recv().await {
                    deliver(&mut writer, &reply).await?;
                }
                return Ok(Some(writer));
            }
        };
        deliver(&mut writer, &message).await?;
    }
}

/// What a user asked before they were removed is answered, that they removed themselves among it. Tokens are not.
async fn answer_the_last<W: AsyncWrite + Unpin>(
    writer: &mut Writer<W>,
    replies: &mut mpsc::Receiver<FromServer>,
) -> Result<(), FrameError> {
    let end = tokio::time::Instant::now() + LAST_ANSWERS;
    while let Ok(Some(reply)) = tokio::time::timeout_at(end, replies.recv()).await {
        if matches!(reply, FromServer::Reply { .. }) {
            deliver(writer, &reply).await?;
        }
    }
    Ok(())
}

async fn deliver<W: AsyncWrite + Unpin>(
    writer: &mut Writer<W>,
    message: &FromServer,
) -> Result<(), FrameError> {
    match message {
        FromServer::Token { token, .. } => {
            in_time(writer.send_secret(message, token.token.0.len())).await
        }
        FromServer::Reply { .. } | FromServer::Changed(_) => send(writer, message).await,
    }
}

async fn send<W: AsyncWrite + Unpin, T: Serialize + Sync>(
    writer: &mut Writer<W>,
    object: &T,
) -> Result<(), FrameError> {
    in_time(writer.send(object)).await
}

/// A client that does not read for so long is dropped.
async fn in_time(sending: impl Future<Output = Result<(), FrameError>>) -> Result<(), FrameError> {
    match tokio::time::timeout(STALLED, sending).await {
        Ok(sent) => sent,
        Err(_) => Err(FrameError::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Number 0 is no request's: the client sees a reply that it did not ask for, and its reason.
fn unasked(problem: Problem) -> FromServer {
    FromServer::Reply {
        id: 0,
        result: Err(problem),
    }
}

fn gather(mut topics: Vec<Topic>, notices: &mut broadcast::Receiver<Vec<Topic>>) -> Vec<Topic> {
    loop {
        match notices.try_recv() {
            Ok(more) => topics.extend(more),
            Err(broadcast::error::TryRecvError::Lagged(_)) => topics.extend(Topic::everything()),
            Err(_) => break,
        }
    }
    topics.sort();
    topics.dedup();
    topics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Token;
    use crate::wire::request::Secret;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_dropped() {
        let (ours, _theirs) = tokio::io::duplex(64);
        let start = tokio::time::Instant::now();
        let message = FromServer::Changed(Topic::everything());
        let sent = deliver(&mut Writer::new(ours), &message).await;
        let timed_out = |error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut;
        assert!(matches!(sent, Err(FrameError::Io(error)) if timed_out(&error)));
        assert_eq!(start.elapsed(), STALLED);
    }

    #[tokio::test]
    async fn a_token_crosses_in_its_place_between_the_others_and_is_not_shown() {
        let token = || FromServer::Token {
            id: 7,
            token: Token {
                token: Secret("t\"ok-9f2c".to_owned().into()),
                fingerprint: "77b0e2d1c4a5f600".to_owned(),
                expires_at: None,
                not_asked: None,
            },
        };
        assert!(!format!("{:?}", token()).contains("9f2c"));
        let (ours, theirs) = tokio::io::duplex(4096);
        let (mut writer, mut reader) = (Writer::new(ours), Reader::new(theirs));
        let before = FromServer::Changed(vec![Topic::Audit]);
        deliver(&mut writer, &before).await.unwrap();
        deliver(&mut writer, &token()).await.unwrap();
        deliver(&mut writer, &before).await.unwrap();
        let mut read = Vec::new();
        for _ in 0..3 {
            read.push(reader.next::<FromServer>().await.unwrap().unwrap());
        }
        let [
            FromServer::Changed(_),
            FromServer::Token { id: 7, token },
            FromServer::Changed(_),
        ] = read.as_slice()
        else {
            panic!("{read:?}");
        };
        assert_eq!(token.token.0.as_str(), "t\"ok-9f2c");
    }
}
