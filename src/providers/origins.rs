//! The origins to which a provider's requests go.

use std::collections::BTreeSet;

use url::Url;

use super::app::CallContext;

/// What stands for an id that is not known here: it is part of a path and decides about no host.
const SOME_ID: &str = "id";

impl CallContext<'_> {
    /// The origins (RFC 6454) that are sent the connection's tokens, or our secrets for them: where they are issued, refreshed,
    /// revoked, asked about and used. An address that lacks a value is not among them, for nothing can be sent there.
    #[must_use]
    pub fn origins(&self) -> BTreeSet<String> {
        let (file, endpoints) = (&self.app.file, self.endpoints);
        let known = [
            &endpoints.token,
            &endpoints.refresh,
            &endpoints.device,
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
            .chain(file.installed.iter().map(|probe| probe.url.clone()))
            .chain(file.control.iter().map(|control| control.url.clone()))
            .chain(file.auth.mint.clone())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use crate::domain::provider::Endpoints;
    use crate::providers::{App, CallContext, parse};

    /// Each address of the file at a host of its own.
    const FILE: &str = r#"
id = "spread"
name = "Spread"
category = "other"
[vars]
mine = "https://configured.example"
[auth]
kind = "oauth2"
authorize = "https://authorize.example/a"
token = "https://token.example/t"
refresh_url = "https://refresh.example/t"
revoke = "https://revoke.example/r"
introspect = "https://introspect.example/i"
userinfo = "https://userinfo.example/u"
device = "https://device.example/d"
client_auth = "body"
identity = { url = "https://identity.example/me", id = "/id" }
[[disconnect]]
dialect = "rfc7009"
[[disconnect]]
kind = "revoke"
method = "DELETE"
url = "{mine}/grants/{account_id}"
auth = "bearer"
token = "access"
[probe]
url = "https://probe.example/me"
[control]
url = "https://control.example/app"
auth = "basic"
[[sync]]
entity = "thing"
url = "https://list.example/{account_id}/things"
items = "/items"
id = "/id"
"#;

    #[test]
    fn every_address_that_a_token_or_our_secret_is_sent_to_is_among_them() {
        let file = parse(FILE, "spread.toml").unwrap();
        let app = App::new(Arc::new(file), &BTreeMap::new());
        let auth = &app.file.auth;
        let endpoints = Endpoints {
            token: auth.token.clone(),
            refresh: auth.refresh_url.clone(),
            revoke: auth.revoke.clone(),
            introspect: auth.introspect.clone(),
            userinfo: auth.userinfo.clone(),
            device: auth.device.clone(),
            ..Endpoints::default()
        };
        let found = CallContext::new(&app, &endpoints).origins();
        for host in [
            "token",
            "refresh",
            "revoke",
            "introspect",
            "userinfo",
            "device",
            "identity",
            "configured",
            "probe",
            "control",
            "list",
        ] {
            let origin = format!("https://{host}.example");
            assert!(found.contains(&origin), "{origin} is not in {found:?}");
        }
        // A browser goes there, with neither.
        assert!(!found.contains("https://authorize.example"));
    }
}
