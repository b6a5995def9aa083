//! The noes in a row, and what passed beside them.

use std::time::Duration;

use jiff::Timestamp;

use super::pace::{NOES, ProofPace, has_passed};
use super::reading::RefusalCause;
use super::{AfterCalls, Answer, Control, ControlAnswer, Reading, Trial, Verdict};
use crate::domain::provider::Question;

/// The noes since anything else was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series {
    pub(super) noes: usize,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) named: RefusalCause,
    pub(super) rests_on_introspection: bool,
    pub(super) rests_on_refresh: bool,
    /// Whether the vendor had been asked too often for one of them: a lockout refuses everybody who is us.
    pub(super) is_over_budget: bool,
    /// The noes that no long time lies between: what passed in one was seen by nobody.
    pub(super) watched: NoSeries,
    /// How many noes there were when a control first passed.
    pub(super) opened: Option<usize>,
    /// How many there were when one passed again after [`NOES`] more.
    pub(super) closed: Option<usize>,
}

/// Noes in close succession.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoSeries {
    pub(super) noes: usize,
    pub(super) first: Timestamp,
}

impl Series {
    /// Four noes between two controls that passed, and one more before the secret goes.
    pub(super) fn is_controlled(&self) -> bool {
        self.closed.is_some_and(|closed| self.noes > closed)
    }

    pub(super) fn is_named(&self, named: RefusalCause) -> bool {
        self.named == named && self.noes >= NOES
    }

    pub(super) fn is_spread(&self, pace: &ProofPace) -> bool {
        self.watched.noes >= ProofPace::SPREAD_NOES && pace.is_spread(self.watched.first, self.last)
    }

    pub(super) fn lasts(&self, wait: Duration) -> bool {
        self.noes >= ProofPace::SPREAD_NOES && has_passed(self.first, self.last, wait)
    }
}

/// All that was seen, in short.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct History {
    pub(super) series: Option<Series>,
    pub(super) last: Option<(Reading, Timestamp)>,
    /// Since when nothing has been accepted: what is waited for is counted from here.
    pub(super) since: Option<Timestamp>,
    pub(super) was_controlled: bool,
}

impl Trial<'_> {
    /// Everything that was seen, in short.
    pub(super) fn history(&self, pace: &ProofPace) -> History {
        let mut history = History::default();
        let mut is_open = false;
        for seen in &self.seen {
            match seen {
                AfterCalls::Control(control) if !self.may_control(control) => {}
                AfterCalls::Control(control) if control.answer.verdict == Verdict::Alive => {
                    is_open = true;
                    history.was_controlled = true;
                    if let Some(series) = &mut history.series {
                        passed(series);
                    }
                }
                // What refuses the control may be what refused the token.
                AfterCalls::Control(_) => {
                    is_open = false;
                    history.series = None;
                }
                AfterCalls::Token(answers) => {
                    let Some(at) = answers.iter().map(|answer| answer.at).max() else {
                        continue;
                    };
                    let is_over_budget = answers.iter().any(|it| over_budget(it));
                    let reading = match self.read(answers) {
                        Reading::No(_) if is_over_budget && !is_open => Reading::Unclear,
                        reading => reading,
                    };
                    history.add(pace, reading, at, is_open);
                    if let Some(series) = &mut history.series {
                        let only = |question| self.rests_on(question, answers);
                        series.rests_on_introspection &= only(Question::Introspection);
                        series.rests_on_refresh &= only(Question::Refresh);
                        series.is_over_budget |= is_over_budget;
                    }
                }
            }
        }
        history
    }

    /// Whether this can stand beside the token: where no call was accepted, another tenant's token tells nothing of a tenant
    /// that was shut, and our own authentication nothing of the token.
    fn may_control(&self, control: &ControlAnswer) -> bool {
        match control.control {
            Control::Token {
                is_of_other_tenant, ..
            } => self.is_accepted() || !is_of_other_tenant,
            Control::Narrower { .. } | Control::File => true,
            Control::Client => self.is_accepted(),
        }
    }
}

impl History {
    fn add(&mut self, pace: &ProofPace, reading: Reading, at: Timestamp, is_open: bool) {
        let was_accepted = matches!(self.last, Some((Reading::Yes, _)));
        if self.since.is_none() || was_accepted {
            self.since = Some(at);
        }
        self.last = Some((reading, at));
        let Reading::No(named) = reading else {
            self.series = None;
            return;
        };
        self.series = Some(match self.series {
            None => Series {
                noes: 1,
                first: at,
                last: at,
                named,
                rests_on_introspection: true,
                rests_on_refresh: true,
                is_over_budget: false,
                watched: NoSeries { noes: 1, first: at },
                opened: is_open.then_some(0),
                closed: None,
            },
            Some(series) => Series {
                noes: series.noes + 1,
                watched: match pace.is_watched(at.duration_since(series.last)) {
                    true => NoSeries {
                        noes: series.watched.noes + 1,
                        ..series.watched
                    },
                    false => NoSeries { noes: 1, first: at },
                },
                last: at,
                named: series.named.min(named),
                ..series
            },
        });
    }
}

fn over_budget(answer: &Answer) -> bool {
    let refusal = answer.refusal.as_ref();
    refusal.is_some_and(|refusal| refusal.is_over_budget)
}

/// A control passed after the noes so far.
fn passed(series: &mut Series) {
    match series.opened {
        None => series.opened = Some(series.noes),
        Some(opened) if series.noes - opened >= NOES => {
            series.closed.get_or_insert(series.noes);
        }
        Some(_) => {}
    }
}
