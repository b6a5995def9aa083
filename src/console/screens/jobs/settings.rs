//! When a job runs, how much it asks for, and how long it is tried.

use crate::console::form_question::{FormAnswers, FormField, FormFieldKind, FormQuestion};
use crate::domain::job::SyncMode;
use crate::wire::request::Request;
use crate::wire::rpc::{JobEdit, JobSpec};
use crate::wire::view::Job;

/// The fields, in order.
const SCHEDULE: usize = 0;
const MODE: usize = 1;
const RETRIES: usize = 2;
const TIMEOUT: usize = 3;

/// The words of the modes, the one that is in force first.
const CHANGES_FIRST: &[&str] = &["what changed", "everything"];
const EVERYTHING_FIRST: &[&str] = &["everything", "what changed"];

/// The dialog that changes them.
pub(super) fn question(job: &Job) -> FormQuestion {
    let name = format!("{} {} of {}", job.provider, job.entity, job.connection_name);
    let text = |label: &str, began: String, hint| FormField::filled(label, &began, hint);
    let modes = match job.mode {
        SyncMode::Incremental => CHANGES_FIRST,
        SyncMode::Full => EVERYTHING_FIRST,
    };
    FormQuestion {
        title: format!("When {name} runs"),
        body: Vec::new(),
        fields: vec![
            text(
                "Schedule",
                job.schedule.clone().unwrap_or_default(),
                "cron in UTC: minute hour day month weekday; empty for by hand",
            ),
            FormField::new("Asks for", FormFieldKind::Choice(modes), ""),
            text("Retries", job.max_retries.to_string(), "1 to 10"),
            text(
                "Minutes",
                job.timeout_minutes.to_string(),
                "without a page, after which an execution fails: 1 to 1440",
            ),
        ],
        verb: "Keep it",
        subject: job.id.as_str().to_owned(),
        request,
        done: format!("{name} is changed."),
    }
}

fn request(job: &str, answers: &FormAnswers<'_>) -> Result<Request, String> {
    let spec = JobSpec {
        connection: None,
        entity: None,
        mode: mode(answers),
        schedule: answers.changed(SCHEDULE),
        max_retries: number(answers, RETRIES, "The retries are a number from 1 to 10.")?,
        timeout_minutes: number(answers, TIMEOUT, "The minutes are a number from 1 to 1440.")?,
    };
    let is_same = spec.mode.is_none()
        && spec.schedule.is_none()
        && spec.max_retries.is_none()
        && spec.timeout_minutes.is_none();
    match is_same {
        true => Err("Nothing is changed.".to_owned()),
        false => Ok(Request::JobEdit(JobEdit {
            job: job.to_owned(),
            spec,
        })),
    }
}

/// The other mode, where it was chosen.
fn mode(answers: &FormAnswers<'_>) -> Option<SyncMode> {
    let FormFieldKind::Choice(modes) = answers.fields.get(MODE)?.kind else {
        return None;
    };
    match (answers.choice(MODE), modes == CHANGES_FIRST) {
        (0, _) => None,
        (_, true) => Some(SyncMode::Full),
        (_, false) => Some(SyncMode::Incremental),
    }
}

/// A number, where it is another one than before.
fn number<T: std::str::FromStr>(
    answers: &FormAnswers<'_>,
    at: usize,
    wanted: &str,
) -> Result<Option<T>, String> {
    let changed = answers.changed(at).map(|text| text.parse());
    changed.transpose().map_err(|_| wanted.to_owned())
}
