//! That a token ends soon, which nothing renews by itself, is written down once at each of the days that it is spoken of:
//! whoever does not look at the connection finds it in the record, or is sent it with the record.

use crate::domain::audit::tokens::TokenEndsSoon;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::credential::Credential;
use crate::domain::health;
use crate::server::caller::server_entry;
use crate::server::{Server, clock_and_ids};
use crate::store::facts::EndSaid;
use crate::wire::Topic;

/// Takes down what is not written of these tokens yet.
pub(super) fn note(server: &Server, credentials: &[Credential]) {
    let unsaid = health::unsaid(credentials, clock_and_ids::now());
    for (credential, ending) in unsaid {
        let event = Event::TokenEndsSoon(TokenEndsSoon {
            credential: credential.id.clone(),
            kind: ending.kind,
            fingerprint: credential.fingerprint.clone(),
            expires_at: ending.at,
            within_days: ending.within_days,
        });
        server.health.note_end(EndSaid {
            connection: credential.connection.clone(),
            credential: credential.id.clone(),
            within_days: ending.within_days,
            entry: server_entry(event, &credential.connection, AuditOutcome::Done),
        });
    }
}

/// Writes it, in one commit for all. What cannot be written is found again when its connection is next looked at.
pub(super) async fn write(server: &Server) {
    let said = server.health.take_ends();
    if said.is_empty() {
        return;
    }
    match server.store.ends_said(said).await {
        Ok(()) => server.hub.tell([Topic::Audit]),
        Err(error) => tracing::warn!(%error, "that tokens end soon could not be written"),
    }
}
