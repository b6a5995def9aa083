//! Connections from outside: HTTP/1.1, not more than so many at once, and none for longer than so long. Whoever opens one and is slow,
//! or says nothing, must not keep the operators' socket from being accepted.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener as _;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Open at once; whoever comes then waits in the kernel's queue.
const AT_ONCE: usize = 256;
/// An event of a megabyte arrives in far less, and clients that keep connections open make another.
const LASTS: Duration = Duration::from_secs(60);

/// Serves `app` until `stop`; what is being answered then is answered to its end.
///
/// HTTP/1.1 alone: a client of HTTP/2 keeps a hundred requests and their buffers open on each connection, and six of them
/// held 1.2 GB. `axum::serve` speaks HTTP/2 as soon as any dependency switches that feature on.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let mut brief = Brief::new(listener);
    let open = TaskTracker::new();
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            (stream, _) = brief.accept() => stream,
        };
        open.spawn(answered(stream, app.clone(), stop.clone()));
    }
    drop(brief);
    open.close();
    open.wait().await;
}

/// Answers the requests of one connection.
async fn answered(stream: BriefStream, app: Router, stop: CancellationToken) {
    let builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    let service = TowerToHyperService::new(app);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "an HTTP connection ended");
    }
}

/// A listener that bounds what it accepts.
struct Brief {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

/// A connection that ends by itself.
struct BriefStream {
    stream: TcpStream,
    ends: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
}

impl Brief {
    /// Bounds this listener.
    fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl axum::serve::Listener for Brief {
    type Io = BriefStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (BriefStream, SocketAddr) {
        let room = match Arc::clone(&self.room).acquire_owned().await {
            Ok(room) => room,
            // It is never closed; were it, waiting would be all that is left.
            Err(_) => std::future::pending().await,
        };
        let (stream, from) = axum::serve::Listener::accept(&mut self.listener).await;
        let stream = BriefStream {
            stream,
            ends: Box::pin(tokio::time::sleep(LASTS)),
            _room: room,
        };
        (stream, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl BriefStream {
    /// An error once its time is over; until then whoever asks is woken at that time, too.
    fn in_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.ends.as_mut().poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl AsyncRead for BriefStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for BriefStream {
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
        let serving = tokio::spawn(serve(listener, app, stop.clone()));
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

    #[tokio::test]
    async fn whoever_says_nothing_is_cut_off_and_makes_room() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let mut brief = Brief {
            listener,
            room: Arc::new(Semaphore::new(1)),
        };
        let _silent = TcpStream::connect(at).await.unwrap();
        let _next = TcpStream::connect(at).await.unwrap();
        let (mut held, _) = brief.accept().await;
        tokio::time::pause();
        let more = tokio::time::timeout(LASTS / 2, brief.accept()).await;
        assert!(more.is_err(), "there is room for one");
        let read = held.read_u8().await.unwrap_err();
        assert_eq!(read.kind(), io::ErrorKind::TimedOut);
        drop(held);
        tokio::time::resume();
        brief.accept().await;
    }
}
