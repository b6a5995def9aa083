//! What was planned hours ago is asked of the gate again when its time has come.

use super::about::{Beyond, disconnects, everybodys, one};
use crate::domain::connection::Connection;
use crate::domain::tag::Tag;
use crate::domain::user::permit;
use crate::domain::walkthrough::Terms;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::wire::Problem;

/// Why this caller may not disconnect these by these terms; none when they may.
///
/// # Errors
/// When the store cannot be read.
pub fn refusal(
    server: &Server,
    caller: &Caller,
    chosen: &[Connection],
    terms: &Terms,
    tag: Option<&Tag>,
) -> Result<Option<String>, Problem> {
    let beyond = Beyond {
        wider: terms.allow_wider,
        uninstall: terms.uninstall,
    };
    let mut asks = disconnects(server, "connection.disconnect", chosen, beyond)?;
    if let Some(tag) = tag {
        asks.extend(one("walkthrough.begin", &tag.provider, everybodys())?);
    }
    let refused = asks
        .iter()
        .find_map(|it| permit(&caller.actor, it.need.act()).err());
    Ok(refused.map(|refusal| refusal.why))
}
