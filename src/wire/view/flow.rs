//! Authorizations that are under way.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Hold;
use crate::domain::connection::Account;
use crate::domain::id::{ConnectionId, FlowId, RunId};

/// Where an authorization stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    pub id: FlowId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Where it stands.
    pub state: FlowState,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whom to sign in as, for a reconnect (N4).
    pub sign_in_as: Option<String>,
    /// Tokens of an older authorization that are still held, and how they will be ended beside the new one (B4).
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// The error of a refusal that came back without saying to which authorization it belongs; this one waits on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<String>,
    /// The run that ends the tokens of the authorization before, as far as that leaves the newer one alone, and lists the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<RunId>,
}

impl Flow {
    /// What is said before a grant of another tool is kept: whose it is, what was done at the vendor so far, and what
    /// becomes of the tool that it came from. Nothing while that is not asked.
    #[must_use]
    pub fn before_keeping(&self) -> Vec<String> {
        let FlowState::Confirm {
            account,
            is_traded_in,
            is_rotating,
        } = &self.state
        else {
            return Vec::new();
        };
        let done = match is_traded_in {
            true => {
                "An access token was issued to our client. If it is not kept, it ends by itself."
            }
            false => "Nothing was changed there so far.",
        };
        let other = match is_rotating {
            true => {
                "Stop the tool that it came from: its own refresh token will be replaced, and using that again can end the grant for both."
            }
            false => "The tool that it came from goes on working until this is disconnected.",
        };
        vec![
            format!(
                "{} says that this is {}.",
                self.provider_name,
                account.shown()
            ),
            done.to_owned(),
            other.to_owned(),
        ]
    }

    /// What is shown of a refusal of unknown origin.
    #[must_use]
    pub fn heard_in_words(&self) -> Option<String> {
        let heard = self.heard.as_ref()?;
        Some(format!(
            "{} refused somebody ({heard}) without saying whom; this still waits.",
            self.provider_name
        ))
    }
}

/// The states of a [`Flow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum FlowState {
    /// A disconnect of the same connection is under way; this goes on when it has ended (N9).
    Waiting,
    /// A person has to open `url`.
    Authorize {
        /// Where to.
        url: String,
        /// Where the vendor sends the browser.
        redirect_uri: String,
        /// Whether this server listens there.
        listening: bool,
    },
    /// A person has to type `user_code` at `verification_uri`, anywhere (RFC 8628).
    Device {
        /// Where to.
        verification_uri: String,
        /// Where nothing needs to be typed.
        verification_uri_complete: Option<String>,
        /// What to type.
        user_code: String,
        /// When the code ends.
        expires_at: Timestamp,
    },
    /// The vendor has answered; the code is being exchanged.
    Exchanging,
    /// A person has to say whether this is the account that is meant: a grant of another tool is taken over.
    Confirm {
        /// Whose it is, as the vendor says.
        account: Account,
        /// Whether the refresh token was traded in already: then the tool that it came from may have to do without it.
        is_traded_in: bool,
        /// Whether the provider gives out another refresh token each time: the tool that it came from cannot go on with its own.
        is_rotating: bool,
    },
    /// It worked.
    Connected { connection: ConnectionId },
    /// It did not.
    Failed { problem: crate::wire::Problem },
}
