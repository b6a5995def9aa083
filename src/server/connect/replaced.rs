//! What an authorization takes the place of. Tokens that a call can end which cannot reach the newer grant are set apart with it, in
//! one transaction, and disconnected at once; the others stay with the connection, whose own disconnect ends them. Both are
//! listed by the run.

use std::sync::Arc;

use crate::domain::connection::Connection;
use crate::domain::credential::Credential;
use crate::domain::id::RunId;
use crate::domain::provider::ProviderFile;
use crate::server::caller::Caller;
use crate::server::disconnect::replaced::Again;
use crate::server::disconnect::staying::may_be_exposed;
use crate::server::{Server, clock_and_ids, disconnect, grants, interrupted_disconnects};
use crate::store::StoreError;
use crate::store::facts::ReplacedTokens;
use crate::wire::Problem;

const WHY: &str = "tokens that were replaced are to be ended: disconnect it";

/// What is set apart where `before` becomes `after` with these tokens; none where nothing is left of the earlier ones, or the vendor
/// has issued the same once more.
pub(super) fn of(
    server: &Server,
    file: &ProviderFile,
    before: &Connection,
    after: &Connection,
    fresh: &[Credential],
) -> Result<Option<ReplacedTokens>, StoreError> {
    let all = server.store.credentials_of(&before.id)?;
    let live = all.iter().filter(|row| row.may_live());
    let (kept, rows): (Vec<&Credential>, Vec<&Credential>) =
        live.partition(|row| grants::is_in_use(server, row, fresh));
    let stands = standing_for(before);
    let again = Again {
        before,
        after,
        stands: &stands,
    };
    let ended = again.endable(server, file, &rows, &kept)?;
    let is_listed = |row: &&Credential| {
        ended.contains(&row.id) || (row.generation == before.generation && may_be_exposed(row))
    };
    let is_any = rows.iter().any(is_listed);
    Ok(is_any.then(|| ReplacedTokens {
        stands,
        tokens: ended.into_iter().collect(),
    }))
}

/// Stands for the tokens that a connection had before it was authorized again.
fn standing_for(before: &Connection) -> Connection {
    let name = format!("{}, replaced", before.name);
    Connection {
        replaced_of: Some(before.id.clone()),
        ..before.standing_for(clock_and_ids::connection(), name, WHY)
    }
}

/// Begins to end them; by which run. What cannot begin now does at the next start.
pub(super) async fn end(
    server: &Arc<Server>,
    caller: &Caller,
    replaced: &ReplacedTokens,
) -> Option<RunId> {
    match begun(server, caller, replaced).await {
        Ok(run) => Some(run),
        Err(problem) => {
            tracing::error!(%problem, connection = %replaced.stands.id, "tokens that were replaced are not being ended");
            None
        }
    }
}

async fn begun(
    server: &Arc<Server>,
    caller: &Caller,
    replaced: &ReplacedTokens,
) -> Result<RunId, Problem> {
    let connection = server.store.connection(&replaced.stands.id)?;
    let note = "replaced by a reconnect".to_owned();
    let new = interrupted_disconnects::prepared(server, caller, &connection, note).await?;
    let run = new.run.id.clone();
    disconnect::persist_runs(server, vec![new]).await?;
    Ok(run)
}
