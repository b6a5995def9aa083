//! Inbound endpoints.

use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, WebhookId};
use crate::domain::webhook::WebhookEndpoint;
use crate::store::{Store, StoreError, Tx, WriteClass};

impl Store {
    /// Inbound endpoints, of one connection or (with none) of all.
    pub fn webhooks_of(
        &self,
        id: Option<&ConnectionId>,
    ) -> Result<Vec<WebhookEndpoint>, StoreError> {
        self.scan::<WebhookEndpoint>(&id.map_or(String::new(), |id| format!("{id}/")))
    }

    /// Whether there is such an inbound endpoint.
    pub fn has_webhook(&self, id: &WebhookId) -> Result<bool, StoreError> {
        Ok(self.get_index(&format!("webhook/{id}"))?.is_some())
    }

    /// One inbound endpoint.
    pub fn webhook(&self, id: &WebhookId) -> Result<WebhookEndpoint, StoreError> {
        let missing = || StoreError::NotFound {
            what: "webhook",
            id: id.to_string(),
        };
        let connection = self
            .get_index(&format!("webhook/{id}"))?
            .ok_or_else(missing)?;
        self.get::<WebhookEndpoint>(&format!("{connection}/{id}"))?
            .ok_or_else(missing)
    }

    /// Enables or disables an inbound endpoint; enabling needs a connection in service.
    ///
    /// # Errors
    /// When there is none, or its connection is out of service.
    pub async fn set_webhook(
        &self,
        id: &WebhookId,
        enabled: bool,
        entry: NewEntry,
    ) -> Result<WebhookEndpoint, StoreError> {
        let connection = self.webhook(id)?.connection;
        self.fact(WriteClass::Normal, |tx| {
            let mut endpoint = tx.need::<WebhookEndpoint>(&format!("{connection}/{id}"))?;
            if enabled {
                let generation = tx.need::<Connection>(connection.as_str())?.generation;
                tx.in_service(&connection, generation)?;
            }
            endpoint.enabled = enabled;
            tx.put(&endpoint)?;
            tx.append(entry)?;
            Ok(endpoint)
        })
        .await
    }
}

impl Tx<'_> {
    /// Puts an inbound endpoint with the way to find it by its id.
    pub(super) fn put_webhook(&mut self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        self.put_index(
            &format!("webhook/{}", endpoint.id),
            endpoint.connection.as_str(),
        )?;
        self.put(endpoint)
    }
}
