//! One try at a held token: at its proof, or at ending it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::calls::{self, Called};
use super::end::{end, finish, kept};
use super::{due_after, tell};
use crate::domain::audit::holds::{HoldTried, TryEvidence};
use crate::domain::audit::tokens::TokenJudgedAgain;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::disconnect::claims::calls_about;
use crate::domain::disconnect::log::{self, LoggedEvent, ProofStand, Record};
use crate::domain::disconnect::run::Run;
use crate::domain::hold::{EndedBy, Hold, HoldEvent, HoldState, TryCalls};
use crate::domain::id::{CredentialId, HoldId};
use crate::domain::trial::{Finding, Keeping, Outcome, Reading, Residual, Standing};
use crate::server::caller::server_entry;
use crate::server::run_entries::StepError;
use crate::server::trial::{Experiment, TokenOnTrial};
use crate::server::trial::{last_answer, residual};
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids, exposure, grants};
use crate::store::StoreError;
use crate::store::facts::ExposureChanges;

/// Asks, calls where that is still to be done, and asks again. The hold and the run's log are the durable intent: a crash in
/// between repeats the call, and what is claimed then rests on the questions that were asked before the first one.
pub(super) async fn attempt(server: &Arc<Server>, id: &HoldId) -> Result<(), StepError> {
    let connection = server.store.hold(id)?.connection;
    // A run, a refresh or an exchange of the same connection ends first.
    let _one_at_a_time = server.locks.of(&connection).await;
    let hold = server.store.hold(id)?;
    match &hold.state {
        HoldState::Ended { .. } => return Ok(()),
        HoldState::Ending { .. } => return finish(server, &hold).await,
        HoldState::Waiting => {}
    }
    let of_then = as_it_was(server, &hold)?;
    let in_use_again = || grants::in_use_again(server, &hold, &of_then);
    if let Some(by) = hold.ends_untried(clock_and_ids::now(), in_use_again)? {
        let finding = as_it_stands(server, &hold)?;
        return end(server, &hold, TryCalls::None, why(by, finding), finding).await;
    }
    let run = server.store.run(&hold.run)?;
    let vendor = match VendorSession::about(server, &of_then).await {
        Ok(vendor) => vendor,
        Err(problem) => {
            let rest = Rest {
                calls: TryCalls::Impossible,
                retry_after: None,
                words: problem.message,
            };
            return later(server, &hold, rest).await;
        }
    };
    let secret = server
        .vault
        .open_to_revoke(&hold.sealed, hold.token.credential.as_str())?;
    let held = HeldTrial {
        server,
        run: &run,
        vendor: &vendor,
        subject: TokenOnTrial {
            token: hold.token.clone(),
            connection: of_then,
            secret: Some(secret),
        },
    };
    held.tried(hold).await
}

/// What may be claimed of a held token when nothing more is asked.
pub(super) fn as_it_stands(server: &Arc<Server>, hold: &Hold) -> Result<Finding, StoreError> {
    let run = server.store.run(&hold.run)?;
    let experiment = Experiment::new(server, &run, None)?;
    let log = server.store.run_log(&hold.run)?;
    let stands = experiment.stand(&log, &hold.token, Keeping::Nothing);
    Ok(match stands {
        Standing::Settled(finding) => finding,
        Standing::UnderWay { meanwhile, .. } => Finding {
            outcome: meanwhile,
            basis: None,
        },
    })
}

/// A held token on trial.
struct HeldTrial<'a> {
    server: &'a Arc<Server>,
    run: &'a Run,
    vendor: &'a VendorSession,
    subject: TokenOnTrial,
}

impl HeldTrial<'_> {
    async fn tried(self, mut hold: Hold) -> Result<(), StepError> {
        let experiment = Experiment::new(self.server, self.run, Some(self.vendor))?;
        let (mut calls, mut retry_after) = (TryCalls::None, None);
        if hold.keeping == Keeping::Retry && !self.is_accepted(&experiment)? {
            experiment.ask_once(&self.subject).await?;
            match self.call(&mut hold).await? {
                Called::Made { retry_after: asked } => {
                    (calls, retry_after) = (TryCalls::Made, asked);
                }
                Called::LeftOut => calls = TryCalls::Impossible,
                Called::Over => return Ok(()),
            }
        }
        let log = experiment
            .rounds(std::slice::from_ref(&self.subject), hold.keeping)
            .await?;
        super::late_tokens::hold_all(self.server, self.run).await?;
        match experiment.stand(&log, &hold.token, hold.keeping) {
            Standing::Settled(finding) if finding.outcome.proven() => {
                end(self.server, &hold, calls, EndedBy::Dead, finding).await
            }
            Standing::Settled(finding) if hold.keeping == Keeping::Proof => {
                end(self.server, &hold, calls, EndedBy::Unproven, finding).await
            }
            Standing::Settled(finding) if finding.outcome == Outcome::AcceptedUnverified => {
                end(self.server, &hold, calls, EndedBy::Accepted, finding).await
            }
            Standing::Settled(finding) => {
                let rest = Rest {
                    calls,
                    retry_after,
                    words: words(&log, &hold, finding.outcome),
                };
                later(self.server, &hold, rest).await
            }
            Standing::UnderWay {
                meanwhile,
                next,
                until,
            } => {
                self.reassess(&experiment, &log, &hold, meanwhile, until)
                    .await?;
                let rests = HoldEvent::Rests {
                    calls,
                    next,
                    until: Some(until),
                    last: words(&log, &hold, meanwhile),
                };
                let changed = self.server.store.hold_changed(&hold.id, rests, |_| None);
                kept(changed.await)?;
                tell(self.server, &hold);
                Ok(())
            }
        }
    }

    fn is_accepted(&self, experiment: &Experiment<'_>) -> Result<bool, StoreError> {
        let log = self.server.store.run_log(&self.run.id)?;
        Ok(experiment.is_accepted(&log, &self.subject.token))
    }

    async fn call(&self, hold: &mut Hold) -> Result<Called, StepError> {
        calls::make(
            self.server,
            hold,
            self.vendor,
            &self.subject.connection,
            self.subject.secret.as_ref(),
        )
        .await
    }

    /// What is claimed meanwhile has changed: the run says so, and the record.
    async fn reassess(
        &self,
        experiment: &Experiment<'_>,
        log: &[Record],
        hold: &Hold,
        meanwhile: Outcome,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let id = &hold.token.credential;
        let Some((_, before, _)) = log::judged(log, id) else {
            return Ok(());
        };
        if before == meanwhile {
            return self.postpone(log, hold, meanwhile, until);
        }
        let came_back = experiment.last_reading(log, &hold.token) == Some(Reading::Yes);
        let file = self.server.provider(&self.run.provider);
        let residual = residual(file.as_deref(), &hold.token, meanwhile, hold.created_at);
        let judged = judged(log, id, meanwhile, residual, until);
        let again = TokenJudgedAgain {
            run: hold.run.clone(),
            credential: id.clone(),
            kind: hold.token.kind,
            fingerprint: hold.token.fingerprint.clone(),
            before,
            outcome: meanwhile,
            residual_until: residual,
        };
        let event = match came_back {
            true => Event::TokenCameBack(again),
            false => Event::TokenJudgedAgain(again),
        };
        let entry = server_entry(event, &hold.connection, AuditOutcome::Warning);
        let mut log = log.to_vec();
        log.push(Record {
            at: clock_and_ids::now(),
            what: judged.clone(),
        });
        // Before its end the run has not said what it leaves alive.
        let exposed = match self.server.store.run(&hold.run)?.ended_at {
            Some(_) => exposure::follows(self.server, self.run, &log, Some(id))?,
            None => ExposureChanges::default(),
        };
        self.server
            .store
            .judged_again(&hold.run, clock_and_ids::now(), judged, exposed, entry)
            .await
    }

    /// The proof goes on for longer than was said, since its turn comes later.
    fn postpone(
        &self,
        log: &[Record],
        hold: &Hold,
        outcome: Outcome,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let id = &hold.token.credential;
        let stands = log::proof(log, id).and_then(|proof| proof.until);
        let is_later = stands.is_some_and(|stands| until > stands);
        let Some((_, _, residual)) = log::judged(log, id).filter(|_| is_later) else {
            return Ok(());
        };
        let judged = judged(log, id, outcome, residual, until);
        self.server
            .store
            .noted(&self.run.id, clock_and_ids::now(), [judged])
    }
}

/// What may be claimed while a proof goes on until then.
fn judged(
    log: &[Record],
    id: &CredentialId,
    outcome: Outcome,
    residual: Residual,
    until: Timestamp,
) -> LoggedEvent {
    LoggedEvent::Judged {
        credential: id.clone(),
        after: last_answer(log, id),
        outcome,
        residual,
        proof: ProofStand {
            basis: None,
            until: Some(until),
        },
    }
}

fn words(log: &[Record], hold: &Hold, outcome: Outcome) -> String {
    let call = calls_about(log, &hold.token.credential).last().copied();
    match (&hold.narrowed, call) {
        (Some(why), _) => format!("{}; {why}", outcome.words()),
        (None, Some(call)) if !call.reason.is_empty() => call.reason.clone(),
        (None, _) => outcome.words().to_owned(),
    }
}

/// How a try ended that has not ended the hold.
struct Rest {
    /// What it did.
    calls: TryCalls,
    /// How long the vendor wants to be left alone.
    retry_after: Option<Duration>,
    /// What it brought.
    words: String,
}

/// It is due again later.
async fn later(server: &Server, hold: &Hold, rest: Rest) -> Result<(), StepError> {
    let tries = hold.tries_after(rest.calls);
    let rests = HoldEvent::Rests {
        calls: rest.calls,
        next: due_after(server, clock_and_ids::now(), tries, rest.retry_after),
        until: None,
        last: rest.words,
    };
    let log = server.store.run_log(&hold.run)?;
    let id = &hold.token.credential;
    let call = calls_about(&log, id).last().copied().cloned();
    let evidence = TryEvidence {
        call: call.filter(|_| rest.calls == TryCalls::Made),
        after: last_answer(&log, id),
    };
    let entry = |hold: &Hold| {
        let event = Event::HoldTried(hold_tried(hold), Box::new(evidence));
        let entry = server_entry(event, &hold.connection, AuditOutcome::Warning);
        Some(entry)
    };
    if let Some(hold) = kept(server.store.hold_changed(&hold.id, rests, entry).await)? {
        tell(server, &hold);
    }
    Ok(())
}

fn hold_tried(hold: &Hold) -> HoldTried {
    HoldTried {
        hold: hold.id.clone(),
        run: hold.run.clone(),
        kind: hold.token.kind,
        fingerprint: hold.token.fingerprint.clone(),
        tries: hold.tries,
        next_try: hold.next_try,
        last: hold.last.clone(),
        narrowed: hold.narrowed.clone(),
    }
}

/// What was proven by then is said of what is kept no longer; that a token has expired, or is in use again, is no proof.
fn why(untried: EndedBy, finding: Finding) -> EndedBy {
    match untried {
        EndedBy::NotInBackup | EndedBy::Unproven if finding.outcome.proven() => EndedBy::Dead,
        other => other,
    }
}

/// The connection with the account and values of the token's time.
pub(super) fn as_it_was(server: &Server, hold: &Hold) -> Result<Connection, StoreError> {
    Ok(Connection {
        account: hold.account.clone(),
        fields: hold.fields.clone(),
        bound: hold.bound.clone(),
        ..server.store.connection(&hold.connection)?
    })
}
