//! With the master key and every byte of the folder: what is sealed can be had back, what is destroyed cannot.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test the panic is the report"
)]

#[path = "support/sealed_values.rs"]
mod sealed_values;

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use tagout::domain::sealed::{SealPurpose, Sealed};
use tagout::vault::{Destruction, MasterKey, Vault};

const SECRETS: [&str; 3] = [
    "gho_16C7e42F292c6912E7710c838347Ae178B4a",
    "1//0gRefreshTokenThatIsALittleLongerThanTheOther-7f30d1e8a6b0c4d2",
    "5f4dcc3b5aa765d61d8327deb882cf99",
];

/// A configuration folder with the master key, a data folder with slots and rows, and the secrets sealed in it.
struct Scene {
    folder: tempfile::TempDir,
    vault: Vault,
    sealed: Vec<Sealed>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::load_or_create(&folder.path().join("config/master.key")).unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let (vault, _) =
            Vault::open(&folder.path().join("data/slots"), master, iter::empty()).unwrap();
        let sealed = [SealPurpose::Use, SealPurpose::Superseded, SealPurpose::Hold];
        let sealed: Vec<_> = iter::zip(SECRETS, sealed)
            .map(|(secret, purpose)| {
                vault
                    .seal(&SecretString::from(secret), "cre_1", purpose)
                    .unwrap()
            })
            .collect();
        let scene = Self {
            folder,
            vault,
            sealed,
        };
        scene.write_rows(&scene.sealed);
        scene
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn master(&self) -> [u8; 32] {
        forensics::master_key_in(&self.folder.path().join("config/master.key"))
    }

    /// Rows are added to what is there, as in a store that never forgets what it once wrote.
    fn write_rows(&self, rows: &[Sealed]) {
        let path = self.data().join("rows.json");
        let mut text = fs::read_to_string(&path).unwrap_or_default();
        for row in rows {
            text.push_str(&serde_json::to_string(row).unwrap());
            text.push('\n');
        }
        fs::write(path, text).unwrap();
    }

    fn recovered(&self) -> Vec<String> {
        sealed_values::recover(&self.master(), &self.data(), &self.sealed)
    }
}

fn sorted(secrets: &[&str]) -> Vec<String> {
    let mut secrets: Vec<_> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    secrets.sort();
    secrets
}

#[test]
fn a_destroyed_secret_is_gone_from_every_byte_although_its_row_is_still_there() {
    let scene = Scene::new();
    assert_eq!(
        scene.recovered(),
        sorted(&SECRETS),
        "the search finds what is there"
    );

    assert_eq!(
        scene.vault.destroy(&scene.sealed[0].key).unwrap(),
        Destruction::Overwritten
    );
    scene.write_rows(&[scene.sealed[0].clone().emptied()]);
    assert_eq!(
        scene.recovered(),
        sorted(&SECRETS[1..]),
        "one is gone, and only that one"
    );

    for sealed in &scene.sealed[1..] {
        scene.vault.destroy(&sealed.key).unwrap();
        scene.vault.release(&sealed.key).unwrap();
    }
    assert_eq!(scene.recovered(), Vec::<String>::new());
    let rows = fs::read_to_string(scene.data().join("rows.json")).unwrap();
    assert!(
        scene
            .sealed
            .iter()
            .all(|sealed| rows.contains(&sealed.ciphertext)),
        "the rows were searched too"
    );
}

#[test]
fn no_secret_is_ever_written_as_it_is() {
    let scene = Scene::new();
    let all = scene.folder.path();
    assert_eq!(forensics::in_plain_sight(all, &SECRETS), []);
    for sealed in &scene.sealed {
        scene.vault.destroy(&sealed.key).unwrap();
    }
    assert_eq!(forensics::in_plain_sight(all, &SECRETS), []);
}

/// What the search has to find, planted: otherwise its finding nothing would mean nothing.
#[test]
fn the_search_finds_keys_and_secrets_wherever_they_are_left() {
    let scene = Scene::new();
    let slots = fs::read(scene.data().join("slots")).unwrap();
    let slot = slots[512..1024].to_vec();
    for sealed in &scene.sealed {
        scene.vault.destroy(&sealed.key).unwrap();
    }
    let expected = sorted(&SECRETS[..1]);
    let found_in =
        |bytes: Vec<u8>| found_planted(scene.folder.path(), &scene.master(), &bytes, &scene.sealed);
    assert_eq!(found_in(vec![0; 700]), Vec::<String>::new());
    assert_eq!(
        found_in([vec![7; 13], slot.clone()].concat()),
        expected,
        "a slot at an odd place"
    );
    assert_eq!(
        found_in(slot[24..80].to_vec()),
        expected,
        "the wrapped key without magic, id and tag"
    );
    assert_eq!(
        found_in(format!("{{\"slot\":\"{}\"}}", hex::encode(&slot)).into_bytes()),
        expected,
        "in hex"
    );
    assert_eq!(
        found_in(format!("key={}", STANDARD.encode(&slot)).into_bytes()),
        expected,
        "in base64"
    );

    for secret in [
        SECRETS[0].to_owned(),
        hex::encode(SECRETS[0]),
        STANDARD.encode(format!("Bearer {}", SECRETS[0])),
    ] {
        fs::write(scene.data().join("leak"), format!("x{secret}x")).unwrap();
        assert_eq!(
            forensics::in_plain_sight(&scene.data(), &SECRETS).len(),
            1,
            "{secret}"
        );
    }
}

fn found_planted(folder: &Path, master: &[u8; 32], bytes: &[u8], sealed: &[Sealed]) -> Vec<String> {
    let planted = folder.join("planted");
    fs::create_dir_all(&planted).unwrap();
    fs::write(planted.join("file"), bytes).unwrap();
    sealed_values::recover(master, &planted, sealed)
}
