use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::id::RunId;
use crate::domain::job::{CatchUp, JobSettings, RunWishes, SyncMode};
use crate::domain::sync::{
    Deletions, FinishedPass, Gap, LastPass, ListSource, Pass, Unchecked, WholeDue,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn job() -> SyncJob {
    let id = "job_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    let connection = "con_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    SyncJob::new(id, connection, "thing".to_owned(), SyncMode::Incremental)
}

fn run() -> RunId {
    "run_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap()
}

fn execution() -> ExecutionId {
    "exe_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap()
}

fn pass(began: i64, since: Option<Timestamp>) -> Pass {
    let mut pass = Pass::new(at(began), since, 1);
    pass.number = u64::from(since.is_none());
    pass
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..1000).prop_map(at)
}

fn maybe_time() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of(time())
}

fn status() -> impl Strategy<Value = Option<ExecutionStatus>> {
    proptest::option::of(proptest::sample::select(vec![
        ExecutionStatus::Queued,
        ExecutionStatus::Running,
        ExecutionStatus::Succeeded,
        ExecutionStatus::Failed,
        ExecutionStatus::Cancelled,
    ]))
}

fn wishes() -> impl Strategy<Value = RunWishes> {
    any::<(bool, bool, bool)>().prop_map(|(full, fill_gap, accept_gone)| RunWishes {
        full,
        fill_gap,
        accept_gone,
    })
}

fn catch_up() -> impl Strategy<Value = CatchUp> {
    prop_oneof![
        proptest::option::of(0_u64..1000).prop_map(|told| CatchUp::State {
            deletions_told: told.map(Duration::from_secs),
        }),
        Just(CatchUp::FillGaps),
        Just(CatchUp::LeaveGap),
        Just(CatchUp::FromNow),
    ]
}

fn passed() -> impl Strategy<Value = JobEvent> {
    let unchecked = prop_oneof![
        Just(Unchecked::Once),
        Just(Unchecked::Overtaken),
        Just(Unchecked::Emptied { of: 3 }),
    ];
    let deletions = prop_oneof![
        (0_u64..9).prop_map(Deletions::Checked),
        unchecked.prop_map(Deletions::Unchecked),
    ];
    let whole = proptest::option::of((time(), deletions));
    (maybe_time(), whole, time()).prop_map(|(watermark, whole, at)| {
        let pass = FinishedPass {
            is_everything: false,
            filled: Vec::new(),
            told_until: None,
            watermark,
            known: LastPass::default(),
            full_every: Some(Duration::from_secs(100)),
            at,
        };
        JobEvent::PassEnded { pass, whole }
    })
}

fn event() -> impl Strategy<Value = JobEvent> {
    prop_oneof![
        time().prop_map(|at| JobEvent::Enabled { at }),
        Just(JobEvent::Disabled {
            by: "alice".to_owned()
        }),
        maybe_time().prop_map(|next_run_at| JobEvent::Edited {
            settings: JobSettings {
                mode: SyncMode::Full,
                schedule: Some("0 * * * *".to_owned()),
                max_retries: 5,
                timeout_minutes: 5,
            },
            next_run_at,
        }),
        wishes().prop_map(JobEvent::Asked),
        Just(JobEvent::Reset),
        Just(JobEvent::MissingGone),
        Just(JobEvent::Wiped),
        time().prop_map(|due| JobEvent::Told { due }),
        (any::<bool>(), status()).prop_map(|(is_by_event, last)| JobEvent::Began {
            execution: execution(),
            is_by_event,
            last,
        }),
        (any::<bool>(), maybe_time()).prop_map(|(failed, next_run_at)| JobEvent::Ended {
            error: failed.then(|| "503".to_owned()),
            next_run_at,
        }),
        maybe_time().prop_map(|next_run_at| JobEvent::Cancelled { next_run_at }),
        time().prop_map(|at| JobEvent::WentOut { run: run(), at }),
        (time(), any::<bool>())
            .prop_map(|(at, sees_other)| JobEvent::Authorized { at, sees_other }),
        (time(), catch_up()).prop_map(|(at, catch_up)| JobEvent::CameBack { at, catch_up }),
        (0_u64..2, time()).prop_map(|(source, at)| JobEvent::ListSeen {
            source: ListSource {
                list: source,
                whose: source
            },
            at,
        }),
        maybe_time().prop_map(|since| JobEvent::PassStands(Box::new(pass(0, since)))),
        passed(),
    ]
}

/// What holds of every job, whatever has happened to it.
fn holds(job: &SyncJob) {
    assert!(
        job.is_enabled || job.due_at().is_none(),
        "off, and due all the same: {job:?}"
    );
    assert!(
        job.is_enabled || job.event_due.is_none(),
        "off, and woken by a vendor: {job:?}"
    );
    assert!(
        !job.is_enabled || job.disabled_by.is_none(),
        "on, and somebody turned it off: {job:?}"
    );
}

/// What this event may and may not have done.
fn follows(before: &SyncJob, event: &JobEvent, after: &SyncJob, effect: JobEffect) {
    let is_turned = before.is_enabled != after.is_enabled;
    match event {
        JobEvent::Enabled { .. } => assert!(after.is_enabled),
        JobEvent::Disabled { .. } | JobEvent::WentOut { .. } => assert!(!after.is_enabled),
        _ => assert!(!is_turned, "turned on or off by {event:?}"),
    }
    let is_remembered = effect == JobEffect::Remember;
    let went_out = matches!(event, JobEvent::WentOut { .. });
    assert_eq!(is_remembered, went_out && before.is_enabled, "{event:?}");
    // How long it was out counts from the first disconnect until it is back.
    match event {
        JobEvent::CameBack { .. } => assert_eq!(after.list.out_since, None),
        JobEvent::WentOut { at, .. } => {
            assert_eq!(
                after.list.out_since,
                Some(before.list.out_since.unwrap_or(*at))
            );
        }
        _ => assert_eq!(after.list.out_since, before.list.out_since, "{event:?}"),
    }
    if !matches!(event, JobEvent::Edited { .. }) {
        let settings = |job: &SyncJob| (job.mode, job.schedule.clone(), job.max_retries);
        assert_eq!(settings(after), settings(before), "{event:?}");
    }
    // A time whose events are missing is forgotten by nobody but whoever fills it or wipes everything.
    let may_forget = match event {
        JobEvent::Asked(wishes) => wishes.fill_gap,
        JobEvent::Wiped => true,
        JobEvent::CameBack { catch_up, .. } => *catch_up == CatchUp::FillGaps,
        _ => false,
    };
    assert!(
        may_forget || after.list.gaps.starts_with(&before.list.gaps),
        "{event:?}"
    );
}

proptest! {
    #[test]
    fn whatever_happens_to_a_job_it_is_refused_or_the_rules_hold(
        events in proptest::collection::vec(event(), 1..24)
    ) {
        let mut job = job();
        for event in events {
            match job.clone().after(event.clone()) {
                Ok((after, effect)) => {
                    follows(&job, &event, &after, effect);
                    job = after;
                }
                Err(JobRefusal::Off(_)) => prop_assert!(!job.is_enabled),
                Err(JobRefusal::Running(_)) => {
                    let JobEvent::Began { last, .. } = event else {
                        panic!("only what begins is refused for what runs: {event:?}");
                    };
                    prop_assert!(last.is_some_and(ExecutionStatus::is_live));
                }
            }
            holds(&job);
        }
    }

    /// Nothing begins while the job is off, nor beside an execution that is live.
    #[test]
    fn an_execution_begins_alone_and_of_a_job_that_is_on(is_on in any::<bool>(), last in status()) {
        let mut job = job();
        if is_on {
            job = job.after(JobEvent::Enabled { at: at(0) }).unwrap().0;
        }
        let failed = JobEvent::Ended { error: Some("refused".to_owned()), next_run_at: None };
        let job = job.after(failed).unwrap().0;
        let begins = JobEvent::Began { execution: execution(), is_by_event: false, last };
        let is_live = last.is_some_and(ExecutionStatus::is_live);
        let began = job.clone().after(begins);
        prop_assert_eq!(began.is_ok(), is_on && !is_live);
        if let Ok((job, _)) = began {
            // Its time is taken; the end says when the next one is.
            prop_assert_eq!(job.due_at(), None);
            prop_assert_eq!(job.last_execution, Some(execution()));
            prop_assert_eq!(job.last_error, None);
        }
    }
}

#[test]
fn a_vendors_word_takes_no_earlier_time_away() {
    let on = job().after(JobEvent::Enabled { at: at(10) }).unwrap().0;
    let told = |job: &SyncJob, due| job.clone().after(JobEvent::Told { due }).unwrap().0;
    assert_eq!(told(&on, at(20)), on);
    let sooner = told(&on, at(5));
    assert_eq!(sooner.due_at(), Some(at(5)));
    assert!(sooner.is_due_by_event(at(7)));
    // An execution that an event alone asked for leaves the schedule's time standing.
    let begins = JobEvent::Began {
        execution: execution(),
        is_by_event: true,
        last: None,
    };
    let begun = sooner.after(begins).unwrap().0;
    assert_eq!(begun.due_at(), Some(at(10)));
}

#[test]
fn what_was_deleted_while_it_was_out_is_looked_for_unless_the_vendor_still_tells_it() {
    let run = run();
    let out = job().after(JobEvent::WentOut { run, at: at(0) }).unwrap().0;
    let back = |told: Option<u64>| {
        let catch_up = CatchUp::State {
            deletions_told: told.map(Duration::from_secs),
        };
        let came = JobEvent::CameBack {
            at: at(100),
            catch_up,
        };
        out.clone().after(came).unwrap().0.list.whole_due
    };
    assert_eq!(back(Some(101)), None);
    assert_eq!(back(Some(100)), Some(WholeDue::Behind));
    assert_eq!(back(None), Some(WholeDue::Behind));
}

#[test]
fn events_of_the_time_in_between_stay_a_gap_until_somebody_asks_for_them() {
    let run = run();
    let out = job().after(JobEvent::WentOut { run, at: at(0) }).unwrap().0;
    let came = JobEvent::CameBack {
        at: at(100),
        catch_up: CatchUp::LeaveGap,
    };
    let back = out.after(came).unwrap().0;
    assert_eq!(
        back.list.gaps,
        [Gap {
            from: at(0),
            to: at(100)
        }]
    );
    let asked = JobEvent::Asked(RunWishes {
        fill_gap: true,
        ..RunWishes::default()
    });
    let asked = back.after(asked).unwrap().0;
    assert_eq!((asked.list.gaps.len(), asked.list.filling.len()), (0, 1));
}
