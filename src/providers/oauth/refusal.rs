//! Why a token endpoint gave no tokens: what each answer, or none, means for the grant.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use crate::domain::provider::ProviderFile;
use crate::providers::excerpt;
use crate::providers::http::{HttpAnswer, HttpError};
use crate::providers::limits;
use crate::providers::request::SetupError;

/// Why there are no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The grant is refused: the code or refresh token is no longer good.
    #[error("the provider refuses the grant: {error}{}", in_brackets(description.as_deref()))]
    Refused {
        /// RFC 6749 5.2, or the vendor's own word.
        error: String,
        /// The vendor's explanation.
        description: Option<String>,
    },
    /// Our registration is refused.
    #[error("the provider refuses our client id or secret: {error}{}", in_brackets(description.as_deref()))]
    ClientRejected {
        /// RFC 6749 5.2, or the vendor's own word.
        error: String,
        /// The vendor's explanation.
        description: Option<String>,
    },
    /// It refuses for the state of an account, a tenant, an app, a network or a session, as the provider file says: the
    /// grant works again when that is over.
    #[error("the provider suspends the grant: {why}")]
    Suspended { why: String },
    /// The vendor is not to be had; nothing has changed there.
    #[error("the provider is not available: {why}")]
    Outage {
        why: String,
        /// How long the vendor asked us to wait.
        retry_after: Option<Duration>,
    },
    /// It was sent and the answer did not arrive whole: a refresh token may have been spent.
    #[error("the answer was lost, the token may have been replaced: {why}")]
    Lost { why: String },
    /// Nothing was sent.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

fn in_brackets(description: Option<&str>) -> String {
    description
        .map(|text| format!(" ({text})"))
        .unwrap_or_default()
}

/// What a request that got no answer means for the grant.
pub(crate) fn unanswered(error: HttpError) -> TokenError {
    match error {
        HttpError::Insecure(_) | HttpError::BadRequest(_) => SetupError::from(error).into(),
        HttpError::Unreachable { .. } | HttpError::NoCertificates(_) => TokenError::Outage {
            why: error.to_string(),
            retry_after: None,
        },
        HttpError::TimedOut { .. } | HttpError::Lost { .. } | HttpError::TooLarge { .. } => {
            TokenError::Lost {
                why: error.to_string(),
            }
        }
    }
}

/// What is traded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TradedIn {
    /// A code, good for one try: any refusal ends it.
    Code,
    /// A refresh token or an installation, which a person has to grant again if it is taken for refused: only the word
    /// that says so counts (RFC 6749 5.2, or the file's), and every other failure passes.
    Kept,
}

/// Passes a 2xx with JSON that hides no error; everything else is told apart by what to do about it. `secrets` are asked
/// for where there is a text that may repeat them.
pub(crate) fn judge(
    file: &ProviderFile,
    grant: TradedIn,
    answer: &HttpAnswer,
    secrets: &dyn Fn() -> Vec<SecretString>,
) -> Result<(), TokenError> {
    let status = answer.status;
    let outage = |why: String| {
        Err(TokenError::Outage {
            why,
            retry_after: answer.retry_after,
        })
    };
    if let Some(met) = limits::met(answer, &[&file.limited]) {
        return Err(TokenError::Outage {
            why: "too many requests".to_owned(),
            retry_after: met.wait,
        });
    }
    match status {
        // A server that failed on the way, and a gateway that lost it, do not know whether it had acted.
        500 | 502 | 504 => {
            return Err(TokenError::Lost {
                why: format!("status {status}"),
            });
        }
        500..=599 => return outage(format!("status {status}")),
        300..=399 => return outage(format!("status {status}: redirects are not followed")),
        _ if answer.body.is_html() && answer.is_2xx() => {
            return Err(TokenError::Lost {
                why: format!("status {status} with a page instead of an answer"),
            });
        }
        _ if answer.body.is_html() => {
            return outage(format!("status {status} with a page instead of an answer"));
        }
        _ => {}
    }
    let hidden = answer.body.hidden_error();
    if answer.is_2xx() && hidden.is_none() {
        return Ok(());
    }
    let said = RefusalText::of(answer, &secrets());
    if file.auth.passing.matches(&answer.response()) {
        return outage(said.in_words());
    }
    // Before `invalid_grant`, which vendors say of a disabled account too (Microsoft's AADSTS50057).
    if grant == TradedIn::Kept && file.auth.suspended.matches(&answer.response()) {
        let why = said.in_words();
        return Err(TokenError::Suspended { why });
    }
    if file.auth.refuses(&answer.response()) || said.is("invalid_grant") {
        return Err(said.refused(status));
    }
    match (said.error.as_deref(), grant) {
        (Some("temporarily_unavailable" | "server_error"), _) => outage(said.in_words()),
        // Vendors have their own words beside RFC 6749 5.2; those about our registration all say "client".
        (Some(error), _) if error.contains("client") => Err(said.client_rejected()),
        (None, _) if status == 401 => Err(said.client_rejected()),
        (Some(_), TradedIn::Code) => Err(said.refused(status)),
        (None, TradedIn::Code) if matches!(status, 200 | 400) => Err(said.refused(status)),
        (Some(_), TradedIn::Kept) => outage(said.in_words()),
        (None, _) => outage(format!("status {status} without an OAuth error")),
    }
}

/// What a refusal says, with nothing secret in it.
struct RefusalText {
    error: Option<String>,
    description: Option<String>,
}

impl RefusalText {
    fn of(answer: &HttpAnswer, secrets: &[SecretString]) -> Self {
        let word = |pointers: &[&str]| {
            let mut found = pointers
                .iter()
                .filter_map(|pointer| answer.body.at(pointer).and_then(Value::as_str));
            let shown = found.find(|text| !text.is_empty());
            shown.map(|text| excerpt::of_text(text, secrets))
        };
        const ERROR: [&str; 7] = [
            "/error",
            "/error/code",
            "/code",
            "/category",
            "/status",
            "/errors/0/code",
            "/errors/0/message",
        ];
        const DESCRIPTION: [&str; 4] = [
            "/error_description",
            "/message",
            "/error/message",
            "/errors/0/message",
        ];
        Self {
            error: word(&ERROR),
            description: word(&DESCRIPTION),
        }
    }

    fn is(&self, error: &str) -> bool {
        self.error.as_deref() == Some(error)
    }

    fn refused(self, status: u16) -> TokenError {
        TokenError::Refused {
            error: self.error.unwrap_or_else(|| format!("status {status}")),
            description: self.description,
        }
    }

    fn client_rejected(self) -> TokenError {
        TokenError::ClientRejected {
            error: self.error.unwrap_or_else(|| "status 401".to_owned()),
            description: self.description,
        }
    }

    fn in_words(self) -> String {
        let error = self.error.unwrap_or_default();
        error + &in_brackets(self.description.as_deref())
    }
}
