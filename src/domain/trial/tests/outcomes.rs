//! What is claimed of a token, and when.

use super::*;

#[test]
fn a_closed_account_is_not_a_dead_token() {
    let suspended = |seconds| Event::Token(vec![named(RefusalKind::Suspended, seconds)]);
    let times = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2];
    let refused = Bench::new(times.map(suspended).into()).calls(&[CallVerdict::Rejected]);
    assert_eq!(refused.claims(), (Outcome::Rejected, None));
    // After a revocation that was accepted a vendor may say no more than that.
    let accepted = Bench::new(times.map(suspended).into());
    assert!(accepted.is_proven());
}

#[test]
fn a_revocation_that_the_vendor_names_needs_no_time() {
    let revoked = |seconds| Event::Token(vec![named(RefusalKind::Revoked, seconds)]);
    let four = || [0.1, 0.4, 0.7, 1.0].map(revoked).into();
    let accepted = Bench::new(four());
    let verified = (Outcome::VerifiedDead, Some(Basis::Named));
    assert_eq!(accepted.claims(), verified);
    let before = Bench::refused_before(four()).calls(&[CallVerdict::Rejected]);
    assert_eq!(before.claims(), (Outcome::AlreadyDead, Some(Basis::Named)));
}

#[test]
fn without_an_accepted_call_a_control_and_a_minute_are_needed() {
    let calls = &[CallVerdict::Unreachable];
    let quick = Bench::new(beside_a_control()).calls(calls);
    assert_eq!(quick.claims(), (Outcome::Unreachable, None));
    assert_eq!(
        Bench::new(spread()).calls(calls).claims(),
        (Outcome::Unreachable, None)
    );
    let mut both = beside_a_control();
    both.extend([5.2, 20.2, 35.2, 50.2, 62.3].map(no));
    let verified = (Outcome::VerifiedDead, Some(Basis::Control));
    assert_eq!(Bench::new(both).calls(calls).claims(), verified);
}

#[test]
fn another_tenants_token_tells_nothing_where_no_call_was_accepted() {
    let seen = || {
        let mut seen = vec![control(Verdict::Alive, 0.1, true)];
        seen.extend([0.2, 0.5, 0.8, 1.1].map(no));
        seen.push(control(Verdict::Alive, 1.2, true));
        seen.extend([1.3, 5.0, 20.0, 35.2, 50.2, 62.3].map(no));
        seen
    };
    assert!(Bench::new(seen()).is_proven());
    assert!(
        !Bench::new(seen())
            .calls(&[CallVerdict::Rejected])
            .is_proven()
    );
}

#[test]
fn everybody_refused_before_and_after_is_no_death() {
    // Accepted or not: nothing of this run explains the first refusal.
    for verdict in [CallVerdict::Accepted, CallVerdict::ClientRefused] {
        let bench = Bench::refused_before(spread()).calls(&[verdict]);
        assert!(!bench.is_proven(), "{verdict:?}");
    }
    // A day later it is one.
    let long = [0.1, 1.2, 5.2, 20.2, 86_500.0].map(no).into();
    let bench = Bench::refused_before(long).calls(&[CallVerdict::Rejected]);
    assert_eq!(bench.claims(), (Outcome::AlreadyDead, Some(Basis::Time)));
}

#[test]
fn what_ended_by_itself_an_hour_ago_is_believed_after_a_minute() {
    let bench = |hours: i64| {
        let mut bench = Bench::refused_before(spread()).calls(&[CallVerdict::Rejected]);
        bench.ends = Some(at(0.0) - SignedDuration::from_hours(hours));
        bench
    };
    assert_eq!(bench(2).claims(), (Outcome::AlreadyDead, Some(Basis::Time)));
    assert!(!bench(0).is_proven());
}

#[test]
fn whoever_refused_our_client_may_be_who_refuses_the_token() {
    let mut seen = beside_a_control();
    seen.extend([5.2, 20.2, 35.2, 50.2, 62.3].map(no));
    let with_control = Bench::refused_before(seen).calls(&[CallVerdict::ClientRefused]);
    assert_eq!(
        with_control.claims(),
        (Outcome::AlreadyDead, Some(Basis::Control))
    );
    let mut alone = Bench::refused_before(spread()).calls(&[CallVerdict::ClientRefused]);
    alone.ends = Some(at(-10_000.0));
    assert!(!alone.is_proven());
}

#[test]
fn gone_is_the_vendors_word_and_no_proof() {
    let mut bench = Bench::new(Vec::new()).calls(&[CallVerdict::Gone]);
    bench.seen = vec![yes(0.1)];
    assert_eq!(
        bench.claims(),
        (Outcome::Rejected, None),
        "a yes disproves it"
    );
    bench.seen = vec![unclear(0.1)];
    assert_eq!(bench.claims(), (Outcome::AcceptedUnverified, None));
}

#[test]
fn what_is_gone_after_a_lost_answer_may_be_gone_by_us() {
    let bench = Bench::new(spread()).calls(&[CallVerdict::Lost, CallVerdict::Gone]);
    assert_eq!(bench.claims(), (Outcome::VerifiedDead, Some(Basis::Time)));
}

#[test]
fn a_self_contained_token_dies_where_it_is_taken() {
    let mut bench = Bench::new(spread());
    bench.is_self_contained = true;
    assert!(bench.is_proven(), "the API that takes it was asked");
    let refused = [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2]
        .map(|seconds| Event::Token(vec![answer(Question::Userinfo, Verdict::Dead, seconds)]));
    bench.seen = refused.into();
    bench.before = vec![answer(Question::Userinfo, Verdict::Alive, -1.0)];
    bench.made_up = vec![answer(Question::Userinfo, Verdict::Dead, -1.0)];
    bench.on_record = Some(Question::Userinfo);
    assert_eq!(bench.claims(), (Outcome::AcceptedUnverified, None));
}

#[test]
fn the_issuers_word_about_a_refresh_token_needs_a_control() {
    let asked = |seen: Vec<Event>| {
        let by_issuer = |event| match event {
            Event::Token(answers) => Event::Token(
                answers
                    .into_iter()
                    .map(|it| Answer {
                        question: Some(Question::Introspection),
                        endpoint: "https://api.example/Introspection".to_owned(),
                        ..it
                    })
                    .collect(),
            ),
            control => control,
        };
        let mut bench = Bench::new(seen.into_iter().map(by_issuer).collect());
        bench.kind = TokenKind::Refresh;
        bench.on_record = Some(Question::Introspection);
        bench.before = vec![answer(Question::Introspection, Verdict::Alive, -1.0)];
        bench.made_up = vec![answer(Question::Introspection, Verdict::Dead, -1.0)];
        bench
    };
    assert!(!asked(spread()).is_proven(), "time does not replace it");
    assert!(asked(beside_a_control()).is_proven());
    let mut refused_at_api = asked(spread());
    refused_at_api.grant.is_refused_at_api = true;
    assert!(refused_at_api.is_proven());
}

#[test]
fn nothing_of_a_grant_dies_while_some_of_it_lives_that_the_call_should_have_killed() {
    let mut bench = Bench::new(beside_a_control());
    bench.kind = TokenKind::Refresh;
    assert!(bench.is_proven());
    bench.grant.lives_on = true;
    assert_eq!(bench.claims(), (Outcome::AcceptedUnverified, None));
}

#[test]
fn our_own_authentication_is_a_control_where_the_file_says_so() {
    let noes = [0.1, 0.4, 0.7, 1.0, 1.1];
    assert!(!Bench::new(noes.map(no).into()).is_proven());
    let mut seen = beside_a_control();
    for event in &mut seen {
        if let Event::Control(answer) = event {
            answer.control = Control::Client;
        }
    }
    let bench = Bench::new(seen);
    assert!(bench.is_proven());
    assert!(!bench.calls(&[CallVerdict::Rejected]).is_proven());
}

#[test]
fn failures_keep_their_name() {
    for (calls, outcome) in [
        (&[CallVerdict::Unreachable][..], Outcome::Unreachable),
        (&[CallVerdict::Limited], Outcome::Unreachable),
        (&[CallVerdict::Lost], Outcome::Unreachable),
        (&[CallVerdict::Rejected], Outcome::Rejected),
        (&[CallVerdict::ClientRefused], Outcome::Rejected),
        (&[CallVerdict::Unsupported], Outcome::Unsupported),
        (&[], Outcome::Unsupported),
    ] {
        assert_eq!(
            Bench::new(vec![yes(0.1)]).calls(calls).claims(),
            (outcome, None)
        );
    }
}

#[test]
fn a_proof_that_lacks_time_goes_on_and_says_until_when() {
    let stands = |seen, now| Bench::new(seen).stand(Keeping::Proof, now);
    let Standing::UnderWay {
        meanwhile,
        next,
        until,
    } = stands(vec![no(0.1)], 0.1)
    else {
        panic!("it is settled")
    };
    assert_eq!(meanwhile, Outcome::AcceptedUnverified);
    assert_eq!(next.duration_since(at(0.1)).as_secs(), 0);
    assert_eq!(until.duration_since(at(0.1)).as_secs(), 120);
    // What comes back in that time is begun anew within it, and no longer.
    let seen = || vec![no(0.1), no(1.2), unclear(5.2), no(10.3)];
    assert!(matches!(stands(seen(), 10.3), Standing::UnderWay { .. }));
    assert!(matches!(stands(seen(), 121.0), Standing::Settled(_)));
}

#[test]
fn a_token_that_is_slow_to_die_is_looked_at_again() {
    let Standing::UnderWay {
        meanwhile, next, ..
    } = Bench::new(vec![yes(0.1)]).stand(Keeping::Proof, 0.1)
    else {
        panic!("it is settled")
    };
    assert_eq!(meanwhile, Outcome::StillAlive);
    assert_eq!(next, at(5.0));
    let mut seen = vec![yes(0.1)];
    seen.extend([5.1, 6.2, 10.2, 25.2, 40.2, 55.2, 67.2].map(no));
    assert_eq!(
        Bench::new(seen).stand(Keeping::Proof, 67.2),
        Standing::Settled(Finding {
            outcome: Outcome::VerifiedDead,
            basis: Some(Basis::Time)
        })
    );
}

#[test]
fn nothing_is_kept_for_a_proof_that_time_would_not_bring() {
    let refused = Bench::refused_before(vec![no(0.1)]).calls(&[CallVerdict::Rejected]);
    assert!(matches!(
        refused.stand(Keeping::Proof, 0.1),
        Standing::Settled(_)
    ));
    assert!(matches!(
        refused.stand(Keeping::Retry, 0.1),
        Standing::UnderWay { .. }
    ));
}
