//! Who was given tokens: the minute that is being counted, and how often since the connection was authorized.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::audit::{NewEntry, Origin};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, NotGiven};
use crate::domain::id::{ConnectionId, CredentialId, UserId};
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// A minute in which somebody reads one token. It is here from its first entry to its second: what a crash left
/// open is known at the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadWindow {
    /// Whose token.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    pub credential: CredentialId,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Who reads.
    pub user: UserId,
    /// The name in the record.
    pub name: String,
    /// The role acted with.
    pub role: String,
    /// From where the first read came.
    pub origin: Origin,
    /// When that was.
    pub opened_at: Timestamp,
}

impl StoredRow for ReadWindow {
    const KIND: &'static str = "read_window";

    fn key(&self) -> String {
        format!("{}/{}/{}", self.connection, self.credential, self.user)
    }
}

/// Somebody who was given tokens of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReader {
    /// Whose tokens.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    pub user: UserId,
    /// The name, as it was at the last read.
    pub name: String,
    /// How often, but for a window that is open: of that, the first read.
    pub count: u64,
    /// When last.
    pub last: Timestamp,
}

impl StoredRow for TokenReader {
    const KIND: &'static str = "token_reader";

    fn key(&self) -> String {
        format!("{}/{}/{}", self.connection, self.generation, self.user)
    }
}

impl Store {
    /// Somebody is about to be given a token: durable before it leaves. What is not in service gives none.
    ///
    /// # Errors
    /// When the connection or the token is not what it was, or the store refuses.
    pub async fn read_opened(
        &self,
        window: &ReadWindow,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let connection = tx.need::<Connection>(window.connection.as_str())?;
            let key = format!("{}/{}", window.connection, window.credential);
            let token = tx.need::<Credential>(&key)?;
            token.may_leave(&connection, window.generation)?;
            let before = tx.get::<TokenReader>(&reader(window).key())?;
            let mut reader = reader(window);
            reader.count += before.map_or(0, |before| before.count);
            tx.put(&reader)?;
            tx.put(window)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// A window is over. `counted` is how many reads it had and when the last one was, if anybody knows.
    pub async fn read_closed(
        &self,
        window: &ReadWindow,
        counted: Option<(u64, Timestamp)>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.remove::<ReadWindow>(&window.key())?;
            if let Some((count, last)) = counted {
                let mut reader = tx.need::<TokenReader>(&reader(window).key())?;
                reader.count += count.saturating_sub(1);
                reader.last = last;
                tx.put(&reader)?;
            }
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// The windows that were never closed.
    pub fn read_windows(&self) -> Result<Vec<ReadWindow>, StoreError> {
        self.scan::<ReadWindow>("")
    }

    /// Everybody who was given tokens of this generation.
    pub fn readers_of(
        &self,
        connection: &ConnectionId,
        generation: u32,
    ) -> Result<Vec<TokenReader>, StoreError> {
        self.scan::<TokenReader>(&format!("{connection}/{generation}/"))
    }
}

fn reader(window: &ReadWindow) -> TokenReader {
    TokenReader {
        connection: window.connection.clone(),
        generation: window.generation,
        user: window.user.clone(),
        name: window.name.clone(),
        count: 1,
        last: window.opened_at,
    }
}

impl From<NotGiven> for StoreError {
    fn from(refusal: NotGiven) -> Self {
        match refusal {
            NotGiven::Connection(refusal) => refusal.into(),
            NotGiven::Gone => Self::Refused(refusal.to_string()),
        }
    }
}
