//! `tagout compact`: what lives is copied, what was overwritten or removed is dropped.

use serde_json::json;

use super::print::{number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError, until};
use crate::wire::rpc;
use crate::wire::view::{Compaction, CompactionState};
use crate::wire::{Code, Problem, Topic};

pub(super) async fn run(session: &Session) -> Result<(), VerbError> {
    let (client, mut notices) = session.connect().await?;
    let mut shown = ProgressOutput::of(session);
    let mut it: Compaction = client.ask(rpc::Compact).await?;
    while it.state == CompactionState::Running {
        shown.at(&it.progress)?;
        until(&mut notices, |topic| *topic == Topic::Upkeep).await?;
        it = client.ask(rpc::Compaction).await?.ok_or_else(lost)?;
    }
    shown.end()?;
    if let Some(why) = &it.why {
        return Err(Problem::new(Code::Failed, why, "").into());
    }
    match session.manner.json {
        true => super::print::json(&json!({ "event": "compacted", "compaction": it })),
        false => say(&format!(
            "{} rows live. The database had {} bytes and has {}.",
            number(it.progress.rows),
            number(it.before),
            number(it.after.unwrap_or(it.before)),
        )),
    }
}

fn lost() -> Problem {
    Problem::new(
        Code::Failed,
        "the server was started anew meanwhile, and the store is as it was",
        "Try again",
    )
}
