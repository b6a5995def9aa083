//! A list for each of several things: each has its own place, its own watermark, and says for itself what is gone.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::domain::job::{ReferenceState, RunWishes};
use tagout::domain::webhook::ConfigKind;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view;
use tokio::sync::Notify;

use crate::house::House;
use crate::vendor::{Query, Said, page, says, things};

/// Things in rooms, and the rooms.
const EACH: &str = r#"items = "/items"
for_each = "room"
params = { room = "{parent.id}" }
updated = "/at"
page = { style = "cursor", param = "cursor", next = "/next" }
since = { param = "since" }
[[sync]]
entity = "room"
url = "U/rooms"
items = "/items"
id = "/id"
label = "/name""#;

/// The same, where only what is watched is pulled.
const WATCHED: &str = "[channels]\nentity = \"room\"\n";

impl House {
    async fn with_rooms(sync: &str, rooms: &[&str]) -> Self {
        let mut house = Self::with(sync).await;
        house.vendor.rooms(rooms);
        house.pull_rooms().await;
        house
    }

    /// Pulls which rooms there are.
    async fn pull_rooms(&mut self) {
        let asked = self.jobs();
        let page = self.ask(asked.clone()).await;
        let of = |jobs: &[view::Job]| jobs.iter().find(|it| it.entity == "room").cloned().unwrap();
        let before = of(&page.rows);
        let act = match before.is_enabled {
            true => JobAction::Run,
            false => JobAction::Enable,
        };
        let job = before.id.to_string();
        self.ask(rpc::JobAct { job, act }).await;
        let last = before.last_execution.map(|it| it.id);
        self.until(
            || asked.clone(),
            |page| {
                let now = of(&page.rows).last_execution;
                now.is_some_and(|it| Some(&it.id) != last.as_ref() && !it.status.is_live())
            },
        )
        .await;
    }

    async fn watch(&self, room: &str) {
        self.ask(rpc::ConfigAdd {
            connection: self.connection.clone(),
            kind: ConfigKind::Channel,
            entity: String::new(),
            from: room.to_owned(),
            to: room.to_owned(),
            condition: None,
        })
        .await;
    }

    async fn unwatch(&self, room: &str) {
        let asked = rpc::Configs {
            connection: self.connection.clone(),
            kind: ConfigKind::Channel,
        };
        let watched = self.ask(asked).await.into_iter();
        let id = watched.filter(|it| it.from == room).map(|it| it.id);
        for id in id {
            self.ask(rpc::ConfigRemove { id }).await;
        }
    }

    /// The things that are there, as `room/id`.
    async fn there(&self, status: ReferenceState) -> Vec<String> {
        let all = self.references().await.into_iter();
        let mut there: Vec<String> = all
            .filter(|it| it.entity == "thing" && it.status == status)
            .map(|it| format!("{}/{}", it.parent.unwrap_or_default(), it.external_id))
            .collect();
        there.sort();
        there
    }

    /// How many times there are whose events the connection lacks.
    async fn gaps(&self) -> usize {
        let name = self.connection.clone();
        let connection: view::Connection = self.ask(rpc::Connection { name }).await;
        connection.gaps.len()
    }

    /// Of which rooms the lists were asked since `from`, in turn.
    fn rooms_asked(&self, from: usize) -> Vec<String> {
        let asked = self.vendor.asked();
        asked
            .iter()
            .skip(from)
            .map(|it| it["room"].clone())
            .collect()
    }
}

#[tokio::test]
async fn each_of_several_has_a_list() {
    let mut house = House::with_rooms(EACH, &["hall", "attic"]).await;
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=2), "next": null })));
    assert_eq!(house.pulled().await.processed, 4);
    let all = ["attic/1", "attic/2", "hall/1", "hall/2"];
    assert_eq!(house.there(ReferenceState::Synced).await, all);
    // A room that the vendor no longer lists has no list.
    house.vendor.rooms(&["hall"]);
    house.pull_rooms().await;
    let from = house.vendor.asked().len();
    house.pulled().await;
    assert_eq!(house.rooms_asked(from), ["hall"]);
    assert_eq!(
        house.there(ReferenceState::Stale).await,
        ["attic/1", "attic/2"],
        "nobody asks for them any more"
    );
}

#[tokio::test]
async fn only_what_is_watched_is_pulled() {
    let watched = format!("{EACH}\n{WATCHED}");
    let mut house = House::with_rooms(&watched, &["hall", "attic", "shed", "cellar", "loft"]).await;
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=2), "next": null })));
    assert_eq!(house.pulled().await.processed, 0);
    let claim = house.job().await.claim;
    assert!(claim.starts_with("no channel is watched"), "{claim}");
    assert_eq!(house.vendor.asked().len(), 0);
    house.watch("attic").await;
    house.watch("shed").await;
    assert_eq!(house.pulled().await.processed, 4);
    let mut asked = house.rooms_asked(0);
    asked.sort();
    assert_eq!(asked, ["attic", "shed"]);
    let claim = house.job().await.claim;
    assert!(claim.starts_with("synced"), "{claim}");
}

#[tokio::test]
async fn a_list_that_is_refused_keeps_no_other_waiting() {
    let mut house = House::with_rooms(EACH, &["attic", "hall", "shed"]).await;
    house.vendor.list(|query| match query["room"].as_str() {
        "hall" => says(403, "{\"error\":\"not_in_channel\"}"),
        _ => page(json!({ "items": things(1..=2), "next": null })),
    });
    let why = house.failed().await;
    assert!(
        why.contains("1 of 3") && why.contains("the hall (hall)"),
        "{why}"
    );
    assert!(why.contains("not_in_channel"), "{why}");
    let all = ["attic/1", "attic/2", "shed/1", "shed/2"];
    assert_eq!(house.there(ReferenceState::Synced).await, all);
    // Nor is it asked before those that have waited as long.
    let before = house.rooms_asked(0);
    house.failed().await;
    assert_eq!(house.rooms_asked(before.len()), before);
}

/// Nobody asks for what is not watched any more, so that nothing is claimed of it.
#[tokio::test]
async fn what_is_not_watched_any_more_is_stale() {
    let watched = format!("{EACH}\n{WATCHED}");
    let mut house = House::with_rooms(&watched, &["attic", "shed"]).await;
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=1), "next": null })));
    house.watch("attic").await;
    house.watch("shed").await;
    house.pulled().await;
    house.unwatch("attic").await;
    assert_eq!(house.there(ReferenceState::Stale).await, ["attic/1"]);
    assert_eq!(house.there(ReferenceState::Synced).await, ["shed/1"]);
    house.unwatch("shed").await;
    house.pulled().await;
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 0);
    house.watch("attic").await;
    house.pulled().await;
    assert_eq!(house.there(ReferenceState::Synced).await, ["attic/1"]);
}

#[tokio::test]
async fn a_list_with_nothing_in_it_is_pulled_all_the_same() {
    let events = format!("kind = \"events\"\n{EACH}\n{WATCHED}");
    let mut house = House::with_rooms(&events, &["attic", "shed"]).await;
    house.vendor.list(|query| match query["room"].as_str() {
        "attic" => page(json!({ "items": [], "next": null })),
        _ => page(json!({ "items": things(1..=1), "next": null })),
    });
    house.watch("attic").await;
    house.watch("shed").await;
    house.pulled().await;
    let claim = house.job().await.claim;
    assert!(claim.starts_with("synced"), "{claim}");
}

/// A page of ten each, so that the second is asked for by its position.
fn two_pages(query: &Query) -> Said {
    let at = Timestamp::now().to_string();
    let items = |from: u64| -> Value {
        (from..from + 10)
            .map(|id| json!({ "id": id, "name": "n", "at": at }))
            .collect()
    };
    if query.contains_key("since") {
        return page(json!({ "items": [], "next": null }));
    }
    match query.get("cursor") {
        None => page(json!({ "items": items(1), "next": "P2" })),
        Some(_) => page(json!({ "items": items(11), "next": null })),
    }
}

/// Stopped in the second of three: the first is asked for changes alone, the second goes on where it was.
#[tokio::test]
async fn each_list_goes_on_from_its_own_place() {
    let mut house = House::with_rooms(EACH, &["attic", "hall", "shed"]).await;
    let (half, shut) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(true)));
    let (reached, is_shut) = (half.clone(), shut.clone());
    house.vendor.list(move |query| {
        let is_there = query["room"] == "hall" && query.contains_key("cursor");
        if is_there && is_shut.load(SeqCst) {
            reached.notify_one();
            return says(429, "{}").header("retry-after", "1");
        }
        two_pages(query)
    });
    house.act(JobAction::Enable).await;
    half.notified().await;
    // The page behind it is asked for while this one is kept.
    let has_position = |jobs: &[view::Job]| jobs.iter().any(|job| job.position.is_some());
    house.all_jobs(has_position).await;
    house.act(JobAction::Cancel).await;
    shut.store(false, SeqCst);
    let from = house.vendor.asked().len();
    house.pulled().await;
    let asked = house.vendor.asked();
    let first = |room: &str| {
        asked
            .iter()
            .skip(from)
            .find(|it| it["room"] == room)
            .unwrap()
    };
    assert_eq!(first("hall").get("cursor").map(String::as_str), Some("P2"));
    assert!(first("attic").contains_key("since"), "{asked:?}");
    assert!(!first("shed").contains_key("since"), "{asked:?}");
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 60);
}

#[tokio::test]
async fn what_is_gone_is_gone_from_its_own_list() {
    let mut house = House::with_rooms(EACH, &["attic", "hall"]).await;
    let left = Arc::new(Mutex::new(3_u64));
    let of_hall = left.clone();
    house.vendor.list(move |query| {
        let last = match query["room"].as_str() {
            "hall" => *of_hall.lock().unwrap(),
            _ => 3,
        };
        page(json!({ "items": things(1..=last), "next": null }))
    });
    house.pulled().await;
    *left.lock().unwrap() = 2;
    let wishes = RunWishes {
        full: true,
        ..RunWishes::default()
    };
    house.run_with(wishes).await;
    assert_eq!(house.there(ReferenceState::Gone).await, ["hall/3"]);
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 5);
}

/// Events of the time out of service are missing from every list, and from one that is watched later.
#[tokio::test]
async fn a_time_out_of_service_is_missing_from_each_list() {
    let events = format!("kind = \"events\"\n{EACH}\n{WATCHED}");
    let mut house = House::with_rooms(&events, &["attic", "hall"]).await;
    let said = Arc::new(Mutex::new(Vec::<(u64, Timestamp)>::new()));
    let shown = said.clone();
    house.vendor.list(move |_| {
        let rows = shown.lock().unwrap();
        let items: Value = rows
            .iter()
            .map(|(id, at)| json!({ "id": id, "at": at.to_string() }))
            .collect();
        page(json!({ "items": items, "next": null }))
    });
    house.watch("attic").await;
    said.lock().unwrap().push((1, Timestamp::now()));
    house.pulled().await;
    house.disconnect().await;
    said.lock().unwrap().push((2, Timestamp::now()));
    house.connect(false).await;
    said.lock().unwrap().push((3, Timestamp::now()));
    house.watch("hall").await;
    house.pulled().await;
    let expected = ["attic/1", "attic/3", "hall/1", "hall/3"];
    assert_eq!(house.there(ReferenceState::Synced).await, expected);
    assert_eq!(house.gaps().await, 1, "both lists lack the same");
    let wishes = RunWishes {
        fill_gap: true,
        ..RunWishes::default()
    };
    house.run_with(wishes).await;
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 6);
    assert_eq!(house.gaps().await, 0);
}

#[tokio::test]
async fn nothing_is_claimed_of_a_list_that_is_refused() {
    let mut house = House::with_rooms(EACH, &["attic", "hall", "shed"]).await;
    let shown = |is_shut: bool| {
        move |query: &Query| match query["room"].as_str() {
            "hall" if is_shut => says(403, "{\"error\":\"not_in_channel\"}"),
            _ => page(json!({ "items": things(1..=2), "next": null })),
        }
    };
    house.vendor.list(shown(false));
    house.pulled().await;
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 6);
    house.vendor.list(shown(true));
    house.failed().await;
    assert_eq!(
        house.there(ReferenceState::Stale).await,
        ["hall/1", "hall/2"]
    );
    let claim = house.job().await.claim;
    assert!(
        claim.starts_with("synced but for 1 of 3 (the hall), which could not be pulled; "),
        "{claim}"
    );
    house.vendor.list(shown(false));
    house.pulled().await;
    assert_eq!(house.there(ReferenceState::Synced).await.len(), 6);
    assert!(house.job().await.claim.starts_with("synced; "));
}

/// Whatever is claimed of the others, those whose lists are refused are named.
#[tokio::test]
async fn refused_lists_are_named_whatever_is_claimed() {
    let mut house = House::with_rooms(EACH, &["attic", "hall"]).await;
    let refuses = |_: &Query| says(403, "{\"error\":\"not_in_channel\"}");
    let named = "; 2 of 2 (the attic, the hall) could not be pulled";
    house.vendor.list(refuses);
    house.failed().await;
    assert_eq!(house.job().await.claim, format!("not pulled yet{named}"));
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=2), "next": null })));
    house.pulled().await;
    house.vendor.list(refuses);
    house.failed().await;
    assert_eq!(house.job().await.claim, format!("stale{named}"));
}

/// A list that was found empty is looked at again, whatever another one waits for.
#[tokio::test]
async fn an_empty_list_among_others_is_looked_at_again() {
    let mut house = House::with_rooms(EACH, &["attic", "hall"]).await;
    let shows = |attic: u64, hall: u64| {
        move |query: &Query| {
            let last = match query["room"].as_str() {
                "hall" => hall,
                _ => attic,
            };
            page(json!({ "items": things(1..=last), "next": null }))
        }
    };
    house.vendor.list(shows(3, 100));
    house.pulled().await;
    house.vendor.list(shows(0, 40));
    let wishes = RunWishes {
        full: true,
        ..RunWishes::default()
    };
    house.run_with(wishes).await;
    let job = house.job().await;
    assert!(job.claim.contains("no longer lists 60 of 100"), "{job:#?}");
    house.over_after(job.last_execution.map(|it| it.id)).await;
    let gone = ["attic/1", "attic/2", "attic/3"];
    assert_eq!(house.there(ReferenceState::Gone).await, gone);
}
