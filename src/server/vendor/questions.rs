//! The questions about a token, put to its vendor.

use super::{AskedToken, VendorSession};
use crate::domain::connection::Connection;
use crate::domain::credential::TokenKind;
use crate::domain::provider::{self, Question};
use crate::domain::trial::{Answer, Verdict};
use crate::providers::{self, CallContext, HttpConnection, Probed};
use crate::server::clock_and_ids;
use crate::vault::ToAsk;

impl VendorSession {
    /// Asks whether a token lives, beginning with the question that it passed before.
    pub async fn ask(
        &self,
        c: &Connection,
        kind: TokenKind,
        token: &ToAsk,
        passed: Option<Question>,
    ) -> Answer {
        let Some(kind) = named(kind) else {
            return not_askable("there is no question for it");
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token.in_a_question()));
                self.vendors.ask(&context, kind, passed).await
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()),
        }
    }

    /// The questions that there are about a token, the file's own first.
    #[must_use]
    pub fn questions(&self, c: &Connection, token: AskedToken<'_>) -> Vec<Question> {
        match (named(token.kind), &self.endpoints) {
            (Some(kind), Ok(endpoints)) => {
                let context = self.context(endpoints, c, Some(token.secret.in_a_question()));
                self.vendors.questions(&context, kind)
            }
            (Some(_) | None, Ok(_) | Err(_)) => Vec::new(),
        }
    }

    /// Asks one question about a token, and no other for comparison.
    pub async fn check(
        &self,
        c: &Connection,
        token: AskedToken<'_>,
        question: Question,
        line: HttpConnection<'_>,
    ) -> Probed {
        let Some(kind) = named(token.kind) else {
            return not_askable("there is no question for it").into();
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token.secret.in_a_question()));
                self.vendors.check(&context, kind, question, line).await
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()).into(),
        }
    }

    /// Asks every question that there is about a token, on connections of their own.
    pub async fn ask_each(&self, c: &Connection, token: AskedToken<'_>) -> Vec<Answer> {
        let Some(kind) = named(token.kind) else {
            return vec![not_askable("there is no question for it")];
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token.secret.in_a_question()));
                let mut answers = self
                    .vendors
                    .ask_each(&context, kind, HttpConnection::Fresh)
                    .await;
                if answers.is_empty() {
                    answers.push(not_askable("there is no question for it"));
                }
                answers
            }
            Err(error) => vec![answer(Verdict::Unknown, error.to_string())],
        }
    }

    /// Asks the file's `[control]` about the connection's account; none where it has none.
    pub async fn ask_control(&self, c: &Connection) -> Option<Answer> {
        let endpoints = self.endpoints.as_ref().ok()?;
        self.vendors
            .ask_control(&self.context(endpoints, c, None))
            .await
    }

    /// Asks one question about a made-up token in the form of this one; none where that cannot be.
    pub async fn ask_made_up(
        &self,
        c: &Connection,
        token: AskedToken<'_>,
        question: Question,
    ) -> Option<Answer> {
        let (kind, endpoints) = (named(token.kind)?, self.endpoints.as_ref().ok()?);
        let context = self.context(endpoints, c, Some(token.secret.in_a_question()));
        self.vendors.ask_made_up(&context, kind, question).await
    }

    /// Asks the file's probe about a token with a secret that is not ours; none where we have no secret.
    pub async fn ask_as_a_stranger(&self, c: &Connection, token: AskedToken<'_>) -> Option<Answer> {
        let (kind, endpoints) = (named(token.kind)?, self.endpoints.as_ref().ok()?);
        let mut app = self.app.clone();
        app.client_secret = Some(providers::made_up_like(app.client_secret.as_ref()?)?);
        let context = CallContext {
            app: &app,
            ..self.context(endpoints, c, Some(token.secret.in_a_question()))
        };
        let told = self
            .vendors
            .ask_each(&context, kind, HttpConnection::Fresh)
            .await;
        let mut told = told.into_iter();
        told.find(|answer| answer.question == Some(Question::Probe))
    }
}

/// A question that was not asked.
#[must_use]
pub fn not_askable(reason: &str) -> Answer {
    answer(Verdict::NotAskable, reason.to_owned())
}

fn answer(verdict: Verdict, reason: String) -> Answer {
    Answer {
        verdict,
        question: None,
        endpoint: String::new(),
        status: None,
        reason,
        at: clock_and_ids::now(),
        refusal: None,
    }
}

/// What a provider file calls a token of ours.
fn named(kind: TokenKind) -> Option<provider::TokenKind> {
    match kind {
        TokenKind::Access => Some(provider::TokenKind::Access),
        TokenKind::Refresh => Some(provider::TokenKind::Refresh),
        TokenKind::ApiKey => Some(provider::TokenKind::ApiKey),
        TokenKind::Installation => Some(provider::TokenKind::Installation),
        TokenKind::Unknown => None,
    }
}
