//! The calls of D3, and D4: what each was answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::worker::Worker;
use crate::domain::disconnect::log::{self, Intent, LoggedEvent, Record};
use crate::domain::disconnect::run::Run;
use crate::domain::provider::Call;
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::server::disconnect::sharing::Sharing;
use crate::server::run_entries::StepError;
use crate::server::vendor::{LOST, no_answer};
use crate::server::{Server, clock_and_ids, grants};
use crate::vault::ToRevoke;

/// How often a call is made before its failure stands.
const TRIES: usize = 3;
/// From the first call of a run to the last, waits for a vendor's limits included. What is left then is unreachable.
const ALL_CALLS: Duration = Duration::from_secs(20);

/// Why a call must not be made now although it was decided on: somebody connected meanwhile who would lose the grant, or the
/// same token. Where wider calls were allowed, that was said of those that were connected when the run began.
fn forbidden(
    worker: &Worker<'_>,
    run: &Run,
    log: &[Record],
    call: &Call,
    intent: &Intent,
) -> Result<Option<String>, StepError> {
    let server = worker.server;
    let Some(file) = server.provider(&run.provider) else {
        return Ok(None);
    };
    let tokens = log::tokens(log).unwrap_or_default();
    // The provider file may have changed since it was decided.
    let blast = grants::widest(&file, run.uninstall).max(call.blast);
    let sharing = Sharing::of(server, &worker.connection, &file, tokens, blast)?;
    let mut losers = sharing.losers(call, intent, tokens);
    losers.retain(|c| !run.accepted_the_end_of(c));
    Ok((!losers.is_empty()).then(|| {
        format!(
            "not called: the call would end {} too",
            grants::names(server, &losers).join(", ")
        )
    }))
}

/// One call of D3, and D4: its answer.
pub(super) async fn one(
    server: &Arc<Server>,
    run: &Run,
    log: &[Record],
    at: usize,
    left: &mut TimeLeft,
) -> Result<(), StepError> {
    let worker = Worker::of(server, run).await?;
    let intent = log::asked(log).and_then(|(_, intents)| intents.get(at));
    let spec = server
        .provider(&run.provider)
        .and_then(|file| file.calls().into_iter().nth(intent?.call));
    let answers = match (intent, spec) {
        (Some(intent), Some(spec)) => {
            // A grant that is being issued right now is either there before this, and seen, or after it. So is a token: some
            // vendors issue the one that lives to whoever authorizes again.
            let file = server.provider(&run.provider);
            let _revoking = match file.as_deref() {
                Some(file) => Some(server.grants.revoking(file).await),
                None => None,
            };
            if let Some(why) = forbidden(&worker, run, log, &spec, intent)? {
                return called(
                    server,
                    run,
                    at,
                    vec![no_answer(CallVerdict::Unsupported, &why)],
                )
                .await;
            }
            let token = intent
                .token
                .as_ref()
                .map(|id| worker.open(id))
                .transpose()?
                .flatten();
            let asking = CallAttempts {
                worker: &worker,
                spec: &spec,
                token: token.as_ref(),
                ends: *left.0.get_or_insert_with(|| Instant::now() + ALL_CALLS),
            };
            asking.tries().await
        }
        _ => vec![no_answer(
            CallVerdict::Unsupported,
            "the provider file no longer has this call",
        )],
    };
    called(server, run, at, answers).await
}

/// The answer to a call that may have been made is lost: that is written before it is made again.
pub(super) async fn lost(server: &Arc<Server>, run: &Run, intent: usize) -> Result<(), StepError> {
    let answer = no_answer(CallVerdict::Lost, LOST);
    let lost = vec![LoggedEvent::Lost { intent, answer }];
    Ok(server
        .store
        .recorded(&run.id, clock_and_ids::now(), lost, None)
        .await?)
}

/// D4: the last answer, and before it the tries that the vendor may have acted on.
async fn called(
    server: &Arc<Server>,
    run: &Run,
    intent: usize,
    mut tries: Vec<CallAnswer>,
) -> Result<(), StepError> {
    let Some(answer) = tries.pop() else {
        return Ok(());
    };
    tries.retain(|answer| answer.verdict == CallVerdict::Lost);
    let lost = |answer| LoggedEvent::Lost { intent, answer };
    let mut records: Vec<LoggedEvent> = tries.into_iter().map(lost).collect();
    records.push(LoggedEvent::Called { intent, answer });
    Ok(server
        .store
        .recorded(&run.id, clock_and_ids::now(), records, None)
        .await?)
}

/// When the time for the calls of a run is over. After a crash it begins anew, so that what was decided is called for.
#[derive(Default)]
pub(super) struct TimeLeft(Option<Instant>);

/// One call, made as often as its answers and the time allow.
struct CallAttempts<'a> {
    worker: &'a Worker<'a>,
    spec: &'a Call,
    token: Option<&'a ToRevoke>,
    ends: Instant,
}

impl CallAttempts<'_> {
    async fn tries(&self) -> Vec<CallAnswer> {
        let mut tries = Vec::new();
        while Instant::now() < self.ends {
            let answer = self.once().await;
            let wait = again(&answer);
            tries.push(answer);
            match wait.filter(|wait| tries.len() < TRIES && Instant::now() + *wait < self.ends) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => break,
            }
        }
        if tries.is_empty() {
            let limit = ALL_CALLS.as_secs();
            let why = format!("not called: earlier calls of this run have taken its {limit} s");
            tries.push(no_answer(CallVerdict::Unreachable, &why));
        }
        tries
    }

    async fn once(&self) -> CallAnswer {
        let call = self.worker.call(self.spec, self.token);
        match tokio::time::timeout_at(self.ends, call).await {
            Ok(answer) => answer,
            Err(_) => {
                let limit = ALL_CALLS.as_secs();
                let why = format!("no answer within the {limit} s that a run's calls may take");
                no_answer(CallVerdict::Lost, &why)
            }
        }
    }
}

/// After how long a call is worth repeating; none where it is not.
fn again(answer: &CallAnswer) -> Option<Duration> {
    use CallVerdict::{Limited, Lost, Unreachable};
    if !matches!(answer.verdict, Lost | Limited | Unreachable) {
        return None;
    }
    let asked = answer.not_before.map(|at| at.duration_since(answer.at));
    Some(match asked {
        Some(asked) => Duration::try_from(asked).unwrap_or_default(),
        None => Duration::from_millis(500),
    })
}
