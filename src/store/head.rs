//! `head`: 64 bytes that say how far the store had come when it last acknowledged something. A store that is behind its
//! head has lost acknowledged changes.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::state::StoreState;
use crate::audit::Hash;
use crate::disk;
use crate::domain::audit::log::LogNumber;

/// Within one sector, so that it is written whole or not at all.
pub(crate) const LENGTH: usize = 64;
const MAGIC: [u8; 8] = *b"tagouthd";
const VERSION: u16 = 1;
const CLEAN: u16 = 1;
/// The log's number less one stands above this bit of the flags.
const LOG: u32 = 1;

/// What is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub commit: u64,
    pub size: u64,
    pub root: Hash,
    /// Which of the folder's logs these are of.
    pub log: LogNumber,
    /// The store was closed properly after this commit, so its rows need no adding up.
    pub clean: bool,
}

impl Head {
    pub(crate) fn of(state: &StoreState, clean: bool) -> Self {
        Self {
            commit: state.commit,
            size: state.tree.size(),
            root: state.tree.root(),
            log: state.log,
            clean,
        }
    }

    /// Writes in place, and waits for the disk; `between` is called before the wait.
    pub(crate) fn write(
        &self,
        file: &File,
        path: &Path,
        between: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        file.write_all_at(&self.encode(), 0)
            .map_err(StoreError::io("write", path))?;
        between()?;
        disk::sync_data(file).map_err(StoreError::io("sync", path))
    }

    pub(crate) fn read(file: &File, path: &Path) -> Result<Self, StoreError> {
        let mut bytes = [0; LENGTH];
        file.read_exact_at(&mut bytes, 0)
            .map_err(|_| StoreError::HeadDamaged {
                path: path.to_owned(),
                why: "it is shorter than 64 bytes",
            })?;
        Self::decode(&bytes).map_err(|why| StoreError::HeadDamaged {
            path: path.to_owned(),
            why,
        })
    }

    fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        let flags = (self.log.get() - 1) << LOG | if self.clean { CLEAN } else { 0 };
        bytes.extend_from_slice(&flags.to_le_bytes());
        bytes.extend_from_slice(&self.commit.to_le_bytes());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&self.root.0);
        bytes.extend_from_slice(&check(&bytes));
        let mut whole = [0; LENGTH];
        whole
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
        whole
    }

    pub(crate) fn decode(bytes: &[u8; LENGTH]) -> Result<Self, &'static str> {
        let mut rest = bytes.as_slice();
        if take(&mut rest) != Some(MAGIC) {
            return Err("it does not begin as a head does");
        }
        let (Some(version), Some(flags), Some(commit), Some(size), Some(root)) = (
            take(&mut rest),
            take(&mut rest),
            take(&mut rest),
            take(&mut rest),
            take(&mut rest),
        ) else {
            return Err("it is too short");
        };
        if bytes
            .get(..LENGTH - 4)
            .map(check)
            .as_ref()
            .map(<[u8; 4]>::as_slice)
            != Some(rest)
        {
            return Err("its checksum does not fit");
        }
        if u16::from_le_bytes(version) != VERSION {
            return Err("its version is not known to this program");
        }
        Ok(Self {
            commit: u64::from_le_bytes(commit),
            size: u64::from_le_bytes(size),
            root: Hash(root),
            log: LogNumber::try_from((u16::from_le_bytes(flags) >> LOG) + 1)
                .map_err(|_| "it is of no log")?,
            clean: u16::from_le_bytes(flags) & CLEAN != 0,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, more) = rest.split_first_chunk()?;
    *rest = more;
    Some(*first)
}

fn check(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(bytes));
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_bit_is_noticed() {
        let head = Head {
            commit: 7,
            size: 3,
            root: Hash([9; 32]),
            log: LogNumber::try_from(LogNumber::LAST).unwrap(),
            clean: true,
        };
        let bytes = head.encode();
        assert_eq!(Head::decode(&bytes), Ok(head));
        for bit in 0..LENGTH * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(Head::decode(&changed).is_err(), "bit {bit}");
        }
    }
}
