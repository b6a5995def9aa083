//! What can be done with a job, from the list and from its own page.

use super::settings;
use crate::console::awaited::AwaitedReply;
use crate::console::command::{Command, Danger};
use crate::console::context::{ConfirmQuestion, Context, OverlayRequest};
use crate::console::text;
use crate::domain::job::{JobState, RunWishes};
use crate::wire::Problem;
use crate::wire::rpc::{self, JobAction};
use crate::wire::view::Job;

/// Does a command that is about a job; what is returned hears of it.
pub(in crate::console::screens) fn run(
    job: &Job,
    command: Command,
    cx: &mut Context<'_>,
) -> Option<AwaitedReply<rpc::JobAct>> {
    let (act, said) = match command {
        Command::EnableJob => (JobAction::Enable, "asked to be enabled"),
        Command::RunJob => (JobAction::Run, "asked to run"),
        Command::RunJobInFull => {
            let wishes = RunWishes {
                full: true,
                ..RunWishes::default()
            };
            (JobAction::RunWith(wishes), "asked to run over everything")
        }
        Command::FillGap => {
            let wishes = RunWishes {
                fill_gap: true,
                ..RunWishes::default()
            };
            (JobAction::RunWith(wishes), "asked to fill its gap")
        }
        Command::DisableJob | Command::CancelJob | Command::ResetJob | Command::AcceptGone => {
            ask_first(job, command, cx);
            return None;
        }
        Command::EditJob => {
            cx.overlay(OverlayRequest::FillIn(settings::question(job)));
            return None;
        }
        _ => return None,
    };
    cx.say(format!("{} {}: {said}.", job.provider, job.entity));
    Some(cx.ask(request(job, act)))
}

/// Says what came of it; whether it was done.
pub(in crate::console::screens) fn was_done(
    reply: Option<Result<Job, Problem>>,
    cx: &mut Context<'_>,
) -> bool {
    match reply {
        Some(Ok(job)) => {
            let (of, state) = (&job.provider, job.state.word());
            cx.done(format!("{of} {}: {state}.", job.entity));
            true
        }
        Some(Err(problem)) => {
            cx.complain(problem);
            false
        }
        None => false,
    }
}

/// Why a command cannot be done with a job now.
pub(in crate::console::screens) fn refuses(job: &Job, command: Command) -> Option<String> {
    if command.row().danger != Danger::Looks && job.refused.is_some() {
        return job.refused.clone();
    }
    let last = job.last_execution.as_ref();
    let live = last.is_some_and(|it| it.status.is_live());
    let runs = matches!(
        command,
        Command::RunJob | Command::RunJobInFull | Command::FillGap | Command::AcceptGone
    );
    let why = match command {
        Command::FillGap if job.gap.is_none() => "no events are missing",
        Command::AcceptGone if job.unaccepted_gone.is_none() => "nothing waits to be called gone",
        Command::EnableJob if job.is_enabled => "it is enabled",
        Command::DisableJob if !job.is_enabled => "it is off",
        Command::CancelJob if !live => "it is not running",
        Command::ResetJob if live => "it is running; c stops it first",
        // What is wished of it stops what runs without that.
        Command::RunJob if live => "it is running",
        _ if runs && job.state == JobState::Blocked => "its connection cannot be used",
        _ if runs && !job.is_enabled => "it is off",
        _ => return None,
    };
    Some(why.to_owned())
}

fn request(job: &Job, act: JobAction) -> rpc::JobAct {
    rpc::JobAct {
        job: job.id.as_str().to_owned(),
        act,
    }
}

fn gone(job: &Job) -> String {
    text::count(job.unaccepted_gone.unwrap_or_default(), "thing", "things")
}

/// Asks before something is stopped, forgotten or called gone.
fn ask_first(job: &Job, command: Command, cx: &mut Context<'_>) {
    let name = format!("{} {} of {}", job.provider, job.entity, job.connection_name);
    let kept = "What was received is kept.";
    let (act, title, verb, body, done) = match command {
        Command::DisableJob => (
            JobAction::Disable,
            format!("Disable {name}?"),
            "Disable it",
            "It will not run again until somebody enables it. A running execution is cancelled.",
            format!("{name} is disabled."),
        ),
        Command::ResetJob => (
            JobAction::Reset,
            format!("Reset {name}?"),
            "Reset it",
            "Where it stands is forgotten: the next pass begins at the beginning of the list and asks for everything.",
            format!("{name} begins anew."),
        ),
        Command::AcceptGone => (
            JobAction::RunWith(RunWishes {
                accept_gone: true,
                ..RunWishes::default()
            }),
            format!("Are {} of {name} gone?", gone(job)),
            "They are gone",
            "The vendor no longer lists them. The job asks for everything once more, and what is still missing then is marked as \
             gone; were it many more, you are asked again.",
            format!("{name} was asked to mark what is gone."),
        ),
        _ => (
            JobAction::Cancel,
            format!("Cancel {name}?"),
            "Stop it",
            "The running execution stops. The job stays enabled and runs again when it is due.",
            format!("The execution of {name} is cancelled."),
        ),
    };
    cx.overlay(OverlayRequest::Confirm(ConfirmQuestion {
        title,
        body: vec![body.to_owned(), kept.to_owned()],
        verb: verb.to_owned(),
        name: None,
        request: Box::new(request(job, act).into()),
        done,
    }));
}
