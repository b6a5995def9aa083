//! Large values in pieces. The database puts values of some ten kilobytes into files of their own which it never syncs
//! (`blobs/`); so no value we hand to it is larger than [`LARGEST`].

use super::engine::Rows;
use super::error::StoreError;
use super::keys;

/// The largest value the database ever sees.
pub(crate) const LARGEST: usize = 4096;

/// Begins the value that stands for pieces; JSON never begins with it.
const PIECES: u8 = 0x01;

/// A key and the value it gets; `None` removes it.
pub(crate) type Change = (String, Option<Vec<u8>>);

/// What has to be written so that `key` has `value`, with `old` being what the database holds under `key`.
pub(crate) fn changes(
    key: &str,
    old: Option<&[u8]>,
    value: Option<&[u8]>,
) -> Result<Vec<Change>, StoreError> {
    let before = old.map_or(Ok(0), |old| pieces(key, old))?;
    let mut changes = Vec::new();
    let mut now = 0;
    match value {
        None => changes.push((key.to_owned(), None)),
        Some(value) if value.len() <= LARGEST && value.first() != Some(&PIECES) => {
            changes.push((key.to_owned(), Some(value.to_vec())));
        }
        Some(value) => {
            for piece in value.chunks(LARGEST) {
                changes.push((keys::chunk(key, now), Some(piece.to_vec())));
                now += 1;
            }
            let mut stub = vec![PIECES];
            stub.extend_from_slice(now.to_string().as_bytes());
            changes.push((key.to_owned(), Some(stub)));
        }
    }
    changes.extend((now..before).map(|at| (keys::chunk(key, at), None)));
    Ok(changes)
}

/// The whole value whose row holds `raw`.
pub(crate) fn join(rows: &Rows, key: &str, raw: &[u8]) -> Result<Vec<u8>, StoreError> {
    let pieces = pieces(key, raw)?;
    if pieces == 0 {
        return Ok(raw.to_vec());
    }
    let mut value = Vec::with_capacity(pieces * LARGEST);
    for at in 0..pieces {
        let piece = rows.raw(keys::chunk(key, at))?;
        let piece = piece.ok_or_else(|| {
            StoreError::Damaged(format!("piece {at} of {pieces} of {key} is missing"))
        })?;
        value.extend_from_slice(&piece);
    }
    Ok(value)
}

fn pieces(key: &str, raw: &[u8]) -> Result<usize, StoreError> {
    let Some((&PIECES, count)) = raw.split_first() else {
        return Ok(0);
    };
    std::str::from_utf8(count)
        .ok()
        .and_then(|count| count.parse().ok())
        .ok_or_else(|| StoreError::Damaged(format!("{key} does not say how many pieces it has")))
}
