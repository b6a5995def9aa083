//! What the organisation's subscriptions are told, and how far a message has come: pending until it is taken, a dead letter
//! when nobody took it for three days.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::audit::log::LogNumber;
use super::id::{MessageId, SubscriptionId};
use super::job::{RecordOf, Synced};

/// A message that nobody has taken for so long becomes a dead letter.
pub const LASTS: Duration = Duration::from_secs(3 * 24 * 3600);
/// So many messages of a subscription that were taken are listed.
pub const LISTED: u64 = 100;
/// How long a replaced secret signs beside the new one, so that a receiver has time to learn it.
pub const OVERLAP: Duration = Duration::from_secs(24 * 3600);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(from $action:literal)?;)*) => {
        /// What is told: `noun.what_happened`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl EventKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The type of the event.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What an entry of the audit log is told as; none where it is nobody's business outside.
            #[must_use]
            pub fn of_action(action: &str) -> Option<Self> {
                match action { $($($action => Some(Self::$name),)?)* _ => None }
            }
        }
    };
}

kinds! {
    /// An account was connected for the first time.
    Connected = "connection.connected" from "connection.connected";
    /// An account was authorized again.
    Reconnected = "connection.reconnected" from "connection.reconnected";
    /// A connection was renamed, or its values changed.
    Configured = "connection.configured" from "connection.configured";
    /// The vendor refuses it: a person has to authorize again.
    ReconnectRequired = "connection.reconnect_required" from "connection.reconnect_required";
    /// It cannot be used now, through no fault of its token.
    Failing = "connection.error" from "connection.error";
    /// It works again.
    Recovered = "connection.recovered" from "connection.recovered";
    /// The vendor says that it has ended, and is being asked.
    Noticed = "connection.notice" from "connection.notice";
    /// What the vendor said of it is settled by asking: confirmed, not so, or not to be asked.
    NoticeSettled = "connection.notice_settled" from "connection.notice_settled";
    /// It is out of service.
    Disconnected = "connection.disconnected" from "connection.revoked";
    /// A disconnect has begun.
    RunBegun = "run.begun" from "connection.disconnect_begun";
    /// A step of a disconnect failed here, and waits for a person.
    RunStepFailed = "run.step_failed" from "run.step_failed";
    /// A person lets a disconnect go on.
    RunResumed = "run.resumed" from "run.resumed";
    /// A disconnect has ended, with what became of each token.
    RunEnded = "run.ended" from "connection.disconnected";
    /// What was under way when a disconnect ended is settled.
    RunProofSettled = "run.proof_settled" from "token.proof_settled";
    /// A token that had been proven dead works again.
    RunTokenCameBack = "run.token_came_back" from "token.came_back";
    /// An execution of a sync job failed.
    JobFailed = "job.failed" from "sync.failed";
    /// What a disconnect left that may still live, lives no more.
    ExposureOver = "exposure.over" from "exposure.over";
    /// A token is kept sealed to retry its revocation.
    HoldOpened = "hold.opened" from "hold.opened";
    /// Its revocation was tried again.
    HoldTried = "hold.tried" from "hold.tried";
    /// It is dead or expired, and destroyed here.
    HoldEnded = "hold.ended" from "hold.ended";
    /// A person gave it up.
    HoldDropped = "hold.dropped" from "hold.dropped";
    /// A walkthrough begins at a time.
    WalkthroughPlanned = "walkthrough.planned" from "walkthrough.planned";
    /// Its time came.
    WalkthroughBegun = "walkthrough.begun_by_time" from "walkthrough.begun_by_time";
    /// A connection was left: new, or changed since it was planned.
    WalkthroughLeft = "walkthrough.left" from "walkthrough.left";
    /// Its time came, and its planner had not the rights any more.
    WalkthroughFell = "walkthrough.fell" from "walkthrough.fell";
    /// What is left to a person is assigned to somebody.
    FollowUpAssigned = "follow_up.assigned" from "follow_up.assigned";
    /// A routing rule means a record that is new here.
    RecordCreated = "record.created";
    /// A routing rule means a record that has changed.
    RecordUpdated = "record.updated";
    /// Somebody tries whether messages arrive.
    Test = "subscription.test";
}

/// Whether a filter of a subscription can match anything: `*`, `connection.*`, or a kind by its name.
#[must_use]
pub fn is_filter(text: &str) -> bool {
    EventKind::ALL.iter().any(|kind| fits(text, *kind))
}

/// Whether a filter lets a kind through.
#[must_use]
pub fn fits(filter: &str, kind: EventKind) -> bool {
    match filter.strip_suffix('*') {
        Some(prefix) => {
            (prefix.is_empty() || prefix.ends_with('.')) && kind.word().starts_with(prefix)
        }
        None => filter == kind.word(),
    }
}

/// What a message is made of, when it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageContext {
    /// An entry of the audit log.
    Entry {
        /// Of which of the folder's logs.
        #[serde(default)]
        log: LogNumber,
        /// Which of it.
        seq: u64,
    },
    /// A record, as it is when the message is sent.
    Record(RecordOf),
    /// Nothing: somebody tries whether messages arrive.
    Nothing,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordChange {
    /// It is new here.
    Created,
    /// The vendor's object has changed.
    Updated,
}

impl RecordChange {
    /// What it is told as.
    #[must_use]
    pub fn kind(self) -> EventKind {
        match self {
            Self::Created => EventKind::RecordCreated,
            Self::Updated => EventKind::RecordUpdated,
        }
    }
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Nobody has taken it yet.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// Nobody took it; it can be sent again.
    Dead,
    /// A test was not taken, and is not tried again.
    Failed,
}

impl MessageState {
    /// The word in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Failed => "failed",
        }
    }
}

/// One try to send a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub at: Timestamp,
    /// What the receiver answered; none when there was no answer.
    pub status: Option<u16>,
    /// How long that took.
    pub latency_ms: u64,
    /// What there is to say of it.
    pub why: String,
}

impl Attempt {
    /// Whether the receiver took the message.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// What came of it, without the receiver's words: those are for whoever looks at the list, and are not kept for ever.
    #[must_use]
    pub fn in_our_words(&self) -> String {
        match self.status {
            Some(200..=299) => "taken".to_owned(),
            Some(status) => format!("it answered {status}"),
            None => self.why.clone(),
        }
    }
}

/// A message for one subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, the same at every try: receivers know a repeated one by it.
    pub id: MessageId,
    /// For whom.
    pub subscription: SubscriptionId,
    /// Its place in the order of the subscription's messages.
    pub number: u64,
    /// What is told.
    pub kind: EventKind,
    /// When it happened.
    pub at: Timestamp,
    /// What it is made of.
    pub about: MessageContext,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was tried.
    pub tries: u32,
    /// Since when it is tried.
    pub since: Timestamp,
    /// When it is tried next.
    pub next_try: Timestamp,
    /// The last try.
    pub last: Option<Attempt>,
}

impl Message {
    /// A message that is due at once.
    #[must_use]
    pub fn new(
        subscription: SubscriptionId,
        kind: EventKind,
        at: Timestamp,
        about: MessageContext,
        source: &str,
    ) -> Self {
        Self {
            id: id_of(&subscription, at, source),
            subscription,
            number: 0,
            kind,
            at,
            about,
            state: MessageState::Pending,
            tries: 0,
            since: at,
            next_try: at,
            last: None,
        }
    }

    /// A message of a change of a record. Its id is that of this change, whoever makes the message.
    #[must_use]
    pub fn of_record(
        subscription: SubscriptionId,
        change: RecordChange,
        at: Timestamp,
        record: &Synced,
    ) -> Self {
        let about = MessageContext::Record(RecordOf::new(record));
        let source = format!("{}/{}", record.id, record.digest);
        Self::new(subscription, change.kind(), at, about, &source)
    }

    /// Its place in the ring of the subscription's latest messages.
    #[must_use]
    pub fn slot(&self) -> u64 {
        self.number % LISTED
    }

    /// Whether it has been tried for long enough.
    #[must_use]
    pub fn is_given_up(&self, now: Timestamp) -> bool {
        let age = Duration::try_from(now.duration_since(self.since));
        age.is_ok_and(|age| age >= LASTS)
    }

    /// The body that is signed and sent.
    #[must_use]
    pub fn body(&self, data: &Value) -> String {
        json!({ "type": self.kind, "timestamp": self.at, "data": data }).to_string()
    }
}

/// The same for the same event and subscription, whoever asks.
fn id_of(subscription: &SubscriptionId, at: Timestamp, source: &str) -> MessageId {
    let digest = Sha256::new()
        .chain_update(subscription.as_str())
        .chain_update("/")
        .chain_update(source)
        .finalize();
    let random = digest
        .iter()
        .take(10)
        .fold(0, |all: u128, byte| all << 8 | u128::from(*byte));
    let at = u64::try_from(at.as_millisecond()).unwrap_or(0);
    MessageId::new(Ulid::from_parts(at, random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_by_noun_or_name() {
        let table = [
            ("*", EventKind::JobFailed, true),
            ("connection.*", EventKind::Recovered, true),
            ("connection.*", EventKind::RunBegun, false),
            ("run.ended", EventKind::RunEnded, true),
            ("run.end*", EventKind::RunEnded, false),
            ("run", EventKind::RunEnded, false),
        ];
        for (filter, kind, expected) in table {
            assert_eq!(fits(filter, kind), expected, "{filter} {}", kind.word());
        }
        for known in ["*", "hold.*", "exposure.over", "subscription.*"] {
            assert!(is_filter(known), "{known}");
        }
        for unknown in ["", "conection.*", "user.added", ".*", "hold", "record.gone"] {
            assert!(!is_filter(unknown), "{unknown}");
        }
    }

    #[test]
    fn an_event_has_one_id_for_each_subscription() {
        let at = Timestamp::UNIX_EPOCH;
        let sub = |n: u128| SubscriptionId::new(Ulid::from_parts(0, n));
        let id = |n, source| id_of(&sub(n), at, source);
        assert_eq!(id(1, "aud_1"), id(1, "aud_1"));
        assert_ne!(id(1, "aud_1"), id(2, "aud_1"));
        assert_ne!(id(1, "aud_1"), id(1, "aud_2"));
    }

    #[test]
    fn three_days_are_enough() {
        let at = Timestamp::UNIX_EPOCH;
        let sub = SubscriptionId::new(Ulid::nil());
        let message = Message::new(sub, EventKind::Test, at, MessageContext::Nothing, "x");
        assert!(!message.is_given_up(at + (LASTS - Duration::from_secs(1))));
        assert!(message.is_given_up(at + LASTS));
        // A clock that was set back gives nothing up.
        assert!(!message.is_given_up(at - LASTS));
    }
}
