mod destroying;
mod power_cut;
mod sealing;
mod slot_file;

use std::path::PathBuf;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

/// A folder with a slot file in it, and the master key to open it again and again.
pub(super) struct Place {
    folder: TempDir,
    master: [u8; 32],
}

impl Place {
    pub(super) fn new() -> Self {
        let mut master = [0; 32];
        getrandom::fill(&mut master).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            master,
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("slots")
    }

    pub(super) fn master(&self) -> MasterKey {
        MasterKey::from_command(hex::encode(self.master).as_bytes()).unwrap()
    }

    pub(super) fn open(&self, in_use: &[&Sealed]) -> (Vault, Sweep) {
        let keys = in_use.iter().map(|sealed| sealed.key.clone());
        Vault::open_with(&self.path(), self.master(), keys, 4).unwrap()
    }

    pub(super) fn vault(&self) -> Vault {
        self.open(&[]).0
    }
}

pub(super) fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub(super) fn text(opened: Result<SecretString, VaultError>) -> String {
    opened.unwrap().expose_secret().to_owned()
}
