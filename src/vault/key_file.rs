//! 32 secret bytes in a file: a line that says what they are, the bytes in hex, and a checksum.
//!
//! ```text
//! tagout master key 1
//! 6b1f…                   64 hex digits
//! checksum 0a9c…          the first 16 hex digits of SHA-256(first line ‖ key)
//! ```

use std::path::Path;

use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::private_file::{self, KeyError};
use super::stack::wiped;

/// 32 bytes that are wiped when dropped and never move while they live.
pub(super) type Key = SecretBox<[u8; 32]>;

/// The key in the file. None when there is no file.
pub(super) fn load(path: &Path, title: &'static str) -> Result<Option<Key>, KeyError> {
    match private_file::read(path)? {
        Some(bytes) => parse(path, title, &bytes).map(Some),
        None => Ok(None),
    }
}

/// The key in the file, which is made with a random key when there is none.
pub(super) fn load_or_create(path: &Path, title: &'static str) -> Result<Key, KeyError> {
    if let Some(key) = load(path, title)? {
        return Ok(key);
    }
    private_file::create(path, format(title, &random()?).as_bytes())?;
    // Read back: another process may have been first, and what counts is what the disk holds.
    load(path, title)?.ok_or_else(|| KeyError::Damaged {
        path: path.to_owned(),
        title,
    })
}

/// A new random key.
pub(super) fn random() -> Result<Key, getrandom::Error> {
    let mut filled = Ok(());
    let key = Key::init_with_mut(|bytes| filled = getrandom::fill(bytes));
    filled.map(|()| key)
}

fn format(title: &str, key: &Key) -> Zeroizing<String> {
    let mut digits = Zeroizing::new([0; 64]);
    // Twice the length of the key always fits, so this cannot fail; the checksum would tell.
    let _ = hex::encode_to_slice(key.expose_secret(), digits.as_mut_slice());
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str(title);
    text.push('\n');
    text.extend(digits.iter().map(|digit| char::from(*digit)));
    text.push_str("\nchecksum ");
    text.push_str(&checksum(title, key));
    text.push('\n');
    text
}

fn parse(path: &Path, title: &'static str, bytes: &[u8]) -> Result<Key, KeyError> {
    let damaged = || KeyError::Damaged {
        path: path.to_owned(),
        title,
    };
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if lines.next() != Some(title.as_bytes()) {
        return Err(KeyError::OtherKind {
            path: path.to_owned(),
            title,
        });
    }
    let digits = lines.next().unwrap_or_default();
    let mut decoded = Ok(());
    let key = Key::init_with_mut(|key| decoded = hex::decode_to_slice(digits, key));
    decoded.map_err(|_| damaged())?;
    let expected = format!("checksum {}", checksum(title, &key));
    if lines.next() != Some(expected.as_bytes()) {
        return Err(damaged());
    }
    Ok(key)
}

fn checksum(title: &str, key: &Key) -> String {
    let digest = wiped(|| {
        Sha256::new()
            .chain_update(title)
            .chain_update(key.expose_secret())
            .finalize()
    });
    let mut digits = hex::encode(digest);
    digits.truncate(16);
    digits
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const TITLE: &str = "tagout test key 1";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        folder
    }

    #[test]
    fn made_once_then_the_same() {
        let folder = folder();
        let path = folder.path().join("new/test.key");
        let first = load_or_create(&path, TITLE).unwrap();
        let second = load_or_create(&path, TITLE).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        assert_ne!(first.expose_secret(), &[0; 32]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(
            fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no draft stays behind"
        );
    }

    #[test]
    fn wider_modes_are_refused() {
        let folder = folder();
        let path = folder.path().join("test.key");
        load_or_create(&path, TITLE).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = load_or_create(&path, TITLE);
        assert!(matches!(
            refused,
            Err(KeyError::Exposed {
                mode: 0o640,
                allowed: 0o600,
                ..
            })
        ));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o770)).unwrap();
        let refused = load_or_create(&path, TITLE);
        assert!(matches!(
            refused,
            Err(KeyError::Exposed {
                mode: 0o770,
                allowed: 0o700,
                ..
            })
        ));
    }

    #[test]
    fn every_truncation_and_every_altered_byte_is_noticed() {
        let folder = folder();
        let path = folder.path().join("test.key");
        load_or_create(&path, TITLE).unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() - 1 {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(
                load_or_create(&path, TITLE).is_err(),
                "{length} bytes were accepted"
            );
        }
        for place in 0..whole.len() - 1 {
            let mut altered = whole.clone();
            altered[place] ^= 1;
            fs::write(&path, &altered).unwrap();
            assert!(
                load(&path, TITLE).is_err(),
                "byte {place} was altered unnoticed"
            );
        }
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let folder = folder();
        let path = folder.path().join("test.key");
        load_or_create(&path, "tagout other key 1").unwrap();
        assert!(matches!(
            load(&path, TITLE),
            Err(KeyError::OtherKind { .. })
        ));
    }
}
