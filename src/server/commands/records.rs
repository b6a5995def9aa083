//! Fields that people give to records.

use std::collections::BTreeMap;

use tokio::sync::OwnedMutexGuard;

use super::configuration::name_hint;
use crate::domain::audit::configuration::RecordEdited;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::job::Synced;
use crate::domain::mapping::{self, OwnRefused};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::queries::records::RecordPage;
use crate::store::StoredRow as _;
use crate::wire::{Code, Problem, Topic, rpc, view};

/// Gives a record fields of its own.
///
/// # Errors
/// When there is no such record, or a field comes from the vendor.
pub async fn edit(
    server: &Server,
    caller: &Caller,
    asked: rpc::RecordEdit,
) -> Result<view::Record, Problem> {
    let (_turn, record) = in_turn(server, asked.found, &asked.id).await?;
    let configs = server.store.configs_of(&record.connection)?;
    let own = mapping::set(&record, &asked.set, &configs)?;
    if own == record.own {
        return Ok(RecordPage::default().record(server, record)?);
    }
    let edited = Event::RecordEdited(difference(&record.local_id, &record.own, &own));
    let entry = caller.entry(edited, &record.connection, AuditOutcome::Done);
    let set = |record: &mut Synced| record.own = own;
    let record = server.store.edit_record(&record.key(), set, entry).await?;
    server
        .hub
        .tell([Topic::Connection(record.connection.clone()), Topic::Audit]);
    Ok(RecordPage::default().record(server, record)?)
}

/// The record of this name, as it is once nobody else configures its connection, and the turn to do so. Where the gate has
/// found it, nobody looks for it again.
pub(super) async fn in_turn(
    server: &Server,
    found: Option<String>,
    name: &str,
) -> Result<(OwnedMutexGuard<()>, Synced), Problem> {
    let store = &server.store;
    let found = match found {
        Some(key) => store.get::<Synced>(&key)?,
        None => None,
    };
    let found = match found {
        Some(found) => found,
        None => store.reference(name)?,
    };
    let turn = server.configuring.of(&found.connection).await;
    // Somebody else may have edited it while the turn was waited for.
    let record = store.get::<Synced>(&found.key())?;
    Ok((turn, record.unwrap_or(found)))
}

fn difference(
    record: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> RecordEdited {
    let set = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(*value))
        .map(|(name, _)| name.clone());
    let removed = before.keys().filter(|name| !after.contains_key(*name));
    RecordEdited {
        record: record.to_owned(),
        set: set.collect(),
        removed: removed.cloned().collect(),
    }
}

impl From<OwnRefused> for Problem {
    fn from(refused: OwnRefused) -> Self {
        let (code, hint) = match &refused {
            OwnRefused::Mapped { .. } => (
                Code::Conflict,
                "set a field of another name, or remove the mapping".to_owned(),
            ),
            OwnRefused::TooMany => (Code::Conflict, "take one away: --set NAME=".to_owned()),
            OwnRefused::Nothing => (Code::Usage, "say which: --set NAME=VALUE".to_owned()),
            OwnRefused::Name(_) => (Code::Usage, name_hint()),
        };
        Self::new(code, refused.to_string(), hint)
    }
}
