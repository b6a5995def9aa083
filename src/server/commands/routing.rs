//! What is asked of a routing rule before it is kept.

use crate::domain::condition::Condition;
use crate::domain::connection::Connection;
use crate::domain::routing::{self, RuleRefused};
use crate::domain::webhook::ConfigItem;
use crate::server::Server;
use crate::server::queries::fields;
use crate::wire::{Code, Problem};

/// A rule says what it asks of its field. Where nobody says so, the field has to be there; with no field every record is meant.
pub(super) fn settled(item: ConfigItem) -> ConfigItem {
    let (from, condition) = match (item.from.as_str(), item.condition) {
        ("", None | Some(Condition::Every)) => (String::new(), Condition::Every),
        (_, None | Some(Condition::Every)) => (item.from, Condition::Present),
        (_, Some(condition)) => (item.from, condition),
    };
    ConfigItem {
        from,
        condition: Some(condition),
        ..item
    }
}

/// Holds a rule against what there is to match, and to where it can lead.
pub(super) fn check(
    server: &Server,
    connection: &Connection,
    item: &ConfigItem,
) -> Result<(), Problem> {
    let configs = server.store.configs_of(&connection.id)?;
    let subscriptions = server.store.subscriptions()?;
    let spec = fields::spec(server, connection, &item.entity)?;
    let fields = fields::mappable(server, &connection.id, &spec)?;
    Ok(routing::check(item, &fields, &subscriptions, &configs)?)
}

impl From<RuleRefused> for Problem {
    fn from(refused: RuleRefused) -> Self {
        let message = refused.to_string();
        let (code, hint) = match refused {
            RuleRefused::Field(field) => return field.into(),
            RuleRefused::NoSubscription { known, .. } if known.is_empty() => (
                Code::NotFound,
                "`tagout subscriptions add URL` makes one".to_owned(),
            ),
            RuleRefused::NoSubscription { known, .. } => (
                Code::NotFound,
                format!("name one of {} as --to", known.join(", ")),
            ),
            RuleRefused::Halved => (
                Code::Usage,
                "name the field with --from, or mean every record with --every".to_owned(),
            ),
            RuleRefused::Values(_) => (Code::Usage, "say it in fewer".to_owned()),
            RuleRefused::Twice { id } => (Code::Conflict, format!("{id} has effect already")),
            RuleRefused::TooMany => (Code::Conflict, "remove one that nobody needs".to_owned()),
        };
        Self::new(code, message, hint)
    }
}
