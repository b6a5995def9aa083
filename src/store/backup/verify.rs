//! Whether a backup is whole, and is what it says: without a server, and without the folder it came from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::frame::{Frames, Kind, decode_rows};
use super::{BackupError, End, Header};
use crate::store::keys;
use crate::store::live::Live;
use crate::store::state::State;

/// A backup that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who wrote it.
    pub header: Header,
    /// What it holds.
    pub end: End,
    /// Its rows.
    pub live: Live,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Reads a backup twice: once whole for its checks and for what was touched while it was made, and once more to add its rows
/// up. Only what was touched is held in memory.
///
/// # Errors
/// What is wrong with it.
pub fn verify(path: &Path) -> Result<Verified, BackupError> {
    let mut changes = BTreeMap::new();
    let (header, end, bytes) = walk::<BackupError>(path, |kind, rows| {
        if kind == Kind::Changes {
            changes.extend(rows);
        }
        Ok(())
    })?;
    let mut counted = State {
        live: Some(Live::default()),
        ..State::default()
    };
    let mut stated = None;
    let mut count = |key: &[u8], value: &[u8]| {
        counted.change(key, None, Some(value));
        if key == keys::STATE.as_bytes() {
            stated = serde_json::from_slice::<State>(value).ok();
        }
    };
    walk::<BackupError>(path, |kind, rows| {
        if kind == Kind::Rows {
            for (key, value) in rows {
                if let (Some(value), false) = (value, changes.contains_key(&key)) {
                    count(&key, &value);
                }
            }
        }
        Ok(())
    })?;
    for (key, value) in &changes {
        if let Some(value) = value {
            count(key, value);
        }
    }
    // A store in which nothing was ever committed has no state.
    let stated = stated.unwrap_or_default();
    let is_same = stated.sum == counted.sum
        && (stated.commit, stated.tree.size()) == (end.commit, end.size)
        && stated.tree.root().to_string() == end.root;
    if !is_same {
        return Err(BackupError::OtherRows {
            path: path.into(),
            commit: end.commit,
        });
    }
    Ok(Verified {
        header,
        end,
        live: counted.live.unwrap_or_default(),
        bytes,
    })
}

type Row = (Vec<u8>, Option<Vec<u8>>);

/// Every frame, to the end of the file.
pub(super) fn walk<E: From<BackupError>>(
    path: &Path,
    mut look: impl FnMut(Kind, Vec<Row>) -> Result<(), E>,
) -> Result<(Header, End, u64), E> {
    let file = File::open(path).map_err(|source| BackupError::Io {
        path: path.into(),
        source,
    })?;
    let mut frames = Frames::begin(BufReader::with_capacity(256 << 10, file), path)?;
    let header = header(&mut frames)?;
    loop {
        let read = frames.read;
        let frame = frames.next_frame()?;
        match frame.kind {
            Kind::Header => return Err(frames.damaged("there is a second header").into()),
            Kind::Rows | Kind::Changes => {
                let rows = decode_rows(&frame.payload);
                let rows = rows.ok_or_else(|| frames.damaged("it is not made of rows"))?;
                look(frame.kind, rows)?;
            }
            Kind::End => {
                let end: End = serde_json::from_slice(&frame.payload)
                    .map_err(|_| frames.damaged("its end is not understood"))?;
                if (end.frames, &end.sha256) != (read, &frame.before) {
                    return Err(frames
                        .damaged("frames are missing, or in another order")
                        .into());
                }
                if !frames.is_over()? {
                    return Err(frames.damaged("something follows the end").into());
                }
                return Ok((header, end, frames.bytes));
            }
        }
    }
}

fn header(frames: &mut Frames<impl Read>) -> Result<Header, BackupError> {
    let frame = frames.next_frame()?;
    match frame.kind {
        Kind::Header => serde_json::from_slice(&frame.payload)
            .map_err(|_| frames.damaged("its header is not understood")),
        Kind::Rows | Kind::Changes | Kind::End => {
            Err(frames.damaged("the first frame is no header"))
        }
    }
}
