//! Entries about events that vendors send, and messages that we send.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::id::MessageId;
use crate::domain::message::EventKind;
use crate::domain::webhook::{Notice, Settled};

/// A vendor said something of a connection by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// What people call the connection.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    /// What the vendor said.
    pub said: Notice,
    /// The vendor's id of the event, where it has one.
    pub event: Option<String>,
}

/// It is known whether what a vendor said is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSettled {
    /// What people call the connection.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    /// What the vendor said.
    pub said: Notice,
    /// What became of it.
    pub settled: Settled,
    /// How often the vendor was asked.
    pub tries: u32,
    /// What it answered last.
    pub why: String,
}

/// A subscription got another signing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRotated {
    /// Until when the old one signs as well.
    pub old_signs_until: Timestamp,
}

/// Somebody tried whether messages arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageTested {
    /// The message.
    pub message: MessageId,
    /// What the receiver answered, if anything.
    pub status: Option<u16>,
    /// What there is to say of it.
    pub why: String,
}

/// Nobody took a message for three days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The message.
    pub message: MessageId,
    /// What it tells.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// How often it was tried.
    pub tries: u32,
    /// What came of the last try.
    pub why: String,
}

/// A dead letter is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageResent {
    /// The message.
    pub message: MessageId,
    /// What it tells.
    #[serde(rename = "type")]
    pub kind: EventKind,
}

impl Noticed {
    pub(super) fn sentence(&self) -> String {
        format!("of {} the vendor {}", self.name, self.said.words())
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl NoticeSettled {
    pub(super) fn sentence(&self) -> String {
        let words = match self.settled {
            Settled::Confirmed => "its answers say the same",
            Settled::NotSo => "its answers say that it is not so",
            Settled::NotAskable => "nothing can be asked that would tell",
        };
        let (name, said) = (&self.name, self.said.words());
        format!("of {name} the vendor {said}; {words}: {}", self.why)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl SecretRotated {
    pub(super) fn sentence(&self) -> String {
        let until = self.old_signs_until;
        format!("gave a subscription another secret; the old one signs until {until}")
    }
}

impl MessageTested {
    pub(super) fn sentence(&self) -> String {
        format!("sent a subscription a message to try it: {}", self.why)
    }
}

impl DeadLetter {
    pub(super) fn sentence(&self) -> String {
        let (kind, why) = (self.kind.word(), &self.why);
        format!("nobody took {kind} after {} tries: {why}", self.tries)
    }
}

impl MessageResent {
    pub(super) fn sentence(&self) -> String {
        format!("sends {} again, which nobody took", self.kind.word())
    }
}
