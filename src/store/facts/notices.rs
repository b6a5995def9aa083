//! What vendors say of connections by themselves, until that is settled.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, ConnectionEffect, ConnectionEvent};
use crate::domain::id::ConnectionId;
use crate::domain::webhook::VendorNotice;
use crate::store::{Store, StoreError, Tx, WriteClass};

use super::deliveries::VendorSaid;

/// The index of the connections of which something was said that is not settled.
const NOTICED: &str = "noticed/";

impl Store {
    /// The connections of which a vendor said something that is not settled.
    pub fn noticed(&self) -> Result<Vec<Connection>, StoreError> {
        let mut found = Vec::new();
        for (_, id) in self.index_page(NOTICED, None, usize::MAX, false)? {
            found.extend(self.get::<Connection>(&id)?);
        }
        Ok(found)
    }

    /// A vendor says something of connections, and at no endpoint of theirs. Those of which it is something new.
    pub async fn vendor_said(
        &self,
        said: Vec<VendorSaid>,
        at: Timestamp,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut noticed = Vec::new();
            for it in said {
                let notice = VendorNotice::new(it.said, at);
                if tx.noticed(&it.connection, notice, it.entry)? {
                    noticed.push(it.connection);
                }
            }
            Ok(noticed)
        })
        .await
    }

    /// The vendor was asked, and it is not settled. Nothing happens when it has said something else meanwhile.
    pub async fn notice_asked(
        &self,
        id: &ConnectionId,
        asked: VendorNotice,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let connection = tx.need::<Connection>(id.as_str())?;
            let asked = ConnectionEvent::NoticeAsked(asked);
            tx.connection_after(connection, asked).map(drop)
        })
        .await
    }

    /// It is known whether what the vendor said is so; `reason` is what the card says of it from now on. Nothing happens
    /// when the connection was authorized anew, or the vendor has said something else meanwhile.
    pub async fn notice_settled(
        &self,
        about: &Connection,
        asked: &VendorNotice,
        reason: Option<String>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let connection = tx.need::<Connection>(about.id.as_str())?;
            let settled = ConnectionEvent::NoticeSettled {
                generation: about.generation,
                asked: asked.clone(),
                reason,
            };
            tx.noted_of(connection, settled, entry).map(drop)
        })
        .await
    }
}

impl Tx<'_> {
    /// A vendor says something of a connection. Whether it is something new.
    pub(super) fn noticed(
        &mut self,
        id: &ConnectionId,
        notice: VendorNotice,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let connection = self.need::<Connection>(id.as_str())?;
        self.noted_of(connection, ConnectionEvent::Noticed(notice), entry)
    }

    /// Something happens to a connection that has an entry if it is worth one. Whether it was.
    fn noted_of(
        &mut self,
        connection: Connection,
        event: ConnectionEvent,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let (_, effect) = self.connection_after(connection, event)?;
        let is_new = effect == ConnectionEffect::Record;
        if is_new {
            self.append(entry)?;
        }
        Ok(is_new)
    }

    /// What vendors say is found by it until it is settled.
    pub(super) fn index_notice(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let key = format!("{NOTICED}{}", connection.id);
        match connection.notice {
            Some(_) => self.put_index(&key, connection.id.as_str()),
            None => self.remove_index(&key),
        }
    }
}
