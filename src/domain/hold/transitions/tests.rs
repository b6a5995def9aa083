use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::trial::Outcome;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn hold(keeping: Keeping, expires_at: Option<Timestamp>) -> Hold {
    let text = serde_json::json!({
        "id": "hld_01jd7000000000000000000001", "connection": "con_01jd7000000000000000000001", "generation": 1,
        "provider": "ledger", "run": "run_01jd7000000000000000000001",
        "token": {
            "credential": "cre_01jd7000000000000000000001", "kind": "access", "label": "", "fingerprint": "withheld",
            "superseded": false, "expires_at": null, "never_expires": false,
        },
        "account": { "id": "1", "label": "acme" }, "fields": {}, "uninstall": false, "allow_wider": false,
        "sealed": { "key": { "slot": 1, "slot_id": "ab" }, "purpose": "hold", "nonce": "bm9uY2U=", "ciphertext": "dGV4dA==" },
        "keeping": keeping, "tries": 0, "next_try": at(0), "created_at": at(0), "expires_at": expires_at, "last": "",
        "narrowed": null, "state": { "state": "waiting" },
    });
    serde_json::from_value(text).unwrap()
}

fn end(why: EndedBy) -> HoldEnd {
    HoldEnd {
        why,
        outcome: Outcome::Unreachable,
        basis: None,
        after: None,
        note: String::new(),
    }
}

fn calls() -> impl Strategy<Value = TryCalls> {
    proptest::sample::select(vec![TryCalls::None, TryCalls::Made, TryCalls::Impossible])
}

fn event() -> impl Strategy<Value = HoldEvent> {
    let time = || (0_i64..1000).prop_map(at);
    prop_oneof![
        any::<bool>().prop_map(|is_narrow| HoldEvent::Calling {
            narrowed: is_narrow.then(|| "the connection is in service again".to_owned()),
        }),
        Just(HoldEvent::NoneAllowed {
            why: "another connection uses the token".to_owned()
        }),
        (calls(), time(), proptest::option::of(time())).prop_map(|(calls, next, until)| {
            HoldEvent::Rests {
                calls,
                next,
                until,
                last: "503".to_owned(),
            }
        }),
        (
            calls(),
            proptest::sample::select(vec![EndedBy::Dead, EndedBy::Dropped])
        )
            .prop_map(|(calls, why)| HoldEvent::Ending {
                calls,
                end: end(why)
            }),
        time().prop_map(|at| HoldEvent::Destroyed { at }),
        Just(HoldEvent::LeftOut),
    ]
}

/// How far it is on its way.
fn rank(hold: &Hold) -> u8 {
    match hold.state {
        HoldState::Waiting => 0,
        HoldState::Ending { .. } => 1,
        HoldState::Ended { .. } => 2,
    }
}

fn ended_by(hold: &Hold) -> Option<EndedBy> {
    match &hold.state {
        HoldState::Waiting => None,
        HoldState::Ending { end } | HoldState::Ended { end, .. } => Some(end.why),
    }
}

proptest! {
    #[test]
    fn whatever_happens_to_a_hold_it_is_refused_or_the_rules_hold(
        is_proof in any::<bool>(),
        expires_at in proptest::option::of((0_i64..1000).prop_map(at)),
        events in proptest::collection::vec(event(), 1..20),
    ) {
        let keeping = if is_proof { Keeping::Proof } else { Keeping::Retry };
        let mut now = hold(keeping, expires_at);
        let mut told = 0;
        for event in events {
            let (after, effect) = match now.clone().after(event.clone()) {
                Ok(after) => after,
                Err(HoldRefusal::Ended { by, .. }) => {
                    prop_assert_eq!(ended_by(&now), Some(by));
                    continue;
                }
                Err(HoldRefusal::Waiting(_)) => {
                    prop_assert!(now.is_waiting());
                    continue;
                }
            };
            // It never goes back, and whoever ended it first has ended it.
            prop_assert!(rank(&after) >= rank(&now), "{:?}", event);
            prop_assert!(now.is_waiting() || ended_by(&after) == ended_by(&now));
            // Its secret is there until it has been destroyed or left out of a backup, and never comes back.
            let is_left_out = event == HoldEvent::LeftOut || now.is_not_in_backup();
            let is_gone = !after.has_secret() || is_left_out;
            prop_assert_eq!(after.sealed.is_emptied(), is_gone, "{:?}", event);
            prop_assert!(after.tries >= now.tries && after.tries - now.tries <= 1);
            // Its time and the end of its proof are kept, however late a vendor wants to be asked.
            if let HoldEvent::Rests { .. } = event {
                prop_assert!(after.sealed_until.is_none_or(|until| after.next_try <= until));
                prop_assert!(expires_at.is_none_or(|at| after.next_try <= at + GRACE));
                prop_assert!(is_proof || after.sealed_until.is_none());
            }
            told += u8::from(matches!(effect, HoldEffect::Tell(_)));
            now = after;
        }
        // What became of the token is said once.
        prop_assert_eq!(told, u8::from(rank(&now) == 2));
    }
}

/// A minute for clocks that differ, and the millisecond after it.
const GRACE: Duration = Duration::from_millis(60_001);

#[test]
fn the_calls_of_a_try_are_open_until_their_answers_are_in() {
    let calling = HoldEvent::Calling { narrowed: None };
    let (called, _) = hold(Keeping::Retry, None).after(calling).unwrap();
    assert!(called.calling);
    let rests = |calls| HoldEvent::Rests {
        calls,
        next: at(60),
        until: None,
        last: String::new(),
    };
    let after = |calls| called.clone().after(rests(calls)).unwrap().0;
    assert!(!after(TryCalls::Made).calling);
    // What a crash left open is not closed by a try that called nobody.
    assert!(after(TryCalls::Impossible).calling);
    assert_eq!(after(TryCalls::Impossible).tries, 1);
    assert!(after(TryCalls::None).calling);
    assert_eq!(after(TryCalls::None).tries, 0);
}

#[test]
fn a_refusal_says_how_it_ended() {
    let ending = HoldEvent::Ending {
        calls: TryCalls::None,
        end: end(EndedBy::Dropped),
    };
    let (ending_hold, effect) = hold(Keeping::Retry, None).after(ending.clone()).unwrap();
    assert_eq!(effect, HoldEffect::Destroy);
    assert_eq!(
        ending_hold.after(ending).unwrap_err().to_string(),
        "hld_01jd7000000000000000000001 has ended already: dropped"
    );
}
