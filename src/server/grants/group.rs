//! Which providers share what was granted at one of them.

use crate::domain::provider::ProviderFile;
use crate::server::Server;

/// The provider, and those that share its grants.
#[must_use]
pub fn group_of(server: &Server, file: &ProviderFile) -> Vec<String> {
    let mut group = vec![file.id.clone()];
    if file.grant_group.is_some() {
        let entries = server.catalog_entries().into_iter();
        let others = entries.filter(|it| it.file.grant_group == file.grant_group);
        group.extend(
            others
                .map(|it| it.file.id.clone())
                .filter(|id| *id != file.id),
        );
    }
    group
}
