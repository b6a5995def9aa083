//! The outbox: what subscriptions are told, written in the transaction that writes the entry that it tells of, so that neither
//! is there without the other.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::audit::{AuditEntry, NewEntry};
use crate::domain::id::{ConnectionId, MessageId, SubscriptionId};
use crate::domain::message::{About, EventKind, Message, MessageState};
use crate::domain::webhook::WebhookSubscription;
use crate::store::{Row, Store, StoreError, Tx, WriteClass};

/// A message that waits to be taken.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Waiting(Message);

/// A message that nobody took.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct DeadLetter(Message);

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Taken(Message);

/// Messages, by their states.
#[derive(Default)]
pub(super) struct Messages {
    waiting: Vec<Waiting>,
    dead: Vec<DeadLetter>,
    taken: Vec<Taken>,
}

impl Messages {
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.dead.len() + self.taken.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn is_about(message: &Message, connections: &BTreeSet<&ConnectionId>) -> bool {
    match &message.about {
        About::Record(record) => connections.contains(&record.connection),
        About::Entry { .. } | About::Nothing => false,
    }
}

impl Row for Waiting {
    const KIND: &'static str = "outgoing";

    fn key(&self) -> String {
        place(&self.0)
    }
}

impl Row for DeadLetter {
    const KIND: &'static str = "dead_letter";

    fn key(&self) -> String {
        place(&self.0)
    }
}

impl Row for Taken {
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
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_message(&self, of: &SubscriptionId) -> Result<Option<Message>, StoreError> {
        let first = self.page::<Waiting>(&format!("{of}/"), None, 1, false)?;
        Ok(first.into_iter().next().map(|waiting| waiting.0))
    }

    /// What a subscription was told last, what it is to be told, and what it did not take: newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn messages_of(&self, of: &SubscriptionId) -> Result<Vec<Message>, StoreError> {
        let prefix = format!("{of}/");
        let waiting = self.page::<Waiting>(&prefix, None, LISTED, false)?;
        let dead = self.page::<DeadLetter>(&prefix, None, LISTED, true)?;
        let taken = self.scan::<Taken>(&prefix)?;
        let mut all: Vec<Message> = waiting.into_iter().map(|it| it.0).collect();
        all.extend(dead.into_iter().map(|it| it.0));
        all.extend(taken.into_iter().map(|it| it.0));
        all.sort_by_key(|message| std::cmp::Reverse(message.number));
        Ok(all)
    }

    /// How many dead letters a subscription has.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dead_letters(&self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.count(&format!("dead_letters/{of}"))
            .map(i64::unsigned_abs)
    }

    /// How many messages wait for a subscription.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting_messages(&self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.key_count::<Waiting>(&format!("{of}/"))
    }

    /// A message was tried: it is taken, waits for its next try, or is a dead letter, which has an entry. Nothing happens
    /// when its subscription is gone.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn message_tried(
        &self,
        message: Message,
        entry: Option<NewEntry>,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let key = place(&message);
            if tx.get::<Waiting>(&key)?.is_none() {
                return Ok(());
            }
            match message.state {
                MessageState::Pending => tx.put(&Waiting(message)),
                MessageState::Delivered | MessageState::Failed => {
                    tx.remove_waiting(&message)?;
                    tx.put(&Taken(message))
                }
                MessageState::Dead => {
                    tx.remove_waiting(&message)?;
                    tx.put_index(&dead_index(&message.id), &key)?;
                    tx.add(&format!("dead_letters/{}", message.subscription), 1)?;
                    tx.put(&DeadLetter(message))?;
                    entry.map_or(Ok(()), |entry| tx.append(entry).map(drop))
                }
            }
        })
        .await
    }

    /// A message that was sent outside of the order, to try whether any arrives.
    ///
    /// # Errors
    /// When there is no such subscription.
    pub async fn message_tested(
        &self,
        mut message: Message,
        entry: NewEntry,
    ) -> Result<Message, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<WebhookSubscription>(message.subscription.as_str())?;
            message.number = tx.next_number(&message.subscription)?;
            tx.put(&Taken(message.clone()))?;
            tx.append(entry)?;
            Ok(message)
        })
        .await
    }

    /// The dead letter of this id.
    ///
    /// # Errors
    /// When there is none.
    pub fn dead_letter(&self, id: &MessageId) -> Result<Message, StoreError> {
        let missing = || StoreError::NotFound {
            what: "dead letter",
            id: id.to_string(),
        };
        let key = self.get_index(&dead_index(id))?.ok_or_else(missing)?;
        let found = self.get::<DeadLetter>(&key)?;
        found.map(|dead| dead.0).ok_or_else(missing)
    }

    /// A dead letter is sent again: it goes to the end of the queue, with the id that it had.
    ///
    /// # Errors
    /// When there is none.
    pub async fn resend(
        &self,
        id: &MessageId,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<Message, StoreError> {
        let mut message = self.dead_letter(id)?;
        self.fact(WriteClass::Normal, |tx| {
            let key = place(&message);
            tx.need::<DeadLetter>(&key)?;
            // Nobody would take it, and it would stay for ever.
            tx.need::<WebhookSubscription>(message.subscription.as_str())?;
            tx.remove::<DeadLetter>(&key)?;
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

    /// Removes what a subscription was to be told, some of it at a time. Whether anything was left.
    ///
    /// # Errors
    /// When the store refuses.
    pub(super) async fn forget_messages(&self, of: &SubscriptionId) -> Result<bool, StoreError> {
        let prefix = format!("{of}/");
        let messages = Messages {
            waiting: self.page::<Waiting>(&prefix, None, AT_ONCE, false)?,
            dead: self.page::<DeadLetter>(&prefix, None, AT_ONCE, false)?,
            taken: self.scan::<Taken>(&prefix)?,
        };
        if messages.is_empty() {
            return Ok(false);
        }
        self.fact(WriteClass::Normal, |tx| {
            tx.remove_messages(&messages)?;
            Ok(true)
        })
        .await
    }

    /// Some of the messages that are about records of these connections, in whatever state they are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn messages_about(
        &self,
        connections: &BTreeSet<&ConnectionId>,
    ) -> Result<Messages, StoreError> {
        let is_meant = |message: &Message| is_about(message, connections);
        let mut found = Messages::default();
        self.each_page::<Waiting>(|it| {
            found.waiting.extend(is_meant(&it.0).then_some(it));
            found.waiting.len() < AT_ONCE
        })?;
        self.each_page::<DeadLetter>(|it| {
            found.dead.extend(is_meant(&it.0).then_some(it));
            found.dead.len() < AT_ONCE
        })?;
        found.taken = self.scan::<Taken>("")?;
        found.taken.retain(|it| is_meant(&it.0));
        found.taken.truncate(AT_ONCE);
        Ok(found)
    }

    /// Looks at every row of a kind until told to stop, some of them in memory at a time.
    fn each_page<R: Row>(&self, mut goes_on: impl FnMut(R) -> bool) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let rows = self.page::<R>("", after.as_deref(), AT_ONCE, false)?;
            after = rows.last().map(Row::key);
            let is_last = rows.len() < AT_ONCE;
            for row in rows {
                if !goes_on(row) {
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }
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
            let about = About::Entry {
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
        self.put(&Waiting(message))?;
        self.tells();
        Ok(())
    }

    fn remove_waiting(&mut self, message: &Message) -> Result<(), StoreError> {
        self.remove::<Waiting>(&place(message))
    }

    /// How many messages there are about records of these connections.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn messages_left(
        &self,
        connections: &BTreeSet<&ConnectionId>,
    ) -> Result<u64, StoreError> {
        let mut left = 0;
        let mut count = |message: &Message| left += u64::from(is_about(message, connections));
        self.each::<Waiting>(|it| count(&it.0))?;
        self.each::<DeadLetter>(|it| count(&it.0))?;
        self.each::<Taken>(|it| count(&it.0))?;
        Ok(left)
    }

    /// Removes messages, with what counts and finds them. One that has moved on since is left where it is.
    pub(super) fn remove_messages(&mut self, messages: &Messages) -> Result<(), StoreError> {
        for row in &messages.waiting {
            self.remove_waiting(&row.0)?;
        }
        for row in &messages.dead {
            if self.get::<DeadLetter>(&row.key())?.is_some() {
                self.remove::<DeadLetter>(&row.key())?;
                self.remove_index(&dead_index(&row.0.id))?;
                self.add(&format!("dead_letters/{}", row.0.subscription), -1)?;
            }
        }
        for row in &messages.taken {
            if self.get::<Taken>(&row.key())?.as_ref() == Some(row) {
                self.remove::<Taken>(&row.key())?;
            }
        }
        Ok(())
    }

    fn next_number(&mut self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.add(&counter(of), 1).map(i64::unsigned_abs)
    }
}
