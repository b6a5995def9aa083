//! The word for a connection's health, and why.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{AnswerMeaning, Headroom, NearExpiry, RecentAnswers};
use crate::domain::connection::{Health, Status};
use crate::domain::credential::TokenKind;

/// Fewer answers make no rate.
const FEW: usize = 4;
/// A vendor that takes longer for half of its answers is slow.
const SLOW: Duration = Duration::from_secs(3);
/// The days before a token's end from which on the health says it.
const SOON: i64 = 7;

/// What is known of a connection.
#[derive(Debug, Clone, Copy)]
pub struct HealthFacts<'a> {
    /// Where it stands.
    pub status: Status,
    /// What was kept of its health when it came to stand there.
    pub kept: Health,
    /// Why it stands there.
    pub reason: &'a str,
    /// Until when its access token is still taken although its grant was refused.
    pub works_until: Option<Timestamp>,
    /// What was heard since the server started.
    pub heard: Option<&'a RecentAnswers>,
    /// When it was last seen alive: by an answer, by a sync, by its issue.
    pub alive_at: Option<Timestamp>,
    /// Whether there is a question that tells whether its token lives.
    pub is_askable: bool,
    /// How often it is asked.
    pub every: Duration,
    /// The token whose end is near.
    pub ending: Option<NearExpiry>,
    /// When this is asked.
    pub now: Timestamp,
}

/// A health, and what it rests on; what weighs most comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The word.
    pub health: Health,
    pub causes: Vec<Cause>,
}

/// What a health rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Cause {
    /// It is not in service, and nobody asks.
    OutOfService,
    /// The vendor refused the token or the grant.
    Refused { why: String },
    /// The access token is still taken until then.
    WorksUntil {
        /// When it ends.
        at: Timestamp,
    },
    /// It cannot be used now.
    Trouble { why: String },
    /// There is no question that tells whether its token lives.
    NotAskable,
    /// Nobody has asked for longer than somebody should.
    NobodyAsked {
        /// When the vendor last took the token.
        since: Option<Timestamp>,
    },
    /// The vendor does not answer.
    NoAnswer {
        /// Since when.
        since: Timestamp,
        why: String,
    },
    /// The vendor asks to slow down.
    Limited {
        /// Since when.
        since: Timestamp,
    },
    /// The vendor speaks of the state of an account.
    Suspended { why: String },
    /// What the vendor answered says nothing of the token.
    Unclear { why: String },
    /// Many of the latest answers were no yes.
    ErrorRate {
        /// So many.
        failed: u64,
        /// Of so many.
        of: u64,
    },
    /// Half of the latest answers took this long or longer.
    Slow {
        /// In milliseconds.
        median_ms: u64,
    },
    /// Little is left of the vendor's limit.
    LittleHeadroom(Headroom),
    /// A token ends that nothing renews by itself.
    Ends(NearExpiry),
    /// The vendor took the token.
    Alive {
        /// When it last did.
        at: Timestamp,
    },
}

/// How a connection's health is called, and why. Beside a refused grant it is never called healthy.
#[must_use]
pub fn assess(known: &HealthFacts<'_>) -> Assessment {
    let why = known.reason.to_owned();
    let (health, mut causes) = match known.status {
        Status::Revoked | Status::Pending | Status::Disconnecting => {
            return Assessment {
                health: Health::Unknown,
                causes: vec![Cause::OutOfService],
            };
        }
        Status::ReconnectRequired => refused(known, why),
        Status::Error => {
            let health = match known.kept {
                Health::Healthy | Health::Unknown => Health::Degraded,
                kept @ (Health::Degraded | Health::Down) => kept,
            };
            (health, vec![Cause::Trouble { why }])
        }
        Status::Connected => connected(known),
    };
    let Some(ending) = known.ending else {
        return Assessment { health, causes };
    };
    let is_soon = ending.within_days <= SOON;
    let ends = Cause::Ends(ending);
    match health {
        Health::Healthy if is_soon => {
            causes.insert(0, ends);
            Assessment {
                health: Health::Degraded,
                causes,
            }
        }
        _ => {
            causes.push(ends);
            Assessment { health, causes }
        }
    }
}

fn refused(known: &HealthFacts<'_>, why: String) -> (Health, Vec<Cause>) {
    let mut causes = vec![Cause::Refused { why }];
    match known.works_until.filter(|at| *at > known.now) {
        Some(at) => {
            causes.push(Cause::WorksUntil { at });
            (Health::Degraded, causes)
        }
        None => (Health::Down, causes),
    }
}

/// The latest answer decides; behind a yes stands what comes before trouble: errors, slowness, little headroom.
fn connected(known: &HealthFacts<'_>) -> (Health, Vec<Cause>) {
    let last = known.heard.and_then(RecentAnswers::last);
    let since = |said| {
        let since = known.heard.and_then(|heard| heard.since(said));
        since.unwrap_or(known.now)
    };
    let why = last.map(|last| last.why.clone()).unwrap_or_default();
    match last.map_or(AnswerMeaning::Alive, |last| last.said) {
        AnswerMeaning::Alive => taken(known),
        AnswerMeaning::Refused => (Health::Down, vec![Cause::Refused { why }]),
        AnswerMeaning::NoAnswer => {
            let since = since(AnswerMeaning::NoAnswer);
            (Health::Down, vec![Cause::NoAnswer { since, why }])
        }
        AnswerMeaning::Suspended => (Health::Down, vec![Cause::Suspended { why }]),
        AnswerMeaning::Limited => {
            let since = since(AnswerMeaning::Limited);
            (Health::Degraded, vec![Cause::Limited { since }])
        }
        AnswerMeaning::Unclear => (Health::Degraded, vec![Cause::Unclear { why }]),
    }
}

fn taken(known: &HealthFacts<'_>) -> (Health, Vec<Cause>) {
    // Whoever is asked is asked a little later than the time says, so that not all are asked at once.
    let good_for = match known.is_askable {
        true => known.every.saturating_mul(2),
        false => known.every,
    };
    let good_for = SignedDuration::try_from(good_for).unwrap_or(SignedDuration::MAX);
    let is_young = |at: &Timestamp| known.now.duration_since(*at) <= good_for;
    let not_askable = (!known.is_askable).then_some(Cause::NotAskable);
    let Some(at) = known.alive_at.filter(is_young) else {
        let since = known.alive_at;
        let nobody = vec![Cause::NobodyAsked { since }];
        let causes = not_askable.map_or(nobody, |cause| vec![cause]);
        return (Health::Unknown, causes);
    };
    let mut causes = known.heard.map(strain).unwrap_or_default();
    let health = match causes.is_empty() {
        true => Health::Healthy,
        false => Health::Degraded,
    };
    causes.push(Cause::Alive { at });
    causes.extend(not_askable);
    (health, causes)
}

/// What comes before trouble.
fn strain(heard: &RecentAnswers) -> Vec<Cause> {
    let mut causes = Vec::new();
    let (failed, of) = heard.failed();
    if of >= FEW && failed * 4 >= of {
        let (failed, of) = (failed as u64, of as u64);
        causes.push(Cause::ErrorRate { failed, of });
    }
    if let Some(median) = heard.median().filter(|it| *it >= SLOW) {
        let median_ms = u64::try_from(median.as_millis()).unwrap_or(u64::MAX);
        causes.push(Cause::Slow { median_ms });
    }
    let little = |it: &Headroom| it.left.saturating_mul(10) < it.of;
    causes.extend(heard.headroom.filter(little).map(Cause::LittleHeadroom));
    causes
}

impl Cause {
    /// In words, with times as `moment` writes them.
    #[must_use]
    pub fn words(&self, moment: impl Fn(Timestamp) -> String) -> String {
        match self {
            Self::OutOfService => "not in service".to_owned(),
            Self::Refused { why } => or(why, "the provider refused the token"),
            Self::WorksUntil { at } => format!("works until {}", moment(*at)),
            Self::Trouble { why } => or(why, "it cannot be used now"),
            Self::NotAskable => {
                "not asked: the provider file has no question for this token".to_owned()
            }
            Self::NobodyAsked { since: None } => "not asked yet".to_owned(),
            Self::NobodyAsked { since: Some(at) } => {
                format!("not asked since {}", moment(*at))
            }
            Self::NoAnswer { since, why } => {
                format!("no answer since {}: {why}", moment(*since))
            }
            Self::Limited { since } => {
                format!("the provider asks to slow down, since {}", moment(*since))
            }
            Self::Suspended { why } => {
                format!("the provider speaks of the account, not of the token: {why}")
            }
            Self::Unclear { why } => format!("the answer says nothing of the token: {why}"),
            Self::ErrorRate { failed, of } => {
                format!("{failed} of the last {of} requests failed")
            }
            Self::Slow { median_ms } => {
                let (whole, tenth) = (median_ms / 1000, median_ms % 1000 / 100);
                format!("half of the requests take {whole}.{tenth} s or longer")
            }
            Self::LittleHeadroom(Headroom { left, of }) => {
                format!("{left} of {of} requests are left of the provider's limit")
            }
            Self::Ends(NearExpiry {
                kind,
                at,
                within_days,
            }) => {
                let token = match kind {
                    TokenKind::Access => "the access token",
                    TokenKind::Refresh => "the refresh token",
                    TokenKind::ApiKey => "the key",
                    TokenKind::Installation => "the installation",
                    TokenKind::Unknown => "a token",
                };
                format!("{token} ends within {within_days} days, {}", moment(*at))
            }
            Self::Alive { at } => format!("last accepted {}", moment(*at)),
        }
    }
}

/// The words of all of them, in one line.
#[must_use]
pub fn sentence(causes: &[Cause], moment: impl Fn(Timestamp) -> String) -> String {
    let words = causes.iter().map(|cause| cause.words(&moment));
    words.collect::<Vec<_>>().join("; ")
}

fn or(why: &str, usual: &str) -> String {
    match why.is_empty() {
        true => usual.to_owned(),
        false => why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::HealthSignal;
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn at(before: i64) -> Timestamp {
        Timestamp::from_second(NOW - before).unwrap()
    }

    fn heard(all: &[(i64, AnswerMeaning, u64)]) -> RecentAnswers {
        let mut heard = RecentAnswers::default();
        for (before, said, took) in all {
            heard.hear(HealthSignal {
                at: at(*before),
                said: *said,
                took: Some(Duration::from_millis(*took)),
                headroom: None,
                why: "status 503".to_owned(),
            });
        }
        heard
    }

    fn known(heard: &RecentAnswers) -> HealthFacts<'_> {
        HealthFacts {
            status: Status::Connected,
            kept: Health::Healthy,
            reason: "",
            works_until: None,
            heard: Some(heard),
            alive_at: heard.alive_at(),
            is_askable: true,
            every: Duration::from_secs(3600),
            ending: None,
            now: at(0),
        }
    }

    fn line(told: &Assessment) -> String {
        let moment = |at: Timestamp| at.strftime("%H:%M").to_string();
        format!("{:?}: {}", told.health, sentence(&told.causes, moment))
    }

    #[test]
    fn the_latest_answer_decides() {
        let mut all = vec![(600, AnswerMeaning::Alive, 80)];
        assert_eq!(
            line(&assess(&known(&heard(&all)))),
            "Healthy: last accepted 07:50"
        );
        all.push((300, AnswerMeaning::NoAnswer, 80));
        all.push((60, AnswerMeaning::NoAnswer, 80));
        let down = "Down: no answer since 07:55: status 503";
        assert_eq!(line(&assess(&known(&heard(&all)))), down);
        all.push((1, AnswerMeaning::Suspended, 80));
        assert_eq!(assess(&known(&heard(&all))).health, Health::Down);
        all.push((0, AnswerMeaning::Limited, 80));
        assert_eq!(assess(&known(&heard(&all))).health, Health::Degraded);
    }

    #[test]
    fn a_refused_grant_is_never_healthy() {
        let well = heard(&[(1, AnswerMeaning::Alive, 80)]);
        for kept in [
            Health::Healthy,
            Health::Degraded,
            Health::Down,
            Health::Unknown,
        ] {
            let refused = HealthFacts {
                status: Status::ReconnectRequired,
                kept,
                reason: "invalid_grant",
                ..known(&well)
            };
            assert_eq!(line(&assess(&refused)), "Down: invalid_grant");
            let alive = HealthFacts {
                works_until: Some(at(-120)),
                ..refused
            };
            let words = "Degraded: invalid_grant; works until 08:02";
            assert_eq!(line(&assess(&alive)), words);
            let over = HealthFacts {
                works_until: Some(at(1)),
                ..refused
            };
            assert_eq!(assess(&over).health, Health::Down);
        }
    }

    #[test]
    fn what_nobody_asked_is_not_known() {
        let old = heard(&[(7300, AnswerMeaning::Alive, 80)]);
        let since = "Unknown: not asked since 05:58";
        assert_eq!(line(&assess(&known(&old))), since);
        let young = heard(&[(7100, AnswerMeaning::Alive, 80)]);
        assert_eq!(assess(&known(&young)).health, Health::Healthy);
        let without = HealthFacts {
            is_askable: false,
            ..known(&young)
        };
        let words = "Unknown: not asked: the provider file has no question for this token";
        assert_eq!(line(&assess(&without)), words);
    }

    #[test]
    fn errors_slowness_and_little_headroom_come_before_trouble() {
        let mut strained = heard(&[
            (9, AnswerMeaning::NoAnswer, 4_000),
            (8, AnswerMeaning::Alive, 4_200),
            (7, AnswerMeaning::Alive, 80),
            (6, AnswerMeaning::Alive, 4_100),
        ]);
        strained.headroom = Some(Headroom { left: 9, of: 100 });
        let words = "Degraded: 1 of the last 4 requests failed; half of the requests take 4.1 s or longer; \
                     9 of 100 requests are left of the provider's limit; last accepted 07:59";
        assert_eq!(line(&assess(&known(&strained))), words);
    }

    #[test]
    fn an_end_within_a_week_is_no_health() {
        let well = heard(&[(1, AnswerMeaning::Alive, 80)]);
        let ending = |within_days| {
            Some(NearExpiry {
                kind: TokenKind::ApiKey,
                at: at(-86_400),
                within_days,
            })
        };
        let soon = HealthFacts {
            ending: ending(7),
            ..known(&well)
        };
        let words = "Degraded: the key ends within 7 days, 08:00; last accepted 07:59";
        assert_eq!(line(&assess(&soon)), words);
        let later = HealthFacts {
            ending: ending(14),
            ..known(&well)
        };
        assert_eq!(assess(&later).health, Health::Healthy);
    }
}
