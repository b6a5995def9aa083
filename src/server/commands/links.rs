//! Links of references to things of people's own.

use crate::domain::audit::configuration::ReferenceLinked;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::job::{LinkRefused, Synced};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::queries::lists::ReferencePage;
use crate::store::StoredRow as _;
use crate::wire::{Code, Problem, Topic, rpc, view};

/// Links a reference, or takes a link away.
///
/// # Errors
/// When there is no such reference, or the link cannot be.
pub(super) async fn set(
    server: &Server,
    caller: &Caller,
    asked: rpc::ReferenceLink,
) -> Result<view::Reference, Problem> {
    let (_turn, record) = super::records::in_turn(server, asked.found, &asked.reference).await?;
    let links = match asked.linked {
        true => record.linked(&asked.local),
        false => record.unlinked(&asked.local),
    }?;
    let linked = ReferenceLinked {
        reference: record.id.to_string(),
        record: record.local_id.clone(),
        links: links.len() as u64,
    };
    let event = match asked.linked {
        true => Event::ReferenceLinked(linked),
        false => Event::ReferenceUnlinked(linked),
    };
    let entry = caller.entry(event, &record.connection, AuditOutcome::Done);
    let set = |record: &mut Synced| record.links = links;
    let record = server.store.edit_record(&record.key(), set, entry).await?;
    server
        .hub
        .tell([Topic::Connection(record.connection.clone()), Topic::Audit]);
    Ok(ReferencePage::default().one(server, record)?)
}

impl From<LinkRefused> for Problem {
    fn from(refused: LinkRefused) -> Self {
        let (code, hint) = match &refused {
            LinkRefused::Text(_) => (Code::Usage, "write an id or a name".to_owned()),
            LinkRefused::Twice(_) => (Code::Conflict, "nothing was changed".to_owned()),
            LinkRefused::TooMany => (Code::Conflict, "take one away first".to_owned()),
            LinkRefused::Unknown { known, .. } if known.is_empty() => {
                (Code::NotFound, "it has no links".to_owned())
            }
            LinkRefused::Unknown { known, .. } => {
                (Code::NotFound, format!("there is {}", known.join(", ")))
            }
        };
        Self::new(code, refused.to_string(), hint)
    }
}
