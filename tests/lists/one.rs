//! Things that a pass did not see are asked for by themselves.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::deletions::NUMBERED;
use crate::house::House;
use crate::vendor::{Query, Said, page, says, things};

const ONE: &str = "one = \"/one/{id}\"";

/// Says that there are these.
fn there(ids: impl IntoIterator<Item = u64>) -> impl FnMut(u64) -> Said {
    let ids: BTreeSet<u64> = ids.into_iter().collect();
    move |id| match ids.contains(&id) {
        true => page(json!({ "id": id })),
        false => says(404, "{}"),
    }
}

/// A list of 100 that shows no more than the first ones.
async fn shows_less(left: u64) -> House {
    let mut house = House::with(ONE).await;
    let shows = |last: u64| move |_: &_| page(json!({ "items": things(0..last) }));
    house.vendor.list(shows(100));
    house.pulled().await;
    assert!(house.vendor.ones().is_empty());
    house.vendor.list(shows(left));
    house
}

#[tokio::test]
async fn much_is_gone_where_the_vendor_says_so_of_each_that_is_asked_for() {
    let mut house = shows_less(40).await;
    house.vendor.one(there(0..40));
    house.pulled().await;
    assert_eq!(house.counts().await, (40, 0, 60));
    let asked = house.vendor.ones();
    let (listed, missing): (Vec<u64>, Vec<u64>) = asked.iter().partition(|id| **id < 40);
    assert_eq!((listed.len(), missing.len()), (2, 20));
    assert_eq!(missing.iter().collect::<BTreeSet<_>>().len(), 20);
    let claim = house.job().await.claim;
    assert!(claim.starts_with("synced; deletions checked"), "{claim}");
    // Nothing is left to be asked.
    house.pulled().await;
    assert!(house.vendor.ones().is_empty());
    assert_eq!(house.counts().await, (40, 0, 60));
}

/// Nothing that the list has tells an address that is wrong from things that are gone.
#[tokio::test]
async fn an_empty_list_of_many_waits_for_a_person_all_the_same() {
    let mut house = shows_less(0).await;
    house.vendor.one(there([]));
    house.pulled().await;
    assert!(house.vendor.ones().is_empty());
    assert_eq!(house.counts().await, (100, 0, 0));
}

#[tokio::test]
async fn nothing_is_gone_where_the_vendor_does_not_say_so() {
    type One = Box<dyn FnMut(u64) -> Said + Send>;
    let answers: [(&str, One); 5] = [
        ("it has them", Box::new(there(0..100))),
        ("it has nothing at all", Box::new(there([]))),
        ("it refuses", Box::new(|_| says(403, "{}"))),
        ("it is not well", Box::new(|_| says(503, "{}"))),
        (
            "it has some",
            Box::new(there((0..40).chain((40..100).step_by(2)))),
        ),
    ];
    for (what, answer) in answers {
        let mut house = shows_less(40).await;
        house.vendor.one(answer);
        house.pulled().await;
        assert!(!house.vendor.ones().is_empty(), "{what}");
        assert_eq!(house.counts().await, (100, 0, 0), "{what}");
        let claim = house.job().await.claim;
        assert!(
            claim.contains("no longer lists 60 of 100"),
            "{what}: {claim}"
        );
    }
}

/// Of numbered pages one pass is enough for what the vendor has no more.
#[tokio::test]
async fn what_a_numbered_pass_missed_is_asked_for() {
    for (is_there, passes) in [(false, 1), (true, 2)] {
        let mut house = House::with(&format!("{ONE}\n{NUMBERED}")).await;
        let shows = |hidden: Option<u64>| {
            move |query: &Query| {
                let from: usize = query["from"].parse().unwrap();
                let all = (1..=25).filter(|id| Some(*id) != hidden);
                let items: Value = things(all.skip(from).take(10));
                page(json!({ "items": items }))
            }
        };
        house.vendor.list(shows(None));
        house.pulled().await;
        house.pulled().await;
        house.vendor.list(shows(Some(3)));
        house
            .vendor
            .one(there((1..=25).filter(move |id| is_there || *id != 3)));
        let asked = house.vendor.asked().len();
        house.pulled().await;
        assert_eq!(house.vendor.asked().len() - asked, passes * 4);
        // Twice on end not to be seen is to be gone, as without being asked.
        assert_eq!(house.counts().await, (24, 0, 1));
    }
}
