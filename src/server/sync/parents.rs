//! The things whose lists a job pulls, one list for each: the watched channels, or all things of an entity.

use std::collections::{BTreeMap, BTreeSet};

use super::fetch::FetchError;
use super::passes;
use super::task::{Parent, ParentCause, Task};
use crate::domain::connection::Connection;
use crate::domain::job::{ReferenceState, SyncJob, Synced};
use crate::domain::provider::{ChannelsSpec, ProviderFile, SyncSpec};
use crate::domain::sync::ListState;
use crate::domain::webhook::ConfigItem;
use crate::providers::PageError;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::Scopes;

/// For more things than this no list each is pulled: what is known of each is read and written one by one.
pub(crate) const MOST: usize = 1_000;
/// So many lists that could not be pulled are named.
pub(super) const NAMED: usize = 3;

/// Whose lists a job pulls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parents {
    /// There is one list.
    Own,
    /// Nothing is watched.
    NoneWatched,
    /// A list for each of these.
    Each(Vec<Parent>),
    /// A list for each of more things than can be pulled.
    TooMany,
}

impl Parents {
    /// Whose lists are pulled, as of now.
    pub(crate) fn of(
        server: &Server,
        file: &ProviderFile,
        spec: &SyncSpec,
        connection: &Connection,
    ) -> Result<Self, StoreError> {
        let Some(entity) = &spec.for_each else {
            return Ok(Self::Own);
        };
        match file.channels.as_ref().filter(|it| it.entity == *entity) {
            Some(channels) => watched(server, file, channels, connection),
            None => all(server, connection, entity),
        }
    }

    /// The lists that are asked for, by the things whose they are; none is the job's own.
    pub(super) fn lists(&self) -> BTreeSet<Option<String>> {
        match self {
            Self::Own => BTreeSet::from([None]),
            Self::NoneWatched | Self::TooMany => BTreeSet::new(),
            Self::Each(each) => each.iter().map(Parent::list).collect(),
        }
    }
}

fn watched(
    server: &Server,
    file: &ProviderFile,
    channels: &ChannelsSpec,
    connection: &Connection,
) -> Result<Parents, StoreError> {
    let picked = server.store.channels_of(&connection.id)?;
    let is_any_picked = !picked.is_empty();
    // What is about to be joined is pulled once that is settled.
    let is_settled =
        |item: &ConfigItem| channels.join.is_none() || !item.is_to_attach(connection.generation);
    let mut watched: Vec<Parent> = picked
        .into_iter()
        .filter(is_settled)
        .map(|item| Parent {
            id: item.from,
            name: item.to,
            why: ParentCause::Watched,
        })
        .collect();
    let named = named_by_var(server, file, channels, connection)?;
    if let Some(id) = named.filter(|id| watched.iter().all(|it| it.id != *id)) {
        watched.push(Parent {
            name: id.clone(),
            id,
            why: ParentCause::ByVariable,
        });
    }
    Ok(match watched.len() {
        0 if !is_any_picked => Parents::NoneWatched,
        0..=MOST => Parents::Each(watched),
        _ => Parents::TooMany,
    })
}

/// The channel that a variable names, as it was said before channels could be picked.
fn named_by_var(
    server: &Server,
    file: &ProviderFile,
    channels: &ChannelsSpec,
    connection: &Connection,
) -> Result<Option<String>, StoreError> {
    let configured = server.store.app(&file.id)?.map(|app| app.vars);
    let mut vars = file.vars_with(&configured.unwrap_or_default());
    vars.extend(connection.vars.clone());
    Ok(vars.remove(&channels.param).filter(|id| !id.is_empty()))
}

/// Whether what happens in the list of this thing is taken in: always, unless only what is watched is.
pub(crate) fn is_taken_in(
    server: &Server,
    connection: &Connection,
    entity: &str,
    parent: &str,
) -> Result<bool, StoreError> {
    let file = server.provider(&connection.provider);
    let listed = file.as_ref().and_then(|file| {
        let channels = file.channels.as_ref()?;
        let spec = file.list_of(entity)?;
        (spec.for_each.as_ref() == Some(&channels.entity)).then_some((file, channels))
    });
    let Some((file, channels)) = listed else {
        return Ok(true);
    };
    let picked = server.store.channels_of(&connection.id)?;
    let by_var = named_by_var(server, file, channels, connection)?;
    Ok(picked.iter().any(|it| it.from == parent) || by_var.as_deref() == Some(parent))
}

/// What the vendor no longer lists has no list.
fn all(server: &Server, connection: &Connection, entity: &str) -> Result<Parents, StoreError> {
    let prefix = format!("{}/{entity}/", connection.id);
    let (mut parents, mut scopes) = (Vec::new(), Scopes::default());
    for item in server.store.rows::<Synced>(prefix) {
        let item = item?;
        if scopes.state(&server.store, &item, clock_and_ids::now())? == ReferenceState::Gone {
            continue;
        }
        if parents.len() == MOST {
            return Ok(Parents::TooMany);
        }
        parents.push(Parent {
            id: item.external_id,
            name: item.label,
            why: ParentCause::Listed,
        });
    }
    Ok(Parents::Each(parents))
}

/// Pulls every list of the job; false when somebody said stop. What is wrong with one list keeps no other waiting.
pub(super) async fn pull(task: &Task<'_>, file: &ProviderFile) -> Result<bool, FetchError> {
    let connection = task.server.store.connection(&task.execution.connection)?;
    let parents = Parents::of(task.server, file, task.spec, &connection)?;
    let (server, execution) = (task.server, &task.execution.id);
    server
        .store
        .lists_asked(task.job, execution, &parents.lists())
        .await?;
    let parents = match parents {
        Parents::Own => return passes::to_the_end(task).await,
        Parents::NoneWatched => return Ok(true),
        Parents::TooMany => {
            let entity = task.spec.for_each.as_deref().unwrap_or_default();
            return Err(FetchError::SetUp(format!(
                "there are more than {MOST} of {entity}, and a list for each of so many is not pulled"
            )));
        }
        Parents::Each(parents) => in_turn(task, parents)?,
    };
    let (mut refused, all) = (Vec::new(), parents.len());
    for parent in &parents {
        let entity = &task.job.entity;
        if parent.why == ParentCause::Watched
            && !is_taken_in(task.server, &connection, entity, &parent.id)?
        {
            continue;
        }
        let one = Task {
            parent: Some(parent),
            ..*task
        };
        match passes::to_the_end(&one).await {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(trouble) if is_of_one_list(&trouble) => {
                server.store.list_refused(&one.list()).await?;
                refused.push(format!("{} ({}): {trouble}", parent.name, parent.id));
            }
            Err(trouble) => return Err(trouble),
        }
    }
    match refused.len() {
        0 => Ok(true),
        count => {
            refused.truncate(NAMED);
            Err(FetchError::SomeLists {
                count,
                all,
                which: refused.join("; "),
            })
        }
    }
}

/// Those first that have waited longest: an execution that ends early leaves out others than the one before.
fn in_turn(task: &Task<'_>, mut parents: Vec<Parent>) -> Result<Vec<Parent>, StoreError> {
    let known = states(task.server, task.job)?;
    parents.sort_by_key(|parent| known.get(&parent.id).and_then(|list| list.tried_at));
    Ok(parents)
}

pub(super) fn states(
    server: &Server,
    job: &SyncJob,
) -> Result<BTreeMap<String, ListState>, StoreError> {
    let lists = server.store.parent_lists(job)?.into_iter();
    Ok(lists.map(|it| (it.parent, it.list)).collect())
}

/// Whether it is wrong with one list, and says nothing of the others.
fn is_of_one_list(trouble: &FetchError) -> bool {
    match trouble {
        FetchError::Page(error) => match error {
            PageError::Refused { .. } | PageError::Malformed(_) => true,
            PageError::Unauthorized { .. }
            | PageError::RateLimited { .. }
            | PageError::Outage { .. }
            | PageError::Setup(_)
            | PageError::Http(_) => false,
        },
        FetchError::List(_) | FetchError::TooMuch { .. } => true,
        FetchError::Token(_)
        | FetchError::Store(_)
        | FetchError::SetUp(_)
        | FetchError::SomeLists { .. } => false,
    }
}
