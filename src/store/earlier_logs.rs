//! `audit-N.log`: the lines of the logs that others follow. Nothing is added to them any more.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::engine::Rows;
use super::error::StoreError;
use super::folder::{Folder, open_file, sync};
use super::keys;
use super::log::entries;
use crate::disk;
use crate::domain::audit::log::LogNumber;

/// No entry is near as long.
const LONGEST_LINE: u64 = 4 << 20;

/// At start: every log before `current` has its file. `audit.log` is the file of the one that was added to last, and gets its
/// name; a missing one is written anew from the database.
pub(crate) fn complete(folder: &Folder, rows: &Rows, current: LogNumber) -> Result<(), StoreError> {
    for log in current.earlier() {
        let path = folder.earlier_log(log);
        let first = rows.value(&keys::audit(log, 0))?;
        // A number that was never used has no entries.
        let Some(first) = first.filter(|_| !path.exists()) else {
            continue;
        };
        if first_line(&folder.log())? == Some(first) {
            rename(folder, &folder.log(), &path)?;
        } else {
            write(folder, rows, log, &path)?;
        }
    }
    Ok(())
}

fn first_line(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let mut line = Vec::new();
    BufReader::new(file)
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .map_err(StoreError::io("read", path))?;
    line.pop();
    Ok(Some(line))
}

/// Whole, or not under its name.
fn write(folder: &Folder, rows: &Rows, log: LogNumber, path: &Path) -> Result<(), StoreError> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    let mut file = open_file(&draft)?;
    file.set_len(0).map_err(StoreError::io("cut", &draft))?;
    let broken = |error| StoreError::io("write", &draft)(error);
    let mut lines = BufWriter::new(&mut file);
    for line in entries(rows, log, 0) {
        let line = line?;
        lines.write_all(&line).map_err(broken)?;
        lines.write_all(b"\n").map_err(broken)?;
    }
    lines.flush().map_err(broken)?;
    drop(lines);
    disk::sync_all(&file).map_err(StoreError::io("sync", &draft))?;
    rename(folder, &draft, path)
}

fn rename(folder: &Folder, from: &Path, to: &Path) -> Result<(), StoreError> {
    std::fs::rename(from, to).map_err(StoreError::io("rename", from))?;
    sync(&folder.root)
}
