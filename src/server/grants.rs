//! What shares a grant (B5), and who may touch it when. A call that ends a whole grant must never meet one that is
//! just being issued: revoking and issuing exclude each other for each group of providers, and neither excludes
//! its own kind.

mod gates;
pub mod group;
mod same_token;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tokens::{self, NoToken};
use super::vendor::VendorSession;
use super::{Server, clock_and_ids};
use crate::domain::audit::connections::GrantEnded;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Badge, Connection};
use crate::domain::credential::{Credential, IssuedFor, TokenKind};
use crate::domain::disconnect::run::Run;
use crate::domain::id::ConnectionId;
use crate::domain::provider::{Blast, ProviderFile, RefusalKind};
use crate::domain::trial::{Answer, Verdict};
use crate::providers::TokenError;
use crate::server::run_entries::run_entry;
use crate::store::StoreError;
use crate::vault::ToAsk;
pub use gates::{GrantGuard, Grants};
pub use group::group_of;
pub(in crate::server) use same_token::in_use_again;
pub use same_token::{Holders, is_in_use, users_of_any};

/// The widest call that a disconnect makes by default, uninstalling included when it is asked for.
#[must_use]
pub fn widest(file: &ProviderFile, uninstall: bool) -> Blast {
    let reach = crate::domain::disconnect::intents::CallReach {
        uninstall,
        wide: true,
    };
    let calls = file.calls();
    let blasts = calls.iter().filter(|call| reach.wants(call));
    blasts.map(|call| call.blast).max().unwrap_or_default()
}

/// How many connections are named where any of a provider's may be meant.
const NAMED: usize = 5;

/// How many connections a sentence names.
const IN_A_SENTENCE: usize = 20;

/// The other connections in service that a call of this blast about any token of this one would end too.
pub fn siblings(
    server: &Server,
    own: &Connection,
    file: &ProviderFile,
    blast: Blast,
) -> Result<Vec<Connection>, StoreError> {
    let mut all = Vec::new();
    for issued_for in accounts(server, own)? {
        let shared = siblings_of(server, own, file, blast, &issued_for)?;
        all = united(all, shared);
    }
    Ok(all)
}

/// Whom the tokens of a connection were issued for that may live; the account that it has is always one.
fn accounts(server: &Server, own: &Connection) -> Result<BTreeSet<IssuedFor>, StoreError> {
    let rows = server.store.credentials_of(&own.id)?;
    let live = rows.iter().filter(|row| row.may_live());
    let earlier = live.map(|row| row.issued_for(own));
    Ok(std::iter::once(IssuedFor::Own).chain(earlier).collect())
}

/// The other connections in service that a call of this blast would end too, about a token that was issued for this account: those
/// of the same account and client, at the provider or one of its group. What ends a whole project ends what its other clients were
/// granted as well, and what ends one token ends it for all that hold it.
pub fn siblings_of(
    server: &Server,
    own: &Connection,
    file: &ProviderFile,
    blast: Blast,
    issued_for: &IssuedFor,
) -> Result<Vec<Connection>, StoreError> {
    match of_grant(server, own, file, blast, issued_for)? {
        Some(shared) => Ok(shared),
        None => Ok(Holders::of(server, own, blast)?.connections()),
    }
}

/// The other connections whose tokens the widest calls about these would end.
pub fn ended_with(
    server: &Server,
    chosen: &[Connection],
    uninstall: bool,
) -> Result<Vec<Connection>, StoreError> {
    let mut seen: BTreeSet<ConnectionId> = chosen.iter().map(|it| it.id.clone()).collect();
    let mut ended = Vec::new();
    for connection in chosen {
        let Some(file) = server.provider(&connection.provider) else {
            continue;
        };
        let shared = siblings(server, connection, &file, widest(&file, uninstall))?;
        ended.extend(shared.into_iter().filter(|it| seen.insert(it.id.clone())));
    }
    Ok(ended)
}

/// Those that share the grant, by account and client; none where these do not say: whoever holds the tokens does then.
pub fn of_grant(
    server: &Server,
    own: &Connection,
    file: &ProviderFile,
    blast: Blast,
    issued_for: &IssuedFor,
) -> Result<Option<Vec<Connection>>, StoreError> {
    let account = match issued_for {
        IssuedFor::Earlier(account) => Some(account.as_str()),
        IssuedFor::Unknown => None,
        // Whose tokens are given back may never have become known.
        IssuedFor::Own if own.account.id.is_empty() && own.is_given_back => None,
        IssuedFor::Own if own.account.id.is_empty() => return Ok(None),
        IssuedFor::Own => Some(own.account.id.as_str()),
    };
    if blast < Blast::Grant {
        return Ok(None);
    }
    let mut shared = Vec::new();
    for provider in group_of(server, file) {
        if !is_reached(server, file, &provider, blast)? {
            continue;
        }
        // What is given back, or was replaced, is there to be ended, and uses nothing.
        let is_shared = |found: &Connection| {
            found.id != own.id && found.status.in_service() && !found.is_given_back
        };
        let Some(account) = account else {
            let all = server.store.connections_of(&provider);
            let all = all.filter(|found| found.as_ref().map_or(true, is_shared));
            // One is enough to leave out what may end it, where nobody can allow it.
            let most = if own.is_given_back { NAMED } else { usize::MAX };
            shared.extend(all.take(most).collect::<Result<Vec<_>, _>>()?);
            continue;
        };
        let here = std::slice::from_ref(&provider);
        for found in server.store.connections_of_account(here, account) {
            shared.extend(Some(found?).filter(is_shared));
        }
    }
    Ok(Some(shared))
}

/// The other connections of the account that a token was issued for, at the provider or one of its group, in service or not; none
/// where nobody knows which account that is.
pub fn of_account(
    server: &Server,
    c: &Connection,
    issued_for: &IssuedFor,
) -> Result<Vec<Connection>, StoreError> {
    let account = match issued_for {
        IssuedFor::Own => c.account.id.as_str(),
        IssuedFor::Earlier(account) => account.as_str(),
        IssuedFor::Unknown => "",
    };
    let Some(file) = server.provider(&c.provider).filter(|_| !account.is_empty()) else {
        return Ok(Vec::new());
    };
    let group = group_of(server, &file);
    let all = server.store.connections_of_account(&group, account);
    all.filter(|found| found.as_ref().map_or(true, |found| found.id != c.id))
        .collect()
}

/// Whether a call of this blast at one provider ends what was granted to our client at another one of its group.
pub fn is_reached(
    server: &Server,
    file: &ProviderFile,
    other: &str,
    blast: Blast,
) -> Result<bool, StoreError> {
    let client = |provider: &str| {
        let app = server.store.app(provider)?;
        Ok::<_, StoreError>(app.and_then(|app| app.client_id))
    };
    Ok(other == file.id || blast >= Blast::Project || client(other)? == client(&file.id)?)
}

/// After a disconnect: siblings are asked, and those that died with it say so, never silently. Nothing is repeated
/// about one that is marked already.
pub async fn probe_siblings(server: &Arc<Server>, run: &Run) -> Result<(), StoreError> {
    let Some(file) = server.provider(&run.provider) else {
        return Ok(());
    };
    let own = server.store.connection(&run.connection)?;
    let blast = widest(&file, run.uninstall);
    for sibling in siblings(server, &own, &file, blast)? {
        if died(server, &sibling).await? {
            consequence(server, run, &sibling).await?;
        }
    }
    Ok(())
}

/// Whether the vendor refuses the connection's token, and gives no other for it.
async fn died(server: &Arc<Server>, c: &Connection) -> Result<bool, StoreError> {
    let all = server.store.credentials_of(&c.id)?;
    let refresh = all
        .iter()
        .rfind(|it| it.is_active() && it.kind == TokenKind::Refresh)
        .cloned();
    let newest = all.into_iter().rfind(|it| {
        let unexpired = it.expires_at.is_none_or(|at| at > clock_and_ids::now());
        let is_askable = matches!(
            it.kind,
            TokenKind::Access | TokenKind::ApiKey | TokenKind::Installation
        );
        it.is_active() && unexpired && is_askable
    });
    let (Some(newest), Ok(vendor)) = (newest, VendorSession::about(server, c).await) else {
        return Ok(false);
    };
    let Some(secret) = opened(server, &newest) else {
        return Ok(false);
    };
    let asked = vendor.ask(c, newest.kind, &secret, newest.passed_by).await;
    let is_refused = match (asked.verdict, refresh) {
        (Verdict::Dead, _) => is_of_the_token(&asked),
        // A signed access token outlives its grant; what the grant is worth, its refresh token tells.
        (Verdict::Unknown, Some(refresh)) => match opened(server, &refresh) {
            Some(secret) => {
                let asked = vendor.ask(c, refresh.kind, &secret, refresh.passed_by);
                let asked = asked.await;
                asked.verdict == Verdict::Dead && is_of_the_token(&asked)
            }
            None => false,
        },
        _ => false,
    };
    if !is_refused {
        return Ok(false);
    }
    // There is nothing to get another one with.
    if newest.kind == TokenKind::Installation {
        return Ok(true);
    }
    match tokens::after_refusal(server, &c.id, &newest.id).await {
        Err(NoToken::None | NoToken::Vendor(TokenError::Refused { .. })) => Ok(true),
        // It lives on, or what it is cannot be told now, on a full disk for one: its next use will.
        Ok(_) | Err(_) => Ok(false),
    }
}

/// Whether a refusal is about the token, and not about the state of an account, a tenant or a network.
#[must_use]
pub fn is_of_the_token(refused: &Answer) -> bool {
    let kind = refused.refusal.as_ref().map(|refusal| refusal.kind);
    kind != Some(RefusalKind::Suspended)
}

fn opened(server: &Server, credential: &Credential) -> Option<ToAsk> {
    let sealed = credential.sealed.as_ref()?;
    let opened = server.vault.open_to_ask(sealed, credential.id.as_str());
    opened.ok()
}

async fn consequence(server: &Server, run: &Run, c: &Connection) -> Result<(), StoreError> {
    let cause = format!("{} · {}", run.provider_name, run.name);
    let reason = format!(
        "its grant ended with the disconnect of {cause} ({})",
        run.id
    );
    let ended = Event::GrantEnded(GrantEnded {
        run: run.id.clone(),
        name: c.name.clone(),
        provider: c.provider.clone(),
        cause: run.connection.clone(),
        cause_name: cause.clone(),
    });
    let mut entry = run_entry(run, ended, AuditOutcome::Warning);
    entry.target = c.id.to_string();
    server.store.note(entry).await?;
    tokens::refresh::mark(server, c, Badge::reconnect(reason)).await
}

/// Both, each connection once.
#[must_use]
pub fn united(mut first: Vec<Connection>, second: Vec<Connection>) -> Vec<Connection> {
    let mut seen: BTreeSet<ConnectionId> = first.iter().map(|it| it.id.clone()).collect();
    first.extend(second.into_iter().filter(|it| seen.insert(it.id.clone())));
    first
}

/// What people call these connections, for a sentence, which names no more than a few.
#[must_use]
pub fn names(server: &Server, connections: &[Connection]) -> Vec<String> {
    let name = |c: &Connection| format!("{} · {}", server.provider_name(&c.provider), c.name);
    let more = connections.len().saturating_sub(IN_A_SENTENCE);
    let named = connections.iter().take(IN_A_SENTENCE).map(name);
    let more = (more > 0).then(|| format!("{more} more"));
    named.chain(more).collect()
}
