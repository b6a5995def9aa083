//! Where each thing of the domain has its place.

use super::synced::{id_part, parent_part};
use crate::domain::connection::{App, Connection, Instance};
use crate::domain::credential::Credential;
use crate::domain::delivery::{Delivery, IdPage};
use crate::domain::disconnect::run::{FollowUp, Run};
use crate::domain::id::ConnectionId;
use crate::domain::job::{ParentList, Scope, SyncExecution, SyncJob, Synced};
use crate::domain::offboarding::FormerUser;
use crate::domain::user::User;
use crate::domain::webhook::{ConfigItem, WebhookEndpoint, WebhookSubscription};
use crate::store::StoredRow;

impl StoredRow for User {
    const KIND: &'static str = "user";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for FormerUser {
    const KIND: &'static str = "former";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for Instance {
    const KIND: &'static str = "instance";

    /// A provider has one instance in a workspace.
    fn key(&self) -> String {
        self.provider.clone()
    }
}

impl StoredRow for App {
    const KIND: &'static str = "app";

    /// A provider has one registration in a workspace.
    fn key(&self) -> String {
        self.provider.clone()
    }
}

impl StoredRow for Connection {
    const KIND: &'static str = "connection";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for Credential {
    const KIND: &'static str = "credential";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.id)
    }
}

impl StoredRow for SyncJob {
    const KIND: &'static str = "job";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.id)
    }
}

impl StoredRow for SyncExecution {
    const KIND: &'static str = "execution";

    fn key(&self) -> String {
        format!("{}/{}", self.job, self.id)
    }
}

impl StoredRow for Synced {
    const KIND: &'static str = "synced";

    fn key(&self) -> String {
        let parent = self.parent.as_deref();
        Self::place(&self.connection, &self.entity, parent, &self.external_id)
    }
}

impl Synced {
    /// Where a thing of an entity has its place: of an entity with one list, or of one with a list for each of several.
    #[must_use]
    pub fn place(
        connection: &ConnectionId,
        entity: &str,
        parent: Option<&str>,
        external_id: &str,
    ) -> String {
        match parent {
            Some(parent) => {
                let (parent, id) = (parent_part(parent), id_part(external_id));
                format!("{connection}/{entity}/{parent}/{id}")
            }
            None => Self::key_of(connection, entity, external_id),
        }
    }

    /// Where a thing of an entity with one list has its place.
    #[must_use]
    pub fn key_of(connection: &ConnectionId, entity: &str, external_id: &str) -> String {
        format!("{connection}/{entity}/{}", id_part(external_id))
    }
}

impl StoredRow for Scope {
    const KIND: &'static str = "scope";

    fn key(&self) -> String {
        match &self.parent {
            Some(parent) => {
                let parent = parent_part(parent);
                format!("{}/{}/{parent}", self.connection, self.entity)
            }
            None => format!("{}/{}", self.connection, self.entity),
        }
    }
}

impl StoredRow for ParentList {
    const KIND: &'static str = "list";

    fn key(&self) -> String {
        format!("{}/{}/{}", self.connection, self.job, id_part(&self.parent))
    }
}

impl StoredRow for WebhookEndpoint {
    const KIND: &'static str = "webhook";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.id)
    }
}

impl StoredRow for Delivery {
    const KIND: &'static str = "delivery";

    fn key(&self) -> String {
        format!("{}/{}", self.endpoint, self.slot())
    }
}

impl StoredRow for IdPage {
    const KIND: &'static str = "event_ids";

    fn key(&self) -> String {
        format!("{}/{:02}", self.endpoint, self.page)
    }
}

impl StoredRow for WebhookSubscription {
    const KIND: &'static str = "subscription";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for ConfigItem {
    const KIND: &'static str = "config";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.id)
    }
}

impl StoredRow for Run {
    const KIND: &'static str = "run";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl StoredRow for FollowUp {
    const KIND: &'static str = "follow_up";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.id)
    }
}
