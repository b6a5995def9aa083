//! What a vendor has issued: grants, and the tokens that live under them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
    /// The access token of an installed bot.
    Bot,
    /// The refresh token of an installed bot.
    BotRefresh,
    /// The access token of the person who installed it, beside the bot's.
    User,
    /// The refresh token of the person who installed it.
    UserRefresh,
    /// A key that a person made in the vendor's own pages.
    ApiKey,
    /// The token of an app where it is installed.
    Installation,
}

impl TokenKind {
    pub(super) fn is_refresh(self) -> bool {
        matches!(self, Self::Refresh | Self::BotRefresh | Self::UserRefresh)
    }
}

/// Why a token no longer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KilledBy {
    /// It was revoked itself.
    Revoked,
    /// Another token of its grant was revoked.
    Cascade,
    /// The app was uninstalled or the whole grant deleted.
    Uninstalled,
    /// A refresh put another token in its place.
    Rotated,
    /// A refresh token of its grant was presented twice.
    RefreshReuse,
    /// The code of its grant was presented twice.
    CodeReuse,
    /// A person ended it at the vendor.
    Person,
    /// Its time was up.
    Expired,
}

/// What one account has allowed one client.
#[derive(Clone, PartialEq)]
pub(super) struct Grant {
    pub(super) account: String,
    pub(super) client_id: String,
    pub(super) scope: Vec<String>,
    /// Asked for apart from the bot's, by the vendors that know both.
    pub(super) user_scope: Vec<String>,
    /// Whether the client may go on without the person, by a refresh token.
    pub(super) offline: bool,
    /// What the ID token has to say again.
    pub(super) nonce: Option<String>,
}

/// One token, dead or alive.
#[derive(Clone, PartialEq)]
pub(super) struct Token {
    pub(super) value: String,
    pub(super) kind: TokenKind,
    pub(super) grant: u64,
    pub(super) account: String,
    pub(super) client_id: String,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) killed_by: Option<KilledBy>,
    pub(super) killed_at: Option<Timestamp>,
}

impl Token {
    pub(super) fn death(&self) -> Option<KilledBy> {
        let expired = self.expires_at.is_some_and(|end| end <= Timestamp::now());
        self.killed_by.or(expired.then_some(KilledBy::Expired))
    }

    pub(super) fn is_alive(&self) -> bool {
        self.death().is_none()
    }
}

/// A token as the control API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct TokenView {
    /// The first 16 hex digits of SHA-256 over the token.
    pub fingerprint: String,
    /// What it is for.
    pub kind: TokenKind,
    /// Whose it is.
    pub account: String,
    /// Which client holds it.
    pub client_id: String,
    /// Whether it works.
    pub alive: bool,
    pub killed_by: Option<KilledBy>,
    /// When it stops by itself; never, if absent.
    pub expires_at: Option<Timestamp>,
}

/// The first 16 hex digits of SHA-256 over a token: whoever finds a token can match it.
pub fn fingerprint(token: &str) -> String {
    let mut hex = hex::encode(Sha256::digest(token));
    hex.truncate(16);
    hex
}

/// All grants and tokens of one vendor.
#[derive(Clone, Default, PartialEq)]
pub(super) struct TokenBook {
    grants: BTreeMap<u64, Grant>,
    tokens: Vec<Token>,
}

impl TokenBook {
    pub(super) fn open(&mut self, grant: Grant) -> u64 {
        let id = self.grants.len() as u64 + 1;
        self.grants.insert(id, grant);
        id
    }

    pub(super) fn grant(&self, id: u64) -> Option<&Grant> {
        self.grants.get(&id)
    }

    /// Enters a new token under a grant that exists.
    pub(super) fn enter(&mut self, grant: u64, kind: TokenKind, value: String, ttl: Option<u64>) {
        let Some(Grant {
            account, client_id, ..
        }) = self.grants.get(&grant).cloned()
        else {
            return;
        };
        let issued_at = Timestamp::now();
        let seconds = ttl.and_then(|ttl| i64::try_from(ttl).ok());
        let expires_at =
            seconds.and_then(|ttl| issued_at.checked_add(SignedDuration::from_secs(ttl)).ok());
        self.tokens.push(Token {
            value,
            kind,
            grant,
            account,
            client_id,
            issued_at,
            expires_at,
            killed_by: None,
            killed_at: None,
        });
    }

    pub(super) fn find(&self, value: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.value == value)
    }

    pub(super) fn live(&self, value: &str) -> Option<&Token> {
        self.find(value).filter(|token| token.is_alive())
    }

    /// A live access token of the account and client of this grant.
    pub(super) fn access_of_the_same(&self, grant: u64) -> Option<&str> {
        let of = self.grants.get(&grant)?;
        let is_theirs = |token: &&Token| {
            (&token.account, &token.client_id) == (&of.account, &of.client_id)
                && token.kind == TokenKind::Access
                && token.is_alive()
        };
        Some(self.tokens.iter().find(is_theirs)?.value.as_str())
    }

    /// Ends every live token that matches; how many there were.
    pub(super) fn kill(&mut self, by: KilledBy, matches: impl Fn(&Token) -> bool) -> usize {
        let mut killed = 0;
        for token in self
            .tokens
            .iter_mut()
            .filter(|token| token.is_alive() && matches(token))
        {
            token.killed_by = Some(by);
            token.killed_at = Some(Timestamp::now());
            killed += 1;
        }
        killed
    }

    /// Ends everything that an account has allowed a client; how many live tokens there were.
    pub(super) fn kill_all_of(&mut self, by: KilledBy, account: &str, client_id: &str) -> usize {
        self.kill(by, |token| {
            token.account == account && token.client_id == client_id
        })
    }

    /// Whether anything lives of what an account has allowed a client.
    pub(super) fn is_connected(&self, account: &str, client_id: &str) -> bool {
        let theirs = |token: &&Token| token.account == account && token.client_id == client_id;
        self.tokens.iter().filter(theirs).any(Token::is_alive)
    }

    /// Whether a client can still get new access tokens of an account.
    pub(super) fn has_refresh_of(&self, account: &str, client_id: &str) -> bool {
        self.tokens.iter().any(|token| {
            (token.account == account && token.client_id == client_id)
                && (token.kind.is_refresh() && token.is_alive())
        })
    }

    /// Whether a grant has a live refresh token.
    pub(super) fn is_refreshable(&self, grant: u64) -> bool {
        let refresh = |token: &&Token| token.grant == grant && token.kind.is_refresh();
        self.tokens.iter().filter(refresh).any(Token::is_alive)
    }

    /// For an answer that pretends: nothing has ever died.
    pub(super) fn revive_all(&mut self) {
        for token in &mut self.tokens {
            token.killed_by = None;
            token.expires_at = None;
        }
    }

    pub(super) fn views(&self) -> Vec<TokenView> {
        self.tokens
            .iter()
            .map(|token| TokenView {
                fingerprint: fingerprint(&token.value),
                kind: token.kind,
                account: token.account.clone(),
                client_id: token.client_id.clone(),
                alive: token.is_alive(),
                killed_by: token.death(),
                expires_at: token.expires_at,
            })
            .collect()
    }
}
