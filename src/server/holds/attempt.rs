//! One try at a held token: at its proof, or at ending it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::calls::{self, Called};
use super::{due_after, tell};
use crate::domain::audit::holds::{
    HoldEvidence, HoldOver, HoldTried, SecretDestroyed, TryEvidence,
};
use crate::domain::audit::tokens::TokenJudgedAgain;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::connection::Connection;
use crate::domain::disconnect::claims::calls_about;
use crate::domain::disconnect::log::{self, Happened, ProofStand, Record, RunToken};
use crate::domain::disconnect::{ends, run::Run};
use crate::domain::hold::{End, EndedBy, Hold, HoldEvent, HoldState, TryCalls};
use crate::domain::id::HoldId;
use crate::domain::trial::{CallAnswer, Finding, Keeping, Outcome, Reading, Standing};
use crate::server::entry::StepError;
use crate::server::trial::{Experiment, Subject};
use crate::server::trial::{last_answer, residual};
use crate::server::vendor::Vendor;
use crate::server::who::server_entry;
use crate::server::{Server, exposure, follow_ups, mint};
use crate::store::StoreError;
use crate::store::facts::{AfterHold, Exposed};

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
    if hold.is_not_in_backup() {
        let finding = as_it_stands(server, &hold)?;
        let why = why(EndedBy::NotInBackup, finding);
        return end(server, &hold, TryCalls::None, why, finding).await;
    }
    let now = mint::now();
    if hold.is_over(now) {
        let finding = as_it_stands(server, &hold)?;
        let why = why(EndedBy::Unproven, finding);
        return end(server, &hold, TryCalls::None, why, finding).await;
    }
    if hold.has_expired(now) {
        // What its calls brought stands: that it can live no more is nobody's answer.
        let finding = as_it_stands(server, &hold)?;
        return end(server, &hold, TryCalls::None, EndedBy::Expired, finding).await;
    }
    let run = server.store.run(&hold.run)?;
    let connection = as_it_was(server, &hold)?;
    let vendor = match Vendor::about(server, &connection).await {
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
        .open_for_revocation(&hold.sealed, hold.token.credential.as_str())?;
    let held = Held {
        server,
        run: &run,
        vendor: &vendor,
        subject: Subject {
            token: hold.token.clone(),
            connection,
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
struct Held<'a> {
    server: &'a Arc<Server>,
    run: &'a Run,
    vendor: &'a Vendor,
    subject: Subject,
}

impl Held<'_> {
    async fn tried(self, mut hold: Hold) -> Result<(), StepError> {
        let experiment = Experiment::new(self.server, self.run, Some(self.vendor))?;
        let (mut calls, mut retry_after) = (TryCalls::None, None);
        if hold.keeping == Keeping::Retry && !self.is_accepted(&experiment)? {
            experiment.ask_once(&self.subject).await?;
            match self.call(&mut hold).await? {
                Some(called) => (calls, retry_after) = (TryCalls::Made, called.retry_after),
                // A person has given it up.
                None => return Ok(()),
            }
        }
        let log = experiment
            .rounds(std::slice::from_ref(&self.subject), hold.keeping)
            .await?;
        super::adopted::hold_all(self.server, self.run).await?;
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

    async fn call(&self, hold: &mut Hold) -> Result<Option<Called>, StepError> {
        let secret: Option<&SecretString> = self.subject.secret.as_ref();
        calls::make(
            self.server,
            hold,
            self.vendor,
            &self.subject.connection,
            secret,
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
            return Ok(());
        }
        let came_back = experiment.last_reading(log, &hold.token) == Some(Reading::Yes);
        let file = self.server.provider(&self.run.provider);
        let residual = residual(file.as_deref(), &hold.token, meanwhile, hold.created_at);
        let judged = Happened::Judged {
            credential: id.clone(),
            after: last_answer(log, id),
            outcome: meanwhile,
            residual,
            proof: ProofStand {
                basis: None,
                until: Some(until),
            },
        };
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
            at: mint::now(),
            what: judged.clone(),
        });
        // Before its end the run has not said what it leaves alive.
        let exposed = match self.server.store.run(&hold.run)?.ended_at {
            Some(_) => exposure::follows(self.server, self.run, &log, Some(id))?,
            None => Exposed::default(),
        };
        self.server
            .store
            .judged_again(&hold.run, mint::now(), judged, exposed, entry)
            .await
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
        next: due_after(server, mint::now(), tries, rest.retry_after),
        until: None,
        last: rest.words,
    };
    let log = server.store.run_log(&hold.run)?;
    let id = &hold.token.credential;
    let evidence = TryEvidence {
        call: calls_about(&log, id).last().copied().cloned(),
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

/// The hold, if it is still held: a person may have given it up meanwhile.
pub(super) fn kept(changed: Result<Hold, StoreError>) -> Result<Option<Hold>, StoreError> {
    match changed {
        Err(StoreError::Refused(_)) => Ok(None),
        done => done.map(Some),
    }
}

fn why(otherwise: EndedBy, finding: Finding) -> EndedBy {
    match finding.outcome.proven() {
        true => EndedBy::Dead,
        false => otherwise,
    }
}

/// D6 of a hold, and the rest of its end.
pub(super) async fn end(
    server: &Arc<Server>,
    hold: &Hold,
    calls: TryCalls,
    why: EndedBy,
    finding: Finding,
) -> Result<(), StepError> {
    let log = server.store.run_log(&hold.run)?;
    let end = End {
        why,
        outcome: finding.outcome,
        basis: finding.basis,
        after: Some(last_answer(&log, &hold.token.credential)),
        note: String::new(),
    };
    let event = HoldEvent::Ending {
        calls,
        end: end.clone(),
    };
    let entry = |hold: &Hold| {
        let over = hold_over(hold, &end);
        let event = match hold.keeping {
            Keeping::Proof => Event::ProofSettled(over),
            Keeping::Retry | Keeping::Nothing => Event::HoldEnding(over),
        };
        Some(self::entry(hold, &end, event))
    };
    match kept(server.store.hold_changed(&hold.id, event, entry).await)? {
        Some(ending) => finish(server, &ending).await,
        None => Ok(()),
    }
}

/// Overwrites the slot of a hold that is ending, and says so. Redone after a crash.
pub(super) async fn finish(server: &Arc<Server>, ending: &Hold) -> Result<(), StepError> {
    let HoldState::Ending { end } = &ending.state else {
        return Ok(());
    };
    // In a folder that was restored its slot is nobody's, or another secret's.
    let slot = (!ending.is_not_in_backup()).then_some(&ending.sealed.key);
    if let Some(slot) = slot {
        server.vault.destroy(slot)?;
    }
    let log = server.store.run_log(&ending.run)?;
    let id = &ending.token.credential;
    let evidence = HoldEvidence {
        before: log::before(&log, id).cloned(),
        calls: calls_about(&log, id).into_iter().cloned().collect(),
        after: end.after.clone(),
    };
    let over = hold_over(ending, end);
    let event = match ending.keeping {
        Keeping::Proof => {
            Event::CredentialDestroyed(SecretDestroyed::Proof(over), Box::new(Some(evidence)))
        }
        Keeping::Retry | Keeping::Nothing => Event::HoldEnded(over, Box::new(evidence)),
    };
    let entry = entry(ending, end, event);
    let call = log.iter().rev().find_map(|record| match &record.what {
        Happened::Retried { credential, answer } if credential == id => Some(answer.clone()),
        _ => None,
    });
    let after = after(server, ending, end, log, call)?;
    server
        .store
        .hold_ended(ending, mint::now(), entry, after)
        .await?;
    if let Some(slot) = slot {
        server.vault.release(slot)?;
    }
    tell(server, ending);
    Ok(())
}

/// What follows for the run: its log is looked at as it will be.
fn after(
    server: &Server,
    ending: &Hold,
    end: &End,
    mut log: Vec<Record>,
    call: Option<CallAnswer>,
) -> Result<AfterHold, StoreError> {
    let run = server.store.run(&ending.run)?;
    let file = server.provider(&run.provider);
    let token = RunToken {
        expires_at: ending.expires_at,
        ..ending.token.clone()
    };
    let residual = residual(file.as_deref(), &token, end.outcome, ending.created_at);
    log.push(Record {
        at: mint::now(),
        what: Happened::HoldEnded {
            credential: ending.token.credential.clone(),
            call: call.clone(),
            after: end.after.clone(),
            outcome: end.outcome,
            residual,
            basis: end.basis,
        },
    });
    let steps = vec![ends::revoking(&log), ends::destroying(&log)];
    log.extend(steps.iter().map(|what| Record {
        at: mint::now(),
        what: what.clone(),
    }));
    let exposed = exposure::follows(server, &run, &log, Some(&ending.token.credential))?;
    let left = follow_ups::follows(server, &run, &ending.account, &log, &exposed)?;
    Ok(AfterHold {
        exposed,
        opened: left.opened.iter().map(follow_ups::opened).collect(),
        left,
        call,
        residual,
        state: Some(ends::state(&log)),
        steps,
    })
}

fn entry(hold: &Hold, end: &End, event: Event) -> NewEntry {
    let outcome = match end.outcome.proven() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    server_entry(event, &hold.connection, outcome)
}

/// How a hold ends, for the record.
pub(super) fn hold_over(hold: &Hold, end: &End) -> HoldOver {
    HoldOver {
        hold: hold.id.clone(),
        run: hold.run.clone(),
        credential: hold.token.credential.clone(),
        kind: hold.token.kind,
        fingerprint: hold.token.fingerprint.clone(),
        ended_by: end.why,
        outcome: end.outcome,
        basis: end.basis,
        tries: hold.tries,
        note: end.note.clone(),
    }
}

/// The connection with the account and values of the token's time.
fn as_it_was(server: &Server, hold: &Hold) -> Result<Connection, StoreError> {
    Ok(Connection {
        account: hold.account.clone(),
        fields: hold.fields.clone(),
        bound: hold.bound.clone(),
        ..server.store.connection(&hold.connection)?
    })
}
