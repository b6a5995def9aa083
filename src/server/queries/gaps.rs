//! Times whose events a connection lacks.

use crate::domain::connection::{Connection, Status};
use crate::domain::provider::{ProviderFile, SyncKind};
use crate::server::Server;
use crate::server::sync::claimed::claimed;
use crate::store::StoreError;
use crate::wire::view::EntityGap;

/// Those that are behind it, and, of a connection that is out of service, the one that is growing.
pub(super) fn of(
    server: &Server,
    file: Option<&ProviderFile>,
    c: &Connection,
) -> Result<Vec<EntityGap>, StoreError> {
    let is_events = |entity: &str| {
        let list = file.and_then(|file| file.list_of(entity));
        list.is_some_and(|list| list.kind == SyncKind::Events)
    };
    let mut gaps = Vec::new();
    for job in server.store.jobs_of(&c.id)? {
        let gap = |from, to| EntityGap {
            entity: job.entity.clone(),
            from,
            to,
        };
        let has_many = file.and_then(|file| file.list_of(&job.entity));
        let list = match has_many.is_some_and(|list| list.for_each.is_some()) {
            // Each of several lists is filled by itself.
            true => claimed(server, &job, c)?.list,
            false => job.list.clone(),
        };
        gaps.extend(list.missing().map(|it| gap(it.from, Some(it.to))));
        let grows = c.status == Status::Revoked && is_events(&job.entity);
        gaps.extend(
            job.list
                .out_since
                .filter(|_| grows)
                .map(|from| gap(from, None)),
        );
    }
    Ok(gaps)
}
