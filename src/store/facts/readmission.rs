//! A data folder that was taken on from a copy: what it connected is authorized again before it is used.

use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::connection::{App, Connection, ConnectionEvent, Status};
use crate::domain::credential::{Credential, CredentialEvent};
use crate::domain::hold::HoldEvent;
use crate::domain::webhook::WebhookSubscription;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// So many connections in one commit.
const TOGETHER: usize = 50;

/// Not over yet. Nobody is answered while it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readmission {
    /// From what.
    pub copy: Copy,
    /// The last connection that was seen to.
    #[serde(default)]
    pub after: Option<String>,
}

/// What a data folder was taken on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copy {
    /// A backup, which has no secrets.
    Backup,
    /// An older state of the folder, with the secrets of then.
    Folder,
}

impl StoredRow for Readmission {
    const KIND: &'static str = "readmission";

    fn key(&self) -> String {
        "this".to_owned()
    }
}

impl Store {
    /// The one that is not over.
    pub fn readmission(&self) -> Result<Option<Readmission>, StoreError> {
        self.get::<Readmission>("this")
    }

    /// How many connections have to be authorized again.
    pub fn to_reconnect(&self) -> Result<u64, StoreError> {
        let all = self.scan::<Connection>("")?.into_iter();
        Ok(all
            .filter(|it| it.status == Status::ReconnectRequired)
            .count() as u64)
    }

    /// Sees to some more connections. Whether there are more.
    pub async fn readmit_some(&self, how: &Readmit<'_>) -> Result<bool, StoreError> {
        let Some(mut readmission) = self.readmission()? else {
            return Ok(false);
        };
        let after = readmission.after.as_deref();
        let some = self.page::<Connection>("", after, TOGETHER, false)?;
        readmission.after = some.last().map(StoredRow::key);
        let held = match readmission.copy {
            Copy::Backup => some.iter().map(|of| self.holds_of(&of.id)).collect(),
            // Their secrets are in the copy.
            Copy::Folder => Ok(Vec::new()),
        }?;
        self.fact(WriteClass::Normal, |tx| {
            if some.is_empty() {
                if readmission.copy == Copy::Backup {
                    tx.forget_app_secrets()?;
                    tx.forget_signing_secrets()?;
                }
                return tx.remove::<Readmission>("this");
            }
            for connection in &some {
                tx.readmit(connection, readmission.copy, how)?;
            }
            for hold in held.iter().flatten() {
                tx.hold_after(&hold.id, HoldEvent::LeftOut)?;
            }
            tx.put(&readmission)
        })
        .await?;
        Ok(!some.is_empty())
    }
}

/// How connections are seen to.
pub struct Readmit<'a> {
    /// Why each has to be authorized again.
    pub reason: &'a str,
    /// What the log says of one that has to be.
    pub entry: &'a (dyn Fn(&Connection) -> NewEntry + Sync),
    /// The connection that stands for the tokens of one until they are ended.
    pub left_over: &'a (dyn Fn(&Connection) -> Connection + Sync),
}

impl Tx<'_> {
    /// What a copy says of tokens is no reason to use them.
    fn readmit(
        &mut self,
        connection: &Connection,
        copy: Copy,
        how: &Readmit<'_>,
    ) -> Result<(), StoreError> {
        let reason = how.reason.to_owned();
        let readmitted = connection
            .clone()
            .after(ConnectionEvent::Readmitted { reason });
        // None of one that is out of service, or on its way there.
        let again = readmitted.ok().map(|(again, _)| again);
        match (copy, &again) {
            (Copy::Backup, _) => self.leave_secrets_out(connection)?,
            (Copy::Folder, Some(_)) => self.set_tokens_apart(connection, how)?,
            // Its own run ends them.
            (Copy::Folder, None) => {}
        }
        if let Some(mut again) = again {
            self.put_connection(&mut again)?;
            self.append((how.entry)(&again))?;
        }
        Ok(())
    }

    /// Without their secrets they are tokens that may live and that nobody has.
    fn leave_secrets_out(&mut self, of: &Connection) -> Result<(), StoreError> {
        for credential in self.scan::<Credential>(&format!("{}/", of.id))? {
            self.credential_after(credential, CredentialEvent::LeftOut)?;
        }
        Ok(())
    }

    /// They stand under a connection of their own, which is there to be disconnected.
    fn set_tokens_apart(&mut self, of: &Connection, how: &Readmit<'_>) -> Result<(), StoreError> {
        let mut credentials = self.scan::<Credential>(&format!("{}/", of.id))?;
        credentials.retain(Credential::may_live);
        // One that stands for such tokens already is disconnected as it is.
        if credentials.is_empty() || of.is_given_back {
            return Ok(());
        }
        let mut left_over = (how.left_over)(of);
        for credential in credentials {
            self.remove::<Credential>(&credential.key())?;
            let connection = left_over.id.clone();
            self.credential_after(credential, CredentialEvent::SetApart { connection })?;
        }
        self.put_connection(&mut left_over)
    }

    /// They are typed in again.
    fn forget_app_secrets(&mut self) -> Result<(), StoreError> {
        for mut app in self.scan::<App>("")? {
            app.client_secret = None;
            app.secrets.clear();
            self.put(&app)?;
        }
        Ok(())
    }

    /// Nothing is sent until a person asks for another one and hands it to the receiver.
    fn forget_signing_secrets(&mut self) -> Result<(), StoreError> {
        for mut subscription in self.scan::<WebhookSubscription>("")? {
            subscription.secret = None;
            subscription.retired = None;
            self.put(&subscription)?;
        }
        Ok(())
    }
}
