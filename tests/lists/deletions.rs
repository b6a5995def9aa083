//! What is said to be gone, and what of a time out of service is missing.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tagout::domain::job::{ReferenceState, RunWishes};
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view;

use crate::house::{AGAIN, House};
use crate::vendor::{Query, Said, page, says, things};

/// Ids and when each changed.
pub(crate) type Rows = Arc<Mutex<Vec<(u64, Timestamp)>>>;

pub(crate) const STATE: &str = "updated = \"/at\"\nsince = { param = \"since\" }";
pub(crate) const NUMBERED: &str =
    "page = { style = \"offset\", param = \"from\", size_param = \"n\", size = 10 }";

pub(crate) fn rows(ids: impl IntoIterator<Item = u64>, at: Timestamp) -> Rows {
    Arc::new(Mutex::new(ids.into_iter().map(|id| (id, at)).collect()))
}

pub(crate) fn ago(hours: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(hours)
}

/// All of it at once, or what changed since.
pub(crate) fn list(rows: &Rows, query: &Query) -> Said {
    let since = query
        .get("since")
        .map(|it| it.parse::<Timestamp>().unwrap());
    let rows = rows.lock().unwrap();
    let shown = rows
        .iter()
        .filter(|(_, at)| since.is_none_or(|since| *at >= since));
    let items: Value = shown
        .map(|(id, at)| json!({ "id": id, "at": at.to_string() }))
        .collect();
    page(json!({ "items": items }))
}

pub(crate) fn shown(house: &House, rows: &Rows) {
    let rows = rows.clone();
    house.vendor.list(move |query| list(&rows, query));
}

impl House {
    /// References that are synced, stale and gone.
    pub(crate) async fn counts(&self) -> (usize, usize, usize) {
        let counts = (
            self.count(ReferenceState::Synced).await,
            self.count(ReferenceState::Stale).await,
            self.count(ReferenceState::Gone).await,
        );
        let name = self.connection.clone();
        let connection: view::Connection = self.ask(rpc::Connection { name }).await;
        let said = connection.references;
        let said = [said.synced, said.stale, said.gone].map(|it| usize::try_from(it).unwrap());
        assert_eq!(
            said,
            [counts.0, counts.1, counts.2],
            "counters are what rows say"
        );
        counts
    }

    async fn set_project(&self, project: &str) {
        self.ask(rpc::ProviderConfigure {
            id: "liar".to_owned(),
            client_id: None,
            client_secret: None,
            redirect_uri: None,
            app_name: None,
            vars: [("project".to_owned(), project.to_owned())].into(),
            moves: false,
        })
        .await;
    }

    pub(crate) async fn run_with(&mut self, wishes: RunWishes) {
        let before = self.job().await.last_execution.map(|it| it.id);
        self.act(JobAction::RunWith(wishes)).await;
        self.over_after(before).await;
    }
}

#[tokio::test]
async fn after_a_disconnect_changes_come_first_and_deletions_behind_them() {
    let mut house = House::with(STATE).await;
    let vendor = rows(1..=30, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    house.disconnect().await;
    assert_eq!(house.counts().await, (0, 30, 0));
    assert_eq!(house.job().await.claim, "stale");
    vendor.lock().unwrap().retain(|(id, _)| *id > 10);
    house.connect(false).await;
    house.pulled().await;
    assert_eq!(house.counts().await, (20, 0, 10));
    let asked = house.vendor.asked();
    let kinds: Vec<_> = asked.iter().map(|it| it.contains_key("since")).collect();
    assert_eq!(kinds, [false, true, false]);
    let job = house.job().await;
    assert_eq!(job.claim, "synced; deletions checked just now");
    assert!(job.deletions_checked_at.is_some());
    // Until the next time nothing but changes is asked for.
    house.pulled().await;
    assert!(house.vendor.asked()[3].contains_key("since"));
}

#[tokio::test]
async fn numbered_pages_that_shift_lose_nothing() {
    let mut house = House::with(NUMBERED).await;
    let vendor = rows(1..=20, ago(24));
    let (there, mut vanished) = (vendor.clone(), false);
    house.vendor.list(move |query| {
        let from: usize = query["from"].parse().unwrap();
        let mut rows = there.lock().unwrap();
        if from == 10 && !vanished {
            vanished = true;
            rows.retain(|(id, _)| *id != 3);
        }
        let items: Value = rows
            .iter()
            .skip(from)
            .take(10)
            .map(|(id, _)| json!({ "id": id }))
            .collect();
        page(json!({ "items": items }))
    });
    house.pulled().await;
    house.pulled().await;
    house.pulled().await;
    let all = house.references().await;
    let of = |id: &str| all.iter().find(|it| it.external_id == id).unwrap();
    assert_eq!(of("3").status, ReferenceState::Gone);
    assert_eq!(of("11").status, ReferenceState::Synced);
    assert_eq!(house.counts().await, (19, 0, 1));
}

#[tokio::test]
async fn an_empty_list_is_believed_at_the_second_time() {
    let mut house = House::with("").await;
    let vendor = rows(1..=3, ago(1));
    shown(&house, &vendor);
    house.pulled().await;
    let all = std::mem::take(&mut *vendor.lock().unwrap());
    house.pulled().await;
    assert_eq!(house.counts().await, (3, 0, 0));
    let claim = house.job().await.claim;
    assert!(claim.contains("the vendor lists 0 of 3"), "{claim}");
    // It looks again by itself.
    let before = house.job().await.last_execution.map(|it| it.id);
    house.over_after(before).await;
    assert_eq!(house.counts().await, (0, 0, 3));
    *vendor.lock().unwrap() = all;
    house.pulled().await;
    assert_eq!(house.counts().await, (3, 0, 0));
}

#[tokio::test]
async fn what_is_not_there_at_all_makes_nothing_gone() {
    let mut house = House::with("").await;
    let vendor = rows(1..=3, ago(1));
    shown(&house, &vendor);
    house.pulled().await;
    house.vendor.list(|_| says(204, ""));
    let began = Instant::now();
    while began.elapsed() < AGAIN * 3 {
        house.pulled().await;
    }
    assert_eq!(house.counts().await, (3, 0, 0));
}

#[tokio::test]
async fn much_is_gone_only_by_a_persons_word() {
    let mut house = House::with("").await;
    let vendor = rows(1..=100, ago(1));
    shown(&house, &vendor);
    house.pulled().await;
    vendor.lock().unwrap().truncate(79);
    house.pulled().await;
    assert_eq!(house.counts().await, (100, 0, 0));
    let claim = house.job().await.claim;
    assert!(
        claim.contains("no longer lists 21 of 100") && claim.contains("--full --accept-gone"),
        "{claim}"
    );
    house
        .run_with(RunWishes {
            full: true,
            accept_gone: true,
            fill_gap: false,
        })
        .await;
    assert_eq!(house.counts().await, (79, 0, 21));
    // The word was for one pass.
    vendor.lock().unwrap().truncate(40);
    house.pulled().await;
    assert_eq!(house.counts().await, (79, 0, 21));
}

#[tokio::test]
async fn a_job_that_is_reset_asks_for_everything() {
    let mut house = House::with(STATE).await;
    let vendor = rows(1..=5, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    assert!(house.job().await.watermark.is_some());
    house.act(JobAction::Reset).await;
    assert!(house.job().await.watermark.is_none());
    house.pulled().await;
    assert!(!house.vendor.asked()[1].contains_key("since"));
    assert_eq!(house.counts().await, (5, 0, 0));
}

#[tokio::test]
async fn a_search_that_shows_no_more_is_not_whole() {
    let mut house = House::with("cap = 10").await;
    shown(&house, &rows(1..=10, ago(1)));
    let why = house.failed().await;
    assert!(why.contains("ends at 10"), "{why}");
}

#[tokio::test]
async fn a_search_is_not_asked_beyond_what_it_shows() {
    let mut house = House::with(
        "cap = 10\npage = { style = \"offset\", param = \"from\", size_param = \"n\", size = 5 }",
    )
    .await;
    house.vendor.list(|query| {
        let from: u64 = query.get("from").map_or(0, |it| it.parse().unwrap());
        match from {
            0..10 => page(json!({ "items": things(from + 1..=from + 5) })),
            _ => says(422, "{}"),
        }
    });
    let why = house.failed().await;
    assert!(why.contains("ends at 10"), "{why}");
    assert_eq!(house.vendor.asked().len(), 2);
}

pub(crate) const EVENTS: &str =
    "kind = \"events\"\nupdated = \"/at\"\nsince = { param = \"since\", overlap = \"1m\" }";

/// Events before, in and after the time out of service.
pub(crate) async fn out_and_back(sync: &str, fill_gap: bool) -> House {
    let mut house = House::with(sync).await;
    let vendor = rows(1..=5, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    house.disconnect().await;
    vendor
        .lock()
        .unwrap()
        .extend([(6, Timestamp::now()), (7, Timestamp::now())]);
    house.connect(fill_gap).await;
    let after = [8, 9, 10].map(|id| (id, Timestamp::now()));
    vendor.lock().unwrap().extend(after);
    house.pulled().await;
    house
}

#[tokio::test]
async fn events_are_in_step_with_the_first_pass_and_the_gap_is_named() {
    let mut house = out_and_back(EVENTS, false).await;
    assert_eq!(house.counts().await, (8, 0, 0));
    let job = house.job().await;
    assert!(
        job.gap.is_some() && job.claim.contains("are missing"),
        "{job:#?}"
    );
    house
        .run_with(RunWishes {
            fill_gap: true,
            ..RunWishes::default()
        })
        .await;
    assert_eq!(house.counts().await, (10, 0, 0));
    assert_eq!(house.job().await.gap, None);
    let house = out_and_back(EVENTS, true).await;
    assert_eq!(house.counts().await, (10, 0, 0));
    // Where nothing says when an event happened, it is asked for from the reconnect on.
    let house = out_and_back("kind = \"events\"", false).await;
    assert_eq!(house.counts().await.1, 0);
    assert!(house.job().await.gap.is_some());
}

/// What had not been pulled before is not in the gap.
#[tokio::test]
async fn events_of_before_the_disconnect_are_pulled() {
    let sync =
        format!("{EVENTS}\npage = {{ style = \"cursor\", param = \"c\", next = \"/next\" }}");
    let mut house = House::with(&sync).await;
    let vendor = rows(1..=100, ago(24));
    let shown = move |rows: &Rows, query: &Query| {
        let from: usize = query.get("c").map_or(0, |it| it.parse().unwrap());
        let rows = rows.lock().unwrap();
        let items: Value = rows
            .iter()
            .skip(from)
            .take(20)
            .map(|(id, at)| json!({ "id": id, "at": at.to_string() }))
            .collect();
        let next = (from + 20 < rows.len()).then(|| (from + 20).to_string());
        page(json!({ "items": items, "next": next }))
    };
    let there = vendor.clone();
    house
        .vendor
        .list(move |query| match query.get("c").map(String::as_str) {
            Some("40") => says(403, "{}"),
            _ => shown(&there, query),
        });
    house.failed().await;
    assert_eq!(house.references().await.len(), 40);
    house.disconnect().await;
    vendor.lock().unwrap().push((101, Timestamp::now()));
    house.connect(false).await;
    vendor.lock().unwrap().push((102, Timestamp::now()));
    house.vendor.list(move |query| shown(&vendor, query));
    house.pulled().await;
    assert_eq!(house.counts().await, (101, 0, 0));
}

/// Pages of ten of what is asked for, of which no more than thirty are shown.
fn capped(rows: &Rows, query: &Query, is_newest: bool) -> Said {
    let bound = |name: &str| query.get(name).map(|it| it.parse::<Timestamp>().unwrap());
    let (since, until) = (bound("since"), bound("until"));
    let mut found = rows.lock().unwrap().clone();
    found.retain(|(_, at)| {
        since.is_none_or(|since| *at >= since) && until.is_none_or(|until| *at <= until)
    });
    found.sort_by_key(|(_, at)| *at);
    if is_newest {
        found.reverse();
    }
    let from: usize = query.get("from").map_or(0, |it| it.parse().unwrap());
    let items: Value = found
        .iter()
        .take(30)
        .skip(from)
        .take(10)
        .map(|(id, at)| json!({ "id": id, "at": at.to_string() }))
        .collect();
    page(json!({ "items": items, "total": found.len() }))
}

#[tokio::test]
async fn a_sorted_list_is_read_beyond_what_is_shown_of_it() {
    let base = "cap = 30\ntotal = \"/total\"\n".to_owned() + STATE;
    let oldest = "sorted = \"updated\"";
    let newest = "sorted = \"-updated\"\nuntil = { param = \"until\" }";
    for (sorted, is_newest) in [(oldest, false), (newest, true)] {
        let mut house = House::with(&format!("{base}\n{NUMBERED}\n{sorted}")).await;
        let vendor = rows([], ago(0));
        vendor
            .lock()
            .unwrap()
            .extend((1..=100).map(|id| (id, ago(200 - i64::try_from(id).unwrap()))));
        let there = vendor.clone();
        house
            .vendor
            .list(move |query| capped(&there, query, is_newest));
        house.pulled().await;
        assert_eq!(house.counts().await, (100, 0, 0), "{sorted}");
        // As many at one time cannot be told apart by it.
        vendor
            .lock()
            .unwrap()
            .extend((101..=140).map(|id| (id, ago(1))));
        house.act(JobAction::Reset).await;
        let why = house.failed().await;
        assert!(why.contains("the vendor shows no more"), "{why}");
        assert_eq!(house.counts().await.2, 0, "{sorted}");
    }
}

#[tokio::test]
async fn what_the_vendor_tells_was_deleted_is_gone() {
    let sync = format!("{STATE}\ndeletions = \"30d\"\ndeleted = \"/gone_at\"");
    let mut house = House::with(&sync).await;
    let vendor = rows(1..=5, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    let told = |gone_at: Value| {
        let at = Timestamp::now().to_string();
        page(
            json!({ "items": [{ "id": 3, "at": at, "gone_at": gone_at }, { "id": 9, "gone_at": at }] }),
        )
    };
    house.vendor.list(move |_| told(json!("2026-11-20")));
    house.pulled().await;
    // One that was never here is left out.
    assert_eq!(house.counts().await, (4, 0, 1));
    house.vendor.list(move |_| told(Value::Null));
    house.pulled().await;
    assert_eq!(house.counts().await, (5, 0, 0));
}

#[tokio::test]
async fn what_is_accepted_is_what_was_said() {
    let mut house = House::with("").await;
    let accept = || RunWishes {
        accept_gone: true,
        full: true,
        ..RunWishes::default()
    };
    house
        .vendor
        .list(|_| page(json!({ "items": things(0..100) })));
    house.pulled().await;
    // Nothing waits for it yet.
    house.vendor.list(|_| says(400, "{}"));
    house.run_with(accept()).await;
    house
        .vendor
        .list(|_| page(json!({ "items": things(0..60) })));
    house.pulled().await;
    assert_eq!(house.counts().await, (100, 0, 0));
    // By the time that it is accepted, much more is missing.
    house
        .vendor
        .list(|_| page(json!({ "items": things(0..10) })));
    house.run_with(accept()).await;
    assert_eq!(house.counts().await, (100, 0, 0));
    house.run_with(accept()).await;
    assert_eq!(house.counts().await, (10, 0, 90));
}

#[tokio::test]
async fn nothing_is_gone_that_may_be_there() {
    let cursor = "page = { style = \"cursor\", param = \"c\", next = \"/next\" }";
    for (last, why) in [
        (json!({}), "breaks off"),
        (json!({ "items": null }), "breaks off"),
        (
            json!({ "items": [{ "name": "a" }, { "name": "b" }] }),
            "have no id",
        ),
    ] {
        let mut house = House::with(cursor).await;
        let mut lasts = json!({ "items": things(50..60) });
        for wanted in [lasts.clone(), last.clone(), last] {
            lasts = wanted;
            let lasts = lasts.clone();
            house.vendor.list(move |query| match query.get("c") {
                None => page(json!({ "items": things(0..50), "next": "b" })),
                Some(_) => page(lasts.clone()),
            });
            house.pulled().await;
        }
        assert_eq!(house.counts().await, (60, 0, 0));
        let claim = house.job().await.claim;
        assert!(claim.contains(why), "{claim}");
    }
}

#[tokio::test]
async fn a_gap_is_named_until_it_was_filled() {
    let mut house = out_and_back(EVENTS, false).await;
    house.vendor.list(|_| says(403, "{}"));
    let fill = RunWishes {
        fill_gap: true,
        ..RunWishes::default()
    };
    house.run_with(fill).await;
    let job = house.job().await;
    assert!(
        job.gap.is_some() && job.claim.contains("are missing"),
        "{job:#?}"
    );
    let vendor = rows(1..=10, Timestamp::now());
    shown(&house, &vendor);
    house.pulled().await;
    assert_eq!(house.counts().await, (10, 0, 0));
    assert_eq!(house.job().await.gap, None);
}

#[tokio::test]
async fn of_another_list_nothing_that_was_there_is_claimed() {
    let mut house = House::with(&format!(
        "{STATE}\nparams = {{ project = \"{{project}}\" }}\n[vars]\nproject = \"A\""
    ))
    .await;
    let (of_a, of_b) = (rows(1..=60, ago(24)), rows(58..=62, ago(48)));
    house.vendor.list(move |query| {
        let is_a = query.get("project").map(String::as_str) == Some("A");
        list(if is_a { &of_a } else { &of_b }, query)
    });
    house.pulled().await;
    assert_eq!(house.counts().await, (60, 0, 0));
    house.set_project("B").await;
    house.pulled().await;
    assert_eq!(
        house.counts().await,
        (5, 0, 57),
        "A's are not visible any more"
    );
    house.set_project("A").await;
    house.pulled().await;
    assert_eq!(house.counts().await, (60, 0, 2));
}

#[tokio::test]
async fn everything_that_happened_is_asked_for_once() {
    let mut house = House::with(EVENTS).await;
    let vendor = rows(1..=5, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    let full = RunWishes {
        full: true,
        ..RunWishes::default()
    };
    house.run_with(full).await;
    let last = house.job().await.last_execution.unwrap();
    assert_eq!((last.processed, last.pages), (5, 1));
    house.pulled().await;
    assert!(house.vendor.asked()[2].contains_key("since"));
}
