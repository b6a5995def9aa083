//! Destroyed means destroyed: with the master key and every byte of the data folder, nothing comes back (B7).

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use forensics::in_plain_sight;
use tagout::audit::Signer;
use tagout::domain::credential::Credential;
use tagout::domain::sealed::Sealed;
use tagout::sandbox::{Vendor, fingerprint};
use tagout::store::Store;
use tagout::vault::{AuditSeed, MasterKey, Sweep, Vault};

use crate::house::{BOT, House, files_under, text};
use crate::sealed_values::recover;

const LEDGER: Vendor = Vendor::Ledger;
const APP: &str = "sandbox-ledger-secret";

/// What is sealed now, as a thief reads it in a copy of the folder: the connection's tokens, and our app's secret.
pub(crate) fn sealed_in(house: &House, copy: &str) -> (Vec<Sealed>, Sealed) {
    let to = house.path(copy);
    let store = copied(house, &to);
    let tokens = store.scan::<Credential>("").unwrap();
    let app = store.app("ledger").unwrap().unwrap().client_secret.unwrap();
    let tokens = tokens
        .into_iter()
        .filter_map(|token| token.sealed)
        .collect();
    drop(store);
    std::fs::remove_dir_all(to).unwrap();
    (tokens, app)
}

/// A copy of the data folder as it lies there now, opened.
pub(crate) fn copied(house: &House, to: &Path) -> Store {
    copy_folder(&house.data(), to);
    let seed = AuditSeed::load_or_create(&house.keys().join("audit.key")).unwrap();
    let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
    Store::open(to, signer).unwrap()
}

/// Every key in the slot file is named by a row, and every row finds its key. The server has to be at rest.
pub(crate) fn no_orphans(house: &House) {
    let to = house.path("orphans");
    let store = copied(house, &to);
    let in_use = store.slots_in_use().unwrap();
    let master = MasterKey::load_or_create(&house.keys().join("master.key")).unwrap();
    let (_vault, sweep) = Vault::open(&to.join("slots"), master, in_use.into_iter()).unwrap();
    assert_eq!(sweep, Sweep::default());
    drop(store);
    std::fs::remove_dir_all(to).unwrap();
}

/// No token of the sandbox's plain vendor stands in any file as it is.
pub(crate) fn no_token_in_plain_sight(folder: &Path) {
    for path in files_under(folder)
        .into_iter()
        .filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&path).unwrap();
        for start in [b"lat_", b"lrt_"] {
            let token = |window: &[u8]| {
                window.starts_with(start) && window[4..].iter().all(u8::is_ascii_hexdigit)
            };
            assert!(!bytes.windows(20).any(token), "{}", path.display());
        }
    }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn contents(folder: &Path) -> BTreeSet<Vec<u8>> {
    let files = files_under(folder)
        .into_iter()
        .filter(|path| path.is_file());
    files.map(|path| std::fs::read(path).unwrap()).collect()
}

pub(crate) fn prints(secrets: &[String]) -> BTreeSet<String> {
    secrets.iter().map(|secret| fingerprint(secret)).collect()
}

#[test]
fn no_token_comes_back() {
    let begun = Instant::now();
    let mut house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| {
        it.items = Some(3);
        it.told_ttl = Some(1);
    });
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.tune(LEDGER, |it| it.told_ttl = Some(3600));
    house.run_out(&id);
    let (mut sealed, app) = sealed_in(&house, "copy1");
    // The tokens change hands once, so that there are replaced ones too.
    house.sync(&id);
    let (later, _) = sealed_in(&house, "copy2");
    sealed.extend(later.into_iter().filter(|it| !it.ciphertext.is_empty()));
    sealed.sort_by_key(|it| it.key.slot_id.clone());
    sealed.dedup_by_key(|it| it.key.slot_id.clone());
    sealed.push(app);
    assert_eq!(sealed.len(), 5, "two sets of tokens, and our app's secret");

    let known = house.tokens(LEDGER);
    let master = house.master_key();
    let had = recover(&master, &house.data(), &sealed);
    let live: BTreeSet<String> = known
        .values()
        .filter(|token| token.alive)
        .map(|token| token.fingerprint.clone())
        .chain([fingerprint(APP)])
        .collect();
    assert_eq!(live.len(), 4, "the access token that was replaced lives on");
    assert_eq!(
        prints(&had),
        live,
        "the search finds everything that is not destroyed"
    );
    let secrets: Vec<String> = had
        .iter()
        .filter(|secret| *secret != APP)
        .cloned()
        .collect();
    nowhere(&house, &secrets);

    let run = house.disconnect(&id);
    assert_eq!(run["state"], "completed", "{run:#}");
    // That our app's secret is still found shows that the search still works.
    assert_eq!(recover(&master, &house.data(), &sealed), [APP]);
    nowhere(&house, &secrets);
    house.no_blobs();
    let searched = contents(&house.data());
    house.stop();
    nowhere(&house, &secrets);
    // What a stop has not changed was searched already, and the search is slow.
    let changed = house.path("changed");
    std::fs::create_dir(&changed).unwrap();
    for (at, content) in contents(&house.data()).difference(&searched).enumerate() {
        std::fs::write(changed.join(at.to_string()), content).unwrap();
    }
    let had = recover(&master, &changed, &sealed);
    assert!(had.iter().all(|secret| secret == APP), "{}", had.len());
    house.no_blobs();
    println!("forensics took {:?}", begun.elapsed());
}

/// In no file, the logs included, as it is or encoded.
pub(crate) fn nowhere(house: &House, secrets: &[String]) {
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    for folder in [house.data(), house.keys()] {
        let found = in_plain_sight(&folder, &secrets);
        assert!(found.is_empty(), "{found:?}");
    }
    let found = in_plain_sight(&house.data(), &[APP]);
    assert!(found.is_empty(), "{found:?}");
    assert!(
        files_under(&house.data())
            .iter()
            .any(|path| path.ends_with("audit.log"))
    );
    if let Some(server) = &house.server {
        let said = server.said().join("\n");
        assert!(secrets.iter().all(|secret| !said.contains(secret)));
    }
}
