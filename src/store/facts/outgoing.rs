//! The outbox: what subscriptions are told, written in the transaction that writes the entry that it tells of, so that neither
//! is there without the other.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::audit::{AuditEntry, NewEntry};
use crate::domain::id::{ConnectionId, MessageId, SubscriptionId};
use crate::domain::message::{About, EventKind, Message, MessageState, RoutedRecord};
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

/// So many rows of a subscription that is removed are removed at once.
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
                    tx.remove::<Waiting>(&key)?;
                    tx.put(&Taken(message))
                }
                MessageState::Dead => {
                    tx.remove::<Waiting>(&key)?;
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
            tx.remove::<DeadLetter>(&key)?;
            tx.remove_index(&dead_index(id))?;
            tx.add(&format!("dead_letters/{}", message.subscription), -1)?;
            message.number = tx.next_number(&message.subscription)?;
            message.state = MessageState::Pending;
            (message.tries, message.since, message.next_try) = (0, at, at);
            tx.put(&Waiting(message.clone()))?;
            tx.tells();
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
        let waiting = self.page::<Waiting>(&prefix, None, AT_ONCE, false)?;
        let dead = self.page::<DeadLetter>(&prefix, None, AT_ONCE, false)?;
        let taken = self.scan::<Taken>(&prefix)?;
        if waiting.is_empty() && dead.is_empty() && taken.is_empty() {
            return Ok(false);
        }
        self.fact(WriteClass::Normal, |tx| {
            for row in &waiting {
                tx.remove::<Waiting>(&row.key())?;
            }
            for row in &dead {
                tx.remove::<DeadLetter>(&row.key())?;
                tx.remove_index(&dead_index(&row.0.id))?;
                tx.add(&format!("dead_letters/{of}"), -1)?;
            }
            for row in &taken {
                tx.remove::<Taken>(&row.key())?;
            }
            Ok(true)
        })
        .await
    }
}

/// A message that is kept, wherever it stands.
pub(super) enum Kept {
    /// It waits to be taken.
    Waiting(Message),
    /// Nobody took it.
    Dead(Message),
    /// It was taken.
    Taken(Message),
}

impl Kept {
    fn message(&self) -> &Message {
        match self {
            Self::Waiting(message) | Self::Dead(message) | Self::Taken(message) => message,
        }
    }
}

impl Store {
    /// Up to `most` messages that carry a record of one of these connections; of any with none.
    pub(super) fn messages_with_records(
        &self,
        of: Option<&BTreeSet<ConnectionId>>,
        most: usize,
    ) -> Result<Vec<Kept>, StoreError> {
        let carries = |kept: &Kept| carries_record(kept.message(), of);
        let mut found = Vec::new();
        self.each_message(
            |it: Waiting| Kept::Waiting(it.0),
            &carries,
            most,
            &mut found,
        )?;
        self.each_message(
            |it: DeadLetter| Kept::Dead(it.0),
            &carries,
            most,
            &mut found,
        )?;
        self.each_message(|it: Taken| Kept::Taken(it.0), &carries, most, &mut found)?;
        Ok(found)
    }

    fn each_message<R: Row>(
        &self,
        kept: impl Fn(R) -> Kept,
        is_meant: &impl Fn(&Kept) -> bool,
        most: usize,
        found: &mut Vec<Kept>,
    ) -> Result<(), StoreError> {
        let mut after: Option<String> = None;
        while found.len() < most {
            let page = self.page::<R>("", after.as_deref(), AT_ONCE, false)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.key());
            found.extend(page.into_iter().map(&kept).filter(is_meant));
        }
        Ok(())
    }
}

fn carries_record(message: &Message, of: Option<&BTreeSet<ConnectionId>>) -> bool {
    match &message.about {
        About::Record(record) => of.is_none_or(|of| of.contains(&record.connection)),
        About::Entry { .. } | About::Nothing => false,
    }
}

impl Tx<'_> {
    /// How many of these messages there are.
    pub(super) fn messages_with_records_left(
        &self,
        of: Option<&BTreeSet<ConnectionId>>,
    ) -> Result<u64, StoreError> {
        let mut left = 0;
        let mut count = |message: &Message| left += u64::from(carries_record(message, of));
        self.each::<Waiting>(|it| count(&it.0))?;
        self.each::<DeadLetter>(|it| count(&it.0))?;
        self.each::<Taken>(|it| count(&it.0))?;
        Ok(left)
    }

    /// Removes a message, wherever it stands by now.
    pub(super) fn forget_message(&mut self, kept: &Kept) -> Result<(), StoreError> {
        let message = kept.message();
        let key = place(message);
        match kept {
            Kept::Waiting(_) => self.remove::<Waiting>(&key),
            Kept::Taken(taken) => self.remove::<Taken>(&Taken(taken.clone()).key()),
            Kept::Dead(_) if self.get::<DeadLetter>(&key)?.is_none() => Ok(()),
            Kept::Dead(_) => {
                self.remove::<DeadLetter>(&key)?;
                self.remove_index(&dead_index(&message.id))?;
                self.add(&format!("dead_letters/{}", message.subscription), -1)
                    .map(drop)
            }
        }
    }

    /// Tells the subscriptions that want to know of an entry.
    pub(in crate::store) fn tell_of(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let Some(kind) = EventKind::of_action(&entry.action) else {
            return Ok(());
        };
        let about = About::Entry { seq: entry.seq };
        self.tell(kind, entry.at, &about, entry.id.as_str())
    }

    /// Tells the subscriptions that want to know of a record that a routing rule sends out; `source` is the same whenever the
    /// same change of it is told.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn tell_of_record(
        &mut self,
        record: RoutedRecord,
        at: Timestamp,
        source: &str,
    ) -> Result<(), StoreError> {
        let about = About::Record(Box::new(record));
        self.tell(EventKind::RecordRouted, at, &about, source)
    }

    fn tell(
        &mut self,
        kind: EventKind,
        at: Timestamp,
        about: &About,
        source: &str,
    ) -> Result<(), StoreError> {
        for subscription in self.scan::<WebhookSubscription>("")? {
            if !subscription.wants(kind) {
                continue;
            }
            let mut message = Message::new(subscription.id, kind, at, about.clone(), source);
            message.number = self.next_number(&message.subscription)?;
            self.put(&Waiting(message))?;
            self.tells();
        }
        Ok(())
    }

    fn next_number(&mut self, of: &SubscriptionId) -> Result<u64, StoreError> {
        self.add(&counter(of), 1).map(i64::unsigned_abs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trouble::signer;

    fn message(number: u64, about: About) -> Message {
        let subscription = "sub_01jd7000000000000000000000".parse().unwrap();
        let at = "2026-03-01T10:00:00Z".parse().unwrap();
        let source = number.to_string();
        let mut message = Message::new(subscription, EventKind::RecordRouted, at, about, &source);
        message.number = number;
        message
    }

    fn record(of: &ConnectionId) -> About {
        About::Record(Box::new(RoutedRecord {
            connection: of.clone(),
            entity: "issue".to_owned(),
            external_id: "7".to_owned(),
            to: "archive".to_owned(),
            fields: serde_json::json!({ "title": "leaks" }),
        }))
    }

    /// A wipe takes those of its connections, wherever they stand, and nothing else.
    #[test]
    fn messages_with_records_are_forgotten_by_connection() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data"), signer()).unwrap();
        let wiped: ConnectionId = "con_01jd7000000000000000000001".parse().unwrap();
        let kept: ConnectionId = "con_01jd7000000000000000000002".parse().unwrap();
        let written = store.write(|tx| {
            for (first, of) in [(0, &wiped), (10, &kept)] {
                let dead = message(first + 2, record(of));
                tx.put(&Waiting(message(first + 1, record(of))))?;
                tx.put_index(&dead_index(&dead.id), &place(&dead))?;
                tx.add(&format!("dead_letters/{}", dead.subscription), 1)?;
                tx.put(&DeadLetter(dead))?;
                tx.put(&Taken(message(first + 3, record(of))))?;
            }
            tx.put(&Waiting(message(20, About::Entry { seq: 1 })))
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
        let of = BTreeSet::from([wiped]);
        let found = store.messages_with_records(Some(&of), usize::MAX).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(
            store.messages_with_records(None, usize::MAX).unwrap().len(),
            6
        );
        let written = store.write(|tx| found.iter().try_for_each(|it| tx.forget_message(it)));
        store.durable_blocking(written.unwrap().commit).unwrap();
        assert!(
            store
                .messages_with_records(Some(&of), usize::MAX)
                .unwrap()
                .is_empty()
        );
        let subscription = "sub_01jd7000000000000000000000".parse().unwrap();
        assert_eq!(store.messages_of(&subscription).unwrap().len(), 4);
        assert_eq!(store.dead_letters(&subscription).unwrap(), 1);
    }
}
