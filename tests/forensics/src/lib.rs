//! The thief's tool: everything that can be had back from a data folder by somebody who holds the master key.
//!
//! It is written against the formats that `src/vault/slots.rs`, `cipher.rs` and `key_file.rs` document and calls nothing
//! of the vault. It does not believe what a destroyed folder says about itself: no magic, no slot number, no owner and no
//! authentication of the wrapped key is asked for. Every place in every file is tried as a wrapped key and as a bare one,
//! also inside base64 and hex, and a key counts when it opens one of the sealed values.
//!
//! It is a package of its own because it is built optimized where the tests are not: half a megabyte of random bytes is tried
//! in a second instead of a minute.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use chacha20poly1305::{AeadInPlace, KeyInit, Tag, XChaCha20Poly1305, XNonce};

/// The bytes of a block of the key stream. Block 0 makes the tag's key; the message is encrypted from block 1 on (RFC 8439,
/// section 2.8).
const BLOCK: u64 = 64;

/// The secrets that can be recovered from `folder`, given the master key and the rows.
pub fn recover(master: &[u8; 32], folder: &Path, targets: &[Target]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (_, bytes) in everything_in(folder) {
        for hidden in decoded_runs(&bytes) {
            found.extend(search(master, &hidden, targets));
        }
        found.extend(search(master, &bytes, targets));
    }
    found.into_iter().collect()
}

/// The secrets that stand somewhere in `folder` as they are, in base64 or in hex, with the file.
pub fn in_plain_sight(folder: &Path, secrets: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, bytes) in everything_in(folder) {
        for secret in secrets {
            if spellings(secret)
                .iter()
                .any(|spelling| contains(&bytes, spelling))
            {
                found.push((path.clone(), (*secret).to_owned()));
            }
        }
    }
    found
}

/// The key in a master key file: the hex digits of its second line.
pub fn master_key_in(file: &Path) -> [u8; 32] {
    let text = fs::read_to_string(file).unwrap();
    let mut key = [0; 32];
    hex::decode_to_slice(text.lines().nth(1).unwrap(), &mut key).unwrap();
    key
}

/// A sealed value, to be tried.
pub struct Target {
    /// The slot of the key it was sealed with, which the tag is made over.
    pub slot_id: Vec<u8>,
    /// The nonce it was sealed with.
    pub nonce: [u8; 24],
    /// What was sealed: its length in four bytes, the secret, and what it is padded with.
    pub body: Vec<u8>,
    /// The tag.
    pub tag: [u8; 16],
}

impl Target {
    /// A wrong key nearly always gives a length that is too long; that is 32 times quicker to see than a wrong tag.
    fn open(&self, key: &[u8; 32]) -> Option<String> {
        let mut length: [u8; 4] = self.body[..4].try_into().unwrap();
        apply_stream(key, &self.nonce, &mut length);
        let length = u32::from_le_bytes(length);
        let end = usize::try_from(length)
            .unwrap()
            .checked_add(4)
            .filter(|end| *end <= self.body.len())?;
        let mut body = self.body.clone();
        XChaCha20Poly1305::new(key.into())
            .decrypt_in_place_detached(
                XNonce::from_slice(&self.nonce),
                &self.slot_id,
                &mut body,
                Tag::from_slice(&self.tag),
            )
            .ok()?;
        Some(String::from_utf8(body[4..end].to_vec()).unwrap())
    }
}

/// Tries every window of `bytes`, on all processors.
fn search(master: &[u8; 32], bytes: &[u8], targets: &[Target]) -> Vec<String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let search_every = |first| {
            let mut found = Vec::new();
            for (at, window) in bytes.windows(32).enumerate().skip(first).step_by(threads) {
                if !could_be_random(window) {
                    continue;
                }
                let bare: [u8; 32] = window.try_into().unwrap();
                found.extend(targets.iter().filter_map(|target| target.open(&bare)));
                if let Some(from) = at.checked_sub(24) {
                    let unwrapped = unwrap(master, &bytes[from..at + 32]);
                    found.extend(targets.iter().filter_map(|target| target.open(&unwrapped)));
                }
            }
            found
        };
        let workers: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || search_every(first)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    })
}

/// Without the tag, and so whatever owner and purpose it was made over.
fn unwrap(master: &[u8; 32], wrapped: &[u8]) -> [u8; 32] {
    let (nonce, key) = wrapped.split_at(24);
    let mut key: [u8; 32] = key.try_into().unwrap();
    apply_stream(master, nonce.try_into().unwrap(), &mut key);
    key
}

/// Decrypts the beginning of a message without its tag.
fn apply_stream(key: &[u8; 32], nonce: &[u8; 24], message: &mut [u8]) {
    let mut cipher = XChaCha20::new(key.into(), nonce.into());
    cipher.seek(BLOCK);
    cipher.apply_keystream(message);
}

/// 32 random bytes are all ASCII once in 4,294,967,296 times, and hold under 16 different values even more rarely.
fn could_be_random(window: &[u8]) -> bool {
    if window.is_ascii() {
        return false;
    }
    let mut seen = [0u64; 4];
    for byte in window {
        seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    seen.iter().map(|word| word.count_ones()).sum::<u32>() >= 16
}

/// What the runs of base64 and hex digits in `bytes` stand for, where they are long enough for a key.
fn decoded_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut decoded = Vec::new();
    for run in bytes
        .split(|byte| !is_digit(byte))
        .filter(|run| run.len() >= 43)
    {
        let standard: Vec<u8> = run
            .iter()
            .map(|byte| {
                if *byte == b'-' {
                    b'+'
                } else if *byte == b'_' {
                    b'/'
                } else {
                    *byte
                }
            })
            .collect();
        for phase in 0..4 {
            let whole = &standard[phase..];
            decoded.extend(STANDARD.decode(&whole[..whole.len() / 4 * 4]));
        }
        for phase in 0..2 {
            let whole = &run[phase..];
            decoded.extend(hex::decode(&whole[..whole.len() / 2 * 2]));
        }
    }
    decoded
}

/// The secret as it is, in both cases of hex, and in base64 at each of the three places a run may begin.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut all = vec![
        secret.as_bytes().to_vec(),
        hex::encode(secret).into_bytes(),
        hex::encode_upper(secret).into_bytes(),
    ];
    for before in 0..3 {
        let shifted = [vec![0; before], secret.as_bytes().to_vec()].concat();
        let text = STANDARD.encode(&shifted[..shifted.len() / 3 * 3]);
        // The first four digits also depend on what stands before.
        let stable = if before == 0 {
            text
        } else {
            text[4..].to_owned()
        };
        all.push(stable.replace('+', "-").replace('/', "_").into_bytes());
        all.push(stable.into_bytes());
    }
    all.retain(|spelling| spelling.len() >= 8);
    all
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    part.first().is_some_and(|first| {
        bytes
            .iter()
            .enumerate()
            .any(|(at, byte)| byte == first && bytes[at..].starts_with(part))
    })
}

/// Longer than any key or slot: so much of the zeros at a file's end belongs to what stands before them.
const ZEROS: usize = 1024;

/// Every file under `folder`, with what is in it; of the zeros that are only room, nothing can be had back.
fn everything_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(everything_in(&entry.path()));
        } else if kind.is_file() {
            let mut bytes = fs::read(entry.path()).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0);
            bytes.truncate(used.map_or(0, |last| last + 1 + ZEROS));
            files.push((entry.path(), bytes));
        }
    }
    files
}
