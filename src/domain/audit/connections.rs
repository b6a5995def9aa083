//! Entries about connections: how they stand, and how they are set up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EntrySubject;
use super::authorizations::TokenName;
use crate::domain::connection::Status;
use crate::domain::display_text::counted;
use crate::domain::id::{ConnectionId, RunId};

/// Tokens were refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refreshed {
    /// What people call the connection.
    pub name: String,
    /// Counts the sets of tokens of a generation.
    pub issue: u32,
    /// How many tokens were replaced.
    pub superseded: u64,
    /// What was issued.
    pub fingerprints: Vec<TokenName>,
}

/// A connection stands otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// What people call it.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    /// How it stands.
    pub status: Status,
    /// Why; empty where it works again and there is nothing to say.
    pub reason: String,
}

/// A connection got another name, or variables of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionConfigured {
    /// What people called it.
    pub name: String,
    /// What they call it from now on.
    pub new_name: Option<String>,
    /// The variables that were given.
    pub vars: BTreeMap<String, String>,
}

/// A connection's grant ended with another one's disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnded {
    /// The disconnect.
    pub run: RunId,
    /// What people call the connection.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    /// The connection that was disconnected.
    pub cause: ConnectionId,
    /// What people call that one.
    pub cause_name: String,
}

/// An inbound webhook was turned on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSet {
    /// What people call its connection.
    pub name: String,
}

/// An outbound subscription was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionAdded {
    /// Where we send.
    pub url: String,
    /// What we send.
    pub events: Vec<String>,
}

/// An outbound subscription is sent elsewhere, or of other events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionEdited {
    /// Where we send from now on.
    pub url: String,
    /// What we send from now on.
    pub events: Vec<String>,
    /// Where we sent.
    pub url_before: String,
    /// What we sent.
    pub events_before: Vec<String>,
}

/// An outbound subscription was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRemoved {}

impl Refreshed {
    pub(super) fn sentence(&self) -> String {
        let new = counted(self.fingerprints.len() as u64, "token");
        format!(
            "refreshed {}: {new} issued, {} replaced",
            self.name, self.superseded
        )
    }
}

impl Marked {
    pub(super) fn recovered(&self) -> String {
        let reason = match self.reason.as_str() {
            "" => String::new(),
            why => format!(": {why}"),
        };
        format!("{} · {} works again{reason}", self.provider, self.name)
    }

    pub(super) fn reconnect_required(&self) -> String {
        let Self {
            name,
            provider,
            reason,
            ..
        } = self;
        format!("{provider} · {name} has to be reconnected: {reason}")
    }

    pub(super) fn error(&self) -> String {
        let Self {
            name,
            provider,
            reason,
            ..
        } = self;
        format!("{provider} · {name} does not work: {reason}")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl ConnectionConfigured {
    pub(super) fn sentence(&self) -> String {
        let renamed = self.new_name.as_ref().filter(|new| **new != self.name);
        let renamed = renamed.map_or_else(String::new, |new| format!(", and called it {new}"));
        format!("configured {}{renamed}", self.name)
    }
}

impl GrantEnded {
    pub(super) fn sentence(&self) -> String {
        let Self {
            name,
            provider,
            cause_name,
            ..
        } = self;
        format!("the grant of {provider} · {name} ended with the disconnect of {cause_name}")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider)).in_run(Some(&self.run))
    }
}

impl WebhookSet {
    pub(super) fn enabled(&self) -> String {
        format!("enabled an inbound webhook of {}", self.name)
    }

    pub(super) fn disabled(&self) -> String {
        format!("disabled an inbound webhook of {}", self.name)
    }
}

impl SubscriptionAdded {
    pub(super) fn sentence(&self) -> String {
        format!("subscribed {} to {}", self.url, named(&self.events))
    }
}

impl SubscriptionEdited {
    pub(super) fn sentence(&self) -> String {
        let to = named(&self.events);
        match self.url == self.url_before {
            true => {
                let before = named(&self.events_before);
                format!("{} is told of {to}, and was told of {before}", self.url)
            }
            false => format!(
                "{} is told of {to}, in place of {}",
                self.url, self.url_before
            ),
        }
    }
}

impl SubscriptionRemoved {
    pub(super) fn sentence(&self) -> String {
        let Self {} = self;
        "removed an outbound subscription".to_owned()
    }
}

/// No events named is every event.
fn named(events: &[String]) -> String {
    match events.is_empty() {
        true => "everything".to_owned(),
        false => events.join(", "),
    }
}
