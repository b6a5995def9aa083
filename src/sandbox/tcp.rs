//! The TCP connections, each of which can be cut in the middle of an answer.
//!
//! A vendor that dies half-way shows itself to a client as a closed connection, not as a status; an HTTP handler alone
//! cannot produce that, so the socket itself carries a [`Knife`].

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Accepts connections that end when `closing` is cancelled, so that a hanging answer never outlives the sandbox.
pub(super) struct Switchboard {
    pub(super) tcp: TcpListener,
    pub(super) closing: CancellationToken,
}

impl Listener for Switchboard {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.tcp).await;
        let knife = Knife(self.closing.child_token());
        (Line::new(stream, knife), peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// Cuts one connection: nothing more is read from it or written to it.
#[derive(Clone)]
pub(super) struct Knife(CancellationToken);

impl Knife {
    /// From here on the peer sees the connection closed.
    pub(super) fn cut(&self) {
        self.0.cancel();
    }

    /// Waits until the connection is cut, by a fault or by the end of the sandbox.
    pub(super) async fn is_cut(&self) {
        self.0.cancelled().await;
    }
}

impl Connected<IncomingStream<'_, Switchboard>> for Knife {
    fn connect_info(stream: IncomingStream<'_, Switchboard>) -> Self {
        stream.io().knife.clone()
    }
}

/// One accepted connection.
pub(super) struct Line {
    stream: TcpStream,
    knife: Knife,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Line {
    fn new(stream: TcpStream, knife: Knife) -> Self {
        let cut = Box::pin(knife.0.clone().cancelled_owned());
        Self { stream, knife, cut }
    }

    /// Also registers the task to be woken by the cut.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
