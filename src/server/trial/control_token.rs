//! A token that has to pass while another one is refused.

use url::Url;

use super::TokenOnTrial;
use crate::domain::connection::{Connection, Status};
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::log::{self, Record};
use crate::domain::id::CredentialId;
use crate::domain::provider::Question;
use crate::domain::trial::{Control, ControlAnswer, Verdict};
use crate::providers::outlives_its_issuers_word;
use crate::server::vendor::{AskedToken, VendorSession};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::vault::{ToAsk, ToRevoke};

/// A token that has to pass beside one on trial.
pub(super) struct ControlToken {
    control: Control,
    kind: TokenKind,
    credential: CredentialId,
    connection: Connection,
    pub(super) is_of_other_account: bool,
    /// Whether it is on record as having passed a question.
    pub(super) has_passed: bool,
    secret: ToAsk,
    question: Question,
    origin: String,
}

impl ControlToken {
    /// Whether we have ended it since: its connection, which was in use when it was chosen, is being disconnected or was, which
    /// is on record before the first call, or a refresh has replaced it.
    pub(super) fn is_ended_by_us(&self, server: &Server) -> Result<bool, StoreError> {
        if self.connection.status != Status::Connected {
            return Ok(false);
        }
        let now = server.store.connection(&self.connection.id)?;
        let is_out = now.status.is_out_of_service();
        let key = format!("{}/{}", self.connection.id, self.credential);
        let row = server.store.get::<Credential>(&key)?;
        let is_replaced = row.is_none_or(|row| !row.is_active());
        Ok(is_out || is_replaced || now.generation != self.connection.generation)
    }

    /// Asks it by the question, or at the origin, of the token on trial; none where it cannot be asked so.
    pub(super) async fn ask(&self, vendor: &VendorSession) -> Option<ControlAnswer> {
        let token = AskedToken {
            kind: self.kind,
            secret: &self.secret,
        };
        let told = vendor.ask_each(&self.connection, token).await;
        let fits = |question| question == Some(self.question) || self.question == Question::Refresh;
        let at_origin = |endpoint: &str| self.origin.is_empty() || origin(endpoint) == self.origin;
        let mut fitting = told
            .into_iter()
            .filter(|answer| fits(answer.question) && at_origin(&answer.endpoint));
        let first = fitting.next()?;
        // Of several questions at the same origin one that passes is enough.
        let answer = match first.verdict {
            Verdict::Alive => first,
            _ => fitting
                .find(|it| it.verdict == Verdict::Alive)
                .unwrap_or(first),
        };
        Some(ControlAnswer {
            control: self.control.clone(),
            answer,
        })
    }
}

/// The question that a control has to pass, and where.
pub(super) struct ControlQuestion {
    pub(super) question: Question,
    pub(super) origin: String,
}

impl ControlQuestion {
    pub(super) fn of(log: &[Record], subject: &TokenOnTrial) -> Option<Self> {
        let before = log::before(log, &subject.token.credential);
        let asked = before.and_then(|answer| Some((answer.question?, answer.endpoint.as_str())));
        let on_record = subject.token.passed_by;
        let on_record = on_record.map(|question| (question, subject.token.passed_where.as_str()));
        let by_issue = (Question::Refresh, "");
        let (question, endpoint) = asked
            .or(on_record)
            .or_else(|| (subject.token.kind == TokenKind::Refresh).then_some(by_issue))?;
        Some(Self {
            question,
            origin: origin(endpoint),
        })
    }
}

/// A token of the same connection that no call of the run ends, and that stands beside a refresh token.
pub(super) fn narrower(
    server: &Server,
    log: &[Record],
    subject: &TokenOnTrial,
    wanted: &ControlQuestion,
) -> Result<Option<ControlToken>, StoreError> {
    if subject.token.kind != TokenKind::Refresh {
        return Ok(None);
    }
    let intents = log::asked(log)
        .map(|(_, intents)| intents)
        .unwrap_or_default();
    let tokens = log::tokens(log).unwrap_or_default();
    let spared = tokens.iter().find(|token| {
        let lived = log::before(log, &token.credential);
        token.kind == TokenKind::Access
            && token.label == subject.token.label
            && lived.is_some_and(|answer| answer.verdict == Verdict::Alive)
            && !intents
                .iter()
                .any(|it| it.kills.contains(&token.credential))
    });
    let Some(spared) = spared else {
        return Ok(None);
    };
    let key = format!("{}/{}", subject.connection.id, spared.credential);
    let row = server.store.get::<Credential>(&key)?;
    let Some(secret) = row.as_ref().and_then(|row| opened(server, row)) else {
        return Ok(None);
    };
    Ok(Some(ControlToken {
        control: Control::Narrower {
            fingerprint: spared.fingerprint.clone(),
        },
        kind: TokenKind::Access,
        credential: spared.credential.clone(),
        connection: subject.connection.clone(),
        is_of_other_account: false,
        has_passed: true,
        secret,
        question: Question::Refresh,
        origin: wanted.origin.clone(),
    }))
}

/// The newest token of another connection that can stand beside the one on trial.
pub(super) fn of(
    server: &Server,
    other: &Connection,
    subject: &TokenOnTrial,
    wanted: &ControlQuestion,
) -> Result<Option<ControlToken>, StoreError> {
    // A refresh token that only its issue shows alive cannot be used without being spent: an access token stands in.
    let kind = match (subject.token.kind, wanted.question) {
        (TokenKind::Refresh, Question::Refresh) => TokenKind::Access,
        (kind, _) => kind,
    };
    let now = clock_and_ids::now();
    let all = server.store.credentials_of(&other.id)?;
    let newest = all.iter().rfind(|row| {
        row.kind == kind && row.is_active() && row.expires_at.is_none_or(|at| at > now)
    });
    let Some(row) = newest else {
        return Ok(None);
    };
    let Some(secret) = opened(server, row) else {
        return Ok(None);
    };
    let own = subject.secret.as_ref().map(ToRevoke::to_ask);
    let is_signed = |secret: &ToAsk| outlives_its_issuers_word(secret.in_a_question());
    if own.is_some_and(|own| kind == subject.token.kind && is_signed(own) != is_signed(&secret)) {
        return Ok(None);
    }
    let (mine, theirs) = (&subject.connection.fields, &other.fields);
    let accounts = (&subject.connection.account.id, &other.account.id);
    Ok(Some(ControlToken {
        control: Control::Token {
            fingerprint: row.fingerprint.clone(),
            token: kind,
            is_of_other_tenant: !mine.is_empty() && !theirs.is_empty() && mine != theirs,
        },
        kind,
        credential: row.id.clone(),
        connection: other.clone(),
        is_of_other_account: !accounts.0.is_empty()
            && !accounts.1.is_empty()
            && accounts.0 != accounts.1,
        has_passed: row.passed_by.is_some(),
        secret,
        question: wanted.question,
        origin: wanted.origin.clone(),
    }))
}

fn opened(server: &Server, row: &Credential) -> Option<ToAsk> {
    let sealed = row.sealed.as_ref()?;
    server.vault.open_to_ask(sealed, row.id.as_str()).ok()
}

/// Scheme, host and port of a URL; empty for what is none.
fn origin(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    parsed.map_or_else(String::new, |url| url.origin().ascii_serialization())
}
