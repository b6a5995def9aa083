//! Revoking: every token asked (D3), called for (D4), asked again and judged (D5).

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use super::{StepError, begin_step, begins, prove, run_entry};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::disconnect::intents::{Reach, intents};
use crate::domain::disconnect::judge::{
    Answer, CallAnswer, CallVerdict, Facts, Outcome, Residual, Verdict, judge,
};
use crate::domain::disconnect::log::{
    self, Happened, NextRevoke, Record, RunToken, Step, StepState, next_revoke,
};
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::provider::{Blast, Call, CallKind, Lifetime, ProviderFile, Question};
use crate::providers;
use crate::server::look::runs;
use crate::server::vendor::{self, Vendor, not_askable};
use crate::server::{Server, grants, mint, tokens};
use crate::store::StoreError;
use crate::store::facts::Intent;
use crate::vault::VaultError;
use crate::wire::Topic;

/// How often a call is made before its failure stands.
const TRIES: u32 = 3;
/// A vendor that wants to be asked later than this is taken to be unreachable.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a vendor that said yes is given to act on it: some end a token a little after they have answered.
const SETTLES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

pub(super) async fn step(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    begin_step(server, run, log, Step::RevokeTokens)?;
    let mut log = log.to_vec();
    loop {
        log.extend(server.store.run_log_from(&run.id, log.len())?);
        match next_revoke(&log) {
            NextRevoke::Collect => collect(server, run).await?,
            NextRevoke::Ask => ask_all(server, run, &log).await?,
            NextRevoke::Call(at) => call(server, run, &log, at).await?,
            NextRevoke::Judge(id) => judge_one(server, run, &log, &id).await?,
            NextRevoke::Over => return over(server, run, &log).await,
        }
        server.hub.tell([Topic::Run(run.id.clone())]);
    }
}

/// The tokens of the connection: those that are sealed here, and those that were issued and never seen.
async fn collect(server: &Arc<Server>, run: &Run) -> Result<(), StepError> {
    tokens::freshen::for_revocation(server, run).await;
    let never = server
        .provider(&run.provider)
        .is_some_and(|file| never_expires(&file));
    let changed = vendor::changed_at(server, &run.provider)?;
    let sealed = |c: &Credential| RunToken {
        credential: c.id.clone(),
        kind: c.kind,
        label: c.label.clone(),
        fingerprint: c.fingerprint.clone(),
        superseded: !c.is_active(),
        expires_at: c.expires_at,
        never_expires: matches!(c.kind, TokenKind::ApiKey | TokenKind::Installation)
            || (never && c.kind == TokenKind::Access),
        // What another registration of ours was told says nothing about what this one is told.
        passed_by: c.passed_by.filter(|_| {
            c.passed_at
                .is_some_and(|at| changed.is_none_or(|changed| at > changed))
        }),
        by_proof: false,
    };
    let credentials = server.store.credentials_of(&run.connection)?;
    // A token of an older generation that was not proven dead is still this connection's to end.
    let ours = |c: &&Credential| c.may_live();
    let mut tokens: Vec<RunToken> = credentials.iter().filter(ours).map(sealed).collect();
    let unseen_ones = server.store.intents_of(&run.connection)?;
    tokens.extend(unseen_ones.into_iter().map(unseen));
    tokens.sort_by_key(|token| token.kind != TokenKind::Refresh);
    let collected = Happened::Tokens { tokens };
    Ok(server.store.noted(&run.id, mint::now(), [collected])?)
}

/// A token that was issued, as far as is known, and never seen.
pub(super) fn unseen(intent: Intent) -> RunToken {
    RunToken {
        credential: intent.credential,
        kind: TokenKind::Unknown,
        label: intent.call,
        fingerprint: "unknown".to_owned(),
        superseded: false,
        expires_at: None,
        never_expires: false,
        passed_by: None,
        by_proof: false,
    }
}

/// D3: what every token answers before the first call, and the calls that follow. What joins later is asked when it
/// joins; what was asked once is not asked again.
async fn ask_all(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
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
    for token in &tokens {
        answers.push((token.credential.clone(), worker.ask(token).await?));
    }
    if !worker.still_stands()? {
        for (_, answer) in answers.iter_mut().filter(|(_, it)| it.at >= worker.began) {
            *answer = not_askable("our registration was changed meanwhile");
        }
    }
    let (more, narrowed) = decide(server, run, &worker, &tokens, log::asked(log).is_none())?;
    decided.extend(more);
    let alive = answers
        .iter()
        .filter(|(_, answer)| answer.verdict == Verdict::Alive)
        .count();
    let detail =
        json!({ "run": run.id, "tokens": answers.len(), "alive": alive, "calls": decided.len() });
    let entry = run_entry(run, "connection.revoking", AuditOutcome::Done, detail);
    let asked = Happened::Asked {
        answers,
        intents: decided,
    };
    Ok(server
        .store
        .recorded(
            &run.id,
            mint::now(),
            narrowed.into_iter().chain([asked]).collect(),
            Some(entry),
        )
        .await?)
}

/// The calls about these tokens. While another connection shares the grant, those that end more than one token are
/// left out, unless wider ones were allowed.
fn decide(
    server: &Server,
    run: &Run,
    worker: &Worker<'_>,
    tokens: &[RunToken],
    first: bool,
) -> Result<(Vec<log::Intent>, Option<Happened>), StepError> {
    let Some(file) = server.provider(&run.provider) else {
        return Ok((Vec::new(), None));
    };
    let calls = file.calls();
    let account = (&run.connection, worker.connection.account.id.as_str());
    let blast = grants::widest(&file, run.uninstall);
    let shared = grants::siblings(server, account, &file, blast)?;
    let reach = Reach {
        uninstall: run.uninstall,
        wide: run.allow_wider || shared.is_empty(),
    };
    let skipped: Vec<usize> = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| reach.wants(call) && !reach.allows(call))
        .map(|(at, _)| at)
        .collect();
    let narrowed = (!skipped.is_empty()).then(|| Happened::Narrowed {
        calls: skipped,
        shared_with: grants::names(server, &shared),
    });
    let mut decided = intents(&calls, tokens, reach);
    // What ends the account or the installation has been called already when further tokens join.
    let is_about_it = |intent: &log::Intent| {
        let call = calls.get(intent.call);
        intent.token.is_some() && call.is_some_and(|call| call.kind == CallKind::Revoke)
    };
    decided.retain(|intent| first || is_about_it(intent));
    Ok((decided, narrowed))
}

/// Why a call must not be made now although it was decided on: somebody connected meanwhile who would lose the grant.
fn forbidden(
    server: &Server,
    run: &Run,
    connection: &Connection,
    call: &Call,
) -> Result<Option<String>, StepError> {
    let Some(file) = server.provider(&run.provider).filter(|_| !run.allow_wider) else {
        return Ok(None);
    };
    let account = (&run.connection, connection.account.id.as_str());
    let shared = grants::siblings(server, account, &file, call.blast)?;
    Ok((!shared.is_empty()).then(|| {
        format!(
            "not called: the call would end {} too",
            grants::names(server, &shared).join(", ")
        )
    }))
}

/// One call of D3, and D4: its answer.
async fn call(server: &Arc<Server>, run: &Run, log: &[Record], at: usize) -> Result<(), StepError> {
    let worker = Worker::of(server, run).await?;
    let intent = log::asked(log).and_then(|(_, intents)| intents.get(at));
    let spec = server
        .provider(&run.provider)
        .and_then(|file| file.calls().into_iter().nth(intent?.call));
    let answer = match (intent, spec) {
        (Some(intent), Some(spec)) => {
            // A grant that is being issued right now is either there before this, and seen, or after it.
            let file = server.provider(&run.provider);
            let _revoking = match file.as_deref().filter(|_| spec.blast >= Blast::Grant) {
                Some(file) => Some(server.grants.revoking(file).await),
                None => None,
            };
            if let Some(why) = forbidden(server, run, &worker.connection, &spec)? {
                return called(server, run, at, missing(&why)).await;
            }
            let token = intent
                .token
                .as_ref()
                .map(|id| worker.open(id))
                .transpose()?
                .flatten();
            let mut answer = worker.call(&spec, token.as_ref()).await;
            let mut try_ = 1;
            while try_ < TRIES && again(&answer).await {
                answer = worker.call(&spec, token.as_ref()).await;
                try_ += 1;
            }
            vendor::evidence(answer)
        }
        _ => missing("the provider file no longer has this call"),
    };
    called(server, run, at, answer).await
}

/// D4.
async fn called(
    server: &Arc<Server>,
    run: &Run,
    intent: usize,
    answer: CallAnswer,
) -> Result<(), StepError> {
    let record = Happened::Called { intent, answer };
    Ok(server
        .store
        .recorded(&run.id, mint::now(), vec![record], None)
        .await?)
}

/// Whether a call is worth repeating, after waiting as long as the vendor asked.
async fn again(answer: &providers::CallAnswer) -> bool {
    use providers::Verdict::{Lost, RateLimited, Unreachable};
    if !matches!(answer.verdict, Lost | RateLimited | Unreachable) {
        return false;
    }
    let wait = answer.retry_after.unwrap_or(Duration::from_millis(500));
    if wait > PATIENCE {
        return false;
    }
    tokio::time::sleep(wait).await;
    true
}

/// Asks the same question again, and D5: what may be claimed.
async fn judge_one(
    server: &Arc<Server>,
    run: &Run,
    log: &[Record],
    id: &CredentialId,
) -> Result<(), StepError> {
    let Some(token) =
        log::tokens(log).and_then(|tokens| tokens.iter().find(|token| token.credential == *id))
    else {
        return Err(
            StoreError::Damaged(format!("{} judges a token it does not have", run.id)).into(),
        );
    };
    let worker = Worker::of(server, run).await?;
    let calls = calls_about(log, id);
    let unasked = not_askable("it was not asked before");
    let mut before = log::before(log, id).unwrap_or(&unasked);
    let accepted = calls
        .iter()
        .any(|call| call.verdict == CallVerdict::Accepted);
    let mut after = worker.ask_again(token, before.question).await?;
    for settles in SETTLES {
        if !accepted || after.verdict != Verdict::Alive {
            break;
        }
        tokio::time::sleep(settles).await;
        after = worker.ask_again(token, before.question).await?;
    }
    if after.verdict == Verdict::Dead && log::is_caught_lying(log, after.question) {
        after.verdict = Verdict::Unknown;
        after.reason = "it says the same of another token that still works".to_owned();
    }
    let mut passed_by = token.passed_by;
    // Of a token that no question ever called alive, no question can tell that it is dead.
    let is_mute = after.verdict == Verdict::NotAskable
        || (after.verdict != Verdict::Alive
            && before.verdict != Verdict::Alive
            && passed_by.is_none());
    if is_mute
        && let Ok(vendor) = &worker.vendor
        && let Some(tried) =
            prove::refresh_token(server, run, log, (&worker.connection, vendor), token).await?
    {
        // The exchange or refresh that issued it is the success on record.
        passed_by = Some(Question::Refresh);
        before = &unasked;
        after = tried;
    }
    let changed = vendor::changed_at(server, &run.provider)?;
    // Somebody changed our registration meanwhile: the two questions were not the same one.
    let same_asker = changed.is_none_or(|at| at < before.at) && worker.still_stands()?;
    if !same_asker {
        before = &unasked;
        passed_by = None;
    }
    let facts = Facts {
        before,
        passed_by,
        calls: &calls,
        after: &after,
    };
    let outcome = judge(&facts);
    let residual = residual(
        run,
        server.provider(&run.provider).as_deref(),
        token,
        outcome,
    );
    let audit = if outcome.proven() {
        AuditOutcome::Done
    } else {
        AuditOutcome::Warning
    };
    let detail = json!({
        "run": run.id, "credential": id, "kind": token.kind, "fingerprint": token.fingerprint, "outcome": outcome,
        "residual_until": residual,
    });
    let judged = Happened::Judged {
        credential: id.clone(),
        after,
        outcome,
        residual,
    };
    let mut entry = run_entry(run, "token.revoked", audit, detail);
    let mut told = log.to_vec();
    told.push(Record {
        at: mint::now(),
        what: judged.clone(),
    });
    let evidence = runs::tokens(&told)
        .into_iter()
        .find(|t| t.credential == *id)
        .map(|t| t.evidence);
    entry.evidence = json!(evidence);
    Ok(server
        .store
        .recorded(&run.id, mint::now(), vec![judged], Some(entry))
        .await?)
}

/// The calls that could have ended this token. That a sibling was gone already says nothing about this one.
pub(in crate::server) fn calls_about<'a>(
    log: &'a [Record],
    id: &CredentialId,
) -> Vec<&'a CallAnswer> {
    let Some((_, intents)) = log::asked(log) else {
        return Vec::new();
    };
    let own_word =
        |intent: &log::Intent| intent.token.is_none() || intent.token.as_ref() == Some(id);
    intents
        .iter()
        .enumerate()
        .filter(|(_, intent)| intent.kills.contains(id))
        .filter_map(|(at, intent)| log::called(log, at).map(|answer| (intent, answer)))
        .filter(|(intent, answer)| own_word(intent) || answer.verdict != CallVerdict::Gone)
        .map(|(_, answer)| answer)
        .collect()
}

async fn over(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    let tokens = runs::tokens(log);
    let proven = tokens
        .iter()
        .filter(|t| t.outcome.is_some_and(Outcome::proven))
        .count();
    grants::probe_siblings(server, run).await?;
    let has_no_way = |intent: usize| {
        log::called(log, intent).is_some_and(|call| call.verdict == CallVerdict::Unsupported)
    };
    let no_call = log::asked(log).is_none_or(|(_, intents)| (0..intents.len()).all(has_no_way))
        && log::narrowed(log).is_none();
    let (state, mut detail) = match (tokens.len(), proven) {
        (0, _) => (StepState::Skipped, "there were no tokens".to_owned()),
        (all, proven) if all == proven => {
            (StepState::Done, format!("{proven} of {all} proven dead"))
        }
        (all, _) if no_call => (
            StepState::Skipped,
            format!("the provider has no way to revoke; {all} may live on"),
        ),
        (all, proven) => (StepState::Warning, format!("{proven} of {all} proven dead")),
    };
    if let Some(shared_with) = log::narrowed(log) {
        let whom = shared_with.join(", ");
        detail = format!("{detail}; calls that would end {whom} too were not made");
    }
    let record = Happened::Step {
        step: Step::RevokeTokens,
        state,
        detail,
    };
    let next = begins(Step::DestroyCredentials);
    Ok(server.store.noted(&run.id, mint::now(), [record, next])?)
}

/// Why a token that is not at hand cannot be asked about.
fn out_of_reach(token: &RunToken) -> Answer {
    not_askable(match token.kind {
        TokenKind::Unknown => "it was issued, and its answer was lost",
        _ => "its key is lost here",
    })
}

/// The revocation worker: the one that opens secrets of a connection whose gate is shut.
struct Worker<'a> {
    server: &'a Server,
    began: Timestamp,
    connection: Connection,
    vendor: Result<Vendor, String>,
}

impl<'a> Worker<'a> {
    async fn of(server: &'a Server, run: &Run) -> Result<Self, StepError> {
        let began = mint::now();
        let connection = server.store.connection(&run.connection)?;
        // Without the provider file nothing can be asked, and that is said; it does not stop the disconnect.
        let vendor = Vendor::of(server, &run.provider)
            .await
            .map_err(|problem| problem.message);
        Ok(Self {
            server,
            began,
            connection,
            vendor,
        })
    }

    /// Whether the questions since it began were all asked by the same registration of ours.
    fn still_stands(&self) -> Result<bool, StoreError> {
        match &self.vendor {
            Ok(vendor) => vendor.still_stands(self.server),
            Err(_) => Ok(true),
        }
    }

    async fn ask(&self, token: &RunToken) -> Result<Answer, StepError> {
        let vendor = match &self.vendor {
            Ok(vendor) => vendor,
            Err(why) => return Ok(not_askable(why)),
        };
        match self.open(&token.credential)? {
            Some(secret) => Ok(vendor
                .ask(&self.connection, token.kind, &secret, token.passed_by)
                .await),
            None => Ok(out_of_reach(token)),
        }
    }

    /// The same question as before the calls; without one, whatever can be asked now.
    async fn ask_again(
        &self,
        token: &RunToken,
        question: Option<Question>,
    ) -> Result<Answer, StepError> {
        let (Ok(vendor), Some(question)) = (&self.vendor, question) else {
            return self.ask(token).await;
        };
        match self.open(&token.credential)? {
            Some(secret) => Ok(vendor
                .ask_again(&self.connection, token.kind, &secret, question)
                .await),
            None => Ok(out_of_reach(token)),
        }
    }

    async fn call(
        &self,
        spec: &crate::domain::provider::Call,
        token: Option<&SecretString>,
    ) -> providers::CallAnswer {
        match &self.vendor {
            Ok(vendor) => vendor.call(&self.connection, spec, token).await,
            Err(why) => providers::CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str(),
                status: None,
                verdict: providers::Verdict::NotSent,
                why: Some(why.clone()),
                retry_after: None,
                request_id: None,
                body_excerpt: String::new(),
            },
        }
    }

    /// The secret; none for a token that was never seen, or whose key slot is damaged: nobody could bring that back, so
    /// waiting for a person would keep the connection for ever.
    fn open(&self, id: &CredentialId) -> Result<Option<SecretString>, StepError> {
        let row = self
            .server
            .store
            .get::<Credential>(&format!("{}/{id}", self.connection.id))?;
        let sealed = row
            .filter(|row| row.state != CredentialState::Destroyed)
            .and_then(|row| row.sealed);
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        match self.server.vault.open_for_revocation(&sealed, id.as_str()) {
            Ok(secret) => Ok(Some(secret)),
            Err(error @ VaultError::NoKey(_)) => {
                tracing::error!(credential = %id, %error, "a token cannot be revoked");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn missing(why: &str) -> CallAnswer {
    CallAnswer {
        verdict: CallVerdict::Unsupported,
        method: String::new(),
        endpoint: String::new(),
        status: None,
        request_id: None,
        reason: why.to_owned(),
        at: mint::now(),
        not_before: None,
    }
}

fn never_expires(file: &ProviderFile) -> bool {
    matches!(file.auth.lifetime, Some(Lifetime::Never))
}

/// Until when a token that is not proven dead may live (B3).
fn residual(
    run: &Run,
    file: Option<&ProviderFile>,
    token: &RunToken,
    outcome: Outcome,
) -> Residual {
    if outcome.proven() {
        return Residual::None;
    }
    if let Some(at) = token.expires_at {
        return Residual::Until(at);
    }
    if token.never_expires {
        return Residual::Never;
    }
    // The file's lifetime counts from the issue, which is not later than the run's beginning.
    let lifetime = file
        .and_then(|file| file.auth.lifetime.as_ref())
        .and_then(Lifetime::duration);
    match lifetime
        .filter(|_| token.kind == TokenKind::Access)
        .map(|d| run.started_at.checked_add(d))
    {
        Some(Ok(at)) => Residual::Until(at),
        _ => Residual::Unknown,
    }
}
