//! Whether a backup is whole, and is what it says: without a server, and without the folder it came from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::frame::{FrameKind, Frames, decode_rows};
use super::{BackupError, BackupHeader, BackupTotals};
use crate::store::keys;
use crate::store::live_size::LiveSize;
use crate::store::state::StoreState;

/// A backup that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who wrote it.
    pub header: BackupHeader,
    /// What it holds.
    pub end: BackupTotals,
    /// Its rows.
    pub live: LiveSize,
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
        if kind == FrameKind::Changes {
            changes.extend(rows);
        }
        Ok(())
    })?;
    let mut counted = StoreState {
        live: Some(LiveSize::default()),
        ..StoreState::default()
    };
    let mut stated = None;
    let mut count = |key: &[u8], value: &[u8]| {
        counted.change(key, None, Some(value));
        if key == keys::STATE.as_bytes() {
            stated = serde_json::from_slice::<StoreState>(value).ok();
        }
    };
    walk::<BackupError>(path, |kind, rows| {
        if kind == FrameKind::Rows {
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
    mut look: impl FnMut(FrameKind, Vec<Row>) -> Result<(), E>,
) -> Result<(BackupHeader, BackupTotals, u64), E> {
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
            FrameKind::Header => return Err(frames.damaged("there is a second header").into()),
            FrameKind::Rows | FrameKind::Changes => {
                let rows = decode_rows(&frame.payload);
                let rows = rows.ok_or_else(|| frames.damaged("it is not made of rows"))?;
                look(frame.kind, rows)?;
            }
            FrameKind::End => {
                let end: BackupTotals = serde_json::from_slice(&frame.payload)
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

fn header(frames: &mut Frames<impl Read>) -> Result<BackupHeader, BackupError> {
    let frame = frames.next_frame()?;
    match frame.kind {
        FrameKind::Header => serde_json::from_slice(&frame.payload)
            .map_err(|_| frames.damaged("its header is not understood")),
        FrameKind::Rows | FrameKind::Changes | FrameKind::End => {
            Err(frames.damaged("the first frame is no header"))
        }
    }
}
