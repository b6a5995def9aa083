//! The frames of a backup.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::BackupError;
use crate::store::copying::Copied;

const TITLE_BEGINS: &[u8] = b"tagout backup ";
/// No frame is longer; a longer one was not written by us.
const LONGEST: usize = 4 << 20;
/// In place of the length of a value: there is no such row.
const REMOVED: u32 = u32::MAX;

/// Which form a file has: the one without secrets is as it was before there was another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    WithSecrets,
}

impl Form {
    /// What a file of this form begins with.
    pub(super) fn title(self) -> &'static [u8; 16] {
        match self {
            Self::Plain => b"tagout backup 1\n",
            Self::WithSecrets => b"tagout backup 2\n",
        }
    }

    fn of(title: &[u8; 16]) -> Option<Self> {
        let mut all = [Self::Plain, Self::WithSecrets].into_iter();
        all.find(|form| form.title() == title)
    }

    fn has(self, kind: FrameKind) -> bool {
        match kind {
            FrameKind::Secrets | FrameKind::Whole => self == Self::WithSecrets,
            FrameKind::Header | FrameKind::Rows | FrameKind::Changes | FrameKind::End => true,
        }
    }
}

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Header,
    Rows,
    Changes,
    /// Keys of secrets, wrapped.
    Secrets,
    /// What holds everything before it together.
    Whole,
    End,
}

impl FrameKind {
    fn byte(self) -> u8 {
        match self {
            Self::Header => b'H',
            Self::Rows => b'R',
            Self::Changes => b'C',
            Self::Secrets => b'S',
            Self::Whole => b'W',
            Self::End => b'E',
        }
    }

    fn of(byte: u8) -> Option<Self> {
        let all = [
            Self::Header,
            Self::Rows,
            Self::Changes,
            Self::Secrets,
            Self::Whole,
            Self::End,
        ];
        all.into_iter().find(|kind| kind.byte() == byte)
    }
}

/// A frame as it stands in the file.
pub(super) fn encode(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(payload.len() + 9);
    frame.push(kind.byte());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(payload);
    let check = check(&frame);
    frame.extend_from_slice(&check);
    frame
}

fn check(frame: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(frame));
    [a, b, c, d]
}

/// Rows, or changes of rows, as a payload.
pub(super) fn encode_rows(rows: &[Copied]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (key, value) in rows {
        let key_length = u16::try_from(key.len()).unwrap_or(u16::MAX);
        let length = value
            .as_ref()
            .map_or(REMOVED, |it| u32::try_from(it.len()).unwrap_or(REMOVED));
        payload.extend_from_slice(&key_length.to_le_bytes());
        payload.extend_from_slice(&length.to_le_bytes());
        payload.extend_from_slice(key);
        payload.extend_from_slice(value.as_deref().unwrap_or_default());
    }
    payload
}

/// The rows of a payload; none when it is not made of rows.
pub(super) fn decode_rows(mut payload: &[u8]) -> Option<Vec<Copied>> {
    let mut rows = Vec::new();
    while !payload.is_empty() {
        let (key_length, rest) = payload.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_at_checked(u16::from_le_bytes(*key_length).into())?;
        let (value, rest) = match u32::from_le_bytes(*length) {
            REMOVED => (None, rest),
            length => {
                let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                (Some(value.to_vec()), rest)
            }
        };
        rows.push((key.to_vec(), value));
        payload = rest;
    }
    Some(rows)
}

/// Frame after frame of a file.
pub(super) struct Frames<R> {
    from: R,
    path: PathBuf,
    pub(super) form: Form,
    /// Whole frames so far.
    pub(super) read: u64,
    /// Bytes so far.
    pub(super) bytes: u64,
    /// Of everything so far.
    digest: Sha256,
}

/// A frame that is whole.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) payload: Vec<u8>,
    /// The SHA-256 of everything before it, hex; told of the last two alone.
    pub(super) before: String,
}

impl<R: Read> Frames<R> {
    /// Reads the title.
    pub(super) fn begin(mut from: R, path: &Path) -> Result<Self, BackupError> {
        let mut title = [0; 16];
        match from.read_exact(&mut title) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(BackupError::NoBackup { path: path.into() });
            }
            Err(source) => {
                return Err(BackupError::Io {
                    path: path.into(),
                    source,
                });
            }
        }
        let form = Form::of(&title).ok_or_else(|| match title.strip_prefix(TITLE_BEGINS) {
            Some(rest) => BackupError::OtherVersion {
                path: path.into(),
                found: String::from_utf8_lossy(rest).trim().to_owned(),
            },
            None => BackupError::NoBackup { path: path.into() },
        })?;
        Ok(Self {
            from,
            path: path.into(),
            form,
            read: 0,
            bytes: title.len() as u64,
            digest: Sha256::new_with_prefix(title),
        })
    }

    /// The next frame. A file that ends without an end frame is cut.
    pub(super) fn next_frame(&mut self) -> Result<Frame, BackupError> {
        let mut frame = vec![0; 5];
        self.fill(&mut frame, 0)?;
        let kind = frame.first().copied().and_then(FrameKind::of);
        let kind = kind.filter(|kind| self.form.has(*kind));
        let kind = kind.ok_or_else(|| self.damaged("it is of no known kind"))?;
        let length = frame.last_chunk::<4>().copied().unwrap_or_default();
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(self.damaged("its length cannot be"));
        }
        frame.resize(5 + length + 4, 0);
        self.fill(&mut frame, 5)?;
        let (whole, found) = frame
            .split_last_chunk::<4>()
            .ok_or_else(|| self.damaged("it is too short"))?;
        if check(whole) != *found {
            return Err(self.damaged("its check does not fit"));
        }
        let payload = whole.get(5..).unwrap_or_default().to_vec();
        let before = match kind {
            FrameKind::Whole | FrameKind::End => hex::encode(self.digest.clone().finalize()),
            FrameKind::Header | FrameKind::Rows | FrameKind::Changes | FrameKind::Secrets => {
                String::new()
            }
        };
        self.digest.update(&frame);
        self.read += 1;
        self.bytes += frame.len() as u64;
        Ok(Frame {
            kind,
            payload,
            before,
        })
    }

    /// Whether nothing follows.
    pub(super) fn is_over(&mut self) -> Result<bool, BackupError> {
        let mut one = [0];
        match self.from.read(&mut one) {
            Ok(n) => Ok(n == 0),
            Err(source) => Err(self.io(source)),
        }
    }

    pub(super) fn damaged(&self, why: &'static str) -> BackupError {
        BackupError::Damaged {
            path: self.path.clone(),
            frame: self.read,
            why,
        }
    }

    fn fill(&mut self, frame: &mut [u8], from: usize) -> Result<(), BackupError> {
        let part = frame.get_mut(from..).unwrap_or_default();
        match self.from.read_exact(part) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(BackupError::Cut {
                path: self.path.clone(),
                frames: self.read,
            }),
            Err(source) => Err(self.io(source)),
        }
    }

    fn io(&self, source: io::Error) -> BackupError {
        BackupError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_and_half_of_them_do_not() {
        let rows: Vec<Copied> = vec![
            (b"a".to_vec(), Some(b"1".to_vec())),
            (b"b".to_vec(), None),
            (b"c".to_vec(), Some(Vec::new())),
        ];
        let payload = encode_rows(&rows);
        assert_eq!(decode_rows(&payload), Some(rows));
        for length in 1..payload.len() {
            let whole = decode_rows(&payload[..length]);
            assert!(whole.is_none_or(|rows| rows.len() < 3), "{length}");
        }
    }

    #[test]
    fn every_flipped_bit_of_a_frame_is_noticed() {
        let mut file = Form::Plain.title().to_vec();
        file.extend(encode(FrameKind::Rows, b"payload"));
        let path = Path::new("b");
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Frames::begin(flipped.as_slice(), path).and_then(|mut it| it.next_frame());
            assert!(read.is_err(), "bit {bit}");
        }
    }
}
