//! What an opened secret may be used for, said by its type: what is opened to revoke is no token to hand out, and what is opened
//! to be traded in is not shown. A secret leaves its type by one method that says for what, and `tests/arrows.rs` names the
//! files that may say it.

use secrecy::SecretString;

/// A token that its own vendor is asked about.
#[derive(Debug, Clone)]
pub struct ToAsk(SecretString);

impl ToAsk {
    /// A secret that may be used for more is asked about as well.
    #[must_use]
    pub fn of(secret: SecretString) -> Self {
        Self(secret)
    }

    /// The secret, for a question to its vendor.
    #[must_use]
    pub fn in_a_question(&self) -> &SecretString {
        &self.0
    }
}

/// A token that is asked about and revoked.
#[derive(Debug, Clone)]
pub struct ToRevoke(ToAsk);

impl ToRevoke {
    pub(super) fn of(secret: SecretString) -> Self {
        Self(ToAsk(secret))
    }

    /// The same, for questions alone.
    #[must_use]
    pub fn to_ask(&self) -> &ToAsk {
        &self.0
    }

    /// The same, to see by trading it in whether it is dead.
    #[must_use]
    pub fn to_try(&self) -> ToTradeIn {
        ToTradeIn(self.0.0.clone())
    }

    /// The secret, for a call of a disconnect.
    #[must_use]
    pub fn in_a_call(&self) -> &SecretString {
        &self.0.0
    }
}

/// A refresh token, or what tokens are minted for, that is traded in for an access token.
#[derive(Debug)]
pub struct ToTradeIn(SecretString);

impl ToTradeIn {
    /// One that was opened for this, or is made up.
    #[must_use]
    pub fn of(secret: SecretString) -> Self {
        Self(secret)
    }

    /// The secret, for a request to the token endpoint.
    #[must_use]
    pub fn at_the_token_endpoint(&self) -> &SecretString {
        &self.0
    }
}
