//! Who is asked for next: places are few, and nobody keeps others waiting behind all of its own.

use std::fmt::Write as _;

use serde_json::json;
use tagout::domain::job::{ExecutionStatus, JobState};
use tagout::wire::request::Window;
use tagout::wire::rpc::{self, JobAction};
use tagout::wire::view;

use crate::house::{House, window};
use crate::vendor::{Query, hangs, page, things};

/// `thing`, and so many other lists, which are told apart by a parameter.
fn lists(others: usize) -> String {
    let mut sync = String::new();
    for n in 0..others {
        let url = "url = \"U/items\"\nitems = \"/items\"\nid = \"/id\"";
        write!(
            sync,
            "\n[[sync]]\nentity = \"e{n}\"\n{url}\nparams = {{ e = \"{n}\" }}\n"
        )
        .unwrap();
    }
    format!("items = \"/items\"\n{sync}")
}

/// Whether it stands like this, and says why it waits where it does.
fn is(job: &view::Job, state: JobState) -> bool {
    job.state == state && (state != JobState::Queued || job.last_error.is_some())
}

async fn enable(house: &House, jobs: &[view::Job], which: impl Fn(&view::Job) -> bool) {
    for job in jobs.iter().filter(|job| which(job)) {
        house.act_on(job.id.as_str(), JobAction::Enable).await;
    }
}

#[tokio::test]
async fn one_job_does_not_wait_behind_all_of_another_connection() {
    const MANY: usize = 20;
    let mut house = House::asking(&lists(MANY), 1).await;
    let first = house.connection.clone();
    house.connect_another("u2").await;
    let vendor = house.vendor.clone();
    vendor.list(|_| page(json!({ "items": things(1..=3) })));
    vendor.answers(false);
    let jobs = house.all_jobs(|_| true).await;
    enable(&house, &jobs, |it| {
        it.connection.as_str() == first && it.entity != "thing"
    })
    .await;
    house
        .all_jobs(|jobs| jobs.iter().filter(|it| is(it, JobState::Queued)).count() == MANY - 1)
        .await;
    house.act(JobAction::Enable).await;
    let jobs = house
        .all_jobs(|jobs| jobs.iter().filter(|it| is(it, JobState::Queued)).count() == MANY)
        .await;
    // One runs, and whoever waits says so.
    assert_eq!(
        jobs.iter().filter(|it| is(it, JobState::Running)).count(),
        1
    );
    for job in jobs.iter().filter(|it| is(it, JobState::Queued)) {
        let last = job.last_execution.as_ref().unwrap();
        assert_eq!(last.status, ExecutionStatus::Queued);
        let why = job.last_error.as_deref().unwrap();
        assert!(why.starts_with("waits for its turn at 127.0.0.1:"), "{why}");
    }
    assert_eq!(vendor.asked().len(), 1);
    vendor.answers(true);
    let is_over = |job: &view::Job| {
        job.last_execution
            .as_ref()
            .is_some_and(|it| it.completed_at.is_some())
    };
    let jobs = house
        .all_jobs(|jobs| jobs.iter().filter(|it| is_over(it)).count() == MANY + 1)
        .await;
    assert!(jobs.iter().all(|it| !is(it, JobState::Failed)));
    // One of the others was under way, one stood before it, and then it was its turn.
    let at = vendor.asked().iter().position(|it| !it.contains_key("e"));
    assert!(at.is_some_and(|at| at <= 2), "{at:?}");
}

/// A list with pages and one without, at a host that is asked for one at once.
async fn long_and_short() -> House {
    let pages = "page = { style = \"cursor\", param = \"c\", next = \"/next\" }";
    House::asking(&format!("{pages}\n{}", lists(1)), 1).await
}

/// A list of so many pages.
fn pages(query: &Query, all: u64) -> crate::vendor::Said {
    let at: u64 = query.get("c").map_or(0, |it| it.parse().unwrap());
    let next = (at + 1 < all).then(|| (at + 1).to_string());
    page(json!({ "items": things([at + 1]), "next": next }))
}

#[tokio::test]
async fn a_short_list_does_not_wait_for_the_end_of_a_long_one() {
    const LONG: u64 = 60;
    let mut house = long_and_short().await;
    let vendor = house.vendor.clone();
    vendor.list(|query| match query.contains_key("e") {
        true => page(json!({ "items": things(1..=3) })),
        false => pages(query, LONG),
    });
    vendor.answers(false);
    let jobs = house.all_jobs(|_| true).await;
    enable(&house, &jobs, |it| it.entity == "thing").await;
    house
        .all_jobs(|jobs| jobs.iter().any(|it| is(it, JobState::Running)))
        .await;
    enable(&house, &jobs, |it| it.entity != "thing").await;
    house
        .all_jobs(|jobs| jobs.iter().any(|it| is(it, JobState::Queued)))
        .await;
    vendor.answers(true);
    let is_over = |job: &view::Job| {
        job.last_execution
            .as_ref()
            .is_some_and(|it| it.completed_at.is_some())
    };
    house.all_jobs(|jobs| jobs.iter().all(is_over)).await;
    let asked = vendor.asked();
    assert_eq!(asked.len() as u64, LONG + 1);
    let at = asked.iter().position(|it| it.contains_key("e"));
    assert!(at.is_some_and(|at| at <= 2), "{at:?}");
}

#[tokio::test]
async fn whoever_waits_its_turn_can_be_cancelled() {
    let mut house = House::asking(&lists(1), 1).await;
    let vendor = house.vendor.clone();
    vendor.answers(false);
    let jobs = house.all_jobs(|_| true).await;
    enable(&house, &jobs, |it| it.entity == "thing").await;
    house
        .all_jobs(|jobs| jobs.iter().any(|it| is(it, JobState::Running)))
        .await;
    enable(&house, &jobs, |it| it.entity != "thing").await;
    let jobs = house
        .all_jobs(|jobs| jobs.iter().any(|it| is(it, JobState::Queued)))
        .await;
    let queued = jobs.iter().find(|it| is(it, JobState::Queued)).unwrap();
    house.act_on(queued.id.as_str(), JobAction::Cancel).await;
    vendor.answers(true);
    let jobs = house
        .all_jobs(|jobs| jobs.iter().all(|it| !is(it, JobState::Running)))
        .await;
    let cancelled = jobs.iter().find(|it| it.id == queued.id).unwrap();
    let last = cancelled.last_execution.as_ref().unwrap();
    assert_eq!(last.status, ExecutionStatus::Cancelled);
    assert_eq!(vendor.asked().len(), 1);
}

#[tokio::test]
async fn what_stands_in_line_for_its_next_page_is_found_as_it_is_shown() {
    let mut house = long_and_short().await;
    let vendor = house.vendor.clone();
    vendor.list(|query| match query.contains_key("e") {
        true => hangs(),
        false => pages(query, 9),
    });
    vendor.answers(false);
    let jobs = house.all_jobs(|_| true).await;
    enable(&house, &jobs, |it| it.entity == "thing").await;
    vendor.is_asked(1).await;
    enable(&house, &jobs, |it| it.entity != "thing").await;
    house
        .all_jobs(|jobs| jobs.iter().any(|it| is(it, JobState::Queued)))
        .await;
    // The other list has the place then, and keeps it.
    vendor.answers(true);
    let is_in_line = |job: &view::Job| {
        let last = job.last_execution.as_ref().map(|it| it.status);
        last == Some(ExecutionStatus::Running) && is(job, JobState::Queued)
    };
    house.all_jobs(|jobs| jobs.iter().any(is_in_line)).await;
    for (filter, entity) in [("state:queued", "thing"), ("state:running", "e0")] {
        let asked = rpc::Jobs {
            connection: None,
            window: Window {
                filter: filter.to_owned(),
                ..window()
            },
        };
        let found = house.ask(asked).await.rows;
        let found: Vec<&str> = found.iter().map(|it| it.entity.as_str()).collect();
        assert_eq!(found, [entity], "{filter}");
    }
}
