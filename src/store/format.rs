//! The format of a data folder's rows.

use super::error::StoreError;

/// Grows when an older program could no longer read the rows, or would leave out what they need. In 2 the folder has an
/// id, and its log's checkpoint is kept outside of it; in 3 the entries that are added have format 2 of the log; in 4 the log
/// may be one that follows another; in 5 what a job brings may belong to the list of one of several things; in 6 a subscription may
/// be told of a record; in 7 a reference may be linked to things of people's own, and a hold ends where its token is in use again;
/// in 8 a walkthrough may wait for its time, or have fallen, a follow-up may be assigned to somebody, and another tool may hold a
/// token that was brought along; in 9 what passes see is marked beside the rows, which have numbers (`facts::marks`). A row of before
/// gets its number when it is seen; in 10 a pass may have gone on by key, and a token says
/// for which account it was issued; a connection may stand for tokens that a reconnect replaced; in 11 a run may be the first half
/// of a swap, whose second half is open (`facts::swaps`).
pub(crate) const FORMAT: u32 = 11;
/// From this format of a folder on, its log goes on in format 2.
pub(crate) const LOG_FORMAT_2: u32 = 3;
/// The format of a folder that was not given an id yet.
pub(crate) const UNNAMED: u32 = 1;

/// The number that the format's row holds.
pub(crate) fn read(row: &[u8]) -> Result<u32, StoreError> {
    let found = std::str::from_utf8(row).ok();
    found
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::Damaged("its format is not a number".to_owned()))
}
