use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn execution(n: usize) -> ExecutionId {
    format!("exe_{n:026}").parse().unwrap()
}

/// An execution `n` of this connection, at this host.
fn asker(n: usize, connection: usize, host: usize) -> Asker {
    Asker {
        execution: execution(n),
        connection: format!("con_{connection:026}").parse().unwrap(),
        host: format!("{host}.example"),
        gives_way: false,
    }
}

fn places(of_a_host: usize, in_all: usize) -> PageSlots {
    PageSlots::new(SlotLimits { of_a_host, in_all })
}

fn wants(places: &mut PageSlots, asker: &Asker) -> Vec<ExecutionId> {
    places.after(SlotEvent::Wanted(asker.clone()))
}

#[test]
fn one_job_does_not_wait_behind_fifty_of_another_connection() {
    let mut places = places(2, 64);
    for n in 0..50 {
        wants(&mut places, &asker(n, 1, 1));
    }
    assert!(wants(&mut places, &asker(50, 2, 1)).is_empty());
    // The one that waited longest has the next place, and the other connection the one after it.
    assert_eq!(
        places.after(SlotEvent::Served(execution(0))),
        [execution(2)]
    );
    assert_eq!(
        places.after(SlotEvent::Served(execution(1))),
        [execution(50)]
    );
}

#[test]
fn who_is_alone_goes_on_at_once() {
    let mut places = places(1, 64);
    assert_eq!(wants(&mut places, &asker(0, 1, 1)), [execution(0)]);
    for _ in 0..3 {
        assert_eq!(
            places.after(SlotEvent::Served(execution(0))),
            [execution(0)]
        );
    }
    assert!(wants(&mut places, &asker(1, 1, 1)).is_empty());
    assert_eq!(
        places.after(SlotEvent::Served(execution(0))),
        [execution(1)]
    );
    assert_eq!(places.after(SlotEvent::Left(execution(1))), [execution(0)]);
}

#[test]
fn what_gives_way_has_every_fifth_place_and_all_of_them_when_it_is_alone() {
    let mut places = places(1, 64);
    let whole = Asker {
        gives_way: true,
        ..asker(0, 0, 1)
    };
    assert_eq!(wants(&mut places, &whole), [execution(0)]);
    for _ in 0..3 {
        let got = places.after(SlotEvent::Served(execution(0)));
        assert_eq!(got, [execution(0)]);
    }
    for n in 1..4 {
        assert!(wants(&mut places, &asker(n, n, 1)).is_empty());
    }
    let mut at = execution(0);
    let mut got = Vec::new();
    for _ in 0..10 {
        let next = places.after(SlotEvent::Served(at.clone()));
        at = next.first().unwrap().clone();
        got.push((0..4).find(|n| execution(*n) == at).unwrap());
    }
    assert_eq!(got, [1, 2, 3, 1, 0, 2, 3, 1, 2, 0]);
    // At another host it waits for nobody.
    let elsewhere = Asker {
        gives_way: true,
        ..asker(4, 4, 2)
    };
    assert_eq!(wants(&mut places, &elsewhere), [execution(4)]);
}

#[test]
fn a_slow_host_does_not_hold_all_places() {
    let mut places = places(16, 16);
    for n in 0..40 {
        wants(&mut places, &asker(n, n, 1));
    }
    assert_eq!((places.taken(), places.waiting()), (12, 28));
    // Nobody is served at the slow host, and all the same the others get on.
    for n in 40..44 {
        assert_eq!(wants(&mut places, &asker(n, n, n)), [execution(n)]);
    }
    assert!(wants(&mut places, &asker(44, 44, 44)).is_empty());
    assert_eq!(
        places.after(SlotEvent::Left(execution(43))),
        [execution(44)]
    );
}

#[test]
fn who_leaves_the_line_is_not_called() {
    let mut places = places(1, 64);
    for n in 0..3 {
        wants(&mut places, &asker(n, n, 1));
    }
    assert!(places.after(SlotEvent::Left(execution(1))).is_empty());
    assert_eq!(places.after(SlotEvent::Left(execution(0))), [execution(2)]);
    assert!(places.after(SlotEvent::Left(execution(2))).is_empty());
    assert_eq!((places.taken(), places.waiting()), (0, 0));
}

/// What happens, by the number of an asker.
#[derive(Debug, Clone)]
enum Act {
    Wants(usize),
    IsServed(usize),
    Leaves(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..ALL).prop_map(Act::Wants),
        5 => (0..ALL).prop_map(Act::IsServed),
        1 => (0..ALL).prop_map(Act::Leaves),
    ]
}

/// Executions: three connections at each of four hosts, and five executions of each.
const ALL: usize = 60;

fn of(n: usize) -> Asker {
    Asker {
        gives_way: n % 5 == 4,
        ..asker(n, n / 5, n / 15)
    }
}

/// Who was given places while somebody waited, by whom: connections at the same host, and hosts while there was room at its own.
#[derive(Debug, Default, Clone)]
struct Overtaken {
    own: BTreeMap<ExecutionId, usize>,
    connections: BTreeMap<String, usize>,
}

proptest! {
    #[test]
    fn bounds_hold_and_nobody_is_overtaken_twice(
        of_a_host in 1_usize..5,
        in_all in 1_usize..12,
        acts in proptest::collection::vec(act(), 0..400),
    ) {
        let mut places = places(of_a_host, in_all);
        let askers: BTreeMap<ExecutionId, Asker> = (0..ALL).map(|n| (execution(n), of(n))).collect();
        let mut line: BTreeMap<ExecutionId, Overtaken> = BTreeMap::new();
        for act in acts {
            let waited = places.waiting.clone();
            let held = places.held.clone();
            let (event, served) = match act {
                Act::Wants(n) => (SlotEvent::Wanted(of(n)), None),
                Act::IsServed(n) => (SlotEvent::Served(execution(n)), Some(execution(n))),
                Act::Leaves(n) => (SlotEvent::Left(execution(n)), None),
            };
            let got = places.after(event);
            prop_assert!(places.taken() <= in_all);
            for host in 0..4 {
                let host = format!("{host}.example");
                let counted = places.held.values().filter(|it| it.host == host).count();
                prop_assert_eq!(counted, places.taken_at(&host));
                prop_assert!(counted <= of_a_host);
            }
            for id in &got {
                prop_assert!(places.held.contains_key(id) && !places.waiting.contains_key(id));
                prop_assert!(!held.contains_key(id) || served.as_ref() == Some(id));
            }
            // No place stays free for which somebody waits.
            let is_kept_waiting = places.waiting.values().any(|it| places.has_room(&it.host));
            prop_assert!(!is_kept_waiting);
            // Whoever waits is passed once at most by each of its own connection, and once for each place that its connection
            // gets by each other connection at its host.
            line.retain(|id, _| places.waiting.contains_key(id) && waited.contains_key(id));
            for id in places.waiting.keys() {
                line.entry(id.clone()).or_default();
            }
            for (id, passed) in &mut line {
                let me = &askers[id];
                let is_alike = |it: &&Asker| it.host == me.host && it.gives_way == me.gives_way;
                for other in got.iter().map(|it| &askers[it]).filter(is_alike) {
                    if other.connection == me.connection {
                        let times = passed.own.entry(other.execution.clone()).or_default();
                        *times += 1;
                        prop_assert_eq!(*times, 1);
                        passed.connections.clear();
                    } else {
                        let times = passed.connections.entry(other.connection.to_string()).or_default();
                        *times += 1;
                        prop_assert!(*times <= 2);
                    }
                }
            }
        }
    }

    #[test]
    fn everybody_who_waits_gets_a_place(of_a_host in 1_usize..4, in_all in 1_usize..9, slow in 0_usize..4) {
        let mut places = places(of_a_host, in_all);
        let mut never: Vec<ExecutionId> = (0..ALL).map(execution).collect();
        let mut got = Vec::new();
        for n in 0..ALL {
            got.extend(wants(&mut places, &of(n)));
        }
        // The slow host answers every fourth time, and each round everybody else who has a place is served.
        let slow = format!("{slow}.example");
        for round in 0..ALL * 4 {
            never.retain(|id| !got.contains(id));
            if never.is_empty() {
                break;
            }
            let held: Vec<Asker> = places.held.values().cloned().collect();
            for asker in held {
                if asker.host != slow || round % 4 == 0 {
                    got.extend(places.after(SlotEvent::Served(asker.execution)));
                }
            }
        }
        prop_assert!(never.is_empty(), "{never:?}");
    }
}
