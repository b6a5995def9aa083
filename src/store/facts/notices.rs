//! What vendors say of connections by themselves, until that is settled.

use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::webhook::VendorNotice;
use crate::store::{Store, StoreError, Tx, WriteClass};

/// The index of the connections of which something was said that is not settled.
const NOTICED: &str = "noticed/";

impl Store {
    /// The connections of which a vendor said something that is not settled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn noticed(&self) -> Result<Vec<Connection>, StoreError> {
        let mut found = Vec::new();
        for (_, id) in self.index_page(NOTICED, None, usize::MAX, false)? {
            found.extend(self.get::<Connection>(&id)?);
        }
        Ok(found)
    }

    /// The vendor was asked, and it is not settled. Nothing happens when it has said something else meanwhile.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn notice_asked(
        &self,
        id: &ConnectionId,
        asked: VendorNotice,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = tx.need::<Connection>(id.as_str())?;
            if (connection.notice.as_ref()).is_some_and(|now| now.is_same(&asked)) {
                connection.notice = Some(asked);
                tx.put_connection(&mut connection)?;
            }
            Ok(())
        })
        .await
    }

    /// It is known whether what the vendor said is so; `reason` is what the card says of it from now on. Nothing happens
    /// when the connection was authorized anew, or the vendor has said something else meanwhile.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn notice_settled(
        &self,
        about: &Connection,
        asked: &VendorNotice,
        reason: Option<String>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = tx.need::<Connection>(about.id.as_str())?;
            let is_asked = (connection.notice.as_ref()).is_some_and(|now| now.is_same(asked));
            if connection.generation != about.generation || !is_asked {
                return Ok(());
            }
            connection.notice = None;
            connection.reason = reason.unwrap_or(connection.reason);
            tx.put_connection(&mut connection)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

impl Tx<'_> {
    /// A vendor says something of a connection. Said again while it is not settled, it is nothing new; that something is
    /// about to end does not take the place of that it has ended.
    pub(super) fn noticed(
        &mut self,
        id: &ConnectionId,
        notice: VendorNotice,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let mut connection = self.need::<Connection>(id.as_str())?;
        if (connection.notice.as_ref()).is_some_and(|known| known.outweighs(notice.said)) {
            return Ok(false);
        }
        connection.notice = Some(notice);
        self.put_connection(&mut connection)?;
        self.append(entry)?;
        Ok(true)
    }

    /// Only what is in service is asked about.
    pub(super) fn index_notice(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        if !connection.status.in_service() {
            connection.notice = None;
        }
        let key = format!("{NOTICED}{}", connection.id);
        match connection.notice {
            Some(_) => self.put_index(&key, connection.id.as_str()),
            None => self.remove_index(&key),
        }
    }
}
