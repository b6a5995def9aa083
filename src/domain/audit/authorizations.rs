//! Entries about authorizations: how they begin, and how they come to something or to nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::connection::Account;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::evidence::Evidence;
use crate::domain::display_text::counted;
use crate::domain::flow::FlowKind;
use crate::domain::id::{CredentialId, FlowId, RunId};

/// A token, for whoever finds one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenName {
    pub kind: TokenKind,
    pub fingerprint: String,
}

/// An authorization was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeBegun {
    /// The catalog's id.
    pub provider: String,
    /// How it is done.
    pub flow: FlowKind,
    /// Its id; none in entries of 0.1.0, which did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<FlowId>,
    /// What is asked for.
    pub scopes: Vec<String>,
}

/// An authorization came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeFailed {
    /// The catalog's id.
    pub provider: String,
    pub why: String,
}

/// Authorizations were ended here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeEnded {
    pub flows: Vec<FlowId>,
    /// The catalog's id; none where they may be of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Who had begun it, where somebody else ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    /// Why, where nobody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A code came after its authorization had been ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeNotExchanged {
    /// Which authorization.
    pub flow: FlowId,
    /// The catalog's id.
    pub provider: String,
    /// Who had begun it.
    pub began: String,
    /// How it had been ended.
    pub why: Option<String>,
}

/// A connection was authorized, for the first time or again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorized {
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub name: String,
    /// The vendor's account.
    pub account: Account,
    /// The account that it was before.
    pub account_before: Option<Account>,
    /// Counts the authorizations of this connection.
    pub generation: u32,
    /// What was granted.
    pub scopes: Vec<String>,
    /// What was issued.
    pub tokens: Vec<TokenName>,
    /// What another tool was given before, and may hold still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_elsewhere: Vec<TokenName>,
    /// The disconnect that was the first half of the swap which this ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<RunId>,
}

/// Tokens were issued that nobody wants any more: they are revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TokensGivenBack {
    /// They stand under a connection of their own, and a run revokes them.
    Listed {
        /// The catalog's id.
        provider: String,
        /// What people call the connection that holds them.
        name: String,
        /// The vendor's account.
        account: Account,
        /// What was issued.
        tokens: Vec<TokenName>,
        /// Why nobody wants them.
        why: String,
    },
    /// The revoking calls were made at once, and nothing was kept of the tokens: as 0.1.0 did it.
    Called {
        /// The catalog's id.
        provider: String,
        /// How many calls were made.
        calls: u64,
        /// How many of them the vendor took.
        taken: u64,
    },
}

/// What the vendor answered to the calls that gave tokens back at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenBackEvidence {
    /// Each call, in the order in which they were made.
    pub calls: Vec<Evidence>,
}

/// The answer to a call was lost that may have issued tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLost {
    /// The run whose experiment it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The catalog's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What people call the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Under which id an unseen token stands.
    pub credential: CredentialId,
    /// Which call it was.
    pub call: String,
}

impl TokenName {
    /// The name of this secret's token.
    #[must_use]
    pub fn of(credential: &Credential) -> Self {
        Self {
            kind: credential.kind,
            fingerprint: credential.fingerprint.clone(),
        }
    }
}

impl AuthorizeBegun {
    pub(super) fn sentence(&self) -> String {
        format!(
            "began an authorization at {} ({})",
            self.provider,
            self.flow.word()
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl AuthorizeFailed {
    pub(super) fn sentence(&self) -> String {
        format!(
            "the authorization at {} came to nothing: {}",
            self.provider, self.why
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl AuthorizeEnded {
    pub(super) fn sentence(&self) -> String {
        let at = self.provider.as_ref();
        let at = at.map_or_else(String::new, |it| format!(" at {it}"));
        let of = self.began.as_ref();
        let of = of.map_or_else(String::new, |it| format!(" that {it} had begun"));
        let why = self.why.as_ref();
        let why = why.map_or_else(String::new, |it| format!(": {it}"));
        format!("ended an authorization{at}{of}{why}")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(self.provider.as_deref())
    }
}

impl CodeNotExchanged {
    pub(super) fn sentence(&self) -> String {
        let why = self.why.as_deref().unwrap_or("the authorization was over");
        format!(
            "a code of {} came and was not exchanged: {why}",
            self.provider
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl Authorized {
    pub(super) fn connected(&self) -> String {
        let verb = match self.held_elsewhere.is_empty() {
            true => "connected",
            false => "took over",
        };
        format!(
            "{verb} {} · {}, {}{}",
            self.provider,
            self.name,
            self.account(),
            self.elsewhere()
        )
    }

    pub(super) fn reconnected(&self) -> String {
        let moved = self
            .account_before
            .as_ref()
            .filter(|it| it.id != self.account.id);
        let swapped = match (&self.swap, moved) {
            (Some(_), None) if !self.account.id.is_empty() => {
                "; the swap ended with the account that it had"
            }
            (Some(_), _) => "; the swap is done",
            (None, _) => "",
        };
        let moved = moved.map_or_else(String::new, |it| format!(", which was {} before", it.label));
        format!(
            "reconnected {} · {}, {}{moved}{}{swapped}",
            self.provider,
            self.name,
            self.account(),
            self.elsewhere()
        )
    }

    fn elsewhere(&self) -> String {
        match self.held_elsewhere.len() as u64 {
            0 => String::new(),
            n => format!("; another tool may hold {}", counted(n, "token")),
        }
    }

    fn account(&self) -> String {
        format!("account {}", self.account.label)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        let target = target.at(Some(&self.provider));
        target.in_run(self.swap.as_ref())
    }
}

impl TokensGivenBack {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Listed { provider, why, .. } => {
                format!("tokens of {provider} were issued and are given back: {why}")
            }
            Self::Called {
                provider,
                calls,
                taken,
            } => format!(
                "tokens of {provider} were issued and were given back: {provider} took {taken} of {}",
                counted(*calls, "call")
            ),
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        match self {
            Self::Listed { provider, .. } | Self::Called { provider, .. } => {
                target.at(Some(provider))
            }
        }
    }
}

impl AnswerLost {
    /// Of a call of which nothing else is known.
    #[must_use]
    pub fn of(credential: &CredentialId, call: impl fmt::Display) -> Self {
        Self {
            run: None,
            provider: None,
            name: None,
            credential: credential.clone(),
            call: call.to_string(),
        }
    }

    pub(super) fn sentence(&self) -> String {
        format!(
            "the answer to a call ({}) was lost; it may have issued a token that nobody has seen",
            self.call
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target
            .at(self.provider.as_deref())
            .in_run(self.run.as_ref())
    }
}
