//! Runs as clients see them: the log, folded.

use crate::domain::disconnect::log::{self, Happened, Intent, Record, Step, StepState};
use crate::domain::disconnect::run::{FollowUp, Run};
use crate::domain::id::{CredentialId, RunId};
use crate::domain::trial::{CallVerdict, Residual};
use crate::server::{Server, mint, reads};
use crate::store::StoreError;
use crate::wire::request::Window;
use crate::wire::view::{self, Page};
use crate::wire::{Code, Problem};

use super::{proofs, window};

/// A part of the list, newest first.
///
/// # Errors
/// When the store cannot be read.
pub fn list(server: &Server, asked: &Window) -> Result<Page<view::RunRow>, Problem> {
    let source = |after: Option<&str>, limit| {
        let runs = server.store.page::<Run>("", after, limit, !asked.reverse)?;
        Ok(runs
            .into_iter()
            .map(|run| (run.id.to_string(), run))
            .collect())
    };
    let text = |run: &Run| {
        let ticket = run.ticket.as_deref().unwrap_or_default();
        [
            &run.name,
            &run.provider,
            &run.provider_name,
            &run.actor,
            ticket,
            run.state.words(),
            run.reason.words(),
        ]
        .join(" ")
    };
    let rows = window::rows(asked, source, text)?;
    let total = server.store.count("runs")?.unsigned_abs();
    window::page(rows, total, |run| row(server, run)).map_err(Problem::from)
}

/// The run that `name` means: an id, or a unique beginning of one.
///
/// # Errors
/// When there is none, or several.
pub fn find(server: &Server, name: &str) -> Result<Run, Problem> {
    if let Ok(id) = name.parse::<RunId>() {
        return server.store.run(&id).map_err(Problem::from);
    }
    let found = server
        .store
        .page::<Run>(&name.to_ascii_lowercase(), None, 2, false)?;
    match <[Run; 1]>::try_from(found) {
        Ok([run]) if name.starts_with(RunId::PREFIX) => Ok(run),
        Ok(_) => Err(no_run(name)),
        Err(found) if found.len() > 1 && name.starts_with(RunId::PREFIX) => Err(Problem::new(
            Code::Usage,
            format!("{name} means several runs"),
            "write more of the id",
        )),
        Err(_) => Err(no_run(name)),
    }
}

fn no_run(name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no run {name}"),
        "`tagout runs` lists them",
    )
}

/// One run in full.
///
/// # Errors
/// When the store cannot be read.
pub fn one(server: &Server, run: &Run) -> Result<view::Run, StoreError> {
    let log = server.store.run_log(&run.id)?;
    let left = server.store.follow_ups_of(&run.connection)?;
    Ok(view::Run {
        id: run.id.clone(),
        connection: run.connection.clone(),
        provider: run.provider.clone(),
        provider_name: run.provider_name.clone(),
        name: run.name.clone(),
        actor: run.actor.clone(),
        origin: run.origin.clone(),
        reason: run.reason,
        ticket: run.ticket.clone(),
        note: run.note.clone(),
        if_unreachable: run.if_unreachable,
        uninstall: run.uninstall,
        allow_wider: run.allow_wider,
        state: run.state,
        started_at: run.started_at,
        ended_at: run.ended_at,
        steps: Step::ALL
            .iter()
            .map(|step| step_view(&log, *step))
            .collect(),
        tokens: tokens(&log),
        counts: log::counts(&log),
        follow_ups: left
            .iter()
            .filter(|f| f.is_of(&run.id))
            .map(|f| follow_up(server, run, f))
            .collect::<Result<_, _>>()?,
        plan: run.plan.clone(),
        readers: reads::readers(server, &run.connection, run.generation)?,
        checkpoint: run.checkpoint.clone(),
        records: log.len(),
        walkthrough: run.walkthrough.clone(),
    })
}

/// What is left of a run to a person.
///
/// # Errors
/// When the store cannot be read.
pub fn follow_up(server: &Server, run: &Run, f: &FollowUp) -> Result<view::FollowUp, StoreError> {
    follow_up_of(server, (&run.name, &run.provider_name), f)
}

/// What is left of a disconnect of this name at this provider.
///
/// # Errors
/// When the store cannot be read.
pub fn follow_up_of(
    server: &Server,
    (name, provider): (&str, &str),
    f: &FollowUp,
) -> Result<view::FollowUp, StoreError> {
    let connection = server.store.connection(&f.connection)?;
    let again = connection.connected_at.filter(|at| *at > f.opened_at);
    Ok(view::FollowUp {
        id: f.id.clone(),
        connection: f.connection.clone(),
        connection_name: name.to_owned(),
        provider_name: provider.to_owned(),
        run: f.run.clone(),
        also: f.also.clone(),
        text: f.text.clone(),
        url: f.url.clone(),
        checked_on: f.checked_on.clone(),
        opened_at: f.opened_at,
        done: f.done.clone(),
        reconnected_at: again.filter(|_| connection.status.in_service()),
    })
}

fn row(server: &Server, run: Run) -> Result<view::RunRow, StoreError> {
    let log = server.store.run_log(&run.id)?;
    let tokens = tokens(&log);
    let now = mint::now();
    let exposed = server.store.exposures_of_run(&run.id)?;
    let exposed = exposed.iter().filter(|it| !it.is_over(now)).count();
    let step = Step::ALL
        .into_iter()
        .rev()
        .find(|step| log::last_state(&log, *step).0 != StepState::Pending);
    Ok(view::RunRow {
        tokens: tokens.len() as u64,
        proven: tokens
            .iter()
            .filter(|t| t.outcome.is_some_and(|o| o.proven()))
            .count() as u64,
        step: step.unwrap_or(Step::Confirm),
        exposed: exposed as u64,
        id: run.id,
        connection: run.connection,
        provider_name: run.provider_name,
        name: run.name,
        actor: run.actor,
        reason: run.reason,
        ticket: run.ticket,
        state: run.state,
        started_at: run.started_at,
        ended_at: run.ended_at,
    })
}

fn step_view(log: &[Record], step: Step) -> view::RunStep {
    let mut view = view::RunStep {
        step,
        state: StepState::Pending,
        started_at: None,
        ended_at: None,
        detail: String::new(),
    };
    for record in log {
        if let Happened::Step {
            step: s,
            state,
            detail,
        } = &record.what
            && *s == step
        {
            view.started_at = view.started_at.or(Some(record.at));
            view.ended_at = state.ended().then_some(record.at);
            view.state = *state;
            view.detail.clone_from(detail);
        }
    }
    view
}

/// The tokens of a run with their outcomes and what these rest on.
#[must_use]
pub fn tokens(log: &[Record]) -> Vec<view::RunToken> {
    let Some(tokens) = log::tokens(log) else {
        return Vec::new();
    };
    tokens
        .iter()
        .map(|token| {
            let judged = log::judged(log, &token.credential);
            view::RunToken {
                credential: token.credential.clone(),
                kind: token.kind,
                label: token.label.clone(),
                fingerprint: token.fingerprint.clone(),
                superseded: token.superseded,
                outcome: judged.map(|(_, outcome, _)| outcome),
                evidence: evidence(log, &token.credential),
                residual_until: judged
                    .map(|(_, _, residual)| residual)
                    .filter(|r| *r != Residual::None),
                over: log::over(log, &token.credential).map(|(at, over)| view::TokenOver {
                    at,
                    over: over.clone(),
                }),
                hold: log::held(log, &token.credential).cloned(),
                proof: proofs::of(log, token),
                again: proofs::later(log, &token.credential),
                elsewhere_until: proofs::elsewhere(log, token),
                sealed_until: proofs::sealed_until(log, &token.credential),
            }
        })
        .collect()
}

/// What a claim rests on: the token's own call when there was one that says something, else the one that took it along.
fn evidence(log: &[Record], id: &CredentialId) -> view::Evidence {
    let mut evidence = view::Evidence {
        probe_after: log::judged(log, id).map(|(after, _, _)| after.clone()),
        ..Default::default()
    };
    let Some((answers, intents)) = log::asked(log) else {
        return evidence;
    };
    evidence.probe_before = answers
        .iter()
        .find(|(c, _)| c == id)
        .map(|(_, answer)| answer.clone());
    let calls = || {
        intents
            .iter()
            .enumerate()
            .filter_map(|(i, intent)| log::called(log, i).map(|answer| (intent, answer)))
    };
    let own = calls().rfind(|(intent, _)| intent.token.as_ref() == Some(id));
    let took = |intent: &Intent| intent.kills.contains(id);
    let along =
        calls().rfind(|(intent, answer)| took(intent) && answer.verdict == CallVerdict::Accepted);
    let chosen = match (own, along) {
        (Some(own), Some(along)) if own.1.verdict != CallVerdict::Accepted => Some(along),
        (own, along) => own
            .or(along)
            .or_else(|| calls().rfind(|(intent, _)| took(intent))),
    };
    let beside = log::beside(log, id)
        .filter(|_| chosen.is_none_or(|(_, answer)| answer.verdict != CallVerdict::Accepted));
    let latest = log::held_call(log, id)
        .or(beside.map(|(_, answer)| answer))
        .or(chosen.map(|(_, answer)| answer));
    if let Some(answer) = latest {
        evidence.endpoint = Some(answer.endpoint.clone());
        evidence.method = Some(answer.method.clone());
        evidence.status = answer.status;
        evidence.at = Some(answer.at);
        evidence.request_id.clone_from(&answer.request_id);
        evidence.reason = Some(answer.reason.clone()).filter(|reason| !reason.is_empty());
        if let Some((run, _)) = beside.filter(|(_, call)| call.at == answer.at) {
            evidence.reason = Some(format!("it shares the grant that {run} ended by this call"));
        }
    } else if let Some(shared_with) = log::narrowed(log) {
        evidence.reason = Some(format!(
            "not called: the call would end {} too",
            shared_with.join(", ")
        ));
    }
    evidence
}
