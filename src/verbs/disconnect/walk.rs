//! Several disconnects as one: decided once, watched as a whole, stopped between connections.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::time::Duration;

use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{DisconnectRequest, Until, finish};
use crate::client::{Client, LONG_PATIENCE, Notices};
use crate::domain::disconnect::log::{LoggedEvent, Record};
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::run::RunState;
use crate::domain::id::{RunId, WalkthroughId};
use crate::domain::walkthrough::{Terms, WalkPage, WalkState};
use crate::verbs::print::{aside, count, json, one_line, say};
use crate::verbs::walkthroughs::print::{in_full, progress};
use crate::verbs::{Session, VerbError, every};
use crate::wire::request::Target;
use crate::wire::rpc::{self, Rpc};
use crate::wire::view::Run;
use crate::wire::walkthrough::{Walkthrough, WalkthroughDraft, WalkthroughTarget};
use crate::wire::{Code, Problem, Topic};

/// A total is looked at no more often: a thousand connections bring tens of thousands of notices.
const CALM: Duration = Duration::from_millis(250);

/// Decides on these, and watches to the end; whether every token is proven dead.
pub(super) async fn begin(
    client: &Client,
    notices: Notices,
    plans: &[Plan],
    asked: DisconnectRequest,
    session: &Session,
) -> Result<bool, VerbError> {
    let begin = |id, version| rpc::WalkthroughBegin { id, version };
    let begun = decided(client, plans, &asked, begin).await?;
    watch(client, notices, begun.id, asked.until, session).await
}

/// What is decided about a draft of these, as they were planned: it begins, now or later.
pub(super) async fn decided<A: Rpc<Reply = Walkthrough>>(
    client: &Client,
    plans: &[Plan],
    asked: &DisconnectRequest,
    decide: impl FnOnce(WalkthroughId, Option<u64>) -> A,
) -> Result<Walkthrough, Problem> {
    let draft = saved(client, plans, asked).await?;
    let decision = decide(draft.id.clone(), Some(draft.version));
    let decided = client.ask_within(LONG_PATIENCE, decision).await;
    if decided.is_err() {
        // What nobody sees any more is not left lying about; the reason it was not decided is what matters.
        let discard = rpc::WalkthroughDiscard { id: draft.id };
        let _left_as_a_draft = client.ask(discard).await;
    }
    decided
}

/// A draft of these, as they were planned.
async fn saved(
    client: &Client,
    plans: &[Plan],
    asked: &DisconnectRequest,
) -> Result<Walkthrough, Problem> {
    let draft = WalkthroughDraft {
        id: None,
        version: None,
        title: None,
        choice: asked.choice.clone(),
        targets: Some(plans.iter().map(target).collect()),
        left_out: Vec::new(),
        look_again: false,
        terms: terms(asked),
        page: WalkPage::Plan,
    };
    let save = rpc::WalkthroughSave(draft);
    client.ask_within(LONG_PATIENCE, save).await
}

fn target(plan: &Plan) -> Target {
    Target {
        connection: plan.connection.to_string(),
        version: Some(plan.version),
    }
}

pub(super) fn terms(asked: &DisconnectRequest) -> Terms {
    let why = &asked.why;
    Terms {
        reason: why.reason(),
        note: why.note.clone().unwrap_or_default(),
        ticket: why.ticket.clone(),
        if_unreachable: why.if_unreachable(),
        uninstall: why.uninstall,
        allow_wider: why.wider,
        tag: asked.tag,
        destroy_at_once: why.destroy_at_once,
    }
}

/// A walkthrough that is watched.
struct WalkthroughWatch<'a> {
    client: &'a Client,
    session: &'a Session,
    id: WalkthroughId,
    /// Records of each run that were printed, as JSON.
    printed: BTreeMap<RunId, usize>,
    /// Runs whose end was printed.
    over: BTreeSet<RunId>,
    /// Whether the line under the cursor is a total.
    on_a_total: bool,
    /// Until when it is watched.
    until: Until,
    /// Whether a proof is under way that is waited for.
    waits: bool,
}

/// Watches a walkthrough to its end; whether every token is proven dead. The first interrupt stops it between
/// connections, the second ends the watching.
pub(in crate::verbs) async fn watch(
    client: &Client,
    mut notices: Notices,
    id: WalkthroughId,
    until: Until,
    session: &Session,
) -> Result<bool, VerbError> {
    let mut watch = WalkthroughWatch {
        client,
        session,
        until,
        waits: false,
        id: id.clone(),
        printed: BTreeMap::new(),
        over: BTreeSet::new(),
        on_a_total: false,
    };
    let mut interrupt = signal(SignalKind::interrupt())?;
    if session.manner.json {
        json(&json!({ "event": "begun", "walkthrough": id }))?;
    } else {
        aside(&format!("{id}: Ctrl-C stops between connections"))?;
    }
    let mut interrupted = false;
    loop {
        let now = watch.look().await?;
        let is_over = now.state == WalkState::Finished || now.targets.running == 0;
        if is_over && !goes_on(&now) && !watch.waits {
            return watch.end(&now);
        }
        match due(&mut notices, &mut interrupt, &id).await {
            PrintDue::Look => {}
            PrintDue::Gone => return Err(gone(&now)),
            PrintDue::Interrupt if interrupted => return Err(unwatched(&now)),
            PrintDue::Interrupt => {
                interrupted = true;
                watch.stop().await?;
            }
        }
    }
}

/// Whether more begins by itself.
fn goes_on(now: &Walkthrough) -> bool {
    now.state == WalkState::Running && now.targets.not_begun > 0
}

enum PrintDue {
    Look,
    Interrupt,
    Gone,
}

/// Waits until a look is due: something changed, and a moment has passed in which more could change.
async fn due(notices: &mut Notices, interrupt: &mut Signal, id: &WalkthroughId) -> PrintDue {
    let mine = Topic::Walkthrough(id.clone());
    let concerns = |topic: &Topic| topic.tells_of(&mine);
    loop {
        tokio::select! {
            changed = notices.next() => match changed {
                Some(topics) if topics.iter().any(concerns) => break,
                Some(_) => {}
                None => return PrintDue::Gone,
            },
            _ = interrupt.recv() => return PrintDue::Interrupt,
        }
    }
    let calm = tokio::time::sleep(CALM);
    tokio::pin!(calm);
    loop {
        tokio::select! {
            () = &mut calm => return PrintDue::Look,
            changed = notices.next() => if changed.is_none() {
                return PrintDue::Gone;
            },
            _ = interrupt.recv() => return PrintDue::Interrupt,
        }
    }
}

impl WalkthroughWatch<'_> {
    /// Prints what is new. The whole is asked for before its runs: one that has finished has no later ones.
    async fn look(&mut self) -> Result<Walkthrough, VerbError> {
        let id = self.id.to_string();
        let now: Walkthrough = self
            .client
            .ask_within(LONG_PATIENCE, rpc::Walkthrough { id })
            .await?;
        let targets: Vec<WalkthroughTarget> = every(self.client, |window| {
            let id = self.id.clone();
            rpc::WalkthroughTargets { id, window }
        })
        .await?;
        self.waits = false;
        for target in targets {
            self.look_at(&target).await?;
        }
        if !self.session.manner.json {
            self.total(&now)?;
        }
        Ok(now)
    }

    async fn look_at(&mut self, target: &WalkthroughTarget) -> Result<(), VerbError> {
        let Some(id) = target.run.as_ref().filter(|id| !self.over.contains(*id)) else {
            return Ok(());
        };
        if self.session.manner.json {
            self.steps(id, target).await?;
        }
        let ended = target.state != Some(RunState::Running);
        if !ended {
            return Ok(());
        }
        if self.until == Until::Proven && target.proven < target.tokens {
            let id = id.to_string();
            let run: Run = self.client.ask(rpc::Run { id }).await?;
            if run.proofs_under_way() {
                self.waits = true;
                return Ok(());
            }
        }
        if self.session.manner.json {
            let run: Run = {
                let id = id.to_string();
                self.client.ask(rpc::Run { id }).await?
            };
            // A notice tells when it has its checkpoint.
            self.waits |= !run.has_settled();
            if run.has_settled() {
                self.over.insert(id.clone());
                finish(&run, self.session)?;
            }
            return Ok(());
        }
        self.over.insert(id.clone());
        if target.proven < target.tokens || target.state == Some(RunState::Waiting) {
            self.line(&format!(
                "{} · {}: {}, {} of {} proven dead  {id}",
                target.provider_name,
                target.name,
                target.state.map_or("", RunState::words),
                target.proven,
                count(target.tokens, "token"),
            ))?;
        }
        Ok(())
    }

    /// The steps of a run that were not printed yet.
    async fn steps(&mut self, id: &RunId, target: &WalkthroughTarget) -> Result<(), VerbError> {
        let from = self.printed.get(id).copied().unwrap_or_default();
        let request = rpc::RunRecords {
            id: id.clone(),
            from,
        };
        let records: Vec<Record> = self.client.ask(request).await?;
        self.printed.insert(id.clone(), from + records.len());
        for record in records {
            if let LoggedEvent::Step {
                step,
                state,
                detail,
            } = record.what
            {
                json(&json!({
                    "event": "step", "run": id, "connection": target.connection, "step": step, "state": state,
                    "at": record.at, "detail": detail,
                }))?;
            }
        }
        Ok(())
    }

    async fn stop(&mut self) -> Result<(), VerbError> {
        let id = self.id.clone();
        let stop = rpc::WalkthroughStop { id };
        let said = match self.client.ask(stop).await {
            Ok(now) => format!(
                "Stopped. {} not begun; what has begun goes on to its end.",
                is(now.targets.not_begun)
            ),
            Err(problem) if problem.code == Code::Conflict => {
                format!("{problem}. Ctrl-C once more leaves it alone.")
            }
            Err(problem) => return Err(problem.into()),
        };
        self.leave_the_total()?;
        aside(&said)
    }

    /// What is known at the end.
    fn end(&mut self, now: &Walkthrough) -> Result<bool, VerbError> {
        if self.session.manner.json {
            json(&json!({ "event": "walkthrough", "walkthrough": now }))?;
        } else {
            self.leave_the_total()?;
            say(&in_full(now))?;
        }
        let open = now.targets.not_begun;
        if open > 0 {
            return Err(Problem::new(
                Code::Failed,
                format!(
                    "{} not begun: it was stopped {}",
                    is(open),
                    now.stopped_because
                ),
                format!("Go on with tagout walkthroughs resume {}", now.id),
            )
            .into());
        }
        if now.targets.waiting > 0 {
            return Err(Problem::new(
                Code::Failed,
                format!("{} a person", wait(now.targets.waiting)),
                "tagout runs shows why; remove the cause, then tagout runs RUN --resume",
            )
            .into());
        }
        Ok(now.left.unproven_total == 0 && now.done.unjudged == 0)
    }

    /// The total, over the one before it: on a terminal, where a line can be written over.
    fn total(&mut self, now: &Walkthrough) -> Result<(), VerbError> {
        let mut err = std::io::stderr().lock();
        if err.is_terminal() {
            let line = one_line(&progress(now));
            write!(err, "\r{line}\x1b[K")?;
            err.flush()?;
            self.on_a_total = true;
        }
        Ok(())
    }

    fn leave_the_total(&mut self) -> Result<(), VerbError> {
        if std::mem::take(&mut self.on_a_total) {
            aside("")?;
        }
        Ok(())
    }

    fn line(&mut self, text: &str) -> Result<(), VerbError> {
        self.leave_the_total()?;
        say(&one_line(text))
    }
}

fn is(n: u64) -> String {
    match n {
        1 => "1 connection has".to_owned(),
        _ => format!("{} have", count(n, "connection")),
    }
}

fn wait(n: u64) -> String {
    match n {
        1 => "1 disconnect waits for".to_owned(),
        _ => format!("{} wait for", count(n, "disconnect")),
    }
}

fn gone(now: &Walkthrough) -> VerbError {
    Problem::new(
        Code::NoServer,
        format!("the server went away during {}", now.id),
        "The next start of the server goes on with it; tagout walkthroughs shows how far it is",
    )
    .into()
}

fn unwatched(now: &Walkthrough) -> VerbError {
    Problem::new(
        Code::Failed,
        format!("nobody watches {} any more", now.id),
        "tagout walkthroughs shows how far it is",
    )
    .into()
}
