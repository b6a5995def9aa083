//! Watched channels at their vendors. A revocation takes us out of all of them, and so whatever a connection watches is
//! joined again once it is authorized: of its own, once a generation, and gone on with after a kill, because what is still to be
//! done follows from what stands in the store.

mod attach;
mod handlers;
mod list;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{AFTER_TROUBLE, Server, clock_and_ids, follow_ups};
use crate::domain::channel::Attached;
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::job::{ReferenceState, Synced};
use crate::domain::provider::ChannelsSpec;
use crate::domain::webhook::ConfigItem;
use crate::store::StoreError;
use crate::store::facts::{FollowUpChanges, Scopes};

pub use list::{available, pick};

/// So many connections are worked on at once.
pub const AT_ONCE: usize = 8;

/// A vendor that cannot be reached, or names no time, is asked again after so long.
const AGAIN: Duration = Duration::from_secs(30);

/// Attaches what is due, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match begin_due(&server) {
            Ok(()) => None,
            Err(error) => {
                tracing::error!(%error, "which channels are to be joined could not be looked up");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        if !server.channels.alarm.wait(next, &server.stop).await {
            return;
        }
    }
}

fn begin_due(server: &Arc<Server>) -> Result<(), StoreError> {
    for (connection, channels) in server.store.watched_channels()? {
        if connection.status.is_pulled() && is_due(server, &connection, &channels)? {
            spawn_attach(server, connection);
        }
    }
    Ok(())
}

/// Attaches in a task of its own, unless one does so already.
fn spawn_attach(server: &Arc<Server>, connection: Connection) {
    let Some(worker) = server.channels.begin(connection.id.clone()) else {
        return;
    };
    let server = Arc::clone(server);
    server.clone().tasks.spawn(async move {
        let room = worker.room().await;
        tokio::select! {
            // What is left to do is found at the next start.
            () = server.stop.cancelled() => {}
            again = attach::all(&server, &connection) => {
                drop(room);
                match again {
                    Ok(()) => {}
                    Err(attach::NotNow::Later { wait, why }) => {
                        tracing::debug!(connection = %worker.id, why, "channels are joined later");
                        server.pause(wait).await;
                    }
                    // It was disconnected, or authorized anew, meanwhile.
                    Err(attach::NotNow::Store(StoreError::Refused(why))) => {
                        tracing::debug!(connection = %worker.id, why, "channels are not joined");
                    }
                    Err(attach::NotNow::Store(error)) => {
                        tracing::error!(connection = %worker.id, %error, "channels could not be joined");
                        server.pause(AFTER_TROUBLE).await;
                    }
                }
            }
        }
    });
}

/// Whether our app joins the channels that are watched of a connection, by what its provider file says.
///
/// # Errors
/// When the connection cannot be read.
pub fn are_joined(server: &Server, connection: &ConnectionId) -> Result<bool, StoreError> {
    let connection = server.store.connection(connection)?;
    let file = server.provider(&connection.provider);
    let spec = file.as_ref().and_then(|file| file.channels.as_ref());
    Ok(spec.is_some_and(|spec| spec.join.is_some()))
}

/// Whether there is anything to do about the channels of a connection.
fn is_due(
    server: &Server,
    connection: &Connection,
    channels: &[ConfigItem],
) -> Result<bool, StoreError> {
    let Some(file) = server.provider(&connection.provider) else {
        return Ok(false);
    };
    let Some(spec) = file.channels.as_ref().filter(|spec| spec.join.is_some()) else {
        return Ok(false);
    };
    for channel in channels {
        let Some(settled) = channel.attached_in(connection.generation) else {
            return Ok(true);
        };
        let is_invited =
            settled.outcome == Attached::InviteNeeded && is_in(server, spec, channel, settled.at)?;
        if !settled.is_told || is_invited {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An invitation that is asked for is asked for no more.
pub fn not_asked_any_more(
    server: &Server,
    channel: &ConfigItem,
    note: &str,
) -> Result<FollowUpChanges, StoreError> {
    let asked = channel
        .attached
        .as_ref()
        .and_then(|it| it.follow_up.as_ref());
    let open = asked.map(|id| server.store.follow_up(id)).transpose()?;
    let open = open.filter(|it| it.done.is_none());
    Ok(FollowUpChanges {
        closed: Vec::from_iter(open.map(|it| follow_ups::closed(&it, note.to_owned(), None))),
        ..FollowUpChanges::default()
    })
}

/// The vendor's channel, as its row has it.
fn thing(
    server: &Server,
    spec: &ChannelsSpec,
    channel: &ConfigItem,
) -> Result<Option<Synced>, StoreError> {
    let key = Synced::key_of(&channel.connection, &spec.entity, &channel.from);
    server.store.get::<Synced>(&key)
}

/// Whether the vendor has said since `since` that we are in a channel. A row that a pass finds as it was is not written: it holds
/// since that pass where all that was not listed by it is known to be gone, and this is not.
fn is_in(
    server: &Server,
    spec: &ChannelsSpec,
    channel: &ConfigItem,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let thing = thing(server, spec, channel)?;
    let Some(thing) = thing.filter(|it| spec.is_member(&it.body)) else {
        return Ok(false);
    };
    if thing.synced_at > since {
        return Ok(true);
    }
    let jobs = server.store.jobs_of(&channel.connection)?;
    let job = jobs.iter().find(|job| job.entity == spec.entity);
    let checked_at = job.and_then(|job| job.list.deletions_checked_at);
    if checked_at.is_none_or(|at| at <= since) {
        return Ok(false);
    }
    let state = Scopes::default().state(&server.store, &thing, clock_and_ids::now())?;
    Ok(state != ReferenceState::Gone)
}
