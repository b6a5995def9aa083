//! Where connections stand in their list: what needs a person first.

use crate::domain::connection::{Connection, Status};
use crate::domain::id::ConnectionId;
use crate::store::{StoreError, Tx};

/// The index of all connections: what needs a person first, then by provider and name.
pub const CONNECTIONS: &str = "connections/";

/// Where a connection stands in the list: what may still live after a disconnect needs a person, and a swap that was left in the
/// middle does.
pub(super) fn place(connection: &Connection, needs_person: bool) -> String {
    let rank = match needs_person {
        true => 0,
        false => connection.status.rank(),
    };
    format!(
        "{CONNECTIONS}{rank}/{}/{}/{}",
        connection.provider,
        in_a_key(&connection.name),
        connection.id
    )
}

/// As much of a name as a key takes: vendors send names of any length.
pub(super) fn in_a_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let fit = lower.chars().filter(|c| *c != '/' && *c != '\0');
    fit.take(80).collect()
}

/// What was only there to be given back is listed until that was done, and while something of it may still live; its run
/// says what came of it.
pub(super) fn is_listed(connection: &Connection, needs_person: bool) -> bool {
    needs_person || !(connection.is_given_back && connection.status == Status::Revoked)
}

impl Tx<'_> {
    /// Counts a token of a past run of the connection that may still live, or one less; the list follows.
    pub(super) fn count_exposed(&mut self, id: &ConnectionId, by: i64) -> Result<(), StoreError> {
        let before = self.needs_person(id)?;
        self.add(&exposed(id), by)?;
        self.placed_anew(id, before)
    }

    /// Whether a connection needs a person, however it stands.
    pub(super) fn needs_person(&self, id: &ConnectionId) -> Result<bool, StoreError> {
        Ok(self.count(&exposed(id))? > 0 || self.swap_left_of(id)?.is_some())
    }

    /// The second half of its swap has ended, as this writes: the list follows.
    pub(super) fn swap_closed(
        &mut self,
        id: &ConnectionId,
        write: impl FnOnce(&mut Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let before = self.needs_person(id)?;
        write(self)?;
        self.placed_anew(id, before)
    }

    /// Puts a connection where it belongs in the list, which has it where it belonged before.
    fn placed_anew(&mut self, id: &ConnectionId, before: bool) -> Result<(), StoreError> {
        let after = self.needs_person(id)?;
        if before != after
            && let Some(connection) = self.get::<Connection>(id.as_str())?
        {
            self.remove_index(&place(&connection, before))?;
            if is_listed(&connection, after) {
                self.put_index(&place(&connection, after), id.as_str())?;
            }
        }
        Ok(())
    }
}

/// Counts the tokens of a connection's past runs that may still live.
fn exposed(connection: &ConnectionId) -> String {
    format!("exposed/{connection}")
}
