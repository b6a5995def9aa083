//! A power cut. The disk holds what was synced, and of what was written since then any part: pages and sectors in any
//! order, any length. While the store works, such disks are put together at every point of a commit; each must then
//! start, hold every acknowledged commit, and hold each commit whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::disk_fault_tests::{entry, signer};
use super::durable::{Point, lock};
use super::folder::Folder;
use super::head::Head;
use super::{Store, StoredRow};

const WRITES: u64 = 700;
const CUTS: usize = 60;
/// One of so many points; a commit has six.
const EVERY: u64 = 40;
const KEYS: u64 = 90;

#[derive(Serialize, Deserialize)]
struct Fact {
    key: String,
    value: String,
}

impl StoredRow for Fact {
    const KIND: &'static str = "fact";

    fn key(&self) -> String {
        self.key.clone()
    }
}

/// SplitMix64: a seed that is printed brings the same run again.
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn seeded() -> Self {
        let seed = getrandom::u64().unwrap();
        println!("seed {seed}");
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// The three files that change: as the disk surely has them, and as they were handed over before the sync under way.
#[derive(Default)]
struct Disk {
    synced: BTreeMap<PathBuf, Vec<u8>>,
    handed: BTreeMap<PathBuf, Vec<u8>>,
}

impl Disk {
    fn hand_over(&mut self, path: &Path) {
        self.handed
            .insert(path.to_owned(), fs::read(path).unwrap_or_default());
    }

    fn sync(&mut self, path: &Path) {
        if let Some(handed) = self.handed.remove(path) {
            self.synced.insert(path.to_owned(), handed);
        }
    }
}

/// A disk after a cut.
struct Image {
    folder: tempfile::TempDir,
    at: Point,
    acknowledged: u64,
}

fn cut(disk: &Disk, folder: &Folder, at: Point, random: &mut Random) -> Image {
    let image = Image {
        folder: tempfile::tempdir().unwrap(),
        at,
        acknowledged: Head::decode(disk.synced[&folder.head()][..].try_into().unwrap())
            .unwrap()
            .commit,
    };
    let root = image.folder.path();
    fs::create_dir(root.join("db")).unwrap();
    for sled in fs::read_dir(folder.db()).unwrap().map(Result::unwrap) {
        if sled.file_type().unwrap().is_file() && sled.path() != folder.data() {
            fs::copy(sled.path(), root.join("db").join(sled.file_name())).unwrap();
        }
    }
    for (path, synced) in &disk.synced {
        let now = fs::read(path).unwrap();
        let left = if *path == folder.head() {
            // One sector, so it is whole: one or the other.
            if random.below(2) == 0 {
                synced.clone()
            } else {
                now
            }
        } else {
            mix(synced, &now, random)
        };
        fs::write(root.join(path.strip_prefix(&folder.root).unwrap()), left).unwrap();
    }
    image
}

/// Any part of the writes since the sync. What was never written reads as zeros.
fn mix(synced: &[u8], now: &[u8], random: &mut Random) -> Vec<u8> {
    let sector = if random.below(2) == 0 { 512 } else { 4096 };
    let (short, long) = (
        synced.len().min(now.len()) as u64,
        synced.len().max(now.len()) as u64,
    );
    let length = [
        synced.len() as u64,
        now.len() as u64,
        short + random.below(long - short + 1),
    ][random.below(3) as usize];
    let chance = [0, 100, random.below(101)][random.below(3) as usize];
    let mut left = Vec::new();
    while (left.len() as u64) < length {
        let from = if random.below(100) < chance {
            now
        } else {
            synced
        };
        let start = left.len();
        let part = from.get(start..).unwrap_or_default();
        left.extend_from_slice(&part[..part.len().min(sector)]);
        left.resize(start + sector, 0);
    }
    left.truncate(length as usize);
    left
}

/// What every commit left: its key and value.
type History = BTreeMap<u64, (String, String)>;

fn rows_at(history: &History, commit: u64) -> BTreeMap<String, String> {
    history
        .range(..=commit)
        .map(|(_, fact)| fact.clone())
        .collect()
}

fn verify(image: &Image, history: &History, random: &Random) {
    let what = format!(
        "cut at {:?} after commit {} (random now {})",
        image.at, image.acknowledged, random.0
    );
    for path in ["", "db", "db/db", "db/conf", "head", "audit.log"] {
        let path = image.folder.path().join(path);
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    let store = Store::open(image.folder.path(), signer())
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let commit = lock(&store.inner.shared.writer).commit;
    assert!(
        commit >= image.acknowledged,
        "{what}: only {commit} is left"
    );
    let found: BTreeMap<_, _> = store
        .scan::<Fact>("")
        .unwrap()
        .into_iter()
        .map(|fact| (fact.key, fact.value))
        .collect();
    assert!(
        found == rows_at(history, commit),
        "{what}: the rows are not those of commit {commit}"
    );
    assert_eq!(store.tree().size(), commit, "{what}");
    drop(store);
    let log = fs::read_to_string(image.folder.path().join("audit.log")).unwrap();
    assert_eq!(log.lines().count() as u64, commit, "{what}");
}

/// Puts disks together while the store works.
struct Watch {
    disk: Disk,
    random: Random,
    images: Vec<Image>,
}

impl Watch {
    fn over(store: &Store, random: Random) -> Arc<Mutex<Self>> {
        let folder = store.inner.shared.folder.clone();
        let mut disk = Disk::default();
        for path in [folder.data(), folder.log(), folder.head()] {
            disk.hand_over(&path);
            disk.sync(&path);
        }
        let watch = Arc::new(Mutex::new(Self {
            disk,
            random,
            images: Vec::new(),
        }));
        let seen = watch.clone();
        *lock(&store.inner.shared.observer) = Some(Arc::new(move |point| {
            lock(&seen).reached(&folder, point);
            Ok(())
        }));
        watch
    }

    fn reached(&mut self, folder: &Folder, point: Point) {
        match point {
            Point::Room | Point::Applied | Point::Exchanged => return,
            Point::Flushed => self.disk.hand_over(&folder.data()),
            Point::DataSynced => self.disk.sync(&folder.data()),
            Point::LogWritten => self.disk.hand_over(&folder.log()),
            Point::LogSynced => self.disk.sync(&folder.log()),
            Point::HeadWritten => self.disk.hand_over(&folder.head()),
            Point::HeadSynced => self.disk.sync(&folder.head()),
        }
        if self.images.len() < CUTS && self.random.below(EVERY) == 0 {
            self.images
                .push(cut(&self.disk, folder, point, &mut self.random));
        }
    }
}

#[test]
fn what_was_acknowledged_survives() {
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data"), signer()).unwrap();
    let watch = Watch::over(&store, Random(random.0 ^ 1));
    let mut history = History::new();
    for n in 0..WRITES {
        let key = format!("{:03}", random.below(KEYS));
        let size =
            [random.below(200), random.below(2000), random.below(40_000)][random.below(3) as usize];
        let value = format!("{n}:").repeat(size as usize / 4);
        let fact = Fact {
            key: key.clone(),
            value: value.clone(),
        };
        let written = store
            .write(|tx| tx.put(&fact).and_then(|()| tx.append(entry("fact.kept"))))
            .unwrap();
        history.insert(written.commit.number(), (key, value));
        // Sometimes a group, sometimes a commit alone.
        if random.below(3) == 0 {
            store.durable_blocking(written.commit).unwrap();
        }
    }
    drop(store);
    let images = std::mem::take(&mut lock(&watch).images);
    assert!(
        images.len() > CUTS / 4,
        "only {} cuts were made",
        images.len()
    );
    for image in &images {
        verify(image, &history, &random);
    }
}

/// The test above would be worth nothing if it could not see a missing sync: here the head is ahead of the database.
#[test]
fn a_lost_sync_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data");
    let store = Store::open(&root, signer()).unwrap();
    let folder = store.inner.shared.folder.clone();
    let before = fs::read(folder.data()).unwrap();
    let written = store.write(|tx| tx.append(entry("fact.kept"))).unwrap();
    store.durable_blocking(written.commit).unwrap();
    drop(store);
    fs::write(folder.data(), before).unwrap();
    let error = Store::open(&root, signer()).err().unwrap();
    assert!(
        matches!(
            error,
            super::StoreError::OlderThanHead { store: 0, head: 1 }
        ),
        "{error}"
    );
}

/// Rows that are gone while the last commit is still there: the database itself does not notice.
#[test]
fn missing_rows_are_named_after_an_unclean_end() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data");
    let store = Store::open(&root, signer()).unwrap();
    let fact = |key: &str| Fact {
        key: key.to_owned(),
        value: "x".repeat(9000),
    };
    let written = store
        .write(|tx| tx.put(&fact("a")).and_then(|()| tx.put(&fact("b"))))
        .unwrap();
    store.durable_blocking(written.commit).unwrap();
    let folder = store.inner.shared.folder.clone();
    let unclean = fs::read(folder.head()).unwrap();
    {
        let engine = store.inner.shared.engine.read().unwrap();
        let rows = &engine.as_ref().unwrap().rows;
        rows.apply([(super::keys::chunk("fact/b", 1).as_str(), None)])
            .unwrap();
    }
    drop(store);
    fs::write(folder.head(), unclean).unwrap();
    let error = Store::open(&root, signer()).err().unwrap();
    assert!(error.to_string().contains("do not add up"), "{error}");
}

/// Worse than a power cut: the disk loses what it said it had. Then nothing can be promised but that it is noticed.
#[test]
fn a_disk_that_forgets_is_noticed() {
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data");
    let store = Store::open(&root, signer()).unwrap();
    let folder = store.inner.shared.folder.clone();
    let mut history = History::new();
    for n in 0..300 {
        let fact = Fact {
            key: format!("{:03}", random.below(KEYS)),
            value: format!("{n}:").repeat(random.below(3000) as usize),
        };
        let written = store.write(|tx| tx.put(&fact).and_then(|()| tx.append(entry("fact.kept"))));
        history.insert(
            written.as_ref().unwrap().commit.number(),
            (fact.key, fact.value),
        );
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
    let unclean = fs::read(folder.head()).unwrap();
    drop(store);
    let (data, log) = (
        fs::read(folder.data()).unwrap(),
        fs::read(folder.log()).unwrap(),
    );
    let snapshots = || {
        fs::read_dir(folder.db())
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut noticed = 0;
    for _ in 0..30 {
        let mut damaged = data.clone();
        for _ in 0..=random.below(3) {
            let from = random.below(data.len() as u64 / 4096) as usize * 4096;
            damaged[from..from + 4096].fill(0);
        }
        fs::write(folder.data(), &damaged).unwrap();
        fs::write(folder.head(), &unclean).unwrap();
        fs::write(folder.log(), &log).unwrap();
        for snapshot in snapshots().filter(|path| path.to_string_lossy().contains("snap.")) {
            fs::remove_file(snapshot).unwrap();
        }
        match Store::open(&root, signer()) {
            Err(_) => noticed += 1,
            Ok(store) => {
                let found: BTreeMap<_, _> = store
                    .scan::<Fact>("")
                    .unwrap()
                    .into_iter()
                    .map(|fact| (fact.key, fact.value))
                    .collect();
                assert!(
                    found == rows_at(&history, 300),
                    "rows are wrong and nobody noticed"
                );
            }
        }
    }
    assert!(noticed > 0, "no damage hit anything");
}
