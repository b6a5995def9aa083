//! Putting a connection into service: an authorization in the browser or by paste, or a key.
//!
//! A flow lasts ten minutes. That it is open is on the disk, and what its code is exchanged with lives in memory alone:
//! a flow dies with the server. From the exchange on an intent is on the disk.

mod account;
mod adopt;
mod brought;
mod callback;
mod cancel;
mod code;
mod device;
mod finish;
mod flow;
mod flows;
mod give_back;
mod handlers;
mod install;
mod jobs;
mod key;
mod known_secret;
mod listeners;
mod not_exchanged;
mod open_flow;
mod open_flows;
mod persist;
mod replaced;
pub(in crate::server) mod requirements;
pub(in crate::server) mod to_be_ended;
pub mod wait_for_flows;

use std::sync::Arc;

use super::caller::Caller;
use super::vendor::VendorSession;
use super::{Server, clock_and_ids, holds};
use crate::domain::connection::{Connection, Status};
use crate::domain::id::{ConnectionId, FlowId, RunId};
use crate::domain::provider::{AuthKind, OwnerScope, ProviderFile, RefreshKind};
use crate::domain::user::Owner;
use crate::server::resolve;
use crate::wire::need::Authorized;
use crate::wire::request::{FlowKind, Secret};
use crate::wire::rpc::{self, Connect};
use crate::wire::{Code, Problem, view};

use brought::Brought;
pub(crate) use callback::came;
pub use cancel::{cancel, end_unentitled, recover};
pub use flows::Flows;
pub use listeners::Callbacks;
pub use open_flows::{Links, open, open_of};
use requirements::{missing_registration, missing_requirement};
use to_be_ended::is_not_to_be_ended;

/// What is being connected: decided before anybody is sent to the vendor.
#[derive(Debug, Clone)]
pub struct ConnectPurpose {
    /// The catalog's id.
    pub provider: String,
    /// Whose it will be.
    pub owner: Owner,
    /// The connection that is authorized again, when one was named.
    pub again: Option<ConnectionId>,
    /// Under which id a new connection will stand.
    pub fresh: ConnectionId,
    /// What to call it.
    pub name: Option<String>,
    /// Enable the jobs at once.
    pub enable_jobs: bool,
    /// Pull the events of the gap too.
    pub fill_gap: bool,
    /// The swap whose second half this is, by its run.
    pub swap: Option<RunId>,
    /// Another account than before is meant.
    pub accept_other_account: bool,
}

/// Whose the connection will be, and what the record calls it: all that the gate wants to know of a request, whose
/// name is from here on the id that was decided about.
///
/// # Errors
/// When there is no such provider or connection.
pub fn whose(
    server: &Server,
    caller: &Caller,
    asked: Authorized<'_>,
) -> Result<(Owner, String), Problem> {
    let entry = server.catalog_entry(asked.provider);
    let file = entry
        .ok_or_else(|| resolve::no_provider(server, asked.provider))?
        .file;
    let again = asked
        .connection
        .as_deref()
        .map(|name| resolve::connection(server, name))
        .transpose()?;
    let target = again
        .as_ref()
        .map_or_else(|| file.id.clone(), |connection| connection.id.to_string());
    // What is asked for wrongly is asked of the workspace: whoever may not manage that is refused, and it is in the record.
    let owner = match again {
        None if is_the_organisations(&file) => Owner::Workspace,
        _ => owner(caller, asked.scope, &file, again.as_ref())?,
    };
    *asked.connection = again.map(|connection| connection.id.to_string());
    Ok((owner, target))
}

/// Begins an authorization, or connects with a key.
///
/// # Errors
/// When there is no such provider or connection, or nothing is registered.
pub async fn start_authorization(
    server: &Arc<Server>,
    caller: &Caller,
    asked: Connect,
) -> Result<view::Flow, Problem> {
    let (file, purpose) = prepared(server, caller, &asked)?;
    match (file.auth.kind, asked.api_key) {
        (AuthKind::ApiKey, Some(key)) => {
            let (ours, by) = (Arc::clone(server), caller.clone());
            to_its_end(server, async move {
                key::connect(&ours, &by, purpose, &file, key).await
            })
            .await
        }
        (AuthKind::ApiKey, None) => Err(Problem::new(
            Code::Usage,
            format!("{} is connected with a key", file.name),
            format!("tagout connect {} --api-key-file FILE", file.id),
        )),
        (AuthKind::Oauth2, Some(_)) => Err(Problem::new(
            Code::Usage,
            format!(
                "{} is connected by authorization, not with a key",
                file.name
            ),
            format!("tagout connect {}", file.id),
        )),
        (AuthKind::Oauth2, None) if asked.flow == FlowKind::Adopt => Err(Problem::new(
            Code::Usage,
            "taking a grant over needs its refresh token".to_owned(),
            format!("tagout adopt {} --refresh-token-file FILE", file.id),
        )),
        (AuthKind::Oauth2, None) => {
            oauth(server, caller, purpose, &file, Means::Person(asked.flow)).await
        }
        (AuthKind::AppInstall, _) => {
            let (ours, by) = (Arc::clone(server), caller.clone());
            to_its_end(server, async move {
                install::connect(&ours, &by, purpose, &file, asked.installation).await
            })
            .await
        }
    }
}

/// Takes over a grant that another tool was given.
///
/// # Errors
/// When there is no such provider or connection, nothing is registered, or nothing is refreshed there.
pub async fn adopt(
    server: &Arc<Server>,
    caller: &Caller,
    asked: rpc::Adopt,
) -> Result<view::Flow, Problem> {
    let (file, purpose) = prepared(server, caller, &asked.connect)?;
    if file.auth.kind != AuthKind::Oauth2 || file.auth.refresh == RefreshKind::None {
        return Err(Problem::new(
            Code::Usage,
            format!("{} issues no refresh tokens", file.name),
            format!("tagout connect {}", file.id),
        ));
    }
    let brought = Brought::of(asked)?;
    oauth(server, caller, purpose, &file, Means::Brought(brought)).await
}

/// What is to be connected, where it may be at all.
fn prepared(
    server: &Server,
    caller: &Caller,
    asked: &Connect,
) -> Result<(Arc<ProviderFile>, ConnectPurpose), Problem> {
    let entry = server
        .catalog_entry(&asked.provider)
        .ok_or_else(|| resolve::no_provider(server, &asked.provider))?;
    let file = entry.file;
    let again = asked
        .connection
        .as_deref()
        .map(|name| resolve::connection(server, name))
        .transpose()?;
    if let Some(again) = &again {
        is_not_to_be_ended(server, again)?;
    }
    let purpose = purpose(caller, asked, &file, again.as_ref())?;
    missing_requirement(server, &file)?;
    if let Some(tag) = server.store.tag(&file.id)? {
        let message = format!("connecting {} failed: {}", file.name, tag.sentence());
        return Err(Problem::new(Code::Conflict, message, tag.way_off()));
    }
    Ok((file, purpose))
}

/// How a grant is had.
enum Means {
    /// A person authorizes it.
    Person(FlowKind),
    /// Another tool was given it before.
    Brought(Brought),
}

/// What is tried at a vendor is kept, or said to have failed, also where whoever asked for it has gone.
async fn to_its_end(
    server: &Server,
    tried: impl Future<Output = Result<view::Flow, Problem>> + Send + 'static,
) -> Result<view::Flow, Problem> {
    let ended = server.tasks.spawn(tried).await;
    ended.unwrap_or_else(|error| {
        let hint = "look at the server's log, and try again";
        Err(Problem::new(
            Code::Failed,
            format!("connecting failed: {error}"),
            hint,
        ))
    })
}

async fn oauth(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: ConnectPurpose,
    file: &ProviderFile,
    means: Means,
) -> Result<view::Flow, Problem> {
    let store = &server.store;
    let again = purpose.again.as_ref().map(|id| store.connection(id));
    let again = again.transpose()?;
    let vendor = match &again {
        Some(connection) => VendorSession::of_connection(server, connection).await?,
        None => VendorSession::of(server, &file.id).await?,
    };
    missing_registration(&vendor.app)?;
    let (kind, brought) = match means {
        Means::Person(kind) => (way(&vendor, kind)?, None),
        Means::Brought(brought) => (FlowKind::Adopt, Some(brought)),
    };
    // Before a newer grant can exist, what is held of an older one is ended if that can be done.
    // One that exists already would end with them.
    let holds = match brought {
        Some(_) => Vec::new(),
        None => holds::finish_first(server, caller, file).await?,
    };
    let scopes = file.scopes(vendor.endpoints()?);
    let row = open_flow::record_open_flow(server, caller, &purpose, kind, scopes).await?;
    // Whoever means another account is not led back to the one before.
    let sign_in_as = again
        .as_ref()
        .filter(|_| !purpose.accept_other_account)
        .map(|c| c.account.label.clone())
        .filter(|label| !label.is_empty());
    let waits = again.is_some_and(|c| c.status == Status::Disconnecting);
    let begins = flow::FlowStart {
        flow: row,
        sign_in_as,
        waits,
        holds,
        brought,
    };
    flow::start(server, caller, purpose, vendor, begins).await
}

/// How it is done at this provider.
fn way(vendor: &VendorSession, asked: FlowKind) -> Result<FlowKind, Problem> {
    let has_device = vendor.endpoints()?.device.is_some();
    match asked {
        FlowKind::Remote if has_device => Ok(FlowKind::Device),
        FlowKind::Remote => Ok(FlowKind::Paste),
        FlowKind::Device if !has_device => Err(Problem::new(
            Code::Usage,
            format!("{} has no device authorization", vendor.file().name),
            "use --flow browser or --flow paste",
        )),
        chosen => Ok(chosen),
    }
}

/// The redirected URL, or a bare code, of a flow. One that comes after somebody ended the flow is not exchanged.
///
/// # Errors
/// When there is no such flow of this caller, or it is not waiting for one.
pub async fn paste(
    server: &Arc<Server>,
    caller: &Caller,
    id: &FlowId,
    text: &Secret,
) -> Result<view::Flow, Problem> {
    let delivered = server.flows.deliver(caller, id, text.0.as_str());
    if delivered.is_err()
        && let Ok(Some(row)) = server.store.flow(id)
        && row.ended_by().is_some()
    {
        // Once is an entry; again is the same code.
        if row.state_digest.is_some() {
            cancel::not_exchanged(server, &row).await;
        }
        return Err(cancel::how(server, id));
    }
    delivered
}

fn purpose(
    caller: &Caller,
    asked: &Connect,
    file: &ProviderFile,
    again: Option<&Connection>,
) -> Result<ConnectPurpose, Problem> {
    if let Some(connection) = again
        && connection.provider != file.id
    {
        let message = format!(
            "{} is a connection of {}, not of {}",
            connection.name, connection.provider, file.id
        );
        return Err(Problem::new(
            Code::Usage,
            message,
            "name the connection alone",
        ));
    }
    Ok(ConnectPurpose {
        provider: file.id.clone(),
        owner: owner(caller, asked.scope, file, again)?,
        again: again.map(|connection| connection.id.clone()),
        fresh: clock_and_ids::connection(),
        name: asked.name.clone(),
        enable_jobs: asked.enable_jobs,
        fill_gap: asked.fill_gap,
        swap: asked.swap.clone(),
        accept_other_account: asked.accept_other_account,
    })
}

/// An installation acts for a whole account there, and a key of a workspace's provider for the workspace: nobody consents to
/// either as a person.
fn is_the_organisations(file: &ProviderFile) -> bool {
    match file.auth.kind {
        AuthKind::AppInstall => true,
        AuthKind::ApiKey => file.scope == OwnerScope::Workspace,
        AuthKind::Oauth2 => false,
    }
}

/// Whose the connection will be. One that is authorized again stays whose it is.
fn owner(
    caller: &Caller,
    scope: Option<OwnerScope>,
    file: &ProviderFile,
    again: Option<&Connection>,
) -> Result<Owner, Problem> {
    let personal = scope.unwrap_or(file.scope) == OwnerScope::Personal;
    if personal && again.is_none() && is_the_organisations(file) {
        return Err(Problem::new(
            Code::Usage,
            format!(
                "{} belongs to the organisation, and not to a person",
                file.name
            ),
            "leave out --scope personal",
        ));
    }
    Ok(match again {
        Some(connection) => connection.owner.clone(),
        None if personal => Owner::Personal(caller.actor.user.id.clone()),
        None => Owner::Workspace,
    })
}
