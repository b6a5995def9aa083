//! What follows when a vendor is not well, limits an account, or is still asked when somebody says stop.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use tagout::domain::job::JobState;
use tagout::wire::rpc::JobAction;

use crate::house::House;
use crate::vendor::{Query, Said, drips, hangs, page, says, things};

#[tokio::test]
async fn an_execution_that_an_outage_has_stopped_is_tried_again_later() {
    let mut house = House::with("").await;
    house.vendor.list(|_| says(503, "{}"));
    house.failed().await;
    let job = house.job().await;
    let ended = job.last_execution.unwrap().completed_at.unwrap();
    let wait = job.next_run_at.unwrap().duration_since(ended).as_secs();
    // A minute, half of it by chance. The job may be tried again once.
    assert!((29..=60).contains(&wait), "{wait}");
    house.failed().await;
    assert_eq!(house.job().await.next_run_at, None);
    // A good one begins the count anew.
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=3) })));
    house.pulled().await;
    assert_eq!(house.job().await.next_run_at, None);
    house.vendor.list(|_| says(503, "{}"));
    house.failed().await;
    assert!(house.job().await.next_run_at.is_some());
}

#[tokio::test]
async fn a_schedule_does_not_come_before_the_vendor_wants_to_be_asked() {
    let mut house = House::with("").await;
    house
        .vendor
        .list(|_| says(429, "{}").header("retry-after", "7200"));
    house.schedule("* * * * *").await;
    // The job may be tried again once: after that, only the schedule is left.
    for _ in 0..2 {
        house.failed().await;
        let job = house.job().await;
        let ended = job.last_execution.unwrap().completed_at.unwrap();
        let wait = job.next_run_at.unwrap().duration_since(ended).as_secs();
        assert!((7199..=7200).contains(&wait), "{wait}");
    }
}

#[tokio::test]
async fn what_would_be_refused_again_is_not_tried_again() {
    for refused in [says(403, "{}"), page(json!({ "items": 7 }))] {
        let mut house = House::with("").await;
        let mut refused = Some(refused);
        house.vendor.list(move |_| refused.take().unwrap());
        house.failed().await;
        assert_eq!(house.job().await.next_run_at, None);
    }
}

/// Nothing is left, and there is more in half an hour.
fn used_up(said: Said) -> Said {
    let reset = (Timestamp::now().as_second() + 1800).to_string();
    said.header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", &reset)
}

const TWO: &str =
    "items = \"/items\"\npage = { style = \"cursor\", param = \"c\", next = \"/next\" }\n
[[sync]]\nentity = \"other\"\nurl = \"U/items\"\nitems = \"/items\"\nid = \"/id\"\n";

#[tokio::test]
async fn a_limit_that_one_job_met_holds_for_the_account() {
    for is_refused in [true, false] {
        let mut house = House::with(TWO).await;
        // A refusal, or the last page that is allowed: nothing is asked after either.
        house.vendor.list(move |_| match is_refused {
            true => used_up(says(403, "{}")),
            false => used_up(page(json!({ "items": things([1]), "next": "2" }))),
        });
        house.act(JobAction::Enable).await;
        house
            .all_jobs(|jobs| jobs.iter().any(|it| it.waits_until.is_some()))
            .await;
        let jobs = house.all_jobs(|_| true).await;
        let other = jobs.iter().find(|it| it.entity == "other").unwrap();
        house.act_on(other.id.as_str(), JobAction::Enable).await;
        house
            .all_jobs(|jobs| jobs.iter().all(|it| it.waits_until.is_some()))
            .await;
        assert_eq!(house.vendor.asked().len(), 1);
        // Another account at the same host has a limit of its own, and its jobs have places.
        house
            .vendor
            .list(|_| page(json!({ "items": things(1..=3), "next": null })));
        house.connect_another("u2").await;
        house.pulled().await;
        assert_eq!(house.vendor.asked().len(), 2);
    }
}

/// As many pages as are asked for.
fn endless(query: &Query) -> Said {
    let at: u64 = query.get("c").map_or(0, |it| it.parse().unwrap());
    page(json!({ "items": things([at]), "next": (at + 1).to_string() }))
}

#[tokio::test]
async fn nothing_is_asked_any_more_once_a_job_is_cancelled() {
    type Answers = fn(&Query) -> Said;
    let vendors: [Answers; 5] = [
        endless,
        |_| hangs(),
        |_| drips(),
        |_| says(503, "{}"),
        |_| says(429, "{}").header("retry-after", "1"),
    ];
    for answers in vendors {
        let sync = "page = { style = \"cursor\", param = \"c\", next = \"/next\" }";
        let mut house = House::with(sync).await;
        house.vendor.list(answers);
        let mut quickest = Duration::MAX;
        // The best of three: other tests have the machine, too.
        for act in [JobAction::Enable, JobAction::Run, JobAction::Run] {
            let before = house.vendor.asked().len();
            house.act(act).await;
            let vendor = house.vendor.clone();
            vendor.is_asked(before + 1).await;
            let began = Instant::now();
            house.act(JobAction::Cancel).await;
            let took = began.elapsed();
            let asked = vendor.asked().len();
            assert!(vendor.last_asked().unwrap() <= began + took);
            quickest = quickest.min(took);
            let jobs = house
                .all_jobs(|jobs| jobs.iter().all(|it| it.state == JobState::Idle))
                .await;
            let kept = jobs
                .iter()
                .map(|it| it.last_execution.as_ref().unwrap().processed);
            assert!(kept.sum::<u64>() <= asked as u64);
            assert_eq!(vendor.asked().len(), asked);
        }
        assert!(quickest < Duration::from_millis(100), "{quickest:?}");
    }
}
