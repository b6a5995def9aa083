//! The keys that sign the logs of a data folder, one for each, in the configuration folder: `audit.key`, `audit-2.key`, …

use std::path::{Path, PathBuf};

use super::options::{LOG_NAME, StartError};
use crate::audit::{Signer, Verifier};
use crate::domain::audit::log::LogNumber;
use crate::vault::{AuditSeed, KeyError};

fn file(key_dir: &Path, log: LogNumber) -> PathBuf {
    key_dir.join(match log {
        LogNumber::FIRST => "audit.key".to_owned(),
        later => format!("audit-{}.key", later.get()),
    })
}

/// The signer of a log. The first log's key is made when there is none.
pub(super) fn signer(key_dir: &Path, log: LogNumber) -> Result<Signer, StartError> {
    let path = file(key_dir, log);
    let seed = match log {
        LogNumber::FIRST => AuditSeed::load_or_create(&path)?,
        _ => AuditSeed::load(&path)?.ok_or(StartError::NoLogKey { path })?,
    };
    of(&seed, log)
}

/// A log's name, as its checkpoints state it.
pub(super) fn name(log: LogNumber) -> String {
    log.origin(LOG_NAME)
}

/// A signer whose key nobody has, for a store in which the next thing written is the first entry of another log.
pub(super) fn unused(log: LogNumber) -> Result<Signer, StartError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(KeyError::from)?;
    Ok(Signer::from_seed(&seed, &name(log))?)
}

/// A log after `last` that none of this configuration folder's is, and its new key: two logs of one name and key would
/// contradict each other.
pub(super) fn fresh(key_dir: &Path, last: LogNumber) -> Result<(LogNumber, Signer), StartError> {
    let mut log = last;
    loop {
        log = log.next().ok_or(StartError::NoMoreLogs)?;
        let path = file(key_dir, log);
        if !path.exists() {
            return Ok((log, of(&AuditSeed::load_or_create(&path)?, log)?));
        }
    }
}

/// The signer of this log's checkpoint, if its key is here: the file may be that of another data folder.
pub(super) fn of_checkpoint(
    key_dir: &Path,
    log: LogNumber,
    note: &str,
) -> Result<Option<Signer>, StartError> {
    let Some(seed) = AuditSeed::load(&file(key_dir, log))? else {
        return Ok(None);
    };
    let signer = of(&seed, log)?;
    let is_its = Verifier::parse(&signer.public_key())?.verify(note).is_ok();
    Ok(is_its.then_some(signer))
}

/// The signer of a log, for a folder that may not be used yet. Where its key is not there it is one whose key nobody has, and
/// [`missing`] says so.
pub(super) fn signer_if_there(key_dir: &Path, log: LogNumber) -> Result<Signer, StartError> {
    match missing(key_dir, log) {
        Some(_) => unused(log),
        None => signer(key_dir, log),
    }
}

/// The file of a log's key, where that should be there and is not. The first log's is made when there is none.
pub(super) fn missing(key_dir: &Path, log: LogNumber) -> Option<PathBuf> {
    let path = file(key_dir, log);
    (log != LogNumber::FIRST && !path.exists()).then_some(path)
}

fn of(seed: &AuditSeed, log: LogNumber) -> Result<Signer, StartError> {
    Ok(Signer::from_seed(seed.bytes(), &name(log))?)
}
