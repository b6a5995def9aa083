//! What was brought along, and how it is kept.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use crate::domain::connection::{Account, Connection};
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::provider::{Lifetime, Question};
use crate::domain::saturating_time::saturating_later;
use crate::providers::IssuedToken;
use crate::server::connect::flow::FlowContext;
use crate::server::tokens::seal::{Issue, Unsealed, seal_row};
use crate::server::vendor::sealed_away;
use crate::wire::Problem;

/// What was brought along.
pub(in crate::server::connect) struct Brought {
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
pub(in crate::server::connect) struct BroughtToken {
    pub secret: SecretString,
    /// That the vendor accepted it here: its death can be proven afterwards.
    pub passed: Option<Passed>,
}

/// A question that a token passed.
#[derive(Clone)]
pub(in crate::server::connect) struct Passed {
    pub question: Question,
    pub endpoint: String,
    /// A time at which our registration was certainly the one that asked.
    pub at: Timestamp,
}

/// Whose account is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::connect) enum MeantAccount {
    /// Whoever brings it looks at it first.
    Asked,
    /// This one, by its id or name at the vendor.
    This(String),
    /// Whatever it is.
    Any,
}

/// Whose it is, as the vendor says.
pub(in crate::server::connect) struct NamedAccount {
    pub account: Account,
    /// What the file keeps of the answer, where it was about what was issued to us; none where it was about what was brought.
    pub fields: Option<Map<String, Value>>,
}

/// A grant that is taken over.
#[derive(Clone, Copy)]
pub(in crate::server::connect) struct Adopted<'a> {
    pub brought: &'a Brought,
    pub named: &'a NamedAccount,
    /// When the vendor issued what is kept of it.
    pub issued_at: Timestamp,
}

impl BroughtToken {
    /// One that nobody has been asked about.
    pub(in crate::server::connect) fn new(secret: SecretString) -> Self {
        Self {
            secret,
            passed: None,
        }
    }

    /// Whether a secret is this one.
    pub(in crate::server::connect) fn is(&self, secret: &SecretString) -> bool {
        self.secret.expose_secret() == secret.expose_secret()
    }
}

impl Adopted<'_> {
    /// Seals what was brought, as issued before what came of it. A refresh token that is still in use is one of that issue.
    ///
    /// # Errors
    /// When the vault refuses.
    pub(in crate::server::connect) fn sealed(
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
