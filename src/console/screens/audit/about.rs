//! Where an entry of the record leads: to the thing that it is about.

use crate::console::command::KeyPlace;
use crate::console::context::{Action, Context, Destination, Typing};
use crate::domain::audit::AuditEntry;
use crate::domain::id::WalkthroughId;

/// The thing that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goal {
    /// One that has a screen of its own.
    Screen(Destination),
    /// A provider, by the catalog's id: it stands in the catalog.
    Provider(String),
}

impl Goal {
    /// The run that an entry names, else the connection, else the walkthrough, else the provider.
    pub(super) fn of(row: &AuditEntry) -> Option<Self> {
        let subject = row.subject();
        // The detail can be withheld; what it is about is said beside it since format 2.
        let about = row.format_2.as_ref().map(|more| &more.about);
        let run = subject.run.or_else(|| about?.run.clone());
        if let Some(run) = run {
            return Some(Self::Screen(Destination::Run(run.into())));
        }
        if let Some(connection) = subject.connection {
            return Some(Self::Screen(Destination::Connection(connection.into())));
        }
        if let Ok(whole) = row.target.parse::<WalkthroughId>() {
            return Some(Self::Screen(Destination::Walkthrough(whole.into())));
        }
        let provider = subject.provider.or_else(|| about?.provider.clone());
        provider.map(Self::Provider)
    }

    pub(super) fn open(self, cx: &mut Context<'_>) {
        match self {
            Self::Screen(opening) => cx.open(opening),
            Self::Provider(text) => {
                cx.actions.push(Action::Tab(KeyPlace::Catalog));
                cx.actions.push(Action::Typed {
                    what: Typing::Filter,
                    text,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const RUN: &str = "run_01m8j45m0mfbdrtqsd4j6wds82";
    const CONNECTION: &str = "con_01m8j45m0mfbdrtqsd4j6wds82";
    const WALKTHROUGH: &str = "wlk_01m8j45m0mfbdrtqsd4j6wds82";

    fn goal(action: &str, target: &str, detail: &Value) -> Option<Goal> {
        let row = json!({
            "seq": 0, "id": "aud_01jd7zzzzzzzzzzzzzzzzzzzzz", "at": "2026-03-01T10:00:00Z", "actor": "ada", "role": "owner",
            "origin": {"via": "local", "address": null}, "action": action, "target": target, "outcome": "done",
            "evidence": null, "detail": detail
        });
        Goal::of(&serde_json::from_value(row).unwrap())
    }

    #[test]
    fn an_entry_leads_to_the_nearest_thing_that_it_names() {
        let run = Some(Goal::Screen(Destination::Run(RUN.to_owned())));
        let connection = Some(Goal::Screen(Destination::Connection(CONNECTION.to_owned())));
        let whole = Some(Goal::Screen(Destination::Walkthrough(
            WALKTHROUGH.to_owned(),
        )));
        let slack = Some(Goal::Provider("slack".to_owned()));
        let detail = json!({ "name": "acme", "run": RUN });
        assert_eq!(goal("references.stale", CONNECTION, &detail), run);
        let detail = json!({ "connection": CONNECTION });
        assert_eq!(goal("run.resumed", RUN, &detail), run);
        assert_eq!(goal("token.read", CONNECTION, &Value::Null), connection);
        let choice = json!({ "by": "matching", "provider": "slack", "owner": null });
        let detail = json!({ "choice": choice, "targets": 1 });
        assert_eq!(goal("walkthrough.drafted", WALKTHROUGH, &detail), whole);
        let detail = json!({ "name": "Slack" });
        assert_eq!(goal("provider.removed", "slack", &detail), slack);
        assert_eq!(goal("user.removed", "bob", &json!({ "name": "bob" })), None);
    }
}
