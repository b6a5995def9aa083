//! Where a folder has its master key from.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use secrecy::SecretString;

use super::options::StartError;
use crate::vault::{MasterKey, MasterSource};

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub struct MasterKeyPlace {
    /// Where its file, or the salt of its passphrase, lies.
    pub key_dir: PathBuf,
    /// The command that prints it, instead of a file.
    pub command: Vec<String>,
    /// What it is derived from, instead of a file.
    pub passphrase: Option<SecretString>,
}

impl MasterKeyPlace {
    /// The master key, from where this folder has it: a folder that began with one source is not opened with another.
    pub(super) fn key(&self) -> Result<MasterKey, StartError> {
        let file = self.key_dir.join("master.key");
        let salt_file = self.key_dir.join("master.salt");
        if let Some((program, arguments)) = self.command.split_first() {
            let failed = |why: String| StartError::KeyCommand {
                command: program.clone(),
                why,
            };
            let ran = Command::new(program)
                .args(arguments)
                .stdin(Stdio::null())
                .output();
            let ran = ran.map_err(|error| failed(error.to_string()))?;
            if !ran.status.success() {
                return Err(failed(ran.status.to_string()));
            }
            let printed = MasterSource::CommandOutput(ran.stdout.into());
            return Ok(printed.key()?);
        }
        let source = match &self.passphrase {
            Some(_) if file.exists() => return Err(StartError::NotByPassphrase { path: file }),
            Some(passphrase) => MasterSource::Passphrase {
                passphrase: passphrase.clone(),
                salt_file,
            },
            None if salt_file.exists() => return Err(StartError::Locked),
            None => MasterSource::File(file),
        };
        Ok(source.key()?)
    }
}
