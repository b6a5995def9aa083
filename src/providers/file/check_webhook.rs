//! What the types cannot say about `[webhook]`.

use super::FileProblem;
use super::check_values::{
    UrlPurpose, Where, check_matcher, check_pointer, check_template, check_url,
};
use crate::domain::provider::{EventRule, Means, ProviderFile, SyncSpec, WebhookSpec};
use crate::providers::signature;

pub(super) fn check_webhook(file: &ProviderFile, webhook: &WebhookSpec) -> Result<(), FileProblem> {
    if !signature::names().contains(&webhook.signature.as_str()) {
        let known = signature::names().join(", ");
        return Err(FileProblem::new(
            "webhook.signature",
            format!(
                "{:?} is no scheme; expected one of {known}",
                webhook.signature
            ),
        ));
    }
    let pointers = [
        ("items", &webhook.items),
        ("id", &webhook.id),
        ("account", &webhook.account),
    ];
    for (name, pointer) in pointers {
        if let Some(pointer) = pointer {
            check_pointer(&format!("webhook.{name}"), pointer)?;
        }
    }
    if let Some(uninstall) = &webhook.uninstall {
        check_pointer("webhook.uninstall.account", &uninstall.account)?;
    }
    check_token(file, webhook)?;
    for (at, rule) in webhook.on.iter().enumerate() {
        let field = format!("webhook.on[{at}]");
        check_rule(file, &field, rule)?;
        // One address is told of every account of the app: without a name nobody knows whose such an event is.
        let is_named = rule.account.is_some() || webhook.account.is_some();
        if signature::is_token(&webhook.signature) && !is_named {
            let why = "is missing; expected where a signed token of this kind names the account";
            return Err(FileProblem::new(format!("{field}.account"), why));
        }
    }
    Ok(())
}

/// Signed event tokens need an issuer and its keys, which nothing else has a use for.
fn check_token(file: &ProviderFile, webhook: &WebhookSpec) -> Result<(), FileProblem> {
    let is_token = signature::is_token(&webhook.signature);
    let named = [
        ("keys", webhook.keys.as_deref()),
        ("issuer", webhook.issuer.as_deref()),
    ];
    for (name, value) in named {
        let field = format!("webhook.{name}");
        match (is_token, value.map(str::trim)) {
            (true, None | Some("")) => {
                let why = "is missing; expected who issues the signed tokens, and where its keys are (a JWKS)";
                return Err(FileProblem::new(field, why));
            }
            (false, Some(_)) => {
                let why =
                    "stands beside a signature that is no token; expected signature = \"jwt\"";
                return Err(FileProblem::new(field, why));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    if let Some(issuer) = &webhook.issuer {
        check_template(file, "webhook.issuer", issuer, Where::Endpoint)?;
    }
    match &webhook.keys {
        Some(keys) => check_url(file, "webhook.keys", keys, Where::Endpoint, UrlPurpose::Api),
        None => Ok(()),
    }
}

fn check_rule(file: &ProviderFile, field: &str, rule: &EventRule) -> Result<(), FileProblem> {
    if let Some(event) = &rule.event {
        check_matcher(&format!("{field}.event"), event)?;
        if !event.status.is_empty() || event.is_empty() {
            return Err(FileProblem::new(
                format!("{field}.event"),
                "expected pointer, contains or header; an event has no status, and one that may be any is left out",
            ));
        }
    }
    if let Some(account) = &rule.account {
        check_pointer(&format!("{field}.account"), account)?;
    }
    if let Some(parent) = &rule.parent {
        let field = format!("{field}.parent");
        check_pointer(&field, parent)?;
        let named = |sync: &SyncSpec| rule.means == Means::Entity(sync.entity.clone());
        if !file
            .sync
            .iter()
            .any(|sync| named(sync) && sync.for_each.is_some())
        {
            return Err(FileProblem::new(
                field,
                "stands beside an entity with one list; expected one with for_each",
            ));
        }
    }
    match &rule.means {
        Means::Entity(entity) if file.list_of(entity).is_none() => Err(FileProblem::new(
            format!("{field}.entity"),
            format!("{entity:?} is no entity of this file; expected one of [[sync]]"),
        )),
        Means::Entity(_) | Means::Listed { .. } | Means::Everything | Means::Notice(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::providers::file::check;

    const GMAIL: &str = include_str!("../../../assets/providers/gmail.toml");

    #[test]
    fn a_signed_token_names_its_account() {
        let is_account = |line: &&str| line.starts_with("account = \"/events");
        let without: Vec<&str> = GMAIL.lines().filter(|line| !is_account(line)).collect();
        let without = without.join("\n");
        let refused = check(&without, "gmail.toml").unwrap_err().to_string();
        assert!(refused.contains("webhook.on[0].account"), "{refused}");
        // Where all of them name it at one place, that is enough.
        let place = "signature = \"jwt\"\naccount = \"/sub\"";
        let for_all = without.replace("signature = \"jwt\"", place);
        assert!(check(&for_all, "gmail.toml").is_ok());
    }
}
