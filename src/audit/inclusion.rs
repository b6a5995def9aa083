//! Inclusion proofs: that an entry is a leaf of a signed tree, without the other entries (RFC 9162, section 2.1.3).

use crate::domain::audit::Hash;

/// The leaves of a whole log with every node above them: 64 bytes a leaf.
#[derive(Debug)]
pub struct Leaves {
    /// The nodes of the perfect subtrees of 2^n leaves, from the leaves up.
    levels: Vec<Vec<Hash>>,
}

impl Leaves {
    /// The tree over these leaves.
    #[must_use]
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let pairs = below.chunks_exact(2).filter_map(|pair| match pair {
                [left, right] => Some(Hash::of_node(left, right)),
                _ => None,
            });
            levels.push(pairs.collect());
        }
        Self { levels }
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// The Merkle tree hash over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let whole = self.root_of(0, self.size());
        whole.unwrap_or_else(Hash::of_nothing)
    }

    /// What leads from the leaf at `index` to the root, the nearest first; nothing where there is no such leaf.
    #[must_use]
    pub fn proof(&self, index: usize) -> Option<Vec<Hash>> {
        let (mut at, mut size) = (index, self.size());
        if at >= size {
            return None;
        }
        let mut proof = Vec::new();
        let mut start = 0;
        // From the root down: the half that the leaf is not in belongs to the proof.
        while size > 1 {
            let left = left_of(size);
            let right = size - left;
            if at < left {
                proof.push(self.root_of(start + left, right)?);
                size = left;
            } else {
                proof.push(self.root_of(start, left)?);
                (at, start, size) = (at - left, start + left, right);
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// The root over `size` leaves from `start` on, where `start` is a multiple of the largest power of two in `size`.
    fn root_of(&self, start: usize, size: usize) -> Option<Hash> {
        if size == 0 {
            return None;
        }
        if size.is_power_of_two() {
            let level = self.levels.get(usize::try_from(size.ilog2()).ok()?)?;
            return level.get(start / size).copied();
        }
        let left = left_of(size);
        let (left, right) = (
            self.root_of(start, left)?,
            self.root_of(start + left, size - left)?,
        );
        Some(Hash::of_node(&left, &right))
    }
}

/// The largest power of two below `size`, which is more than one: where a tree is split.
fn left_of(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// Whether `proof` leads from the leaf at `index` to the root of a tree of `size` leaves (RFC 9162, section 2.1.3.2).
#[must_use]
pub fn is_included(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut node = leaf;
    for beside in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            node = Hash::of_node(beside, &node);
            // A node at the right edge without a sibling is the same node one level up.
            let up = at.trailing_zeros();
            (at, last) = (at >> up, last >> up);
        } else {
            node = Hash::of_node(&node, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && node == root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tree::Tree;
    use super::*;

    fn hashes(count: usize) -> Vec<Hash> {
        (0..count)
            .map(|n| Hash::of_leaf(&n.to_be_bytes()))
            .collect()
    }

    fn root(leaves: &[Hash]) -> Hash {
        let mut tree = Tree::default();
        leaves.iter().for_each(|leaf| tree.append(*leaf));
        tree.root()
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven() {
        for size in 1..=70_usize {
            let leaves = hashes(size);
            let (tree, root) = (Leaves::new(leaves.clone()), root(&leaves));
            assert_eq!(tree.root(), root);
            for (at, leaf) in leaves.iter().enumerate() {
                let proof = tree.proof(at).unwrap();
                assert!(
                    is_included(*leaf, at as u64, size as u64, &proof, root),
                    "leaf {at} of {size}"
                );
            }
            assert_eq!(tree.proof(size), None);
        }
        let nothing = Leaves::new(Vec::new());
        assert_eq!(nothing.proof(0), None);
        assert_eq!(nothing.root(), Hash::of_nothing());
    }

    proptest! {
        #[test]
        fn nothing_else_is(size in 1..200_usize, at in 0..200_usize, wrong in 0..5_u8, which in 0..8_usize) {
            let at = at % size;
            let leaves = hashes(size);
            let mut proof = Leaves::new(leaves.clone()).proof(at).unwrap();
            let (mut leaf, mut index, mut of) = (leaves[at], at as u64, size as u64);
            match wrong {
                0 => leaf = Hash::of_leaf(b"another"),
                1 => index = (index + 1) % of.max(2),
                2 => of = index,
                3 => proof.push(Hash::of_nothing()),
                _ if proof.is_empty() => leaf = Hash::of_nothing(),
                _ => {
                    let which = which % proof.len();
                    proof[which] = Hash::of_node(&proof[which], &proof[which]);
                }
            }
            prop_assert!(!is_included(leaf, index, of, &proof, root(&leaves)));
        }
    }
}
