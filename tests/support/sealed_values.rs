//! The sealed values of a store, as the forensic search takes them.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forensics::Target;
use tagout::domain::sealed::Sealed;

/// The secrets that can be recovered from `folder`, given the master key and the rows.
pub(crate) fn recover(master: &[u8; 32], folder: &Path, sealed: &[Sealed]) -> Vec<String> {
    let targets: Vec<Target> = sealed.iter().filter_map(target).collect();
    forensics::recover(master, folder, &targets)
}

/// None for an emptied row.
fn target(sealed: &Sealed) -> Option<Target> {
    let mut body = STANDARD.decode(&sealed.ciphertext).unwrap();
    let tag = body.split_off(body.len().checked_sub(16)?);
    Some(Target {
        slot_id: hex::decode(&sealed.key.slot_id).unwrap(),
        nonce: STANDARD.decode(&sealed.nonce).unwrap().try_into().unwrap(),
        body,
        tag: tag.try_into().unwrap(),
    })
}
