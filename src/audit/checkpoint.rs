//! The signed checkpoint: C2SP `tlog-checkpoint` inside a C2SP `signed-note`, Ed25519.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::tree::Tree;
use crate::domain::audit::Hash;

/// Signature type of a plain Ed25519 signature over the note's text (signed-note, "Signature types").
const ED25519: u8 = 0x01;

/// Begins the line that names the key of the log that follows.
const NEXT: &str = "next ";

/// Signs the log's checkpoints.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    origin: String,
}

/// Checks checkpoints of one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Verifier {
    key: VerifyingKey,
    name: String,
}

/// What a checkpoint states, once its signature has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log it is.
    pub origin: String,
    /// How many entries the tree covers.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// The key of the log that follows this one, as a verifier key: then nothing comes after this checkpoint.
    pub next: Option<String>,
}

/// Why a checkpoint, or a key for checking one, is not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// The origin cannot be a key's name.
    #[error(
        "{0:?} cannot name a log: it must not be empty and must not hold spaces, line ends or '+'"
    )]
    Origin(String),
    /// The verifier key is not of the form `name+hash+key`.
    #[error("this is not a verifier key of the form name+hash+key: {0}")]
    Key(&'static str),
    /// The note does not have the form of a checkpoint.
    #[error("this is not a signed checkpoint: {0}")]
    Form(&'static str),
    /// No line carries a signature of this key.
    #[error("the checkpoint carries no signature of {0}")]
    Unsigned(String),
    /// The signature is not that of these bytes.
    #[error(
        "the signature of {0} does not fit the checkpoint: it was changed, or another key signed it"
    )]
    Signature(String),
    /// The checkpoint speaks of another log.
    #[error("the checkpoint is of {found:?}, the key of {wanted:?}")]
    OtherLog {
        /// The key's name.
        wanted: String,
        /// The checkpoint's first line.
        found: String,
    },
}

impl Signer {
    /// The signer with this seed; `origin` is the log's name and the key's.
    ///
    /// # Errors
    /// When the origin cannot be a key's name.
    pub fn from_seed(seed: &[u8; 32], origin: &str) -> Result<Self, CheckpointError> {
        check_name(origin)?;
        Ok(Self {
            key: SigningKey::from_bytes(seed),
            origin: origin.to_owned(),
        })
    }

    /// The checkpoint of `tree`, signed.
    #[must_use]
    pub fn sign(&self, tree: &Tree) -> String {
        self.signed(tree, "")
    }

    /// The last checkpoint of a log that another one follows, whose key it names.
    #[must_use]
    pub fn sign_over(&self, tree: &Tree, next: &Self) -> String {
        self.signed(tree, &format!("{NEXT}{}\n", next.public_key()))
    }

    /// `more` are whole lines, which stand below the root (tlog-checkpoint, "extension lines").
    fn signed(&self, tree: &Tree, more: &str) -> String {
        let text = format!(
            "{}\n{}\n{}\n{more}",
            self.origin,
            tree.size(),
            BASE64.encode(tree.root().0)
        );
        let mut signature = key_id(&self.origin, &self.key.verifying_key()).to_vec();
        signature.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n— {} {}\n", self.origin, BASE64.encode(signature))
    }

    /// The key for checking, as a verifier key string (`name+hash+key`).
    #[must_use]
    pub fn public_key(&self) -> String {
        let key = self.key.verifying_key();
        let mut typed = vec![ED25519];
        typed.extend_from_slice(key.as_bytes());
        format!(
            "{}+{}+{}",
            self.origin,
            hex::encode(key_id(&self.origin, &key)),
            BASE64.encode(typed)
        )
    }
}

impl Verifier {
    /// SHA-256 over the 32 bytes of the key, in hex: short enough to compare by eye or telephone.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.key.as_bytes()))
    }

    /// The log that it checks.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads a verifier key string.
    ///
    /// # Errors
    /// When it is not one, when its hash does not fit its key, or when its key is of another type than Ed25519.
    pub fn parse(vkey: &str) -> Result<Self, CheckpointError> {
        let mut parts = vkey.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CheckpointError::Key("a part is missing"));
        };
        check_name(name)?;
        let typed = BASE64
            .decode(key)
            .map_err(|_| CheckpointError::Key("the key is not base64"))?;
        let Some((&ED25519, bytes)) = typed.split_first() else {
            return Err(CheckpointError::Key("the key is not an Ed25519 key"));
        };
        let bytes = bytes
            .try_into()
            .map_err(|_| CheckpointError::Key("the key is not 32 bytes long"))?;
        let key = VerifyingKey::from_bytes(bytes)
            .map_err(|_| CheckpointError::Key("the key is not on the curve"))?;
        if !id.eq_ignore_ascii_case(&hex::encode(key_id(name, &key))) {
            return Err(CheckpointError::Key(
                "the hash does not belong to the name and the key",
            ));
        }
        Ok(Self {
            key,
            name: name.to_owned(),
        })
    }

    /// What the note states, if this key signed it.
    ///
    /// # Errors
    /// When the note is not a checkpoint, is of another log, or is not signed by this key.
    pub fn verify(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let (body, signatures) = note
            .rsplit_once("\n\n")
            .ok_or(CheckpointError::Form("there is no empty line"))?;
        let text = format!("{body}\n");
        let signature = self.signature_in(signatures)?;
        self.key
            .verify_strict(text.as_bytes(), &signature)
            .map_err(|_| CheckpointError::Signature(self.name.clone()))?;
        let checkpoint = parse_text(body)?;
        if checkpoint.origin != self.name {
            return Err(CheckpointError::OtherLog {
                wanted: self.name.clone(),
                found: checkpoint.origin,
            });
        }
        Ok(checkpoint)
    }

    /// Signatures by other keys are passed over, as the specification asks.
    fn signature_in(&self, lines: &str) -> Result<Signature, CheckpointError> {
        let id = key_id(&self.name, &self.key);
        for line in lines.lines() {
            let (name, value) = line
                .strip_prefix("— ")
                .and_then(|rest| rest.split_once(' '))
                .ok_or(CheckpointError::Form(
                    "a signature line does not have the form '— name signature'",
                ))?;
            let bytes = BASE64
                .decode(value)
                .map_err(|_| CheckpointError::Form("a signature is not base64"))?;
            let Some((head, signature)) = bytes.split_at_checked(4) else {
                return Err(CheckpointError::Form("a signature is too short"));
            };
            if name == self.name && head == id {
                return Signature::from_slice(signature)
                    .map_err(|_| CheckpointError::Form("the signature is not 64 bytes long"));
            }
        }
        Err(CheckpointError::Unsigned(self.name.clone()))
    }
}

impl Checkpoint {
    /// What the note states, whoever signed it.
    ///
    /// # Errors
    /// When the note is not a checkpoint.
    pub fn stated(note: &str) -> Result<Self, CheckpointError> {
        let (body, _) = note
            .rsplit_once("\n\n")
            .ok_or(CheckpointError::Form("there is no empty line"))?;
        parse_text(body)
    }
}

fn parse_text(body: &str) -> Result<Checkpoint, CheckpointError> {
    let mut lines = body.split('\n');
    let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(CheckpointError::Form("it has fewer than three lines"));
    };
    let parsed: u64 = size
        .parse()
        .map_err(|_| CheckpointError::Form("the size is not a number"))?;
    if parsed.to_string() != size {
        return Err(CheckpointError::Form(
            "the size has leading zeros or a sign",
        ));
    }
    let root = BASE64
        .decode(root)
        .map_err(|_| CheckpointError::Form("the root is not base64"))?;
    let root = root
        .try_into()
        .map_err(|_| CheckpointError::Form("the root is not 32 bytes long"))?;
    Ok(Checkpoint {
        origin: origin.to_owned(),
        size: parsed,
        root: Hash(root),
        next: lines
            .find_map(|line| line.strip_prefix(NEXT))
            .map(str::to_owned),
    })
}

/// SHA-256(name ‖ 0x0A ‖ type ‖ key), its first four bytes (signed-note, "Signatures").
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize();
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
    [a, b, c, d]
}

fn check_name(name: &str) -> Result<(), CheckpointError> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(CheckpointError::Origin(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::from_seed(&[7; 32], "tagout.example/log").unwrap()
    }

    fn tree(leaves: u8) -> Tree {
        let mut tree = Tree::default();
        (0..leaves).for_each(|n| tree.append(Hash::of_leaf(&[n])));
        tree
    }

    #[test]
    fn what_was_signed_is_what_is_read() {
        let verifier = Verifier::parse(&signer().public_key()).unwrap();
        for leaves in [0, 1, 5, 64] {
            let found = verifier.verify(&signer().sign(&tree(leaves))).unwrap();
            assert_eq!(
                (found.size, found.root),
                (u64::from(leaves), tree(leaves).root())
            );
            assert_eq!(found.origin, "tagout.example/log");
        }
    }

    /// The key of Go's `golang.org/x/mod/sumdb/note` documentation: name, hash and key belong together.
    #[test]
    fn a_published_verifier_key_is_understood() {
        let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(Verifier::parse(vkey).unwrap().name, "PeterNeumann");
        let other = vkey.replace("c74f20a3", "c74f20a4");
        assert!(
            matches!(Verifier::parse(&other), Err(CheckpointError::Key(why)) if why.contains("hash"))
        );
    }

    /// The signed note of the same documentation: its text is not a checkpoint, its signature is good.
    #[test]
    fn a_published_signature_is_good() {
        let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let verifier = Verifier::parse(vkey).unwrap();
        // The signature is checked before the form, so a complaint about the form proves the signature.
        assert!(matches!(
            verifier.verify(note),
            Err(CheckpointError::Form(_))
        ));
        let changed = note.replace("your problem is", "my problem is");
        assert_eq!(
            verifier.verify(&changed),
            Err(CheckpointError::Signature("PeterNeumann".into()))
        );
    }

    #[test]
    fn changes_and_strangers_are_told_apart() {
        let verifier = Verifier::parse(&signer().public_key()).unwrap();
        let note = signer().sign(&tree(5));
        assert!(matches!(
            verifier.verify(&note.replacen("\n5\n", "\n6\n", 1)),
            Err(CheckpointError::Signature(_))
        ));
        let stranger = Signer::from_seed(&[8; 32], "tagout.example/log")
            .unwrap()
            .sign(&tree(5));
        assert!(matches!(
            verifier.verify(&stranger),
            Err(CheckpointError::Unsigned(_))
        ));
        let both = format!("{note}{}", stranger.rsplit_once("\n\n").unwrap().1);
        assert_eq!(verifier.verify(&both).unwrap().size, 5);
        assert!(matches!(
            verifier.verify("nothing"),
            Err(CheckpointError::Form(_))
        ));
    }

    #[test]
    fn a_name_that_would_break_the_format_is_refused() {
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(matches!(
                Signer::from_seed(&[1; 32], name),
                Err(CheckpointError::Origin(_))
            ));
        }
    }
}
