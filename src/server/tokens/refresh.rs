//! Trading a refresh token in: what it brings is on the disk before anybody uses it, and what the vendor refuses turns
//! the badge (N3).

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::seal::{Issue, discard, is_same, seal_issued};
use super::token_end::{passed, sweep};
use super::{NoToken, in_flight, vendor_for_use};
use crate::domain::audit::authorizations::{AnswerLost, TokenName};
use crate::domain::audit::connections::{Marked, Refreshed};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Badge, Connection, Health, Status};
use crate::domain::credential::{Credential, IssuingCall, TokenKind};
use crate::domain::health::AnswerMeaning;
use crate::domain::id::CredentialId;
use crate::domain::provider::AuthKind;
use crate::providers::{CallContext, IssuedToken, TokenError, TokenSet};
use crate::server::caller::server_entry;
use crate::server::health::hear;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::IssueIntent;
use crate::wire::Topic;

/// Why a refresh token is traded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The access token ends, or would not last as long as somebody wants.
    Ending,
    /// The vendor refused the access token.
    Refused,
    /// It came out of a backup, and so did the access token, which is refused or has expired: nothing is left to be used.
    FirstAnswer,
    /// A call of a disconnect needs a live access token.
    Revocation,
}

impl Occasion {
    fn call(self) -> IssuingCall {
        match self {
            Self::Ending | Self::Refused | Self::FirstAnswer => IssuingCall::Refresh,
            Self::Revocation => IssuingCall::RefreshToRevoke,
        }
    }
}

/// Trades the refresh token in. The caller holds the connection's lock.
pub(super) async fn refresh(
    server: &Server,
    connection: &Connection,
    label: &str,
    occasion: Occasion,
) -> Result<(), NoToken> {
    let since = Instant::now();
    let all = server.store.credentials_of(&connection.id)?;
    let Some(old) = traded_in(server, connection, &all, label) else {
        let reason = "the token was refused, and there is no refresh token".to_owned();
        mark(server, connection, Badge::reconnect(reason)).await?;
        return Err(NoToken::None);
    };
    let vendor = match connection.status {
        Status::Disconnecting => VendorSession::about(server, connection)
            .await
            .map_err(|p| NoToken::SetUp(p.message))?,
        _ => vendor_for_use(server, connection).await?,
    };
    let endpoints = vendor.endpoints().map_err(|p| NoToken::SetUp(p.message))?;
    let sealed = old.sealed.as_ref().ok_or(NoToken::None)?;
    let secret = server.vault.open_to_trade_in(sealed, old.id.as_str())?;
    // One of a backup may be somebody else's, too, who would lose the grant by a second use.
    let mut again = occasion != Occasion::FirstAnswer;
    loop {
        let intent = IssueIntent {
            credential: clock_and_ids::credential(),
            connection: connection.id.clone(),
            generation: connection.generation,
            call: occasion.call(),
            at: clock_and_ids::now(),
            lost: false,
        };
        match occasion {
            Occasion::Ending | Occasion::Refused | Occasion::FirstAnswer => {
                server.store.intend_in_service(&intent).await?
            }
            Occasion::Revocation => server.store.intend(&intent).await?,
        }
        let context = CallContext::new(&vendor.app, endpoints);
        let secret = secret.at_the_token_endpoint();
        let with_installation = context.with_token(secret);
        let answered = in_flight(since, async {
            let vendors = &server.vendors;
            match old.kind == TokenKind::Installation {
                true => vendors.mint(&with_installation).await,
                false => vendors.refresh(&vendor.app, endpoints, secret).await,
            }
        })
        .await;
        let error = match answered {
            Ok(set) => {
                let replaced = ReplacedTokens {
                    intent: &intent,
                    all: &all,
                    label,
                    old,
                };
                keep(server, connection, &vendor, replaced, &set).await?;
                hear(server, connection, AnswerMeaning::Alive, "");
                passed(server, &vendor, &connection.id).await;
                sweep(server, &vendor, connection).await;
                return Ok(());
            }
            Err(error) => error,
        };
        // Only an answer that may have been lost on the way may have issued something.
        if !matches!(error, TokenError::Lost { .. }) {
            server.store.intent_settled(&intent).await?;
        } else {
            answer_lost(server, connection, &intent).await?;
            // Vendors with a grace period take the old token once more. Those without end the grant for it, and
            // with it what they issued and nobody has seen: then a person has to authorize again either way.
            if std::mem::take(&mut again) {
                continue;
            }
        }
        let works_until = works_until(&all, label, occasion);
        refused(server, connection, &error, works_until).await?;
        return Err(error.into());
    }
}

/// What a new token of this label is had for. An installed app has no refresh token: tokens are minted for its installation.
fn traded_in<'c>(
    server: &Server,
    connection: &Connection,
    all: &'c [Credential],
    label: &str,
) -> Option<&'c Credential> {
    let file = server.provider(&connection.provider);
    let kind = match file.is_some_and(|file| file.auth.kind == AuthKind::AppInstall) {
        true => TokenKind::Installation,
        false => TokenKind::Refresh,
    };
    let mut all = all.iter();
    all.rfind(|c| c.is_active() && c.kind == kind && c.label == label)
}

/// Whether there is anything to get another token for the connection with.
pub fn is_renewable(server: &Server, connection: &Connection) -> Result<bool, StoreError> {
    let all = server.store.credentials_of(&connection.id)?;
    Ok(traded_in(server, connection, &all, "").is_some())
}

/// So many lost answers to one kind of call are listed; after an outage of hours the next one would say nothing new.
const LOST_AT_MOST: usize = 8;

/// What may have been issued and was never seen stands as unknown.
pub(super) async fn answer_lost(
    server: &Server,
    connection: &Connection,
    intent: &IssueIntent,
) -> Result<(), StoreError> {
    let is_like_it = |known: &IssueIntent| {
        known.lost && known.generation == intent.generation && known.call == intent.call
    };
    let known = server.store.intents_of(&connection.id)?;
    if known.iter().filter(|it| is_like_it(it)).count() >= LOST_AT_MOST {
        return server.store.intent_settled(intent).await;
    }
    let lost = Event::AnswerLost(AnswerLost {
        name: Some(connection.name.clone()),
        ..AnswerLost::of(&intent.credential, &intent.call)
    });
    let entry = server_entry(lost, &connection.id, AuditOutcome::Warning);
    server.store.intent_lost(intent, entry).await
}

/// Until when the access token of a refused grant is still taken, as far as is known.
fn works_until(all: &[Credential], label: &str, occasion: Occasion) -> Option<Timestamp> {
    let access = |c: &&Credential| {
        c.is_active() && c.kind == TokenKind::Access && c.label == label && label.is_empty()
    };
    match occasion {
        Occasion::Ending => all.iter().rfind(access)?.expires_at,
        Occasion::Refused | Occasion::FirstAnswer | Occasion::Revocation => None,
    }
    .filter(|at| *at > clock_and_ids::now())
}

async fn refused(
    server: &Server,
    connection: &Connection,
    error: &TokenError,
    works_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut reason = error.to_string();
    let lost = |intent: &IssueIntent| intent.lost && intent.generation == connection.generation;
    let badge = match error {
        TokenError::Refused { .. } => {
            if server.store.intents_of(&connection.id)?.iter().any(lost) {
                reason = format!(
                    "the answer to a refresh was lost, and the old refresh token is not taken any more; {reason}"
                );
            }
            Badge {
                works_until,
                ..Badge::reconnect(reason)
            }
        }
        TokenError::ClientRejected { .. } | TokenError::Setup(_) => {
            Badge::error(Health::Degraded, reason)
        }
        TokenError::Suspended { .. } | TokenError::Outage { .. } | TokenError::Lost { .. } => {
            Badge::error(Health::Down, reason)
        }
    };
    let said = match error {
        TokenError::Refused { .. } => AnswerMeaning::Refused,
        TokenError::ClientRejected { .. } | TokenError::Setup(_) => AnswerMeaning::Unclear,
        TokenError::Suspended { .. } => AnswerMeaning::Suspended,
        TokenError::Outage { .. } | TokenError::Lost { .. } => AnswerMeaning::NoAnswer,
    };
    hear(server, connection, said, &badge.reason);
    mark(server, connection, badge).await
}

/// The vendor's answers say something about the connection: the badge turns by itself (N3).
pub async fn mark(server: &Server, c: &Connection, badge: Badge) -> Result<(), StoreError> {
    let marked = Marked {
        name: c.name.clone(),
        provider: c.provider.clone(),
        status: badge.status,
        reason: badge.reason.clone(),
    };
    let (event, outcome) = match badge.status {
        Status::Connected => (Event::Recovered(marked), AuditOutcome::Done),
        Status::ReconnectRequired => (Event::ReconnectRequired(marked), AuditOutcome::Warning),
        _ => (Event::ConnectionError(marked), AuditOutcome::Warning),
    };
    let entry = server_entry(event, &c.id, outcome);
    if server.store.mark(&c.id, c.generation, badge, entry).await? {
        server.hub.tell([
            Topic::Connections,
            Topic::Connection(c.id.clone()),
            Topic::Jobs,
            Topic::Audit,
            Topic::Providers,
        ]);
    }
    Ok(())
}

/// The sets of a refresh's answer, each with its label. The one that was asked for is the one of its label, or the first;
/// a vendor may answer with the others beside it.
fn placed<'s>(set: &'s TokenSet, label: &'s str) -> Vec<(&'s str, &'s IssuedToken)> {
    let mut all: Vec<&IssuedToken> = set.all().collect();
    let own = all.iter().position(|it| it.label == label).unwrap_or(0);
    let own = all.remove(own);
    let others = all.into_iter().map(|it| (it.label.as_str(), it));
    std::iter::once((label, own)).chain(others).collect()
}

/// Whether an end was moved out. A vendor that says how long is left names the same one a little differently each time.
fn is_later(before: Option<Timestamp>, now: Option<Timestamp>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => now.duration_since(before) > SignedDuration::from_hours(24),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// What a refresh replaces.
pub(crate) struct ReplacedTokens<'a> {
    /// That it was asked for.
    pub(crate) intent: &'a IssueIntent,
    /// Every credential of the connection.
    pub(crate) all: &'a [Credential],
    /// The label of the set that was asked for.
    pub(crate) label: &'a str,
    /// What was handed in.
    pub(crate) old: &'a Credential,
}

/// Seals what a refresh brought; what it replaces is set aside.
pub(crate) async fn keep(
    server: &Server,
    connection: &Connection,
    vendor: &VendorSession,
    replaced: ReplacedTokens<'_>,
    set: &TokenSet,
) -> Result<(), NoToken> {
    let ReplacedTokens {
        intent,
        all,
        label,
        old,
    } = replaced;
    let next = Issue::after(all, label, vendor.as_of);
    let (mut fresh, mut kept) = (Vec::new(), Vec::new());
    for (of, issued) in placed(set, label) {
        let issue = Issue { label: of, ..next };
        for (again, secret) in seal_issued(server, connection, vendor.file(), issued, issue)? {
            // A refresh token that is answered once more has not been issued anew, nor has another set's access token.
            let may_repeat = again.kind == TokenKind::Refresh || of != label;
            let mut known = all
                .iter()
                .filter(|c| c.is_active() && c.label == of)
                .chain([old]);
            let before =
                known.find(|c| may_repeat && c.kind == again.kind && is_same(server, c, &secret));
            let Some(before) = before else {
                fresh.push(again);
                continue;
            };
            discard(server, &again)?;
            // Its use may have moved its end.
            if again.expires_at != before.expires_at {
                kept.push(Credential {
                    expires_at: again.expires_at,
                    end_said: before
                        .end_said
                        .filter(|_| !is_later(before.expires_at, again.expires_at)),
                    ..before.clone()
                });
            }
        }
    }
    let is_replaced = |c: &Credential| {
        let by = |it: &Credential| it.kind == c.kind && it.label == c.label;
        c.is_active() && fresh.iter().any(by)
    };
    let superseded: Vec<CredentialId> = all
        .iter()
        .filter(|c| is_replaced(c))
        .map(|c| c.id.clone())
        .collect();
    let rows = fresh;
    let refreshed = Event::Refreshed(Refreshed {
        name: connection.name.clone(),
        issue: next.number,
        superseded: superseded.len() as u64,
        fingerprints: rows.iter().map(TokenName::of).collect(),
    });
    let entry = server_entry(refreshed, &connection.id, AuditOutcome::Done);
    server
        .store
        .refreshed(intent, &[rows, kept].concat(), &superseded, entry)
        .await?;
    server.hub.tell([
        Topic::Connections,
        Topic::Connection(connection.id.clone()),
        Topic::Audit,
    ]);
    Ok(())
}
