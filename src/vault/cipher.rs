//! The two layers of encryption, both XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its 192-bit nonces may be random.
//!
//! - A secret is sealed under a random key of its own. Plaintext: length (u32, little-endian) ‖ secret ‖ zeros up to a
//!   multiple of 32, so that the row tells only roughly how long the secret is. AAD: the slot id.
//! - That key is wrapped under the master key. AAD: slot id (16 bytes) ‖ owner ‖ purpose (1 byte).

use chacha20poly1305::{AeadInPlace, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::VaultError;
use super::key_file::Key;
use super::stack::wiped;
use crate::domain::sealed::SealPurpose;

/// Tells one use of a slot from every other.
pub(super) type SlotId = [u8; 16];

/// A key as its slot holds it: nonce (24) ‖ encrypted key (32) ‖ tag (16).
pub(super) type Wrapped = [u8; 72];

const BUCKET: usize = 32;
const LONGEST: usize = 65536;

/// What a wrapped key is bound to.
pub(super) fn binding(id: &SlotId, owner: &str, purpose: SealPurpose) -> Vec<u8> {
    // Fixed numbers: they are on disk, and must survive any change to the order of the enum.
    let purpose = match purpose {
        SealPurpose::Use => 1,
        SealPurpose::Superseded => 2,
        SealPurpose::Hold => 3,
        SealPurpose::App => 4,
        SealPurpose::Subscription => 5,
    };
    [id.as_slice(), owner.as_bytes(), &[purpose]].concat()
}

/// The key, wrapped under `master`. A key of 32 bytes is never too long for the cipher.
pub(super) fn wrap(master: &[u8; 32], key: &Key, binding: &[u8]) -> Result<Wrapped, VaultError> {
    let mut wrapped = [0; 72];
    let (nonce, rest) = wrapped.split_at_mut(24);
    let (body, tag) = rest.split_at_mut(32);
    getrandom::fill(nonce)?;
    body.copy_from_slice(key.expose_secret());
    tag.copy_from_slice(&encrypt(master, nonce, binding, body)?);
    Ok(wrapped)
}

/// The key again; None when master key, slot, owner or purpose is another.
pub(super) fn unwrap(master: &[u8; 32], wrapped: &Wrapped, binding: &[u8]) -> Option<Key> {
    let (nonce, rest) = wrapped.split_at_checked(24)?;
    let (body, tag) = rest.split_at_checked(32)?;
    let mut opened = false;
    let key = Key::init_with_mut(|key| {
        key.copy_from_slice(body);
        opened = decrypt(master, nonce, binding, key, tag);
    });
    opened.then_some(key)
}

/// Nonce and ciphertext of `secret` under `key`.
pub(super) fn seal(
    key: &Key,
    id: &SlotId,
    secret: &SecretString,
) -> Result<([u8; 24], Vec<u8>), VaultError> {
    let secret = secret.expose_secret().as_bytes();
    let length = u32::try_from(secret.len())
        .ok()
        .filter(|_| secret.len() <= LONGEST)
        .ok_or(VaultError::TooLong(secret.len()))?;
    let padded = (4 + secret.len()).next_multiple_of(BUCKET);
    // Room for everything from the start: a buffer that grows leaves plaintext behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(padded + 16));
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(secret);
    buffer.resize(padded, 0);
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce)?;
    let tag = encrypt(key.expose_secret(), &nonce, id, &mut buffer)?;
    buffer.extend_from_slice(&tag);
    Ok((nonce, std::mem::take(&mut *buffer)))
}

/// The secret again; None when key, slot or ciphertext is another.
pub(super) fn open(
    key: &Key,
    id: &SlotId,
    nonce: &[u8],
    ciphertext: Vec<u8>,
) -> Option<SecretString> {
    let mut buffer = Zeroizing::new(ciphertext);
    let length = buffer.len().checked_sub(16)?;
    let (body, tag) = buffer.split_at_mut_checked(length)?;
    if nonce.len() != 24 || !decrypt(key.expose_secret(), nonce, id, body, tag) {
        return None;
    }
    let (length, rest) = body.split_first_chunk()?;
    let secret = rest.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    std::str::from_utf8(secret).ok().map(SecretString::from)
}

/// A proof that somebody holds `master`: a tag over nothing.
pub(super) fn prove(master: &[u8; 32], nonce: &[u8; 24], what: &[u8]) -> Result<Tag, VaultError> {
    encrypt(master, nonce, what, &mut [])
}

/// Whether `tag` was made by [`prove`] with the same key.
pub(super) fn proves(master: &[u8; 32], nonce: &[u8], what: &[u8], tag: &[u8]) -> bool {
    decrypt(master, nonce, what, &mut [], tag)
}

fn encrypt(key: &[u8; 32], nonce: &[u8], aad: &[u8], buffer: &mut [u8]) -> Result<Tag, VaultError> {
    let length = buffer.len();
    wiped(|| {
        XChaCha20Poly1305::new(key.into()).encrypt_in_place_detached(
            XNonce::from_slice(nonce),
            aad,
            buffer,
        )
    })
    .map_err(|_| VaultError::TooLong(length))
}

fn decrypt(key: &[u8; 32], nonce: &[u8], aad: &[u8], buffer: &mut [u8], tag: &[u8]) -> bool {
    let (nonce, tag) = (XNonce::from_slice(nonce), Tag::from_slice(tag));
    wiped(|| XChaCha20Poly1305::new(key.into()).decrypt_in_place_detached(nonce, aad, buffer, tag))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::key_file::random;

    #[test]
    fn lengths_are_hidden_in_buckets_of_32() {
        let key = random().unwrap();
        let sealed = |length: usize| {
            seal(&key, &[7; 16], &SecretString::from("x".repeat(length)))
                .unwrap()
                .1
                .len()
        };
        assert_eq!((sealed(0), sealed(28)), (48, 48));
        assert_eq!((sealed(29), sealed(60)), (80, 80));
        assert!(matches!(
            seal(&key, &[7; 16], &SecretString::from("x".repeat(LONGEST + 1))),
            Err(VaultError::TooLong(_))
        ));
    }

    #[test]
    fn every_length_comes_back() {
        let key = random().unwrap();
        for length in [0, 1, 27, 28, 29, 32, 1000, LONGEST] {
            let secret = SecretString::from("ü".repeat(length / 2) + &"x".repeat(length % 2));
            let (nonce, ciphertext) = seal(&key, &[7; 16], &secret).unwrap();
            let opened = open(&key, &[7; 16], &nonce, ciphertext).unwrap();
            assert_eq!(opened.expose_secret(), secret.expose_secret());
        }
    }

    #[test]
    fn an_owner_cannot_be_stretched_into_another() {
        let one = binding(&[1; 16], "cre_a", SealPurpose::Use);
        assert_ne!(one, binding(&[1; 16], "cre_a\u{1}", SealPurpose::Use));
        assert_ne!(one, binding(&[1; 16], "cre_", SealPurpose::Use));
    }
}
