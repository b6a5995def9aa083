//! What is heard of a connection beside the questions of its health.

use crate::domain::connection::Connection;
use crate::domain::health::{AnswerMeaning, HealthSignal};
use crate::server::{Server, clock_and_ids};

/// Something else than a question was answered for a connection, or was not.
pub(in crate::server) fn hear(
    server: &Server,
    connection: &Connection,
    said: AnswerMeaning,
    why: &str,
) {
    let spoken = HealthSignal {
        at: clock_and_ids::now(),
        said,
        took: None,
        headroom: None,
        why: why.to_owned(),
    };
    server.health.hear(connection, spoken);
}
