//! Connections from outside: HTTP/1.1, not more than so many at once and of one client, and none for longer than so long. Whoever
//! opens many, is slow, or says nothing, must not keep anybody else from being served.

mod connection_slots;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::network::Network;
use connection_slots::{ConnectionSlot, ConnectionSlots};

/// An event of a megabyte arrives in far less, and clients that keep connections open make another.
const LASTS: Duration = Duration::from_secs(60);
/// A request whose head takes longer is not one; nor is a connection that says nothing for so long.
const HEAD: Duration = Duration::from_secs(10);
/// What is read of a connection ahead of what is asked for: enough for any head that a vendor sends.
const BUFFER: usize = 16 * 1024;
/// How long the listener rests when the system has nothing left for another connection.
const REST: Duration = Duration::from_millis(100);

/// Serves `app` until `stop`; what is being answered then is answered to its end.
///
/// HTTP/1.1 alone: a client of HTTP/2 keeps a hundred requests and their buffers open on each connection, and six of them
/// held 1.2 GB. `axum::serve` speaks HTTP/2 as soon as any dependency switches that feature on.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    trusted: Vec<Network>,
    stop: CancellationToken,
) {
    let places = ConnectionSlots::new(trusted);
    let open = TaskTracker::new();
    loop {
        let (stream, from) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener) => accepted,
        };
        // A client that has all its places is let go at once; that costs nobody anything.
        if let Some(place) = places.take(from.ip()) {
            open.spawn(answered(stream, place, app.clone(), stop.clone()));
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Of the connection alone: it was given up before it was accepted (accept(2)).
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Answers the requests of one connection.
async fn answered(stream: TcpStream, place: ConnectionSlot, app: Router, stop: CancellationToken) {
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER);
    let stream = DeadlineStream {
        stream,
        ends: Box::pin(tokio::time::sleep(LASTS)),
    };
    let service = TowerToHyperService::new(app);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = place.wanted() => return,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "an HTTP connection ended");
    }
}

/// A connection that ends by itself.
struct DeadlineStream {
    stream: TcpStream,
    ends: Pin<Box<Sleep>>,
}

impl DeadlineStream {
    /// An error once its time is over; until then whoever asks is woken at that time, too.
    fn in_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.ends.as_mut().poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl AsyncRead for DeadlineStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for DeadlineStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.in_time(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// What comes back for these bytes, until the listener closes the connection.
    async fn answer(at: SocketAddr, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is refused may also be reset.
        let _ended = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn nothing_but_http_1_is_spoken() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let app = Router::new().route("/", get(async || "here"));
        let serving = tokio::spawn(serve(listener, app, Vec::new(), stop.clone()));
        let plain = answer(
            at,
            b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(
            plain.starts_with("HTTP/1.1 200") && plain.ends_with("here"),
            "{plain}"
        );
        // The preface of HTTP/2 with prior knowledge, and an empty SETTINGS frame (RFC 9113, section 3.4).
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let refused = answer(at, preface).await;
        assert!(
            refused.is_empty() || refused.starts_with("HTTP/1.1 4"),
            "{refused:?}"
        );
        stop.cancel();
        serving.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_says_nothing_is_cut_off() {
        let (ours, mut theirs) = pair().await;
        let place = ConnectionSlots::new(Vec::new()).take(at()).unwrap();
        let app = Router::new().route("/", get(async || "here"));
        let start = tokio::time::Instant::now();
        answered(ours, place, app, CancellationToken::new()).await;
        assert!(start.elapsed() <= LASTS, "{:?}", start.elapsed());
        let mut told = Vec::new();
        let _ended = theirs.read_to_end(&mut told).await;
    }

    #[tokio::test]
    async fn whoever_is_oldest_makes_room() {
        let (ours, _theirs) = pair().await;
        let places = ConnectionSlots::new(Vec::new());
        let oldest = places.take(at()).unwrap();
        let app = Router::new().route("/", get(async || "here"));
        let serving = tokio::spawn(answered(ours, oldest, app, CancellationToken::new()));
        let newer: Vec<_> = (0..256).map(|_| places.take(at())).collect();
        assert!(newer.iter().all(Option::is_some));
        serving.await.unwrap();
    }

    fn at() -> std::net::IpAddr {
        std::net::Ipv4Addr::LOCALHOST.into()
    }

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let theirs = TcpStream::connect(listener.local_addr().unwrap());
        let (theirs, accepted) = tokio::join!(theirs, listener.accept());
        (accepted.unwrap().0, theirs.unwrap())
    }
}
