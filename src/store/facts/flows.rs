//! Authorizations that are open, and those that somebody ended and whose code may still come.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Instance, InstanceStatus};
use crate::domain::flow::{Effect, End, Event, Flow, Phase, Which, step};
use crate::domain::id::FlowId;
use crate::store::{Row, Store, StoreError, Tx, WriteClass};

use super::credentials::Intent;

impl Row for Flow {
    const KIND: &'static str = "flow";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Store {
    /// Every flow that is open, or was ended and is not over by its own time, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn flows(&self) -> Result<Vec<Flow>, StoreError> {
        self.scan::<Flow>("")
    }

    /// One flow; none when it is over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn flow(&self, id: &FlowId) -> Result<Option<Flow>, StoreError> {
        self.get::<Flow>(id.as_str())
    }

    /// An authorization begins: the provider's instance is `pending` unless somebody else is connected. Ended flows
    /// whose own time is over by now are forgotten.
    ///
    /// # Errors
    /// When the store refuses.
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
            let mut instance = tx.get::<Instance>(&instance.provider)?.unwrap_or(instance);
            if instance.status == InstanceStatus::Revoked {
                instance.status = InstanceStatus::Pending;
            }
            tx.put(&instance)?;
            tx.put(flow)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// What a late code will be recognised by, and when the vendor ends the flow. Written before anybody is sent there.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn flow_opened(
        &self,
        id: &FlowId,
        state_digest: Option<String>,
        ends_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let Some(mut flow) = tx.get::<Flow>(id.as_str())? else {
                return Ok(());
            };
            (flow.state_digest, flow.ends_at) = (state_digest, ends_at);
            tx.put(&flow)
        })
        .await
    }

    /// A code came back, and is about to be exchanged.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the flow was ended meanwhile.
    pub async fn flow_exchanging(&self, intent: &Intent, id: &FlowId) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut flow = tx.need::<Flow>(id.as_str())?;
            let (phase, _) = step(&flow.phase, Event::CodeCame)
                .map_err(|refusal| StoreError::Refused(refusal.to_string()))?;
            flow.phase = phase;
            tx.put(&flow)?;
            tx.put(intent)
        })
        .await
    }

    /// An authorization came to nothing: a `pending` instance goes back to `revoked`.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn flow_failed(
        &self,
        (id, provider): (&FlowId, &str),
        intent: Option<&Intent>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            if let Some(flow) = tx.get::<Flow>(id.as_str())? {
                tx.flow_over(flow, Event::Failed)?;
            }
            tx.nobody_authorizes(provider)?;
            if let Some(intent) = intent {
                tx.remove::<Intent>(&intent.key())?;
            }
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Ends flows; those that were open are returned. Nothing that comes of them later is kept.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn flows_ended(
        &self,
        which: &Which,
        end: &End,
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

    /// A code came back of a flow that had been ended: once is enough, and it is an entry.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn late_code(&self, id: &FlowId, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let Some(mut flow) = tx.get::<Flow>(id.as_str())? else {
                return Ok(());
            };
            flow.state_digest = None;
            tx.put(&flow)?;
            tx.append(entry).map(drop)
        })
        .await
    }
}

impl Tx<'_> {
    /// Ends the open ones of these flows, and says which they were.
    pub(super) fn end_flows(&mut self, which: &Which, end: &End) -> Result<Vec<Flow>, StoreError> {
        let mut ended = Vec::new();
        for mut flow in self.scan::<Flow>("")? {
            if !flow.is_open() || !which.includes(&flow) {
                continue;
            }
            flow.phase = Phase::Ended { end: end.clone() };
            self.put(&flow)?;
            ended.push(flow);
        }
        for provider in ended.iter().map(|flow| flow.provider.as_str()) {
            self.nobody_authorizes(provider)?;
        }
        Ok(ended)
    }

    /// The tokens of this flow become a connection, unless it was ended meanwhile.
    pub(super) fn flow_keeps(&mut self, id: &FlowId) -> Result<(), StoreError> {
        let flow = self.need::<Flow>(id.as_str())?;
        let end = flow.ended_by().map(End::sentence);
        match self.flow_over(flow, Event::Issued)? {
            Effect::Keep => Ok(()),
            _ => Err(StoreError::Refused(end.unwrap_or_else(|| {
                "the authorization has had its answer".to_owned()
            }))),
        }
    }

    /// Applies an event after which nothing comes of a flow. One that somebody ended stays until its time is over.
    fn flow_over(&mut self, mut flow: Flow, event: Event) -> Result<Effect, StoreError> {
        let (phase, effect) =
            step(&flow.phase, event).map_err(|refusal| StoreError::Refused(refusal.to_string()))?;
        match phase {
            Phase::Over => self.remove::<Flow>(flow.id.as_str())?,
            phase => {
                flow.phase = phase;
                self.put(&flow)?;
            }
        }
        Ok(effect)
    }

    /// A `pending` instance goes back to `revoked` with its last open flow.
    fn nobody_authorizes(&mut self, provider: &str) -> Result<(), StoreError> {
        let is_open = |flow: &Flow| flow.is_open() && flow.provider == provider;
        if self.scan::<Flow>("")?.iter().any(is_open) {
            return Ok(());
        }
        if let Some(mut instance) = self.get::<Instance>(provider)?
            && instance.status == InstanceStatus::Pending
        {
            instance.status = InstanceStatus::Revoked;
            self.put(&instance)?;
        }
        Ok(())
    }
}
