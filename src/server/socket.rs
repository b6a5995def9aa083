//! One task a client: hello, requests, notices. A client that stops reading is dropped and hurts nobody.

mod writing;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::writing::{Hearing, send, write_all};
use super::dispatch::{self, DispatchReply};
use super::rate_limits::{IN_FLIGHT, SOCKETS, Seat};
use super::{Server, backup, caller, refusals};
use crate::domain::audit::refusals::GatewayRefused;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::refusals::RefusalKey;
use crate::wire::frame::{FrameError, Reader, Writer};
use crate::wire::{
    Code, FromServer, Hello, HelloReply, NumberedRequest, PROTOCOL, Problem, Welcome,
};

/// Answers that wait for a client to read them; more than a console ever has in flight.
const QUEUE: usize = 64;

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
    let attached = ClientSession {
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
struct ClientSession {
    reader: Reader<OwnedReadHalf>,
    writer: Writer<OwnedWriteHalf>,
    caller: Arc<caller::Caller>,
    seat: Seat,
}

/// Requests and notices, until the client leaves or the server stops.
async fn converse(
    server: &Arc<Server>,
    attached: ClientSession,
    stop: &CancellationToken,
) -> Result<(), FrameError> {
    let ClientSession {
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
        let (NumberedRequest { id, request }, place) = match asked {
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
                Ok(DispatchReply::Token(token)) => FromServer::Token { id, token },
                Ok(DispatchReply::Json(json)) => FromServer::Reply {
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
    server.scans.session_ended(caller.session);
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
) -> Result<Option<(NumberedRequest, Option<OwnedSemaphorePermit>)>, FrameError> {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    let asked = reader.next::<NumberedRequest>().await?;
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
) -> Result<(caller::Caller, Welcome), Problem> {
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
    let account = caller::account(uid, server.gateway, hello);
    refusals::turn(server, &account).await;
    let mut caller = match caller::identify(&server.store, uid, server.gateway, hello) {
        Ok(caller) => caller,
        Err(why) => {
            let entry = caller::not_let_in(&server.store, uid, server.gateway, hello, &why);
            let kind = RefusalKey {
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
    caller: &caller::Caller,
    why: &str,
) -> Result<Problem, Problem> {
    let why = caller::shown(why);
    let event = Event::GatewayRefused(GatewayRefused {
        why: why.clone(),
        flood: None,
    });
    let entry = caller.entry(event, "server", AuditOutcome::Refused);
    let kind = RefusalKey {
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

/// Number 0 is no request's: the client sees a reply that it did not ask for, and its reason.
fn unasked(problem: Problem) -> FromServer {
    FromServer::Reply {
        id: 0,
        result: Err(problem),
    }
}
