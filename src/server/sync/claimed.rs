//! What a job claims of all that it pulls, in one list or in several.

use std::collections::BTreeMap;

use super::parents::{NAMED, Parents, states};
use super::task::{Parent, ParentCause};
use crate::domain::connection::Connection;
use crate::domain::job::{Scope, SyncJob};
use crate::domain::sync::ListState;
use crate::server::Server;
use crate::store::StoreError;

/// What a job claims of all that it pulls.
pub(crate) struct Claimed {
    /// What is known of its lists, together.
    pub(crate) list: ListState,
    /// Where what it brought is counted.
    pub(crate) scope: Option<Scope>,
    /// It pulls nothing, because nothing is watched.
    pub(crate) is_idle: bool,
    /// What has a list that is refused: nothing is claimed of these.
    refused: Vec<Parent>,
    /// How many things have a list.
    all: usize,
    /// How many things are not called gone until a person says that they are, in all lists together.
    pub(crate) unaccepted: Option<u64>,
    /// One of the lists was found empty, and a second look settles it.
    pub(crate) looks_again: bool,
}

impl Claimed {
    /// What has a list that is refused, in words: `2 of 7 (general, random)`; none where no list is.
    pub(crate) fn refused(&self) -> Option<String> {
        let named = self.refused.iter().map(|it| it.name.as_str());
        let named: Vec<&str> = named.take(NAMED).collect();
        let more = match self.refused.len() - named.len() {
            0 => "",
            _ => ", …",
        };
        let (count, all) = (self.refused.len(), self.all);
        (count > 0).then(|| format!("{count} of {all} ({}{more})", named.join(", ")))
    }
}

/// What a job claims of all that it pulls.
pub(crate) fn claimed(
    server: &Server,
    job: &SyncJob,
    connection: &Connection,
) -> Result<Claimed, StoreError> {
    let file = server.provider(&connection.provider);
    let listed = file
        .as_ref()
        .and_then(|file| Some((file, file.list_of(&job.entity)?)));
    let parents = match listed {
        Some((file, spec)) => Parents::of(server, file, spec, connection)?,
        None => Parents::Own,
    };
    let each = match &parents {
        Parents::Own | Parents::NoneWatched | Parents::TooMany => &[][..],
        Parents::Each(each) => each,
    };
    let known = match each {
        [] => BTreeMap::new(),
        _ => states(server, job)?,
    };
    let of = |parent: &Parent| match parent.why {
        ParentCause::ByVariable => job.list.clone(),
        ParentCause::Watched | ParentCause::Listed => {
            known.get(&parent.id).cloned().unwrap_or_default()
        }
    };
    let lists = each.iter().map(|parent| (parent, of(parent)));
    let (refused, taken): (Vec<_>, Vec<_>) = lists.partition(|(_, list)| list.is_refused);
    let mut asked = parents.lists();
    // Where all are refused, what is known of them is all that is claimed.
    let claimed_of = match taken.is_empty() {
        true => &refused,
        false => {
            for (parent, _) in &refused {
                asked.remove(&parent.list());
            }
            &taken
        }
    };
    let is_idle = parents == Parents::NoneWatched;
    let lists: Vec<ListState> = match each {
        // Nothing is asked for, so that nothing of it is missing, and no pass would ever fill it.
        [] if is_idle => vec![ListState {
            gaps: Vec::new(),
            filling: Vec::new(),
            ..job.list.clone()
        }],
        [] => vec![job.list.clone()],
        _ => claimed_of.iter().map(|(_, list)| list.clone()).collect(),
    };
    let scopes = server.store.scopes_of(&job.connection)?.into_iter();
    let its = scopes.filter(|it| it.entity == job.entity && asked.contains(&it.parent));
    let waiting: Vec<u64> = lists.iter().filter_map(ListState::unaccepted).collect();
    Ok(Claimed {
        unaccepted: (!waiting.is_empty()).then(|| waiting.iter().sum()),
        looks_again: lists.iter().any(ListState::looks_again),
        list: ListState::together(&lists),
        scope: its.reduce(Scope::with),
        is_idle,
        all: each.len(),
        refused: refused
            .into_iter()
            .map(|(parent, _)| parent.clone())
            .collect(),
    })
}
