//! The settings in which a token is tried, and the search through each.

use std::collections::{HashSet, VecDeque};

use tagout::domain::trial::{CallVerdict, Keeping, Outcome};

use super::{Gap, Said, Setting};

/// Every state, breadth first; how many there are, and the way to the first that may not be.
fn search(setting: &Setting, gap: Option<Gap>) -> (usize, Option<String>, HashSet<Outcome>) {
    let start = setting.start();
    let mut known = HashSet::from([start.clone()]);
    let mut ways = vec![(0, "")];
    let mut open = VecDeque::from([(0, start)]);
    let mut claims = HashSet::new();
    while let Some((from, world)) = open.pop_front() {
        let steps = setting.steps(&world, gap);
        // Whatever is not settled goes on, and time does not stand still.
        assert!(world.claimed.is_some() || !steps.is_empty(), "{world:?}");
        claims.extend(world.claimed);
        for (name, after) in steps {
            if let Some(why) = setting.wrong(&after) {
                let mut way = vec![name];
                let mut at = from;
                while at != 0 {
                    way.push(ways[at].1);
                    at = ways[at].0;
                }
                way.reverse();
                return (
                    ways.len(),
                    Some(format!("{why}: {way:?}\n{after:?}")),
                    claims,
                );
            }
            if known.insert(after.clone()) {
                ways.push((from, name));
                open.push_back((ways.len() - 1, after));
            }
        }
    }
    (ways.len(), None, claims)
}

const TIME_ALONE: Setting = Setting {
    call: CallVerdict::Accepted,
    keeping: Keeping::Proof,
    has_control: false,
    before: Said::Yes,
    ends: None,
    walls: (Said::No, 1),
    lates: 0,
    dies: true,
};

/// What refuses everybody comes twice, and the server is away in between.
const LATE_ONCE: Setting = Setting {
    walls: (Said::No, 2),
    lates: 1,
    dies: false,
    ..TIME_ALONE
};

const CONTROLLED: Setting = Setting {
    has_control: true,
    ..TIME_ALONE
};

/// Each setting, and what can be claimed in it.
fn settings() -> Vec<(&'static str, Setting, Vec<Outcome>)> {
    use Outcome::{
        AcceptedUnverified, AlreadyDead, Rejected, StillAlive, Unreachable, VerifiedDead,
    };
    let silent = |setting| Setting {
        walls: (Said::Nothing, 1),
        ..setting
    };
    let strange = |setting| Setting {
        walls: (Said::Strange, 1),
        ..setting
    };
    let called = |call, setting| Setting { call, ..setting };
    let dead = Setting {
        before: Said::No,
        dies: false,
        ..CONTROLLED
    };
    let expires = Setting {
        ends: Some(20_000),
        dies: false,
        ..TIME_ALONE
    };
    let destroyed = Setting {
        keeping: Keeping::Nothing,
        ..CONTROLLED
    };
    let accepted = vec![AcceptedUnverified, StillAlive, VerifiedDead];
    vec![
        ("time alone", TIME_ALONE, vec![StillAlive, VerifiedDead]),
        ("late once", LATE_ONCE, vec![StillAlive]),
        ("time alone, silent", silent(TIME_ALONE), accepted.clone()),
        ("time alone, strange", strange(TIME_ALONE), accepted.clone()),
        ("it expires", expires, vec![VerifiedDead]),
        ("controlled", CONTROLLED, accepted.clone()),
        ("controlled, silent", silent(CONTROLLED), accepted.clone()),
        ("destroyed at once", destroyed, accepted),
        ("dead before", dead, vec![AcceptedUnverified, AlreadyDead]),
        (
            "rejected",
            called(CallVerdict::Rejected, CONTROLLED),
            vec![Rejected, VerifiedDead],
        ),
        (
            "unreachable",
            called(CallVerdict::Unreachable, silent(CONTROLLED)),
            vec![Unreachable, VerifiedDead],
        ),
    ]
}

#[test]
fn what_is_claimed_of_a_token_is_so_and_by_its_rules() {
    let mut wrongs = Vec::new();
    for (name, setting, expected) in settings() {
        let (states, wrong, claims) = search(&setting, None);
        println!("{name}: {states} states, {claims:?}");
        wrongs.extend(wrong.map(|it| format!("{name}: {it}")));
        if claims != HashSet::from_iter(expected) {
            wrongs.push(format!("{name}: claims {claims:?}"));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Faults that the server had before, put back.
#[test]
fn each_fault_of_a_trial_is_found_once_its_guard_is_missing() {
    for (gap, setting) in [
        (Gap::RefusedControlDropped, CONTROLLED),
        (Gap::LateLookUnseen, LATE_ONCE),
        (Gap::ControlAskedOnce, CONTROLLED),
    ] {
        let (states, wrong, _) = search(&setting, Some(gap));
        println!("{gap:?}: {states} states");
        let wrong = wrong.unwrap_or_else(|| panic!("{gap:?} is not found"));
        assert!(wrong.contains("of a token that lives"), "{gap:?}: {wrong}");
    }
}
