//! What disconnects would do, of connections that are named or chosen.

use std::collections::BTreeSet;

use crate::domain::connection::Connection;
use crate::domain::disconnect::plan::{OTHERS, Plan};
use crate::domain::filter::{FilterField, Searched};
use crate::domain::user::Owner;
use crate::domain::walkthrough::{TargetChoice, WalkTarget};
use crate::server::disconnect::planned::{PlanInput, Together};
use crate::server::resolve;
use crate::server::{Server, disconnect};
use crate::store::StoreError;
use crate::store::facts::CONNECTIONS;
use crate::wire::request::Window;
use crate::wire::rpc::PlanTerms;
use crate::wire::view::Page;
use crate::wire::{Code, Problem};

use super::{connections, lists, window};

/// Where the connections that are out of service stand in the list, behind all others.
const OUT: &str = "2/";

/// The plans of these, in this order.
///
/// # Errors
/// When a name means none, several, or what another one means; when the plans are more than one answer holds.
pub async fn named(
    server: &Server,
    names: &[String],
    terms: PlanTerms,
) -> Result<Vec<Plan>, Problem> {
    let (mut together, mut found) = (BTreeSet::new(), Vec::new());
    for name in names {
        let connection = resolve::connection(server, name)?;
        if !together.insert(connection.id.clone()) {
            let message = format!("{name} is named twice: it is {}", connection.id);
            return Err(Problem::new(Code::Usage, message, "name each once"));
        }
        found.push(connection);
    }
    together.extend(terms.with.iter().cloned());
    if let Some(id) = &terms.walkthrough {
        let targets = server.store.walkthrough_targets(id)?;
        let due = targets.into_iter().filter(WalkTarget::is_due);
        together.extend(due.map(|target| target.connection));
    }
    let goes = |c: &Connection| together.contains(&c.id);
    let mut has_room = window::room();
    let mut plans = Vec::new();
    for connection in &found {
        let plan = disconnect::plan::of(server, connection, planned(&terms, &goes));
        let plan = plan.await?;
        if !has_room(&plan) {
            return Err(Problem::new(
                Code::Usage,
                format!(
                    "the plans of {} connections are more than one answer holds",
                    names.len()
                ),
                "ask for fewer at a time",
            ));
        }
        plans.push(plan);
    }
    Ok(plans)
}

/// A part of the plans of everything in service that is chosen, in the order of the list.
///
/// # Errors
/// [`Code::NotFound`] when there is no such owner.
pub async fn chosen(
    server: &Server,
    choice: &TargetChoice,
    asked: &Window,
    terms: PlanTerms,
) -> Result<Page<Plan>, Problem> {
    let chosen = Chosen::of(server, choice)?;
    let goes = |c: &Connection| chosen.takes(c);
    let source = |after: Option<&str>, limit| chosen.page(server, after, limit);
    let searched = |c: &Connection| {
        Searched::of(vec![
            (FilterField::Connection, c.name.clone()),
            (FilterField::Provider, c.provider.clone()),
        ])
    };
    let found = window::rows(&forwards(asked), lists::CONNECTIONS, source, searched)?;
    let mut page = Page {
        rows: Vec::new(),
        keys: Vec::new(),
        more: found.more,
        total: connections::total(server)?,
    };
    let mut has_room = window::room();
    for (key, connection) in found.rows {
        let plan = disconnect::plan::of(server, &connection, planned(&terms, &goes));
        let plan = plan.await?;
        if !has_room(&plan) {
            page.more = true;
            break;
        }
        page.rows.push(plan);
        page.keys.push(key);
    }
    Ok(page)
}

fn planned<'a>(terms: &PlanTerms, together: Together<'a>) -> PlanInput<'a> {
    PlanInput {
        uninstall: terms.uninstall,
        wider: terms.wider,
        together,
        most: OTHERS,
    }
}

fn forwards(asked: &Window) -> Window {
    Window {
        reverse: false,
        ..asked.clone()
    }
}

/// What a choice asks of a connection.
struct Chosen<'a> {
    provider: Option<&'a str>,
    owners: Option<Vec<Owner>>,
}

impl<'a> Chosen<'a> {
    fn of(server: &Server, choice: &'a TargetChoice) -> Result<Self, Problem> {
        let (provider, owner) = match choice {
            TargetChoice::Matching { provider, owner } => (provider.as_deref(), owner.as_deref()),
            TargetChoice::All => (None, None),
            TargetChoice::Named => {
                return Err(Problem::new(
                    Code::Usage,
                    "what is named one by one is no choice",
                    "name a provider, an owner, or everything",
                ));
            }
        };
        let owners = owner.map(|name| server.owners_called(name)).transpose()?;
        Ok(Self { provider, owners })
    }

    fn takes(&self, c: &Connection) -> bool {
        c.status.in_service()
            && self.provider.is_none_or(|provider| provider == c.provider)
            && self
                .owners
                .as_ref()
                .is_none_or(|all| all.contains(&c.owner))
    }

    /// The next ones behind a place in the list.
    fn page(
        &self,
        server: &Server,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Connection)>, StoreError> {
        let out = format!("{CONNECTIONS}{OUT}");
        let (mut found, mut after) = (Vec::new(), after.map(str::to_owned));
        while found.len() < limit {
            let store = &server.store;
            let rows = store.index_page(CONNECTIONS, after.as_deref(), limit, false)?;
            let mut is_last = rows.len() < limit;
            for (key, id) in rows {
                is_last |= key.starts_with(&out);
                after = Some(key.clone());
                if is_last && key.starts_with(&out) {
                    break;
                }
                let connection = store.get::<Connection>(&id)?;
                found.extend(connection.filter(|c| self.takes(c)).map(|c| (key, c)));
            }
            if is_last {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}
