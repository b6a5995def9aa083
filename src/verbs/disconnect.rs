//! `tagout disconnect`: plan, ask, do, and watch to the end.

mod follow;
mod later;
pub(super) mod walk;

use clap::{ArgGroup, Args};
use jiff::Timestamp;

use super::plan::{chosen, for_person, made};
use super::print::{aside, clock, json, say};
use super::{Session, VerbError, input, word};
use crate::client::{Client, LONG_PATIENCE, Notices};
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::run::{IfUnreachable, Reason};
use crate::domain::disconnect::texts;
use crate::domain::disconnect::totals::Totals;
use crate::domain::tag;
use crate::domain::trial::Keeping;
use crate::domain::walkthrough::TargetChoice;
use crate::wire::request::Target;
use crate::wire::rpc;
use crate::wire::rpc::{Disconnect, PlanTerms};
use crate::wire::view::{Connection, Run};
use crate::wire::{Code, Problem};

const EXAMPLES: &str = "Examples:
  tagout disconnect github --dry-run
  tagout disconnect github/acme-bot --reason compliance --ticket INC-4411 --yes --strict
  tagout disconnect --owner bob --reason unused --yes
  tagout disconnect --owner bob --reason compliance --at 18:00";

/// `tagout disconnect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group = ArgGroup::new("which").required(true).multiple(true).args(["connections", "provider", "owner", "all"]))]
pub struct Arguments {
    /// Which: ids, unique prefixes, providers or provider/name
    #[arg(value_name = "CONNECTION", conflicts_with_all = ["provider", "owner", "all"])]
    connections: Vec<String>,
    /// Everything in service at this provider
    #[arg(long, value_name = "P")]
    provider: Option<String>,
    /// Everything in service of this user, or of the workspace
    #[arg(long, value_name = "U")]
    owner: Option<String>,
    /// Everything in service
    #[arg(long, conflicts_with_all = ["provider", "owner"])]
    all: bool,
    /// Why, and how.
    #[command(flatten)]
    why: DisconnectReason,
    /// With --provider: let nothing new be authorized there until `tagout providers untag`; --reason compliance does so by
    /// itself
    #[arg(long)]
    tag: bool,
    /// Begin by itself at this time: RFC 3339, HH:MM (the next time that the clock shows it) or "YYYY-MM-DD HH:MM", a year ahead
    /// at most
    #[arg(long, value_name = "TIME", conflicts_with_all = ["dry_run", "strict", "wait_proof"])]
    at: Option<String>,
    /// Print the plan, do nothing
    #[arg(long)]
    dry_run: bool,
    /// Ask nobody
    #[arg(long)]
    yes: bool,
    /// Exit 6 unless every token is proven dead; waits for the proofs that lack nothing but time
    #[arg(long)]
    strict: bool,
    /// Wait for the proofs that lack nothing but time, two minutes as a rule, and judge nothing
    #[arg(long)]
    wait_proof: bool,
}

impl Arguments {
    fn waits(&self) -> Until {
        match self.strict || self.wait_proof {
            true => Until::Proven,
            false => Until::Ended,
        }
    }
}

/// Until when a disconnect is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Its steps have ended.
    Ended,
    /// No proof that lacks time alone is under way any more.
    Proven,
}

/// What is recorded with a disconnect.
#[derive(Debug, Args)]
pub(super) struct DisconnectReason {
    /// Why
    #[arg(long, value_parser = word::<Reason>(&["unused", "compliance", "cleanup", "other"]),
          requires_if("other", "note"))]
    pub reason: Option<Reason>,
    /// In words
    #[arg(long, value_name = "T")]
    pub note: Option<String>,
    /// The ticket
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
    /// What to do with a token whose provider cannot be reached: destroy it, as without this, or keep it sealed to retry
    #[arg(long, value_parser = word::<IfUnreachable>(&["destroy", "hold"]))]
    pub if_unreachable: Option<IfUnreachable>,
    /// Uninstall the app at the vendor too
    #[arg(long)]
    pub uninstall: bool,
    /// Make calls that end other connections' tokens too; without it they are left out while the grant is shared
    #[arg(long)]
    pub wider: bool,
    /// Keep nothing sealed until its death is proven: what takes time stays unproven
    #[arg(long)]
    pub destroy_at_once: bool,
}

impl DisconnectReason {
    /// By which terms it is planned.
    fn planned(&self) -> PlanTerms {
        PlanTerms {
            uninstall: self.uninstall,
            wider: self.wider,
            ..PlanTerms::default()
        }
    }

    fn reason(&self) -> Reason {
        self.reason.unwrap_or(Reason::Other)
    }

    fn if_unreachable(&self) -> IfUnreachable {
        self.if_unreachable.unwrap_or(IfUnreachable::Destroy)
    }

    /// The first of its options that was given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let given = [
            ("--reason", self.reason.is_some()),
            ("--note", self.note.is_some()),
            ("--ticket", self.ticket.is_some()),
            ("--if-unreachable", self.if_unreachable.is_some()),
            ("--uninstall", self.uninstall),
            ("--wider", self.wider),
            ("--destroy-at-once", self.destroy_at_once),
        ];
        let mut given = given.into_iter().filter(|(_, was_given)| *was_given);
        given.next().map(|(option, _)| option)
    }
}

impl Arguments {
    /// What was said, for the record.
    fn choice(&self) -> TargetChoice {
        match (&self.provider, &self.owner, self.all) {
            (None, None, true) => TargetChoice::All,
            (None, None, false) => TargetChoice::Named,
            (provider, owner, _) => TargetChoice::Matching {
                provider: provider.clone(),
                owner: owner.clone(),
            },
        }
    }
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let confirmed = arguments.yes || arguments.dry_run;
    if !confirmed && (session.manner.json || !input::somebody_is_there()) {
        return Err(VerbError::usage(
            "a disconnect wants a yes, and there is nobody to ask",
            "Add --yes, or --dry-run to see the plan",
        ));
    }
    if arguments.tag && (arguments.provider.is_none() || arguments.owner.is_some()) {
        return Err(VerbError::usage(
            "--tag is about everything at one provider",
            "Choose with --provider P alone",
        ));
    }
    let at = arguments.at.as_deref().map(later::time).transpose()?;
    let (client, notices) = session.connect().await?;
    let plans = plans(&client, &arguments).await?;
    if arguments.dry_run {
        return session.show(&plans, || {
            for_person(&plans, &client.welcome().workspace, false)
        });
    }
    let asked = DisconnectRequest {
        choice: arguments.choice(),
        until: arguments.waits(),
        why: arguments.why,
        tag: arguments.tag,
        asks: !arguments.yes,
        at,
        is_swap: false,
    };
    let proven = confirmed_run(&client, notices, plans, asked, session).await?;
    match arguments.strict && proven == Some(false) {
        true => Err(VerbError::NotProven),
        false => Ok(()),
    }
}

/// Disconnects these, asked about unless that was said already; whether every token is proven dead, or none when
/// the answer was no.
pub(super) async fn these(
    client: &Client,
    notices: Notices,
    targets: Vec<String>,
    asked: DisconnectRequest,
    session: &Session,
) -> Result<Option<bool>, VerbError> {
    let plans = made(client, targets, asked.why.planned()).await?;
    confirmed_run(client, notices, plans, asked, session).await
}

/// How a disconnect was asked for.
pub(super) struct DisconnectRequest {
    choice: TargetChoice,
    why: DisconnectReason,
    /// Whether the provider is tagged.
    tag: bool,
    asks: bool,
    until: Until,
    /// When it begins; none where that is at once.
    at: Option<Timestamp>,
    /// Whether it is the first half of a swap.
    is_swap: bool,
}

impl DisconnectRequest {
    /// The first half of a swap, until its run has ended.
    pub(super) fn of_swap(why: DisconnectReason, is_confirmed: bool) -> Self {
        Self {
            choice: TargetChoice::Named,
            why,
            tag: false,
            asks: !is_confirmed,
            until: Until::Ended,
            at: None,
            is_swap: true,
        }
    }
}

async fn confirmed_run(
    client: &Client,
    notices: Notices,
    plans: Vec<Plan>,
    asked: DisconnectRequest,
    session: &Session,
) -> Result<Option<bool>, VerbError> {
    if asked.asks && !ask(&plans, &client.welcome().workspace, &asked)? {
        say("Nothing was disconnected.")?;
        return Ok(None);
    }
    if let Some(at) = asked.at {
        later::plan(client, &plans, &asked, at, session).await?;
        return Ok(None);
    }
    // What is chosen by provider or owner ends more than its connections: authorizations that are open, too.
    if plans.len() > 1 || asked.choice != TargetChoice::Named {
        let proven = walk::begin(client, notices, &plans, asked, session);
        return proven.await.map(Some);
    }
    let request = Disconnect {
        swap: asked.is_swap,
        ..request(&plans, asked.why)
    };
    let runs: Vec<Run> = client.ask_within(LONG_PATIENCE, request).await?;
    let ended = follow::to_the_end(client, notices, runs, asked.until, session).await?;
    Ok(Some(ended.iter().all(is_proven)))
}

/// Follows a run that somebody began before to its end; whether every token of it is proven dead.
pub(super) async fn followed(
    client: &Client,
    notices: Notices,
    run: Run,
    session: &Session,
) -> Result<bool, VerbError> {
    let ended = follow::to_the_end(client, notices, vec![run], Until::Ended, session).await?;
    Ok(ended.iter().all(is_proven))
}

/// Whether every token of a run is proven dead.
pub(super) fn is_proven(run: &Run) -> bool {
    let mut tokens = run.tokens.iter();
    tokens.all(|token| token.outcome.is_some_and(|outcome| outcome.proven()))
}

/// The plans of the connections that are meant. What is chosen by provider or owner is what a disconnect can still do
/// something about.
async fn plans(client: &Client, arguments: &Arguments) -> Result<Vec<Plan>, Problem> {
    let terms = arguments.why.planned();
    let plans = match arguments.connections.as_slice() {
        [] => chosen(client, &arguments.choice(), terms).await?,
        // Of one alone the server says better why it cannot be.
        [one] => made(client, vec![one.clone()], terms).await?,
        several => made(client, in_service(client, several).await?, terms).await?,
    };
    match plans.is_empty() {
        false => Ok(plans),
        true => Err(Problem::new(
            Code::NotFound,
            "no connection in service matches",
            "See tagout connections",
        )),
    }
}

/// Those of several that hold tokens, each once: what is out of service already is not chosen.
async fn in_service(client: &Client, names: &[String]) -> Result<Vec<String>, Problem> {
    let mut chosen = Vec::new();
    for name in names {
        let name = name.clone();
        let found: Connection = client.ask(rpc::Connection { name }).await?;
        let id = found.id.to_string();
        if found.status.in_service() && !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    Ok(chosen)
}

/// Shows the plan and has the name typed: what is destroyed does not come back.
fn ask(plans: &[Plan], workspace: &str, asked: &DisconnectRequest) -> Result<bool, VerbError> {
    let (choice, why) = (&asked.choice, &asked.why);
    aside(&for_person(plans, workspace, asked.is_swap))?;
    if let Some(provider) = tag::tagged(choice, &walk::terms(asked)) {
        aside(&format!("\n{}", texts::tags(provider)))?;
    }
    if why.wider {
        aside("\nCalls that end other connections' tokens are made too.")?;
    }
    let keeping = Keeping::by(why.if_unreachable(), why.destroy_at_once);
    let kept = texts::kept_sealed(keeping, &Totals::of(plans));
    match keeping {
        Keeping::Retry => aside(&format!("\nIf a provider cannot be reached: {kept}"))?,
        Keeping::Proof | Keeping::Nothing => aside(&format!("\n{kept}"))?,
    }
    if let Some(at) = asked.at {
        aside(&format!(
            "\nIt begins at {}. {}",
            clock(at),
            texts::accepted_for_later()
        ))?;
    }
    let wanted = match plans {
        [one] => one.name.clone(),
        _ => format!("{} connections", plans.len()),
    };
    let shown = super::print::one_line(&wanted);
    let what = match asked.is_swap {
        true => "swap",
        false => "disconnect",
    };
    input::typed(&format!("\nType {shown} to {what}:"), shown.trim())
}

fn request(plans: &[Plan], why: DisconnectReason) -> Disconnect {
    Disconnect {
        targets: plans
            .iter()
            .map(|plan| Target {
                connection: plan.connection.to_string(),
                version: Some(plan.version),
            })
            .collect(),
        reason: why.reason(),
        if_unreachable: why.if_unreachable(),
        note: why.note.unwrap_or_default(),
        ticket: why.ticket,
        uninstall: why.uninstall,
        allow_wider: why.wider,
        destroy_at_once: why.destroy_at_once,
        swap: false,
    }
}

/// Prints a run that ended, at the end of its steps.
fn finish(run: &Run, session: &Session) -> Result<(), VerbError> {
    if session.manner.json {
        return json(&serde_json::json!({ "event": "run", "run": run }));
    }
    let name = super::print::one_line(&format!("{} · {}", run.provider_name, run.name));
    say(&format!(
        "{name}: {}\n{}",
        run.state.words(),
        super::runs::rest(run)
    ))
}
