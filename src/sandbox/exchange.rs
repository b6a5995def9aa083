//! The token endpoint's exchanges: a code, a device's code, or a refresh token, for the right to new tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::call::Call;
use super::clients::RefreshPolicy;
use super::device::{self, NotYet};
use super::state::VendorState;
use super::tokens::{Grant, KilledBy, Token, TokenKind};

/// Linear documents half an hour in which the same refresh may be asked for again.
const GRACE: SignedDuration = SignedDuration::from_mins(30);

/// Why nothing is issued; every vendor says it in its own way.
#[derive(Clone, Copy)]
pub(super) enum Refused {
    InvalidRequest(&'static str),
    UnsupportedGrantType,
    /// The code is unknown, used, too old, or someone else's.
    BadCode,
    /// The redirect URI is not the one of the authorization.
    RedirectMismatch,
    BadVerifier,
    BadRefreshToken,
    Device(NotYet),
}

impl Refused {
    /// RFC 6749 section 5.2: the code, and words for a person.
    pub(super) fn standard(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidRequest(why) => ("invalid_request", why),
            Self::UnsupportedGrantType => (
                "unsupported_grant_type",
                "This grant type is not known here.",
            ),
            Self::BadCode => ("invalid_grant", "The code is unknown, used or expired."),
            Self::RedirectMismatch => (
                "invalid_grant",
                "The redirect URI is not the one of the authorization.",
            ),
            Self::BadVerifier => (
                "invalid_grant",
                "The code verifier does not match the challenge.",
            ),
            Self::BadRefreshToken => (
                "invalid_grant",
                "The refresh token is unknown, expired or revoked.",
            ),
            Self::Device(not_yet) => not_yet.standard(),
        }
    }
}

/// The right to new tokens.
pub(super) enum Exchange {
    /// A first set, under a new grant.
    First { grant: u64 },
    /// A new access token in place of an older one.
    Again {
        grant: u64,
        /// The kind of the refresh token that was used.
        kind: TokenKind,
        /// The refresh token when it stays; without it a new one has to be issued.
        keeps: Option<String>,
    },
}

/// New tokens.
pub(super) struct Issued {
    pub(super) grant: Grant,
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    /// Whether they came by a refresh token.
    pub(super) again: bool,
}

/// Exchanges, and issues an access token with a refresh token beside it, if the grant is for one.
pub(super) fn issue(
    state: &mut VendorState,
    client_id: &str,
    call: &Call,
    with_refresh: impl Fn(&Grant) -> bool,
) -> Result<Issued, Refused> {
    let (id, kept, again) = match exchange(state, client_id, call)? {
        Exchange::First { grant } => (grant, None, false),
        Exchange::Again { grant, keeps, .. } => (grant, keeps, true),
    };
    let grant = state.tokens.grant(id).cloned().ok_or(Refused::BadCode)?;
    let access = match again {
        true => state.issue(id, TokenKind::Access),
        false => state.issue_first(id),
    };
    let refresh = if with_refresh(&grant) {
        Some(kept.unwrap_or_else(|| state.issue(id, TokenKind::Refresh)))
    } else {
        None
    };
    Ok(Issued {
        grant,
        access,
        refresh,
        again,
    })
}

/// Does what the `grant_type` of an authenticated client says.
pub(super) fn exchange(
    state: &mut VendorState,
    client_id: &str,
    call: &Call,
) -> Result<Exchange, Refused> {
    let profile = state.vendor.profile();
    let implied = profile.code_is_enough && call.form("code").is_some();
    match call
        .form("grant_type")
        .or(implied.then_some("authorization_code"))
    {
        Some("authorization_code") => redeem(state, client_id, call),
        Some("refresh_token") => refresh(state, client_id, call),
        Some(device::GRANT_TYPE) if profile.devices => {
            device::poll(state, client_id, call).map_err(Refused::Device)
        }
        Some(_) => Err(Refused::UnsupportedGrantType),
        None => Err(Refused::InvalidRequest("grant_type is missing.")),
    }
}

fn redeem(state: &mut VendorState, client_id: &str, call: &Call) -> Result<Exchange, Refused> {
    let value = call
        .form("code")
        .ok_or(Refused::InvalidRequest("code is missing."))?;
    let code = state
        .codes
        .iter_mut()
        .find(|code| code.value == value && code.client_id == client_id);
    let code = code.ok_or(Refused::BadCode)?;
    if let Some(grant) = code.grant {
        // RFC 6749 section 4.1.2: a code that comes twice was stolen once.
        state
            .tokens
            .kill(KilledBy::CodeReuse, |token| token.grant == grant);
        return Err(Refused::BadCode);
    }
    if code.expires_at <= Timestamp::now() {
        return Err(Refused::BadCode);
    }
    if call.form("redirect_uri") != Some(&code.redirect_uri) {
        return Err(Refused::RedirectMismatch);
    }
    if !verifier_matches(code.challenge.as_deref(), call.form("code_verifier")) {
        return Err(Refused::BadVerifier);
    }
    let grant = state.tokens.open(Grant {
        account: code.account.login.to_owned(),
        client_id: client_id.to_owned(),
        scope: code.scope.clone(),
        user_scope: code.user_scope.clone(),
        offline: code.offline,
        nonce: code.nonce.clone(),
    });
    code.grant = Some(grant);
    Ok(Exchange::First { grant })
}

/// RFC 7636 section 4.6. A verifier without a challenge is refused too (RFC 9700 section 4.8: no downgrade).
fn verifier_matches(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            (43..=128).contains(&verifier.len())
                && verifier.bytes().all(unreserved)
                && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
        }
        _ => false,
    }
}

fn refresh(state: &mut VendorState, client_id: &str, call: &Call) -> Result<Exchange, Refused> {
    let value = call
        .form("refresh_token")
        .ok_or(Refused::InvalidRequest("refresh_token is missing."))?;
    let known = state
        .tokens
        .find(value)
        .filter(|token| token.kind.is_refresh() && token.client_id == client_id);
    let token = known.cloned().ok_or(Refused::BadRefreshToken)?;
    let own = state.client(client_id).and_then(|client| client.refresh);
    let policy = own.unwrap_or(state.settings.refresh);
    match token.death() {
        None => {}
        Some(KilledBy::Rotated)
            if policy == RefreshPolicy::Graceful
                && in_grace(&token)
                && state.tokens.is_refreshable(token.grant) => {}
        Some(KilledBy::Rotated) if policy != RefreshPolicy::Graceful => {
            // RFC 9700 section 4.14.2: one of the two who hold it is a thief, so neither goes on.
            state
                .tokens
                .kill(KilledBy::RefreshReuse, |other| other.grant == token.grant);
            return Err(Refused::BadRefreshToken);
        }
        Some(_) => return Err(Refused::BadRefreshToken),
    }
    let keeps = match policy {
        RefreshPolicy::Static => Some(token.value),
        RefreshPolicy::Additional => None,
        RefreshPolicy::Rotating | RefreshPolicy::Graceful => {
            state
                .tokens
                .kill(KilledBy::Rotated, |other| other.value == token.value);
            None
        }
    };
    Ok(Exchange::Again {
        grant: token.grant,
        kind: token.kind,
        keeps,
    })
}

/// Whether the answer to a used refresh token may have been lost so lately that it is given once more.
fn in_grace(token: &Token) -> bool {
    token
        .killed_at
        .is_some_and(|at| Timestamp::now().duration_since(at) <= GRACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_rfc_7636_appendix_b_matches() {
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(verifier_matches(
            challenge,
            Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        ));
        assert!(!verifier_matches(
            challenge,
            Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj")
        ));
        assert!(!verifier_matches(challenge, None));
        assert!(!verifier_matches(
            None,
            Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        ));
        assert!(verifier_matches(None, None));
    }
}
