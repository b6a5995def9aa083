//! The device grant (RFC 8628): a person allows on one machine what was asked for on another.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::accounts::{ACCOUNTS, Account, account};
use super::call::{Answer, Call};
use super::consent;
use super::exchange::Exchange;
use super::settings::Consent;
use super::state::{SandboxState, VendorState};
use super::tokens::Grant;
use super::vendor::Vendor;

/// What the token endpoint calls this grant.
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A person has a quarter of an hour.
pub(super) const LIVES: SignedDuration = SignedDuration::from_mins(15);

/// Letters that make no words and are not mistaken for digits (RFC 8628 section 6.1).
const LETTERS: &[u8; 16] = b"BCDFGHJKLMNPQRST";

/// A device that waits for its person.
#[derive(Clone, PartialEq)]
pub(super) struct Waiting {
    pub(super) device_code: String,
    pub(super) user_code: String,
    client_id: String,
    scope: Vec<String>,
    expires_at: Timestamp,
    interval: u64,
    polled_at: Option<Timestamp>,
    decision: Option<Decision>,
}

/// What the person said.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Decision {
    Allowed(&'static Account),
    Denied,
}

/// Why a poll brings nothing (RFC 8628 section 3.5).
#[derive(Clone, Copy)]
pub(super) enum NotYet {
    UnknownCode,
    Expired,
    Denied,
    Pending,
    /// The device has to wait so many seconds from now on.
    SlowDown(u64),
}

impl NotYet {
    pub(super) fn standard(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownCode => ("invalid_grant", "The device code is unknown or used."),
            Self::Expired => ("expired_token", "The device code has expired."),
            Self::Denied => ("access_denied", "The person said no."),
            Self::Pending => ("authorization_pending", "The person has not answered yet."),
            Self::SlowDown(_) => ("slow_down", "Poll less often."),
        }
    }
}

impl SandboxState {
    /// The secret code of the device that waits under this user code: what a thief of it would look for.
    #[must_use]
    pub fn device_code(&self, vendor: Vendor, user_code: &str) -> Option<String> {
        let state = self.vendor(vendor);
        let mut waiting = state.waiting.iter();
        let it = waiting.find(|it| it.user_code == user_code)?;
        Some(it.device_code.clone())
    }
}

/// Enters a device of a known client and returns it with its codes.
pub(super) fn begin(state: &mut VendorState, client_id: String, call: &Call) -> Waiting {
    let asked = call.form("scope").unwrap_or_default().split_whitespace();
    let mut scope: Vec<String> = asked.map(str::to_owned).collect();
    if scope.is_empty() {
        scope = state.vendor.default_scope();
    }
    let decision = match state.settings.auto_consent {
        Consent::Ask => None,
        Consent::Allow => ACCOUNTS.first().map(Decision::Allowed),
        Consent::Deny => Some(Decision::Denied),
    };
    let waiting = Waiting {
        device_code: state.mint.hex(),
        user_code: user_code(&state.mint.hex()),
        client_id,
        scope,
        expires_at: Timestamp::now()
            .saturating_add(LIVES)
            .unwrap_or(Timestamp::MAX),
        interval: state.settings.device_interval,
        polled_at: None,
        decision,
    };
    state.waiting.push(waiting.clone());
    waiting
}

/// One poll of the token endpoint.
pub(super) fn poll(
    state: &mut VendorState,
    client_id: &str,
    call: &Call,
) -> Result<Exchange, NotYet> {
    let value = call.form("device_code").ok_or(NotYet::UnknownCode)?;
    let known = |waiting: &Waiting| waiting.device_code == value && waiting.client_id == client_id;
    let index = state
        .waiting
        .iter()
        .position(known)
        .ok_or(NotYet::UnknownCode)?;
    let waiting = state.waiting.get_mut(index).ok_or(NotYet::UnknownCode)?;
    let now = Timestamp::now();
    if waiting.expires_at <= now {
        return Err(NotYet::Expired);
    }
    let early = waiting.polled_at.is_some_and(|last| {
        let pause = SignedDuration::from_secs(i64::try_from(waiting.interval).unwrap_or(i64::MAX));
        now.duration_since(last) < pause
    });
    waiting.polled_at = Some(now);
    if early {
        waiting.interval += 5;
        return Err(NotYet::SlowDown(waiting.interval));
    }
    match waiting.decision {
        None => Err(NotYet::Pending),
        Some(Decision::Denied) => Err(NotYet::Denied),
        Some(Decision::Allowed(account)) => {
            let Waiting {
                client_id,
                mut scope,
                ..
            } = state.waiting.remove(index);
            if account.limited {
                scope.truncate(1);
            }
            let account = account.login.to_owned();
            let grant = state.tokens.open(Grant {
                account,
                client_id,
                scope,
                user_scope: Vec::new(),
                offline: true,
                nonce: None,
            });
            Ok(Exchange::First { grant })
        }
    }
}

/// GET: the page where a person types the code.
pub(super) fn ask(state: &mut VendorState, call: &Call) -> Answer {
    Answer::html(
        StatusCode::OK,
        consent::device_page(state.vendor, call.query("user_code").unwrap_or_default()),
    )
}

/// POST: what the person chose there.
pub(super) fn answer(state: &mut VendorState, call: &Call) -> Answer {
    let decision = match (
        call.form("decision"),
        call.form("account").and_then(account),
    ) {
        (Some("allow"), Some(account)) => Decision::Allowed(account),
        (Some("allow"), None) => return refuse(state, "Choose one of the accounts."),
        _ => Decision::Denied,
    };
    if decide(state, call.form("user_code").unwrap_or_default(), decision) {
        return Answer::html(StatusCode::OK, consent::device_done(state.vendor));
    }
    refuse(state, "This code is unknown, used or expired.")
}

/// Enters the person's decision; false when no device waits under that code.
pub(super) fn decide(state: &mut VendorState, typed: &str, decision: Decision) -> bool {
    let plain = |code: &str| code.replace(['-', ' '], "").to_ascii_uppercase();
    let now = Timestamp::now();
    let open = |waiting: &&mut Waiting| waiting.decision.is_none() && waiting.expires_at > now;
    let found = state
        .waiting
        .iter_mut()
        .filter(open)
        .find(|waiting| plain(&waiting.user_code) == plain(typed));
    if let Some(waiting) = found {
        waiting.decision = Some(decision);
        return true;
    }
    false
}

fn refuse(state: &VendorState, why: &str) -> Answer {
    Answer::html(StatusCode::BAD_REQUEST, consent::refusal(state.vendor, why))
}

/// `XXXX-XXXX` out of the first hex digits.
fn user_code(hex: &str) -> String {
    let letter = |digit: char| {
        let place = digit
            .to_digit(16)
            .and_then(|digit| usize::try_from(digit).ok())
            .unwrap_or(0);
        LETTERS.get(place).map_or('B', |letter| char::from(*letter))
    };
    let mut code: String = hex.chars().take(8).map(letter).collect();
    code.insert(4, '-');
    code
}
