//! The tokens of each run on trial in their turn, at hosts that bear only so many refusals.

use jiff::Timestamp;
use url::Url;

use super::control::ControlState;
use super::turns::BESIDE_A_CONTROL;
use super::{Experiment, OnTrial, refresh};
use crate::domain::disconnect::claims;
use crate::domain::disconnect::log::{self, Record};
use crate::domain::provider::Question;
use crate::domain::trial::{Keeping, NOES, Needed, ProofPace};
use crate::providers::is_on_loopback;
use crate::server::clock_and_ids;

impl Experiment<'_> {
    /// Those that are asked now: whoever waits for its turn is not, before that comes.
    pub(super) fn asked_now<'s>(
        &self,
        all: Vec<OnTrial<'s>>,
        keeping: Keeping,
        log: &[Record],
    ) -> Vec<OnTrial<'s>> {
        let waits = |it: &OnTrial<'_>| {
            let trial = claims::trial(log, &it.subject.token, self.circumstances);
            it.subject.secret.is_some() && trial.waits_for_its_turn(keeping)
        };
        let (waiting, mut now): (Vec<_>, Vec<_>) = all.into_iter().partition(waits);
        let is_later = |turn: Timestamp| turn > clock_and_ids::now();
        if !self.turn(&waiting, log).is_some_and(is_later) {
            now.extend(waiting);
        }
        now
    }

    /// When it is this run's turn, where it has taken one.
    pub(super) fn turn_taken(&self) -> Option<Timestamp> {
        self.server.turns.taken_by(&self.run.id)
    }

    /// Nothing more is asked for this run.
    pub(in crate::server) fn turn_is_over(&self) {
        self.server.turns.over(&self.run.id, self.pace.minute());
    }

    /// When the turn of these comes; none where their host bears any number of refusals, or refuses none of them.
    fn turn(&self, waiting: &[OnTrial<'_>], log: &[Record]) -> Option<Timestamp> {
        let vendor = self.vendor?;
        let mut host: Option<&str> = None;
        let mut refusals: u32 = 0;
        for it in waiting {
            let questions = self.refusable(it, log);
            host = host.or(questions.first().copied());
            let looks = match it.has_control() {
                true => NOES as u32 + 1,
                false => ProofPace::looks(),
            };
            let questions = u32::try_from(questions.len()).unwrap_or(u32::MAX);
            refusals = refusals.saturating_add(questions.saturating_mul(looks));
        }
        let endpoint = host?;
        let budget = vendor.file().refusal_budget(is_on_loopback(endpoint))?;
        let host = Url::parse(endpoint).ok()?;
        let needed = Needed {
            refusals,
            span: match waiting.iter().all(OnTrial::has_control) {
                true => BESIDE_A_CONTROL.min(self.pace.span),
                false => self.pace.span,
            },
            minute: self.pace.minute(),
            budget,
        };
        let refused = self.server.vendors.refused_of_late(&host);
        Some(self.server.turns.take(&host, &self.run.id, needed, refused))
    }

    /// Where it is asked what can be answered with a refusal, as it was before the first call: an introspection that says no
    /// is no refusal.
    fn refusable<'l>(&'l self, it: &OnTrial<'l>, log: &'l [Record]) -> Vec<&'l str> {
        let token = &it.subject.token;
        let (asked, _) = log::asked(log).unwrap_or_default();
        let own = asked.iter().filter(|(id, answer)| {
            let is_refusable = |question| question != Question::Introspection;
            *id == token.credential && answer.question.is_some_and(is_refusable)
        });
        let mut endpoints: Vec<&str> = own.map(|(_, answer)| answer.endpoint.as_str()).collect();
        if let Some(vendor) = self.vendor
            && refresh::is_to_be_tried(self, vendor, it.subject, log)
        {
            let known = vendor.endpoints.as_ref().ok();
            endpoints.extend(known.and_then(|known| known.token.as_deref()));
        }
        endpoints
    }
}

impl OnTrial<'_> {
    /// Whether something that must pass has passed.
    pub(super) fn has_control(&self) -> bool {
        self.stand.as_ref().is_some_and(ControlState::passed)
    }
}
