//! What an entry is about, in the words that people search for.

use crate::domain::audit::{About, AuditEntry, EntrySubject};
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::Run;
use crate::domain::id::{ConnectionId, RunId};
use crate::store::{Store, StoreError, Tx};

/// Where the rows are read that a name stands in.
trait NameRows {
    fn connection_row(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError>;
    fn run_row(&self, id: &RunId) -> Result<Option<Run>, StoreError>;
}

impl NameRows for Tx<'_> {
    fn connection_row(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.get(id.as_str())
    }

    fn run_row(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        self.get(id.as_str())
    }
}

impl NameRows for Store {
    fn connection_row(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.get(id.as_str())
    }

    fn run_row(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        self.get(id.as_str())
    }
}

impl Tx<'_> {
    /// What an entry that is added is about, by the names of now.
    pub(in crate::store) fn about(&self, entry: &AuditEntry) -> Result<About, StoreError> {
        named(self, entry.subject())
    }
}

impl Store {
    /// What an entry is about: as it says itself, or, in format 1, which does not, by the names of now.
    pub fn about(&self, entry: &AuditEntry) -> Result<About, StoreError> {
        match &entry.format_2 {
            Some(more) => Ok(more.about.clone()),
            None => named(self, entry.subject()),
        }
    }
}

fn named(names: &impl NameRows, subject: EntrySubject) -> Result<About, StoreError> {
    let mut connection = subject.connection;
    if let (None, Some(run)) = (&connection, &subject.run) {
        connection = names.run_row(run)?.map(|run| run.connection);
    }
    let row = match &connection {
        Some(id) => names.connection_row(id)?,
        None => None,
    };
    let (provider, name) = row.map(|row| (row.provider, row.name)).unzip();
    Ok(About {
        provider: provider.or(subject.provider),
        connection: name,
        run: subject.run,
    })
}
