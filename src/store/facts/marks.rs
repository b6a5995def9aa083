//! Where the marks of a scope are kept: beside its rows, a bit for each number, so many bits in a row of their own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use crate::domain::job::Scope;
use crate::domain::sync::{Mark, Marks};
use crate::store::{Store, StoreError, StoredRow, Tx};

/// Bytes of a part.
const PART: usize = 1024;
/// Numbers of a part.
const NUMBERS: u64 = 8 * PART as u64;

/// The bits of some numbers; zeros at the end are left out, and no part is kept that has nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    key: String,
    bits: Vec<u8>,
}

impl StoredRow for Part {
    const KIND: &'static str = "mark";

    fn key(&self) -> String {
        self.key.clone()
    }

    fn encode(&self) -> serde_json::Result<Vec<u8>> {
        Ok(if is_full(&self.bits) {
            vec![FULL]
        } else {
            [&[BITS], self.bits.as_slice()].concat()
        })
    }

    fn decode(key: &str, value: &[u8]) -> serde_json::Result<Self> {
        let bits = match value {
            [FULL] => vec![u8::MAX; PART],
            [BITS, bits @ ..] if bits.len() <= PART => bits.to_vec(),
            _ => return Err(serde::de::Error::custom("not the bits of a part")),
        };
        let key = key.to_owned();
        Ok(Self { key, bits })
    }
}

/// Begins a part with its bits.
const BITS: u8 = 0x02;
/// Stands for a part of which each bit is one.
const FULL: u8 = 0x03;

fn is_full(bits: &[u8]) -> bool {
    bits.len() == PART && bits.iter().all(|byte| *byte == u8::MAX)
}

/// Where a part is. No thing's list is called so: `%` stands in keys before two digits alone (`parent_part`).
fn place(scope: &str, mark: Mark, part: u64) -> String {
    let mark = match mark {
        Mark::Seen => "%seen",
        Mark::Missed => "%missed",
        Mark::Gone => "%gone",
    };
    format!("{scope}/{mark}/{part:08}")
}

/// The byte of a number within its part, and its bit.
fn bit_of(number: u64) -> (usize, u8) {
    let at = usize::try_from(number % NUMBERS / 8).unwrap_or(0);
    (at, 1 << (number % 8))
}

/// Those of one scope, as far as a transaction has looked at them.
pub(super) struct ScopeMarks {
    scope: String,
    parts: BTreeMap<(Mark, u64), Kept>,
    /// The bytes of those that have changed, at most.
    bytes: usize,
}

struct Kept {
    bits: Vec<u8>,
    is_changed: bool,
}

impl Kept {
    /// It has changed; how many bytes that adds to those that have.
    fn change(&mut self) -> usize {
        match std::mem::replace(&mut self.is_changed, true) {
            true => 0,
            false => PART,
        }
    }
}

/// The same with the transaction in which they are read.
pub(super) struct MarksIn<'a, 't> {
    pub(super) marks: &'a mut ScopeMarks,
    pub(super) tx: &'a Tx<'t>,
}

impl ScopeMarks {
    pub(super) fn of(scope: &Scope) -> Self {
        Self {
            scope: scope.key(),
            parts: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// The same within a transaction.
    pub(super) fn within<'a, 't>(&'a mut self, tx: &'a Tx<'t>) -> MarksIn<'a, 't> {
        MarksIn { marks: self, tx }
    }

    /// The bytes of what has changed, at most.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes what has changed.
    pub(super) fn write(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let changed = self.parts.into_iter().filter(|(_, kept)| kept.is_changed);
        for ((mark, part), kept) in changed {
            let key = place(&self.scope, mark, part);
            let mut bits = kept.bits;
            let length = bits.iter().rposition(|byte| *byte != 0);
            bits.truncate(length.map_or(0, |last| last + 1));
            match length {
                Some(_) => tx.put(&Part { key, bits })?,
                None => tx.remove::<Part>(&key)?,
            }
        }
        Ok(())
    }
}

impl MarksIn<'_, '_> {
    fn part(&mut self, mark: Mark, part: u64) -> Result<&mut Kept, StoreError> {
        Ok(match self.marks.parts.entry((mark, part)) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let key = place(&self.marks.scope, mark, part);
                let bits = self.tx.get::<Part>(&key)?;
                let mut bits = bits.map_or_else(Vec::new, |it| it.bits);
                bits.resize(PART, 0);
                unread.insert(Kept {
                    bits,
                    is_changed: false,
                })
            }
        })
    }

    fn replace(&mut self, mark: Mark, part: u64, bits: Vec<u8>) -> Result<(), StoreError> {
        let kept = self.part(mark, part)?;
        if kept.bits == bits {
            return Ok(());
        }
        kept.bits = bits;
        let counted = kept.change();
        self.marks.bytes += counted;
        Ok(())
    }
}

impl Marks for MarksIn<'_, '_> {
    type Error = StoreError;

    fn set(&mut self, mark: Mark, number: u64, is_marked: bool) -> Result<bool, StoreError> {
        let kept = self.part(mark, number / NUMBERS)?;
        let (at, bit) = bit_of(number);
        let Some(byte) = kept.bits.get_mut(at) else {
            return Ok(false);
        };
        if (*byte & bit != 0) == is_marked {
            return Ok(false);
        }
        *byte ^= bit;
        let counted = kept.change();
        self.marks.bytes += counted;
        Ok(true)
    }

    fn unseen_are_missed(&mut self, below: u64) -> Result<(), StoreError> {
        for part in 0..below.div_ceil(NUMBERS) {
            let mut bits = self.part(Mark::Seen, part)?.bits.clone();
            for (byte, first) in bits.iter_mut().zip((part * NUMBERS..).step_by(8)) {
                *byte = !*byte & lower(below.saturating_sub(first));
            }
            self.replace(Mark::Missed, part, bits)?;
        }
        Ok(())
    }

    fn missed_are_gone(&mut self, below: u64) -> Result<(), StoreError> {
        for part in 0..below.div_ceil(NUMBERS) {
            let bits = self.part(Mark::Missed, part)?.bits.clone();
            self.replace(Mark::Gone, part, bits)?;
        }
        Ok(())
    }

    fn forget_seen(&mut self, below: u64) -> Result<(), StoreError> {
        for part in 0..below.div_ceil(NUMBERS) {
            self.replace(Mark::Seen, part, vec![0; PART])?;
        }
        Ok(())
    }
}

/// A byte with so many of its lower bits.
fn lower(count: u64) -> u8 {
    match count {
        0..8 => (1 << count) - 1,
        _ => u8::MAX,
    }
}

impl Tx<'_> {
    /// Removes the marks of a scope.
    pub(super) fn remove_marks(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let of = scope.key();
        for mark in [Mark::Seen, Mark::Missed, Mark::Gone] {
            for part in 0..scope.numbers.div_ceil(NUMBERS) {
                self.remove::<Part>(&place(&of, mark, part))?;
            }
        }
        Ok(())
    }
}

/// What of a scope is marked so, each part read once.
pub(super) struct ReadMarks {
    mark: Mark,
    parts: BTreeMap<u64, Vec<u8>>,
}

impl ReadMarks {
    pub(super) fn of(mark: Mark) -> Self {
        Self {
            mark,
            parts: BTreeMap::new(),
        }
    }

    pub(super) fn has(
        &mut self,
        store: &Store,
        scope: &Scope,
        number: u64,
    ) -> Result<bool, StoreError> {
        // Where nothing is marked there is nothing to read.
        let is_any = match self.mark {
            Mark::Seen => scope.marked_below > 0,
            Mark::Missed => scope.missed > 0,
            Mark::Gone => scope.gone > 0,
        };
        if !is_any {
            return Ok(false);
        }
        let part = number / NUMBERS;
        let bits = match self.parts.entry(part) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let kept = store.get::<Part>(&place(&scope.key(), self.mark, part))?;
                unread.insert(kept.map_or_else(Vec::new, |it| it.bits))
            }
        };
        let (at, bit) = bit_of(number);
        Ok(bits.get(at).is_some_and(|byte| byte & bit != 0))
    }
}
