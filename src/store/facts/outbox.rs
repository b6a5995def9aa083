//! The outbox: what subscriptions are told, written in the transaction that writes the entry that it tells of, so that neither
//! is there without the other.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::audit::{AuditEntry, NewEntry};
use crate::domain::id::{ConnectionId, MessageId, SubscriptionId};
use crate::domain::message::{EventKind, Message, MessageContext, MessageState};
use crate::domain::webhook::WebhookSubscription;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::wiped_rows::RowReads;

/// A message that waits to be taken.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct WaitingMessage(Message);

/// A message that nobody took.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct DeadMessage(Message);

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct TakenMessage(Message);

/// Messages, by their states.
#[derive(Default)]
pub(super) struct Messages {
    waiting: Vec<WaitingMessage>,
    dead: Vec<DeadMessage>,
    taken: Vec<TakenMessage>,
}

impl Messages {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.dead.is_empty() && self.taken.is_empty()
    }
}

fn is_about(message: &Message, connections: &BTreeSet<&ConnectionId>) -> bool {
    match &message.about {
        MessageContext::Record(record) => connections.contains(&record.connection),
        MessageContext::Entry { .. } | MessageContext::Nothing => false,
    }
}

impl StoredRow for WaitingMessage {
    const KIND: &'static str = "outgoing";

    fn key(&self) -> String {
        place(&self.0)
    }
}

impl StoredRow for DeadMessage {
    const KIND: &'static str = "dead_letter";

    fn key(&self) -> String {
        place(&self.0)
    }
}

impl StoredRow for TakenMessage {
    const KIND: &'static str = "sent";

    /// A ring: the latest take the places of the oldest.
    fn key(&self) -> String {
        let Message { subscription, .. } = &self.0;
        format!("{subscription}/{:02}", self.0.slot())
    }
}

fn place(message: &Message) -> String {
    format!("{}/{:020}", message.subscription, message.number)
}

/// Counts the messages that a subscription ever had.
fn counter(subscription: &SubscriptionId) -> String {
    format!("messages/{subscription}")
}

fn dead_index(id: &MessageId) -> String {
    format!("dead_letter/{id}")
}

/// So many messages of a state are removed at once.
const AT_ONCE: usize = 500;
/// So many messages of each state are listed.
const LISTED: usize = 100;

impl Store {
    /// The first message that waits for a subscription.
    pub fn next_message(&self, of: &SubscriptionId) -> Result<Option<Message>, StoreError> {
        let first = self.page::<WaitingMessage>(&format!("{of}/"), None, 1, false)?;
        Ok(first.into_iter().next().map(|waiting| waiting.0))
    }

    /// What a subscription was told last, what it is to be told, and what it did not take: newest first.
    pub fn messages_of(&self, of: &SubscriptionId) -> Result<Vec<Message>, StoreError> {
        let prefix = format!("{of}/");
        let waiting = self.page::<WaitingMessage>(&prefix, None, LISTED, false)?;
        let dead = self.page::<DeadMessage>(&prefix, None, LISTED, true)?;
        let taken = self.scan::<TakenMessage>(&prefix)?;
        let mut all: Vec<Message> = waiting.into_iter().map(|it| it.0).collect();
        all.extend(dead.into_iter().map(|it| it.0));
        all.extend(taken.into_iter().map(|it| it.0));
        all.sort_by_key(|message| std::cmp::Reverse(message.number));
        Ok(all)
    }

    /// How many dead letters a subscription has.
    pub fn dead_letters(&self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.count(&format!("dead_letters/{of}"))
            .map(i64::unsigned_abs)
    }

    /// How many messages wait for a subscription.
    pub fn waiting_messages(&self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.key_count::<WaitingMessage>(&format!("{of}/"))
    }

    /// How many messages wait for a subscription at most, from the numbers of the first and of the last: those that were removed
    /// in between are counted, too, and none is read but the first.
    pub fn unsent(&self, of: &SubscriptionId) -> Result<u64, StoreError> {
        let Some(first) = self.next_message(of)? else {
            return Ok(0);
        };
        let last = self.count(&counter(of))?.unsigned_abs();
        Ok((last + 1).saturating_sub(first.number))
    }

    /// A message was tried: it is taken, waits for its next try, or is a dead letter, which has an entry. Nothing happens
    /// when its subscription is gone.
    pub async fn message_tried(
        &self,
        message: Message,
        entry: Option<NewEntry>,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let key = place(&message);
            if tx.get::<WaitingMessage>(&key)?.is_none() {
                return Ok(());
            }
            match message.state {
                MessageState::Pending => tx.put(&WaitingMessage(message)),
                MessageState::Delivered | MessageState::Failed => {
                    tx.remove_waiting(&message)?;
                    tx.put(&TakenMessage(message))
                }
                MessageState::Dead => {
                    tx.remove_waiting(&message)?;
                    tx.put_index(&dead_index(&message.id), &key)?;
                    tx.add(&format!("dead_letters/{}", message.subscription), 1)?;
                    tx.put(&DeadMessage(message))?;
                    entry.map_or(Ok(()), |entry| tx.append(entry).map(drop))
                }
            }
        })
        .await
    }

    /// A message that was sent outside of the order, to try whether any arrives.
    pub async fn message_tested(
        &self,
        mut message: Message,
        entry: NewEntry,
    ) -> Result<Message, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<WebhookSubscription>(message.subscription.as_str())?;
            message.number = tx.next_number(&message.subscription)?;
            tx.put(&TakenMessage(message.clone()))?;
            tx.append(entry)?;
            Ok(message)
        })
        .await
    }

    /// The dead letter of this id.
    pub fn dead_letter(&self, id: &MessageId) -> Result<Message, StoreError> {
        let missing = || StoreError::NotFound {
            what: "dead letter",
            id: id.to_string(),
        };
        let key = self.get_index(&dead_index(id))?.ok_or_else(missing)?;
        let found = self.get::<DeadMessage>(&key)?;
        found.map(|dead| dead.0).ok_or_else(missing)
    }

    /// A dead letter is sent again: it goes to the end of the queue, with the id that it had.
    pub async fn resend(
        &self,
        id: &MessageId,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<Message, StoreError> {
        let mut message = self.dead_letter(id)?;
        self.fact(WriteClass::Normal, |tx| {
            let key = place(&message);
            tx.need::<DeadMessage>(&key)?;
            // Nobody would take it, and it would stay for ever.
            tx.need::<WebhookSubscription>(message.subscription.as_str())?;
            tx.remove::<DeadMessage>(&key)?;
            tx.remove_index(&dead_index(id))?;
            tx.add(&format!("dead_letters/{}", message.subscription), -1)?;
            message.number = tx.next_number(&message.subscription)?;
            message.state = MessageState::Pending;
            (message.tries, message.since, message.next_try) = (0, at, at);
            tx.put_waiting(message.clone())?;
            tx.append(entry)?;
            Ok(message)
        })
        .await
    }

    /// Removes what is left of the messages of subscriptions that were removed: a crash can come between the two.
    pub async fn forget_removed(&self) -> Result<(), StoreError> {
        let mut receivers = BTreeSet::new();
        self.receivers_of::<WaitingMessage>(|it| it.0, &mut receivers)?;
        self.receivers_of::<DeadMessage>(|it| it.0, &mut receivers)?;
        self.receivers_of::<TakenMessage>(|it| it.0, &mut receivers)?;
        for id in receivers {
            if self.get::<WebhookSubscription>(id.as_str())?.is_none() {
                while self.forget_messages(&id).await? {}
            }
        }
        Ok(())
    }

    /// The subscriptions that have messages of a state; one row of each is read.
    fn receivers_of<R: StoredRow>(
        &self,
        message: impl Fn(R) -> Message,
        found: &mut BTreeSet<SubscriptionId>,
    ) -> Result<(), StoreError> {
        let mut after: Option<String> = None;
        loop {
            let first = self.page::<R>("", after.as_deref(), 1, false)?;
            let Some(first) = first.into_iter().next() else {
                return Ok(());
            };
            let id = message(first).subscription;
            // Behind every number of this one's.
            after = Some(format!("{id}/~"));
            found.insert(id);
        }
    }

    /// Removes what a subscription was to be told, some of it at a time. Whether anything was left.
    pub(super) async fn forget_messages(&self, of: &SubscriptionId) -> Result<bool, StoreError> {
        let prefix = format!("{of}/");
        let messages = Messages {
            waiting: self.page::<WaitingMessage>(&prefix, None, AT_ONCE, false)?,
            dead: self.page::<DeadMessage>(&prefix, None, AT_ONCE, false)?,
            taken: self.scan::<TakenMessage>(&prefix)?,
        };
        if messages.is_empty() {
            return Ok(false);
        }
        self.fact(WriteClass::Normal, |tx| {
            tx.remove_messages(&messages).map(|_| true)
        })
        .await
    }

    /// Some of the messages that are about records of these connections, in whatever state they are.
    pub(super) fn messages_about(
        &self,
        connections: &BTreeSet<&ConnectionId>,
    ) -> Result<Messages, StoreError> {
        let is_meant = |message: &Message| is_about(message, connections);
        let waiting = self.rows::<WaitingMessage>(String::new());
        let dead = self.rows::<DeadMessage>(String::new());
        let taken = self.rows::<TakenMessage>(String::new());
        Ok(Messages {
            waiting: some(waiting, |it| is_meant(&it.0))?,
            dead: some(dead, |it| is_meant(&it.0))?,
            taken: some(taken, |it| is_meant(&it.0))?,
        })
    }
}

/// Those of some rows that are meant, no more of them than are removed at once.
fn some<R>(
    rows: impl Iterator<Item = Result<R, StoreError>>,
    is_meant: impl Fn(&R) -> bool,
) -> Result<Vec<R>, StoreError> {
    rows.filter(|it| it.as_ref().map_or(true, &is_meant))
        .take(AT_ONCE)
        .collect()
}

/// How many messages there are about records of these connections.
pub(super) fn count_about(
    reads: &impl RowReads,
    connections: &BTreeSet<&ConnectionId>,
) -> Result<u64, StoreError> {
    let mut found = 0;
    let mut count = |message: &Message| found += u64::from(is_about(message, connections));
    reads.each::<WaitingMessage>(|it| count(&it.0))?;
    reads.each::<DeadMessage>(|it| count(&it.0))?;
    reads.each::<TakenMessage>(|it| count(&it.0))?;
    Ok(found)
}

impl Tx<'_> {
    /// Tells the subscriptions that want to know of an entry.
    pub(in crate::store) fn tell_of(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let Some(kind) = EventKind::of_action(&entry.action) else {
            return Ok(());
        };
        for subscription in self.scan::<WebhookSubscription>("")? {
            if !subscription.wants(kind) {
                continue;
            }
            let about = MessageContext::Entry {
                log: self.log(),
                seq: entry.seq,
            };
            let (of, source) = (subscription.id, entry.id.as_str());
            self.queue(Message::new(of, kind, entry.at, about, source))?;
        }
        Ok(())
    }

    /// A message goes to the end of the queue of its subscription.
    pub(super) fn queue(&mut self, mut message: Message) -> Result<(), StoreError> {
        message.number = self.next_number(&message.subscription)?;
        self.put_waiting(message)
    }

    /// It waits, and whoever sends is woken.
    fn put_waiting(&mut self, message: Message) -> Result<(), StoreError> {
        self.put(&WaitingMessage(message))?;
        self.tells();
        Ok(())
    }

    fn remove_waiting(&mut self, message: &Message) -> Result<(), StoreError> {
        self.remove::<WaitingMessage>(&place(message))
    }

    /// Removes messages, with what counts and finds them. One that has moved on since is left where it is, and not among
    /// those that are counted.
    pub(super) fn remove_messages(&mut self, messages: &Messages) -> Result<u64, StoreError> {
        let mut removed = 0;
        for row in &messages.waiting {
            removed += u64::from(self.removed::<WaitingMessage>(&row.key())?);
        }
        for row in &messages.dead {
            if self.removed::<DeadMessage>(&row.key())? {
                self.remove_index(&dead_index(&row.0.id))?;
                self.add(&format!("dead_letters/{}", row.0.subscription), -1)?;
                removed += 1;
            }
        }
        for row in &messages.taken {
            if self.get::<TakenMessage>(&row.key())?.as_ref() == Some(row) {
                self.remove::<TakenMessage>(&row.key())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn next_number(&mut self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.add(&counter(of), 1).map(i64::unsigned_abs)
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::store::disk_fault_tests::signer;

    /// A removal that was cut short leaves messages of a subscription that is gone.
    #[tokio::test]
    async fn what_a_removed_subscription_was_to_be_told_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("data"), signer()).unwrap();
        let of = |n: u128| SubscriptionId::new(Ulid::from_parts(n as u64, n));
        let at = Timestamp::UNIX_EPOCH;
        let message = |n, source: usize| {
            let about = MessageContext::Nothing;
            Message::new(of(n), EventKind::Test, at, about, &source.to_string())
        };
        let written = store.write(|tx| {
            tx.put(&WebhookSubscription {
                id: of(2),
                url: "http://127.0.0.1:1/".to_owned(),
                events: Vec::new(),
                enabled: true,
                secret: None,
                retired: None,
            })?;
            (0..600).try_for_each(|n| tx.queue(message(1, n)))?;
            tx.queue(message(2, 0))?;
            tx.put(&DeadMessage(message(3, 0)))?;
            tx.put(&TakenMessage(message(4, 0)))
        });
        store.durable(written.unwrap().commit).await.unwrap();
        store.forget_removed().await.unwrap();
        let left = |n| store.messages_of(&of(n)).unwrap().len();
        assert_eq!([left(1), left(2), left(3), left(4)], [0, 1, 0, 0]);
    }
}
