//! The origins to which a provider's requests go.

use std::collections::BTreeSet;

use url::Url;

use super::app::CallContext;

/// What stands for an id that is not known here: it is part of a path and decides about no host.
const SOME_ID: &str = "id";

impl CallContext<'_> {
    /// The origins (RFC 6454) that are sent the connection's tokens: where they are issued, refreshed, revoked, asked about
    /// and used. An address that lacks a value is not among them, for nothing can be sent there.
    #[must_use]
    pub fn origins(&self) -> BTreeSet<String> {
        let (file, endpoints) = (&self.app.file, self.endpoints);
        let known = [
            &endpoints.token,
            &endpoints.revoke,
            &endpoints.introspect,
            &endpoints.userinfo,
        ];
        let known = known.into_iter().flatten().cloned();
        let identity = file.auth.identity.as_ref().and_then(|it| it.url.clone());
        let templates = file
            .calls()
            .into_iter()
            .map(|call| call.url)
            .chain(file.probe.iter().map(|probe| probe.url.clone()))
            .chain(file.sync.iter().map(|list| list.url.clone()))
            .chain(identity);
        let known = known.filter_map(|url| Url::parse(&url).ok());
        let filled = templates.filter_map(|template| self.address(&template));
        known
            .chain(filled)
            .map(|url| url.origin().ascii_serialization())
            .collect()
    }

    fn address(&self, template: &str) -> Option<Url> {
        let mut names = self.names();
        names.account_id = names.account_id.or(Some(SOME_ID));
        names.installation_id = names.installation_id.or(Some(SOME_ID));
        let some_id = SOME_ID.into();
        names.token = names.token.or(Some(&some_id));
        names.fill_url(template).ok().map(|filled| filled.sent)
    }
}
