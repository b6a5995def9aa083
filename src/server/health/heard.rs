//! What is heard of a connection beside the questions of its health.

use crate::domain::connection::Connection;
use crate::domain::health::{Said, Spoken};
use crate::server::{Server, mint};

/// Something else than a question was answered for a connection, or was not.
pub(in crate::server) fn hear(server: &Server, connection: &Connection, said: Said, why: &str) {
    let spoken = Spoken {
        at: mint::now(),
        said,
        took: None,
        headroom: None,
        why: why.to_owned(),
    };
    server.health.hear(connection, spoken);
}
