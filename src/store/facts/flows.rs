//! Authorizations that are open, and those that somebody ended and whose code may still come.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Instance, InstanceEvent};
use crate::domain::flow::{
    Flow, FlowEffect, FlowEnd, FlowEvent, FlowRefusal, FlowSelection, Phase,
};
use crate::domain::id::FlowId;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::credentials::IssueIntent;

impl StoredRow for Flow {
    const KIND: &'static str = "flow";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Store {
    /// Every flow that is open, or was ended and is not over by its own time, oldest first.
    pub fn flows(&self) -> Result<Vec<Flow>, StoreError> {
        self.scan::<Flow>("")
    }

    /// One flow; none when it is over.
    pub fn flow(&self, id: &FlowId) -> Result<Option<Flow>, StoreError> {
        self.get::<Flow>(id.as_str())
    }

    /// An authorization begins: the provider's instance is `pending` unless somebody else is connected. Ended flows
    /// whose own time is over by now are forgotten.
    pub async fn flow_begun(
        &self,
        flow: &Flow,
        instance: Instance,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.not_tagged(&flow.provider)?;
            tx.not_wiped(Some(&flow.provider))?;
            for old in tx.scan::<Flow>("")? {
                if !old.is_open() && old.ends_at < flow.began_at {
                    tx.remove::<Flow>(&old.key())?;
                }
            }
            let instance = tx.get::<Instance>(&instance.provider)?.unwrap_or(instance);
            tx.put(&instance.after(InstanceEvent::Authorizing))?;
            tx.put(flow)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// What a late code will be recognised by, and when the vendor ends the flow. Written before anybody is sent there.
    pub async fn flow_opened(
        &self,
        id: &FlowId,
        state_digest: Option<String>,
        ends_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let Some(flow) = tx.get::<Flow>(id.as_str())? else {
                return Ok(());
            };
            let opened = FlowEvent::Opened {
                state_digest,
                ends_at,
            };
            tx.flow_after(flow, opened).map(drop)
        })
        .await
    }

    /// A code came back, and is about to be exchanged.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the flow was ended meanwhile.
    pub async fn flow_exchanging(
        &self,
        intent: &IssueIntent,
        id: &FlowId,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let flow = tx.need::<Flow>(id.as_str())?;
            tx.flow_after(flow, FlowEvent::CodeCame)?;
            tx.put(intent)
        })
        .await
    }

    /// An authorization came to nothing: a `pending` instance goes back to `revoked`.
    pub async fn flow_failed(
        &self,
        id: &FlowId,
        provider: &str,
        intent: Option<&IssueIntent>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            if let Some(flow) = tx.get::<Flow>(id.as_str())? {
                tx.flow_after(flow, FlowEvent::Failed)?;
            }
            tx.nobody_authorizes(provider)?;
            if let Some(intent) = intent {
                tx.remove::<IssueIntent>(&intent.key())?;
            }
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Ends flows; those that were open are returned. Nothing that comes of them later is kept.
    pub async fn flows_ended(
        &self,
        which: &FlowSelection,
        end: &FlowEnd,
        entry: impl FnOnce(&[Flow]) -> NewEntry,
    ) -> Result<Vec<Flow>, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let ended = tx.end_flows(which, end)?;
            if !ended.is_empty() {
                tx.append(entry(&ended))?;
            }
            Ok(ended)
        })
        .await
    }

    /// The vendor has said that it takes no approval of a device link any more.
    pub async fn link_over(&self, id: &FlowId, at: Timestamp) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let Some(flow) = tx.get::<Flow>(id.as_str())? else {
                return Ok(());
            };
            tx.flow_after(flow, FlowEvent::LinkOver { at }).map(drop)
        })
        .await
    }

    /// A code came back of a flow that had been ended: once is enough, and it is an entry.
    pub async fn late_code(&self, id: &FlowId, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let Some(flow) = tx.get::<Flow>(id.as_str())? else {
                return Ok(());
            };
            tx.flow_after(flow, FlowEvent::CodeCameLate)?;
            tx.append(entry).map(drop)
        })
        .await
    }
}

impl Tx<'_> {
    /// Ends the open ones of these flows, and says which they were.
    pub(super) fn end_flows(
        &mut self,
        which: &FlowSelection,
        end: &FlowEnd,
    ) -> Result<Vec<Flow>, StoreError> {
        let mut ended = Vec::new();
        for flow in self.scan::<Flow>("")? {
            if flow.is_open() && which.includes(&flow) {
                ended.push(self.flow_after(flow, FlowEvent::Ended(end.clone()))?.0);
            }
        }
        for provider in ended.iter().map(|flow| flow.provider.as_str()) {
            self.nobody_authorizes(provider)?;
        }
        Ok(ended)
    }

    /// The tokens of this flow become a connection, unless it was ended meanwhile.
    pub(super) fn flow_keeps(&mut self, id: &FlowId) -> Result<(), StoreError> {
        let flow = self.need::<Flow>(id.as_str())?;
        let (flow, effect) = self.flow_after(flow, FlowEvent::Issued)?;
        match effect {
            FlowEffect::Keep => Ok(()),
            FlowEffect::Exchange
            | FlowEffect::GiveBack
            | FlowEffect::Forget
            | FlowEffect::Nothing => Err(StoreError::Refused(flow.why_over())),
        }
    }

    /// Something happens to a flow. One that somebody ended stays until its time is over.
    fn flow_after(
        &mut self,
        flow: Flow,
        event: FlowEvent,
    ) -> Result<(Flow, FlowEffect), StoreError> {
        let (flow, effect) = flow.after(event)?;
        match flow.phase {
            Phase::Over => self.remove::<Flow>(flow.id.as_str())?,
            Phase::Open | Phase::Exchanging | Phase::Ended { .. } => self.put(&flow)?,
        }
        Ok((flow, effect))
    }

    /// A `pending` instance goes back to `revoked` with its last open flow.
    fn nobody_authorizes(&mut self, provider: &str) -> Result<(), StoreError> {
        let is_open = |flow: &Flow| flow.is_open() && flow.provider == provider;
        if self.scan::<Flow>("")?.iter().any(is_open) {
            return Ok(());
        }
        match self.get::<Instance>(provider)? {
            Some(instance) => self.put(&instance.after(InstanceEvent::NobodyAuthorizes)),
            None => Ok(()),
        }
    }
}

impl From<FlowRefusal> for StoreError {
    fn from(refusal: FlowRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
