//! Which token ends soon, that nothing renews by itself.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::credential::{Credential, TokenKind};

/// So many days before its end a token is spoken of.
const AHEAD: [i64; 3] = [30, 14, 7];

/// A token whose end is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearExpiry {
    /// What kind of token.
    pub kind: TokenKind,
    /// When it ends.
    pub at: Timestamp,
    /// It ends within so many days: 30, 14 or 7.
    pub within_days: i64,
}

/// The token of these that ends first, of those whose end is near.
#[must_use]
pub fn soonest(credentials: &[Credential], now: Timestamp) -> Option<NearExpiry> {
    let near = mattering(credentials).filter_map(|it| near(it, now));
    near.min_by_key(|ending| ending.at)
}

/// Those of these whose end has come nearer than was written down.
pub fn unsaid(
    credentials: &[Credential],
    now: Timestamp,
) -> impl Iterator<Item = (&Credential, NearExpiry)> {
    let near = mattering(credentials).filter_map(move |it| Some((it, near(it, now)?)));
    near.filter(|(it, ending)| it.end_said.is_none_or(|said| ending.within_days < said))
}

/// When the end of one of these comes nearer in the sense of [`unsaid`].
#[must_use]
pub fn next_unsaid(credentials: &[Credential], now: Timestamp) -> Option<Timestamp> {
    let begins = mattering(credentials).flat_map(|it| steps(it).map(|(_, from)| from));
    begins.filter(|at| *at >= now).min()
}

/// The days before its end at which it is spoken of, farthest first, and when each begins. A token that lives less than twice as long as
/// it is spoken of ahead would be spoken of from its first day on, and is not.
fn steps(it: &Credential) -> impl Iterator<Item = (i64, Timestamp)> {
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    let issued_at = it.issued_at;
    it.expires_at.into_iter().flat_map(move |at| {
        let lasts = at.duration_since(issued_at);
        let ahead = AHEAD
            .into_iter()
            .filter(move |ahead| lasts >= days(ahead * 2));
        ahead.filter_map(move |ahead| Some((ahead, at.checked_sub(days(ahead)).ok()?)))
    })
}

/// Those that nothing renews by itself.
fn mattering(credentials: &[Credential]) -> impl Iterator<Item = &Credential> {
    let active = || credentials.iter().filter(|it| it.is_active());
    let renews = |kind| matches!(kind, TokenKind::Refresh | TokenKind::Installation);
    let is_renewed = active().any(|it| renews(it.kind));
    let matters = move |it: &&Credential| match it.kind {
        TokenKind::Access => !is_renewed,
        TokenKind::Refresh | TokenKind::ApiKey | TokenKind::Installation => true,
        TokenKind::Unknown => false,
    };
    active().filter(matters)
}

fn near(credential: &Credential, now: Timestamp) -> Option<NearExpiry> {
    let at = credential.expires_at.filter(|at| *at > now)?;
    let begun = steps(credential).filter(|(_, from)| *from < now);
    let (within_days, _) = begun.last()?;
    Some(NearExpiry {
        kind: credential.kind,
        at,
        within_days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::CredentialState;
    use crate::domain::id::{ConnectionId, CredentialId};
    use jiff::ToSpan;
    use ulid::Ulid;

    fn token(kind: TokenKind, life_days: i64) -> Credential {
        let issued_at = Timestamp::UNIX_EPOCH;
        Credential {
            id: CredentialId::new(Ulid::nil()),
            connection: ConnectionId::new(Ulid::nil()),
            generation: 1,
            issue: 1,
            kind,
            label: String::new(),
            fingerprint: String::new(),
            issued_at,
            expires_at: issued_at.checked_add((life_days * 24).hours()).ok(),
            passed_at: None,
            passed_by: None,
            passed_where: String::new(),
            end_said: None,
            is_held_elsewhere: false,
            account: None,
            state: CredentialState::Active,
            sealed: None,
        }
    }

    fn within(all: &[Credential], day: i64) -> Option<i64> {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(day * 24 + 1);
        soonest(all, now).map(|ending| ending.within_days)
    }

    #[test]
    fn an_end_is_told_thirty_fourteen_and_seven_days_ahead() {
        let key = [token(TokenKind::ApiKey, 90)];
        let told = [59, 60, 75, 76, 82, 83, 89, 90].map(|day| within(&key, day));
        let right = [
            None,
            Some(30),
            Some(30),
            Some(14),
            Some(14),
            Some(7),
            Some(7),
            None,
        ];
        assert_eq!(told, right);
    }

    #[test]
    fn a_short_life_is_not_always_near_its_end() {
        let key = [token(TokenKind::ApiKey, 30)];
        assert_eq!(within(&key, 0), None);
        assert_eq!(within(&key, 17), Some(14));
        assert_eq!(within(&[token(TokenKind::ApiKey, 10)], 9), None);
    }

    #[test]
    fn what_a_refresh_renews_has_no_end_to_tell() {
        let (access, refresh) = (token(TokenKind::Access, 60), token(TokenKind::Refresh, 200));
        assert_eq!(within(std::slice::from_ref(&access), 55), Some(7));
        assert_eq!(within(&[access, refresh], 55), None);
    }

    #[test]
    fn each_of_the_days_is_said_once() {
        let mut key = [token(TokenKind::ApiKey, 90)];
        let (mut said, mut now) = (Vec::new(), Timestamp::UNIX_EPOCH);
        while let Some(next) = next_unsaid(&key, now) {
            now = next + SignedDuration::from_secs(1);
            let day = now.as_second() / 86_400;
            let unsaid = unsaid(&key, now).next();
            let (_, ending) = unsaid.unwrap();
            said.push((day, ending.within_days));
            key[0].end_said = Some(ending.within_days);
            assert!(super::unsaid(&key, now).next().is_none());
        }
        assert_eq!(said, [(60, 30), (76, 14), (83, 7)]);
        // Nobody ran for weeks: what has passed by is not said any more.
        key[0].end_said = None;
        let late = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(85 * 24);
        let all: Vec<i64> = super::unsaid(&key, late)
            .map(|it| it.1.within_days)
            .collect();
        assert_eq!(all, [7]);
    }
}
