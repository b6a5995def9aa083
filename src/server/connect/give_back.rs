//! Tokens that are not kept are not left alive either: they are listed under a connection of their own, which is
//! disconnected at once. So their calls reach no further than a disconnect's may, what came of them is asked, and what
//! may live on stands under Exposure.

use super::flow::FlowContext;
use super::{account, persist};
use crate::domain::audit::authorizations::{TokenName, TokensGivenBack};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, Health, Status};
use crate::domain::flow::FlowKind;
use crate::domain::provider::RefreshKind;
use crate::providers::TokenSet;
use crate::server::tokens::seal::Issue;
use crate::server::vendor::sealed_away;
use crate::server::{clock_and_ids, disconnect, interrupted_disconnects, tokens};
use crate::store::facts::{DiscardedTokens, IssueIntent};
use crate::wire::Problem;

/// Ends what was issued by this intent; `why` it is not kept. What cannot be listed is in the log of the server.
pub(super) async fn give_back(flow: &FlowContext, intent: &IssueIntent, set: &TokenSet, why: &str) {
    let listed = match listed(flow, intent, set, why).await {
        Ok(listed) => listed,
        // The intent stands: the tokens are listed as issued and never seen.
        Err(problem) => return tracing::error!(%problem, "issued tokens could not be listed"),
    };
    if let Err(problem) = disconnected(flow, &listed, why).await {
        tracing::error!(%problem, connection = %listed.id, "issued tokens could not be given back");
    }
}

/// Writes them down, under a connection that is not in use.
async fn listed(
    flow: &FlowContext,
    intent: &IssueIntent,
    set: &TokenSet,
    why: &str,
) -> Result<Connection, Problem> {
    let (server, file) = (&flow.server, flow.vendor.file());
    // Whose they are, as far as the vendor says; wider calls are made only where that is known.
    let (account, _) = account::of_issued(flow, set, 1).await.unwrap_or_default();
    let mut connection = Connection {
        id: clock_and_ids::connection(),
        status: Status::ReconnectRequired,
        health: Health::Unknown,
        reason: "tokens that nobody keeps are to be ended: disconnect it".to_owned(),
        fields: set.fields.clone(),
        is_given_back: true,
        // Where a refresh replaces the token, the other tool has nothing left of the grant.
        is_borrowed: flow.kind == FlowKind::Adopt
            && (set.first.refresh.is_none() || file.auth.refresh != RefreshKind::Rotating),
        ..persist::fresh(server, &flow.purpose, None, account, file)
    };
    connection.name = format!("{}, given back", connection.name);
    let connection = persist::bound_to(&flow.vendor, connection);
    let mut credentials = Vec::new();
    for issued in set.all() {
        let issue = Issue::after(&[], &issued.label, intent.at);
        let sealed = tokens::seal::seal_issued(server, &connection, file, issued, issue);
        let sealed = sealed.map_err(|error| sealed_away(&error))?;
        credentials.extend(sealed.into_iter().map(|(row, _)| row));
    }
    let listed = TokensGivenBack::Listed {
        provider: flow.purpose.provider.clone(),
        name: connection.name.clone(),
        account: connection.account.clone(),
        tokens: credentials.iter().map(TokenName::of).collect(),
        why: why.to_owned(),
    };
    let event = Event::TokensGivenBack(listed, Box::new(None));
    let entry = flow
        .caller
        .entry(event, &connection.id, AuditOutcome::Warning);
    let new = DiscardedTokens {
        connection: connection.clone(),
        credentials,
        intent: intent.clone(),
    };
    let written = server.store.issued_for_nothing(new, entry).await;
    written?;
    Ok(connection)
}

async fn disconnected(flow: &FlowContext, listed: &Connection, why: &str) -> Result<(), Problem> {
    let server = &flow.server;
    let connection = server.store.connection(&listed.id)?;
    let note = format!("issued to an authorization that came to nothing: {why}");
    let new = interrupted_disconnects::prepared(server, &flow.caller, &connection, note).await?;
    let begun = disconnect::persist_runs(server, vec![new]).await;
    begun.map(drop).map_err(Problem::from)
}
