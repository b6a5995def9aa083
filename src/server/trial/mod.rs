//! Trying tokens: the questions of a trial put to the vendor, and what was answered written to the run's log. What it
//! proves is for `domain::trial` to say.

mod control;
mod control_token;
mod host_turns;
mod made_up;
mod made_up_cache;
mod refresh;
mod residual;
mod turns;

use control::ControlState;
pub(in crate::server) use control::beside_token_in_use;
pub use made_up_cache::MadeUpCache;
pub(in crate::server) use residual::{last_answer, residual};
pub use turns::TurnsByHost;

use std::sync::Arc;

use futures::future::{join_all, try_join_all};

use super::vendor::{self, AskedToken, VendorSession, not_askable};
use super::{Server, clock_and_ids};
use crate::domain::connection::Connection;
use crate::domain::disconnect::claims::{self, ClaimCircumstances};
use crate::domain::disconnect::log::{AnswerAbout, LoggedEvent, Record, RunToken, TokenCheck};
use crate::domain::disconnect::run::Run;
use crate::domain::trial::{
    Answer, Keeping, MadeUpAnswer, NOES, ProofPace, Reading, RefusalCause, Standing, TrialTerms,
    Verdict,
};
use crate::server::run_entries::StepError;
use crate::store::StoreError;
use crate::vault::ToRevoke;
use crate::wire::Topic;

/// Noes that spread over no more than this are waited for where the proof is begun. It goes on by itself otherwise.
const IN_LINE: std::time::Duration = std::time::Duration::from_secs(1);

/// How often a host that is busy for a moment is asked once more within one look.
const REPEATS: usize = 2;

/// A token on trial.
pub struct TokenOnTrial {
    /// The token, as the run knows it.
    pub token: RunToken,
    /// Its connection, with the account and values of its time.
    pub connection: Connection,
    /// The secret; none for one that was never seen.
    pub secret: Option<ToRevoke>,
}

/// A token on trial, and what stands beside it.
struct OnTrial<'s> {
    subject: &'s TokenOnTrial,
    stand: Option<ControlState>,
}

/// Tokens of one run on trial at one vendor.
pub struct Experiment<'a> {
    pub(in crate::server) server: &'a Arc<Server>,
    pub(in crate::server) run: &'a Run,
    vendor: Option<&'a VendorSession>,
    circumstances: ClaimCircumstances,
    pace: ProofPace,
}

impl<'a> Experiment<'a> {
    /// With the vendor as it is now; without one nothing can be asked.
    pub fn new(
        server: &'a Arc<Server>,
        run: &'a Run,
        vendor: Option<&'a VendorSession>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            server,
            run,
            vendor,
            circumstances: circumstances(server, run)?,
            pace: pace_for(server, vendor),
        })
    }

    /// How this token's trial stands by the log.
    #[must_use]
    pub fn stand(&self, log: &[Record], token: &RunToken, keeping: Keeping) -> Standing {
        claims::trial(log, token, self.circumstances).stand(TrialTerms {
            pace: &self.pace,
            keeping,
            turn: self.turn_taken(),
            now: clock_and_ids::now(),
        })
    }

    /// Whether the vendor took a call about this token.
    #[must_use]
    pub fn is_accepted(&self, log: &[Record], token: &RunToken) -> bool {
        claims::trial(log, token, self.circumstances).is_accepted()
    }

    /// What the latest look at this token said.
    #[must_use]
    pub fn last_reading(&self, log: &[Record], token: &RunToken) -> Option<Reading> {
        claims::trial(log, token, self.circumstances).last_reading()
    }

    /// One look, written down: before a call is made again it says whether the token lived then.
    pub(in crate::server) async fn ask_once(
        &self,
        subject: &TokenOnTrial,
    ) -> Result<(), StepError> {
        let mut log = self.log()?;
        self.look(std::iter::once(subject), &mut log).await
    }

    /// The first questions of D3: every one that there is, what a made-up token is answered to those that were passed, and
    /// whether something can stand beside the token. The answer that says most comes first.
    pub async fn first(&self, subject: &TokenOnTrial) -> (Vec<Answer>, TokenCheck) {
        let mut answers = self.ask(subject).await;
        answers.sort_by_key(|answer| answer.verdict != Verdict::Alive);
        let look = TokenCheck {
            made_up: self.made_up(subject, &answers).await,
            ..TokenCheck::default()
        };
        let is_made_up = |answer: &Answer| {
            let same = |it: &&Answer| it.is_to_the_same(answer);
            let found = look.made_up.iter().find(same);
            found.is_some_and(|it| it.verdict == Verdict::Alive)
        };
        for answer in &mut answers {
            if answer.verdict == Verdict::Alive && is_made_up(answer) {
                answer.verdict = Verdict::Unknown;
                answer.reason =
                    "a made-up token is answered in the same way, so that the answer says nothing"
                        .to_owned();
            }
        }
        answers.sort_by_key(|answer| answer.verdict != Verdict::Alive);
        (answers, look)
    }

    /// Looks at these tokens, those whose turn it is, until each is settled or has to wait, and writes what was seen. Returns
    /// the log.
    pub(in crate::server) async fn rounds(
        &self,
        subjects: &[TokenOnTrial],
        keeping: Keeping,
    ) -> Result<Vec<Record>, StepError> {
        let mut log = self.log()?;
        let stands = self.stands(subjects, &mut log).await?;
        let all = subjects.iter().zip(stands);
        let all = all.map(|(subject, stand)| OnTrial { subject, stand });
        let asked = self.asked_now(all.collect(), keeping, &log);
        if asked.is_empty() {
            return Ok(log);
        }
        self.look(asked.iter().map(|it| it.subject), &mut log)
            .await?;
        for round in 1..=NOES {
            let open: Vec<&TokenOnTrial> = asked
                .iter()
                .filter(|it| self.goes_on(&log, it))
                .map(|it| it.subject)
                .collect();
            if open.is_empty() {
                break;
            }
            if round == NOES {
                self.controls(&asked, &mut log).await?;
            } else {
                tokio::time::sleep(self.pace.step()).await;
            }
            self.look(open.into_iter(), &mut log).await?;
        }
        if self.pace.span <= IN_LINE {
            self.wait(&asked, &mut log, keeping).await?;
        }
        Ok(log)
    }

    /// Looks again whenever that is due, until all are settled.
    async fn wait(
        &self,
        asked: &[OnTrial<'_>],
        log: &mut Vec<Record>,
        keeping: Keeping,
    ) -> Result<(), StepError> {
        let end = clock_and_ids::now() + self.pace.patience();
        loop {
            let due = |subject: &TokenOnTrial| match self.stand(log, &subject.token, keeping) {
                Standing::UnderWay { next, .. } if next < end => Some(next),
                Standing::UnderWay { .. } | Standing::Settled(_) => None,
            };
            let subjects = asked.iter().map(|it| it.subject);
            let Some(next) = subjects.clone().filter_map(due).min() else {
                return Ok(());
            };
            let open: Vec<&TokenOnTrial> = subjects
                .filter(|subject| due(subject).is_some_and(|at| at <= next))
                .collect();
            let wait = std::time::Duration::try_from(next.duration_since(clock_and_ids::now()));
            tokio::time::sleep(wait.unwrap_or_default()).await;
            self.look(open.into_iter(), log).await?;
            self.controls(asked, log).await?;
        }
    }

    /// Whether more noes in a row can prove something: beside a control, or where the vendor names this token's end.
    fn goes_on(&self, log: &[Record], it: &OnTrial<'_>) -> bool {
        let trial = claims::trial(log, &it.subject.token, self.circumstances);
        match trial.last_reading() {
            Some(Reading::No(RefusalCause::Revoked)) => true,
            Some(Reading::No(_)) => it.has_control() && !trial.is_controlled(&self.pace),
            Some(Reading::Yes | Reading::Unclear | Reading::Nothing) | None => false,
        }
    }

    fn log(&self) -> Result<Vec<Record>, StoreError> {
        self.server.store.run_log(&self.run.id)
    }

    /// One look at each of these, written down.
    async fn look<'s>(
        &self,
        subjects: impl Iterator<Item = &'s TokenOnTrial>,
        log: &mut Vec<Record>,
    ) -> Result<(), StepError> {
        let told = subjects.map(|subject| self.look_at(subject, log));
        let told = try_join_all(told.collect::<Vec<_>>()).await?;
        let mut look = TokenCheck {
            shortened: self.pace.is_shortened(),
            ..TokenCheck::default()
        };
        for (answers, made_up) in told {
            look.answers.extend(answers);
            look.made_up.extend(made_up);
        }
        self.note(look, log)
    }

    async fn look_at(
        &self,
        subject: &TokenOnTrial,
        log: &[Record],
    ) -> Result<(Vec<AnswerAbout<Answer>>, Vec<Answer>), StepError> {
        let mut answers = self.ask(subject).await;
        for _ in 0..REPEATS {
            // A yes stands, and the answers of one look belong to one moment.
            let is_alive = answers.iter().any(|it| it.verdict == Verdict::Alive);
            if !is_alive && answers.iter().any(is_busy) {
                answers = once_more(answers, self.ask(subject).await);
            }
        }
        if let Some(vendor) = self.vendor {
            let tried = refresh::tried(self, vendor, subject, log).await?;
            answers.extend(tried);
        }
        let refused: Vec<Answer> = answers
            .iter()
            .filter(|answer| answer.verdict == Verdict::Dead)
            .cloned()
            .collect();
        let made_up = self.made_up(subject, &refused).await;
        let credential = &subject.token.credential;
        let told = answers.into_iter().map(|answer| AnswerAbout {
            credential: credential.clone(),
            answer,
        });
        Ok((told.collect(), made_up))
    }

    async fn ask(&self, subject: &TokenOnTrial) -> Vec<Answer> {
        match (self.vendor, &subject.secret) {
            (Some(vendor), Some(secret)) => {
                let token = AskedToken {
                    kind: subject.token.kind,
                    secret: secret.to_ask(),
                };
                vendor.ask_each(&subject.connection, token).await
            }
            (None, _) => vec![not_askable("the provider is not known here any more")],
            (_, None) => vec![not_askable("it was issued, and its answer was lost")],
        }
    }

    /// What a made-up token is answered to the questions of these answers, where it is not known yet.
    async fn made_up(&self, subject: &TokenOnTrial, answers: &[Answer]) -> Vec<Answer> {
        let (Some(vendor), Some(_)) = (self.vendor, &subject.secret) else {
            return Vec::new();
        };
        let asked = answers.iter().map(|answer| {
            let like = made_up::MadeUpForm::Subject(subject);
            made_up::answer(&self.server.made_up, vendor, like, answer)
        });
        let told = join_all(asked).await.into_iter();
        told.filter_map(MadeUpAnswer::clear).collect()
    }

    /// What stands beside each of these, and what it is answered now, written down.
    async fn stands(
        &self,
        subjects: &[TokenOnTrial],
        log: &mut Vec<Record>,
    ) -> Result<Vec<Option<ControlState>>, StepError> {
        let candidates = subjects
            .iter()
            .map(|subject| control::candidates(self.server, self.run, log, subject))
            .collect::<Result<Vec<_>, _>>()?;
        let Some(vendor) = self.vendor else {
            return Ok(candidates.iter().map(|_| None).collect());
        };
        let first = |of| control::first(self.server, vendor, of);
        let stands = try_join_all(candidates.into_iter().map(first)).await?;
        let told = |(subject, stand): (&TokenOnTrial, &Option<ControlState>)| {
            let answer = stand.as_ref()?.first.clone();
            let credential = subject.token.credential.clone();
            Some(AnswerAbout { credential, answer })
        };
        let controls: Vec<_> = subjects.iter().zip(&stands).filter_map(told).collect();
        if !controls.is_empty() {
            let look = TokenCheck {
                controls,
                ..TokenCheck::default()
            };
            self.note(look, log)?;
        }
        Ok(stands)
    }

    /// What has to pass beside these tokens is asked, and written down.
    async fn controls(
        &self,
        asked: &[OnTrial<'_>],
        log: &mut Vec<Record>,
    ) -> Result<(), StepError> {
        let Some(vendor) = self.vendor else {
            return Ok(());
        };
        let asked = asked.iter().filter_map(|it| {
            let source = &it.stand.as_ref()?.source;
            let credential = it.subject.token.credential.clone();
            Some(async move {
                let answer = source.ask(self.server, vendor).await?;
                Ok::<_, StoreError>(answer.map(|answer| AnswerAbout { credential, answer }))
            })
        });
        let told = try_join_all(asked).await?;
        let controls: Vec<_> = told.into_iter().flatten().collect();
        if controls.is_empty() {
            return Ok(());
        }
        let look = TokenCheck {
            controls,
            ..TokenCheck::default()
        };
        self.note(look, log)
    }

    fn note(&self, look: TokenCheck, log: &mut Vec<Record>) -> Result<(), StepError> {
        let looked = LoggedEvent::Looked { look };
        let at = clock_and_ids::now();
        self.server.store.noted(&self.run.id, at, [looked])?;
        log.extend(self.server.store.run_log_from(&self.run.id, log.len())?);
        self.server.hub.tell([Topic::Run(self.run.id.clone())]);
        Ok(())
    }
}

/// Whether a host was there and could not answer.
fn is_busy(answer: &Answer) -> bool {
    answer.verdict == Verdict::Unknown && answer.status.is_some_and(|status| status >= 500)
}

/// These answers, with those to the same questions in place of what a busy host said.
fn once_more(answers: Vec<Answer>, again: Vec<Answer>) -> Vec<Answer> {
    let mut repeated = answers;
    for answer in repeated.iter_mut().filter(|answer| is_busy(answer)) {
        if let Some(better) = again.iter().find(|it| it.is_to_the_same(answer)) {
            answer.clone_from(better);
        }
    }
    repeated
}

/// What a made-up token in the form of one in use is answered to the question of this answer.
pub(in crate::server) async fn made_up_like(
    known: &MadeUpCache,
    vendor: &VendorSession,
    connection: &Connection,
    token: AskedToken<'_>,
    like: &Answer,
) -> MadeUpAnswer {
    made_up::answer(
        known,
        vendor,
        made_up::MadeUpForm::Token(connection, token),
        like,
    )
    .await
}

/// What of a trial does not stand in the run's log.
pub fn circumstances(server: &Server, run: &Run) -> Result<ClaimCircumstances, StoreError> {
    Ok(ClaimCircumstances {
        registration: vendor::registration(server, &run.provider)?,
        began: run.started_at,
    })
}

/// The configured pace where every endpoint is on this machine; for any other vendor it is never shorter than by default.
pub(in crate::server) fn pace_for(server: &Server, vendor: Option<&VendorSession>) -> ProofPace {
    let is_local = vendor.is_some_and(VendorSession::is_on_loopback);
    match is_local || !server.pace.is_shortened() {
        true => server.pace.clone(),
        false => ProofPace::default(),
    }
}
