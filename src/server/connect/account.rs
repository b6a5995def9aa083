//! Which connection an authorization is for, once it is known whose account it is.

use serde_json::{Map, Value};

use super::ConnectPurpose;
use crate::domain::connection::{Account, Connection, Status};
use crate::domain::provider::ProviderFile;
use crate::providers::{CallContext, IdentityError, TokenSet};
use crate::server::vendor::VendorSession;
use crate::server::{Server, grants};
use crate::wire::{Code, Problem};

/// Asks the vendor who this is, and for the fields that the file keeps of the answer. A file that does not say how leaves
/// it open.
pub(super) async fn whose(
    vendor: &VendorSession,
    context: &CallContext<'_>,
    server: &Server,
    tokens: Option<&TokenSet>,
) -> Result<(Account, Map<String, Value>), Problem> {
    match server.vendors.identify(context, tokens).await {
        Ok(account) => {
            let label = crate::domain::display_text::clean(&account.label);
            let id = account.id;
            Ok((Account { id, label }, account.fields))
        }
        Err(IdentityError::NotDescribed) => Ok(Default::default()),
        Err(error) => {
            let name = &vendor.file().name;
            let why = error.to_string();
            let why = tokens.map_or_else(|| why.clone(), |issued| issued.hide(&why));
            Err(Problem::new(
                Code::Failed,
                format!("asking {name} whose account this is failed: {why}"),
                "try again",
            ))
        }
    }
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

/// N4: another account than before is allowed after a warning.
pub(super) fn is_other(connection: Option<&Connection>, account: &Account) -> bool {
    connection.is_some_and(|c| {
        !c.account.id.is_empty() && !account.id.is_empty() && c.account.id != account.id
    })
}

/// The warning.
pub(super) fn other_account(before: &Connection, account: &Account) -> Problem {
    Problem::new(
        Code::Conflict,
        format!(
            "{} was authorized as {}, and now as {}. What is attributed to {} would be shown under {} from then on",
            before.name, before.account.label, account.label, before.account.label, account.label
        ),
        "sign in with the same account, or repeat with --accept-other-account; the new tokens were handed in for revocation, and the audit log has the answers",
    )
}
