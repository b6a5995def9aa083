use std::fs;

use super::*;

#[test]
fn what_is_sealed_comes_back_also_after_a_restart() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let app = vault
        .seal(&secret("app-1"), "app_1", SealPurpose::App)
        .unwrap();
    assert_eq!(text(vault.open_for_use(&sealed, "cre_1")), "tok-1");
    drop(vault);
    let (vault, sweep) = place.open(&[&sealed, &app]);
    assert_eq!(sweep, Sweep::default());
    assert_eq!(text(vault.open_for_use(&sealed, "cre_1")), "tok-1");
    assert_eq!(text(vault.open_own(&app, "app_1")), "app-1");
    assert_eq!(vault.slots(), Slots { total: 4, free: 2 });
}

#[test]
fn another_owner_purpose_slot_or_ciphertext_is_refused() {
    let place = Place::new();
    let vault = place.vault();
    let one = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let two = vault
        .seal(&secret("tok-2"), "cre_1", SealPurpose::Use)
        .unwrap();
    let refused = |sealed: &Sealed, owner| vault.open_for_use(sealed, owner).unwrap_err();

    assert!(matches!(refused(&one, "cre_2"), VaultError::Forged { .. }));
    let purpose = Sealed {
        purpose: SealPurpose::App,
        ..one.clone()
    };
    assert!(matches!(
        vault.open_own(&purpose, "cre_1"),
        Err(VaultError::Forged { .. })
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
    let one = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let two = vault
        .seal(&secret("tok-2"), "cre_1", SealPurpose::Use)
        .unwrap();
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
    for purpose in [
        SealPurpose::Use,
        SealPurpose::Superseded,
        SealPurpose::Hold,
        SealPurpose::App,
        SealPurpose::Subscription,
    ] {
        let sealed = vault.seal(&secret("tok"), "cre_1", purpose).unwrap();
        let is_ours = matches!(purpose, SealPurpose::App | SealPurpose::Subscription);
        let opens = [
            vault.open_for_use(&sealed, "cre_1").is_ok(),
            vault.open_own(&sealed, "cre_1").is_ok(),
            vault.open_to_ask(&sealed, "cre_1").is_ok(),
            vault.open_to_revoke(&sealed, "cre_1").is_ok(),
            vault.open_to_trade_in(&sealed, "cre_1").is_ok(),
            vault.open_for_hiding(&sealed, "cre_1").is_ok(),
            vault.is(&sealed, "cre_1", &secret("tok")).unwrap_or(false),
        ];
        let expected = [
            purpose == SealPurpose::Use,
            is_ours,
            !is_ours,
            !is_ours,
            !is_ours && purpose != SealPurpose::Hold,
            !is_ours,
            !is_ours,
        ];
        assert_eq!(opens, expected, "{purpose:?}");
        // Saying in the row that it is for use does not make it so.
        let relabelled = Sealed {
            purpose: SealPurpose::Use,
            ..sealed
        };
        assert_eq!(
            vault.open_for_use(&relabelled, "cre_1").is_ok(),
            purpose == SealPurpose::Use,
            "{purpose:?}"
        );
    }
}

#[test]
fn what_is_set_aside_survives_its_old_slot_and_never_comes_back_to_use() {
    let place = Place::new();
    let vault = place.vault();
    let sealed = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let held = vault
        .set_aside(&sealed, "cre_1", SealPurpose::Hold)
        .unwrap();
    assert_ne!(held.key, sealed.key);
    vault.destroy(&sealed.key).unwrap();
    assert!(matches!(
        vault.open_for_use(&sealed, "cre_1"),
        Err(VaultError::NoKey(_))
    ));
    let opened = vault.open_to_revoke(&held, "cre_1").unwrap();
    assert_eq!(opened.in_a_call().expose_secret(), "tok-1");
    assert!(matches!(
        vault.set_aside(&held, "cre_1", SealPurpose::Use),
        Err(VaultError::Forbidden(SealPurpose::Use))
    ));
}
