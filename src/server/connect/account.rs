//! Which connection an authorization is for, once it is known whose account it is.

use std::time::Duration;

use serde_json::{Map, Value};

use super::ConnectPurpose;
use super::flow::FlowContext;
use crate::domain::connection::{Account, Connection, Status};
use crate::domain::provider::ProviderFile;
use crate::providers::{CallContext, IdentityError, TokenSet};
use crate::server::vendor::VendorSession;
use crate::server::{Server, grants};
use crate::wire::{Code, Problem};

/// Between two questions about whose an account is.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// Whose it is, and the fields that the file keeps of the answer.
pub(super) type Named = (Account, Map<String, Value>);

/// Asks the vendor who this is, and for the fields that the file keeps of the answer. A file that does not say how leaves
/// it open.
pub(super) async fn whose(
    vendor: &VendorSession,
    context: &CallContext<'_>,
    server: &Server,
) -> Result<Named, Problem> {
    let asked = asked(server, context, None).await;
    asked.map_err(|error| not_told(vendor, &error.to_string()))
}

/// The same of what was issued. An answer that does not come, or is a refusal, may come the next time.
pub(super) async fn of_issued(
    flow: &FlowContext,
    set: &TokenSet,
    mut looks: u32,
) -> Result<Named, Problem> {
    let context = CallContext {
        fields: Some(&set.fields),
        ..CallContext::new(&flow.vendor.app, flow.vendor.endpoints()?)
    };
    let context = context.with_token(&set.first.access);
    loop {
        looks = looks.saturating_sub(1);
        let error = match asked(&flow.server, &context, Some(set)).await {
            Ok(named) => return Ok(named),
            Err(error) => error,
        };
        let may_pass = matches!(
            error,
            IdentityError::Http(_) | IdentityError::Refused { .. }
        );
        if !may_pass || looks == 0 || !flow.server.pause(BETWEEN_LOOKS).await {
            return Err(not_told(&flow.vendor, &set.hide(&error.to_string())));
        }
    }
}

async fn asked(
    server: &Server,
    context: &CallContext<'_>,
    tokens: Option<&TokenSet>,
) -> Result<Named, IdentityError> {
    match server.vendors.identify(context, tokens).await {
        Ok(known) => {
            let label = crate::domain::display_text::clean(&known.label);
            let id = known.id;
            Ok((Account { id, label }, known.fields))
        }
        Err(IdentityError::NotDescribed) => Ok(Named::default()),
        Err(error) => Err(error),
    }
}

fn not_told(vendor: &VendorSession, why: &str) -> Problem {
    let name = &vendor.file().name;
    Problem::new(
        Code::Failed,
        format!("asking {name} whose account this is failed: {why}"),
        "try again",
    )
}

/// The connection to write: the one that was named, one of the same account, or a new one. Its version is what
/// was found, and the write will insist on it.
pub(super) fn connection_for(
    server: &Server,
    purpose: &ConnectPurpose,
    account: &Account,
) -> Result<Option<Connection>, Problem> {
    if let Some(id) = &purpose.again {
        let connection = server.store.connection(id)?;
        return Ok(Some(connection));
    }
    let mut of_the_account = server
        .store
        .connections_named(&purpose.provider, &account.id)
        .filter(|found| {
            let may_be_it = |c: &Connection| c.owner == purpose.owner && !c.is_given_back;
            found.as_ref().map_or(true, may_be_it)
        });
    let named = |c: &Connection| purpose.name.as_ref().is_none_or(|name| *name == c.name);
    let is_it = |c: &Connection| {
        c.account.id == account.id
            && (!account.id.is_empty() || (c.status == Status::Revoked && named(c)))
    };
    let found = of_the_account.find(|found| found.as_ref().map_or(true, is_it));
    found.transpose().map_err(Problem::from)
}

/// Tokens that were issued for an account while it is being disconnected may die with that disconnect, or be missed by
/// it: they are given back.
pub(super) fn not_under_way(
    server: &Server,
    file: &ProviderFile,
    account: &Account,
) -> Result<(), Problem> {
    if account.id.is_empty() {
        return Ok(());
    }
    let group = grants::group_of(server, file);
    for found in server.store.connections_of_account(&group, &account.id) {
        let found = found?;
        // What is given back ends nothing of a newer grant: its wider calls are left out then.
        if found.status == Status::Disconnecting && !found.is_given_back {
            let name = &found.name;
            return Err(Problem::new(
                Code::Conflict,
                format!(
                    "connecting {} failed: {name} is the same account, and is being disconnected",
                    file.name
                ),
                "start again when that has ended; the new tokens were handed in for revocation, and the audit log has the answers",
            ));
        }
    }
    Ok(())
}

/// N4: another account than before is allowed after a warning. `otherwise` says what became of what was brought.
pub(super) fn may_be(
    before: Option<&Connection>,
    account: &Account,
    purpose: &ConnectPurpose,
    otherwise: &str,
) -> Result<(), Problem> {
    let is_other = |c: &&Connection| {
        !c.account.id.is_empty() && !account.id.is_empty() && c.account.id != account.id
    };
    let Some(before) = before
        .filter(is_other)
        .filter(|_| !purpose.accept_other_account)
    else {
        return Ok(());
    };
    let (was, is) = (before.account.shown(), account.shown());
    let problem = Problem::new(
        Code::Conflict,
        format!(
            "{} was authorized as {was}, and now as {is}. What is attributed to {was} would be shown under {is} from then on",
            before.name
        ),
        format!("use the same account, or repeat with --accept-other-account{otherwise}"),
    );
    Err(problem.with_accounts(before.account.clone(), account.clone()))
}

/// What became of tokens that were issued and not kept.
pub(super) const HANDED_IN: &str =
    "; the new tokens were handed in for revocation, and the audit log has the answers";
