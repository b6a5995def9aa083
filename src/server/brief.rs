//! Connections from outside: not more than so many at once, and none for longer than so long. Whoever opens one and is slow,
//! or says nothing, must not keep the operators' socket from being accepted.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// Open at once; whoever comes then waits in the kernel's queue.
const AT_ONCE: usize = 256;
/// An event of a megabyte arrives in far less, and clients that keep connections open make another.
const LASTS: Duration = Duration::from_secs(60);

/// A listener that bounds what it accepts.
pub struct Brief {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

/// A connection that ends by itself.
pub struct BriefStream {
    stream: TcpStream,
    ends: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
}

impl Brief {
    /// Bounds this listener.
    #[must_use]
    pub fn new(listener: TcpListener) -> Self {
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
    use axum::serve::Listener;
    use tokio::io::AsyncReadExt;

    use super::*;

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
