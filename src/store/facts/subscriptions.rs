//! Outbound subscriptions of the organisation. No disconnect touches them.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::id::SubscriptionId;
use crate::domain::sealed::{Sealed, SlotRef};
use crate::domain::webhook::{RetiredSecret, WebhookSubscription};
use crate::store::{Store, StoreError, WriteClass};

impl Store {
    /// All of them.
    pub fn subscriptions(&self) -> Result<Vec<WebhookSubscription>, StoreError> {
        self.scan::<WebhookSubscription>("")
    }

    /// One of them.
    pub fn subscription(&self, id: &SubscriptionId) -> Result<WebhookSubscription, StoreError> {
        self.get::<WebhookSubscription>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: "subscription",
                id: id.to_string(),
            })
    }

    /// Keeps a new one.
    pub async fn add_subscription(
        &self,
        subscription: &WebhookSubscription,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.put(subscription)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Changes one, with an entry.
    pub async fn edit_subscription(
        &self,
        id: &SubscriptionId,
        edit: impl FnOnce(&mut WebhookSubscription) -> NewEntry + Send,
    ) -> Result<WebhookSubscription, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut subscription = tx.need::<WebhookSubscription>(id.as_str())?;
            let entry = edit(&mut subscription);
            tx.put(&subscription)?;
            tx.append(entry)?;
            Ok(subscription)
        })
        .await
    }

    /// A new secret takes the place of the old one, which signs beside it until `until`. The slot that no row names any more
    /// is the caller's to destroy.
    pub async fn rotate_secret(
        &self,
        id: &SubscriptionId,
        secret: Sealed,
        until: Timestamp,
        entry: NewEntry,
    ) -> Result<Option<SlotRef>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut subscription = tx.need::<WebhookSubscription>(id.as_str())?;
            let unnamed = subscription.retired.take().map(|old| old.sealed.key);
            let old = subscription.secret.replace(secret);
            subscription.retired = old.map(|sealed| RetiredSecret { sealed, until });
            tx.put(&subscription)?;
            tx.append(entry)?;
            Ok(unnamed)
        })
        .await
    }

    /// The time of a replaced secret is over. Its slot is the caller's to destroy.
    pub async fn retire_secret(
        &self,
        id: &SubscriptionId,
        now: Timestamp,
    ) -> Result<Option<SlotRef>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut subscription = tx.need::<WebhookSubscription>(id.as_str())?;
            let Some(old) = subscription.retired.take_if(|old| old.until <= now) else {
                return Ok(None);
            };
            tx.put(&subscription)?;
            Ok(Some(old.sealed.key))
        })
        .await
    }

    /// Removes one, with everything that it was to be told. Its slots are the caller's to destroy.
    pub async fn remove_subscription(
        &self,
        id: &SubscriptionId,
        entry: NewEntry,
    ) -> Result<Vec<SlotRef>, StoreError> {
        let slots = self
            .fact(WriteClass::Normal, |tx| {
                let subscription = tx.need::<WebhookSubscription>(id.as_str())?;
                tx.remove::<WebhookSubscription>(id.as_str())?;
                tx.append(entry)?;
                Ok(subscription.sealed().map(|it| it.key.clone()).collect())
            })
            .await?;
        while self.forget_messages(id).await? {}
        Ok(slots)
    }
}
