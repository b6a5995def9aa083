//! Tokens that a finished run left behind and that may still live (B3): from the end of the run until their time has
//! come, or until something proves them dead.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::log::{self, Record, RunToken};
use super::run::Run;
use crate::domain::credential::{TokenKind, names_one_token};
use crate::domain::id::{ConnectionId, CredentialId, RunId};
use crate::domain::trial::{Residual, Verdict};

/// A token of a finished run that may still live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The run that left it.
    pub run: RunId,
    /// Whose token it was.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    pub credential: CredentialId,
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Whether it was accepted when it was last asked about.
    #[serde(default)]
    pub works: bool,
    /// Until when it may live.
    pub until: Residual,
}

impl Exposure {
    /// Whether its time has come.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        has_passed(self.until, now)
    }

    /// Whether a token of this kind and fingerprint is this one.
    #[must_use]
    pub fn is_of(&self, provider: &str, kind: TokenKind, fingerprint: &str) -> bool {
        kind != TokenKind::Unknown
            && (self.kind, self.provider.as_str()) == (kind, provider)
            && self.fingerprint == fingerprint
            && names_one_token(fingerprint)
    }
}

/// What of a connection may still live, in one line: "key works, never expires". What is said is the gravest.
#[must_use]
pub fn words<'a>(
    exposed: impl IntoIterator<Item = (TokenKind, bool, Residual)>,
    moment: impl Fn(Timestamp) -> String + 'a,
) -> Option<String> {
    let mut all: Vec<_> = exposed.into_iter().collect();
    all.sort_by_key(|(_, works, until)| (!works, gravity(*until)));
    let (kind, works, until) = *all.first()?;
    let what = match kind {
        TokenKind::Access => "access token",
        TokenKind::Refresh => "refresh token",
        TokenKind::ApiKey => "key",
        TokenKind::Installation => "installation",
        TokenKind::Unknown => "token never seen",
    };
    let lives = if works { "works" } else { "may live" };
    let until = match until {
        Residual::Never => ", never expires".to_owned(),
        Residual::Until(at) => format!(" until {}", moment(at)),
        Residual::Unknown => ", nothing says until when".to_owned(),
        Residual::None => String::new(),
    };
    let more = match all.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Some(format!("{what} {lives}{until}{more}"))
}

/// What lasts longest comes first.
fn gravity(until: Residual) -> (u8, Option<std::cmp::Reverse<Timestamp>>) {
    match until {
        Residual::Never => (0, None),
        Residual::Unknown => (1, None),
        Residual::Until(at) => (2, Some(std::cmp::Reverse(at))),
        Residual::None => (3, None),
    }
}

/// What a finished run leaves exposed, by its log.
#[must_use]
pub fn left(run: &Run, log: &[Record], now: Timestamp) -> Vec<Exposure> {
    let tokens = log::tokens(log).unwrap_or_default().iter();
    tokens
        .filter_map(|token| of(run, log, token, now))
        .collect()
}

/// How one token of a finished run is exposed; none when it is not.
#[must_use]
pub fn of(run: &Run, log: &[Record], token: &RunToken, now: Timestamp) -> Option<Exposure> {
    let (works, until) = match log::judged(log, &token.credential) {
        Some((_, outcome, _)) if outcome.proven() => return None,
        Some((after, _, residual)) => (after.verdict == Verdict::Alive, residual),
        None => (false, Residual::Unknown),
    };
    let is_over = has_passed(until, now) || log::over(log, &token.credential).is_some();
    (!is_over).then(|| Exposure {
        run: run.id.clone(),
        connection: run.connection.clone(),
        provider: run.provider.clone(),
        credential: token.credential.clone(),
        kind: token.kind,
        fingerprint: token.fingerprint.clone(),
        works,
        until,
    })
}

fn has_passed(until: Residual, now: Timestamp) -> bool {
    match until {
        Residual::None => true,
        Residual::Until(at) => at <= now,
        Residual::Unknown | Residual::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_is_said_and_the_others_are_counted() {
        let at: Timestamp = "2026-01-02T13:19:10Z".parse().unwrap();
        let moment = |at: Timestamp| at.strftime("%H:%M:%S").to_string();
        let said = |all: &[(TokenKind, bool, Residual)]| words(all.iter().copied(), moment);
        let key = (TokenKind::ApiKey, true, Residual::Never);
        let access = (TokenKind::Access, false, Residual::Until(at));
        let refresh = (TokenKind::Refresh, false, Residual::Unknown);
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[key]).unwrap(), "key works, never expires");
        assert_eq!(
            said(&[access]).unwrap(),
            "access token may live until 13:19:10"
        );
        assert_eq!(
            said(&[access, refresh]).unwrap(),
            "refresh token may live, nothing says until when, and 1 more"
        );
    }
}
