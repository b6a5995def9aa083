//! What has to be connected before.

use crate::domain::connection::Status;
use crate::domain::provider::ProviderFile;
use crate::server::Server;
use crate::wire::{Code, Problem};

/// Refuses what needs another provider that nothing is connected to.
///
/// # Errors
/// With the provider that is to be connected first.
pub(in crate::server) fn missing_requirement(
    server: &Server,
    file: &ProviderFile,
) -> Result<(), Problem> {
    for needed in &file.requires {
        let mut all = server.store.connections_of(needed);
        let connected = all.find(|found| {
            found
                .as_ref()
                .map_or(true, |connection| connection.status == Status::Connected)
        });
        if connected.transpose()?.is_none() {
            let message = format!(
                "connecting {} failed: it needs {needed} to be connected first",
                file.name
            );
            return Err(Problem::new(
                Code::Failed,
                message,
                format!("tagout connect {needed}"),
            ));
        }
    }
    Ok(())
}
