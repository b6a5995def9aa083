//! `tagout plan`: what a disconnect would do.

use clap::Args;
use jiff::Timestamp;

use super::connections::flow;
use super::print::{clock, count, facts, number, one_line, section};
use super::{Session, VerbError};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::disconnect::plan::{Other, Plan, PlannedToken, TokenHolder};
use crate::domain::disconnect::texts;
use crate::domain::disconnect::totals::Totals;
use crate::domain::walkthrough::TargetChoice;
use crate::wire::Problem;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc;
use crate::wire::rpc::PlanTerms;
use crate::wire::view::Page;

/// So many plans are asked for at once: the answer is one line on the socket, which is bounded.
const AT_ONCE: usize = 25;

/// `tagout plan`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which: ids, unique prefixes, providers or provider/name
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let plans = made(&client, arguments.connections, PlanTerms::default()).await?;
    session.show(&plans, || {
        for_person(&plans, &client.welcome().workspace, false)
    })
}

/// The plans of these connections, disconnected together by these terms, in this order.
pub(super) async fn made(
    client: &Client,
    connections: Vec<String>,
    mut terms: PlanTerms,
) -> Result<Vec<Plan>, Problem> {
    let mut plans = Vec::new();
    if connections.len() > AT_ONCE {
        terms.with = connections
            .iter()
            .filter_map(|it| it.parse().ok())
            .collect();
    }
    for part in connections.chunks(AT_ONCE) {
        let connections = part.to_vec();
        let terms = terms.clone();
        let request = rpc::Plan { connections, terms };
        plans.extend(client.ask_within(LONG_PATIENCE, request).await?);
    }
    Ok(plans)
}

/// The plans of everything in service that is chosen, page after page.
pub(super) async fn chosen(
    client: &Client,
    choice: &TargetChoice,
    terms: PlanTerms,
) -> Result<Vec<Plan>, Problem> {
    let mut plans = Vec::new();
    let mut window = Window {
        limit: MAX_ROWS,
        ..Window::default()
    };
    loop {
        let (choice, asked) = (choice.clone(), window.clone());
        let request = rpc::Plans {
            choice,
            window: asked,
            terms: terms.clone(),
        };
        let page: Page<Plan> = client.ask_within(LONG_PATIENCE, request).await?;
        let more = page.move_on(&mut window);
        plans.extend(page.rows);
        if !more {
            return Ok(plans);
        }
    }
}

/// What is asked and said before a disconnect, then what it would do to each connection.
pub(super) fn for_person(plans: &[Plan], workspace: &str, is_swap: bool) -> String {
    let mut text = match plans {
        [one] if is_swap => texts::swap_title(&one.provider_name),
        [one] => texts::title(&one.provider_name),
        _ => texts::many(plans.len()),
    };
    let is_crm = plans.iter().any(|plan| plan.is_crm);
    let only_crm = plans.len() == 1 && is_crm && !is_swap;
    if only_crm {
        text = format!("{}\n{text}", texts::crm_label());
    }
    let mut paragraphs = vec![text];
    if is_swap {
        let jobs = plans.iter().map(|plan| plan.jobs_enabled).sum();
        paragraphs.push(texts::swap_body(
            jobs,
            plans.first().and_then(|plan| plan.auth),
        ));
    }
    if is_crm {
        paragraphs.push(texts::crm_warning(workspace));
    }
    paragraphs.push(texts::body().to_owned());
    if is_crm {
        paragraphs.push(texts::crm_permanent().to_owned());
    }
    paragraphs.extend(texts::active_jobs(
        plans.iter().map(|plan| plan.jobs_enabled).sum(),
    ));
    for dependent in plans.iter().flat_map(|plan| &plan.dependents) {
        paragraphs.push(one_line(&texts::dependent(&dependent.feature)));
    }
    for plan in plans {
        paragraphs.push(one(plan));
    }
    if plans.len() > 1 {
        paragraphs.push(totals(&Totals::of(plans)));
    }
    paragraphs.join("\n\n")
}

fn one(plan: &Plan) -> String {
    let name = one_line(&format!("{} · {}", plan.provider_name, plan.name));
    let mut text = format!("{name}  {}\n", plan.connection);
    text.push_str(&facts(&[
        (
            "  jobs",
            format!(
                "{} enabled, {} running",
                plan.jobs_enabled, plan.executions_running
            ),
        ),
        ("  secrets", format!("{} to destroy", plan.credentials)),
        (
            "  references",
            format!("{} to mark stale", number(plan.references)),
        ),
        ("  webhooks", format!("{} to disable", plan.webhooks)),
    ]));
    text.push('\n');
    text.push_str(&section("Tokens", plan.tokens.iter().map(token)));
    text.push_str(&section(
        "Open authorizations, which end; what they bring is not used",
        (plan.flows.iter().map(flow)).chain(texts::links(&plan.flows, clock)),
    ));
    text.push_str(&section(
        "Would also die, because they share the grant",
        plan.dying().map(other),
    ));
    text.push_str(&section(
        "Share the grant and live on: the calls that would end them are not made",
        plan.spared().map(other),
    ));
    text.push_str(&section(
        "Would also die with --uninstall --wider",
        plan.uninstall_ends.iter().cloned(),
    ));
    let unnamed = plan
        .other_connections_total
        .saturating_sub(plan.other_connections.len() as u64);
    let unnamed = (unnamed > 0).then(|| format!("and {} more", number(unnamed)));
    text.push_str(&section(
        "Not called because of these, unless --wider",
        plan.narrowed.iter().cloned(),
    ));
    text.push_str(&section(
        "Other connections to this provider",
        plan.other_connections.iter().map(affected).chain(unnamed),
    ));
    text.push_str(&section(
        "Could still hold a copy of a token",
        plan.readers.iter().map(reader),
    ));
    text.push_str(&section("Stays", plan.kept.iter().cloned()));
    text.push_str(&section(
        "There",
        plan.app_left.map(|app| app.sentence().to_owned()),
    ));
    text.push_str(&section("Left to you", plan.follow_ups.iter().cloned()));
    text.trim_end().to_owned()
}

fn token(it: &PlannedToken) -> String {
    let can = it.fate();
    let when = |word: &str, at: Option<Timestamp>| {
        at.map_or_else(String::new, |at| format!(", {word} {}", clock(at)))
    };
    let elsewhere = it.elsewhere();
    format!(
        "{} {}: {can}{}{}{elsewhere}",
        it.kind.word(),
        it.fingerprint,
        when("replaced", it.replaced_at),
        when("expires", it.expires_at),
    )
}

fn other(it: &Other) -> String {
    format!("{} ({})", it.name, it.owner)
}

fn affected(it: &Other) -> String {
    let how = if it.affected {
        "would die too"
    } else {
        "not affected"
    };
    format!("{} ({}): {how}", it.name, it.owner)
}

pub(super) fn reader(it: &TokenHolder) -> String {
    format!(
        "{}: {}, last {}",
        it.name,
        count(it.count, "read"),
        clock(it.last)
    )
}

/// What several disconnects would do together.
fn totals(all: &Totals) -> String {
    let mut text = format!("In all: {}", one_line(&all.line()));
    let (dying, spared): (Vec<&Other>, Vec<&Other>) =
        all.also_die.values().partition(|it| it.affected);
    text.push_str(&section(
        "Would also die, because they share a grant with one of these",
        dying.into_iter().map(other),
    ));
    text.push_str(&section(
        "Share a grant with one of these and live on: the calls that would end them are not made",
        spared.into_iter().map(other),
    ));
    text
}

#[cfg(test)]
pub(super) mod tests;
