//! Trying a refresh token after its revocation, where that is the question that tells: `invalid_grant` is a refusal (RFC 6749
//! 5.2), and what is issued instead is stored, revoked and recorded. Never before: a refresh would spend it.

use std::collections::BTreeSet;

use super::{Experiment, TokenOnTrial};
use crate::domain::audit::authorizations::AnswerLost;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, Status};
use crate::domain::credential::{Credential, IssuedFor, IssuingCall, TokenKind};
use crate::domain::disconnect::claims;
use crate::domain::disconnect::log::{self, LoggedEvent, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::provider::{ProveRefresh, Question, RefreshKind, RefusalKind};
use crate::domain::trial::{Answer, Refusal, Shape, Verdict};
use crate::providers::{TokenError, made_up_like};
use crate::server::run_entries::{StepError, run_entry};
use crate::server::tokens::lost_token;
use crate::server::tokens::refresh::ReplacedTokens;
use crate::server::vendor::{VendorSession, not_askable};
use crate::server::{clock_and_ids, tokens};
use crate::store::facts::IssueIntent;
use crate::vault::{ToRevoke, ToTradeIn};

/// What trying the token brought; none where it is not tried.
pub(super) async fn tried(
    experiment: &Experiment<'_>,
    vendor: &VendorSession,
    subject: &TokenOnTrial,
    log: &[Record],
) -> Result<Option<Answer>, StepError> {
    if !is_to_be_tried(experiment, vendor, subject, log) {
        return Ok(None);
    }
    let (server, run) = (experiment.server, experiment.run);
    let all = server.store.credentials_of(&run.connection)?;
    let (Some(own), Some(secret)) = (
        all.iter().find(|c| c.id == subject.token.credential),
        subject.secret.as_ref().map(ToRevoke::to_try),
    ) else {
        return Ok(None);
    };
    let answer = match begun_before(experiment, log, own, &all)? {
        Some(answer) => answer,
        None => {
            let tried = RefreshTrial {
                own,
                all: &all,
                secret: &secret,
            };
            once(experiment, vendor, subject, tried).await?
        }
    };
    join(experiment, own).await?;
    Ok(Some(answer))
}

/// What a made-up refresh token is answered: `invalid_grant` from whoever accepts our client.
pub(super) async fn made_up(vendor: &VendorSession, subject: &TokenOnTrial) -> Option<Answer> {
    let own = subject.secret.as_ref()?.to_ask();
    let made_up = ToTradeIn::of(made_up_like(own.in_a_question())?);
    let endpoints = vendor.endpoints.as_ref().ok()?;
    let at = endpoints.token.as_deref().unwrap_or_default();
    let refreshed = vendor.try_refresh(endpoints, &made_up).await;
    match refreshed {
        Ok(_) => Some(answer(Verdict::Alive, at, "a made-up token was taken")),
        Err(error) => Some(refused(vendor, at, &error)),
    }
}

/// Whether a refresh is what tells of this token now.
pub(super) fn is_to_be_tried(
    experiment: &Experiment<'_>,
    vendor: &VendorSession,
    subject: &TokenOnTrial,
    log: &[Record],
) -> bool {
    let token = &subject.token;
    let may_be_tried = vendor.file().auth.prove_refresh != ProveRefresh::Never
        && vendor.file().auth.refresh != RefreshKind::None;
    let is_last_of_its_grant = !token.by_proof && !token.superseded;
    if token.kind != TokenKind::Refresh || !may_be_tried || !is_last_of_its_grant {
        return false;
    }
    if !is_nobody_elses(experiment.run, &subject.connection) {
        return false;
    }
    let trial = claims::trial(log, token, experiment.circumstances);
    // Where nobody has taken a revocation a trial would only issue more.
    if !trial.is_accepted() {
        return false;
    }
    let passed = trial.passed.iter().map(|it| it.question);
    let asked = trial
        .before
        .iter()
        .filter(|it| it.verdict == Verdict::Alive);
    let mut questions = passed.chain(asked.filter_map(|it| it.question));
    let has_other = questions.any(|question| question != Question::Refresh);
    vendor.file().auth.prove_refresh == ProveRefresh::Always || !has_other
}

/// Whether what a trial issues can be told from the tokens of a later authorization: after the run only as long as the
/// connection is out of service.
fn is_nobody_elses(run: &Run, connection: &Connection) -> bool {
    let is_out = connection.status == Status::Revoked && connection.generation == run.generation;
    run.ended_at.is_none() || is_out
}

/// A crash came after the token was tried: it is not tried again where it may have issued.
fn begun_before(
    experiment: &Experiment<'_>,
    log: &[Record],
    own: &Credential,
    all: &[Credential],
) -> Result<Option<Answer>, StepError> {
    let store = &experiment.server.store;
    let intents = store.intents_of(&experiment.run.connection)?;
    if intents.iter().any(|intent| intent.call == call(own)) {
        return Ok(Some(answer(
            Verdict::Unknown,
            "",
            "it was tried, and the answer was lost",
        )));
    }
    let tokens = log::tokens(log).unwrap_or_default();
    let is_listed = |c: &Credential| tokens.iter().any(|t| t.credential == c.id);
    let listed = tokens.iter().any(|t| t.proof_of.as_ref() == Some(&own.id));
    // One that has not joined the run yet was issued by the trial that a crash cut short: they come one at a time.
    let unlisted = all
        .iter()
        .any(|c| c.may_live() && c.label == own.label && !is_listed(c));
    let issued = listed || unlisted;
    Ok(issued.then(|| answer(Verdict::Alive, "", "it was tried, and issued new tokens")))
}

/// The token that is tried.
struct RefreshTrial<'a> {
    own: &'a Credential,
    /// Every credential of its connection.
    all: &'a [Credential],
    secret: &'a ToTradeIn,
}

async fn once(
    experiment: &Experiment<'_>,
    vendor: &VendorSession,
    subject: &TokenOnTrial,
    tried: RefreshTrial<'_>,
) -> Result<Answer, StepError> {
    let (server, run, own) = (experiment.server, experiment.run, tried.own);
    let Ok(endpoints) = &vendor.endpoints else {
        return Ok(not_askable("the provider's endpoints are not known"));
    };
    let intent = IssueIntent {
        credential: clock_and_ids::credential(),
        connection: run.connection.clone(),
        generation: own.generation,
        call: call(own),
        at: clock_and_ids::now(),
        lost: false,
    };
    server.store.intend_to_end(&intent).await?;
    let at = endpoints.token.as_deref().unwrap_or_default();
    match vendor.try_refresh(endpoints, tried.secret).await {
        Ok(set) => {
            let replaced = ReplacedTokens {
                intent: &intent,
                all: tried.all,
                label: &own.label,
                old: own,
            };
            tokens::refresh::keep(server, &subject.connection, vendor, replaced, &set)
                .await
                .map_err(tokens::NoToken::into_ours)?;
            Ok(answer(
                Verdict::Alive,
                at,
                "it was tried, and issued new tokens",
            ))
        }
        Err(error @ TokenError::Lost { .. }) => {
            let lost = Event::AnswerLost(AnswerLost {
                run: Some(run.id.clone()),
                ..AnswerLost::of(&own.id, "proof")
            });
            let entry = run_entry(run, lost, AuditOutcome::Warning);
            server.store.intent_lost(&intent, entry).await?;
            Ok(refused(vendor, at, &error))
        }
        Err(error) => {
            server.store.intent_settled(&intent).await?;
            Ok(refused(vendor, at, &error))
        }
    }
}

/// What the trial issued, or may have issued, is the run's to ask, revoke and judge.
async fn join(experiment: &Experiment<'_>, own: &Credential) -> Result<(), StepError> {
    let (server, run) = (experiment.server, experiment.run);
    let log = server.store.run_log(&run.id)?;
    let mut tokens = log::tokens(&log).unwrap_or_default().to_vec();
    let before = tokens.len();
    let tried = tokens.iter().find(|it| it.credential == own.id);
    let issued_for = tried.map_or_else(IssuedFor::default, |it| it.issued_for.clone());
    let is_new = |tokens: &[RunToken], id| !tokens.iter().any(|t| t.credential == id);
    for fresh in server.store.credentials_of(&run.connection)? {
        if fresh.may_live() && is_new(&tokens, fresh.id.clone()) {
            tokens.push(RunToken {
                label: fresh.label,
                expires_at: fresh.expires_at,
                by_proof: true,
                proof_of: Some(own.id.clone()),
                issued_for: issued_for.clone(),
                ..RunToken::known_by(fresh.id, fresh.kind, fresh.fingerprint)
            });
        }
    }
    for lost in server.store.intents_of(&run.connection)? {
        if lost.call == call(own) && is_new(&tokens, lost.credential.clone()) {
            tokens.push(lost_token(lost));
        }
    }
    if tokens.len() == before {
        return Ok(());
    }
    let joined = vec![LoggedEvent::Tokens { tokens }];
    Ok(server
        .store
        .recorded(&run.id, clock_and_ids::now(), joined, None)
        .await?)
}

fn call(own: &Credential) -> IssuingCall {
    IssuingCall::Proof(own.id.clone())
}

fn refused(vendor: &VendorSession, at: &str, error: &TokenError) -> Answer {
    match error {
        TokenError::Refused { error, .. } => Answer {
            refusal: Some(Refusal {
                kind: RefusalKind::Plain,
                shape: Shape {
                    codes: BTreeSet::from([format!("/error={error}")]),
                    ..Shape::default()
                },
                is_over_budget: vendor.is_over_budget(at),
            }),
            ..answer(Verdict::Dead, at, error)
        },
        error => answer(Verdict::Unknown, at, &error.to_string()),
    }
}

fn answer(verdict: Verdict, endpoint: &str, reason: &str) -> Answer {
    Answer {
        verdict,
        question: Some(Question::Refresh),
        endpoint: endpoint.to_owned(),
        status: None,
        reason: reason.to_owned(),
        at: clock_and_ids::now(),
        refusal: None,
    }
}
