use std::{fs, iter};

use super::*;

#[test]
fn destroying_may_be_repeated_and_spares_the_slots_next_tenant() {
    let place = Place::new();
    let vault = place.vault();
    let old = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
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
    let new = vault
        .seal(&secret("tok-2"), "cre_2", SealPurpose::Use)
        .unwrap();
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
    let sealed = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
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
    let kept = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let lost = vault
        .seal(&secret("tok-2"), "cre_2", SealPurpose::Use)
        .unwrap();
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
    let one = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    let two = vault
        .seal(&secret("tok-2"), "cre_2", SealPurpose::Use)
        .unwrap();
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
    let sealed = vault
        .seal(&secret("tok-1"), "cre_1", SealPurpose::Use)
        .unwrap();
    vault.discard(&sealed.key).unwrap();
    assert_eq!(vault.slots().free, 4);
    assert!(matches!(
        vault.open_for_use(&sealed, "cre_1"),
        Err(VaultError::NoKey(_))
    ));
}
