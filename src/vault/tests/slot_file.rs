use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::{fs, iter};

use super::*;

#[test]
fn the_file_grows_by_doubling_and_is_read_back_whole() {
    let place = Place::new();
    let vault = place.vault();
    let all: Vec<_> = (0..9)
        .map(|n| {
            vault
                .seal(&secret(&format!("tok-{n}")), "cre_1", SealPurpose::Use)
                .unwrap()
        })
        .collect();
    assert_eq!(vault.slots(), Slots { total: 16, free: 7 });
    drop(vault);
    let (vault, sweep) = place.open(&all.iter().collect::<Vec<_>>());
    assert_eq!(sweep, Sweep::default());
    assert_eq!(vault.slots(), Slots { total: 16, free: 7 });
    for (n, sealed) in all.iter().enumerate() {
        assert_eq!(
            text(vault.open_for_use(sealed, "cre_1")),
            format!("tok-{n}")
        );
    }
}

#[test]
fn rows_restored_without_their_slots_harm_nobody() {
    let place = Place::new();
    let far = Sealed {
        key: SlotRef {
            slot: 5,
            slot_id: "00".repeat(16),
        },
        purpose: SealPurpose::Use,
        nonce: STANDARD.encode([0; 24]),
        ciphertext: STANDARD.encode([0; 48]),
    };
    let (vault, sweep) = place.open(&[&far]);
    assert_eq!(sweep.without_key, vec![far.key.clone()]);
    assert!(matches!(
        vault.open_for_use(&far, "cre_0"),
        Err(VaultError::NoKey(_))
    ));
    let slots: Vec<_> = (0..7)
        .map(|_| {
            vault
                .seal(&secret("tok"), "cre_1", SealPurpose::Use)
                .unwrap()
                .key
                .slot
        })
        .collect();
    assert_eq!(
        slots,
        [0, 1, 2, 3, 4, 6, 7],
        "a slot that a row names is not given away"
    );
    assert_eq!(vault.destroy(&far.key).unwrap(), Destruction::AlreadyGone);
    vault.release(&far.key).unwrap();
    assert_eq!(vault.slots(), Slots { total: 8, free: 1 });
}

#[test]
fn another_master_key_another_file_and_wider_modes_are_named() {
    let place = Place::new();
    drop(place.vault());
    let path = place.path();
    let opened = |master| {
        Vault::open(&path, master, iter::empty())
            .map(|_| ())
            .unwrap_err()
    };
    assert!(matches!(
        opened(Place::new().master()),
        VaultError::WrongMaster { .. }
    ));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
    assert!(matches!(
        opened(place.master()),
        VaultError::Exposed { mode: 0o604, .. }
    ));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "something else").unwrap();
    assert!(matches!(
        opened(place.master()),
        VaultError::NotSlots { .. }
    ));
}

#[test]
fn two_vaults_never_share_a_file() {
    let place = Place::new();
    let _vault = place.vault();
    let second = Vault::open(&place.path(), place.master(), iter::empty());
    assert!(matches!(second, Err(VaultError::Busy { .. })));
}

#[test]
fn threads_get_slots_of_their_own() {
    let place = Place::new();
    let vault = place.vault();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let vault = &vault;
            scope.spawn(move || {
                let owner = format!("cre_{n}");
                for round in 0..4 {
                    let token = format!("tok-{n}-{round}");
                    let sealed = vault
                        .seal(&secret(&token), &owner, SealPurpose::Use)
                        .unwrap();
                    assert_eq!(text(vault.open_for_use(&sealed, &owner)), token);
                    vault.destroy(&sealed.key).unwrap();
                    vault.release(&sealed.key).unwrap();
                }
            });
        }
    });
    let Slots { total, free } = vault.slots();
    assert_eq!(usize::try_from(total).unwrap(), free);
}

/// The full disk is a limit on the file's size, set by the shell for a second run of this test.
#[test]
fn when_the_file_cannot_grow_sealing_is_refused_and_destroying_works() {
    const FOLDER: &str = "TAGOUT_TEST_FULL";
    let Some(folder) = std::env::var_os(FOLDER) else {
        let folder = tempfile::tempdir().unwrap();
        let name = std::thread::current().name().unwrap().to_owned();
        // 64 slots and the header are 33,280 bytes; 80 blocks of 512 are 40,960: enough to begin growing.
        let ended = Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 80; exec \"$0\" --exact \"$1\"",
            ])
            .arg(std::env::current_exe().unwrap())
            .arg(name)
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(
            ended.status.success() && said.contains("1 passed"),
            "{said}"
        );
        return;
    };
    let path = PathBuf::from(folder).join("slots");
    let master = || MasterKey::from_command("5a".repeat(32).as_bytes()).unwrap();
    let (vault, _) = Vault::open_with(&path, master(), iter::empty(), 64).unwrap();
    let all: Vec<_> = (0..64)
        .map(|_| {
            vault
                .seal(&secret("tok"), "cre_1", SealPurpose::Use)
                .unwrap()
        })
        .collect();
    let size = fs::metadata(&path).unwrap().len();
    assert!(matches!(
        vault.seal(&secret("tok"), "cre_1", SealPurpose::Use),
        Err(VaultError::Full { .. })
    ));
    assert_eq!(
        fs::metadata(&path).unwrap().len(),
        size,
        "what was begun is given back"
    );
    assert_eq!(
        vault.destroy(&all[7].key).unwrap(),
        Destruction::Overwritten
    );
    vault.release(&all[7].key).unwrap();
    assert_eq!(
        vault
            .seal(&secret("tok"), "cre_1", SealPurpose::Use)
            .unwrap()
            .key
            .slot,
        all[7].key.slot
    );
}
