//! A run in lines: its head, its steps, its tokens with their evidence, what stays, what is left.

use ratatui::text::Span;

use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::steps;
use crate::domain::credential::HELD_ELSEWHERE;
use crate::domain::disconnect::log::{Step, StepState};
use crate::domain::disconnect::run::{IfUnreachable, RunState};
use crate::domain::disconnect::swap::SwapHalf;
use crate::domain::disconnect::texts;
use crate::domain::trial::Outcome;
use crate::wire::view::{self, RunToken};

/// Where what a claim rests on begins.
const EVIDENCE: usize = 16;

pub(in crate::console::screens) fn head(
    run: &view::Run,
    takes_up: bool,
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    let verb = if run.state == RunState::Running {
        "Disconnecting"
    } else {
        "Disconnect of"
    };
    let dot = format!(" {} ", look.glyphs.dot);
    let (sign, word, role) = look.run(run.state);
    let name = format!("{verb} {}{dot}{}", run.provider_name, run.name);
    let state = format!("{sign} {word}");
    let room = page.width().saturating_sub(text::measure(&state) + 3);
    page.line(vec![
        Span::raw(" "),
        look.cell(&name, room, Align::Left, StyleRole::Title),
        Span::raw(" "),
        look.span(state, role),
    ]);
    let mut facts = vec![format!("by {}", run.actor)];
    facts.extend(
        run.origin
            .address
            .as_ref()
            .map(|from| format!("from {from}")),
    );
    facts.push(run.reason.words().to_owned());
    facts.extend(run.ticket.clone());
    facts.push(look.moment(run.started_at));
    facts.push(run.id.as_str().chars().take(12).collect());
    page.line(vec![
        look.span(format!(" {}", facts.join(&dot)), StyleRole::Dim),
    ]);
    if !run.note.is_empty() {
        page.line(vec![
            look.span(format!(" \"{}\"", run.note), StyleRole::Dim),
        ]);
    }
    if let (Some(half), Some(said)) = (&run.swap, run.swap_sentence()) {
        page.words(&second_half(half, takes_up, &said), StyleRole::Accent);
    }
    page.blank();
}

/// That it is the first half of a swap, and what comes next or came of it.
fn second_half(half: &SwapHalf, takes_up: bool, said: &str) -> String {
    let jobs = match half.jobs.len() as u64 {
        _ if half.ended.is_some() => String::new(),
        0 => "; no job is enabled then".to_owned(),
        n => format!(
            "; {} enabled again then",
            text::count(n, "job is", "jobs are")
        ),
    };
    let key = match (&half.ended, takes_up) {
        (None, true) => "; c connects it here",
        (None, false) | (Some(_), _) => "",
    };
    format!("The first half of a {said}{key}{jobs}")
}

pub(in crate::console::screens) fn ready(
    i: usize,
    step: &view::RunStep,
    run: &view::Run,
    look: &Appearance,
) -> steps::StepLine {
    let took = match (step.started_at, step.ended_at) {
        (Some(from), Some(to)) => look.lasted(from, to),
        _ => String::new(),
    };
    steps::StepLine {
        number: i + 1,
        name: step.step.words(),
        state: look.step(step.state),
        detail: detail(step, run, look),
        took,
    }
}

/// What came of a step; while it is under way, what it waits for and since when.
fn detail(step: &view::RunStep, run: &view::Run, look: &Appearance) -> String {
    let (StepState::Running, Some(since)) = (step.state, step.started_at) else {
        return step.detail.clone();
    };
    let since = look.moment(since);
    let waits = match step.step {
        _ if !step.detail.is_empty() => step.detail.clone(),
        Step::Confirm => "waits for calls that are under way".to_owned(),
        Step::DisableSyncJobs => "waits for its executions to stop".to_owned(),
        Step::RevokeTokens => {
            let judged = run.tokens.iter().filter(|it| it.outcome.is_some()).count();
            let all = run.tokens.len();
            return format!(
                "asking {} since {since}, {judged} of {all}",
                run.provider_name
            );
        }
        Step::DestroyCredentials => "overwriting".to_owned(),
        Step::UpdateStatuses | Step::MarkReferences | Step::WriteAudit => "writing".to_owned(),
    };
    format!("{waits}, since {since}")
}

/// A token: kind, fingerprint, what is claimed; and what the claim rests on.
pub(in crate::console::screens) fn token(
    token: &RunToken,
    here: bool,
    evidence: bool,
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    let (sign, words, role) = match token.outcome {
        Some(outcome) => look.outcome(outcome, token.kind),
        None => (look.glyphs.pending, "not judged yet", StyleRole::Dim),
    };
    let pointer = if here { look.glyphs.pointer } else { " " };
    let kind = match token.label.as_str() {
        "" => token.kind.word().to_owned(),
        label => format!("{} {label}", token.kind.word()),
    };
    let short: String = token.fingerprint.chars().take(16).collect();
    let mut spans = vec![
        look.span(format!("{pointer}  "), StyleRole::Accent),
        look.cell(&kind, 13, Align::Left, StyleRole::Text),
        look.cell(
            &short,
            16,
            Align::Left,
            if here {
                StyleRole::Selected
            } else {
                StyleRole::Dim
            },
        ),
        Span::raw("   "),
        look.span(format!("{sign} {words}"), role),
    ];
    let dead = token.outcome.is_some_and(|o| o.proven());
    if let Some(over) = &token.over {
        spans.push(look.span(format!("  {}", over.words()), StyleRole::Dim));
    } else if let Some(residual) = token.residual_until.filter(|_| !dead) {
        spans.push(look.span(format!("  {}", look.residual(residual)), StyleRole::Warn));
    }
    if token.superseded {
        let words = match token.replaced_at {
            Some(at) => format!("  replaced {}", look.moment(at)),
            None => "  superseded".to_owned(),
        };
        spans.push(look.span(words, StyleRole::Dim));
    }
    if token.is_held_elsewhere {
        spans.push(look.span(format!("  {HELD_ELSEWHERE}"), StyleRole::Dim));
    }
    page.line(spans);
    if evidence || here {
        rests_on(token, page, look);
    }
}

fn rests_on(token: &RunToken, page: &mut Doc<'_>, look: &Appearance) {
    let facts = &token.evidence;
    let mut asked = Vec::new();
    asked.extend(
        facts
            .probe_before
            .as_ref()
            .map(|a| format!("before: {}", a.words())),
    );
    asked.extend(facts.status.map(|status| format!("revoked: {status}")));
    asked.extend(
        facts
            .probe_after
            .as_ref()
            .map(|a| format!("after: {}", a.words())),
    );
    let mut call = Vec::new();
    if let (Some(method), Some(endpoint)) = (&facts.method, &facts.endpoint) {
        call.push(format!("{method} {endpoint}"));
    }
    call.extend(facts.at.map(|at| look.moment(at)));
    call.extend(facts.request_id.as_ref().map(|id| format!("request {id}")));
    let reason = facts.reason.clone().unwrap_or_default();
    let proof = proof(token, look).unwrap_or_default();
    for words in [asked.join(", "), proof, call.join(", "), reason] {
        if !words.is_empty() {
            page.hang(EVIDENCE, &words, StyleRole::Dim);
        }
    }
}

/// What its death rests on, or until when that is open.
pub(super) fn proof(token: &RunToken, look: &Appearance) -> Option<String> {
    let proof = token.proof.as_ref()?;
    let seen = proof.words("the provider");
    let open = proof.until.map(|until| {
        let so_far = match token.outcome {
            Some(Outcome::StillAlive) => "alive so far, asked again until",
            _ => "dead so far, proof until",
        };
        format!("{so_far} {}", look.moment(until))
    });
    match (seen, open) {
        (Some(seen), Some(open)) => Some(format!("{open}; {seen}")),
        (seen, open) => seen.or(open),
    }
}

pub(in crate::console::screens) fn stays(run: &view::Run, page: &mut Doc<'_>, look: &Appearance) {
    page.pair("Stays", &run.plan.kept.join("; "), StyleRole::Text);
    if run.if_unreachable == IfUnreachable::Hold {
        page.pair(
            "Hold",
            "The token is kept sealed to retry the revocation.",
            StyleRole::Warn,
        );
    }
    if let Some(app) = run.app_left {
        page.pair("There", app.sentence(), StyleRole::Text);
    }
    if let Some(words) = texts::links(&run.links, |at| look.moment(at)) {
        page.pair("Link", &words, StyleRole::Warn);
    }
}

pub(in crate::console::screens) fn left(
    follow_up: &view::FollowUp,
    first: bool,
    here: bool,
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    let label = if first { "Left to you" } else { "" };
    let pointer = if here { look.glyphs.pointer } else { " " };
    let (sign, role) = match follow_up.done {
        Some(_) => (look.glyphs.good, StyleRole::Dim),
        None => (look.glyphs.off, StyleRole::Text),
    };
    let room = page.width().saturating_sub(EVIDENCE);
    let mut pieces = text::wrap(&follow_up.text, room).into_iter();
    let first = pieces.next().unwrap_or_default();
    page.line(vec![
        look.span(pointer, StyleRole::Accent),
        look.cell(label, 13, Align::Left, StyleRole::Dim),
        look.span(format!("{sign} {first}"), role),
    ]);
    for piece in pieces {
        page.hang(EVIDENCE, &piece, role);
    }
    let note = match &follow_up.done {
        Some(done) => Some(format!("done by {} {}", done.by, look.moment(done.at))),
        None => follow_up.url.clone(),
    };
    if let Some(note) = note {
        page.hang(EVIDENCE, &note, StyleRole::Dim);
    }
    if let Some(moot) = follow_up.moot() {
        page.hang(EVIDENCE, moot, StyleRole::Warn);
    }
}
