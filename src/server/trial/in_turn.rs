//! Each token on trial in its turn, at hosts that bear only so many refusals.

use jiff::Timestamp;
use url::Url;

use super::{Experiment, Subject};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::claims;
use crate::domain::disconnect::log::{self, Record, RunToken};
use crate::domain::provider::{ProveRefresh, ProviderFile, Question, RefreshKind};
use crate::domain::trial::{Answer, Needed, Pace, Verdict};
use crate::providers::is_on_loopback;
use crate::server::mint;

impl Experiment<'_> {
    /// Those whose turn it is, where it is not taken yet: they take it.
    pub(super) fn whose_turn_it_is<'s>(
        &self,
        subjects: &'s [Subject],
        log: &[Record],
    ) -> Vec<&'s Subject> {
        let now = mint::now();
        let is_now = |subject: &&Subject| match self.turn(&subject.token, log) {
            Some(turn) => turn <= now,
            None => true,
        };
        subjects.iter().filter(is_now).collect()
    }

    /// When it is this token's turn, where it has taken one.
    pub(super) fn turn_taken(&self, token: &RunToken) -> Option<Timestamp> {
        self.server.turns.taken_by(&token.credential)
    }

    /// Nothing more is asked about this token: others may be refused in its place.
    pub(super) fn turn_is_over(&self, token: &RunToken, log: &[Record]) {
        let trial = claims::trial(log, token, self.circumstances);
        let refusals = trial.looks().map(refusals_of).sum();
        self.server.turns.settled(&token.credential, refusals);
    }

    /// When it is this token's turn; none where its host bears any number of refusals, or nothing of it can be refused.
    fn turn(&self, token: &RunToken, log: &[Record]) -> Option<Timestamp> {
        let vendor = self.vendor?;
        let asked = refusable(token, log).map(|answer| answer.endpoint.as_str());
        let tried = may_be_tried(vendor.file(), token)
            .then(|| vendor.endpoints.as_ref().ok()?.token.as_deref())
            .flatten();
        let endpoints: Vec<&str> = asked.chain(tried).collect();
        let endpoint = endpoints.first()?;
        let questions = u32::try_from(endpoints.len()).ok()?;
        let budget = vendor.file().refusal_budget(is_on_loopback(endpoint))?;
        let host = Url::parse(endpoint).ok()?;
        let needed = Needed {
            refusals: questions * Pace::looks_in_span(),
            span: self.pace.span,
            minute: self.pace.minute(),
            budget,
        };
        let refused = self.server.vendors.refused_of_late(&host);
        let turns = &self.server.turns;
        Some(turns.take(&host, &token.credential, needed, refused))
    }
}

/// What it was asked before the first call that can be answered with a refusal: an introspection that says no is no refusal.
fn refusable<'l>(token: &'l RunToken, log: &'l [Record]) -> impl Iterator<Item = &'l Answer> {
    let (asked, _) = log::asked(log).unwrap_or_default();
    let own = asked.iter().filter(|(id, _)| *id == token.credential);
    own.map(|(_, answer)| answer).filter(|answer| {
        answer
            .question
            .is_some_and(|it| it != Question::Introspection)
    })
}

/// Whether it may be tried by a refresh, which is refused once more.
fn may_be_tried(file: &ProviderFile, token: &RunToken) -> bool {
    token.kind == TokenKind::Refresh
        && file.auth.prove_refresh != ProveRefresh::Never
        && file.auth.refresh != RefreshKind::None
}

fn refusals_of(answers: &[&Answer]) -> u32 {
    let is_refused = |answer: &&&Answer| {
        answer.verdict == Verdict::Dead && answer.question != Some(Question::Introspection)
    };
    u32::try_from(answers.iter().filter(is_refused).count()).unwrap_or(u32::MAX)
}
