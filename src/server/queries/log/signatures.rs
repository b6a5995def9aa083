//! What blocks of the log cannot contain. An entry never changes, so a block that was searched once is passed over by the
//! next search for what is not in it, without being read. All of it is in memory, and goes when nobody has searched for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Entries of a block.
pub(super) const BLOCK: u64 = 128;
/// Bytes of its signature, in which each four bytes of text that follow one another set one bit. Three of ten bits are set in a
/// log of ids and times, so a word of six letters is looked for in vain in one block of thirty.
const SIGNATURE: usize = 4096;
/// Blocks that are kept: 32 MiB, for a million entries.
const MOST: usize = 8192;
/// After so long without a search they go.
pub(super) const UNUSED: Duration = Duration::from_secs(60);
/// Bytes that are looked at together.
const GRAM: usize = 4;

/// What is kept of every block that was searched from its one end to the other.
#[derive(Debug, Default)]
pub(crate) struct LogSignatures(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    blocks: HashMap<u64, Box<[u8]>>,
    /// The store's [`reopened`](crate::store::Store::reopened) when they were read: others have their numbers when it is another.
    reopened: u64,
    used: Option<Instant>,
}

impl LogSignatures {
    /// Whether an entry of a block may have all of these in its text, which are in small letters.
    pub(super) fn may_contain(&self, block: u64, words: &[String], reopened: u64) -> bool {
        let kept = self.lock();
        let Some(signature) = kept.blocks.get(&block) else {
            return true;
        };
        if kept.reopened != reopened {
            return true;
        }
        let may = |word: &String| grams(word).all(|bit| is_set(signature, bit));
        words.iter().all(may)
    }

    fn keep(&self, block: u64, signature: Box<[u8]>, reopened: u64) {
        let mut kept = self.lock();
        if kept.reopened < reopened {
            kept.blocks.clear();
            kept.reopened = reopened;
        }
        if kept.reopened == reopened && kept.blocks.len() < MOST {
            kept.blocks.insert(block, signature);
        }
    }

    /// They are used now. Returns whether they were not, so that somebody has to drop them later.
    pub(super) fn used(&self) -> bool {
        self.lock().used.replace(Instant::now()).is_none()
    }

    /// Lets them go when nobody has used them for a while. Returns whether they are gone.
    pub(super) fn drop_unused(&self) -> bool {
        let mut kept = self.lock();
        let is_unused = kept.used.is_none_or(|used| used.elapsed() >= UNUSED);
        if is_unused {
            *kept = Kept::default();
        }
        is_unused
    }

    #[cfg(test)]
    pub(super) fn blocks(&self) -> usize {
        self.lock().blocks.len()
    }

    #[cfg(test)]
    pub(super) fn forget(&self) {
        self.lock().blocks.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signature of the block that is being searched.
pub(super) struct BlockReader {
    kept: Arc<LogSignatures>,
    reopened: u64,
    block: u64,
    seen: u64,
    signature: Box<[u8]>,
}

impl BlockReader {
    /// Of a search that begins now, when the store was reopened so often.
    pub(super) fn new(kept: &Arc<LogSignatures>, reopened: u64) -> Self {
        Self {
            kept: Arc::clone(kept),
            reopened,
            block: 0,
            seen: 0,
            signature: empty(),
        }
    }

    /// An entry was read, next to the one before: its text, in small letters, where that never changes.
    pub(super) fn read(&mut self, seq: u64, text: Option<&str>) {
        let block = seq / BLOCK;
        if block != self.block {
            (self.block, self.seen, self.signature) = (block, 0, empty());
        }
        let Some(text) = text else { return };
        grams(text).for_each(|bit| set(&mut self.signature, bit));
        self.seen += 1;
        if self.seen == BLOCK {
            let whole = std::mem::replace(&mut self.signature, empty());
            self.kept.keep(block, whole, self.reopened);
        }
    }
}

fn empty() -> Box<[u8]> {
    vec![0; SIGNATURE].into_boxed_slice()
}

/// The bit of each gram of a text.
fn grams(text: &str) -> impl Iterator<Item = usize> {
    const BITS: u32 = (SIGNATURE * 8).ilog2();
    text.as_bytes().windows(GRAM).map(|gram| {
        let number = gram.iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
        // Knuth's multiplicative hash: the upper bits are the good ones.
        (number.wrapping_mul(2_654_435_761) >> (u32::BITS - BITS)) as usize
    })
}

fn set(signature: &mut [u8], bit: usize) {
    if let Some(byte) = signature.get_mut(bit / 8) {
        *byte |= 1 << (bit % 8);
    }
}

fn is_set(signature: &[u8], bit: usize) -> bool {
    signature
        .get(bit / 8)
        .is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is in a text is never passed over.
        #[test]
        fn a_text_may_contain_each_of_its_parts(text in "[a-zé ]{0,40}", from in 0..40_usize, length in 0..12_usize) {
            let mut signature = empty();
            grams(&text).for_each(|bit| set(&mut signature, bit));
            let part: String = text.chars().skip(from).take(length).collect();
            prop_assert!(grams(&part).all(|bit| is_set(&signature, bit)));
        }
    }

    #[test]
    fn what_is_in_no_text_is_hardly_ever_believed() {
        let mut signature = empty();
        for n in 0..BLOCK {
            let text = format!(
                "token.read by ci-bot of con_{:026x} for {}",
                n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                n * 7_919
            );
            grams(&text).for_each(|bit| set(&mut signature, bit));
        }
        let words = (0..1_000).map(|n| format!("nobody{n:03}"));
        let believed = words.filter(|word| grams(word).all(|bit| is_set(&signature, bit)));
        assert!(believed.count() < 50);
    }
}
