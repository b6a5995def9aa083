//! What counts as a no, and how many are needed.

use super::*;
use crate::domain::saturating_time::saturating_later;

#[test]
fn an_accepted_call_and_noes_beside_a_control_prove_a_death() {
    let bench = Bench::new(beside_a_control());
    assert_eq!(
        bench.claims(),
        (Outcome::VerifiedDead, Some(Basis::Control))
    );
}

#[test]
fn noes_that_spread_over_a_minute_prove_it_without_one() {
    assert_eq!(
        Bench::new(spread()).claims(),
        (Outcome::VerifiedDead, Some(Basis::Time))
    );
    // A blip of any number of noes is none.
    let blip = (0..40).map(|n| no(0.1 + f64::from(n) * 0.02)).collect();
    assert_eq!(
        Bench::new(blip).claims(),
        (Outcome::AcceptedUnverified, None)
    );
}

/// Only what an accepted call lets expect refusals of, and what is kept until then.
#[test]
fn whoever_is_likely_refused_waits_for_its_turn() {
    let next = |bench: &Bench, keeping| match bench.stand_with(keeping, 1.0, Some(500.0)) {
        Standing::UnderWay { next, until, .. } => Some((next, until)),
        Standing::Settled(_) => None,
    };
    let (now, patience) = (at(1.0), ProofPace::default().patience());
    let fresh = Bench::new(Vec::new());
    for keeping in [Keeping::Proof, Keeping::Retry] {
        let waits = (at(500.0), saturating_later(at(500.0), patience));
        assert_eq!(next(&fresh, keeping), Some(waits));
    }
    let at_once = Some((now, saturating_later(now, patience)));
    assert_eq!(next(&fresh, Keeping::Nothing), at_once);
    for refused in [
        CallVerdict::Unreachable,
        CallVerdict::Rejected,
        CallVerdict::Unsupported,
    ] {
        let bench = Bench::new(Vec::new()).calls(&[refused]);
        assert_eq!(next(&bench, Keeping::Proof), at_once, "{refused:?}");
    }
    // A proof that has begun goes on at its own times.
    let begun = next(&Bench::new(vec![no(0.1)]), Keeping::Proof);
    assert!(begun.is_some_and(|(next, _)| next < at(10.0)), "{begun:?}");
}

#[test]
fn what_a_vendor_refuses_that_was_asked_too_often_counts_beside_a_control_alone() {
    let minute = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2]
        .map(over_budget)
        .into();
    assert!(!Bench::new(minute).is_proven());
    let mut spread_beside = vec![control(Verdict::Alive, 0.05, false)];
    spread_beside.extend([0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2].map(over_budget));
    assert!(
        !Bench::new(spread_beside).is_proven(),
        "the control has to pass again"
    );
    let mut seen = vec![control(Verdict::Alive, 0.1, false)];
    seen.extend([0.2, 0.5, 0.8, 1.1].map(over_budget));
    seen.push(control(Verdict::Alive, 1.2, false));
    seen.push(over_budget(1.3));
    assert_eq!(
        Bench::new(seen).claims(),
        (Outcome::VerifiedDead, Some(Basis::Control))
    );
    // Once the minute is over, time counts from its beginning.
    let mut later = vec![over_budget(0.1), over_budget(1.2)];
    later.extend([61.0, 62.2, 66.2, 81.2, 96.2, 111.2, 123.2].map(no));
    assert_eq!(
        Bench::new(later).claims(),
        (Outcome::VerifiedDead, Some(Basis::Time))
    );
}

#[test]
fn fewer_noes_than_four_beside_a_control_are_not_enough() {
    let mut seen = beside_a_control();
    seen.remove(4);
    assert!(!Bench::new(seen).is_proven());
    // Nor is the last one before the secret goes left out.
    let mut seen = beside_a_control();
    seen.pop();
    assert!(!Bench::new(seen).is_proven());
}

#[test]
fn a_control_that_is_refused_says_that_everybody_is() {
    let mut seen = beside_a_control();
    seen.insert(3, control(Verdict::Dead, 0.6, false));
    assert!(!Bench::new(seen).is_proven());
    let mut seen = beside_a_control();
    seen[5] = control(Verdict::Dead, 1.2, false);
    assert!(!Bench::new(seen).is_proven());
}

#[test]
fn no_time_proves_a_death_while_another_token_is_refused_too() {
    let mut seen = Vec::new();
    for seconds in [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2] {
        seen.push(control(Verdict::Dead, seconds - 0.05, false));
        seen.push(no(seconds));
    }
    let bench = Bench::new(seen);
    assert!(!bench.is_proven());
    let standing = bench.stand(Keeping::Proof, 63.0);
    assert!(
        matches!(standing, Standing::UnderWay { .. }),
        "{standing:?}"
    );
}

#[test]
fn noes_that_nobody_looked_between_are_no_series() {
    let seen: Vec<Event> = [0.1, 1.2, 5.2, 20.2, 62.2].map(no).into();
    assert!(!Bench::new(seen).is_proven(), "42 s were seen by nobody");
    assert!(Bench::new(spread()).is_proven());
}

#[test]
fn a_control_says_nothing_of_the_place_where_a_refresh_token_is_traded_in() {
    let traded = |seconds| Event::Token(vec![answer(Question::Refresh, Verdict::Dead, seconds)]);
    let of = |seen| {
        let mut bench = Bench::new(seen);
        bench.kind = TokenKind::Refresh;
        bench.on_record = Some(Question::Refresh);
        bench.before = Vec::new();
        bench.made_up = vec![answer(Question::Refresh, Verdict::Dead, -1.0)];
        bench
    };
    let mut seen = vec![control(Verdict::Alive, 0.1, false)];
    seen.extend([0.2, 0.5, 0.8, 1.1].map(traded));
    seen.push(control(Verdict::Alive, 1.2, false));
    seen.push(traded(1.3));
    assert!(!of(seen).is_proven());
    let minute = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2].map(traded).into();
    assert_eq!(
        of(minute).claims(),
        (Outcome::VerifiedDead, Some(Basis::Time))
    );
}

#[test]
fn what_is_said_of_a_made_up_token_names_nobodys_end() {
    let noes =
        || [0.1, 0.4, 0.7, 1.0].map(|at| Event::Token(vec![named(RefusalKind::Revoked, at)]));
    let mut bench = Bench::new(noes().into());
    assert!(bench.is_proven());
    bench.made_up.push(named(RefusalKind::Revoked, 0.5));
    assert!(!bench.is_proven());
}

#[test]
fn a_no_of_another_kind_than_this_vendors_says_nothing() {
    let gateway = |seconds| {
        let mut no = answer(Question::Probe, Verdict::Dead, seconds);
        let schemes = BTreeSet::from(["basic".to_owned()]);
        no.refusal = Some(Refusal {
            kind: RefusalKind::Plain,
            shape: Shape {
                schemes,
                ..shape(401)
            },
            is_over_budget: false,
        });
        Event::Token(vec![no])
    };
    let seen = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2, 124.0]
        .map(gateway)
        .into();
    assert_eq!(
        Bench::new(seen).claims(),
        (Outcome::AcceptedUnverified, None)
    );
}

#[test]
fn where_nobody_knows_how_a_made_up_token_is_refused_no_refusal_counts() {
    let mut bench = Bench::new(spread());
    bench.made_up.clear();
    assert!(!bench.is_proven());
    bench.made_up = vec![answer(Question::Probe, Verdict::Alive, 0.0)];
    assert!(!bench.is_proven(), "whoever takes anything says nothing");
}

#[test]
fn one_yes_is_alive() {
    let mut bench = Bench::new(spread());
    bench.seen.push(yes(63.0));
    assert_eq!(bench.claims(), (Outcome::StillAlive, None));
    // From whichever question.
    let mut bench = Bench::new(Vec::new());
    bench.seen = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2]
        .map(|seconds| {
            Event::Token(vec![
                answer(Question::Introspection, Verdict::Alive, seconds),
                answer(Question::Probe, Verdict::Dead, seconds),
            ])
        })
        .into();
    assert_eq!(bench.claims(), (Outcome::StillAlive, None));
}

#[test]
fn every_question_that_was_passed_has_to_say_no() {
    let mut bench = Bench::new(
        [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2]
            .map(|seconds| {
                Event::Token(vec![
                    answer(Question::Userinfo, Verdict::Unknown, seconds),
                    answer(Question::Probe, Verdict::Dead, seconds),
                ])
            })
            .into(),
    );
    assert!(bench.is_proven(), "only the probe was passed");
    let passed = answer(Question::Userinfo, Verdict::Alive, -1.0);
    bench.before.push(passed);
    assert!(!bench.is_proven());
}

#[test]
fn what_is_unclear_begins_the_noes_anew() {
    let mut seen = spread();
    seen.insert(3, unclear(10.0));
    assert!(!Bench::new(seen).is_proven());
}

#[test]
fn a_question_counts_at_the_place_where_it_was_passed() {
    let elsewhere = |seconds| {
        let mut no = answer(Question::Probe, Verdict::Dead, seconds);
        no.endpoint = "https://elsewhere.example/Probe".to_owned();
        Event::Token(vec![no])
    };
    let mut bench = Bench::new(
        [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2]
            .map(elsewhere)
            .into(),
    );
    let mut made_up = answer(Question::Probe, Verdict::Dead, 0.0);
    made_up.endpoint = "https://elsewhere.example/Probe".to_owned();
    bench.made_up.push(made_up);
    assert!(!bench.is_proven());
}
