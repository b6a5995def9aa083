//! A bundle as files, all of them or none.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::report::{self, Unclear};
use super::{Bundle, NoBundle};
use crate::audit::ProvenLine;
use crate::domain::escaped_json;

/// What the bundle is about ([`BundleInfo`](super::BundleInfo)).
pub(super) const ABOUT: &str = "bundle.json";
/// The entries, a line of JSON each.
pub(super) const ENTRIES: &str = "entries.jsonl";
/// The signed checkpoint.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// The key that signed it.
pub(super) const KEY: &str = "audit.pub";
/// What a person reads.
pub(super) const REPORT: &str = "report.txt";
/// What is in here, and how it is checked.
const README: &str = "README.txt";

/// Why a bundle was not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// There is something already.
    #[error("{0} exists already and is not an empty folder")]
    Exists(PathBuf),
    /// The disk, or the folder, refuses.
    #[error("{path} cannot be written: {source}")]
    Disk {
        /// What could not be written.
        path: PathBuf,
        source: io::Error,
    },
    /// The entries make no report.
    #[error(transparent)]
    Unclear(#[from] Unclear),
    /// The entries make no bundle.
    #[error(transparent)]
    NoBundle(#[from] NoBundle),
}

/// Writes the bundle to `folder`, which must not exist or be empty. Only its owner may read it.
///
/// # Errors
/// When there is something in its place, the disk refuses, or the entries make no report; then nothing is left behind.
pub fn write(bundle: &Bundle, folder: &Path) -> Result<(), NotWritten> {
    is_free(folder)?;
    let files = files(bundle)?;
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    // Under another name until it is whole: half a bundle would look like a whole one with entries missing.
    let half = parent.join(format!(".tagout-evidence-{}", std::process::id()));
    let moved = fill(&half, &files).and_then(|()| {
        let moved = fs::rename(&half, folder).and_then(|()| File::open(parent)?.sync_all());
        moved.map_err(disk(folder))
    });
    if moved.is_err()
        && let Err(error) = fs::remove_dir_all(&half)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(path = %half.display(), %error, "half a bundle is left behind");
    }
    moved
}

fn is_free(folder: &Path) -> Result<(), NotWritten> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(NotWritten::Exists(folder.to_owned()))
        }
        Err(error) => Err(disk(folder)(error)),
        Ok(mut inside) => match inside.next() {
            None => Ok(()),
            Some(_) => Err(NotWritten::Exists(folder.to_owned())),
        },
    }
}

fn files(bundle: &Bundle) -> Result<[(&'static str, Vec<u8>); 6], NotWritten> {
    let entries: Vec<_> = bundle.lines.iter().map(|line| line.entry.clone()).collect();
    let report = report::write(&bundle.about.runs, &entries)?;
    let json = |source: serde_json::Error| NotWritten::Disk {
        path: ABOUT.into(),
        source: source.into(),
    };
    let mut about = serde_json::to_vec_pretty(&bundle.about).map_err(json)?;
    about.push(b'\n');
    Ok([
        (README, include_bytes!("README.txt").to_vec()),
        (REPORT, report.into_bytes()),
        (ENTRIES, lines(&bundle.lines).map_err(json)?),
        (CHECKPOINT, bundle.checkpoint.clone().into_bytes()),
        (KEY, format!("{}\n", bundle.public_key).into_bytes()),
        (ABOUT, about),
    ])
}

fn lines(lines: &[ProvenLine]) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend(escaped_json::to_string(line)?.into_bytes());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn fill(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), NotWritten> {
    let made = DirBuilder::new().mode(0o700).create(folder);
    made.map_err(disk(folder.parent().unwrap_or(folder)))?;
    for (name, bytes) in files {
        let path = folder.join(name);
        let mut private = OpenOptions::new();
        private.write(true).create_new(true).mode(0o600);
        let written = private.open(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(disk(&path))?;
    }
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(disk(folder))
}

fn disk(path: &Path) -> impl Fn(io::Error) -> NotWritten {
    let path = path.to_owned();
    move |source| NotWritten::Disk {
        path: path.clone(),
        source,
    }
}
