//! Badges of connections: what the vendors' answers say of them.

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Badge, Connection, Status};
use crate::domain::id::ConnectionId;
use crate::store::{Store, StoreError, WriteClass};

impl Store {
    /// The vendor's answers say something about a connection in service. Of an older generation, or of one that is
    /// being disconnected, nothing is taken. Returns whether it was.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn mark(
        &self,
        id: &ConnectionId,
        generation: u32,
        badge: Badge,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let mut connection = self.connection(id)?;
        if shows(&connection, &badge)
            || connection.generation != generation
            || !connection.status.in_service()
        {
            return Ok(false);
        }
        self.fact(WriteClass::Disconnect, |tx| {
            connection = tx.need::<Connection>(id.as_str())?;
            if connection.generation != generation || !connection.status.in_service() {
                return Ok(false);
            }
            // A grant that was refused is not granted again by an answer about something else.
            let is_refused = connection.status == Status::ReconnectRequired;
            if is_refused && badge.status != Status::ReconnectRequired {
                return Ok(false);
            }
            let entry_due = connection.status != badge.status;
            connection.status = badge.status;
            connection.health = badge.health;
            connection.reason = badge.reason;
            connection.works_until = badge.works_until;
            tx.put_connection(&mut connection)?;
            if entry_due {
                tx.append(entry)?;
            }
            Ok(true)
        })
        .await
    }
}

fn shows(connection: &Connection, badge: &Badge) -> bool {
    connection.status == badge.status
        && connection.health == badge.health
        && connection.reason == badge.reason
        && connection.works_until == badge.works_until
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::connection::Health;
    use crate::store::trouble::{entry, signer};

    /// A grant that was refused is granted again by an authorization, and by no answer to something else.
    #[tokio::test]
    async fn nothing_but_an_authorization_takes_reconnect_away() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("data"), signer()).unwrap();
        let connection: Connection = serde_json::from_value(json!({
            "id": "con_01jd7000000000000000000001", "instance": "ins_01jd7000000000000000000001",
            "provider": "ledger", "name": "acme", "owner": { "kind": "workspace" },
            "account": { "id": "1", "label": "acme" }, "status": "connected", "reason": "", "health": "healthy",
            "generation": 1, "version": 1, "connected_at": null, "synced_at": null,
        }))
        .unwrap();
        let written = store.write(|tx| tx.put(&connection)).unwrap();
        store.durable(written.commit).await.unwrap();
        let id = &connection.id;
        let mark = async |badge| {
            let entry = entry("connection.reconnect_required");
            store.mark(id, 1, badge, entry).await.unwrap()
        };
        assert!(mark(Badge::reconnect("refused".to_owned())).await);
        assert!(!mark(Badge::error(Health::Down, "503".to_owned())).await);
        assert!(!mark(Badge::connected()).await);
        let now = store.connection(id).unwrap();
        assert_eq!(now.status, Status::ReconnectRequired);
        assert_eq!(now.reason, "refused");
    }
}
