//! What became of the tokens that an authorization took the place of, in one line.

use std::time::Duration;

use serde_json::json;

use crate::client::{Client, Notices};
use crate::domain::disconnect::exposure;
use crate::domain::id::RunId;
use crate::domain::trial::{Residual, Verdict};
use crate::verbs::print::{aside, clock, count, json, one_line, say};
use crate::verbs::{Session, VerbError, until};
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::{Run, RunToken};

/// How long that is waited for. It goes on by itself.
const PATIENCE: Duration = Duration::from_secs(15);

/// Waits until what was replaced is ended, as far as it can be, and says so. It was connected whatever becomes of this: that nothing
/// is known of it is said aside, and is no failure.
pub(super) async fn told(
    client: &Client,
    notices: &mut Notices,
    run: RunId,
    session: &Session,
) -> Result<(), VerbError> {
    let ended = tokio::time::timeout(PATIENCE, ended(client, notices, &run)).await;
    match (ended, session.manner.json) {
        (Ok(Ok(ended)), true) => json(&json!({ "event": "replaced", "run": ended })),
        (Ok(Ok(ended)), false) => say(&one_line(&in_words(&ended))),
        (Ok(Err(VerbError::Problem(why))), is_json) => {
            let words = "It is not known what became of the tokens of the authorization before";
            let words = format!("{words}: {}", why.message);
            aside(&one_line(&format!("{words}. See tagout runs {run}")))?;
            not_ended(&run, is_json)
        }
        (Ok(Err(why)), _) => Err(why),
        (Err(_), is_json) => {
            aside(&format!(
                "The tokens of the authorization before are still being ended: tagout runs {run}"
            ))?;
            not_ended(&run, is_json)
        }
    }
}

/// For a program: which run is still to be looked at.
fn not_ended(run: &RunId, is_json: bool) -> Result<(), VerbError> {
    match is_json {
        true => json(&json!({ "event": "replaced", "run": { "id": run } })),
        false => Ok(()),
    }
}

async fn ended(client: &Client, notices: &mut Notices, id: &RunId) -> Result<Run, VerbError> {
    loop {
        let asked = rpc::Run { id: id.to_string() };
        let run: Run = client.ask(asked).await?;
        if run.ended_at.is_some() {
            return Ok(run);
        }
        let mine = Topic::Run(id.clone());
        until(notices, |topic| topic.tells_of(&mine)).await?;
    }
}

fn in_words(run: &Run) -> String {
    let is_proven = |token: &&RunToken| token.outcome.is_some_and(|outcome| outcome.proven());
    let dead = run.tokens.iter().filter(is_proven).count();
    let left = run.tokens.iter().filter(|token| !is_proven(token));
    let left = left.map(|token| {
        let last = token.evidence.probe_after.as_ref();
        let works = last.is_some_and(|answer| answer.verdict == Verdict::Alive);
        let until = token.residual_until.unwrap_or(Residual::Unknown);
        (token.kind, works, until)
    });
    let all = count(run.tokens.len() as u64, "token");
    let before = format!("Of the authorization before, {all}: {dead} proven dead");
    match exposure::words(left, clock) {
        Some(left) => format!("{before}; {left}. See tagout runs {}", run.id),
        None => format!("{before}."),
    }
}
