//! A data folder that was taken on from a copy: what it connected is authorized again before it is used.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::connection::{
    App, Connection, ConnectionEffect, ConnectionEvent, FirstAnswer, Status,
};
use crate::domain::credential::{Credential, CredentialEvent};
use crate::domain::hold::HoldEvent;
use crate::domain::sealed::{Sealed, SlotRef};
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
    /// A backup; of its secrets those are here that are said to be.
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

    /// How many connections have to be authorized again, and of how many their vendors are asked first.
    pub fn to_reconnect(&self) -> Result<(u64, u64), StoreError> {
        let all = self.scan::<Connection>("")?.into_iter();
        let waiting = all.filter(|it| it.status == Status::ReconnectRequired);
        Ok(
            waiting.fold((0, 0), |(again, asked), it| match it.is_asked_first {
                true => (again, asked + 1),
                false => (again + 1, asked),
            }),
        )
    }

    /// A vendor was asked about tokens that came out of a backup. Of an older generation, or of a connection of which that is
    /// settled, nothing is taken. Returns whether it was. What is still unclear needs no entry.
    pub async fn asked_first(
        &self,
        of: &Connection,
        answer: FirstAnswer,
        entry: Option<NewEntry>,
    ) -> Result<bool, StoreError> {
        let generation = of.generation;
        self.fact(WriteClass::Disconnect, |tx| {
            let before = tx.need::<Connection>(of.id.as_str())?;
            let asked = ConnectionEvent::AskedFirst { generation, answer };
            let Ok((mut after, effect)) = before.clone().after(asked) else {
                return Ok(false);
            };
            if after == before {
                return Ok(false);
            }
            tx.put_connection(&mut after)?;
            if let Some(entry) = entry.filter(|_| effect == ConnectionEffect::Record) {
                tx.append(entry)?;
            }
            Ok(true)
        })
        .await
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
                    tx.forget_app_secrets(how)?;
                    tx.forget_signing_secrets(how)?;
                }
                return tx.remove::<Readmission>("this");
            }
            for connection in &some {
                tx.readmit(connection, readmission.copy, how)?;
            }
            let lost = held.iter().flatten().filter(|it| !how.has(&it.sealed));
            for hold in lost {
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
    /// Why each is not used yet whose vendor can be asked first.
    pub asked_first: &'a str,
    /// The slots of secrets that came out of the backup.
    pub secrets: &'a BTreeSet<SlotRef>,
    /// What the log says of one that has to be.
    pub entry: &'a (dyn Fn(&Connection) -> NewEntry + Sync),
    /// The connection that stands for the tokens of one until they are ended.
    pub left_over: &'a (dyn Fn(&Connection) -> Connection + Sync),
}

impl Readmit<'_> {
    fn has(&self, sealed: &Sealed) -> bool {
        self.secrets.contains(&sealed.key)
    }

    /// Whether there is a token of a backup that its vendor can be asked about.
    fn can_ask(&self, of: &Connection, credentials: &[Credential]) -> bool {
        let current = |it: &&Credential| it.is_active() && it.generation == of.generation;
        let mut current = credentials.iter().filter(current);
        of.can_be_asked_about()
            && current.any(|it| it.sealed.as_ref().is_some_and(|it| self.has(it)))
    }
}

impl Tx<'_> {
    /// What a copy says of tokens is no reason to use them.
    fn readmit(
        &mut self,
        connection: &Connection,
        copy: Copy,
        how: &Readmit<'_>,
    ) -> Result<(), StoreError> {
        let credentials = self.scan::<Credential>(&format!("{}/", connection.id))?;
        let can_be_asked = copy == Copy::Backup && how.can_ask(connection, &credentials);
        let reason = match can_be_asked {
            true => how.asked_first,
            false => how.reason,
        };
        let readmitted = connection.clone().after(ConnectionEvent::Readmitted {
            reason: reason.to_owned(),
            can_be_asked,
        });
        // None of one that is out of service, or on its way there.
        let again = readmitted.ok().map(|(again, _)| again);
        match (copy, &again) {
            (Copy::Backup, _) => self.leave_secrets_out(credentials, how)?,
            (Copy::Folder, Some(_)) => self.set_tokens_apart(connection, credentials, how)?,
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
    fn leave_secrets_out(
        &mut self,
        credentials: Vec<Credential>,
        how: &Readmit<'_>,
    ) -> Result<(), StoreError> {
        let is_here = |it: &Credential| it.sealed.as_ref().is_some_and(|it| how.has(it));
        for credential in credentials.into_iter().filter(|it| !is_here(it)) {
            self.credential_after(credential, CredentialEvent::LeftOut)?;
        }
        Ok(())
    }

    /// They stand under a connection of their own, which is there to be disconnected.
    fn set_tokens_apart(
        &mut self,
        of: &Connection,
        mut credentials: Vec<Credential>,
        how: &Readmit<'_>,
    ) -> Result<(), StoreError> {
        credentials.retain(Credential::may_live);
        // One that stands for such tokens already is disconnected as it is.
        if credentials.is_empty() || of.is_given_back {
            return Ok(());
        }
        self.stand_apart((how.left_over)(of), credentials)
    }

    /// They are typed in again.
    fn forget_app_secrets(&mut self, how: &Readmit<'_>) -> Result<(), StoreError> {
        for mut app in self.scan::<App>("")? {
            app.client_secret = app.client_secret.filter(|it| how.has(it));
            app.secrets.retain(|_, it| how.has(it));
            self.put(&app)?;
        }
        Ok(())
    }

    /// Nothing is sent until a person asks for another one and hands it to the receiver.
    fn forget_signing_secrets(&mut self, how: &Readmit<'_>) -> Result<(), StoreError> {
        for mut subscription in self.scan::<WebhookSubscription>("")? {
            subscription.secret = subscription.secret.filter(|it| how.has(it));
            subscription.retired = subscription.retired.filter(|it| how.has(&it.sealed));
            self.put(&subscription)?;
        }
        Ok(())
    }
}
