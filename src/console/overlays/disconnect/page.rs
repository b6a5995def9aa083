//! What is said before the fields: the words of the commission first, then what hangs on the connection.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Plan;
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::domain::disconnect::plan::{AppPlanned, Other, PlannedToken};
use crate::domain::disconnect::texts;
use crate::domain::disconnect::totals::Totals;
use crate::domain::trial::Keeping;

/// How much room the words may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every list in full.
    Lists,
    /// Numbers instead of lists.
    Counts,
    /// Numbers, and no blank lines.
    Tight,
}

/// What the words are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct DialogSubject<'a> {
    pub(super) plans: &'a [Plan],
    pub(super) workspace: &'a str,
    pub(super) keeping: Keeping,
    /// Whether it is the first half of a swap.
    pub(super) is_swap: bool,
}

/// The words, for one connection or several.
pub(super) fn words(
    about: DialogSubject<'_>,
    detail: Detail,
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    let plans = about.plans;
    question(about, detail, page);
    gap(detail, page);
    consequences(plans, detail, page, look);
    if let [_, _, ..] = plans {
        gap(detail, page);
        every(plans, page, look);
    }
    unaffected(plans, detail, page);
    gap(detail, page);
    match (detail, plans) {
        (Detail::Lists, [one]) => lists(one, page, look),
        (Detail::Lists, _) => {
            for plan in plans {
                page.heading(&format!(
                    "{} {} {}",
                    plan.provider_name, look.glyphs.dot, plan.name
                ));
                lists(plan, page, look);
            }
        }
        _ => counts(plans, page, look),
    }
}

fn gap(detail: Detail, page: &mut Doc<'_>) {
    if detail != Detail::Tight {
        page.blank();
    }
}

/// T2 and N6, word for word.
fn question(about: DialogSubject<'_>, detail: Detail, page: &mut Doc<'_>) {
    let plans = about.plans;
    let is_crm = plans.iter().any(|plan| plan.is_crm);
    if is_crm {
        if plans.len() == 1 && !about.is_swap {
            page.words(texts::crm_label(), StyleRole::Title);
        }
        page.words(&texts::crm_warning(about.workspace), StyleRole::Bad);
        gap(detail, page);
    }
    page.words(texts::body(), StyleRole::Text);
    if is_crm {
        page.words(texts::crm_permanent(), StyleRole::Dim);
    }
    let kept = texts::kept_sealed(about.keeping, &Totals::of(plans));
    page.words(&kept, StyleRole::Dim);
}

/// Jobs, features and other people: what is said whatever the room.
fn consequences(plans: &[Plan], detail: Detail, page: &mut Doc<'_>, look: &Appearance) {
    let jobs = texts::active_jobs(sum(plans, |p| p.jobs_enabled));
    let running = match sum(plans, |p| p.executions_running) {
        0 => None,
        1 => Some("1 execution running now is cancelled.".to_owned()),
        n => Some(format!(
            "{} executions running now are cancelled.",
            text::number(n)
        )),
    };
    let line: Vec<String> = jobs.into_iter().chain(running).collect();
    if !line.is_empty() {
        page.words(&line.join(" "), StyleRole::Text);
    }
    let flows: BTreeSet<_> = plans.iter().flat_map(|p| &p.flows).map(|f| &f.id).collect();
    if let Some(words) = texts::open_flows(flows.len()) {
        page.words(&words, StyleRole::Text);
    }
    let flows = plans.iter().flat_map(|plan| &plan.flows);
    if let Some(words) = texts::links(flows, |at| look.moment(at)) {
        page.words(&words, StyleRole::Warn);
    }
    let mut named: Vec<&str> = Vec::new();
    for dependent in plans.iter().flat_map(|plan| &plan.dependents) {
        if named.contains(&dependent.feature.as_str()) {
            continue;
        }
        named.push(&dependent.feature);
        let words = texts::dependent(&dependent.feature);
        match detail {
            Detail::Lists => {
                page.words(&words, StyleRole::Warn);
                page.hang(2, &dependent.effect, StyleRole::Dim);
            }
            _ => page.words(&words, StyleRole::Warn),
        }
    }
    for plan in plans {
        sharing(plan, page);
    }
}

/// B5: who shares the grant, and whether it dies too.
fn sharing(plan: &Plan, page: &mut Doc<'_>) {
    for other in plan.dying() {
        let words = format!("{} shares the grant and will die too.", called(plan, other));
        page.words(&words, StyleRole::Bad);
    }
    for other in plan.spared() {
        let words = format!(
            "{} shares the grant and lives on: calls that would end it are not made.",
            called(plan, other)
        );
        page.words(&words, StyleRole::Warn);
    }
}

/// T1: who does not. What is disconnected at the same time is not among them.
fn unaffected(plans: &[Plan], detail: Detail, page: &mut Doc<'_>) {
    let mut safe: Vec<(&Plan, &Other)> = Vec::new();
    for plan in plans {
        for other in &plan.other_connections {
            let known = safe.iter().any(|(_, s)| s.id == other.id);
            let asked = plans
                .iter()
                .any(|p| p.connection == other.id || shares(p, other));
            if !known && !asked {
                safe.push((plan, other));
            }
        }
    }
    match (safe.as_slice(), detail) {
        ([_, _, ..], Detail::Counts | Detail::Tight) => {
            let words = format!("{} other connections are not affected.", safe.len());
            page.words(&words, StyleRole::Text);
        }
        (all, _) => {
            for (plan, other) in all {
                page.words(
                    &format!("{} is not affected.", called(plan, other)),
                    StyleRole::Text,
                );
            }
        }
    }
}

fn shares(plan: &Plan, other: &Other) -> bool {
    plan.shares_grant_with.iter().any(|s| s.id == other.id)
}

fn called(plan: &Plan, other: &Other) -> String {
    format!(
        "{} connection {} to {}",
        whose(&other.owner),
        other.name,
        plan.provider_name
    )
}

fn whose(owner: &str) -> String {
    match owner {
        "workspace" => "The workspace's".to_owned(),
        name => format!("{name}'s"),
    }
}

/// Several connections: which, one line each, and the totals.
fn every(plans: &[Plan], page: &mut Doc<'_>, look: &Appearance) {
    for plan in plans {
        let figures = [
            text::count(plan.jobs_enabled, "job", "jobs"),
            text::count(plan.tokens.len() as u64, "token", "tokens"),
            text::count(plan.references, "ref", "refs"),
        ];
        page.point_at(
            "  ",
            &text::fit(
                &format!("{} {}", plan.provider_name, plan.name),
                40,
                text::Align::Left,
                look.glyphs.ellipsis,
            ),
            &figures.join(", "),
            StyleRole::Text,
        );
    }
    let words = format!(
        "In all: {}, {}, {}, {}.",
        text::count(plans.len() as u64, "connection", "connections"),
        text::count(sum(plans, |p| p.jobs_enabled), "job", "jobs"),
        text::count(sum(plans, |p| p.tokens.len() as u64), "token", "tokens"),
        text::count(sum(plans, |p| p.references), "reference", "references"),
    );
    page.words(&words, StyleRole::Title);
}

/// What hangs on one connection, in full.
fn lists(plan: &Plan, page: &mut Doc<'_>, look: &Appearance) {
    page.heading("Tokens");
    if plan.tokens.is_empty() {
        page.point(look.glyphs.dot, "none that may live", StyleRole::Dim);
    }
    for token in &plan.tokens {
        let when = |word: &str, at: Option<Timestamp>| {
            at.map_or_else(String::new, |at| format!(", {word} {}", look.moment(at)))
        };
        let words = format!(
            "{} {}: {}{}{}{}",
            token.kind.word(),
            token.fingerprint,
            token.fate(),
            when("replaced", token.replaced_at),
            when("expires", token.expires_at),
            token.elsewhere(),
        );
        page.point(look.glyphs.dot, &words, role(token));
    }
    let there: Vec<String> = plan
        .app_left
        .iter()
        .map(|app| app.sentence().to_owned())
        .collect();
    for (heading, list) in [
        ("Stays", &plan.kept),
        ("There", &there),
        ("Left to you", &plan.follow_ups),
    ] {
        if !list.is_empty() {
            page.heading(heading);
        }
        for words in list {
            page.point(look.glyphs.dot, words, StyleRole::Text);
        }
    }
}

/// The same in numbers.
fn counts(plans: &[Plan], page: &mut Doc<'_>, look: &Appearance) {
    let tokens: Vec<&PlannedToken> = plans.iter().flat_map(|plan| &plan.tokens).collect();
    let mut facts = Vec::new();
    for fate in FATES {
        let how_many = match tokens.iter().filter(|t| in_short(t) == fate).count() {
            0 => continue,
            1 if tokens.len() == 1 => "it".to_owned(),
            n if n == tokens.len() => "all".to_owned(),
            n => n.to_string(),
        };
        facts.push(format!("{how_many} {fate}"));
    }
    let words = match tokens.len() {
        0 => "No token that may live.".to_owned(),
        n => format!(
            "{}: {}.",
            text::count(n as u64, "token", "tokens"),
            facts.join(", ")
        ),
    };
    let weakest = tokens.iter().any(|t| role(t) == StyleRole::Warn);
    page.words(
        &words,
        if weakest {
            StyleRole::Warn
        } else {
            StyleRole::Text
        },
    );
    let mut rest: Vec<String> = Vec::new();
    match sum(plans, |p| p.follow_ups.len() as u64) {
        0 => {}
        1 => rest.push("1 step at the vendor may be left to you.".to_owned()),
        n => rest.push(format!("{n} steps at the vendors may be left to you.")),
    }
    let unknown = plans
        .iter()
        .find(|it| it.app_left == Some(AppPlanned::Unknown));
    let known = plans.iter().find(|it| it.app_left.is_some());
    let app = unknown.or(known).and_then(|it| it.app_left);
    rest.extend(app.map(|app| app.in_short().to_owned()));
    if let [one] = plans
        && !one.kept.is_empty()
    {
        rest.push(format!("Kept: {}.", one.kept.join(", ")));
    }
    if !rest.is_empty() {
        let room = page.width();
        let words = text::cut(&text::clean(&rest.join(" ")), room, look.glyphs.ellipsis);
        page.words(&words, StyleRole::Dim);
    }
}

/// What may become of a token, the best first.
const FATES: [&str; 5] = [
    "can be revoked and proven dead",
    "can be revoked, not proven",
    "not revoked, for others' sake",
    "cannot be revoked, only asked",
    "can be neither",
];

fn in_short(token: &PlannedToken) -> &'static str {
    let [proven, revoked, spared, asked, neither] = FATES;
    match (token.can_revoke, token.can_prove) {
        (true, true) => proven,
        (true, false) => revoked,
        (false, _) if token.left_alone => spared,
        (false, true) => asked,
        (false, false) => neither,
    }
}

fn role(token: &PlannedToken) -> StyleRole {
    match (token.can_revoke, token.can_prove) {
        (true, true) => StyleRole::Text,
        _ => StyleRole::Warn,
    }
}

fn sum(plans: &[Plan], of: impl Fn(&Plan) -> u64) -> u64 {
    plans.iter().map(of).sum()
}
