//! What people declare to depend on providers.

use crate::domain::audit::providers::DependentChanged;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::dependent::Declared;
use crate::domain::display_text::clean;
use crate::domain::id::DependentId;
use crate::server::caller::Caller;
use crate::server::queries::dependents::row;
use crate::server::{Server, clock_and_ids, resolve};
use crate::wire::{Code, Problem, Topic, rpc, view};

/// What is said of one of which nobody said what happens to it.
const EFFECT: &str = "may be affected";

/// Declares one.
///
/// # Errors
/// When there is no such provider, it has no name, or it is declared already.
pub async fn add(
    server: &Server,
    caller: &Caller,
    asked: rpc::DependentAdd,
) -> Result<view::DependentRow, Problem> {
    let provider = asked.provider;
    if server.provider(&provider).is_none() {
        return Err(resolve::no_provider(server, &provider));
    }
    let (feature, effect) = (clean(&asked.feature), clean(&asked.effect));
    if feature.is_empty() {
        return Err(Problem::new(
            Code::Usage,
            format!("what depends on {provider} has no name"),
            "say what people call it",
        ));
    }
    let declared = Declared {
        id: clock_and_ids::dependent(),
        provider,
        feature,
        effect: match effect.is_empty() {
            true => EFFECT.to_owned(),
            false => effect,
        },
    };
    let event = Event::DependentAdded(changed(&declared));
    let entry = caller.entry(event, &declared.provider, AuditOutcome::Done);
    server.store.add_dependent(&declared, entry).await?;
    tell(server);
    Ok(row(declared))
}

/// Takes one back.
pub async fn remove(server: &Server, caller: &Caller, id: &DependentId) -> Result<(), Problem> {
    let declared = server.store.dependent(id)?;
    let event = Event::DependentRemoved(changed(&declared));
    let entry = caller.entry(event, &declared.provider, AuditOutcome::Done);
    server.store.remove_dependent(&declared, entry).await?;
    tell(server);
    Ok(())
}

fn changed(declared: &Declared) -> DependentChanged {
    DependentChanged {
        provider: declared.provider.clone(),
        feature: declared.feature.clone(),
        effect: declared.effect.clone(),
    }
}

fn tell(server: &Server) {
    server
        .hub
        .tell([Topic::Providers, Topic::Connections, Topic::Audit]);
}
