//! What is heard of a connection beside the questions of its health.

use std::time::Duration;

use crate::domain::connection::Connection;
use crate::domain::health::{Said, Spoken};
use crate::server::{Server, mint};

/// Something else than a question was answered for a connection, or was not.
pub(in crate::server) fn hear(
    server: &Server,
    connection: &Connection,
    said: Said,
    (took, why): (Option<Duration>, &str),
) {
    let spoken = Spoken {
        at: mint::now(),
        said,
        took,
        headroom: None,
        why: why.to_owned(),
    };
    server.health.hear(connection, spoken);
}
