//! One JSON object a line, over anything that reads and writes.

use futures::{SinkExt, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec, LinesCodecError};
use zeroize::Zeroizing;

/// No line is longer: a provider file or a page of 200 rows is far below.
pub const MAX_LINE: usize = 1024 * 1024;

/// Why a line could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The socket failed.
    #[error("the connection broke: {0}")]
    Io(#[from] std::io::Error),
    /// A line was over [`MAX_LINE`] bytes.
    #[error("a line was longer than {MAX_LINE} bytes")]
    TooLong,
    /// A line was not what was expected there.
    #[error("a line was not understood: {0}")]
    NotUnderstood(#[from] serde_json::Error),
}

impl From<LinesCodecError> for FrameError {
    fn from(error: LinesCodecError) -> Self {
        match error {
            LinesCodecError::MaxLineLengthExceeded => Self::TooLong,
            LinesCodecError::Io(error) => Self::Io(error),
        }
    }
}

/// The reading half.
#[derive(Debug)]
pub struct Reader<R>(FramedRead<R, LinesCodec>);

/// The writing half.
#[derive(Debug)]
pub struct Writer<W>(FramedWrite<W, LinesCodec>);

impl<R: AsyncRead + Unpin> Reader<R> {
    /// Reads lines from `from`.
    pub fn new(from: R) -> Self {
        Self(FramedRead::new(
            from,
            LinesCodec::new_with_max_length(MAX_LINE),
        ))
    }

    /// The next object; none at the end.
    ///
    /// # Errors
    /// When the socket fails, or the line is too long or not understood.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        match self.0.next().await {
            None => Ok(None),
            Some(line) => Ok(Some(serde_json::from_str(&line?)?)),
        }
    }
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    /// Writes lines to `to`.
    pub fn new(to: W) -> Self {
        Self(FramedWrite::new(
            to,
            LinesCodec::new_with_max_length(MAX_LINE),
        ))
    }

    /// Writes one object and flushes it.
    pub async fn send<T: Serialize + Sync>(&mut self, object: &T) -> Result<(), FrameError> {
        let line = serde_json::to_string(object)?;
        Ok(self.0.send(line).await?)
    }

    /// [`Self::send`] for an object with a secret of about `size` bytes: the line is wiped when it is written, and
    /// stands in no buffer of this writer.
    pub async fn send_secret<T: Serialize + Sync>(
        &mut self,
        object: &T,
        size: usize,
    ) -> Result<(), FrameError> {
        // Escaped as badly as can be, with what stands around it: a buffer that grew would leave a copy behind.
        let mut line = Zeroizing::new(Vec::with_capacity(6 * size + 1024));
        serde_json::to_writer(&mut *line, object)?;
        line.push(b'\n');
        SinkExt::<String>::flush(&mut self.0).await?;
        let to = self.0.get_mut();
        to.write_all(&line).await?;
        Ok(to.flush().await?)
    }
}
