//! What is asked for of a list, and where the list is.

use std::collections::BTreeMap;

use super::fetch::{self, FetchError};
use super::item::speaks_of_position;
use super::task::Task;
use crate::domain::provider::SyncSpec;
use crate::domain::sync::{Pass, Sorted};
use crate::providers::{Cursor, ListPage, PageError, PageRequest};
use crate::server::clock_and_ids;
use crate::server::tokens::UsableToken;
use crate::server::vendor::VendorSession;

/// A page, or why there is none where that speaks of its position or size; none when somebody said stop.
pub(super) type Asked = Result<Option<Result<ListPage, PageError>>, FetchError>;

/// The variables that are not as the provider file has them: as they were configured, or the connection's own.
pub(super) fn set_vars(vendor: &VendorSession) -> BTreeMap<String, String> {
    let mut set = vendor.app.vars.clone();
    set.retain(|name, value| vendor.file().vars.get(name) != Some(value));
    set
}

/// The page of a pass at this position.
pub(super) fn wanted_page<'a>(
    spec: &SyncSpec,
    pass: &Pass,
    cursor: Option<&'a Cursor>,
) -> PageRequest<'a> {
    let key = pass.keys.from;
    let (from, until) = match spec.sorted {
        Some(Sorted::NewestFirst) => (None, key),
        Some(Sorted::OldestFirst) | None => (key, None),
    };
    PageRequest {
        cursor,
        now: clock_and_ids::now(),
        since: from.or(pass.since),
        until,
        size: pass.size,
    }
}

/// Asks for a page; none when somebody said stop.
pub(super) async fn ask(
    task: &Task<'_>,
    vendor: &VendorSession,
    wanted: PageRequest<'_>,
    usable: &mut UsableToken,
) -> Asked {
    let page = tokio::select! {
        biased;
        () = task.pulling.stop.cancelled() => return Ok(None),
        page = fetch::page(task, vendor, wanted, usable) => page,
    };
    match page {
        Ok(page) => Ok(Some(Ok(page))),
        Err(FetchError::Page(error)) if wanted.cursor.is_some() && speaks_of_position(&error) => {
            Ok(Some(Err(error)))
        }
        Err(FetchError::Page(error)) if fetch::is_too_much(&error) => Ok(Some(Err(error))),
        Err(trouble) => Err(trouble),
    }
}
