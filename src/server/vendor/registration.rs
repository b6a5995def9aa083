//! Our registration at a provider, and the secrets that belong to it.

use secrecy::SecretString;

use crate::domain::connection::{self, AppSecret};
use crate::domain::disconnect::registration::Registration;
use crate::domain::sealed::Sealed;
use crate::providers::App;
use crate::providers::signature::{self, KeyOf};
use crate::server::{Server, resolve};
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::wire::{Code, Problem};

/// The provider as it is set up here, its endpoints aside.
///
/// # Errors
/// When there is no such provider, or our registration's secrets cannot be opened.
pub fn app(server: &Server, provider: &str) -> Result<App, Problem> {
    let file = server
        .provider(provider)
        .ok_or_else(|| resolve::no_provider(server, provider))?;
    let registered = server.store.app(provider)?;
    let mut app = App::new(
        file,
        &registered
            .as_ref()
            .map(|app| app.vars.clone())
            .unwrap_or_default(),
    );
    if let Some(registered) = registered {
        let open = |sealed: Option<&Sealed>| opened(server, &registered, sealed);
        let secret = open(registered.client_secret.as_ref())?;
        app.platform_key = open(registered.secrets.get(&AppSecret::Platform))?;
        app.signing_secret = open(registered.secrets.get(&AppSecret::Signing))?;
        if let Some(id) = registered.client_id {
            app = app.with_client(id, secret);
        }
    }
    Ok(app)
}

/// The secret of our registration that a signature scheme wants, where there is one; no other is opened.
///
/// # Errors
/// When the store cannot be read, or the secret cannot be opened.
pub fn signing_key(
    server: &Server,
    provider: &str,
    scheme: &str,
) -> Result<Option<SecretString>, Problem> {
    let Some(wanted) = signature::key_of(scheme) else {
        return Ok(None);
    };
    let Some(registered) = server.store.app(provider)? else {
        return Ok(None);
    };
    let sealed = match wanted {
        KeyOf::Client => registered.client_secret.as_ref(),
        KeyOf::Signing => registered.secrets.get(&AppSecret::Signing),
    };
    opened(server, &registered, sealed)
}

/// Our client's id and secret at a provider; none where it has no secret.
///
/// # Errors
/// When the store cannot be read, or the secret cannot be opened.
pub fn client(server: &Server, provider: &str) -> Result<Option<(String, SecretString)>, Problem> {
    let Some(registered) = server.store.app(provider)? else {
        return Ok(None);
    };
    let secret = opened(server, &registered, registered.client_secret.as_ref())?;
    Ok(registered.client_id.zip(secret))
}

fn opened(
    server: &Server,
    registered: &connection::App,
    sealed: Option<&Sealed>,
) -> Result<Option<SecretString>, Problem> {
    let open = |sealed| server.vault.open_own(sealed, registered.id.as_str());
    let secret = sealed.map(open).transpose();
    secret.map_err(|error| sealed_away(&error))
}

/// Our registration at a provider, as it is now.
pub fn registration(server: &Server, provider: &str) -> Result<Registration, StoreError> {
    let app = server.store.app(provider)?;
    Ok(Registration::new(app.and_then(|app| app.changed_at)))
}

/// A secret that the vault cannot open.
#[must_use]
pub fn sealed_away(error: &VaultError) -> Problem {
    Problem::new(
        Code::Failed,
        format!("opening a stored secret failed: {error}"),
        "see the server's log",
    )
}
