//! What has to be there before anything can be connected: other providers, and our own registration.

use crate::domain::provider::{AuthKind, ProviderFile};
use crate::providers::{self, App};
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
        if !server.store.is_connected(needed)? {
            let why = format!("it needs {needed} to be connected first");
            return Err(failed(
                Code::Failed,
                file,
                &why,
                format!("tagout connect {needed}"),
            ));
        }
    }
    Ok(())
}

/// Refuses what is connected with an app of ours that is not registered, or whose key cannot sign.
///
/// # Errors
/// With how it is registered.
pub(in crate::server) fn missing_registration(app: &App) -> Result<(), Problem> {
    let file = &app.file;
    match file.auth.kind {
        AuthKind::ApiKey => Ok(()),
        AuthKind::Oauth2 if app.client_id.is_some() => Ok(()),
        AuthKind::Oauth2 => {
            let at = file.register_url.as_deref();
            let at = at.map(|url| format!(" (register one at {url})"));
            let why = format!(
                "no app of ours is registered there{}",
                at.unwrap_or_default()
            );
            let hint = format!(
                "tagout providers configure {} --client-id ID --client-secret-file FILE",
                file.id
            );
            Err(failed(Code::Failed, file, &why, hint))
        }
        AuthKind::AppInstall => {
            let hint = format!(
                "tagout connect {} --app-id ID --app-key-file FILE --installation ID",
                file.id
            );
            let (Some(_), Some(key)) = (&app.client_id, &app.client_secret) else {
                let why = "no app of ours is registered there with its key";
                return Err(failed(Code::Failed, file, why, hint));
            };
            providers::check_key(key)
                .map_err(|why| failed(Code::Usage, file, &format!("the app's key {why}"), hint))
        }
    }
}

fn failed(code: Code, file: &ProviderFile, why: &str, hint: String) -> Problem {
    Problem::new(
        code,
        format!("connecting {} failed: {why}", file.name),
        hint,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::providers::Catalog;

    fn app(kind: AuthKind) -> App {
        let catalog = Catalog::built_in().unwrap();
        let mut file = catalog.get("github").unwrap().file.clone();
        Arc::make_mut(&mut file).auth.kind = kind;
        App::new(file, &BTreeMap::new())
    }

    #[test]
    fn our_registration_is_missed_where_one_is_needed() {
        let is_there = |app: &App| missing_registration(app).is_ok();
        assert!(is_there(&app(AuthKind::ApiKey)));
        assert!(!is_there(&app(AuthKind::Oauth2)));
        assert!(is_there(&app(AuthKind::Oauth2).with_client("id", None)));
        let installed = || app(AuthKind::AppInstall);
        assert!(!is_there(&installed()));
        assert!(!is_there(&installed().with_client("id", None)));
        let no_key = Some("no key".to_owned().into());
        let said = missing_registration(&installed().with_client("id", no_key)).unwrap_err();
        assert_eq!(said.code, Code::Usage);
        assert!(said.message.contains("private key"), "{said}");
    }
}
