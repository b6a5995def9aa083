//! D3: what every token answers before the first call, and which calls follow.

use std::sync::Arc;

use super::worker::Worker;
use crate::domain::audit::runs::Revoking;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::credential::BORROWED_FROM;
use crate::domain::disconnect::log::{self, LoggedEvent, Record, RunToken, TokenCheck};
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::provider::CallKind;
use crate::domain::trial::{Answer, Verdict};
use crate::server::disconnect::decision::CallDecision;
use crate::server::disconnect::planned::PlanInput;
use crate::server::run_entries::{StepError, run_entry};
use crate::server::trial::Experiment;
use crate::server::vendor::not_askable;
use crate::server::{Server, clock_and_ids, grants};
use futures::future::join_all;

/// D3: what every token answers before the first call, and the calls that follow. What joins later is asked when it
/// joins; what was asked once is not asked again.
pub(super) async fn all(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    let worker = Worker::of(server, run).await?;
    let (mut answers, mut decided) = log::asked(log)
        .map(|(answers, intents)| (answers.to_vec(), intents.to_vec()))
        .unwrap_or_default();
    let is_new = |token: &&RunToken| !answers.iter().any(|(id, _)| *id == token.credential);
    let tokens: Vec<RunToken> = log::tokens(log)
        .unwrap_or_default()
        .iter()
        .filter(is_new)
        .cloned()
        .collect();
    let experiment = Experiment::new(server, run, worker.vendor.as_ref().ok())?;
    let subjects = worker.subjects(&tokens)?;
    let mut made_up = TokenCheck::default();
    for (subject, (told, look)) in subjects
        .iter()
        .zip(join_all(subjects.iter().map(|it| experiment.first(it))).await)
    {
        let credential = &subject.token.credential;
        answers.extend(told.into_iter().map(|answer| (credential.clone(), answer)));
        made_up.made_up.extend(look.made_up);
    }
    if !worker.still_stands()? {
        for (_, answer) in answers.iter_mut().filter(|(_, it)| it.at >= worker.began) {
            *answer = not_askable("our registration was changed meanwhile");
        }
    }
    let (more, narrowed) = decided_on(server, run, &worker, &tokens, log::asked(log).is_none())?;
    decided.extend(more);
    let lives = |token: &&RunToken| {
        let own = |(id, answer): &(CredentialId, Answer)| {
            *id == token.credential && answer.verdict == Verdict::Alive
        };
        answers.iter().any(own)
    };
    let all = log::tokens(log).unwrap_or_default();
    let alive = all.iter().filter(lives).count();
    let revoking = Event::Revoking(Revoking {
        run: run.id.clone(),
        tokens: all.len() as u64,
        alive: alive as u64,
        calls: decided.len() as u64,
    });
    let entry = run_entry(run, revoking, AuditOutcome::Done);
    let asked = LoggedEvent::Asked {
        answers,
        intents: decided,
    };
    Ok(server
        .store
        .recorded(
            &run.id,
            clock_and_ids::now(),
            narrowed
                .into_iter()
                .chain([asked, LoggedEvent::Looked { look: made_up }])
                .collect(),
            Some(entry),
        )
        .await?)
}

/// The calls about these tokens, and which are left out.
fn decided_on(
    server: &Server,
    run: &Run,
    worker: &Worker<'_>,
    tokens: &[RunToken],
    first: bool,
) -> Result<(Vec<log::Intent>, Option<LoggedEvent>), StepError> {
    let Some(file) = server.provider(&run.provider) else {
        return Ok((Vec::new(), None));
    };
    let connection = &worker.connection;
    let mut decision = CallDecision::on(server, connection, &file, tokens, PlanInput::of(run))?;
    // What ends the account or the installation has been decided on already when further tokens join.
    let recipe = &decision.recipe;
    let is_about_it = |intent: &log::Intent| {
        let call = recipe.get(intent.call);
        intent.token.is_some() && call.is_some_and(|call| call.kind == CallKind::Revoke)
    };
    decision
        .decided
        .retain(|intent| first || is_about_it(intent));
    let decided = &decision.decided;
    let mut shared_with = grants::names(server, &decision.shared());
    if connection.is_borrowed {
        shared_with.push(BORROWED_FROM.to_owned());
    }
    let narrowed = (!decided.left_out.is_empty()).then(|| LoggedEvent::Narrowed {
        calls: decided.skipped().into_iter().collect(),
        shared_with,
        left_alone: Some(decided.left_alone()),
    });
    Ok((decision.decided.made, narrowed))
}
