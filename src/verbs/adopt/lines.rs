//! Many grants at once: JSON Lines in, and a line each of what became of it.

use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

use super::{Arguments, Meant, adopted, taken_over};
use crate::client::{Client, Notices, StartMode};
use crate::domain::id::ConnectionId;
use crate::verbs::print::{aside, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::request::Secret;
use crate::wire::rpc::{Adopt, Connect};
use crate::wire::{Code, Problem};

/// A line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The catalog's id.
    provider: String,
    /// The refresh token that the other tool has.
    refresh_token: Secret,
    /// An access token that it has.
    #[serde(default)]
    access_token: Option<Secret>,
    /// Whose account it has to be, by its id or name there.
    #[serde(default)]
    account: Option<String>,
    /// What to call it.
    #[serde(default)]
    name: Option<String>,
    /// `workspace` or `personal`.
    #[serde(default)]
    scope: Option<String>,
}

/// Takes them over one after the other. What fails is said in its line, and keeps no other from being taken over.
pub(super) async fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, mut notices) = session.connect_or(StartMode::OnDemand).await?;
    let mut lines = BufReader::new(stdin()).lines();
    let (mut number, mut taken, mut failed) = (0_u64, 0_u64, 0_u64);
    while let Some(text) = lines.next_line().await? {
        number += 1;
        if text.trim().is_empty() {
            continue;
        }
        let ended = match read(&text) {
            Ok(line) => {
                let provider = line.provider.clone();
                let ended = one(line, arguments, &client, &mut notices).await;
                ended.map(|id| (provider, id))
            }
            Err(why) => Err(why),
        };
        match &ended {
            Ok(_) => taken += 1,
            Err(_) => failed += 1,
        }
        told(number, ended, session)?;
    }
    if !session.manner.json {
        aside(&format!("{taken} taken over, {failed} not."))?;
    }
    match failed {
        0 => Ok(()),
        _ => Err(Problem::new(
            Code::Failed,
            format!("{failed} of {} were not taken over", taken + failed),
            "Correct those lines, and run them again",
        )
        .into()),
    }
}

/// The text itself is in no error: it holds tokens.
fn read(text: &str) -> Result<Line, VerbError> {
    serde_json::from_str(text).map_err(|error| {
        VerbError::usage(
            format!(
                "it is no such object: {} at column {}",
                match error.classify() {
                    serde_json::error::Category::Data => "a field is missing, unknown or of another type",
                    _ => "it is not JSON",
                },
                error.column()
            ),
            "Fields are provider, refresh_token, access_token, account, name and scope; all but the first two may be left out",
        )
    })
}

async fn one(
    line: Line,
    arguments: &Arguments,
    client: &Client,
    notices: &mut Notices,
) -> Result<ConnectionId, VerbError> {
    let meant = match (line.account, arguments.yes) {
        (Some(account), _) => Meant::Account(account),
        (None, true) => Meant::Any,
        (None, false) => {
            return Err(VerbError::usage(
                "it does not say whose account it is",
                "Add account, or --yes for all of them",
            ));
        }
    };
    let request = Adopt {
        connect: Connect {
            name: line.name,
            scope: line.scope,
            enable_jobs: arguments.enable_jobs,
            ..taken_over(line.provider)
        },
        refresh_token: line.refresh_token,
        access_token: line.access_token,
    };
    adopted(client, notices, request, &meant).await
}

fn told(
    number: u64,
    ended: Result<(String, ConnectionId), VerbError>,
    session: &Session,
) -> Result<(), VerbError> {
    let (line, words) = match ended {
        Ok((provider, id)) => (
            json!({ "line": number, "outcome": "connected", "provider": provider, "connection": id }),
            format!("line {number}: {provider} taken over as {id}"),
        ),
        Err(VerbError::Problem(problem)) => {
            let words = format!(
                "line {number}: not taken over: {}; {}",
                problem.message, problem.hint
            );
            let line = json!({ "line": number, "outcome": "failed", "error": problem });
            (line, words)
        }
        Err(other) => return Err(other),
    };
    match session.manner.json {
        true => json(&line),
        false => say(&one_line(&words)),
    }
}
