//! Connections: found, connected, changed, marked.

use std::collections::BTreeMap;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{
    Connection, ConnectionEffect, ConnectionEvent, ConnectionRefusal, Instance, InstanceEvent,
    Status, may_be_authorized,
};
use crate::domain::credential::{Credential, CredentialEvent};
use crate::domain::disconnect::swap::SwapOutcome;
use crate::domain::id::{ConnectionId, CredentialId, RunId};
use crate::domain::job::SyncJob;
use crate::domain::origin_binding::OriginBinding;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::authorizations::{Connected, DiscardedTokens, ReplacedTokens};
use super::connection_places::{CONNECTIONS, in_a_key, is_listed, place};
use super::credentials::IssueIntent;
use super::named::id_in;

/// How many rows of the index of connections are read at once.
const PAGE: usize = 16;

/// Where the connections of a provider are that go by a name.
fn named(provider: &str, name: &str) -> String {
    format!("named/{provider}/{}/", in_a_key(name))
}

/// What a connection goes by.
fn names(connection: &Connection) -> [&str; 3] {
    let account = &connection.account;
    [&connection.name, &account.label, &account.id]
}

impl Store {
    /// One connection.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn connection(&self, id: &ConnectionId) -> Result<Connection, StoreError> {
        self.get::<Connection>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: "connection",
                id: id.to_string(),
            })
    }

    /// Connections of one provider, what needs a person first. They are read as they are taken.
    pub fn connections_of<'a>(
        &'a self,
        provider: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        (0..=2).flat_map(move |rank| self.pointed_to(format!("{CONNECTIONS}{rank}/{provider}/")))
    }

    /// Connections of one provider that are in service or on their way in or out, what needs a person first, without those that
    /// are ended by themselves. They are read as they are taken.
    pub fn live_connections_of<'a>(
        &'a self,
        provider: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        self.foremost_connections_of(provider).filter(|found| {
            let is_meant = |c: &Connection| c.status != Status::Revoked && !c.is_given_back;
            found.as_ref().map_or(true, is_meant)
        })
    }

    /// Connections of one provider without those that are out of service and need nobody. They are read as they are taken.
    pub(super) fn foremost_connections_of<'a>(
        &'a self,
        provider: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        (0..=1).flat_map(move |rank| self.pointed_to(format!("{CONNECTIONS}{rank}/{provider}/")))
    }

    /// Whether an account of a provider is connected.
    pub fn is_connected(&self, provider: &str) -> Result<bool, StoreError> {
        let mut live = self.live_connections_of(provider);
        let is_one = |c: &Connection| c.status.is_connected();
        let found = live.find(|found| found.as_ref().map_or(true, is_one));
        Ok(found.transpose()?.is_some())
    }

    /// Whether an account of a provider is connected, or was. What stands for tokens that nobody kept never was.
    pub fn was_connected(&self, provider: &str) -> Result<bool, StoreError> {
        let mut all = self.connections_of(provider);
        let is_one = |c: &Connection| !c.is_given_back && c.status != Status::Pending;
        let found = all.find(|found| found.as_ref().map_or(true, is_one));
        Ok(found.transpose()?.is_some())
    }

    /// Connections of one provider that are out of service, those first of which something may still live. Of what needs a
    /// person, and of the rest that is out of service, no more than `most` are looked at each; they are read as they are taken.
    pub fn revoked_connections_of<'a>(
        &'a self,
        provider: &'a str,
        most: usize,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        let of_rank = move |rank| self.pointed_to(format!("{CONNECTIONS}{rank}/{provider}/"));
        [0, Status::Revoked.rank()]
            .into_iter()
            .flat_map(move |rank| of_rank(rank).take(most))
            .filter(|found| found.as_ref().map_or(true, |c| c.status == Status::Revoked))
    }

    /// Connections of one provider that need nobody: those in service, and those on their way in. They are read as they are taken.
    pub fn unhindered_connections_of<'a>(
        &'a self,
        provider: &str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        let rank = Status::Connected.rank();
        self.pointed_to(format!("{CONNECTIONS}{rank}/{provider}/"))
    }

    /// Connections of one provider that go by this name: the one people gave it, its account's label or id.
    pub fn connections_named<'a>(
        &'a self,
        provider: &str,
        name: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        // The index holds the beginning of a long name, so what it finds is looked at.
        self.pointed_to(named(provider, name))
            .filter(move |found| found.as_ref().map_or(true, |c| names(c).contains(&name)))
    }

    /// Connections of one account at these providers, in service or not.
    pub fn connections_of_account<'a>(
        &'a self,
        providers: &'a [String],
        account: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        let named = move |provider: &'a String| self.connections_named(provider, account);
        let all = providers.iter().flat_map(named);
        all.filter(move |found| found.as_ref().map_or(true, |c| c.account.id == account))
    }

    /// How many connections of one provider there are, those out of service included.
    pub fn known(&self, provider: &str) -> Result<u64, StoreError> {
        Ok(self.count(&known(provider))?.unsigned_abs())
    }

    /// How many connections of one provider hold tokens.
    pub fn held(&self, provider: &str) -> Result<u64, StoreError> {
        Ok(self.count(&held(provider))?.unsigned_abs())
    }

    /// The connections that the index rows of this prefix point to.
    fn pointed_to(
        &self,
        prefix: String,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + '_ {
        // One that moved between the two reads is not there.
        let found = |row: Result<(String, String), StoreError>| {
            row.and_then(|(_, id)| self.get::<Connection>(&id))
                .transpose()
        };
        self.index_rows(prefix, PAGE).filter_map(found)
    }

    /// An authorization has succeeded: connection, secrets, jobs and instance in one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection changed since the authorization began; [`StoreError::Refused`] when
    /// the flow was ended meanwhile, or its provider tagged.
    pub async fn connected(
        &self,
        new: Connected,
        mut entry: NewEntry,
    ) -> Result<Connection, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let account = &new.connection.account.id;
            let before = tx.get::<Connection>(new.connection.id.as_str())?;
            let is_same_account =
                !account.is_empty() && before.is_some_and(|it| it.account.id == *account);
            let mut connection = tx.authorized(new.connection, new.expected)?;
            tx.not_tagged(&connection.provider)?;
            if let Some(run) = &new.swap
                && tx.swap_left_of(&connection.id)?.as_deref() != Some(run.as_str())
            {
                return Err(StoreError::Refused(format!(
                    "the swap {run} has ended meanwhile"
                )));
            }
            let how = match is_same_account {
                true => SwapOutcome::SameAccount,
                false => SwapOutcome::Connected,
            };
            let swapped = tx.swap_ends(&connection.id, how, &entry)?;
            if let Some(swap) = &swapped {
                entry.event.ends_swaps(vec![swap.run.clone()]);
                let before = &mut connection.enabled_before;
                before.retain(|job| !swap.jobs.contains(job));
            }
            tx.not_wiped(Some(&connection.provider))?;
            if let Some(flow) = &new.flow {
                tx.flow_keeps(flow)?;
            }
            tx.put_connection(&mut connection)?;
            let instance = tx
                .get::<Instance>(&new.instance.provider)?
                .unwrap_or(new.instance);
            tx.put(&instance.after(InstanceEvent::Connected))?;
            for credential in &new.credentials {
                tx.put(credential)?;
            }
            for id in &new.superseded {
                let old = tx.need::<Credential>(&format!("{}/{id}", connection.id))?;
                tx.credential_after(old, CredentialEvent::Superseded)?;
            }
            if let Some(replaced) = new.replaced {
                tx.set_apart(&connection.id, replaced)?;
            }
            for job in &new.jobs {
                tx.put_job(job)?;
            }
            for moved in new.jobs_moved {
                let key = format!("{}/{}", connection.id, moved.job);
                let mut job = tx.need::<SyncJob>(&key)?;
                for event in moved.events {
                    (job, _) = tx.job_after(job, event)?;
                }
            }
            if let Some(swap) = swapped {
                tx.jobs_come_back(&connection.id, &swap, entry.at)?;
            }
            if let Some(endpoint) = &new.webhook {
                tx.put_webhook(endpoint)?;
            }
            if let Some(intent) = &new.intent {
                tx.remove::<IssueIntent>(&intent.key())?;
            }
            tx.append(entry)?;
            Ok(connection)
        })
        .await
    }

    /// Tokens were issued that nobody keeps: they are listed under a connection that is not in use, for the disconnect that
    /// ends them.
    pub async fn issued_for_nothing(
        &self,
        new: DiscardedTokens,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut connection = new.connection;
            tx.put_connection(&mut connection)?;
            for credential in &new.credentials {
                tx.put(credential)?;
            }
            tx.remove::<IssueIntent>(&new.intent.key())?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Where a connection's tokens may be sent, where that was not kept yet.
    pub async fn bound(
        &self,
        id: &ConnectionId,
        generation: u32,
        bound: Box<OriginBinding>,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let connection = tx.need::<Connection>(id.as_str())?;
            let bound = ConnectionEvent::Bound { generation, bound };
            tx.connection_after(connection, bound).map(drop)
        })
        .await
    }

    /// Changes a connection's name or configuration.
    pub async fn configure(
        &self,
        id: &ConnectionId,
        name: Option<String>,
        vars: BTreeMap<String, String>,
        entry: NewEntry,
    ) -> Result<Connection, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let connection = tx.need::<Connection>(id.as_str())?;
            let configured = ConnectionEvent::Configured { name, vars };
            let (connection, _) = tx.connection_after(connection, configured)?;
            tx.append(entry)?;
            Ok(connection)
        })
        .await
    }

    /// The newest run of a connection.
    pub fn last_run_of(&self, id: &ConnectionId) -> Result<Option<RunId>, StoreError> {
        let newest = self.index_page(&format!("runs_of/{id}/"), None, 1, true)?;
        let newest = newest.first();
        newest.map(|(key, run)| id_in(key, run)).transpose()
    }

    /// How many connections stand in this status.
    pub fn count_in(&self, status: Status) -> Result<u64, StoreError> {
        Ok(self.count(&counter(status))?.unsigned_abs())
    }
}

impl Tx<'_> {
    /// Puts a connection with its place in the list and the ways to find it; its version grows.
    pub fn put_connection(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let held = held(&connection.provider);
        let needs_person = self.needs_person(&connection.id)?;
        if let Some(old) = self.get::<Connection>(connection.id.as_str())? {
            connection.version = old.version + u64::from(connection.is_another(&old));
            self.add(&counter(old.status), -1)?;
            self.add(&held, -i64::from(old.status.may_hold_tokens()))?;
            self.remove_index(&place(&old, needs_person))?;
            for name in names(&old) {
                self.remove_index(&format!("{}{}", named(&old.provider, name), old.id))?;
            }
        } else {
            self.add(&known(&connection.provider), 1)?;
        }
        self.index_notice(connection)?;
        self.add(&counter(connection.status), 1)?;
        self.add(&held, i64::from(connection.status.may_hold_tokens()))?;
        let id = connection.id.as_str();
        if is_listed(connection, needs_person) {
            self.put_index(&place(connection, needs_person), id)?;
        }
        // Nobody gave it a name, and it must not make another one's ambiguous.
        let names = names(connection)
            .into_iter()
            .filter(|_| !connection.is_given_back);
        for name in names {
            self.put_index(&format!("{}{id}", named(&connection.provider, name)), id)?;
        }
        self.put(connection)
    }

    /// Tokens of an earlier authorization stand under a connection of their own, which is there to be disconnected.
    fn set_apart(
        &mut self,
        from: &ConnectionId,
        replaced: ReplacedTokens,
    ) -> Result<(), StoreError> {
        let key = |id: &CredentialId| format!("{from}/{id}");
        let tokens = replaced.tokens.iter().map(|id| self.need(&key(id)));
        let tokens = tokens.collect::<Result<Vec<Credential>, StoreError>>()?;
        self.stand_apart(replaced.stands, tokens)
    }

    /// Tokens stand under a connection of their own from now on, which is there to be disconnected.
    pub(super) fn stand_apart(
        &mut self,
        mut stands: Connection,
        tokens: Vec<Credential>,
    ) -> Result<(), StoreError> {
        for token in tokens {
            self.remove::<Credential>(&token.key())?;
            let connection = stands.id.clone();
            self.credential_after(token, CredentialEvent::SetApart { connection })?;
        }
        self.put_connection(&mut stands)
    }

    /// The connection, if it is in service and of this generation: what a write on its behalf needs.
    pub(crate) fn in_service(
        &mut self,
        id: &ConnectionId,
        generation: u32,
    ) -> Result<Connection, StoreError> {
        let connection = self.need::<Connection>(id.as_str())?;
        connection.serves(generation)?;
        Ok(connection)
    }

    /// Something happens to a connection.
    pub(super) fn connection_after(
        &mut self,
        connection: Connection,
        event: ConnectionEvent,
    ) -> Result<(Connection, ConnectionEffect), StoreError> {
        let (mut connection, effect) = connection.after(event)?;
        self.put_connection(&mut connection)?;
        Ok((connection, effect))
    }

    /// The connection that an authorization leaves behind, which began with the version `expected`; none with a new one.
    fn authorized(
        &mut self,
        connection: Connection,
        expected: Option<u64>,
    ) -> Result<Connection, StoreError> {
        let Some(old) = self.get::<Connection>(connection.id.as_str())? else {
            may_be_authorized(None, &connection, expected)?;
            return Ok(connection);
        };
        let event = ConnectionEvent::Authorized {
            connection: Box::new(connection),
            expected,
        };
        Ok(old.after(event)?.0)
    }
}

impl From<ConnectionRefusal> for StoreError {
    fn from(refusal: ConnectionRefusal) -> Self {
        match refusal {
            ConnectionRefusal::Changed {
                what,
                expected,
                found,
            } => Self::Conflict {
                what,
                expected,
                found,
            },
            other => Self::Refused(other.to_string()),
        }
    }
}

/// Counts the connections of a provider that hold tokens.
pub(super) fn held(provider: &str) -> String {
    format!("held/{provider}")
}

/// Counts the connections of a provider, those out of service included.
pub(super) fn known(provider: &str) -> String {
    format!("known/{provider}")
}

fn counter(status: Status) -> String {
    format!("connections/{}", status.code())
}
