//! The log as mathematics: leaves, the tree over them, the signed checkpoint, the verifier. No clock, no randomness, and no
//! file is opened here.

mod checkpoint;
mod export;
mod extract;
mod finding;
mod followed;
mod inclusion;
mod leaf;
mod line;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, Signer, Verifier};
pub use export::{ExportError, export};
pub use extract::{Extract, ProvenLine, verify_extract};
pub use finding::{CheckpointFault, EntryPart, FollowFault, LogFault};
pub use followed::{Followed, SignedOver, followed};
pub use inclusion::{Leaves, is_included};
pub use leaf::{LeafError, LogLine, canonical, format_2_of, leaf_hash};
pub use tree::{Tree, WrongTree};
pub use verify::{LogReport, verify};

pub use crate::domain::audit::{Hash, WrongHash};
