//! What a person wishes of a job while an execution of it is under way.

use jiff::Timestamp;
use serde_json::json;
use tagout::domain::job::{ExecutionStatus, RunWishes};
use tagout::wire::rpc::{self, JobAction};

use crate::deletions::{EVENTS, STATE, ago, out_and_back, rows, shown};
use crate::house::{House, window};
use crate::vendor::{page, things};

impl House {
    /// An execution asks for its first page, and is not answered.
    async fn is_under_way(&self) {
        self.vendor.answers(false);
        let asked = self.vendor.asked().len();
        self.act(JobAction::Run).await;
        self.vendor.is_asked(asked + 1).await;
    }

    /// How the executions of the job stand, the latest first.
    async fn statuses(&self) -> Vec<ExecutionStatus> {
        let asked = rpc::Executions {
            job: Some(self.job.clone()),
            window: window(),
        };
        let executions = self.ask(asked).await.rows;
        executions.iter().map(|it| it.status).collect()
    }

    /// Wishes that while an execution is under way; the next one is pulled to its end.
    async fn wishes_meanwhile(&mut self, wishes: RunWishes) {
        self.is_under_way().await;
        let before = self.job().await.last_execution.map(|it| it.id);
        self.act(JobAction::RunWith(wishes)).await;
        self.vendor.answers(true);
        self.over_after(before).await;
        let expected = [ExecutionStatus::Succeeded, ExecutionStatus::Cancelled];
        assert_eq!(self.statuses().await[..2], expected);
    }
}

const FULL: RunWishes = RunWishes {
    full: true,
    fill_gap: false,
    accept_gone: false,
};

#[tokio::test]
async fn everything_is_asked_for_at_once_by_whoever_wishes_that() {
    let mut house = House::with(STATE).await;
    let vendor = rows(1..=30, ago(24));
    shown(&house, &vendor);
    house.pulled().await;
    vendor.lock().unwrap().truncate(25);
    house.wishes_meanwhile(FULL).await;
    let asked = house.vendor.asked();
    let kinds: Vec<_> = asked.iter().map(|it| it.contains_key("since")).collect();
    assert_eq!(kinds, [false, true, false]);
    assert_eq!(house.counts().await, (25, 0, 5));
    // It is fulfilled by that.
    house.pulled().await;
    assert!(house.vendor.asked()[3].contains_key("since"));
}

#[tokio::test]
async fn what_is_accepted_meanwhile_is_gone() {
    let mut house = House::with("").await;
    let shows = |last: u64| move |_: &_| page(json!({ "items": things(0..last) }));
    house.vendor.list(shows(100));
    house.pulled().await;
    house.vendor.list(shows(50));
    house.pulled().await;
    assert_eq!(house.counts().await, (100, 0, 0));
    let accepts = RunWishes {
        full: true,
        accept_gone: true,
        fill_gap: false,
    };
    house.wishes_meanwhile(accepts).await;
    assert_eq!(house.counts().await, (50, 0, 50));
}

#[tokio::test]
async fn a_gap_is_filled_by_whoever_wishes_that_meanwhile() {
    let mut house = out_and_back(EVENTS, false).await;
    assert_eq!(house.counts().await, (8, 0, 0));
    let fills = RunWishes {
        fill_gap: true,
        ..RunWishes::default()
    };
    house.wishes_meanwhile(fills).await;
    assert_eq!(house.counts().await, (10, 0, 0));
    assert_eq!(house.job().await.gap, None);
}

/// A wish is taken with the execution that is to fulfil it, or not at all.
#[tokio::test]
async fn a_wish_of_a_job_that_is_off_is_refused_and_leaves_nothing() {
    let mut house = House::with(STATE).await;
    shown(&house, &rows(1..=5, Timestamp::now()));
    house.pulled().await;
    house.act(JobAction::Disable).await;
    let asked = rpc::JobAct {
        job: house.job.clone(),
        act: JobAction::RunWith(FULL),
    };
    let refused = house.try_ask(asked).await.unwrap_err();
    assert!(refused.message.contains("is off"), "{refused:?}");
    house.pulled().await;
    assert!(house.vendor.asked()[1].contains_key("since"));
}

/// What is asked for twice, after a lost answer or by two people, does not begin anew.
#[tokio::test]
async fn a_wish_that_is_said_twice_stops_nothing() {
    let mut house = House::with(STATE).await;
    shown(&house, &rows(1..=5, ago(24)));
    house.pulled().await;
    house.vendor.answers(false);
    let asked = house.vendor.asked().len();
    house.act(JobAction::RunWith(FULL)).await;
    house.vendor.is_asked(asked + 1).await;
    let begun = house.job().await.last_execution.map(|it| it.id);
    let again = rpc::JobAct {
        job: house.job.clone(),
        act: JobAction::RunWith(FULL),
    };
    let refused = house.try_ask(again).await.unwrap_err();
    assert!(refused.message.contains("runs already"), "{refused:?}");
    assert_eq!(house.job().await.last_execution.map(|it| it.id), begun);
    assert!(house.statuses().await[0].is_live());
    house.vendor.answers(true);
    let ended = house.over_after(None).await;
    assert_eq!(
        (Some(ended.id), ended.status),
        (begun, ExecutionStatus::Succeeded)
    );
    assert!(!house.vendor.asked()[1].contains_key("since"));
}
