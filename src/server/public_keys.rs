//! The public halves of the signing keys, beside the logs, for whoever verifies them without us.

use std::path::Path;

use super::log_keys;
use super::options::StartError;
use crate::disk;
use crate::store::Store;

/// Writes them where they are not there yet, or are another log's. Of a log whose key is not here there is none.
pub(super) fn publish(store: &Store, data_dir: &Path, key_dir: &Path) -> Result<(), StartError> {
    for log in store.log().earlier() {
        let path = data_dir.join(format!("audit-{}.pub", log.get()));
        if let Some(note) = store.last_checkpoint_of(log)?
            && let Some(signer) = log_keys::of_checkpoint(key_dir, log, &note)?
        {
            write(&path, &signer.public_key())?;
        }
    }
    write(&data_dir.join("audit.pub"), &store.public_key())
}

fn write(path: &Path, key: &str) -> Result<(), StartError> {
    let line = format!("{key}\n");
    match std::fs::read_to_string(path) {
        Ok(there) if there == line => Ok(()),
        Ok(_) | Err(_) => disk::replace(path, line.as_bytes()).map_err(|source| StartError::Io {
            doing: "write",
            path: path.to_owned(),
            source,
        }),
    }
}
