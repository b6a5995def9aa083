//! Times whose events a connection lacks.

use crate::domain::connection::{Connection, Status};
use crate::domain::job::SyncJob;
use crate::domain::provider::{ProviderFile, SyncKind};
use crate::domain::sync::Gap;
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
        let list = file.and_then(|file| file.list_of(&job.entity));
        let missing = match list.is_some_and(|list| list.for_each.is_some()) {
            true => of_each(server, &job, c)?,
            false => job.list.missing().copied().collect(),
        };
        gaps.extend(missing.iter().map(|it| gap(it.from, Some(it.to))));
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

/// Those of a job with a list for each of several things, each of which is filled by itself. Whose lists it asks for is looked up
/// only where one of them lacks something.
fn of_each(server: &Server, job: &SyncJob, c: &Connection) -> Result<Vec<Gap>, StoreError> {
    // Only a reconnect leaves gaps.
    if c.generation <= 1 || !server.store.lacks_events(job)? {
        return Ok(Vec::new());
    }
    let list = claimed(server, job, c)?.list;
    Ok(list.missing().copied().collect())
}
