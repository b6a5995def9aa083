//! What may be claimed about a token. Proof is the same question accepted before and refused now; neither a
//! 200 nor `active:false` alone is proof (RFC 7009 2.2 answers 200 for tokens that never existed).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::credential::TokenKind;
use crate::domain::provider::Question;

/// What a question about a token brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The vendor accepted it.
    Alive,
    /// The vendor refused it.
    Dead,
    /// The vendor's answer says neither.
    Unknown,
    /// There is no question that would tell.
    NotAskable,
}

/// A question about a token, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it brought.
    pub verdict: Verdict,
    /// Which question it answers; none when nothing was asked.
    #[serde(default)]
    pub question: Option<Question>,
    /// Where it was asked; empty when it could not be.
    pub endpoint: String,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// What there is to say in words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Answer {
    /// "dead (401)", "cannot be asked": the verdict first, for a 200 can mean either (RFC 7662 2.2).
    #[must_use]
    pub fn words(&self) -> String {
        let word = match self.verdict {
            Verdict::Alive => "alive",
            Verdict::Dead => "dead",
            Verdict::Unknown => "unclear",
            Verdict::NotAskable => return "cannot be asked".to_owned(),
        };
        format!("{word} ({})", self.short())
    }

    /// Whether the vendor was asked and could not say, so that the next time it may.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        let is_busy = self.status.is_none_or(|it| it == 429 || it >= 500);
        self.verdict == Verdict::Unknown && self.question.is_some() && is_busy
    }

    fn short(&self) -> String {
        match (self.verdict, self.status) {
            (_, Some(status)) => status.to_string(),
            // Trying a refresh token brings the vendor's word, not a status.
            (Verdict::Dead | Verdict::Alive, None) if !self.reason.is_empty() => {
                self.reason.clone()
            }
            (_, None) => "no answer".to_owned(),
        }
    }
}

/// What a revoking call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallVerdict {
    /// The vendor says it is done.
    Accepted,
    /// The vendor says it was already gone.
    Gone,
    /// The vendor has no such call, or not for this kind of token.
    Unsupported,
    /// The vendor could not be reached, or could not say.
    Unreachable,
    /// The request was sent and its answer lost: it may have acted.
    Lost,
    /// The vendor refused, or our own credentials are wrong.
    Rejected,
}

/// A revoking call, and its answer: the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallAnswer {
    /// What it brought.
    pub verdict: CallVerdict,
    /// The HTTP method.
    pub method: String,
    /// Where it went, secrets replaced.
    pub endpoint: String,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// What there is to say in words.
    pub reason: String,
    /// When the answer came.
    pub at: Timestamp,
    /// Before when the vendor does not want to be called again, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
}

impl CallAnswer {
    /// Whether the vendor has heard the call, or may have: it was taken, or refused for the token's sake and not for ours.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        match self.verdict {
            CallVerdict::Accepted | CallVerdict::Gone | CallVerdict::Lost => true,
            CallVerdict::Rejected => self
                .status
                .is_some_and(|it| (400..500).contains(&it) && !matches!(it, 401 | 403 | 429)),
            CallVerdict::Unreachable | CallVerdict::Unsupported => false,
        }
    }
}

/// What is claimed about one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted before, refused now.
    VerifiedDead,
    /// Refused although it is on record as having passed, or the recipe's `gone`.
    AlreadyDead,
    /// The vendor said yes, and the token still works.
    StillAlive,
    /// The vendor said yes, and nothing could be asked.
    AcceptedUnverified,
    /// The vendor has no way.
    Unsupported,
    /// The vendor could not be reached.
    Unreachable,
    /// The vendor refused to revoke.
    Rejected,
}

impl Outcome {
    /// Whether the token is proven dead.
    #[must_use]
    pub fn proven(self) -> bool {
        matches!(self, Self::VerifiedDead | Self::AlreadyDead)
    }

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::VerifiedDead => "verified dead",
            Self::AlreadyDead => "already dead",
            Self::StillAlive => "still alive",
            Self::AcceptedUnverified => "accepted, unverified",
            Self::Unsupported => "not revoked",
            Self::Unreachable => "unreachable",
            Self::Rejected => "rejected",
        }
    }

    /// The words on screen, of this kind of secret: an installation that nobody asked to remove is no failure to.
    #[must_use]
    pub fn words_of(self, kind: TokenKind) -> &'static str {
        match (self, kind) {
            (Self::Unsupported, TokenKind::Installation) => "left installed",
            _ => self.words(),
        }
    }

    /// The word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::VerifiedDead => "verified_dead",
            Self::AlreadyDead => "already_dead",
            Self::StillAlive => "still_alive",
            Self::AcceptedUnverified => "accepted_unverified",
            Self::Unsupported => "unsupported",
            Self::Unreachable => "unreachable",
            Self::Rejected => "rejected",
        }
    }
}

/// Everything that is known about one token when it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// The question before the first call of this run.
    pub before: &'a Answer,
    /// The question on which the token is on record as having passed earlier.
    pub passed_by: Option<Question>,
    /// Where it was asked then; empty when that was not kept.
    pub passed_where: &'a str,
    /// Every call that could have ended this token, in order.
    pub calls: &'a [&'a CallAnswer],
    /// The same question afterwards.
    pub after: &'a Answer,
}

/// The one outcome of a token.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> Outcome {
    let lived = facts.before.verdict == Verdict::Alive;
    let any = |verdict| facts.calls.iter().any(|call| call.verdict == verdict);
    // What is gone after a call whose answer was lost may have been ended by that call.
    let was_gone = any(CallVerdict::Gone) && !any(CallVerdict::Lost);
    // Where it was asked is a part of the question: an issuer's new address may know nothing of the old one's tokens.
    let is_same = facts.before.question == facts.after.question
        && facts.before.endpoint == facts.after.endpoint;
    let passed_here = facts.passed_where.is_empty() || facts.passed_where == facts.after.endpoint;
    let passed_before =
        facts.passed_by.is_some() && facts.passed_by == facts.after.question && passed_here;
    // Some issuers call a refresh token inactive as soon as its access token has expired (Authlib, 2026), and take it
    // all the same: their word counts once somebody has heard the revocation.
    let is_heard = facts.calls.iter().any(|call| match call.verdict {
        CallVerdict::Lost => lived,
        _ => call.is_heard(),
    });
    let is_hearsay = facts.kind == TokenKind::Refresh
        && facts.after.question == Some(Question::Introspection)
        && !is_heard;
    if facts.after.verdict == Verdict::Dead && !is_hearsay {
        // A token that lived when this run began died by this run, whatever the calls said: its answer
        // may have been lost, or a sibling's revocation took it along.
        if lived && is_same {
            return Outcome::VerifiedDead;
        }
        if facts.before.verdict == Verdict::Dead && (passed_before || was_gone) {
            return Outcome::AlreadyDead;
        }
        // It could not be asked first, and is on record as having passed: that record is the question before.
        // A call whose answer was lost may have ended it, so its death is ours until proven otherwise.
        if passed_before {
            return match any(CallVerdict::Accepted) || any(CallVerdict::Lost) {
                true => Outcome::VerifiedDead,
                false => Outcome::AlreadyDead,
            };
        }
    }
    if facts.after.verdict == Verdict::Alive
        && (any(CallVerdict::Accepted) || any(CallVerdict::Gone))
    {
        return Outcome::StillAlive;
    }
    if facts.after.verdict != Verdict::Alive && any(CallVerdict::Accepted) {
        return Outcome::AcceptedUnverified;
    }
    // `gone` is the vendor's own word about a token that nothing here says ever worked in this run. Where there is a
    // question and nobody answers it, or there was one and it cannot be asked any more, that word is not held against
    // anything.
    let could_be_asked = match facts.after.verdict {
        Verdict::Unknown => true,
        Verdict::NotAskable => facts.passed_by.is_some(),
        Verdict::Alive | Verdict::Dead => false,
    };
    if was_gone && !lived && !could_be_asked {
        return Outcome::AlreadyDead;
    }
    unsettled(facts)
}

fn unsettled(facts: &Facts<'_>) -> Outcome {
    let last = facts
        .calls
        .iter()
        .rev()
        .map(|call| call.verdict)
        .find(|v| *v != CallVerdict::Unsupported);
    match last {
        Some(CallVerdict::Gone | CallVerdict::Accepted) => Outcome::AcceptedUnverified,
        Some(CallVerdict::Unreachable | CallVerdict::Lost) => Outcome::Unreachable,
        Some(CallVerdict::Rejected) => Outcome::Rejected,
        Some(CallVerdict::Unsupported) | None => Outcome::Unsupported,
    }
}

/// Until when a token that is not proven dead may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residual {
    /// It is dead.
    None,
    /// It expires by itself at this time.
    Until(Timestamp),
    /// Nothing says when.
    Unknown,
    /// It does not expire.
    Never,
}

impl Serialize for Residual {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Until(at) => at.serialize(serializer),
            Self::Unknown => serializer.serialize_str("unknown"),
            Self::Never => serializer.serialize_str("never_expires"),
        }
    }
}

impl<'de> Deserialize<'de> for Residual {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        match text.as_deref() {
            None => Ok(Self::None),
            Some("unknown") => Ok(Self::Unknown),
            Some("never_expires") => Ok(Self::Never),
            Some(at) => at
                .parse()
                .map(Self::Until)
                .map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
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
}
