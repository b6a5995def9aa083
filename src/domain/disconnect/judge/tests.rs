//! The rules of proof, one by one.

use jiff::Timestamp;

use super::*;

fn answer(verdict: Verdict) -> Answer {
    Answer {
        verdict,
        question: Some(Question::Introspection),
        endpoint: String::new(),
        status: None,
        reason: String::new(),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn call(verdict: CallVerdict) -> CallAnswer {
    CallAnswer {
        verdict,
        method: "POST".to_owned(),
        endpoint: String::new(),
        status: None,
        request_id: None,
        reason: String::new(),
        at: Timestamp::UNIX_EPOCH,
        not_before: None,
    }
}

fn outcome(before: Verdict, passed: bool, calls: &[CallVerdict], after: Verdict) -> Outcome {
    let calls: Vec<CallAnswer> = calls.iter().map(|v| call(*v)).collect();
    let calls: Vec<&CallAnswer> = calls.iter().collect();
    judge(&Facts {
        kind: TokenKind::Access,
        before: &answer(before),
        passed_by: passed.then_some(Question::Introspection),
        passed_where: "",
        calls: &calls,
        after: &answer(after),
    })
}

#[test]
fn proof_is_the_same_question_accepted_before_and_refused_now() {
    use CallVerdict as C;
    use Verdict as V;
    assert_eq!(
        outcome(V::Alive, false, &[C::Accepted], V::Dead),
        Outcome::VerifiedDead
    );
    // The answer was lost, and the repeat found it gone: we killed it ourselves.
    assert_eq!(
        outcome(V::Alive, false, &[C::Lost, C::Gone], V::Dead),
        Outcome::VerifiedDead
    );
    // It died with its sibling, without a call of its own.
    assert_eq!(
        outcome(V::Alive, false, &[], V::Dead),
        Outcome::VerifiedDead
    );
}

#[test]
fn gone_is_no_proof_where_there_is_a_question_that_nobody_answers() {
    use CallVerdict as C;
    use Verdict as V;
    let gone = [C::Gone];
    assert_eq!(
        outcome(V::Unknown, false, &gone, V::Unknown),
        Outcome::AcceptedUnverified
    );
    assert_eq!(
        outcome(V::NotAskable, false, &gone, V::NotAskable),
        Outcome::AlreadyDead
    );
    assert_eq!(
        outcome(V::Dead, false, &gone, V::Dead),
        Outcome::AlreadyDead
    );
}

/// Authlib: `active:false` of a refresh token as soon as its access token has expired.
#[test]
fn introspection_alone_kills_no_refresh_token() {
    let of = |calls: &[&CallAnswer], before| {
        judge(&Facts {
            kind: TokenKind::Refresh,
            before: &answer(before),
            passed_by: Some(Question::Introspection),
            passed_where: "",
            calls,
            after: &answer(Verdict::Dead),
        })
    };
    let unreachable = call(CallVerdict::Unreachable);
    for before in [Verdict::Alive, Verdict::Dead] {
        assert_eq!(of(&[], before), Outcome::Unsupported);
        assert_eq!(of(&[&unreachable], before), Outcome::Unreachable);
    }
    // Whether anybody heard it is not known; that it died of it is, where it lived a moment before.
    let lost = call(CallVerdict::Lost);
    assert_eq!(of(&[&lost], Verdict::Alive), Outcome::VerifiedDead);
    assert_eq!(of(&[&lost], Verdict::Dead), Outcome::Unreachable);
    let accepted = call(CallVerdict::Accepted);
    assert_eq!(of(&[&accepted], Verdict::Alive), Outcome::VerifiedDead);
    assert_eq!(of(&[&accepted], Verdict::Dead), Outcome::AlreadyDead);
}

#[test]
fn what_is_gone_after_a_lost_answer_may_be_gone_by_us() {
    let outcome = |calls: &[_], after| outcome(Verdict::NotAskable, false, calls, after);
    let (gone, lost) = (CallVerdict::Gone, CallVerdict::Lost);
    assert_eq!(outcome(&[gone], Verdict::NotAskable), Outcome::AlreadyDead);
    assert_eq!(
        outcome(&[lost, gone], Verdict::NotAskable),
        Outcome::AcceptedUnverified
    );
}

#[test]
fn gone_is_not_enough_where_a_question_was_passed_and_cannot_be_asked_any_more() {
    let gone = call(CallVerdict::Gone);
    let mute = Answer {
        question: None,
        ..answer(Verdict::NotAskable)
    };
    let of = |passed_by| {
        judge(&Facts {
            kind: TokenKind::Access,
            before: &mute,
            passed_by,
            passed_where: "",
            calls: &[&gone],
            after: &mute,
        })
    };
    assert_eq!(of(None), Outcome::AlreadyDead);
    assert_eq!(of(Some(Question::Probe)), Outcome::AcceptedUnverified);
}

#[test]
fn the_same_question_is_asked_at_the_same_place() {
    let accepted = call(CallVerdict::Accepted);
    let elsewhere = Answer {
        endpoint: "https://other.example/introspect".to_owned(),
        ..answer(Verdict::Dead)
    };
    let outcome = |passed_where| {
        judge(&Facts {
            kind: TokenKind::Access,
            before: &answer(Verdict::Alive),
            passed_by: Some(Question::Introspection),
            passed_where,
            calls: &[&accepted],
            after: &elsewhere,
        })
    };
    let then = "https://issuer.example/introspect";
    assert_eq!(outcome(then), Outcome::AcceptedUnverified);
    assert_eq!(outcome(&elsewhere.endpoint), Outcome::VerifiedDead);
}

#[test]
fn being_refused_on_another_question_proves_nothing() {
    let of = |verdict, question| Answer {
        question: Some(question),
        ..answer(verdict)
    };
    let accepted = call(CallVerdict::Accepted);
    let outcome = |before: Answer, passed_by, after: Answer| {
        judge(&Facts {
            kind: TokenKind::Access,
            before: &before,
            passed_by,
            passed_where: "",
            calls: &[&accepted],
            after: &after,
        })
    };
    // A live token of which introspection always says `active:false`.
    assert_eq!(
        outcome(
            of(Verdict::Dead, Question::Introspection),
            Some(Question::Userinfo),
            of(Verdict::Dead, Question::Introspection)
        ),
        Outcome::AcceptedUnverified
    );
    assert_eq!(
        outcome(
            of(Verdict::Alive, Question::Userinfo),
            None,
            of(Verdict::Dead, Question::Introspection)
        ),
        Outcome::AcceptedUnverified
    );
}

#[test]
fn a_yes_alone_proves_nothing() {
    use CallVerdict as C;
    use Verdict as V;
    assert_eq!(
        outcome(V::Alive, true, &[C::Accepted], V::Alive),
        Outcome::StillAlive
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Accepted], V::Unknown),
        Outcome::AcceptedUnverified
    );
    assert_eq!(
        outcome(V::NotAskable, false, &[C::Accepted], V::NotAskable),
        Outcome::AcceptedUnverified
    );
    // `active:false` before and after, and never on record as having passed: it could be any token.
    assert_eq!(
        outcome(V::Dead, false, &[C::Accepted], V::Dead),
        Outcome::AcceptedUnverified
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Gone], V::Unknown),
        Outcome::AcceptedUnverified
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Gone], V::Alive),
        Outcome::StillAlive
    );
}

#[test]
fn dead_before_this_run_began() {
    use CallVerdict as C;
    use Verdict as V;
    assert_eq!(
        outcome(V::Dead, true, &[C::Accepted], V::Dead),
        Outcome::AlreadyDead
    );
    assert_eq!(
        outcome(V::Dead, true, &[C::Unreachable], V::Dead),
        Outcome::AlreadyDead
    );
    assert_eq!(
        outcome(V::NotAskable, false, &[C::Gone], V::NotAskable),
        Outcome::AlreadyDead
    );
}

#[test]
fn what_could_not_be_asked_first_is_held_against_its_record() {
    use CallVerdict as C;
    use Verdict as V;
    for before in [V::NotAskable, V::Unknown] {
        assert_eq!(
            outcome(before, true, &[C::Accepted], V::Dead),
            Outcome::VerifiedDead
        );
        assert_eq!(
            outcome(before, true, &[C::Lost], V::Dead),
            Outcome::VerifiedDead
        );
        assert_eq!(
            outcome(before, true, &[C::Unreachable], V::Dead),
            Outcome::AlreadyDead
        );
        assert_eq!(
            outcome(before, false, &[C::Accepted], V::Dead),
            Outcome::AcceptedUnverified
        );
    }
}

#[test]
fn failures_keep_their_name() {
    use CallVerdict as C;
    use Verdict as V;
    assert_eq!(
        outcome(V::Alive, true, &[C::Unreachable], V::Alive),
        Outcome::Unreachable
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Lost], V::Unknown),
        Outcome::Unreachable
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Rejected], V::Alive),
        Outcome::Rejected
    );
    assert_eq!(
        outcome(V::Alive, true, &[C::Unsupported], V::Alive),
        Outcome::Unsupported
    );
    assert_eq!(outcome(V::Alive, true, &[], V::Alive), Outcome::Unsupported);
    assert_eq!(outcome(V::Dead, false, &[], V::Dead), Outcome::Unsupported);
}
