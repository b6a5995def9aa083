//! What computations leave of secrets on the stack.

use zeroize::Zeroize;

/// More than the ciphers and hashes take below their callers, in a debug build too.
const BELOW: usize = 32 << 10;

/// Does some work, and overwrites the stack that it used. Ciphers and hashes copy what they work on to the stack, block by block
/// (chacha20 0.9, sha2 0.10), where a short secret would stand whole until something else is written there.
pub(crate) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    overwrite();
    done
}

// Neither is inlined, so that both begin at the same depth.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    let mut below = [0_u8; BELOW];
    below.zeroize();
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use secrecy::{ExposeSecret, SecretString};

    use super::super::cipher::{open, seal};
    use super::super::fingerprint::{Made, fingerprint};
    use super::super::key_file::random;

    /// How often these bytes stand in the 64 KiB of this thread's stack below its caller.
    #[inline(never)]
    fn copies_below(secret: &SecretString) -> usize {
        let here = 0_u8;
        let to = std::ptr::from_ref(&here).addr() as u64;
        let mut below = vec![0; 64 << 10];
        let from = to - below.len() as u64;
        let memory = File::open("/proc/self/mem").unwrap();
        memory.read_exact_at(&mut below, from).unwrap();
        let wanted = secret.expose_secret().as_bytes();
        below
            .windows(wanted.len())
            .filter(|it| *it == wanted)
            .count()
    }

    #[test]
    fn nothing_of_a_secret_stands_there_when_it_was_sealed_opened_or_named() {
        let secret = SecretString::from("01bdb154-9eeb-4cec-830b-0f50dbc4fb21");
        let (key, id) = (random().unwrap(), [7; 16]);
        let (nonce, sealed) = seal(&key, &id, &secret).unwrap();
        assert_eq!(copies_below(&secret), 0, "sealed");
        let opened = open(&key, &id, &nonce, sealed).unwrap();
        assert_eq!(copies_below(&secret), 0, "opened");
        assert_eq!(opened.expose_secret(), secret.expose_secret());
        assert_eq!(fingerprint(&secret, Made::Issued).len(), 16);
        assert_eq!(copies_below(&secret), 0, "named");
    }
}
