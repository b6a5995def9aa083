//! What the names mean that requests carry.

use super::Server;
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::Run;
use crate::domain::display_text::clean;
use crate::domain::id::{ConnectionId, JobId, RunId, UserId};
use crate::domain::job::SyncJob;
use crate::domain::offboarding::FormerUser;
use crate::domain::user::{Owner, User};
use crate::store::StoreError;
use crate::wire::{Code, Problem};

/// How many connections an ambiguous name lists.
const LISTED: usize = 8;

/// Finds the one connection that `name` means: an id, a unique beginning of one, `provider`, or `provider/name`.
///
/// # Errors
/// When there is none, or several: then they are listed.
pub fn connection(server: &Server, name: &str) -> Result<Connection, Problem> {
    if let Ok(id) = name.parse() {
        return server.store.connection(&id).map_err(Problem::from);
    }
    let (found, total) = candidates(server, name)?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Problem::new(
            Code::NotFound,
            format!("there is no connection {name}"),
            "`tagout connections` lists them; name one by id, provider or provider/name",
        )),
        several => {
            let listed: Vec<String> = several
                .iter()
                .take(LISTED)
                .map(|c| format!("{}/{} ({})", c.provider, c.name, c.id))
                .collect();
            let several = match total {
                Some(total) => format!("{total} connections"),
                None => "several connections".to_owned(),
            };
            let more = if found.len() > LISTED { ", …" } else { "" };
            Err(Problem::new(
                Code::Usage,
                format!("{name} means {several}: {}{more}", listed.join(", ")),
                "name one of them as provider/name or by its id",
            ))
        }
    }
}

/// The connection that a list is asked about, when it is asked about one.
///
/// # Errors
/// As [`connection`].
pub fn of(server: &Server, name: Option<&str>) -> Result<Option<ConnectionId>, Problem> {
    name.map(|name| connection(server, name).map(|found| found.id))
        .transpose()
}

/// The connections that a name may mean, no more of them than are listed and one, and how many there are if that is
/// counted.
fn candidates(server: &Server, name: &str) -> Result<(Vec<Connection>, Option<u64>), StoreError> {
    let store = &server.store;
    if name.starts_with("con_") {
        let found = store.page(&name.to_ascii_lowercase(), None, LISTED + 1, false);
        return found.map(|found| (found, None));
    }
    let Some((provider, label)) = name.split_once('/') else {
        // A provider's name means the one that is in use, when older ones are out of service. What is given back, or was
        // replaced, is ended by itself, and nobody means it.
        let mut live = store.live_connections_of(name).peekable();
        let mut left = store.connections_left_by_swaps(name);
        let meant = match live.peek() {
            Some(_) => (live.next(), live.next()),
            // While none is in use, the one whose new account is still to come is meant.
            None => (left.next(), left.next()),
        };
        if let (Some(one), None) = meant {
            return Ok((vec![one?], None));
        }
        let all = store.connections_of(name);
        let meant = all.filter(|it| it.as_ref().map_or(true, |c| !c.is_given_back));
        let found: Vec<Connection> = meant.take(LISTED + 1).collect::<Result<_, _>>()?;
        let count = match found.len() > LISTED {
            true => store.known(name)?,
            false => found.len() as u64,
        };
        return Ok((found, Some(count)));
    };
    let found = store.connections_named(provider, label).take(LISTED + 1);
    Ok((found.collect::<Result<_, _>>()?, None))
}

/// The job that `name` means: an id, or a unique beginning of one.
///
/// # Errors
/// When there is none, or several: then they are listed.
pub fn job(server: &Server, name: &str) -> Result<SyncJob, Problem> {
    let id = match name.parse::<JobId>() {
        Ok(id) => id,
        Err(wrong) => {
            let begins = format!("job/{}", name.to_ascii_lowercase());
            let found = server.store.index_page(&begins, None, LISTED + 1, false)?;
            if found.len() > 1 && name.starts_with(JobId::PREFIX) {
                let ids = found.iter().filter_map(|(key, _)| key.strip_prefix("job/"));
                return Err(several(name, "jobs", ids));
            }
            let only = if let [(key, _)] = found.as_slice() {
                key.strip_prefix("job/")
            } else {
                None
            };
            let only = only
                .filter(|_| name.starts_with(JobId::PREFIX))
                .and_then(|id| id.parse().ok());
            only.ok_or_else(|| {
                Problem::new(
                    Code::NotFound,
                    wrong.to_string(),
                    "`tagout jobs` lists them",
                )
            })?
        }
    };
    server.store.job(&id).map_err(Problem::from)
}

/// The run that `name` means: an id, or a unique beginning of one.
///
/// # Errors
/// When there is none, or several.
pub fn run(server: &Server, name: &str) -> Result<Run, Problem> {
    if let Ok(id) = name.parse::<RunId>() {
        return server.store.run(&id).map_err(Problem::from);
    }
    let found = server
        .store
        .page::<Run>(&name.to_ascii_lowercase(), None, LISTED + 1, false)?;
    match <[Run; 1]>::try_from(found) {
        Ok([run]) if name.starts_with(RunId::PREFIX) => Ok(run),
        Ok(_) => Err(no_run(name)),
        Err(found) if found.len() > 1 && name.starts_with(RunId::PREFIX) => Err(several(
            name,
            "runs",
            found.iter().map(|run| run.id.as_str()),
        )),
        Err(_) => Err(no_run(name)),
    }
}

/// More than one begins so.
fn several<'a>(name: &str, what: &str, ids: impl Iterator<Item = &'a str>) -> Problem {
    let ids: Vec<&str> = ids.collect();
    let more = if ids.len() > LISTED { ", …" } else { "" };
    let listed: Vec<&str> = ids.into_iter().take(LISTED).collect();
    Problem::new(
        Code::Usage,
        format!("{name} means several {what}: {}{more}", listed.join(", ")),
        "write more of the id",
    )
}

fn no_run(name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no run {name}"),
        "`tagout runs` lists them",
    )
}

/// There is no provider of this id.
#[must_use]
pub fn no_provider(server: &Server, id: &str) -> Problem {
    let catalog = server.vendors.catalog();
    Problem::no_provider(id, catalog.alike(id))
}

impl Server {
    /// Whose a connection is, in words.
    pub(crate) fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Workspace => "workspace".to_owned(),
            Owner::Personal(id) => match self.store.get::<User>(id.as_str()) {
                Ok(Some(user)) => user.name,
                Ok(None) | Err(_) => match self.store.get::<FormerUser>(id.as_str()) {
                    Ok(Some(former)) => former.name,
                    Ok(None) | Err(_) => id.to_string(),
                },
            },
        }
    }

    /// Whom a name means as an owner: the workspace, a user, those who left under this name, or anybody's id.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] when nobody is or was called so.
    pub(crate) fn owners_called(&self, name: &str) -> Result<Vec<Owner>, Problem> {
        if name == "workspace" {
            return Ok(vec![Owner::Workspace]);
        }
        if let Ok(id) = name.parse::<UserId>() {
            return Ok(vec![Owner::Personal(id)]);
        }
        let users = self.store.users()?;
        let former = self.store.former_users()?;
        let all = users.into_iter().map(|user| (user.id, user.name));
        let all = all.chain(former.into_iter().map(|it| (it.id, it.name)));
        let called: Vec<Owner> = all
            .filter(|(_, called)| called == name)
            .map(|(id, _)| Owner::Personal(id))
            .collect();
        match called.is_empty() {
            false => Ok(called),
            true => Err(nobody(name)),
        }
    }
}

/// Nobody is called that.
#[must_use]
fn nobody(name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no user {}", clean(name)),
        "`tagout users` lists them; `workspace` means what is the organisation's",
    )
}
