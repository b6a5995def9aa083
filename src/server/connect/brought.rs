//! What was brought along, and how it is kept.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::account::Named;
use super::flow::FlowContext;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::provider::{Lifetime, Question};
use crate::domain::saturating_time::saturating_later;
use crate::providers::IssuedToken;
use crate::server::clock_and_ids;
use crate::server::tokens::seal::{Issue, Unsealed, seal_row};
use crate::server::vendor::sealed_away;
use crate::wire::request::Secret;
use crate::wire::{Code, Problem, rpc};

/// What was brought along.
pub(super) struct Brought {
    /// The refresh token of the other tool.
    pub refresh: BroughtToken,
    /// An access token that it has.
    pub access: Option<BroughtToken>,
    /// When it came here.
    pub at: Timestamp,
    /// Whose account is meant.
    pub meant: MeantAccount,
}

/// A token of the other tool.
pub(super) struct BroughtToken {
    pub secret: SecretString,
    /// That the vendor accepted it here: its death can be proven afterwards.
    pub passed: Option<Passed>,
}

/// A question that a token passed.
#[derive(Clone)]
pub(super) struct Passed {
    pub question: Question,
    pub endpoint: String,
    /// A time at which our registration was certainly the one that asked.
    pub at: Timestamp,
}

/// Whose account is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MeantAccount {
    /// Whoever brings it looks at it first.
    Asked,
    /// This one, by its id or name at the vendor.
    This(String),
    /// Whatever it is.
    Any,
}

/// A grant that is taken over.
#[derive(Clone, Copy)]
pub(super) struct Adopted<'a> {
    pub brought: &'a Brought,
    /// Whose what was issued is.
    pub named: &'a Named,
    /// When the vendor issued what is kept of it.
    pub issued_at: Timestamp,
}

impl Brought {
    /// What a request brings.
    ///
    /// # Errors
    /// When there is no token in it, or the account has no name.
    pub(super) fn of(asked: rpc::Adopt) -> Result<Self, Problem> {
        let usage = |message: &str, hint: &str| Problem::new(Code::Usage, message, hint);
        let secret = |text: &Secret| match text.0.trim() {
            "" => Err(usage(
                "there is no token in what was brought",
                "a file with the token alone",
            )),
            text => Ok(BroughtToken::new(SecretString::from(text))),
        };
        let meant = match (asked.account, asked.any_account) {
            (Some(account), _) if account.trim().is_empty() => {
                return Err(usage(
                    "the account that is meant has no name",
                    "say its id or name at the provider",
                ));
            }
            (Some(account), _) => MeantAccount::This(account.trim().to_owned()),
            (None, true) => MeantAccount::Any,
            (None, false) => MeantAccount::Asked,
        };
        Ok(Self {
            refresh: secret(&asked.refresh_token)?,
            access: asked.access_token.as_ref().map(secret).transpose()?,
            at: clock_and_ids::now(),
            meant,
        })
    }
}

impl BroughtToken {
    /// One that nobody has been asked about.
    fn new(secret: SecretString) -> Self {
        Self {
            secret,
            passed: None,
        }
    }

    /// Whether a secret is this one.
    pub(super) fn is(&self, secret: &SecretString) -> bool {
        self.secret.expose_secret() == secret.expose_secret()
    }
}

impl Adopted<'_> {
    /// Seals what was brought, as issued before what came of it. A refresh token that is still in use is one of that issue.
    pub(super) fn sealed(
        &self,
        flow: &FlowContext,
        connection: &Connection,
        before: Issue<'_>,
        issued: &IssuedToken,
    ) -> Result<Vec<Credential>, Problem> {
        let replaced = Place {
            issue: Issue {
                at: self.brought.at,
                ..before
            },
            state: CredentialState::Superseded,
        };
        let in_use = Place {
            issue: Issue {
                number: before.number + 1,
                ..before
            },
            state: CredentialState::Active,
        };
        let place = match issued.refresh.is_some() {
            true => replaced,
            false => in_use,
        };
        let refresh = Unsealed {
            kind: TokenKind::Refresh,
            secret: &self.brought.refresh.secret,
            expires_at: None,
        };
        let mut rows = vec![place.sealed(flow, connection, refresh, &self.brought.refresh)?];
        // One that was issued once more has its row as what was issued.
        if let Some(access) = &self.brought.access
            && !access.is(&issued.access)
        {
            let token = Unsealed {
                kind: TokenKind::Access,
                secret: &access.secret,
                expires_at: self.access_ends(flow, issued),
            };
            rows.push(replaced.sealed(flow, connection, token, access)?);
        }
        Ok(rows)
    }

    /// The access token was issued before it came here, and lives no longer than those that are issued now.
    fn access_ends(&self, flow: &FlowContext, issued: &IssuedToken) -> Option<Timestamp> {
        let lifetime = flow.vendor.file().auth.lifetime.as_ref();
        let lasts = lifetime
            .and_then(Lifetime::duration)
            .max(issued.expires_in)?;
        Some(saturating_later(self.brought.at, lasts))
    }
}

/// Where a token that was brought stands among those of the connection.
#[derive(Clone, Copy)]
struct Place<'a> {
    issue: Issue<'a>,
    state: CredentialState,
}

impl Place<'_> {
    fn sealed(
        &self,
        flow: &FlowContext,
        connection: &Connection,
        unsealed: Unsealed<'_>,
        brought: &BroughtToken,
    ) -> Result<Credential, Problem> {
        let row = seal_row(&flow.server, connection, self.issue, unsealed);
        let row = row.map_err(|error| sealed_away(&error))?;
        let passed = brought.passed.as_ref();
        Ok(Credential {
            passed_at: passed.map(|it| it.at),
            passed_by: passed.map(|it| it.question),
            passed_where: passed.map_or_else(String::new, |it| it.endpoint.clone()),
            state: self.state,
            is_held_elsewhere: true,
            ..row
        })
    }
}
