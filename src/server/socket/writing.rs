//! What a client is sent: replies in the order in which they are ready, and what changed in between.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::io::AsyncWrite;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

use super::unasked;
use crate::server::gate::current::current;
use crate::server::{Server, caller, gate};
use crate::wire::frame::{FrameError, Writer};
use crate::wire::{FromServer, Problem, Topic};

/// Whoever was removed hears for so long what became of the requests before.
const LAST_ANSWERS: Duration = Duration::from_millis(500);
/// A client that does not read for so long is gone.
const STALLED: Duration = Duration::from_secs(30);

/// What a client hears of, and who it is.
pub(super) struct Hearing {
    pub(super) server: Arc<Server>,
    pub(super) caller: Arc<caller::Caller>,
    pub(super) notices: broadcast::Receiver<Vec<Topic>>,
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
pub(super) async fn write_all<W: AsyncWrite + Unpin>(
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

pub(super) async fn send<W: AsyncWrite + Unpin, T: Serialize + Sync>(
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
    use crate::wire::frame::Reader;
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
