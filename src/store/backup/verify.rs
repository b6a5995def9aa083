//! Whether a backup is whole, and is what it says: without a server, and without the folder it came from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::frame::{Form, Frame, FrameKind, Frames, decode_rows};
use super::{BackupError, BackupHeader, BackupTotals};
use crate::domain::sealed::BackupSecret;
use crate::store::copying::Copied;
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
    let (header, end, bytes) = walk::<BackupError>(path, |content| {
        if let Content::Changes(rows) = content {
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
    walk::<BackupError>(path, |content| {
        if let Content::Rows(rows) = content {
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

/// What a frame between header and end holds.
pub(super) enum Content {
    Rows(Vec<Copied>),
    Changes(Vec<Copied>),
    Secrets(Vec<BackupSecret>),
    /// A tag over everything before it, and the digest of that.
    Whole {
        tag: String,
        digest: String,
    },
}

/// Every frame, to the end of the file.
pub(super) fn walk<E: From<BackupError>>(
    path: &Path,
    mut look: impl FnMut(Content) -> Result<(), E>,
) -> Result<(BackupHeader, BackupTotals, u64), E> {
    let file = File::open(path).map_err(|source| BackupError::Io {
        path: path.into(),
        source,
    })?;
    let mut frames = Frames::begin(BufReader::with_capacity(256 << 10, file), path)?;
    let header = header(&mut frames)?;
    let mut secrets = 0;
    let mut is_whole = false;
    loop {
        let read = frames.read;
        let frame = frames.next_frame()?;
        if frame.kind == FrameKind::End {
            let end = end(&mut frames, &frame, read)?;
            let is_sealed = frames.form == Form::WithSecrets;
            if is_sealed != is_whole || end.secrets != is_sealed.then_some(secrets) {
                return Err(frames.damaged("its secrets are not all there").into());
            }
            return Ok((header, end, frames.bytes));
        }
        // What holds the others together is the last of them.
        if is_whole {
            return Err(frames.damaged("it comes too late").into());
        }
        let content = content(&frames, frame)?;
        match &content {
            Content::Secrets(some) => secrets += some.len() as u64,
            Content::Whole { .. } => is_whole = true,
            Content::Rows(_) | Content::Changes(_) => {}
        }
        look(content)?;
    }
}

fn content(frames: &Frames<impl Read>, frame: Frame) -> Result<Content, BackupError> {
    let rows = || {
        let rows = decode_rows(&frame.payload);
        rows.ok_or_else(|| frames.damaged("it is not made of rows"))
    };
    Ok(match frame.kind {
        FrameKind::Header => return Err(frames.damaged("there is a second header")),
        FrameKind::End => return Err(frames.damaged("there is a second end")),
        FrameKind::Rows => Content::Rows(rows()?),
        FrameKind::Changes => Content::Changes(rows()?),
        FrameKind::Secrets => Content::Secrets(
            serde_json::from_slice(&frame.payload)
                .map_err(|_| frames.damaged("its secrets are not understood"))?,
        ),
        FrameKind::Whole => Content::Whole {
            tag: String::from_utf8(frame.payload)
                .map_err(|_| frames.damaged("its tag is not understood"))?,
            digest: frame.before,
        },
    })
}

/// The last frame, behind `read` others.
fn end(
    frames: &mut Frames<impl Read>,
    frame: &Frame,
    read: u64,
) -> Result<BackupTotals, BackupError> {
    let end: BackupTotals = serde_json::from_slice(&frame.payload)
        .map_err(|_| frames.damaged("its end is not understood"))?;
    if (end.frames, &end.sha256) != (read, &frame.before) {
        return Err(frames.damaged("frames are missing, or in another order"));
    }
    match frames.is_over()? {
        true => Ok(end),
        false => Err(frames.damaged("something follows the end")),
    }
}

fn header(frames: &mut Frames<impl Read>) -> Result<BackupHeader, BackupError> {
    let frame = frames.next_frame()?;
    if frame.kind != FrameKind::Header {
        return Err(frames.damaged("the first frame is no header"));
    }
    let header: BackupHeader = serde_json::from_slice(&frame.payload)
        .map_err(|_| frames.damaged("its header is not understood"))?;
    match (frames.form, &header.secrets) {
        (Form::Plain, None) | (Form::WithSecrets, Some(_)) => Ok(header),
        (Form::Plain | Form::WithSecrets, _) => {
            Err(frames.damaged("its header says otherwise than its title whether it has secrets"))
        }
    }
}
