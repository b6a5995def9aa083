//! What an entry is about, in the words that people search for.

use crate::domain::audit::{About, AuditEntry, EntrySubject, SubjectThing};
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::Run;
use crate::domain::flow::Flow;
use crate::domain::hold::Hold;
use crate::domain::id::ConnectionId;
use crate::domain::walkthrough::Walkthrough;
use crate::store::{Store, StoreError, StoredRow, Tx};

/// Where the rows are read that a name stands in.
trait NameRows {
    fn row<R: StoredRow>(&self, key: &str) -> Result<Option<R>, StoreError>;
    fn index(&self, key: &str) -> Result<Option<String>, StoreError>;
}

impl NameRows for Tx<'_> {
    fn row<R: StoredRow>(&self, key: &str) -> Result<Option<R>, StoreError> {
        self.get(key)
    }

    fn index(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.get_index(key)
    }
}

impl NameRows for Store {
    fn row<R: StoredRow>(&self, key: &str) -> Result<Option<R>, StoreError> {
        self.get(key)
    }

    fn index(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.get_index(key)
    }
}

impl Tx<'_> {
    /// What an entry that is added is about, by the names of now.
    pub(in crate::store) fn about(&self, subject: EntrySubject) -> Result<About, StoreError> {
        named(self, subject)
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
    let whose = match &subject.thing {
        Some(thing) => whose(names, thing)?,
        None => Whose::default(),
    };
    let mut connection = subject.connection.or(whose.connection);
    if let (None, Some(run)) = (&connection, &subject.run) {
        let run = names.row::<Run>(run.as_str())?;
        connection = run.map(|run| run.connection);
    }
    let row = match &connection {
        Some(id) => names.row::<Connection>(id.as_str())?,
        None => None,
    };
    let (provider, name) = row.map(|row| (row.provider, row.name)).unzip();
    Ok(About {
        provider: provider.or(subject.provider).or(whose.provider),
        connection: name,
        run: subject.run,
    })
}

/// Whose a thing is.
#[derive(Default)]
struct Whose {
    connection: Option<ConnectionId>,
    provider: Option<String>,
}

/// Whose a thing is that is there; nobody's otherwise.
fn whose(names: &impl NameRows, thing: &SubjectThing) -> Result<Whose, StoreError> {
    let of = |connection: Option<ConnectionId>| Whose {
        connection,
        provider: None,
    };
    // Where it lies: the connection's id, alone or before its own.
    let place = match thing {
        SubjectThing::Job(id) => names.index(&format!("job/{id}"))?,
        SubjectThing::Webhook(id) => names.index(&format!("webhook/{id}"))?,
        SubjectThing::Configuration(id) => names.index(&format!("config/{id}"))?,
        SubjectThing::FollowUp(id) => match names.index(&format!("follow_ups/0/{id}"))? {
            Some(open) => Some(open),
            None => names.index(&format!("follow_ups/1/{id}"))?,
        },
        SubjectThing::Hold(id) => {
            let hold = names.row::<Hold>(id.as_str())?;
            return Ok(of(hold.map(|hold| hold.connection)));
        }
        SubjectThing::Flow(id) => {
            let flow = names.row::<Flow>(id.as_str())?;
            let (connection, provider) = flow.map(|it| (it.connection, it.provider)).unzip();
            return Ok(Whose {
                connection: connection.flatten(),
                provider,
            });
        }
        SubjectThing::Walkthrough(id) => {
            let whole = names.row::<Walkthrough>(id.as_str())?;
            return Ok(Whose {
                connection: None,
                provider: whole.and_then(|it| it.choice.provider().map(str::to_owned)),
            });
        }
    };
    let connection = place.and_then(|place| place.split('/').next()?.parse().ok());
    Ok(of(connection))
}
