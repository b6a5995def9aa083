//! A job in cells, in a few words, and in full.

use std::iter;

use ratatui::text::Line;

use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::bar;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::table::Cell;
use crate::domain::job::{ExecutionStatus, JobState, SyncMode};
use crate::wire::view::{Execution, Job};

/// The role of a job's state.
#[must_use]
pub(in crate::console::screens) fn role(state: JobState) -> StyleRole {
    match state {
        JobState::Running => StyleRole::Accent,
        JobState::Failed => StyleRole::Bad,
        JobState::Blocked => StyleRole::Warn,
        JobState::Off => StyleRole::Dim,
        JobState::Queued | JobState::Idle => StyleRole::Text,
    }
}

/// The role of an execution's state.
#[must_use]
pub(in crate::console::screens) fn execution_role(status: ExecutionStatus) -> StyleRole {
    match status {
        ExecutionStatus::Queued | ExecutionStatus::Cancelled => StyleRole::Dim,
        ExecutionStatus::Running => StyleRole::Accent,
        ExecutionStatus::Succeeded => StyleRole::Good,
        ExecutionStatus::Failed => StyleRole::Bad,
    }
}

/// The glyph of a job's state.
#[must_use]
pub(in crate::console::screens) fn sign(state: JobState, look: &Appearance) -> &'static str {
    match state {
        JobState::Running => look.glyphs.busy,
        JobState::Failed => look.glyphs.bad,
        JobState::Blocked => look.glyphs.half,
        JobState::Off => look.glyphs.off,
        JobState::Queued => look.glyphs.pending,
        JobState::Idle => look.glyphs.good,
    }
}

pub(super) fn cells(job: &Job, look: &Appearance) -> Vec<Cell> {
    let live = job
        .last_execution
        .as_ref()
        .filter(|e| e.status == ExecutionStatus::Running);
    let progress = live.map_or_else(String::new, |e| {
        bar::progress(e.processed, e.total, 18, &look.glyphs)
    });
    let items = job
        .last_execution
        .as_ref()
        .map_or_else(String::new, |e| text::number(e.processed));
    let lead = if job.is_enabled {
        StyleRole::Title
    } else {
        StyleRole::Dim
    };
    vec![
        Cell(format!("{}  {}", job.provider, job.entity), lead),
        Cell(job.connection_name.clone(), lead),
        Cell(
            format!("{} {}", sign(job.state, look), job.state),
            role(job.state),
        ),
        Cell(progress, StyleRole::Accent),
        Cell(
            items,
            if live.is_some() {
                StyleRole::Text
            } else {
                StyleRole::Dim
            },
        ),
        Cell::text(live.map_or_else(String::new, |e| text::rate(e.rate))),
        Cell::dim(history(job, look)),
        Cell::dim(job.next_run_at.map_or_else(String::new, |at| look.time(at))),
        Cell(
            words(job, look),
            if job.state == JobState::Failed {
                StyleRole::Text
            } else {
                StyleRole::Dim
            },
        ),
    ]
}

/// How the last runs ended: those that succeeded as high as they saw much, beside each other.
fn history(job: &Job, look: &Appearance) -> String {
    let seen = &job.last_runs_processed;
    let most = seen.iter().copied().max().unwrap_or(0);
    let seen = seen.iter().copied().chain(iter::repeat(0));
    bar::history(
        job.last_runs
            .iter()
            .zip(seen)
            .map(|(status, n)| match status {
                ExecutionStatus::Succeeded => bar::level(n, most, &look.glyphs),
                ExecutionStatus::Failed => "x",
                ExecutionStatus::Cancelled => "-",
                ExecutionStatus::Queued | ExecutionStatus::Running => ":",
            }),
    )
}

/// What there is to say about a job in a few words.
#[must_use]
pub(in crate::console::screens) fn words(job: &Job, look: &Appearance) -> String {
    let last = job.last_execution.as_ref();
    if let Some(until) = job.waits_until {
        return format!(
            "waits until {} for {}'s limit",
            look.time(until),
            job.provider
        );
    }
    if job.state == JobState::Running {
        return last.map_or_else(String::new, |e| match e.total {
            Some(total) => format!(
                "page {}, {} of {}",
                e.pages,
                text::number(e.processed),
                text::number(total)
            ),
            None => format!("page {}, total unknown", e.pages),
        });
    }
    if let Some(error) = &job.last_error {
        return error.clone();
    }
    // What is as it should be needs no words beside the time.
    let is_plain = ["synced", "not pulled yet", ""].contains(&job.claim.as_str())
        || job.claim.starts_with("synced; deletions checked");
    if !is_plain {
        return job.claim.clone();
    }
    match last.and_then(|e| e.completed_at) {
        Some(at) => format!("done {}", look.time(at)),
        None => "never ran".to_owned(),
    }
}

pub(super) fn describe(job: &Job, width: u16, look: &Appearance) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 12, look);
    let name = format!("{} {}", job.provider, job.entity);
    page.line(vec![
        look.span(name, StyleRole::Title),
        look.span(format!(" {} ", look.glyphs.dot), StyleRole::Dim),
        look.span(&job.connection_name, StyleRole::Text),
    ]);
    let rate = job.last_execution.as_ref().map_or(0, |it| it.rate);
    let mut state = vec![look.span(
        format!("{} {}", sign(job.state, look), job.state),
        role(job.state),
    )];
    if job.state == JobState::Running && rate > 0 {
        state.push(look.span(format!("  {}", text::rate(rate)), StyleRole::Text));
    }
    page.line(state);
    page.words(
        job.last_error.as_deref().unwrap_or_default(),
        StyleRole::Text,
    );
    page.blank();
    let mode = match job.mode {
        SyncMode::Full => "everything",
        SyncMode::Incremental => "what changed",
    };
    let schedule = job.schedule.as_deref().unwrap_or("by hand");
    page.pair("Last runs", history(job, look).trim_start(), StyleRole::Dim);
    page.pair("Schedule", &format!("{schedule}, {mode}"), StyleRole::Text);
    if let Some(at) = job.next_run_at {
        page.pair("Next", &look.moment(at), StyleRole::Text);
    }
    if !job.claim.is_empty() {
        page.pair("In step", &job.claim, StyleRole::Text);
    }
    if let Some(last) = &job.last_execution {
        page.heading("Last execution");
        page.pair("State", last.status.word(), StyleRole::Text);
        execution(last, &mut page, look);
        page.pair(
            "Error",
            last.error.as_deref().unwrap_or_default(),
            StyleRole::Bad,
        );
    }
    page.done()
}

/// When an execution ran, and what it saw.
pub(in crate::console::screens) fn execution(
    row: &Execution,
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    page.pair("Began", &look.moment(row.started_at), StyleRole::Text);
    if let Some(at) = row.completed_at {
        page.pair("Took", &look.lasted(row.started_at, at), StyleRole::Text);
    }
    let parts = [
        (row.created, "new"),
        (row.updated, "changed"),
        (row.skipped, "unchanged"),
        (row.failed, "not taken"),
    ];
    let counts = parts.map(|(n, word)| format!("{} {word}", text::number(n)));
    page.pair("Seen", &text::number(row.processed), StyleRole::Text);
    page.pair("", &counts.join(", "), StyleRole::Dim);
    let halved = match row.halved {
        0 => String::new(),
        n => format!(", halved {}", text::count(n, "time", "times")),
    };
    page.pair(
        "Pages",
        &format!("{}{halved}", text::number(row.pages)),
        StyleRole::Text,
    );
}
