//! Making a backup, part by part, while work goes on.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::frame::{Form, FrameKind, encode, encode_rows};
use super::{BackupHeader, BackupTotals, SecretSealer, json, secrets};
use crate::domain::sealed::SecretOwner;
use crate::store::copying::{Copied, Copying};
use crate::store::durable::lock;
use crate::store::live_size::LiveSize;
use crate::store::write::Commit;
use crate::store::{Store, StoreError};

/// A part is so large, or one frame more.
const PART: usize = 256 << 10;
/// What was touched meanwhile goes in frames of so many bytes, or one row more. A part is a line to the client, in base64,
/// and so far below the longest one (`wire::frame::MAX_LINE`).
const FRAME: usize = 128 << 10;

/// A backup that is being made. What it needs of the store is let go when it is dropped.
pub struct Backup {
    store: Store,
    stage: Stage,
    frames: VecDeque<Vec<u8>>,
    written: u64,
    digest: Sha256,
    read: LiveSize,
    /// Who wraps the keys of secrets, in one with secrets.
    sealer: Option<Box<dyn SecretSealer>>,
    /// Known once all of it is in frames, and told with the last of them.
    end: Option<BackupTotals>,
}

enum Stage {
    Rows(Copying),
    Touched(Copying),
    Over,
}

/// The next bytes of a backup.
pub struct BackupPart {
    /// They follow those of the part before.
    pub bytes: Vec<u8>,
    /// What was read of the store so far.
    pub read: LiveSize,
    /// What the backup holds, in its last part.
    pub end: Option<BackupTotals>,
}

impl Store {
    /// Begins a backup; with secrets where somebody wraps their keys, and the header says how.
    ///
    /// # Errors
    /// When the store is being copied already.
    pub fn begin_backup(
        &self,
        header: &BackupHeader,
        sealer: Option<Box<dyn SecretSealer>>,
    ) -> Result<Backup, StoreError> {
        let copying = Copying::begin(&self.inner.shared)?;
        let title = match sealer {
            None => Form::Plain.title(),
            Some(_) => Form::WithSecrets.title(),
        };
        let mut backup = Backup {
            store: self.clone(),
            stage: Stage::Rows(copying),
            frames: VecDeque::from([title.to_vec()]),
            written: 0,
            digest: Sha256::new_with_prefix(title),
            read: LiveSize::default(),
            sealer,
            end: None,
        };
        let header = serde_json::to_vec(header).map_err(json)?;
        backup.push(FrameKind::Header, &header);
        Ok(backup)
    }
}

impl Backup {
    /// The next part; none after the last. Blocks.
    ///
    /// # Errors
    /// When the store cannot be read, or a full disk ended the copy.
    pub fn next_part(&mut self) -> Result<Option<BackupPart>, StoreError> {
        let mut bytes = Vec::new();
        while bytes.len() < PART {
            if let Some(frame) = self.frames.pop_front() {
                bytes.extend(frame);
                continue;
            }
            match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Rows(mut copying) => {
                    let rows = copying.batch()?;
                    if rows.is_empty() {
                        self.stage = Stage::Touched(copying);
                        continue;
                    }
                    let rows: Vec<Copied> = rows
                        .into_iter()
                        .map(|(key, value)| (key, Some(value)))
                        .collect();
                    self.rows(FrameKind::Rows, &rows);
                    self.stage = Stage::Rows(copying);
                }
                Stage::Touched(mut copying) => match copying.touched()? {
                    Some(touched) => {
                        self.changes(touched);
                        self.stage = Stage::Touched(copying);
                    }
                    None => self.end = Some(self.finish(copying)?),
                },
                Stage::Over => break,
            }
        }
        Ok((!bytes.is_empty()).then_some(BackupPart {
            bytes,
            read: self.read,
            end: self.end.take_if(|_| self.frames.is_empty()),
        }))
    }

    /// The last changes, under the writer's lock: from here on it is the store as of one commit. It is not told before
    /// that commit is durable, so that no backup holds what the store then loses.
    fn finish(&mut self, mut copying: Copying) -> Result<BackupTotals, StoreError> {
        let store = self.store.clone();
        let writer = lock(&store.inner.shared.writer);
        loop {
            let rows = copying.rest()?;
            if rows.is_empty() {
                break;
            }
            self.changes(rows);
        }
        let state = writer.clone();
        let kept = match self.sealer {
            Some(_) => store.secrets_kept()?,
            None => Vec::new(),
        };
        drop((writer, copying));
        store.durable_blocking(Commit(state.commit))?;
        let secrets = self.secrets(kept)?;
        let end = BackupTotals {
            commit: state.commit,
            size: state.tree.size(),
            root: state.tree.root().to_string(),
            frames: self.written,
            sha256: hex::encode(self.digest.clone().finalize()),
            secrets,
        };
        let payload = serde_json::to_vec(&end).map_err(json)?;
        self.push(FrameKind::End, &payload);
        Ok(end)
    }

    /// What was kept at that commit and still is; a secret that is destroyed meanwhile is left out.
    fn secrets(&mut self, kept: Vec<SecretOwner>) -> Result<Option<u64>, StoreError> {
        let Some(sealer) = self.sealer.take() else {
            return Ok(None);
        };
        let (frames, count) = secrets::frames(kept, sealer.as_ref())?;
        for frame in frames {
            self.push_frame(frame);
        }
        let digest = hex::encode(self.digest.clone().finalize());
        self.push(FrameKind::Whole, sealer.sign(&digest)?.as_bytes());
        Ok(Some(count))
    }

    fn changes(&mut self, rows: Vec<Copied>) {
        let (mut together, mut bytes) = (Vec::new(), 0);
        for (key, value) in rows {
            bytes += key.len() + value.as_ref().map_or(0, Vec::len);
            together.push((key, value));
            if bytes >= FRAME {
                self.rows(FrameKind::Changes, &std::mem::take(&mut together));
                bytes = 0;
            }
        }
        if !together.is_empty() {
            self.rows(FrameKind::Changes, &together);
        }
    }

    fn rows(&mut self, kind: FrameKind, rows: &[Copied]) {
        for (key, value) in rows {
            self.read.add(key, value.as_deref().unwrap_or_default());
        }
        self.push(kind, &encode_rows(rows));
    }

    fn push(&mut self, kind: FrameKind, payload: &[u8]) {
        self.push_frame(encode(kind, payload));
    }

    fn push_frame(&mut self, frame: Vec<u8>) {
        self.digest.update(&frame);
        self.written += 1;
        self.frames.push_back(frame);
    }
}
