//! Secrets as rows, and the intents that come before every call that may issue one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::connection::{App, Connection, ConnectionEvent, Status};
use crate::domain::credential::{
    Credential, CredentialEvent, CredentialRefusal, CredentialState, IssuingCall,
};
use crate::domain::hold::Hold;
use crate::domain::id::{ConnectionId, CredentialId};
use crate::domain::provider::Question;
use crate::domain::sealed::{Sealed, SecretOwner, SlotRef};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// A call is about to be made whose answer may hold tokens. Without an answer it stands for a token that was
/// issued and never seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueIntent {
    /// Under which id an unseen token would stand.
    pub credential: CredentialId,
    /// For which connection.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// What it is for.
    pub call: IssuingCall,
    /// When it was written.
    pub at: Timestamp,
    /// Whether its answer is known to be lost: until then the call may be under way.
    #[serde(default)]
    pub lost: bool,
}

impl IssueIntent {
    /// Whether it is to be counted as a token. One of a device flow that is still asked is not: nobody may ever approve
    /// it, and the next answer says whether something was issued.
    #[must_use]
    pub fn may_be_a_token(&self) -> bool {
        self.lost || self.call != IssuingCall::Device
    }
}

impl StoredRow for IssueIntent {
    const KIND: &'static str = "intent";

    fn key(&self) -> String {
        format!("{}/{}", self.connection, self.credential)
    }
}

/// A token that its vendor accepted once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedAgain {
    /// Whose it is.
    pub connection: ConnectionId,
    pub credential: CredentialId,
    pub at: Timestamp,
}

/// That a token ends soon.
#[derive(Debug, Clone, PartialEq)]
pub struct EndSaid {
    /// Whose it is.
    pub connection: ConnectionId,
    pub credential: CredentialId,
    /// Within so many days.
    pub within_days: i64,
    /// The entry that says so.
    pub entry: NewEntry,
}

impl Store {
    /// Every secret of a connection, destroyed ones included, oldest first.
    pub fn credentials_of(&self, id: &ConnectionId) -> Result<Vec<Credential>, StoreError> {
        self.scan::<Credential>(&format!("{id}/"))
    }

    /// Intents without an answer.
    pub fn intents_of(&self, id: &ConnectionId) -> Result<Vec<IssueIntent>, StoreError> {
        self.scan::<IssueIntent>(&format!("{id}/"))
    }

    /// Every slot that a row names, those being destroyed included: what the vault must keep.
    pub fn slots_in_use(&self) -> Result<Vec<SlotRef>, StoreError> {
        let tokens = self.scan::<Credential>("")?.into_iter();
        let tokens = tokens.filter(|it| it.state != CredentialState::Destroyed);
        let others = self.own_secrets()?.into_iter().chain(self.held_secrets()?);
        Ok(tokens
            .filter_map(|it| Some(it.sealed?.key))
            .chain(others.map(|it| it.slot))
            .collect())
    }

    /// Every secret that is kept, and whose it is; none whose destruction has begun.
    pub(crate) fn secrets_kept(&self) -> Result<Vec<SecretOwner>, StoreError> {
        let tokens = self.scan::<Credential>("")?.into_iter();
        let tokens = tokens.filter(Credential::may_live).filter_map(|it| {
            let owner = it.id.to_string();
            it.sealed.map(|sealed| owned(&sealed, owner))
        });
        let own = self.own_secrets()?.into_iter();
        Ok(tokens.chain(own).chain(self.held_secrets()?).collect())
    }

    /// What is not a token of a connection: secrets of registrations, and of subscriptions.
    fn own_secrets(&self) -> Result<Vec<SecretOwner>, StoreError> {
        let mut all = Vec::new();
        for app in self.scan::<App>("")? {
            all.extend(app.sealed().map(|it| owned(it, app.id.to_string())));
        }
        for told in self.subscriptions()? {
            all.extend(told.sealed().map(|it| owned(it, told.id.to_string())));
        }
        Ok(all)
    }

    fn held_secrets(&self) -> Result<Vec<SecretOwner>, StoreError> {
        let mut holds = self.holds_open()?;
        holds.extend(self.proofs_open()?);
        holds.retain(|hold| !hold.is_not_in_backup());
        let owned = |it: &Hold| owned(&it.sealed, it.token.credential.to_string());
        Ok(holds.iter().map(owned).collect())
    }

    /// A call that may issue a token is about to be made, for a connection that is used.
    ///
    /// # Errors
    /// When the connection is not in service any more.
    pub async fn intend_in_service(&self, intent: &IssueIntent) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.in_service(&intent.connection, intent.generation)?;
            tx.put(intent)
        })
        .await
    }

    /// A call that may issue a token is about to be made.
    pub async fn intend(&self, intent: &IssueIntent) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| tx.put(intent)).await
    }

    /// A call that may issue a token is about to be made in a disconnect, to find out whether it still does.
    pub async fn intend_to_end(&self, intent: &IssueIntent) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| tx.put(intent)).await
    }

    /// The vendor refused to issue anything: the intent is settled.
    pub async fn intent_settled(&self, intent: &IssueIntent) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.remove::<IssueIntent>(&intent.key()).map(drop)
        })
        .await
    }

    /// The answer to the call was lost: a token may have been issued that nobody has seen.
    pub async fn intent_lost(
        &self,
        intent: &IssueIntent,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let Some(mut intent) = tx.get::<IssueIntent>(&intent.key())? else {
                return Ok(());
            };
            intent.lost = true;
            tx.put(&intent)?;
            tx.append(entry).map(drop)
        })
        .await
    }

    /// A refresh brought new tokens: they are kept, what they replace is set aside, the intent is settled.
    ///
    /// A disconnect may have begun meanwhile: it waits for this, and the tokens join its run, so they are kept
    /// whatever the status. Returns whether the connection is still in service.
    pub async fn refreshed(
        &self,
        intent: &IssueIntent,
        fresh: &[Credential],
        superseded: &[CredentialId],
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            for id in superseded {
                let old = tx.need::<Credential>(&format!("{}/{id}", intent.connection))?;
                tx.credential_after(old, CredentialEvent::Superseded)?;
            }
            for credential in fresh {
                tx.put(credential)?;
            }
            tx.remove::<IssueIntent>(&intent.key())?;
            let connection = tx.need::<Connection>(intent.connection.as_str())?;
            let (connection, _) = tx.connection_after(connection, ConnectionEvent::Refreshed)?;
            tx.append(entry)?;
            Ok(
                connection.status == Status::Connected
                    && connection.generation == intent.generation,
            )
        })
        .await
    }

    /// The vendor accepted tokens again on the question that they passed before, all of them in one. No entry: nothing
    /// changed.
    pub async fn passed_again(&self, passed: &[PassedAgain]) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            for it in passed {
                let key = format!("{}/{}", it.connection, it.credential);
                if let Some(credential) = tx.get::<Credential>(&key)? {
                    tx.credential_after(credential, CredentialEvent::PassedAgain { at: it.at })?;
                }
            }
            Ok(())
        })
        .await
    }

    /// That tokens end soon is written down, all of it in one; what was said before is not said again.
    pub async fn ends_said(&self, said: Vec<EndSaid>) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            for it in said {
                let key = format!("{}/{}", it.connection, it.credential);
                let Some(before) = tx.get::<Credential>(&key)? else {
                    continue;
                };
                let within_days = it.within_days;
                let event = CredentialEvent::EndSaid { within_days };
                if tx.credential_after(before.clone(), event)? != before {
                    tx.append(it.entry)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// The vendor accepted these tokens on the question that proves them alive. No entry: nothing changed.
    pub async fn passed(
        &self,
        connection: &ConnectionId,
        passed: &[(CredentialId, Question, String)],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            for (id, question, endpoint) in passed {
                let credential = tx.need::<Credential>(&format!("{connection}/{id}"))?;
                let passed = CredentialEvent::Passed {
                    at,
                    by: *question,
                    endpoint: endpoint.clone(),
                };
                tx.credential_after(credential, passed)?;
            }
            Ok(())
        })
        .await
    }

    /// D6 outside a run: a token that has expired or was replaced is about to be destroyed.
    pub async fn discarding(
        &self,
        connection: &ConnectionId,
        id: &CredentialId,
        entry: NewEntry,
    ) -> Result<Credential, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let credential = tx.need::<Credential>(&format!("{connection}/{id}"))?;
            let credential = tx.credential_after(credential, CredentialEvent::Destroying)?;
            tx.append(entry)?;
            Ok(credential)
        })
        .await
    }

    /// D7 outside a run.
    pub async fn discarded(
        &self,
        connection: &ConnectionId,
        id: &CredentialId,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let credential = tx.need::<Credential>(&format!("{connection}/{id}"))?;
            tx.credential_after(credential, CredentialEvent::Destroyed)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

fn owned(sealed: &Sealed, owner: String) -> SecretOwner {
    SecretOwner {
        slot: sealed.key.clone(),
        owner,
        purpose: sealed.purpose,
    }
}

impl Tx<'_> {
    /// Something happens to a secret.
    pub(super) fn credential_after(
        &mut self,
        credential: Credential,
        event: CredentialEvent,
    ) -> Result<Credential, StoreError> {
        let after = credential.clone().after(event)?;
        if after != credential {
            self.put(&after)?;
        }
        Ok(after)
    }
}

impl From<CredentialRefusal> for StoreError {
    fn from(refusal: CredentialRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
