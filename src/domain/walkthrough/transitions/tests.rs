use super::*;

const ALL: [WalkState; 6] = [
    WalkState::Draft,
    WalkState::Planned,
    WalkState::Running,
    WalkState::Stopped,
    WalkState::Fallen,
    WalkState::Finished,
];

fn decision() -> Decision {
    let text = serde_json::json!({
        "user": "usr_01jd7000000000000000000001", "actor": "alice", "role": "owner",
        "origin": { "address": null, "via": "local" }, "at": "2026-11-29T00:00:00Z",
    });
    serde_json::from_value(text).unwrap()
}

fn planned() -> Planned {
    Planned {
        at: "2026-11-29T02:00:00Z".parse().unwrap(),
        decision: decision(),
        begun_at: None,
    }
}

fn walkthrough(state: WalkState) -> Walkthrough {
    let planned = (state == WalkState::Planned).then(planned);
    let text = serde_json::json!({
        "id": "wlk_01jd7000000000000000000001", "title": "everything", "choice": { "by": "all" },
        "by": "usr_01jd7000000000000000000001", "by_name": "alice",
        "terms": { "reason": "unused", "if_unreachable": "destroy" }, "page": "choose", "state": state,
        "version": 3, "created_at": "2026-11-29T00:00:00Z", "decision": null, "ended_at": null,
        "planned": planned,
    });
    serde_json::from_value(text).unwrap()
}

fn target() -> WalkTarget {
    let text = serde_json::json!({
        "walkthrough": "wlk_01jd7000000000000000000001", "index": 0,
        "connection": "con_01jd7000000000000000000001", "version": 1, "generation": 1, "provider": "ledger",
        "name": "acme", "owner": "workspace",
    });
    serde_json::from_value(text).unwrap()
}

/// From where each event may happen, and where it leads.
#[test]
fn every_event_in_every_state() {
    use WalkState::{Draft, Fallen, Finished, Planned, Running, Stopped};
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    let saved = WalkEvent::Saved {
        draft: Box::new(walkthrough(Draft)),
        expected: Some(3),
    };
    let begun = WalkEvent::Begun {
        decision: decision(),
        expected: None,
    };
    let stopped = WalkEvent::Stopped {
        because: "by alice".to_owned(),
        due: 1,
    };
    let goes_on = WalkEvent::GoesOn {
        decision: decision(),
    };
    let for_later = WalkEvent::Planned {
        planned: planned(),
        expected: Some(3),
    };
    let fell = WalkEvent::Fell {
        because: "alice is no user any more".to_owned(),
    };
    let table = [
        (for_later, Draft, Planned),
        (WalkEvent::Cancelled, Planned, Draft),
        (WalkEvent::BegunByTime { at }, Planned, Running),
        (fell, Planned, Fallen),
        (saved, Draft, Draft),
        (WalkEvent::Discarded, Draft, Draft),
        (begun, Draft, Running),
        (stopped, Running, Stopped),
        (goes_on, Stopped, Running),
    ];
    for (event, from, to) in table {
        for state in ALL {
            let after = walkthrough(state).after(event.clone());
            match after {
                Ok(after) => assert_eq!((state, after.state), (from, to), "{event:?}"),
                Err(WalkRefusal::Elsewhere { is, wanted, .. }) => {
                    assert!(is == state && wanted == from && state != from, "{event:?}");
                }
                Err(other) => panic!("{state:?} {event:?}: {other}"),
            }
        }
    }
    for state in ALL {
        let closed = walkthrough(state).after(WalkEvent::Closed);
        assert_eq!(closed.is_ok(), matches!(state, Stopped | Fallen));
    }
    // Its last part may end while it runs, and after it was stopped or closed.
    for state in [Running, Stopped, Fallen] {
        let finished = walkthrough(state)
            .after(WalkEvent::Finished { at })
            .unwrap();
        assert_eq!((finished.state, finished.ended_at), (Finished, Some(at)));
    }
}

#[test]
fn what_was_looked_at_is_what_begins() {
    let begun = WalkEvent::Begun {
        decision: decision(),
        expected: Some(2),
    };
    let refused = walkthrough(WalkState::Draft).after(begun).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "everything has changed meanwhile: it is at version 3, not 2"
    );
}

#[test]
fn what_is_planned_lies_ahead_and_begins_when_its_time_has_come() {
    let plan = |at: &str| {
        let planned = Planned {
            at: at.parse().unwrap(),
            ..planned()
        };
        let expected = None;
        walkthrough(WalkState::Draft).after(WalkEvent::Planned { planned, expected })
    };
    let refused = |at: &str| plan(at).unwrap_err().to_string();
    for at in ["2026-11-28T23:59:59Z", "2026-11-29T00:00:00Z"] {
        assert_eq!(refused(at), format!("{at} is over already"));
    }
    assert_eq!(
        refused("2027-11-30T00:00:00.001Z"),
        "2027-11-30T00:00:00.001Z is too far ahead: nothing is planned for later than 2027-11-30T00:00:00Z"
    );
    let planned = plan("2027-11-30T00:00:00Z").unwrap();
    // Nothing has been decided that a restart could go on with.
    assert_eq!(
        (planned.state, planned.decision.as_ref()),
        (WalkState::Planned, None)
    );
    let begin = |at: &str| {
        let at = at.parse().unwrap();
        planned.clone().after(WalkEvent::BegunByTime { at })
    };
    assert!(matches!(
        begin("2027-11-29T23:59:59.999Z"),
        Err(WalkRefusal::NotYet { .. })
    ));
    let on_time = begin("2027-11-30T00:00:00Z").unwrap();
    assert_eq!(on_time.late_by(), None);
    // Nor does it become late when it is stopped, and goes on a day later.
    let stopped = WalkEvent::Stopped {
        because: "by alice".to_owned(),
        due: 1,
    };
    let goes_on = WalkEvent::GoesOn {
        decision: Decision {
            at: "2027-12-01T00:00:00Z".parse().unwrap(),
            ..decision()
        },
    };
    let again = on_time.after(stopped).unwrap().after(goes_on).unwrap();
    assert_eq!(again.late_by(), None);
    let late = begin("2027-11-30T06:00:00Z").unwrap();
    assert_eq!(late.late_by(), Some(jiff::SignedDuration::from_hours(6)));
    let decided = late.decision.as_ref().unwrap();
    assert_eq!(
        (decided.actor.as_str(), decided.at.to_string().as_str()),
        ("alice", "2027-11-30T06:00:00Z")
    );
    // It begins once.
    assert!(
        late.after(WalkEvent::BegunByTime { at: decision().at })
            .is_err()
    );
    let cancelled = planned.after(WalkEvent::Cancelled).unwrap();
    assert_eq!(
        (cancelled.state, cancelled.planned),
        (WalkState::Draft, None)
    );
}

#[test]
fn nothing_is_stopped_once_everything_has_begun() {
    let stopped = WalkEvent::Stopped {
        because: String::new(),
        due: 0,
    };
    let refused = walkthrough(WalkState::Running).after(stopped);
    assert!(matches!(refused, Err(WalkRefusal::AllBegun(_))));
}

#[test]
fn a_target_has_one_turn() {
    let run = "run_01jd7000000000000000000001".parse().unwrap();
    let events = [
        TargetEvent::Begun { run },
        TargetEvent::PassedOver {
            why: "it is disconnected already".to_owned(),
        },
    ];
    for first in &events {
        let after = target().after(first.clone()).unwrap();
        for second in &events {
            let refused = after.clone().after(second.clone()).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "acme was begun in wlk_01jd7000000000000000000001 already"
            );
        }
    }
    let left_out = WalkTarget {
        left_out: true,
        ..target()
    };
    assert!(left_out.after(events[0].clone()).is_err());
}
