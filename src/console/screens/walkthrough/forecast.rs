//! The third page: what it would do. The plans are asked for in parts, and only their sum is kept.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::WalkthroughScreen;
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::scrolled;
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::texts;
use crate::domain::disconnect::totals::Totals;
use crate::domain::display_text::number;
use crate::domain::tag;
use crate::domain::walkthrough::WalkPage;
use crate::wire::Problem;
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::rpc::PlanTerms;
use crate::wire::view::Page;
use crate::wire::walkthrough::{self as wire, NAMED, WalkthroughTarget};

/// So many connections are looked at with one request.
const PART: u16 = 25;

/// What is known of the plans so far.
#[derive(Debug, Default)]
pub(super) struct Forecast {
    totals: Totals,
    /// What is not called while siblings share a grant, one sentence each.
    narrowed: BTreeSet<String>,
    /// A line for each of the first [`NAMED`].
    named: Vec<(String, String)>,
    /// Whom an uninstall would end too.
    uninstall_ends: BTreeSet<String>,
    /// The draft's version that is looked at.
    of: Option<u64>,
    /// Where the next part begins.
    after: Option<String>,
    more: bool,
    whole: bool,
    problem: Option<Problem>,
    /// The part of the targets whose plans are asked for next.
    part: AwaitedReply<rpc::WalkthroughTargets>,
    plans: AwaitedReply<rpc::Plan>,
}

impl Forecast {
    pub(super) fn totals(&self) -> &Totals {
        &self.totals
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// No page is longer: a way down that is not there would have to be gone back.
    pub(super) fn longest(&self, now: &wire::Walkthrough) -> usize {
        12 + now.changed.len() + self.narrowed.len() + self.named.len()
    }

    /// Draws it from line `top` on.
    pub(super) fn draw(
        &self,
        now: &wire::Walkthrough,
        top: usize,
        frame: &mut Frame<'_>,
        area: Rect,
        look: &Appearance,
    ) {
        let page = page(self, now, area.width.min(100), look);
        let most = page.len().saturating_sub(usize::from(area.height));
        scrolled(frame, area, page, top.min(most), look);
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn add(&mut self, plans: &[Plan]) {
        self.totals.extend(plans);
        for plan in plans {
            if self.named.len() < NAMED {
                self.named.push(line(plan));
            }
            self.narrowed.extend(plan.narrowed.iter().cloned());
            self.uninstall_ends
                .extend(plan.uninstall_ends.iter().cloned());
        }
    }
}

/// A connection, and what hangs on it, in figures.
fn line(plan: &Plan) -> (String, String) {
    let figures = [
        text::count(plan.jobs_enabled, "job", "jobs"),
        text::count(plan.tokens.len() as u64, "token", "tokens"),
        text::count(plan.references, "ref", "refs"),
    ];
    let name = format!("{}  {}", plan.provider_name, plan.name);
    (name, figures.join(", "))
}

impl WalkthroughScreen {
    /// Looks at the plans of the draft as it is now, when its page is in sight.
    pub(super) fn foresee(&mut self, cx: &mut Context<'_>) {
        let Some(version) = self.now.as_ref().map(|now| now.version) else {
            return;
        };
        if self.page == WalkPage::Plan && self.is_draft() && self.forecast.of != Some(version) {
            self.forecast.forget();
            self.forecast.of = Some(version);
            self.ask_part(cx);
        }
    }

    pub(super) fn foreseen(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        match self.forecast.part.take(heard) {
            Some(Ok(page)) => self.took_page(page, cx),
            Some(Err(problem)) => self.forecast.problem = Some(problem),
            None => {}
        }
        match self.forecast.plans.take(heard) {
            Some(Ok(plans)) => {
                self.forecast.add(&plans);
                self.go_on_looking(cx);
            }
            Some(Err(problem)) => self.forecast.problem = Some(problem),
            None => {}
        }
    }

    fn took_page(&mut self, page: Page<WalkthroughTarget>, cx: &mut Context<'_>) {
        self.forecast.after = page.keys.last().cloned();
        self.forecast.more = page.more;
        let taken = page.rows.into_iter().filter(|row| !row.left_out);
        let connections: Vec<String> = taken.map(|row| row.connection.to_string()).collect();
        if connections.is_empty() {
            self.go_on_looking(cx);
        } else {
            let decided = self.now.as_ref().map(|now| &now.terms);
            let terms = PlanTerms {
                uninstall: decided.is_some_and(|it| it.uninstall),
                wider: decided.is_some_and(|it| it.allow_wider),
                walkthrough: self.id.clone(),
                ..PlanTerms::default()
            };
            self.forecast.plans = cx.ask(rpc::Plan { connections, terms });
        }
    }

    fn go_on_looking(&mut self, cx: &mut Context<'_>) {
        if self.forecast.more {
            self.ask_part(cx);
        } else {
            self.forecast.whole = true;
        }
    }

    fn ask_part(&mut self, cx: &mut Context<'_>) {
        let Some(id) = self.id.clone() else { return };
        let window = Window {
            after: self.forecast.after.clone(),
            limit: PART,
            ..Window::default()
        };
        self.forecast.part = cx.ask(rpc::WalkthroughTargets { id, window });
    }
}

fn page(
    it: &Forecast,
    now: &wire::Walkthrough,
    width: u16,
    look: &Appearance,
) -> Vec<Line<'static>> {
    let mut page = Doc::new(width, 15, look).margin(1);
    let say = |page: &mut Doc<'_>, words: &str, role| page.hang(1, words, role);
    if let Some(problem) = &it.problem {
        say(&mut page, &problem.message, StyleRole::Bad);
        say(&mut page, &problem.hint, StyleRole::Text);
        page.blank();
    }
    for changed in &now.changed {
        let words = format!(
            "{} {}  {}: {}",
            look.glyphs.warn, changed.provider_name, changed.name, changed.now
        );
        say(&mut page, &words, StyleRole::Warn);
    }
    if !now.changed.is_empty() {
        say(
            &mut page,
            "Changed since you looked: L looks again.",
            StyleRole::Warn,
        );
        page.blank();
    }
    let chosen = usize::try_from(now.targets.chosen).unwrap_or(usize::MAX);
    say(&mut page, &texts::many(chosen), StyleRole::Title);
    say(&mut page, texts::body(), StyleRole::Text);
    if let Some(words) = texts::active_jobs(it.totals.jobs) {
        say(&mut page, &words, StyleRole::Warn);
    }
    if let Some(provider) = tag::tagged(&now.choice, &now.terms) {
        say(&mut page, &texts::tags(provider), StyleRole::Warn);
    }
    page.blank();
    sums(it, &mut page, look);
    page.blank();
    if !it.whole && it.problem.is_none() {
        let words = format!(
            "Looked at {} of {}{}",
            number(it.totals.connections),
            number(now.targets.chosen),
            look.glyphs.ellipsis
        );
        say(&mut page, &words, StyleRole::Accent);
    } else if it.whole && now.changed.is_empty() {
        say(
            &mut page,
            "Enter asks once more, by name, then begins.",
            StyleRole::Accent,
        );
    }
    page.blank();
    for (name, figures) in &it.named {
        let name = text::fit(name, 44, text::Align::Left, look.glyphs.ellipsis);
        page.point_at("   ", &name, figures, StyleRole::Text);
    }
    let unnamed = it.totals.connections.saturating_sub(it.named.len() as u64);
    if unnamed > 0 {
        say(
            &mut page,
            &format!("  and {} more", number(unnamed)),
            StyleRole::Dim,
        );
    }
    page.done()
}

fn sums(it: &Forecast, page: &mut Doc<'_>, look: &Appearance) {
    let all = &it.totals;
    let dot = format!(" {} ", look.glyphs.dot);
    page.pair("In all", &all.parts().join(&dot), StyleRole::Title);
    let dependents: Vec<String> = all
        .dependents
        .iter()
        .map(|it| texts::dependent(it))
        .collect();
    page.pair("May affect", &dependents.join(" "), StyleRole::Warn);
    let sharing = |dies: bool| {
        let of = all.also_die.values().filter(|it| it.affected == dies);
        let named: Vec<String> = of.map(|it| format!("{} ({})", it.name, it.owner)).collect();
        named.join(", ")
    };
    page.pair("Die too", &sharing(true), StyleRole::Bad);
    page.pair("Share a grant", &sharing(false), StyleRole::Warn);
    let mut narrowed = it.narrowed.iter();
    page.pair(
        "Not called",
        narrowed.next().map_or("", String::as_str),
        StyleRole::Text,
    );
    for words in narrowed {
        page.pair("", words, StyleRole::Text);
    }
    let ends: Vec<&str> = it.uninstall_ends.iter().map(String::as_str).collect();
    page.pair("Uninstalls end", &ends.join(", "), StyleRole::Warn);
    let readers: Vec<String> = all
        .readers
        .iter()
        .map(|(name, count)| format!("{name} {}", text::count(*count, "time", "times")))
        .collect();
    page.pair("Read by", &readers.join(", "), StyleRole::Warn);
    if !readers.is_empty() {
        page.pair(
            "",
            "They could still hold a copy of a token.",
            StyleRole::Dim,
        );
    }
}
