//! How routing rules stand.

use crate::domain::routing::{self, RuleStanding};
use crate::domain::webhook::{ConfigItem, ConfigKind, WebhookSubscription};
use crate::server::Server;
use crate::store::StoreError;
use crate::wire::view;

/// How a rule stands; none for other configuration.
pub fn standing(server: &Server, item: &ConfigItem) -> Result<Option<view::Routing>, StoreError> {
    if item.kind != ConfigKind::Routing {
        return Ok(None);
    }
    let subscription = match routing::target(item) {
        Some(id) => server.store.get::<WebhookSubscription>(id.as_str())?,
        None => None,
    };
    let standing = RuleStanding::of(item, subscription.as_ref());
    Ok(Some(view::Routing {
        standing,
        why: standing.why().map(str::to_owned),
        url: subscription.map(|it| it.url),
    }))
}
