//! The log as mathematics: leaves, the tree over them, the signed checkpoint, the verifier. No clock, no randomness, and no
//! file is opened here.

mod checkpoint;
mod export;
mod extract;
mod finding;
mod inclusion;
mod leaf;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, Signer, Verifier};
pub use export::{ExportError, export};
pub use extract::{Extract, ProvenLine, verify_extract};
pub use finding::{CheckpointFault, Finding};
pub use inclusion::{Leaves, is_included};
pub use leaf::{Hash, LeafError, LogLine, WrongHash, canonical, leaf_hash};
pub use tree::{Tree, WrongTree};
pub use verify::{Report, verify};
