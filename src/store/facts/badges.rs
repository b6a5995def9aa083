//! Badges of connections: what the vendors' answers say of them.

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Badge, Connection, ConnectionEffect, ConnectionEvent};
use crate::domain::id::ConnectionId;
use crate::store::{Store, StoreError, WriteClass};

impl Store {
    /// The vendor's answers say something about a connection in service. Of an older generation, or of one that is
    /// being disconnected, nothing is taken. Returns whether it was.
    pub async fn mark(
        &self,
        id: &ConnectionId,
        generation: u32,
        badge: Badge,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let connection = self.connection(id)?;
        if connection.shows(&badge) || connection.serves(generation).is_err() {
            return Ok(false);
        }
        self.fact(WriteClass::Disconnect, |tx| {
            let connection = tx.need::<Connection>(id.as_str())?;
            let marked = ConnectionEvent::Marked { generation, badge };
            let Ok((mut connection, effect)) = connection.after(marked) else {
                return Ok(false);
            };
            tx.put_connection(&mut connection)?;
            if effect == ConnectionEffect::Record {
                tx.append(entry)?;
            }
            Ok(true)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::connection::{Health, Status};
    use crate::store::disk_fault_tests::{entry, signer};

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
