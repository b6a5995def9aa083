//! What an entry is about.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::id::{ConnectionId, RunId};

/// Which provider, connection and run an entry is about, in its header: in the words that people search for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The catalog's id.
    pub provider: Option<String>,
    /// The connection's name at that time; its id is the target, or stands in the detail.
    pub connection: Option<String>,
    /// The disconnect.
    pub run: Option<RunId>,
}

impl About {
    /// For a search.
    #[must_use]
    pub fn words(&self) -> String {
        let run = self.run.as_ref().map(RunId::as_str);
        let parts = [self.provider.as_deref(), self.connection.as_deref(), run];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What an entry names by itself, before the store has said what people call it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntrySubject {
    /// The catalog's id.
    pub provider: Option<String>,
    pub connection: Option<ConnectionId>,
    /// The disconnect.
    pub run: Option<RunId>,
}

impl EntrySubject {
    /// Every kind of entry names them by the same keys, so that one of an older version is understood as well.
    #[must_use]
    pub fn of(target: &str, action: &str, detail: &Value) -> Self {
        let said = |key| detail.get(key).and_then(Value::as_str);
        let connection = target.parse().ok();
        let run = said("run").and_then(|run| run.parse().ok());
        let chosen = detail
            .get("choice")
            .and_then(|choice| choice.get("provider"));
        let provider = said("provider")
            .or(chosen.and_then(Value::as_str))
            .or(is_a_provider(action, target).then_some(target));
        Self {
            provider: provider.map(str::to_owned),
            connection: connection.or_else(|| said("connection")?.parse().ok()),
            run: run.or_else(|| target.parse().ok()),
        }
    }
}

/// Whether the target of such an entry is a provider. Of one that is to be added it is a file.
fn is_a_provider(action: &str, target: &str) -> bool {
    let of_provider = action.starts_with("provider.") && action != "provider.add";
    of_provider || (action == "connection.authorize" && target.parse::<ConnectionId>().is_err())
}
