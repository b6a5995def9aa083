//! A sum over all rows, kept up to date by every commit. After an unclean end the rows are added up again: the database
//! opens happily with rows missing (measured with lost `blobs/`), and this is how it is noticed.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Four 64-bit lanes of SHA-256 values, added: the order of rows does not matter, and a row is taken out by subtracting.
/// It notices accidents; it is no defence against somebody who can write to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Checksum([u64; 4]);

impl Checksum {
    pub(crate) fn add(&mut self, key: &[u8], value: &[u8]) {
        for (lane, part) in self.0.iter_mut().zip(lanes(key, value)) {
            *lane = lane.wrapping_add(part);
        }
    }

    pub(crate) fn take(&mut self, key: &[u8], value: &[u8]) {
        for (lane, part) in self.0.iter_mut().zip(lanes(key, value)) {
            *lane = lane.wrapping_sub(part);
        }
    }
}

fn lanes(key: &[u8], value: &[u8]) -> impl Iterator<Item = u64> {
    let hash: [u8; 32] = Sha256::new()
        .chain_update((key.len() as u64).to_le_bytes())
        .chain_update(key)
        .chain_update(value)
        .finalize()
        .into();
    (0..4).map(move |lane| {
        hash.iter()
            .skip(lane * 8)
            .take(8)
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    })
}

impl From<Checksum> for String {
    fn from(sum: Checksum) -> Self {
        sum.0.iter().fold(Self::new(), |mut text, lane| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{lane:016x}");
            text
        })
    }
}

impl TryFrom<String> for Checksum {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a sum of 64 hex digits");
        let mut sum = Self::default();
        if text.len() != 64 {
            return Err(wrong());
        }
        for (at, lane) in sum.0.iter_mut().enumerate() {
            let digits = text.get(at * 16..at * 16 + 16).ok_or_else(wrong)?;
            *lane = u64::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(sum)
    }
}
