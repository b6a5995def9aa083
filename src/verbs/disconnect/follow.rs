//! Watching runs to their end. Notices say when to look; the log of each run says what happened.

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::{Until, finish};
use crate::client::{Client, Notices};
use crate::domain::disconnect::log::{LoggedEvent, Record, StepState};
use crate::domain::disconnect::run::RunState;
use crate::verbs::print::{json, say};
use crate::verbs::runs::{heading, step_line};
use crate::verbs::{Session, VerbError};
use crate::wire::rpc;
use crate::wire::view::{Run, RunStep};
use crate::wire::{Code, Problem, Topic};

/// A run that is watched.
struct WatchedRun {
    run: Run,
    /// Records that were printed.
    seen: usize,
    /// When the step under way began, as its record says.
    began: Option<jiff::Timestamp>,
    until: Until,
    over: bool,
}

/// Prints every step of `runs` as it happens, and each run when it has ended.
pub(super) async fn to_the_end(
    client: &Client,
    mut notices: Notices,
    runs: Vec<Run>,
    until: Until,
    session: &Session,
) -> Result<Vec<Run>, VerbError> {
    let new = |run| WatchedRun::new(run, until);
    let mut watched: Vec<WatchedRun> = runs.into_iter().map(new).collect();
    let many = watched.len() > 1;
    let mut interrupt = signal(SignalKind::interrupt())?;
    if !session.manner.json {
        for it in &watched {
            say(&heading(&it.run))?;
        }
    }
    let mut changed = None;
    loop {
        for it in &mut watched {
            if !it.over && it.concerns(changed.as_deref()) {
                it.look(client, session, many).await?;
            }
        }
        if watched.iter().all(|it| it.over) {
            break;
        }
        changed = tokio::select! {
            changed = notices.next() => changed,
            _ = interrupt.recv() => return Err(unwatched(&watched)),
        };
        if changed.is_none() {
            return Err(gone(&watched));
        }
    }
    waiting(&watched)?;
    Ok(watched.into_iter().map(|it| it.run).collect())
}

impl WatchedRun {
    fn new(run: Run, until: Until) -> Self {
        Self {
            run,
            seen: 0,
            began: None,
            until,
            over: false,
        }
    }

    /// Whether a look is due; without notices it is.
    fn concerns(&self, changed: Option<&[Topic]>) -> bool {
        let mine = Topic::Run(self.run.id.clone());
        changed.is_none_or(|topics| mine.is_told_by(topics))
    }

    /// Prints what is new. The run is asked for before its records: a run that has ended has no later ones.
    async fn look(
        &mut self,
        client: &Client,
        session: &Session,
        many: bool,
    ) -> Result<(), VerbError> {
        let id = self.run.id.clone();
        self.run = client.ask(rpc::Run { id: id.to_string() }).await?;
        let from = self.seen;
        let records: Vec<Record> = client.ask(rpc::RunRecords { id, from }).await?;
        self.seen += records.len();
        for record in &records {
            self.print(record, session, many)?;
        }
        let waits = self.until == Until::Proven && self.run.proofs_under_way();
        if self.run.has_settled() && !waits {
            self.over = true;
            finish(&self.run, session)?;
        }
        Ok(())
    }

    fn print(&mut self, record: &Record, session: &Session, many: bool) -> Result<(), VerbError> {
        let LoggedEvent::Step {
            step,
            state,
            detail,
        } = &record.what
        else {
            return Ok(());
        };
        if *state == StepState::Running {
            self.began = Some(record.at);
        }
        if session.manner.json {
            return json(&json!({
                "event": "step",
                "run": self.run.id,
                "connection": self.run.connection,
                "step": step,
                "state": state,
                "at": record.at,
                "detail": detail,
            }));
        }
        if matches!(state, StepState::Running | StepState::Pending) {
            return Ok(());
        }
        let line = step_line(&RunStep {
            step: *step,
            state: *state,
            started_at: self.began.take(),
            ended_at: Some(record.at),
            detail: detail.clone(),
        });
        match many {
            true => say(&format!("{} {}: {line}", self.run.provider, self.run.name)),
            false => say(&line),
        }
    }
}

/// A run that waits for a person ends the watching, with the reason.
fn waiting(watched: &[WatchedRun]) -> Result<(), VerbError> {
    let Some(it) = watched.iter().find(|it| it.run.state == RunState::Waiting) else {
        return Ok(());
    };
    let failed = it
        .run
        .steps
        .iter()
        .find(|step| step.state == StepState::Failed);
    let why = failed.map_or_else(
        || "it waits for a person".to_owned(),
        |step| format!("{}: {}", step.step.words(), step.detail),
    );
    Err(Problem::new(
        Code::Failed,
        format!("{} waits for a person: {why}", it.run.id),
        format!("Remove the cause, then tagout runs {} --resume", it.run.id),
    )
    .into())
}

fn gone(watched: &[WatchedRun]) -> VerbError {
    Problem::new(
        Code::NoServer,
        format!("the server went away during {}", open(watched)),
        "The next start of the server goes on with it; tagout runs shows how far it is",
    )
    .into()
}

fn unwatched(watched: &[WatchedRun]) -> VerbError {
    Problem::new(
        Code::Failed,
        format!("nobody watches {} any more, and it goes on", open(watched)),
        "tagout runs shows how far it is",
    )
    .into()
}

/// The runs that have not ended.
fn open(watched: &[WatchedRun]) -> String {
    let open: Vec<&str> = watched
        .iter()
        .filter(|it| !it.over)
        .map(|it| it.run.id.as_str())
        .collect();
    open.join(", ")
}
