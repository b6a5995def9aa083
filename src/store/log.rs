//! `audit.log`: the entries of the database again, as lines for people and tools. The database is the truth.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::engine::Rows;
use super::error::StoreError;
use super::folder::{Folder, open_file};
use super::keys;
use super::state::StoreState;
use crate::audit::LogLine;
use crate::disk;
use crate::domain::audit::log::LogNumber;

/// How many acknowledged lines are compared with the database at start.
const COMPARED: u64 = 16;
/// How many lines are written at once when the file is behind.
const PART: usize = 256;
const BLOCK: u64 = 64 << 10;

/// The file, open at its end.
pub(crate) struct Log {
    pub file: File,
    path: PathBuf,
    end: u64,
    number: LogNumber,
}

impl Log {
    /// Opens the file and brings it to the database's entries. The first `safe` of them were acknowledged, so
    /// their lines must be whole; what comes after them may be torn.
    pub(crate) fn open(
        folder: &Folder,
        rows: &Rows,
        state: &StoreState,
        safe: u64,
    ) -> Result<Self, StoreError> {
        let size = state.tree.size();
        let path = folder.log();
        let file = open_file(&path)?;
        let end = file
            .metadata()
            .map_err(StoreError::io("look at", &path))?
            .len();
        let mut log = Self {
            file,
            path,
            end,
            number: state.log,
        };
        let tail = log.tail(safe)?;
        let mut next = log.compare(rows, &tail, size, safe)?;
        log.file
            .set_len(log.end)
            .map_err(StoreError::io("cut", &log.path))?;
        while next < size {
            let lines: Vec<_> = entries(rows, log.number, next)
                .take(PART)
                .collect::<Result<_, _>>()?;
            if lines.is_empty() {
                return Err(StoreError::Damaged(format!(
                    "audit entry {next} of {size} is missing"
                )));
            }
            log.write(&lines)?;
            next += lines.len() as u64;
        }
        log.sync()?;
        Ok(log)
    }

    /// Writes lines behind the last; a write that failed half-way is written over by the next.
    pub(crate) fn write(&mut self, lines: &[Vec<u8>]) -> Result<(), StoreError> {
        let mut text = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
        for line in lines {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        self.file
            .write_all_at(&text, self.end)
            .map_err(StoreError::io("write", &self.path))?;
        self.end += text.len() as u64;
        Ok(())
    }

    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        disk::sync_data(&self.file).map_err(StoreError::io("sync", &self.path))
    }

    /// The end of the file, from the start of a line, with at least [`COMPARED`] acknowledged lines if there are as many.
    fn tail(&self, safe: u64) -> Result<Vec<u8>, StoreError> {
        let mut from = self.end;
        loop {
            from = from.saturating_sub(BLOCK);
            let length = usize::try_from(self.end - from).unwrap_or(usize::MAX);
            let mut bytes = vec![0; length];
            self.file
                .read_exact_at(&mut bytes, from)
                .map_err(StoreError::io("read", &self.path))?;
            if from == 0 {
                return Ok(bytes);
            }
            // What stands before the first line end is part of a line that began earlier.
            let Some(first) = bytes.iter().position(|byte| *byte == b'\n') else {
                continue;
            };
            let whole = bytes.split_off(first + 1);
            let acknowledged = whole
                .split(|byte| *byte == b'\n')
                .filter_map(seq)
                .filter(|seq| *seq < safe)
                .count();
            if acknowledged as u64 >= COMPARED {
                return Ok(whole);
            }
        }
    }

    /// Compares the tail with the database, sets the end behind the last good line, and says which entry comes next.
    fn compare(
        &mut self,
        rows: &Rows,
        tail: &[u8],
        size: u64,
        safe: u64,
    ) -> Result<u64, StoreError> {
        let start = self.end - tail.len() as u64;
        let first = tail.split(|byte| *byte == b'\n').next().and_then(seq);
        let mut next = if start == 0 { 0 } else { first.unwrap_or(0) };
        self.end = start;
        for line in tail.split_inclusive(|byte| *byte == b'\n') {
            let whole = line.strip_suffix(b"\n");
            let differs = |why| Err(StoreError::LogDiffers { seq: next, why });
            if whole.is_some()
                && whole == rows.value(&keys::audit(self.number, next))?.as_deref()
                && next < size
            {
                self.end += line.len() as u64;
                next += 1;
                continue;
            }
            match whole.and_then(seq) {
                Some(found) if found >= size => {
                    return differs("the file has entries that the store does not have");
                }
                Some(found) if found == next => return differs("the line is not the store's"),
                _ if next < safe && whole.is_some() => {
                    return differs("the line is not an entry, or not the next one");
                }
                // A torn end: cut, and written again from the database.
                _ => break,
            }
        }
        Ok(next)
    }
}

/// The lines of a log, from an entry on.
pub(crate) fn entries(
    rows: &Rows,
    log: LogNumber,
    from: u64,
) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> + '_ {
    let range = (
        std::ops::Bound::Included(keys::audit(log, from).into_bytes()),
        keys::beginning_with(&keys::log(log)).1,
    );
    rows.range(range, false)
        .map(|row| row.map(|(_, line)| line))
}

fn seq(line: &[u8]) -> Option<u64> {
    serde_json::from_slice::<LogLine>(line)
        .ok()
        .map(|line| line.entry.seq)
}
