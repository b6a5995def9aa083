//! What stands for tokens that are there to be ended, and is connected by nobody.

use crate::domain::connection::Connection;
use crate::server::Server;
use crate::wire::{Code, Problem};

/// Refuses what stands for tokens that are there to be ended alone: it can be disconnected, and nothing else.
///
/// # Errors
/// With the connection whose tokens they were, as far as there is one.
pub(in crate::server) fn is_not_to_be_ended(
    server: &Server,
    connection: &Connection,
) -> Result<(), Problem> {
    if !connection.is_given_back {
        return Ok(());
    }
    let name = &connection.name;
    let (message, hint) = match &connection.replaced_of {
        Some(of) => {
            let of = server.store.connection(of)?;
            let message = format!(
                "{name} stands for earlier tokens of {}, which are being ended",
                of.name
            );
            (message, format!("name {} by its id: {}", of.name, of.id))
        }
        None => (
            format!("{name} stands for tokens that nobody keeps, which are being ended"),
            format!("tagout connect {}", connection.provider),
        ),
    };
    Err(Problem::new(Code::Conflict, message, hint))
}
