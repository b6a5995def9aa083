//! What types cannot say about a provider file.

use std::collections::BTreeSet;

use super::FileProblem;
use super::check_answers::check_token_answers;
use super::check_channels::{check_channels, check_dependents};
use super::check_lists::check_sync;
use super::check_proof::{check_control, check_flow_params, check_limited, check_words};
use super::check_requests::{check_call, check_call_auth, check_headers, check_probe};
use super::check_values::{UrlPurpose, Where, check_pointer, check_template, check_url};
use super::check_webhook::check_webhook;
use crate::domain::provider::{
    Auth, AuthKind, Identity, ProveRefresh, ProviderFile, RefreshKind, RefusalWords,
};
use crate::providers::template;

/// Checks a file that has the right shape.
pub(super) fn check(file: &ProviderFile) -> Result<(), FileProblem> {
    check_id(&file.id)?;
    if file.name.trim().is_empty() {
        return Err(FileProblem::new(
            "name",
            "is empty; expected what the vendor is called",
        ));
    }
    if let Some(url) = &file.register_url {
        check_url(file, "register_url", url, Where::Var, UrlPurpose::Web)?;
    }
    check_vars(file)?;
    for (at, pattern) in file.hosts.iter().enumerate() {
        check_host_pattern(&format!("hosts[{at}]"), pattern)?;
    }
    check_auth(file)?;
    for (at, call) in file.disconnect.iter().enumerate() {
        check_call(file, &format!("disconnect[{at}]"), call)?;
    }
    if let Some(probe) = &file.probe {
        check_probe(file, "probe", probe)?;
    }
    if let Some(installed) = &file.installed {
        check_probe(file, "installed", installed)?;
    }
    if let Some(control) = &file.control {
        check_control(file, control)?;
    }
    check_limited("limited", &file.limited)?;
    for (at, manual) in file.manual.iter().enumerate() {
        check_template(
            file,
            &format!("manual[{at}].text"),
            &manual.text,
            Where::ManualText,
        )?;
        if let Some(url) = &manual.url {
            check_url(
                file,
                &format!("manual[{at}].url"),
                url,
                Where::ManualUrl,
                UrlPurpose::Web,
            )?;
        }
    }
    if let Some(webhook) = &file.webhook {
        check_webhook(file, webhook)?;
    }
    if let Some(channels) = &file.channels {
        check_channels(file, channels)?;
    }
    check_dependents(file)?;
    let mut entities = BTreeSet::new();
    for (at, sync) in file.sync.iter().enumerate() {
        check_sync(file, &format!("sync[{at}]"), sync)?;
        if !entities.insert(&sync.entity) {
            return Err(FileProblem::new(
                format!("sync[{at}].entity"),
                format!("{:?} stands twice", sync.entity),
            ));
        }
    }
    Ok(())
}

fn check_id(id: &str) -> Result<(), FileProblem> {
    let fits = id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if fits {
        return Ok(());
    }
    Err(FileProblem::new(
        "id",
        format!("{id:?}; expected lower-case letters, digits, - and _, a letter first"),
    ))
}

fn check_vars(file: &ProviderFile) -> Result<(), FileProblem> {
    for (name, value) in &file.vars {
        let field = format!("vars.{name}");
        if !template::is_name(name) || template::RESERVED.contains(&name.as_str()) {
            return Err(FileProblem::new(
                field,
                format!(
                    "cannot be a var's name; expected a-z, 0-9 and _, and none of {}",
                    template::RESERVED.join(", ")
                ),
            ));
        }
        if value.contains("://") {
            check_url(file, &field, value, Where::Var, UrlPurpose::Api)?;
        } else if value.contains(['{', '}']) {
            return Err(FileProblem::new(
                field,
                "holds braces; expected a plain value",
            ));
        }
    }
    Ok(())
}

fn check_host_pattern(field: &str, pattern: &str) -> Result<(), FileProblem> {
    let domain = pattern.strip_prefix("*.").unwrap_or(pattern);
    let labels_fit = domain.split('.').all(|label| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    });
    // `*.com` would let a token response send the next token anywhere.
    if labels_fit && (domain.contains('.') || pattern == domain) {
        return Ok(());
    }
    Err(FileProblem::new(
        field,
        format!("{pattern:?}; expected a host name, or *.domain with at least two labels"),
    ))
}

fn check_auth(file: &ProviderFile) -> Result<(), FileProblem> {
    let auth = &file.auth;
    match auth.kind {
        AuthKind::Oauth2 => check_oauth(auth)?,
        AuthKind::ApiKey => check_api_key(auth)?,
        AuthKind::AppInstall => check_app_install(file)?,
    }
    let endpoints = [
        ("issuer", &auth.issuer),
        ("authorize", &auth.authorize),
        ("token", &auth.token),
        ("refresh_url", &auth.refresh_url),
        ("device", &auth.device),
        ("introspect", &auth.introspect),
        ("revoke", &auth.revoke),
        ("userinfo", &auth.userinfo),
    ];
    for (name, url) in endpoints {
        if let Some(url) = url {
            check_url(
                file,
                &format!("auth.{name}"),
                url,
                Where::Endpoint,
                UrlPurpose::Api,
            )?;
        }
    }
    check_flow_params(file)?;
    let words = RefusalWords {
        revoked: &auth.revoked,
        expired: &auth.expired,
        suspended: &auth.suspended,
    };
    check_words("auth", &words)?;
    check_token_answers(file)?;
    for (name, value) in &auth.params {
        check_template(file, &format!("auth.params.{name}"), value, Where::Endpoint)?;
    }
    for (name, value) in &auth.token_params {
        check_template(
            file,
            &format!("auth.token_params.{name}"),
            value,
            Where::Endpoint,
        )?;
    }
    auth.identity
        .as_ref()
        .map_or(Ok(()), |identity| check_identity(file, identity))
}

fn check_oauth(auth: &Auth) -> Result<(), FileProblem> {
    if auth.issuer.is_none() && (auth.authorize.is_none() || auth.token.is_none()) {
        let missing = if auth.authorize.is_none() {
            "auth.authorize"
        } else {
            "auth.token"
        };
        return Err(FileProblem::new(
            missing,
            "is missing; expected authorize and token, or an issuer to discover them from",
        ));
    }
    if auth.prove_refresh == ProveRefresh::Always && auth.refresh == RefreshKind::None {
        return Err(FileProblem::new(
            "auth.prove_refresh",
            "is true, but refresh = \"none\" says that there is no refresh token",
        ));
    }
    Ok(())
}

/// An installed app mints its tokens: it has to be said where, and whose installation it is.
fn check_app_install(file: &ProviderFile) -> Result<(), FileProblem> {
    no_oauth(&file.auth, "app_install")?;
    let Some(mint) = &file.auth.mint else {
        return Err(FileProblem::new(
            "auth.mint",
            "is missing; expected where tokens of {installation_id} are minted",
        ));
    };
    check_url(file, "auth.mint", mint, Where::Request, UrlPurpose::Api)?;
    let identity = file.auth.identity.as_ref();
    if identity.is_none_or(|identity| identity.url.is_none()) {
        return Err(FileProblem::new(
            "auth.identity.url",
            "is missing; expected the request that says whose installation it is",
        ));
    }
    Ok(())
}

/// A key is pasted.
fn check_api_key(auth: &Auth) -> Result<(), FileProblem> {
    no_oauth(auth, "api_key")
}

/// What speaks of OAuth beside another kind is a mistake about the kind.
fn no_oauth(auth: &Auth, kind: &str) -> Result<(), FileProblem> {
    let of_oauth = [
        ("issuer", auth.issuer.is_some()),
        ("authorize", auth.authorize.is_some()),
        ("token", auth.token.is_some()),
        ("device", auth.device.is_some()),
        ("scopes", !auth.scopes.is_empty()),
    ];
    match of_oauth.into_iter().find(|(_, is_there)| *is_there) {
        Some((name, _)) => Err(FileProblem::new(
            format!("auth.{name}"),
            format!("is not used by kind = {kind:?}; expected kind = \"oauth2\", or nothing here"),
        )),
        None => Ok(()),
    }
}

fn check_identity(file: &ProviderFile, identity: &Identity) -> Result<(), FileProblem> {
    if identity.from.is_some() == identity.url.is_some() {
        return Err(FileProblem::new(
            "auth.identity",
            "expected either url, or from = \"token\"",
        ));
    }
    if let Some(url) = &identity.url {
        check_url(
            file,
            "auth.identity.url",
            url,
            Where::Request,
            UrlPurpose::Api,
        )?;
    }
    if identity.body.is_some() && identity.url.is_none() {
        return Err(FileProblem::new(
            "auth.identity.body",
            "is not sent; expected url beside it",
        ));
    }
    if let Some(auth) = &identity.auth {
        check_call_auth(file, "auth.identity.auth", auth)?;
    }
    check_headers(file, "auth.identity.headers", &identity.headers)?;
    check_pointer("auth.identity.id", &identity.id.pointer())?;
    identity.label.as_ref().map_or(Ok(()), |label| {
        check_pointer("auth.identity.label", &label.pointer())
    })
}
