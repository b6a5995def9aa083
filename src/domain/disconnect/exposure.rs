//! Tokens that a finished run left behind and that may still live (B3): from the end of the run until their time has
//! come, or until something proves them dead.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::log::{self, Record, RunToken};
use super::run::Run;
use crate::domain::credential::TokenKind;
use crate::domain::id::{ConnectionId, CredentialId, RunId};
use crate::domain::trial::Residual;

/// A token of a finished run that may still live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The run that left it.
    pub run: RunId,
    /// Whose token it was.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// Its id here.
    pub credential: CredentialId,
    /// What kind.
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Until when it may live.
    pub until: Residual,
}

impl Exposure {
    /// Whether its time has come.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        has_passed(self.until, now)
    }

    /// Whether a proof about the token with this fingerprint is one about this token. Fingerprints of tokens that were
    /// never seen are words, and the same for all of them.
    #[must_use]
    pub fn is_of(&self, provider: &str, token: &RunToken) -> bool {
        token.kind != TokenKind::Unknown
            && self.kind == token.kind
            && self.provider == provider
            && self.fingerprint == token.fingerprint
            && self.fingerprint.len() == 16
            && self
                .fingerprint
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit())
    }
}

/// Why a token is exposed no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Over {
    /// It has expired by itself.
    Expired,
    /// It was proven dead by this run: its own, or a later one of the same token.
    Proven {
        /// Which run.
        run: RunId,
    },
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
    let until = match log::judged(log, &token.credential) {
        Some((_, outcome, _)) if outcome.proven() => return None,
        Some((_, _, residual)) => residual,
        None => Residual::Unknown,
    };
    let is_over = has_passed(until, now) || log::over(log, &token.credential).is_some();
    (!is_over).then(|| Exposure {
        run: run.id.clone(),
        connection: run.connection.clone(),
        provider: run.provider.clone(),
        credential: token.credential.clone(),
        kind: token.kind,
        fingerprint: token.fingerprint.clone(),
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
