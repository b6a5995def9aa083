//! Routing: a record that has changed is told to subscriptions in the transaction that keeps it, so that neither is there without
//! the other.

use jiff::Timestamp;

use crate::domain::id::ConnectionId;
use crate::domain::job::{RecordOf, Synced};
use crate::domain::message::{Message, RecordChange};
use crate::domain::routing;
use crate::domain::webhook::{ConfigItem, ConfigKind, WebhookSubscription};
use crate::store::{Store, StoreError, Tx};

impl Store {
    /// A record by what names it; none where it was wiped.
    pub fn named_record(&self, of: &RecordOf) -> Result<Option<Synced>, StoreError> {
        let found = self.get::<Synced>(&Synced::place(
            &of.connection,
            &of.entity,
            of.parent.as_deref(),
            &of.external_id,
        ))?;
        // After a wipe another record may have its place.
        Ok(found.filter(|record| record.id == of.reference))
    }
}

impl Tx<'_> {
    /// The routing rules of a connection.
    pub(super) fn rules(&self, of: &ConnectionId) -> Result<Vec<ConfigItem>, StoreError> {
        let mut configs = self.scan::<ConfigItem>(&format!("{of}/"))?;
        configs.retain(|it| it.kind == ConfigKind::Routing);
        Ok(configs)
    }

    /// A record has changed: the subscriptions are told that rules lead to, and that can be sent to.
    pub(super) fn route(
        &mut self,
        rules: &[ConfigItem],
        record: &Synced,
        change: RecordChange,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for to in routing::targets(rules, record) {
            let subscription = self.get::<WebhookSubscription>(to.as_str())?;
            if subscription.is_some_and(|it| it.is_sent_to()) {
                self.queue(Message::of_record(to, change, at, record))?;
            }
        }
        Ok(())
    }
}
