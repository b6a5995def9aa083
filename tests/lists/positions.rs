//! Where a pass goes on, and from when changes are asked for.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tagout::domain::job::ReferenceState;
use tagout::wire::rpc::JobAction;
use tokio::sync::Notify;

use crate::house::House;
use crate::vendor::{Query, Said, page, says, things};

const CURSOR: &str = r#"page = { style = "cursor", param = "cursor", next = "/next" }"#;

#[tokio::test]
async fn a_list_that_circles_ends_there() {
    let mut house = House::with(CURSOR).await;
    house
        .vendor
        .list(|query| match query.get("cursor").map(String::as_str) {
            Some("B") => page(json!({ "items": things(11..=20), "next": "A" })),
            _ => page(json!({ "items": things(1..=10), "next": "B" })),
        });
    let why = house.failed().await;
    assert!(why.contains("circles"), "{why}");
    assert_eq!(house.vendor.asked().len(), 3);
}

/// Intercom's scroll names the same position on every page.
#[tokio::test]
async fn a_position_that_stays_the_same_is_no_circle() {
    let mut house = House::with(CURSOR).await;
    let mut from = 0;
    house.vendor.list(move |_| {
        from += 10;
        let items = if from > 50 {
            json!([])
        } else {
            things(from - 9..=from)
        };
        let next = if from > 50 {
            json!(null)
        } else {
            json!("scroll")
        };
        page(json!({ "items": items, "next": next }))
    });
    assert_eq!(house.pulled().await.processed, 50);
}

#[tokio::test]
async fn a_refused_position_is_dropped_and_the_pass_begins_anew() {
    for status in [400, 410] {
        let mut house = House::with(CURSOR).await;
        house.vendor.list(move |query| match query.get("cursor") {
            Some(_) => says(status, "{\"message\":\"no such position\"}"),
            None => page(json!({ "items": things(1..=10), "next": "P2" })),
        });
        house.failed().await;
        assert_eq!(house.vendor.asked().len(), 4, "begun anew once");
        // Well again, it begins at the beginning.
        house
            .vendor
            .list(|query| match query.get("cursor").map(String::as_str) {
                None => page(json!({ "items": things(1..=10), "next": "P3" })),
                Some("P3") => page(json!({ "items": things(11..=20), "next": null })),
                Some(_) => says(410, ""),
            });
        assert_eq!(house.pulled().await.processed, 20, "{status}");
        assert_eq!(house.count(ReferenceState::Synced).await, 20);
    }
}

#[tokio::test]
async fn a_position_that_is_refused_once_costs_nothing() {
    let mut house = House::with(CURSOR).await;
    let mut refusals = 1;
    house.vendor.list(move |query| match query.get("cursor") {
        Some(_) if refusals > 0 => {
            refusals -= 1;
            says(400, "{\"error_code\":\"invalid_cursor\"}")
        }
        Some(_) => page(json!({ "items": things(11..=20), "next": null })),
        None => page(json!({ "items": things(1..=10), "next": "P2" })),
    });
    house.pulled().await;
    assert_eq!(house.count(ReferenceState::Synced).await, 20);
}

/// A vendor's rows: by id, when each changed, and how often.
pub(crate) type Rows = Arc<Mutex<BTreeMap<u64, (Timestamp, u64)>>>;

const SINCE: &str = r#"updated = "/at"
page = { style = "cursor", param = "cursor", next = "/next" }
since = { param = "since" }"#;

/// Pages of ten by id, of what changed since; `date` is the vendor's clock.
fn changes(rows: &Rows, query: &Query, date: Timestamp) -> Said {
    let rows = rows.lock().unwrap();
    let since = query
        .get("since")
        .map(|it| it.parse::<Timestamp>().unwrap());
    let after: u64 = query.get("cursor").map_or(0, |it| it.parse().unwrap());
    let found: Vec<_> = rows
        .iter()
        .filter(|(id, (at, _))| **id > after && since.is_none_or(|since| *at >= since))
        .take(11)
        .collect();
    let shown = found.iter().take(10);
    let last = shown.clone().next_back().map(|(id, _)| id.to_string());
    let items: Vec<_> = shown
        .map(|(id, (at, times))| json!({ "id": id, "at": at.to_string(), "times": times }))
        .collect();
    let next = last.filter(|_| found.len() > 10);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    page(json!({ "items": items, "next": next })).header("date", &date)
}

/// The last one changed at `at`, and each other one a minute before the next.
pub(crate) fn rows(count: u64, at: Timestamp) -> Rows {
    let row = |id: u64| {
        let before = SignedDuration::from_mins(i64::try_from(count - id).unwrap());
        (id, (at - before, 0))
    };
    Arc::new(Mutex::new((1..=count).map(row).collect()))
}

pub(crate) fn change(rows: &Rows, ids: impl IntoIterator<Item = u64>, at: Timestamp) {
    let mut rows = rows.lock().unwrap();
    for id in ids {
        let times = rows.get(&id).map_or(0, |(_, times)| times + 1);
        rows.insert(id, (at, times));
    }
}

pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_change_before_a_failure_is_seen_after_it() {
    let mut house = House::with(SINCE).await;
    let vendor = rows(20, Timestamp::now() - HOUR * 24);
    let (shown, mut refusals) = (vendor.clone(), 2);
    house.vendor.list(move |query| {
        if query.contains_key("cursor") && refusals > 0 {
            refusals -= 1;
            change(&shown, [3], Timestamp::now());
            return says(400, "{}");
        }
        changes(&shown, query, Timestamp::now())
    });
    house.failed().await;
    house.pulled().await;
    house.pulled().await;
    assert_eq!(house.times(3).await, 2);
    assert_eq!(house.count(ReferenceState::Synced).await, 20);
}

/// The vendor's clock is five minutes behind, and it does not say so in every answer.
#[tokio::test]
async fn a_vendor_whose_clock_is_behind_is_asked_by_its_own_clock() {
    for says_its_time in [true, false] {
        let mut house =
            House::with(&SINCE.replace("param = \"since\"", "param = \"since\", overlap = \"1m\""))
                .await;
        let behind = || Timestamp::now() - SignedDuration::from_mins(5);
        let vendor = rows(20, behind() - HOUR);
        let shown = vendor.clone();
        house.vendor.list(move |query| {
            let date = if says_its_time {
                behind()
            } else {
                Timestamp::now()
            };
            changes(&shown, query, date)
        });
        house.pulled().await;
        house.pulled().await;
        change(&vendor, [3], behind());
        house.pulled().await;
        assert_eq!(house.times(3).await, 1, "{says_its_time}");
    }
}

/// Stopped in the middle, when some of those that had come change.
#[tokio::test]
async fn what_changes_while_a_pass_is_interrupted_is_seen() {
    for is_disconnected in [false, true] {
        let mut house = House::with(SINCE).await;
        let vendor = rows(300, Timestamp::now() - HOUR * 24);
        let shown = vendor.clone();
        let half = Arc::new(Notify::new());
        let (reached, shut) = (half.clone(), Arc::new(AtomicBool::new(true)));
        let is_shut = shut.clone();
        house.vendor.list(move |query| {
            if query.get("cursor").map(String::as_str) == Some("150") && is_shut.load(SeqCst) {
                reached.notify_one();
                return says(429, "{}").header("retry-after", "1");
            }
            changes(&shown, query, Timestamp::now())
        });
        house.act(JobAction::Enable).await;
        half.notified().await;
        if is_disconnected {
            house.disconnect().await;
        } else {
            house.act(JobAction::Cancel).await;
        }
        assert_eq!(house.references().await.len(), 150);
        shut.store(false, SeqCst);
        change(&vendor, 1..=100, Timestamp::now());
        if is_disconnected {
            house.connect(false).await;
        }
        let asked = house.vendor.asked().len();
        house.pulled().await;
        assert_eq!(house.count(ReferenceState::Synced).await, 300);
        let seen = house.all_times().await;
        assert!((1..=100).all(|id| seen[&id] == 1), "{is_disconnected}");
        let asked = house.vendor.asked().len() - asked;
        // By a position of the same generation it goes on; then what changed meanwhile is asked for, and, because the positions
        // count, once more.
        let expected = if is_disconnected { 30..=30 } else { 36..=40 };
        assert!(expected.contains(&asked), "{is_disconnected}: {asked}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_asked_for_changes_begins_anew() {
    let mut house = House::with(
        "page = { style = \"offset\", param = \"from\", size_param = \"n\", size = 10 }",
    )
    .await;
    let vendor = rows(100, Timestamp::now());
    let (shown, mut cut) = (vendor.clone(), true);
    house.vendor.list(move |query| {
        let from: usize = query["from"].parse().unwrap();
        if from == 50 && cut {
            cut = false;
            change(&shown, 1..=20, Timestamp::now());
            return says(403, "{}");
        }
        let rows = shown.lock().unwrap();
        let shown: Vec<_> = rows.iter().skip(from).take(10).collect();
        let items: Vec<_> = shown
            .iter()
            .map(|(id, (_, times))| json!({ "id": id, "times": times }))
            .collect();
        page(json!({ "items": items }))
    });
    house.failed().await;
    house.pulled().await;
    let seen = house.all_times().await;
    assert_eq!(seen.len(), 100);
    assert!((1..=20).all(|id| seen[&id] == 1));
}

/// Pages of ten that are named by a URL or a cursor which only counts.
fn counted(rows: Rows, base: String, by_url: bool) -> impl FnMut(&Query) -> Said {
    move |query| {
        let from: usize = query.get("from").map_or(0, |it| it.parse().unwrap());
        let rows = rows.lock().unwrap();
        let shown: Vec<u64> = rows.keys().skip(from).take(10).copied().collect();
        let has_more = rows.len() > from + 10;
        let next = from + 10;
        if by_url {
            let said = page(json!({ "items": things(shown) }));
            let link = format!("<{base}/items?from={next}>; rel=\"next\"");
            return if has_more {
                said.header("link", &link)
            } else {
                said
            };
        }
        page(json!({ "items": things(shown), "next": has_more.then_some(next) }))
    }
}

#[tokio::test]
async fn positions_that_count_are_taken_for_no_more_than_numbers() {
    let since = "since = { param = \"since\" }\n";
    let cursor = "page = { style = \"cursor\", param = \"from\", next = \"/next\" }";
    for (style, by_url) in [("page = { style = \"link\" }", true), (cursor, false)] {
        let mut house = House::with(&format!("{since}{style}")).await;
        let vendor = rows(100, Timestamp::now());
        let base = house.vendor.base.clone();
        let mut shown = counted(vendor.clone(), base, by_url);
        let there = vendor.clone();
        let mut cut = true;
        house.vendor.list(move |query| {
            if query.get("from").map(String::as_str) == Some("40") && cut {
                cut = false;
                there.lock().unwrap().remove(&3);
                return says(403, "{}");
            }
            shown(query)
        });
        house.failed().await;
        house.pulled().await;
        // The third was received before it vanished, and all others are there.
        assert_eq!(house.references().await.len(), 100, "{style}");
        house.pulled().await;
        assert_eq!(house.count(ReferenceState::Gone).await, 1, "{style}");
    }
}

/// Numbered pages of ten, the oldest change first, of what changed since.
pub(crate) fn oldest_first(rows: &Rows, query: &Query) -> Said {
    in_pages(rows, query, false)
}

/// The same in either order.
fn in_pages(rows: &Rows, query: &Query, is_reversed: bool) -> Said {
    let since = query
        .get("since")
        .map(|it| it.parse::<Timestamp>().unwrap());
    let from: usize = query["from"].parse().unwrap();
    let rows = rows.lock().unwrap();
    let mut found: Vec<_> = rows.iter().map(|(id, row)| (row.0, id, row.1)).collect();
    found.retain(|(at, ..)| since.is_none_or(|since| *at >= since));
    found.sort();
    if is_reversed {
        found.reverse();
    }
    let items: Vec<_> = found
        .iter()
        .skip(from)
        .take(10)
        .map(|(at, id, times)| json!({ "id": id, "at": at.to_string(), "times": times }))
        .collect();
    page(json!({ "items": items, "total": found.len() }))
}

pub(crate) const NUMBERED: &str = "updated = \"/at\"\nsince = { param = \"since\", overlap = \"1s\" }\n\
                        page = { style = \"offset\", param = \"from\", size_param = \"n\", size = 10 }";

#[tokio::test]
async fn what_a_change_pushes_behind_a_page_is_seen() {
    let mut house = House::with(NUMBERED).await;
    let vendor = rows(100, Timestamp::now() - HOUR * 24);
    let shown = vendor.clone();
    house.vendor.list(move |query| oldest_first(&shown, query));
    house.pulled().await;
    house.pulled().await;
    change(&vendor, 1..=30, Timestamp::now());
    let (shown, mut has_moved) = (vendor.clone(), false);
    house.vendor.list(move |query| {
        let said = oldest_first(&shown, query);
        // After the first page one thing of it changes, and everything behind moves up.
        if query.contains_key("since") && !std::mem::replace(&mut has_moved, true) {
            change(&shown, [1], Timestamp::now() + SignedDuration::from_secs(1));
        }
        said
    });
    house.pulled().await;
    let seen = house.all_times().await;
    assert!((2..=30).all(|id| seen[&id] == 1), "{seen:?}");
}

/// What vanishes from a page that was read shifts all that follow, and is on no page that would tell of it.
#[tokio::test]
async fn what_a_deletion_pulls_before_a_page_is_seen() {
    let newest_first = "sorted = \"-updated\"\nuntil = { param = \"until\" }\n";
    for order in ["", newest_first] {
        let mut house = House::with(&format!("{order}{NUMBERED}")).await;
        let vendor = rows(100, Timestamp::now() - HOUR * 24);
        let is_reversed = !order.is_empty();
        let shown = vendor.clone();
        house
            .vendor
            .list(move |query| in_pages(&shown, query, is_reversed));
        house.pulled().await;
        house.pulled().await;
        // Long enough ago that their times say nothing of this pass.
        for id in 1..=30_u64 {
            let at = Timestamp::now() - HOUR + SignedDuration::from_secs(id.cast_signed());
            change(&vendor, [id], at);
        }
        let (shown, mut is_cut) = (vendor.clone(), false);
        house.vendor.list(move |query| {
            let said = in_pages(&shown, query, is_reversed);
            let first = if is_reversed { 30 } else { 1 };
            if query.contains_key("since") && !std::mem::replace(&mut is_cut, true) {
                shown.lock().unwrap().remove(&first);
            }
            said
        });
        house.pulled().await;
        let seen = house.all_times().await;
        let missing: Vec<u64> = (1..=30).filter(|id| seen[id] == 0).collect();
        assert!(missing.is_empty(), "{order:?}: {missing:?}");
    }
}

/// Each pass for changes may have skipped something, and a whole one is due.
#[tokio::test]
async fn a_list_that_changes_all_the_time_comes_to_an_end() {
    let mut house = House::with(NUMBERED).await;
    let vendor = rows(40, Timestamp::now() - HOUR * 24);
    let shown = vendor.clone();
    house.vendor.list(move |query| oldest_first(&shown, query));
    house.pulled().await;
    house.disconnect().await;
    change(&vendor, 1..=20, Timestamp::now());
    house.connect(false).await;
    house.vendor.list(move |query| {
        change(
            &vendor,
            [1],
            Timestamp::now() + SignedDuration::from_secs(1),
        );
        oldest_first(&vendor, query)
    });
    assert!(house.pulled().await.pages < 60);
    assert!(house.pulled().await.pages < 60);
    assert_eq!(house.count(ReferenceState::Synced).await, 40);
}
