//! What disconnects would do, of connections that are named or chosen.

use std::collections::BTreeSet;
use std::sync::Arc;

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

use super::window::{Asked, Place};
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
    server: &Arc<Server>,
    choice: &TargetChoice,
    asked: Asked<'_>,
    terms: PlanTerms,
) -> Result<Page<Plan>, Problem> {
    let chosen = Arc::new(Chosen::of(server, choice)?);
    let (those, house) = (Arc::clone(&chosen), Arc::clone(server));
    let source = move |after: Option<&str>, limit| those.page(&house, after, limit);
    let goes = |c: &Connection| chosen.takes(c);
    let searched = |c: &Connection| {
        Searched::of(vec![
            (FilterField::Connection, c.name.clone()),
            (FilterField::Provider, c.provider.clone()),
        ])
    };
    let found = window::rows(asked, lists::CONNECTIONS, source, searched).await?;
    let mut page = Page {
        rows: Vec::new(),
        keys: Vec::new(),
        more: found.more,
        total: connections::total(server)?,
        partial: found.partial,
        searched_to: found.searched_to,
    };
    let mut has_room = window::room();
    for (key, connection) in found.rows {
        let plan = disconnect::plan::of(server, &connection, planned(&terms, &goes));
        let plan = plan.await?;
        if !has_room(&plan) {
            window::line_is_full(&mut page);
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

/// Plans are read from the first on.
#[must_use]
pub fn forwards(asked: Window) -> Window {
    Window {
        reverse: false,
        ..asked
    }
}

/// What a choice asks of a connection.
struct Chosen {
    provider: Option<String>,
    owners: Option<Vec<Owner>>,
}

impl Chosen {
    fn of(server: &Server, choice: &TargetChoice) -> Result<Self, Problem> {
        let (provider, owner) = match choice {
            TargetChoice::Matching { provider, owner } => (provider.clone(), owner.as_deref()),
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
            && self.provider.as_ref().is_none_or(|it| *it == c.provider)
            && self
                .owners
                .as_ref()
                .is_none_or(|all| all.contains(&c.owner))
    }

    /// The next places of the list, and what is chosen of them.
    fn page(
        &self,
        server: &Server,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Place<Connection>>, StoreError> {
        let out = format!("{CONNECTIONS}{OUT}");
        let store = &server.store;
        let rows = store.index_page(CONNECTIONS, after, limit, false)?;
        let in_service = rows
            .into_iter()
            .take_while(|(key, _)| !key.starts_with(&out));
        let place = |(key, id): (String, String)| {
            let connection = store.get::<Connection>(&id)?;
            Ok((key, connection.filter(|c| self.takes(c))))
        };
        in_service.map(place).collect()
    }
}
