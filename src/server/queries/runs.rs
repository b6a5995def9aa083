//! Runs as clients see them: the log, folded.

use std::sync::Arc;

use crate::domain::disconnect::log::{self, LoggedEvent, Record, Step, StepState};
use crate::domain::disconnect::manual_acts::AppLeft;
use crate::domain::disconnect::run::{FollowUp, Run};
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::id::RunId;
use crate::domain::sorting::{SortValue, Worth};
use crate::server::connect::Links;
use crate::server::{Server, clock_and_ids, token_reads};
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::view::{self, Page};

use super::window::Asked;
use super::{run_tokens, window};

/// A part of the list, newest first.
pub async fn list(server: &Arc<Server>, asked: Asked<'_>) -> Result<Page<view::RunRow>, Problem> {
    let (house, reverse) = (Arc::clone(server), asked.reverse());
    let source = move |after: Option<&str>, limit| {
        let runs = house.store.page::<Run>("", after, limit, !reverse)?;
        let place = |run: Run| (run.id.to_string(), Some(run));
        Ok(runs.into_iter().map(place).collect())
    };
    let (house, by) = (Arc::clone(server), asked.sorted_by());
    let searched = move |run: &Run| {
        let worth = by.map(|by| worth(&house, run, by)).transpose()?.flatten();
        Ok(Searched {
            worth,
            ..searched(run)
        })
    };
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    let total = server.store.count("runs")?.unsigned_abs();
    let links = Links::now(server)?;
    window::page(rows, total, |run| row(server, run, &links)).map_err(Problem::from)
}

/// What it can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[
        FilterField::Connection,
        FilterField::Provider,
        FilterField::By,
        FilterField::State,
        FilterField::Reason,
        FilterField::Ticket,
    ],
    time: true,
    values: &[
        SortValue::Time,
        SortValue::Ended,
        SortValue::Proven,
        SortValue::Living,
    ],
};

/// What a run has of the value that runs are sorted by. What its record says is read for no other order.
fn worth(server: &Server, run: &Run, by: SortValue) -> Result<Option<Worth>, StoreError> {
    Ok(match by {
        SortValue::Time => Some(run.started_at.into()),
        SortValue::Ended => Some(run.ended_at.unwrap_or(run.started_at).into()),
        SortValue::Proven => {
            let tokens = run_tokens::tokens(&server.store.run_log(&run.id)?);
            Some(proven(&tokens).into())
        }
        SortValue::Living => Some(living(server, &run.id)?.into()),
        _ => None,
    })
}

/// What a filter looks in.
fn searched(run: &Run) -> Searched {
    let ticket = run.ticket.clone().unwrap_or_default();
    let fields = vec![
        (FilterField::Connection, run.name.clone()),
        (
            FilterField::Provider,
            format!("{} {}", run.provider, run.provider_name),
        ),
        (FilterField::By, run.actor.clone()),
        (FilterField::State, run.state.words().to_owned()),
        (FilterField::Reason, run.reason.words().to_owned()),
        (FilterField::Ticket, ticket),
    ];
    Searched {
        at: Some(run.started_at),
        ..Searched::of(fields)
    }
}

/// One run in full.
pub fn one(server: &Server, run: &Run) -> Result<view::Run, StoreError> {
    let log = server.store.run_log(&run.id)?;
    let left = server.store.follow_ups_of(&run.connection)?;
    let file = server.provider(&run.provider);
    let app_left = file.as_ref().and_then(|file| AppLeft::by(&log, file));
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
        tokens: run_tokens::tokens(&log),
        counts: log::counts(&log),
        follow_ups: left
            .iter()
            .filter(|f| f.is_of(&run.id))
            .map(|f| follow_up(server, run, f))
            .collect::<Result<_, _>>()?,
        app_left,
        plan: run.plan.clone(),
        readers: token_reads::readers(server, &run.connection, run.generation)?,
        links: Links::now(server)?.shown(server, run),
        checkpoint: run.checkpoint.clone(),
        records: log.len(),
        walkthrough: run.walkthrough.clone(),
        swap: run.swap.clone(),
    })
}

/// What is left of a run to a person.
pub fn follow_up(server: &Server, run: &Run, f: &FollowUp) -> Result<view::FollowUp, StoreError> {
    follow_up_of(server, &run.name, &run.provider_name, f)
}

/// What is left of a disconnect of this name at this provider.
pub fn follow_up_of(
    server: &Server,
    name: &str,
    provider: &str,
    f: &FollowUp,
) -> Result<view::FollowUp, StoreError> {
    let connection = server.store.connection(&f.connection)?;
    let again = connection.connected_at.filter(|at| *at > f.opened_at);
    // To be let into a channel is for the connection that is in service.
    let channels = match again {
        Some(_) => server.store.channels_of(&f.connection)?,
        None => Vec::new(),
    };
    let mut attachments = channels.iter().filter_map(|it| it.attached.as_ref());
    let is_invitation = attachments.any(|it| it.follow_up.as_ref() == Some(&f.id));
    let again = again.filter(|_| !is_invitation);
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
        assigned: f.assigned.as_ref().map(|to| to.name.clone()),
        reconnected_at: again.filter(|_| connection.status.in_service()),
    })
}

/// How many tokens of it are proven dead.
fn proven(tokens: &[view::RunToken]) -> u64 {
    let is_proven = |it: &&view::RunToken| it.outcome.is_some_and(|o| o.proven());
    tokens.iter().filter(is_proven).count() as u64
}

/// How many tokens of it may live.
fn living(server: &Server, run: &RunId) -> Result<u64, StoreError> {
    let now = clock_and_ids::now();
    let exposed = server.store.exposures_of_run(run)?;
    Ok(exposed.iter().filter(|it| !it.is_over(now)).count() as u64)
}

fn row(server: &Server, run: Run, links: &Links) -> Result<view::RunRow, StoreError> {
    let log = server.store.run_log(&run.id)?;
    let tokens = run_tokens::tokens(&log);
    let exposed = living(server, &run.id)?;
    let step = Step::ALL
        .into_iter()
        .rev()
        .find(|step| log::last_state(&log, *step).0 != StepState::Pending);
    Ok(view::RunRow {
        tokens: tokens.len() as u64,
        proven: proven(&tokens),
        step: step.unwrap_or(Step::Confirm),
        exposed,
        link_until: links.until(&run),
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
        if let LoggedEvent::Step {
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
