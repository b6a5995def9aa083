//! `tagout walkthroughs`: several connections taken out of service as one thing.

use clap::{Args, Subcommand};

use super::disconnect::{Until, walk};
use super::print::{Table, clock, clock_or_dash, count, facts, one_line, residual, section};
use super::{Session, Stop, every};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::walkthrough::WalkState;
use crate::wire::ask::{self, Ask};
use crate::wire::walkthrough::{Changed, Unproven, Walkthrough, WalkthroughRow};

/// `tagout walkthroughs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// One in full
    walkthrough: Option<String>,
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Stop between connections: what has begun goes on to its end
    Stop(One),
    /// Begin what had not begun when it was stopped, and watch
    Resume(Resume),
    /// Throw a draft away, or close a stopped one: what had not begun stays in service
    Discard(One),
}

#[derive(Debug, Args)]
struct One {
    /// Its id, or the beginning of it
    walkthrough: String,
}

#[derive(Debug, Args)]
struct Resume {
    /// Its id, or the beginning of it
    walkthrough: String,
    /// Exit 6 unless every token is proven dead
    #[arg(long)]
    strict: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let (client, notices) = session.connect().await?;
    let one = async |id: String| client.ask(ask::Walkthrough { id }).await;
    match (arguments.act, arguments.walkthrough) {
        (None, None) => {
            let rows: Vec<WalkthroughRow> = every(&client, ask::Walkthroughs).await?;
            session.show(&rows, || list(&rows))
        }
        (None, Some(id)) => {
            let found = one(id).await?;
            session.show(&found, || in_full(&found))
        }
        (Some(Act::Stop(it)), _) => {
            let id = one(it.walkthrough).await?.id;
            act(&client, ask::WalkthroughStop { id }, session).await
        }
        (Some(Act::Discard(it)), _) => {
            let found = one(it.walkthrough).await?;
            let id = found.id.clone();
            client.ask(ask::WalkthroughDiscard { id }).await?;
            session.show(&found, || {
                let word = match found.state {
                    WalkState::Draft => "Discarded",
                    _ => "Closed",
                };
                format!("{word} {}.", one_line(&found.title))
            })
        }
        (Some(Act::Resume(it)), _) => {
            let id = one(it.walkthrough).await?.id;
            let go_on = ask::WalkthroughGoOn { id: id.clone() };
            client.ask_within(LONG_PATIENCE, go_on).await?;
            let until = match it.strict {
                true => Until::Proven,
                false => Until::Ended,
            };
            let proven = walk::watch((&client, notices), id, until, session).await?;
            match it.strict && !proven {
                true => Err(Stop::NotProven),
                false => Ok(()),
            }
        }
    }
}

async fn act<A: Ask<Reply = Walkthrough>>(
    client: &Client,
    request: A,
    session: &Session,
) -> Result<(), Stop> {
    let now = client.ask_within(LONG_PATIENCE, request).await?;
    session.show(&now, || in_full(&now))
}

fn list(rows: &[WalkthroughRow]) -> String {
    let mut table = Table::new(&[
        "SAVED",
        "TITLE",
        "BY",
        "REASON",
        "TICKET",
        "STATE",
        ">DONE",
        "WALKTHROUGH",
    ]);
    for row in rows {
        table.row([
            clock(row.created_at),
            row.title.clone(),
            row.by.clone(),
            row.terms.reason.words().to_owned(),
            row.terms.ticket.clone().unwrap_or_default(),
            row.state.word().to_owned(),
            format!("{}/{}", row.targets.ended, row.targets.chosen),
            row.id.to_string(),
        ]);
    }
    table.render("Connections were taken out of service one by one so far.")
}

/// `12 of 1,000 connections · 24 verified dead · 1 unreachable`.
pub(super) fn progress(now: &Walkthrough) -> String {
    let mut parts = vec![format!(
        "{} of {}",
        crate::domain::text::number(now.targets.ended),
        count(now.targets.chosen, "connection")
    )];
    for it in &now.done.outcomes {
        parts.push(format!("{} {}", it.count, it.outcome.words()));
    }
    if now.targets.waiting > 0 {
        parts.push(format!("{} wait for a person", now.targets.waiting));
    }
    parts.join(" · ")
}

/// A walkthrough as a person reads it.
pub(super) fn in_full(now: &Walkthrough) -> String {
    let mut text = format!("{}: {}\n\n", one_line(&now.title), now.id);
    let decided = now.decided.as_ref();
    let by = decided.map_or(&now.by, |it| &it.actor).clone();
    let state = match now.state {
        WalkState::Stopped => format!("stopped {}", now.stopped_because),
        state => state.word().to_owned(),
    };
    let unequal = |n: u64, what: &str| match n {
        0 => String::new(),
        _ => format!(", {n} {what}"),
    };
    let targets = format!(
        "{} of {} disconnected{}{}{}{}{}",
        now.targets.ended,
        count(now.targets.chosen, "connection"),
        unequal(now.targets.running, "under way"),
        unequal(now.targets.waiting, "waiting for a person"),
        unequal(now.targets.not_begun, "not begun"),
        unequal(now.targets.passed_over, "passed over"),
        unequal(now.targets.left_out, "left out"),
    );
    let tokens: Vec<String> = now
        .done
        .outcomes
        .iter()
        .map(|it| format!("{} {}", it.count, it.outcome.words()))
        .collect();
    text.push_str(&facts(&[
        ("by", by),
        ("reason", now.terms.reason.words().to_owned()),
        ("note", now.terms.note.clone()),
        ("ticket", now.terms.ticket.clone().unwrap_or_default()),
        ("saved", clock(now.created_at)),
        ("begun", decided.map(|it| clock(it.at)).unwrap_or_default()),
        ("ended", clock_or_dash(now.ended_at)),
        ("state", state),
        ("so far", targets),
        ("tokens", tokens.join(", ")),
        ("jobs", count(now.done.counts.jobs_disabled, "job") + " off"),
    ]));
    text.push('\n');
    let left = &now.left;
    text.push_str(&section(
        "Changed since they were looked at",
        now.changed.iter().map(changed),
    ));
    text.push_str(&section(
        "Not proven dead",
        with_more(left.unproven.iter().map(unproven), left.unproven_total),
    ));
    let follow_ups = left.follow_ups.iter().map(|it| {
        let url = it.url.as_ref().map(|url| format!(" ({url})"));
        let whose = format!("{} · {}", it.provider_name, it.connection_name);
        format!("{whose}: {}{}", it.text, url.unwrap_or_default())
    });
    text.push_str(&section(
        "Left to you",
        with_more(follow_ups, left.follow_ups_total),
    ));
    text.trim_end().to_owned()
}

/// The lines, and how many there are that are not among them.
fn with_more(lines: impl Iterator<Item = String>, total: u64) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    let more = total.saturating_sub(lines.len() as u64);
    lines.extend((more > 0).then(|| format!("and {more} more")));
    lines
}

fn changed(it: &Changed) -> String {
    format!("{} · {}: {}", it.provider_name, it.name, it.now)
}

fn unproven(it: &Unproven) -> String {
    let until = it.residual_until.map(residual).unwrap_or_default();
    let line = format!(
        "{} · {}: {} {}: {}, {until}",
        it.provider_name,
        it.name,
        it.kind.word(),
        it.fingerprint,
        it.outcome.words()
    );
    line.trim_end_matches(", ").to_owned()
}
