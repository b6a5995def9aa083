//! What the types cannot say about `[webhook]`.

use super::FileProblem;
use super::check_values::{check_matcher, check_pointer};
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
    for (at, rule) in webhook.on.iter().enumerate() {
        check_rule(file, &format!("webhook.on[{at}]"), rule)?;
    }
    Ok(())
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
