//! Passes for changes: what is told of deletions, and when one is repeated.

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::domain::job::ReferenceState;

use crate::deletions::{self, STATE, ago, shown};
use crate::house::House;
use crate::positions::{HOUR, NUMBERED, change, oldest_first, rows};
use crate::vendor::{page, things};

const TOLD: &str = "deletions = \"30d\"\ndeleted = \"/gone_at\"";

/// Whoever was not asked for as long as it tells deletions is asked for everything.
#[tokio::test]
async fn what_was_deleted_longer_ago_than_is_told_is_looked_for() {
    for (told, is_asked_for_everything) in [("0s", true), ("30d", false)] {
        let sync = format!("{STATE}\n{}", TOLD.replace("30d", told));
        let mut house = House::with(&sync).await;
        let vendor = deletions::rows(1..=30, ago(24 * 60));
        shown(&house, &vendor);
        house.pulled().await;
        vendor.lock().unwrap().truncate(25);
        house.pulled().await;
        let second = house.vendor.asked().remove(1);
        assert_eq!(!second.contains_key("since"), is_asked_for_everything);
        let gone = if is_asked_for_everything { 5 } else { 0 };
        assert_eq!(house.count(ReferenceState::Gone).await, gone, "{told}");
    }
}

/// What is said of a thing last on a page is so.
#[tokio::test]
async fn what_is_there_again_on_the_page_that_tells_it_was_deleted_is_there() {
    let mut house = House::with(&format!("{STATE}\n{TOLD}")).await;
    let vendor = deletions::rows(1..=5, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    let at = vendor.lock().unwrap()[0].1.to_string();
    let is = json!({ "id": 3, "at": at });
    let changed = json!({ "id": 3, "at": at, "name": "c" });
    let gone = json!({ "id": 3, "at": at, "gone_at": at });
    for (items, is_there) in [
        (json!([gone, is]), true),
        (json!([is, gone]), false),
        (json!([gone, is, gone]), false),
        (json!([gone, changed]), true),
        (json!([changed, gone]), false),
        (json!([gone, gone, is]), true),
    ] {
        let said = items.clone();
        house
            .vendor
            .list(move |_| page(json!({ "items": said.clone() })));
        house.pulled().await;
        let expected = if is_there { (5, 0, 0) } else { (4, 0, 1) };
        assert_eq!(house.counts().await, expected, "{items}");
    }
}

/// Behind a page that holds all that the vendor counts nothing stands, so that nothing can have moved from there. A page that is
/// only not full may have been filtered.
#[tokio::test]
async fn changes_on_one_page_that_are_all_are_asked_for_once() {
    for (total, pages_of_few) in [("total = \"/total\"", 2), ("", 4)] {
        few_changes(&format!("{NUMBERED}\n{total}"), pages_of_few).await;
    }
}

async fn few_changes(sync: &str, pages_of_few: usize) {
    let mut house = House::with(sync).await;
    let vendor = rows(40, Timestamp::now() - HOUR * 24);
    let there = vendor.clone();
    house.vendor.list(move |query| oldest_first(&there, query));
    house.pulled().await;
    house.pulled().await;
    for (changes, pages) in [(1..=3, pages_of_few), (11..=20, 4)] {
        let asked = house.vendor.asked().len();
        change(&vendor, changes.clone(), Timestamp::now() + HOUR);
        house.pulled().await;
        let asked = house.vendor.asked().split_off(asked);
        assert!(asked.iter().all(|it| it.contains_key("since")));
        // The last page is the one with nothing on it.
        assert_eq!(asked.len(), pages, "{changes:?}");
        change(&vendor, changes, Timestamp::now() - HOUR * 24);
        house.pulled().await;
    }
}

/// A deletion that is told again is no change.
#[tokio::test]
async fn deletions_that_are_told_each_time_are_a_change_once() {
    let mut house = House::with(&format!("{NUMBERED}\n{TOLD}")).await;
    let vendor = rows(40, Timestamp::now() - HOUR * 24);
    let there = vendor.clone();
    house.vendor.list(move |query| oldest_first(&there, query));
    house.pulled().await;
    house.pulled().await;
    let at = Timestamp::now().to_string();
    let there = vendor.clone();
    house.vendor.list(move |query| {
        let from: usize = query["from"].parse().unwrap();
        let rows = there.lock().unwrap();
        let told = json!({ "id": 3, "at": at, "gone_at": at });
        let kept = rows
            .iter()
            .filter(|(id, _)| **id > 10)
            .map(|(id, (at, times))| json!({ "id": id, "at": at.to_string(), "times": times }));
        let all: Vec<Value> = [told].into_iter().chain(kept).take(25).collect();
        let items: Vec<Value> = all.into_iter().skip(from).take(10).collect();
        page(json!({ "items": items }))
    });
    // Three pages, and the one with nothing on it.
    for passes in [2, 1] {
        let asked = house.vendor.asked().len();
        house.pulled().await;
        assert_eq!(house.vendor.asked().len() - asked, passes * 4);
        assert_eq!(house.count(ReferenceState::Gone).await, 1);
    }
}

/// The position is the last id, which is no count, even where it is as high as one.
#[tokio::test]
async fn ids_that_are_numbers_do_not_count_pages() {
    let style = "style = \"starting_after\", param = \"after\", more = \"/more\"";
    let mut house = House::with(&format!("page = {{ {style} }}")).await;
    house.vendor.list(|query| {
        let after = query.get("after").map_or(0, |it| it.parse().unwrap());
        let last = 25.min(after + 10);
        page(json!({ "items": things(after + 1..=last), "more": last < 25 }))
    });
    house.pulled().await;
    let claim = house.job().await.claim;
    assert!(!claim.contains("counted"), "{claim}");
    assert!(claim.starts_with("synced; deletions checked"), "{claim}");
}
