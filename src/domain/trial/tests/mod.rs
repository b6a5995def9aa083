//! A bench for trials: what a vendor said, put together by hand.

mod any_vendor;
mod noes;
mod outcomes;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::provider::RefusalKind;

/// Everything that a trial borrows from.
struct Bench {
    kind: TokenKind,
    is_self_contained: bool,
    ends: Option<Timestamp>,
    on_record: Option<Question>,
    before: Vec<Answer>,
    made_up: Vec<Answer>,
    calls: Vec<CallAnswer>,
    seen: Vec<Event>,
    grant: Grant,
}

enum Event {
    Token(Vec<Answer>),
    Control(Box<ControlAnswer>),
}

fn at(seconds: f64) -> Timestamp {
    let begin: Timestamp = "2026-11-28T02:00:00Z".parse().unwrap();
    begin + SignedDuration::from_secs_f64(seconds)
}

fn shape(status: u16) -> Shape {
    Shape {
        status,
        schemes: BTreeSet::from(["bearer".to_owned()]),
        challenge_error: Some("invalid_token".to_owned()),
        ..Shape::default()
    }
}

fn answer(question: Question, verdict: Verdict, seconds: f64) -> Answer {
    let refusal = Refusal {
        kind: RefusalKind::Plain,
        shape: shape(401),
        is_over_budget: false,
    };
    Answer {
        verdict,
        question: Some(question),
        endpoint: format!("https://api.example/{question:?}"),
        status: Some(if verdict == Verdict::Alive { 200 } else { 401 }),
        reason: String::new(),
        at: at(seconds),
        refusal: (verdict == Verdict::Dead).then_some(refusal),
    }
}

fn named(kind: RefusalKind, seconds: f64) -> Answer {
    let mut no = answer(Question::Probe, Verdict::Dead, seconds);
    no.refusal = Some(Refusal {
        kind,
        shape: shape(403),
        is_over_budget: false,
    });
    no
}

fn called(verdict: CallVerdict) -> CallAnswer {
    CallAnswer {
        verdict,
        method: "POST".to_owned(),
        endpoint: "https://api.example/revoke".to_owned(),
        status: Some(200),
        request_id: None,
        reason: String::new(),
        at: at(0.0),
        not_before: None,
    }
}

fn control(verdict: Verdict, seconds: f64, is_of_other_tenant: bool) -> Event {
    Event::Control(Box::new(ControlAnswer {
        control: Control::Token {
            fingerprint: "0123456789abcdef".to_owned(),
            token: TokenKind::Access,
            is_of_other_tenant,
        },
        answer: answer(Question::Probe, verdict, seconds),
    }))
}

fn no(seconds: f64) -> Event {
    Event::Token(vec![answer(Question::Probe, Verdict::Dead, seconds)])
}

fn over_budget(seconds: f64) -> Event {
    let mut no = answer(Question::Probe, Verdict::Dead, seconds);
    let refusal = no.refusal.as_mut().unwrap();
    refusal.is_over_budget = true;
    Event::Token(vec![no])
}

fn yes(seconds: f64) -> Event {
    Event::Token(vec![answer(Question::Probe, Verdict::Alive, seconds)])
}

fn unclear(seconds: f64) -> Event {
    Event::Token(vec![answer(Question::Probe, Verdict::Unknown, seconds)])
}

/// Four noes between two controls, and one more.
fn beside_a_control() -> Vec<Event> {
    let mut seen = vec![control(Verdict::Alive, 0.1, false)];
    seen.extend([0.2, 0.5, 0.8, 1.1].map(no));
    seen.push(control(Verdict::Alive, 1.2, false));
    seen.push(no(1.3));
    seen
}

fn spread() -> Vec<Event> {
    [0.1, 1.2, 5.2, 20.2, 35.2, 50.2, 62.2].map(no).into()
}

impl Bench {
    /// An opaque access token that lived, a call that was accepted, and an honest vendor.
    fn new(seen: Vec<Event>) -> Self {
        Self {
            kind: TokenKind::Access,
            is_self_contained: false,
            ends: None,
            on_record: Some(Question::Probe),
            before: vec![answer(Question::Probe, Verdict::Alive, -1.0)],
            made_up: vec![answer(Question::Probe, Verdict::Dead, -1.0)],
            calls: vec![called(CallVerdict::Accepted)],
            seen,
            grant: Grant::default(),
        }
    }

    fn refused_before(seen: Vec<Event>) -> Self {
        let before = vec![answer(Question::Probe, Verdict::Dead, -1.0)];
        Self {
            before,
            ..Self::new(seen)
        }
    }

    fn calls(mut self, verdicts: &[CallVerdict]) -> Self {
        self.calls = verdicts.iter().map(|it| called(*it)).collect();
        self
    }

    fn stand(&self, keeping: Keeping, now: f64) -> Standing {
        self.stand_with(keeping, now, None)
    }

    fn stand_with(&self, keeping: Keeping, now: f64, turn: Option<f64>) -> Standing {
        let endpoint = self
            .on_record
            .map(|question| answer(question, Verdict::Alive, 0.0).endpoint);
        let passed = self.on_record.zip(endpoint.as_deref());
        let trial = Trial {
            subject: TrialSubject {
                kind: self.kind,
                is_self_contained: self.is_self_contained,
                ends: self.ends,
            },
            passed: passed
                .map(|(question, endpoint)| PastAcceptance { question, endpoint })
                .into_iter()
                .collect(),
            before: self.before.iter().collect(),
            made_up: self.made_up.iter().collect(),
            calls: self.calls.iter().collect(),
            seen: self
                .seen
                .iter()
                .map(|event| match event {
                    Event::Token(answers) => AfterCalls::Token(answers.iter().collect()),
                    Event::Control(control) => AfterCalls::Control(control),
                })
                .collect(),
            grant: self.grant,
            is_gone_disproved: false,
            is_introspection_disproved: false,
        };
        trial.stand(TrialTerms {
            pace: &ProofPace::default(),
            keeping,
            turn: turn.map(at),
            now: at(now),
        })
    }

    /// What is claimed once nothing more may be kept.
    fn claims(&self) -> (Outcome, Option<Basis>) {
        match self.stand(Keeping::Nothing, 1e6) {
            Standing::Settled(finding) => (finding.outcome, finding.basis),
            under_way @ Standing::UnderWay { .. } => panic!("{under_way:?}"),
        }
    }

    fn is_proven(&self) -> bool {
        self.claims().0.proven()
    }
}
