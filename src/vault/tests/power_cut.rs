//! A power cut around each act of the vault: a slot is on the disk before its row can be, and overwritten before anybody is
//! told that the secret is gone.

use super::*;
use crate::disk::cut::after_each_sync;

fn at(disk: &tempfile::TempDir, place: &Place, in_use: &[&Sealed]) -> (Vault, Sweep) {
    let keys = in_use.iter().map(|sealed| sealed.key.clone());
    Vault::open_with(&disk.path().join("slots"), place.master(), keys, 4).unwrap()
}

#[test]
fn a_slot_file_is_there_whole_or_not_at_all() {
    let place = Place::new();
    let folder = place.path().parent().unwrap().to_owned();
    let (vault, disks) = after_each_sync(&folder, || place.vault());
    drop(vault);
    for disk in &disks {
        assert_eq!(at(disk, &place, &[]).1, Sweep::default());
    }
    let last = disks.last().unwrap().path().join("slots");
    assert_eq!(std::fs::metadata(last).unwrap().len(), 5 * 512);
}

#[test]
fn a_sealed_secret_can_be_opened_after_a_cut() {
    let place = Place::new();
    let folder = place.path().parent().unwrap().to_owned();
    let vault = place.vault();
    let seal = || {
        vault
            .seal(&secret("at-1"), "con_1", SealPurpose::Use)
            .unwrap()
    };
    let (sealed, disks) = after_each_sync(&folder, seal);
    let (found, sweep) = at(disks.last().unwrap(), &place, &[&sealed]);
    assert_eq!(sweep, Sweep::default());
    assert_eq!(text(found.open_for_use(&sealed, "con_1")), "at-1");
}

#[test]
fn a_destroyed_secret_stays_destroyed_after_a_cut() {
    let place = Place::new();
    let folder = place.path().parent().unwrap().to_owned();
    let vault = place.vault();
    let sealed = vault
        .seal(&secret("at-1"), "con_1", SealPurpose::Use)
        .unwrap();
    let (_, disks) = after_each_sync(&folder, || vault.destroy(&sealed.key).unwrap());
    let (_, sweep) = at(disks.last().unwrap(), &place, &[&sealed]);
    assert_eq!(sweep.without_key, [sealed.key]);
}

#[test]
fn a_file_that_grew_has_its_new_slots_after_a_cut() {
    let place = Place::new();
    let folder = place.path().parent().unwrap().to_owned();
    let vault = place.vault();
    let fill = || {
        let seal = |_| {
            vault
                .seal(&secret("at-1"), "con_1", SealPurpose::Use)
                .unwrap()
        };
        (0..5).map(seal).collect::<Vec<_>>()
    };
    let (sealed, disks) = after_each_sync(&folder, fill);
    let named: Vec<&Sealed> = sealed.iter().collect();
    assert_eq!(
        at(disks.last().unwrap(), &place, &named).1,
        Sweep::default()
    );
}

#[test]
fn keys_are_there_after_a_cut_once_they_were_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conf/audit.key");
    let (seed, disks) =
        after_each_sync(folder.path(), || AuditSeed::load_or_create(&path).unwrap());
    let kept = disks.last().unwrap().path().join("conf/audit.key");
    assert_eq!(
        AuditSeed::load_or_create(&kept).unwrap().bytes(),
        seed.bytes()
    );
}
