//! One task a client: hello, requests, notices. A client that stops reading is dropped and hurts nobody.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Server, answer, who};
use crate::wire::frame::{FrameError, Reader, Writer};
use crate::wire::{Asked, Code, FromServer, Hello, HelloReply, PROTOCOL, Problem, Topic, Welcome};

/// Answers that wait for a client to read them; more than a console ever has in flight.
const QUEUE: usize = 64;
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
    let hello = tokio::time::timeout(HELLO, reader.next::<Hello>());
    let Ok(Some(hello)) = hello.await.unwrap_or(Ok(None)) else {
        return Ok(());
    };
    let caller = match greet(server, uid, &hello) {
        Ok((caller, welcome)) => {
            writer.send(&HelloReply::Ok(welcome)).await?;
            Arc::new(caller)
        }
        Err(problem) => return writer.send(&HelloReply::Err(problem)).await,
    };
    // Listening begins before the first request is read, so that no change falls between an answer and a notice.
    let notices = server.hub.listen();
    let (replies, outgoing) = mpsc::channel(QUEUE);
    let tasks = TaskTracker::new();
    let writing = tokio::spawn(write_all(writer, outgoing, notices, stop.clone()));
    loop {
        let asked = tokio::select! {
            () = stop.cancelled() => break,
            () = replies.closed() => break,
            asked = reader.next::<Asked>() => asked,
        };
        let Asked { id, request } = match asked {
            Ok(Some(asked)) => asked,
            Ok(None) => break,
            Err(error @ FrameError::NotUnderstood(_)) => {
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
            let result = answer::answer(&server, &caller, request).await;
            // A client that left does not want its answer any more; what it asked for is done and recorded.
            let gone = replies
                .send(FromServer::Reply { id, result })
                .await
                .is_err();
            tracing::trace!(gone, id, "answered");
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

fn greet(server: &Server, uid: u32, hello: &Hello) -> Result<(who::Caller, Welcome), Problem> {
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
    let caller = who::identify(&server.store, uid, hello)?;
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

async fn refuse(replies: &mpsc::Sender<FromServer>, problem: Problem) {
    // Number 0 is no request's: the client sees a reply it did not ask for, and its reason.
    let gone = replies
        .send(FromServer::Reply {
            id: 0,
            result: Err(problem),
        })
        .await
        .is_err();
    tracing::debug!(gone, "refused a line that was no request");
}

/// Sends replies in the order in which they are ready, and between them what changed, gathered into one line. At a stop
/// the connection is given back open.
async fn write_all<W: AsyncWrite + Unpin>(
    mut writer: Writer<W>,
    mut replies: mpsc::Receiver<FromServer>,
    mut notices: broadcast::Receiver<Vec<Topic>>,
    stop: CancellationToken,
) -> Result<Option<Writer<W>>, FrameError> {
    loop {
        let message = tokio::select! {
            biased;
            reply = replies.recv() => match reply {
                Some(reply) => reply,
                None => return Ok(None),
            },
            topics = notices.recv() => match topics {
                Ok(topics) => FromServer::Changed(gather(topics, &mut notices)),
                Err(broadcast::error::RecvError::Lagged(_)) => FromServer::Changed(everything()),
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            },
            () = stop.cancelled() => {
                send(&mut writer, &FromServer::Changed(vec![Topic::Stopping])).await?;
                // Requests under way are still answered, the one that asked for the stop among them.
                while let Some(reply) = replies.recv().await {
                    send(&mut writer, &reply).await?;
                }
                return Ok(Some(writer));
            }
        };
        send(&mut writer, &message).await?;
    }
}

async fn send<W: AsyncWrite + Unpin>(
    writer: &mut Writer<W>,
    message: &FromServer,
) -> Result<(), FrameError> {
    match tokio::time::timeout(STALLED, writer.send(message)).await {
        Ok(sent) => sent,
        Err(_) => Err(FrameError::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

fn gather(mut topics: Vec<Topic>, notices: &mut broadcast::Receiver<Vec<Topic>>) -> Vec<Topic> {
    loop {
        match notices.try_recv() {
            Ok(more) => topics.extend(more),
            Err(broadcast::error::TryRecvError::Lagged(_)) => topics.extend(everything()),
            Err(_) => break,
        }
    }
    topics.sort();
    topics.dedup();
    topics
}

fn everything() -> Vec<Topic> {
    use Topic::{Audit, Connections, FollowUps, Jobs, Providers, Runs, Users};
    vec![Connections, Jobs, Runs, Audit, Providers, FollowUps, Users]
}
