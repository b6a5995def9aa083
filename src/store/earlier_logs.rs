//! `audit-N.log`: the lines of the logs that others follow. Nothing is added to them any more.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::engine::Rows;
use super::error::StoreError;
use super::folder::{Folder, open_file};
use super::keys;
use super::log::entries;
use super::swap::rename;
use crate::disk;
use crate::domain::audit::log::LogNumber;

/// At start: every log before `current` has its file. `audit.log` is the file of the one that was added to last, and gets its
/// name; one that is missing, or was left behind by another state of the folder, is written anew from the database.
pub(crate) fn complete(folder: &Folder, rows: &Rows, current: LogNumber) -> Result<(), StoreError> {
    for log in current.earlier() {
        // A number that was never used has no entries.
        let Some(ends) = Ends::of(rows, log)? else {
            continue;
        };
        let path = folder.earlier_log(log);
        // Whatever has the name already: these lines must not stay where the current log's are to be.
        if ends.begin(&folder.log())? {
            rename(folder, &folder.log(), &path)?;
        }
        if !(ends.begin(&path)? && ends.end(&path)?) {
            write(folder, rows, log, &path)?;
        }
    }
    Ok(())
}

/// The first and the last line of a log, which carries the last checkpoint: a file that has both is that log's. Whether every
/// line between them is whole is for `audit verify` to say.
struct Ends {
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Ends {
    /// None of a log without entries.
    fn of(rows: &Rows, log: LogNumber) -> Result<Option<Self>, StoreError> {
        let Some(mut first) = rows.value(&keys::audit(log, 0))? else {
            return Ok(None);
        };
        let last = rows
            .range(keys::beginning_with(&keys::log(log)), true)
            .next();
        let mut last = last
            .transpose()?
            .map_or_else(|| first.clone(), |(_, line)| line);
        first.push(b'\n');
        last.push(b'\n');
        Ok(Some(Self { first, last }))
    }

    fn begin(&self, path: &Path) -> Result<bool, StoreError> {
        has(path, &self.first, |_| Some(0))
    }

    fn end(&self, path: &Path) -> Result<bool, StoreError> {
        has(path, &self.last, |size| {
            size.checked_sub(self.last.len() as u64)
        })
    }
}

/// Whether the file has the line at the place that follows from its size.
fn has(
    path: &Path,
    line: &[u8],
    place: impl FnOnce(u64) -> Option<u64>,
) -> Result<bool, StoreError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened.map_err(StoreError::io("open", path))?,
    };
    let size = file
        .metadata()
        .map_err(StoreError::io("look at", path))?
        .len();
    let Some(from) = place(size) else {
        return Ok(false);
    };
    let mut found = vec![0; line.len()];
    match file.read_exact_at(&mut found, from) {
        Ok(()) => Ok(found == line),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk_fault_tests::{entry, signer};
    use crate::store::{NewLog, Store};

    fn add(store: &Store, action: &str) {
        let written = store.write(|tx| tx.append(entry(action))).unwrap();
        store.durable_blocking(written.commit).unwrap();
    }

    async fn begin(store: Store, number: LogNumber) {
        let new = NewLog {
            number,
            signer: signer(),
            entry: entry("log.begun"),
        };
        store.begin_log(new, |_| Ok(())).await.unwrap();
    }

    fn lines(folder: &Path, name: &str) -> usize {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        text.lines().count()
    }

    /// The lines of another state of log 1 stand under the name that the log gets.
    #[tokio::test]
    async fn a_file_that_a_copy_was_put_over_is_replaced() {
        let second = LogNumber::FIRST.next().unwrap();
        for stray in ["", "{}\n", "of another state\nof the folder\n"] {
            let dir = tempfile::tempdir().unwrap();
            let data = dir.path().join("data");
            let store = Store::open(&data, signer()).unwrap();
            ["a", "b", "c"]
                .iter()
                .for_each(|action| add(&store, action));
            let ours = std::fs::read(data.join("audit.log")).unwrap();
            std::fs::write(data.join("audit-1.log"), stray).unwrap();
            begin(store, second).await;
            for size in 2..4 {
                let store = Store::open(&data, signer()).unwrap();
                add(&store, "after");
                drop(store);
                assert_eq!(std::fs::read(data.join("audit-1.log")).unwrap(), ours);
                assert_eq!(lines(&data, "audit.log"), size);
            }
        }
    }

    /// As a copy that is put back brings it, or an editor leaves it: some of its lines are there.
    #[tokio::test]
    async fn a_file_without_the_last_lines_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let store = Store::open(&data, signer()).unwrap();
        ["a", "b", "c"]
            .iter()
            .for_each(|action| add(&store, action));
        begin(store, LogNumber::FIRST.next().unwrap()).await;
        drop(Store::open(&data, signer()).unwrap());
        let path = data.join("audit-1.log");
        let whole = std::fs::read_to_string(&path).unwrap();
        let first = whole.split_inclusive('\n').next().unwrap();
        std::fs::write(&path, first).unwrap();
        drop(Store::open(&data, signer()).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    }
}
