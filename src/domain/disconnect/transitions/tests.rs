use proptest::prelude::*;

use super::*;
use crate::domain::connection::Connection;
use crate::domain::disconnect::log::{
    LoggedEvent, Next, Record, Step, StepState, last_state, next,
};
use crate::domain::disconnect::sample::run;
use crate::domain::disconnect::swap::SwapOutcome;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

const STATES: [RunState; 2] = [RunState::Completed, RunState::CompletedWithWarnings];

fn events() -> Vec<RunEvent> {
    let ended = STATES.map(|state| RunEvent::Ended { at: at(5), state });
    let judged = STATES.map(|state| RunEvent::JudgedAgain { state });
    let settled = RunEvent::Settled {
        checkpoint: Some("tagout.example\n7\n".to_owned()),
    };
    let others = [RunEvent::Waits, RunEvent::Resumed, settled];
    let swapped = [SwapOutcome::Connected, SwapOutcome::GivenUp].map(|how| {
        RunEvent::SwapEnded(SwapEnd {
            how,
            at: at(6),
            by: "alice".to_owned(),
        })
    });
    let all = ended.into_iter().chain(judged).chain(others);
    all.chain(swapped).collect()
}

fn has_end(run: &Run) -> bool {
    STATES.contains(&run.state)
}

proptest! {
    /// It ends once, and nothing but what is found out about its tokens changes what it then is. The second half of a swap
    /// ends once, by its own event alone, and where there is none, none ends.
    #[test]
    fn whatever_happens_to_a_run_it_is_refused_or_the_rules_hold(
        events in proptest::collection::vec(proptest::sample::select(events()), 1..20),
        is_swap in any::<bool>(),
    ) {
        let mut now = Run {
            swap: is_swap.then(|| SwapHalf::of(Vec::new())),
            ..run()
        };
        for event in events {
            let Ok(after) = now.clone().after(event.clone()) else {
                continue;
            };
            prop_assert_eq!(after.ended_at.is_some(), has_end(&after), "{:?}", event);
            prop_assert!(now.ended_at.is_none() || after.ended_at == now.ended_at);
            prop_assert!(now.checkpoint.is_none() || after.checkpoint == now.checkpoint);
            prop_assert!(after.checkpoint.is_none() || has_end(&after));
            prop_assert_eq!(after.swap.is_some(), is_swap);
            match event {
                RunEvent::SwapEnded(_) => {
                    prop_assert!(now.half_left().is_some() && after.half_left().is_none());
                }
                _ => prop_assert_eq!(&after.swap, &now.swap),
            }
            if now.state != after.state && has_end(&now) {
                prop_assert!(matches!(event, RunEvent::JudgedAgain { .. }), "{:?}", event);
            }
            now = after;
        }
    }

    /// Whatever each step comes to, the steps come in their order, none twice but after a person has looked, and the run
    /// ends with the last of them.
    #[test]
    fn a_run_never_goes_back_to_a_step_that_has_ended(
        outcomes in proptest::collection::vec(outcome(), 7..40)
    ) {
        let mut log: Vec<Record> = Vec::new();
        let mut furthest = Step::Confirm;
        for state in outcomes {
            let step = match next(&log) {
                Next::Attempt(step) => step,
                Next::Wait(_) => {
                    prop_assert_eq!(last_state(&log, furthest).0, StepState::Failed);
                    furthest
                }
                Next::Finished(_) => break,
            };
            prop_assert!(step >= furthest, "{:?} after {:?}", step, furthest);
            let has_ended = |it| last_state(&log, it).0.ended();
            prop_assert!(Step::ALL.into_iter().take_while(|it| *it < step).all(has_ended));
            furthest = step;
            for state in [StepState::Running, state] {
                log.push(Record { at: at(0), what: LoggedEvent::step(step, state, String::new()) });
            }
        }
        if let Next::Finished(_) = next(&log) {
            let has_ended = |it| last_state(&log, it).0.ended();
            prop_assert!(Step::ALL.into_iter().all(has_ended));
        }
    }
}

fn outcome() -> impl Strategy<Value = StepState> {
    proptest::sample::select(vec![
        StepState::Done,
        StepState::Warning,
        StepState::Skipped,
        StepState::Failed,
        StepState::Running,
    ])
}

#[test]
fn wider_calls_were_accepted_for_those_that_were_there_when_the_run_began() {
    let other = |connected_at: Option<Timestamp>| -> Connection {
        let text = serde_json::json!({
            "id": "con_01jd7000000000000000000002", "instance": "ins_01jd7000000000000000000001",
            "provider": "ledger", "name": "own", "owner": { "kind": "workspace" },
            "account": { "id": "1", "label": "acme" }, "status": "connected", "reason": "", "health": "healthy",
            "generation": 1, "version": 1, "connected_at": connected_at, "synced_at": null,
        });
        serde_json::from_value(text).unwrap()
    };
    let wider = Run {
        allow_wider: true,
        ..run()
    };
    for (connected_at, accepted) in [(Some(at(-1)), true), (Some(at(1)), false), (None, false)] {
        let other = other(connected_at);
        assert_eq!(
            wider.accepted_the_end_of(&other),
            accepted,
            "{connected_at:?}"
        );
        assert!(!run().accepted_the_end_of(&other));
    }
}
