//! The keys of the one tree. Our own begin with `~`, which no kind does.

use std::ops::Bound;

use super::error::StoreError;
use crate::domain::audit::log::LogNumber;

/// The format of everything below; a number the store refuses when it is larger.
pub(crate) const FORMAT: &str = "~meta/format";
/// The last commit: its number, the tree, the sum over all rows.
pub(crate) const STATE: &str = "~meta/state";
/// Rows that point to rows.
pub(crate) const INDEX: &str = "~index/";
/// Counters that move with the transactions.
pub(crate) const COUNT: &str = "~count/";
/// The pieces of values that are too large for one.
pub(crate) const CHUNK: &str = "~chunk/";

/// The database copies keys into its inner nodes, so they stay short.
const LONGEST: usize = 512;

/// `kind/key`.
pub(crate) fn row(kind: &str, key: &str) -> String {
    format!("{kind}/{key}")
}

/// Before the entries of a log, which are lines of `audit.log`.
pub(crate) fn log(log: LogNumber) -> String {
    match log {
        LogNumber::FIRST => "~audit/".to_owned(),
        later => format!("~audit.{:05}/", later.get()),
    }
}

/// Where an audit entry is; padded, so that the order of keys is the order of entries.
pub(crate) fn audit(of: LogNumber, seq: u64) -> String {
    format!("{}{seq:020}", log(of))
}

/// Zero cannot be part of a key, so no key's pieces meet another's.
pub(crate) fn chunk(key: &str, at: usize) -> String {
    format!("{CHUNK}{key}\0{at:08}")
}

/// A key somebody hands in must not be able to leave its place.
pub(crate) fn check(key: &str) -> Result<(), StoreError> {
    if key.len() > LONGEST || key.contains('\0') {
        return Err(StoreError::Refused(format!(
            "the key {key:?} is longer than {LONGEST} bytes or contains a zero"
        )));
    }
    Ok(())
}

/// Whether a row is part of the sum that its own state holds.
pub(crate) fn is_summed(key: &[u8]) -> bool {
    key != STATE.as_bytes() && key != FORMAT.as_bytes()
}

/// The keys that begin with `prefix`.
pub(crate) fn beginning_with(prefix: &str) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let mut end = prefix.as_bytes().to_vec();
    // UTF-8 has no byte 0xFF, so the last byte can always be raised.
    let end = match end.last_mut() {
        Some(last) => {
            *last += 1;
            Bound::Excluded(end)
        }
        None => Bound::Unbounded,
    };
    (Bound::Included(prefix.as_bytes().to_vec()), end)
}

/// The keys that begin with `prefix` and come after `after` in the direction of reading.
pub(crate) fn following(
    prefix: &str,
    after: Option<&str>,
    reverse: bool,
) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let (start, end) = beginning_with(prefix);
    let Some(after) = after.map(|after| after.as_bytes().to_vec()) else {
        return (start, end);
    };
    // A range that is turned around makes the database panic, so a place outside the prefix is brought to its border.
    let inside = after.as_slice() >= prefix.as_bytes();
    match (reverse, inside && after.starts_with(prefix.as_bytes())) {
        (false, true) => (Bound::Excluded(after), end),
        (true, true) => (start, Bound::Excluded(after)),
        (false, false) if inside => (
            Bound::Included(prefix.into()),
            Bound::Excluded(prefix.into()),
        ),
        (true, false) if !inside => (
            Bound::Included(prefix.into()),
            Bound::Excluded(prefix.into()),
        ),
        (_, false) => (start, end),
    }
}
