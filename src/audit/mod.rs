//! The log as mathematics: leaves, the tree over them, and the signed checkpoint. No IO, no clock, no randomness.

mod checkpoint;
mod leaf;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, Signer, Verifier};
pub use leaf::{Hash, LeafError, LogLine, WrongHash, canonical, leaf_hash};
pub use tree::{Tree, WrongTree};
