use std::fs;
use std::iter;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

/// A folder with a slot file in it, and the master key to open it again and again.
struct Place {
    folder: TempDir,
    master: [u8; 32],
}

impl Place {
    fn new() -> Self {
        let mut master = [0; 32];
        getrandom::fill(&mut master).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            master,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("slots")
    }

    fn master(&self) -> MasterKey {
        MasterKey::from_command(hex::encode(self.master).as_bytes()).unwrap()
    }

    fn open(&self, in_use: &[&Sealed]) -> (Vault, Sweep) {
        let keys = in_use.iter().map(|sealed| sealed.key.clone());
        Vault::open_with(&self.path(), self.master(), keys, 4).unwrap()
    }

    fn vault(&self) -> Vault {
        self.open(&[]).0
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn text(opened: Result<SecretString, VaultError>) -> String {
    opened.unwrap().expose_secret().to_owned()
}

#[test]
fn what_is_sealed_comes_back_also_after_a_restart() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let app = vault.seal(&secret("app-1"), "app_1", Purpose::App).unwrap();
    assert_eq!(text(vault.open_for_use(&sealed, "cre_1")), "tok-1");
    drop(vault);
    let (vault, sweep) = place.open(&[&sealed, &app]);
    assert_eq!(sweep, Sweep::default());
    assert_eq!(text(vault.open_for_use(&sealed, "cre_1")), "tok-1");
    assert_eq!(text(vault.open_for_use(&app, "app_1")), "app-1");
    assert_eq!(vault.slots(), Slots { total: 4, free: 2 });
}

#[test]
fn another_owner_purpose_slot_or_ciphertext_is_refused() {
    let place = Place::new();
    let vault = place.vault();
    let one = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let two = vault.seal(&secret("tok-2"), "cre_1", Purpose::Use).unwrap();
    let refused = |sealed: &Sealed, owner| vault.open_for_use(sealed, owner).unwrap_err();

    assert!(matches!(refused(&one, "cre_2"), VaultError::Forged { .. }));
    let purpose = Sealed {
        purpose: Purpose::App,
        ..one.clone()
    };
    assert!(matches!(
        refused(&purpose, "cre_1"),
        VaultError::Forged { .. }
    ));
    let slot = Sealed {
        key: two.key.clone(),
        ..one.clone()
    };
    assert!(matches!(refused(&slot, "cre_1"), VaultError::Forged { .. }));
    let id = SlotRef {
        slot: one.key.slot,
        slot_id: two.key.slot_id.clone(),
    };
    assert!(matches!(
        refused(
            &Sealed {
                key: id,
                ..one.clone()
            },
            "cre_1"
        ),
        VaultError::NoKey(_)
    ));
    let ciphertext = Sealed {
        ciphertext: two.ciphertext.clone(),
        ..one.clone()
    };
    assert!(matches!(
        refused(&ciphertext, "cre_1"),
        VaultError::Forged { .. }
    ));
    let nonce = Sealed {
        nonce: "AAAA".to_owned(),
        ..one.clone()
    };
    assert!(matches!(
        refused(&nonce, "cre_1"),
        VaultError::Forged { .. }
    ));
    let garbage = Sealed {
        ciphertext: "!".to_owned(),
        ..one.clone()
    };
    assert!(matches!(
        refused(&garbage, "cre_1"),
        VaultError::Malformed("ciphertext")
    ));
    assert!(matches!(
        refused(&one.clone().emptied(), "cre_1"),
        VaultError::Destroyed
    ));
}

#[test]
fn a_key_copied_into_another_slot_opens_nothing() {
    let place = Place::new();
    let vault = place.vault();
    let one = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let two = vault.seal(&secret("tok-2"), "cre_1", Purpose::Use).unwrap();
    let mut bytes = fs::read(place.path()).unwrap();
    let (from, to) = (512 + 24, 1024 + 24);
    bytes.copy_within(from..from + 72, to);
    fs::write(place.path(), bytes).unwrap();
    assert_eq!(text(vault.open_for_use(&one, "cre_1")), "tok-1");
    assert!(matches!(
        vault.open_for_use(&two, "cre_1"),
        Err(VaultError::Forged { .. })
    ));
}

#[test]
fn each_way_of_opening_takes_its_own_purposes() {
    let place = Place::new();
    let vault = place.vault();
    for (purpose, use_opens, revocation_opens) in [
        (Purpose::Use, true, true),
        (Purpose::App, true, false),
        (Purpose::Superseded, false, true),
        (Purpose::Hold, false, true),
    ] {
        let sealed = vault.seal(&secret("tok"), "cre_1", purpose).unwrap();
        assert_eq!(
            vault.open_for_use(&sealed, "cre_1").is_ok(),
            use_opens,
            "{purpose:?}"
        );
        assert_eq!(
            vault.open_for_revocation(&sealed, "cre_1").is_ok(),
            revocation_opens,
            "{purpose:?}"
        );
        // Saying in the row that it is for use does not make it so.
        let relabelled = Sealed {
            purpose: Purpose::Use,
            ..sealed
        };
        assert_eq!(
            vault.open_for_use(&relabelled, "cre_1").is_ok(),
            purpose == Purpose::Use,
            "{purpose:?}"
        );
    }
}

#[test]
fn what_is_set_aside_survives_its_old_slot_and_never_comes_back_to_use() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let held = vault.set_aside(&sealed, "cre_1", Purpose::Hold).unwrap();
    assert_ne!(held.key, sealed.key);
    vault.destroy(&sealed.key).unwrap();
    assert!(matches!(
        vault.open_for_use(&sealed, "cre_1"),
        Err(VaultError::NoKey(_))
    ));
    assert_eq!(text(vault.open_for_revocation(&held, "cre_1")), "tok-1");
    assert!(matches!(
        vault.set_aside(&held, "cre_1", Purpose::Use),
        Err(VaultError::Forbidden(Purpose::Use))
    ));
}

#[test]
fn destroying_may_be_repeated_and_spares_the_slots_next_tenant() {
    let place = Place::new();
    let vault = place.vault();
    let old = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    assert!(matches!(
        vault.release(&old.key),
        Err(VaultError::StillKeyed(_))
    ));
    assert_eq!(vault.destroy(&old.key).unwrap(), Destruction::Overwritten);
    assert_eq!(vault.destroy(&old.key).unwrap(), Destruction::AlreadyGone);
    assert_eq!(vault.slots().free, 3, "not free before its row says so");
    vault.release(&old.key).unwrap();
    vault.release(&old.key).unwrap();
    assert_eq!(vault.slots().free, 4);
    let new = vault.seal(&secret("tok-2"), "cre_2", Purpose::Use).unwrap();
    assert_eq!(new.key.slot, old.key.slot);
    assert_eq!(vault.destroy(&old.key).unwrap(), Destruction::AlreadyGone);
    vault.release(&old.key).unwrap();
    assert_eq!(text(vault.open_for_use(&new, "cre_2")), "tok-2");
    assert_eq!(
        vault.slots().free,
        3,
        "releasing the old tenant again does not free the new one's slot"
    );
}

#[test]
fn destroying_leaves_no_byte_of_the_slot_as_it_was() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let before = fs::read(place.path()).unwrap();
    vault.destroy(&sealed.key).unwrap();
    let after = fs::read(place.path()).unwrap();
    assert_eq!(before[..512], after[..512], "the header stays");
    assert_eq!(before[1024..], after[1024..], "the other slots stay");
    // Of 512 random bytes two agree by chance; that 30 do happens once in 10^25 times.
    let same = iter::zip(&before[512..1024], &after[512..1024])
        .filter(|(one, other)| one == other)
        .count();
    assert!(same < 30, "{same} bytes are as before");
}

#[test]
fn a_key_whose_row_was_never_written_is_swept() {
    let place = Place::new();
    let vault = place.vault();
    let kept = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let lost = vault.seal(&secret("tok-2"), "cre_2", Purpose::Use).unwrap();
    drop(vault); // The crash: the slot is on the disk, its row is not.
    let (vault, sweep) = place.open(&[&kept]);
    assert_eq!(
        sweep,
        Sweep {
            overwritten: vec![lost.key.clone()],
            without_key: vec![]
        }
    );
    assert_eq!(text(vault.open_for_use(&kept, "cre_1")), "tok-1");
    assert!(matches!(
        vault.open_for_use(&lost, "cre_2"),
        Err(VaultError::NoKey(_))
    ));
    assert_eq!(vault.slots().free, 3);
}

#[test]
fn a_destruction_cut_short_is_finished_after_the_restart() {
    let place = Place::new();
    let vault = place.vault();
    let one = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    let two = vault.seal(&secret("tok-2"), "cre_2", Purpose::Use).unwrap();
    vault.destroy(&one.key).unwrap();
    drop(vault); // Both rows say `destroying`; only the first slot was overwritten.
    let (vault, sweep) = place.open(&[&one, &two]);
    assert_eq!(
        sweep,
        Sweep {
            overwritten: vec![],
            without_key: vec![one.key.clone()]
        }
    );
    assert_eq!(vault.slots().free, 2);
    assert_eq!(vault.destroy(&one.key).unwrap(), Destruction::AlreadyGone);
    assert_eq!(vault.destroy(&two.key).unwrap(), Destruction::Overwritten);
    vault.release(&one.key).unwrap();
    vault.release(&two.key).unwrap();
    assert_eq!(vault.slots().free, 4);
}

#[test]
fn discarding_takes_back_a_seal_without_a_row() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault.seal(&secret("tok-1"), "cre_1", Purpose::Use).unwrap();
    vault.discard(&sealed.key).unwrap();
    assert_eq!(vault.slots().free, 4);
    assert!(matches!(
        vault.open_for_use(&sealed, "cre_1"),
        Err(VaultError::NoKey(_))
    ));
}

#[test]
fn the_file_grows_by_doubling_and_is_read_back_whole() {
    let place = Place::new();
    let vault = place.vault();
    let all: Vec<_> = (0..9)
        .map(|n| {
            vault
                .seal(&secret(&format!("tok-{n}")), "cre_1", Purpose::Use)
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
        purpose: Purpose::Use,
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
                .seal(&secret("tok"), "cre_1", Purpose::Use)
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
                    let sealed = vault.seal(&secret(&token), &owner, Purpose::Use).unwrap();
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
        .map(|_| vault.seal(&secret("tok"), "cre_1", Purpose::Use).unwrap())
        .collect();
    let size = fs::metadata(&path).unwrap().len();
    assert!(matches!(
        vault.seal(&secret("tok"), "cre_1", Purpose::Use),
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
            .seal(&secret("tok"), "cre_1", Purpose::Use)
            .unwrap()
            .key
            .slot,
        all[7].key.slot
    );
}
