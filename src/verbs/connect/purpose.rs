//! What is about to be connected, said before anybody is sent to the vendor, and what came of it.

use serde_json::json;

use crate::client::Client;
use crate::verbs::print::{aside, clock, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::view::{Connection, Meant, MissingScope, ProviderConnection, ProviderDetail};
use crate::wire::{Problem, rpc};

/// What is about to be connected.
#[derive(Debug)]
pub(in crate::verbs) struct ConnectTarget {
    /// The catalog's id.
    pub(in crate::verbs) provider: String,
    /// The connection that was named, as it was before.
    pub(in crate::verbs) named: Option<Connection>,
    /// What is meant beside it.
    pub(in crate::verbs) meant: Meant,
}

impl ConnectTarget {
    /// What to know before going to the vendor. What cannot be looked up stands in nobody's way.
    pub(super) async fn before(&self, client: &Client) -> Result<(), VerbError> {
        let told = |lines: Vec<String>| lines.iter().try_for_each(|line| say(&one_line(line)));
        if let Some(it) = &self.named {
            return told(again(it, self.meant));
        }
        let said = match self.detail(client).await {
            Ok(detail) => {
                told(takes(&detail))?;
                self.perhaps_again(client, &detail.disconnected).await
            }
            Err(problem) => Err(problem),
        };
        match said {
            Ok(said) => told(said),
            Err(problem) => {
                let what = "What is disconnected here could not be looked up";
                aside(&one_line(&format!("{what}: {}.", problem.message)))
            }
        }
    }

    /// Whose account it is turns out at the vendor: what is out of service here is named.
    async fn perhaps_again(
        &self,
        client: &Client,
        known: &[ProviderConnection],
    ) -> Result<Vec<String>, Problem> {
        let [only] = known else {
            let names: Vec<&str> = known.iter().map(|it| it.name.as_str()).collect();
            let words = format!(
                "Disconnected here: {}. If you sign in as one of these accounts, its connection is taken up again.",
                names.join(", ")
            );
            return Ok((!names.is_empty()).then_some(words).into_iter().collect());
        };
        let name = only.id.to_string();
        let it: Connection = client.ask(rpc::Connection { name }).await?;
        let account = match it.account.label.as_str() {
            "" => "the same account",
            label => label,
        };
        let mut said = vec![format!(
            "{} is disconnected here. If you sign in as {account}: {} Another account becomes a connection of its own.",
            it.name,
            it.taken_up(self.meant)
        )];
        said.extend(it.missed(self.meant, clock));
        Ok(said)
    }

    async fn detail(&self, client: &Client) -> Result<ProviderDetail, Problem> {
        let id = self.provider.clone();
        client.ask(rpc::Provider { id }).await
    }

    /// N11: what stands between us and an authorization that failed, and who usually grants it.
    pub(super) async fn lacking(
        &self,
        client: &Client,
        session: &Session,
    ) -> Result<(), VerbError> {
        let before = self.named.as_ref();
        let Ok(detail) = self.detail(client).await else {
            return Ok(());
        };
        let lacking = detail.lacking(before);
        if lacking.scopes().is_empty() {
            return Ok(());
        }
        if session.manner.json {
            return json(&json!({ "event": "missing_scopes", "scopes": lacking.scopes() }));
        }
        for it in lacking.scopes() {
            let words = format!("{}: {}.", lacking.word(), it.words());
            aside(&one_line(&words))?;
        }
        before.map_or(Ok(()), |it| aside(&it.way_to_another_account()))
    }

    /// What became of it, where that is not simply a new connection, or the old one of the same account.
    pub(super) fn after(&self, now: &Connection) -> Result<(), VerbError> {
        let said = match &self.named {
            Some(before) => now.moved_from(&before.account),
            None => (now.generation > 1)
                .then(|| "The same connection as before was taken up again.".to_owned()),
        };
        said.map_or(Ok(()), |words| say(&one_line(&words)))
    }
}

/// N4: whom to sign in as, and what that takes up again.
fn again(it: &Connection, meant: Meant) -> Vec<String> {
    let mut said = Vec::from_iter(it.sign_in(meant));
    said.extend(it.other_account(meant));
    said.push(it.taken_up(meant));
    said.extend(it.missed(meant, clock));
    let missing = it.scopes_missing.iter();
    said.extend(missing.map(|it| format!("Missing before: {}.", it.words())));
    said
}

/// What takes a role at the vendor, before anybody goes there (N11).
fn takes(detail: &ProviderDetail) -> Vec<String> {
    let lacking = detail.lacking(None);
    let takes = |it: &MissingScope| format!("{}: {}.", lacking.word(), it.words());
    lacking.scopes().iter().map(takes).collect()
}
