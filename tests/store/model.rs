//! The store against a map.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tagout::store::{Store, StoreError};

use crate::{Thing, open, thing};

#[derive(Debug, Clone)]
enum Step {
    /// Several changes in one transaction; `None` removes.
    Write(Vec<(u8, Option<usize>)>),
    /// The same, and then the transaction fails.
    Fail(Vec<(u8, Option<usize>)>),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    // Around the size at which values are split, and well above it.
    let size = prop_oneof![
        0..50_usize,
        4000..4200_usize,
        8100..8300_usize,
        0..60_000_usize
    ];
    let changes =
        || prop::collection::vec((0..24_u8, prop::option::weighted(0.7, size.clone())), 1..5);
    prop_oneof![8 => changes().prop_map(Step::Write), 2 => changes().prop_map(Step::Fail), 1 => Just(Step::Reopen)]
}

/// Keys of which some begin with others, with and without the separator.
fn key(n: u8) -> String {
    ["a", "a/b", "a/b/c", "ab", "b", "b/é"][usize::from(n % 6)].to_owned()
        + &"/x".repeat(usize::from(n / 6))
}

fn change(
    store: &Store,
    model: &mut BTreeMap<String, Thing>,
    changes: &[(u8, Option<usize>)],
    fail: bool,
) {
    let mut after = model.clone();
    let outcome = store.write(|tx| {
        for (at, size) in changes {
            let key = key(*at);
            if let Some(size) = size {
                let row = thing(&key, &format!("{size}é").repeat(size / 6));
                tx.put(&row)?;
                after.insert(key.clone(), row);
            } else {
                tx.remove::<Thing>(&key)?;
                after.remove(&key);
            }
            tx.put_index(&format!("at/{key}"), &key)?;
            assert_eq!(tx.get::<Thing>(&key)?, after.get(&key).cloned());
            assert_eq!(tx.scan::<Thing>("a/")?, under(&after, "a/"));
        }
        tx.add("changes", i64::try_from(changes.len()).unwrap())?;
        if fail {
            Err(StoreError::Refused("on purpose".to_owned()))
        } else {
            Ok(())
        }
    });
    assert_eq!(outcome.is_err(), fail);
    if !fail {
        *model = after;
    }
}

fn under(model: &BTreeMap<String, Thing>, prefix: &str) -> Vec<Thing> {
    model
        .iter()
        .filter(|(key, _)| key.starts_with(prefix))
        .map(|(_, row)| row.clone())
        .collect()
}

fn same(store: &Store, model: &BTreeMap<String, Thing>, counted: i64) {
    for prefix in ["", "a", "a/", "a/b", "b/"] {
        let wanted = under(model, prefix);
        assert_eq!(store.scan::<Thing>(prefix).unwrap(), wanted);
        let (mut forward, mut back) = (Vec::new(), Vec::new());
        for (pages, reverse) in [(&mut forward, false), (&mut back, true)] {
            loop {
                let after = pages.last().map(|row: &Thing| row.id.clone());
                let page = store
                    .page::<Thing>(prefix, after.as_deref(), 3, reverse)
                    .unwrap();
                if page.is_empty() {
                    break;
                }
                pages.extend(page);
            }
        }
        back.reverse();
        assert_eq!((&forward, &back), (&wanted, &wanted));
    }
    assert_eq!(store.count("changes").unwrap(), counted);
    for (key, value) in store.index_page("at/", None, 100, false).unwrap() {
        assert_eq!(key, format!("at/{value}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_changes_leave_what_a_map_would_hold(steps in prop::collection::vec(step(), 1..30)) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path());
        let (mut model, mut counted) = (BTreeMap::new(), 0);
        for step in &steps {
            match step {
                Step::Write(changes) => {
                    change(&store, &mut model, changes, false);
                    counted += i64::try_from(changes.len()).unwrap();
                }
                Step::Fail(changes) => change(&store, &mut model, changes, true),
                Step::Reopen => {
                    drop(store);
                    store = open(dir.path());
                }
            }
        }
        same(&store, &model, counted);
        drop(store);
        same(&open(dir.path()), &model, counted);
        prop_assert_eq!(std::fs::read_dir(dir.path().join("data/db/blobs")).unwrap().count(), 0);
    }
}
