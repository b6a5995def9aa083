//! A walkthrough in words.

use crate::domain::display_text::number;
use crate::domain::walkthrough::WalkState;
use crate::verbs::print::{clock, clock_or_dash, count, facts, one_line, residual, section};
use crate::wire::walkthrough::{Changed, PlannedFor, Unproven, Walkthrough};

/// `12 of 1,000 connections · 24 verified dead · 1 unreachable`.
pub(in crate::verbs) fn progress(now: &Walkthrough) -> String {
    let mut parts = vec![format!(
        "{} of {}",
        number(now.targets.ended),
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
pub(in crate::verbs) fn in_full(now: &Walkthrough) -> String {
    let mut text = format!("{}: {}\n\n", one_line(&now.title), now.id);
    let decided = now.decided.as_ref();
    let planner = now.planned.as_ref().map(|it| &it.by);
    let by = decided.or(planner).map_or(&now.by, |it| &it.actor).clone();
    let state = match now.state {
        WalkState::Stopped => format!("stopped {}", now.stopped_because),
        WalkState::Fallen => format!("fallen: {}", now.stopped_because),
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
        (
            "planned for",
            now.planned.as_ref().map(planned).unwrap_or_default(),
        ),
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

/// The time, and by how much it was missed.
fn planned(it: &PlannedFor) -> String {
    match it.late_seconds {
        Some(late) => format!("{}, {late} s late", clock(it.at)),
        None => clock(it.at),
    }
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
