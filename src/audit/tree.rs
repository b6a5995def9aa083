//! The Merkle tree of RFC 6962, kept as its peaks: what is needed to add a leaf and to know the root, and no more.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Hash;

/// The roots of the perfect trees the log consists of, the largest and oldest first: one for each bit of `size`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

/// A tree whose number of peaks does not fit its size.
#[derive(Debug, thiserror::Error)]
#[error("a tree of {size} leaves has {wanted} peaks, not {found}")]
pub struct WrongTree {
    size: u64,
    wanted: u32,
    found: usize,
}

#[derive(Deserialize)]
struct Raw {
    size: u64,
    peaks: Vec<Hash>,
}

impl TryFrom<Raw> for Tree {
    type Error = WrongTree;

    fn try_from(raw: Raw) -> Result<Self, WrongTree> {
        let wanted = raw.size.count_ones();
        if usize::try_from(wanted).is_ok_and(|wanted| wanted == raw.peaks.len()) {
            return Ok(Self {
                size: raw.size,
                peaks: raw.peaks,
            });
        }
        Err(WrongTree {
            size: raw.size,
            wanted,
            found: raw.peaks.len(),
        })
    }
}

impl Tree {
    /// How many leaves there are; the next leaf's index.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Every trailing one bit of the size is a perfect tree that the new leaf completes to a larger one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = Hash::of_node(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The Merkle tree hash over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Hash::of_nothing();
        };
        peaks.fold(*last, |right, left| Hash::of_node(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots of certificate-transparency's reference tests (`merkletree/testing`).
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of_nothing(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(split);
                Hash::of_node(&mth(left), &mth(right))
            }
        }
    }

    #[test]
    fn the_published_roots() {
        let mut tree = Tree::default();
        assert_eq!(
            tree.root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            tree.append(Hash::of_leaf(&hex::decode(leaf).unwrap()));
            assert_eq!(
                tree.root().to_string(),
                root,
                "after {} leaves",
                tree.size()
            );
        }
    }

    #[test]
    fn peaks_must_fit_the_size() {
        let text = r#"{"size":3,"peaks":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}"#;
        assert!(
            serde_json::from_str::<Tree>(text)
                .unwrap_err()
                .to_string()
                .contains("2 peaks, not 1")
        );
    }

    proptest! {
        #[test]
        fn the_root_is_that_of_the_recursive_definition(leaves in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let leaves: Vec<Hash> = leaves.into_iter().map(Hash).collect();
            let mut tree = Tree::default();
            for (at, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(tree.root(), mth(&leaves[..at]));
                tree.append(*leaf);
            }
            prop_assert_eq!(tree.root(), mth(&leaves));
            let text = serde_json::to_string(&tree).unwrap();
            prop_assert_eq!(serde_json::from_str::<Tree>(&text).unwrap(), tree);
        }
    }
}
