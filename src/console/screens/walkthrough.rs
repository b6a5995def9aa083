//! Several connections taken out of service as one thing (B9): choose, why, plan, run, rest, by keyboard alone. A draft
//! is saved with every step, so that it can be left at any moment and taken up again under Runs.

mod choose;
mod draft;
mod forecast;
mod progress;
mod rest;
mod why;

pub(super) use progress::sign;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use serde_json::Value;

use self::choose::Choose;
use self::forecast::Forecast;
use self::why::Why;
use super::{Cx, Opening, Screen, listing};
use crate::console::command::{Command, Danger, Place};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::overlays::{Wanted, prompt};
use crate::console::text::{self, Align};
use crate::console::theme::Role;
use crate::console::widgets::{empty, lines};
use crate::console::window::{List, Row};
use crate::domain::id::WalkthroughId;
use crate::domain::walkthrough::{WalkPage, WalkState};
use crate::wire::request::{Request, Window};
use crate::wire::walkthrough::{self as wire, WalkthroughTarget};
use crate::wire::{Code, Problem, Topic};

impl Row for WalkthroughTarget {
    fn id(&self) -> &str {
        self.connection.as_str()
    }
}

/// The screen, on one of its pages.
pub struct Walkthrough {
    id: Option<WalkthroughId>,
    now: Option<wire::Walkthrough>,
    /// Why it is not shown, or was not saved.
    problem: Option<Problem>,
    page: WalkPage,
    choose: Choose,
    why: Why,
    forecast: Forecast,
    targets: List<WalkthroughTarget>,
    saving: draft::Saving,
    /// The first line in sight of a page that is longer than the screen, or the follow-up under the cursor.
    at: usize,
}

impl Walkthrough {
    /// A new one; `marked` are the connections that were marked before, by id.
    #[must_use]
    pub fn begin(marked: Vec<String>) -> Self {
        Self {
            id: None,
            now: None,
            problem: None,
            page: WalkPage::Choose,
            choose: Choose::new(marked),
            why: Why::default(),
            forecast: Forecast::default(),
            targets: List::default(),
            saving: draft::Saving::default(),
            at: 0,
        }
    }

    /// One that was saved.
    #[must_use]
    pub fn of(id: String) -> Self {
        Self {
            id: id.parse().ok(),
            ..Self::begin(Vec::new())
        }
    }

    fn is_draft(&self) -> bool {
        self.now
            .as_ref()
            .is_none_or(|now| now.state == WalkState::Draft)
    }

    fn window(&self) -> impl Fn(Window) -> Request + use<> {
        let id = self.id.clone();
        move |window| match &id {
            Some(id) => Request::WalkthroughTargets {
                id: id.clone(),
                window,
            },
            // Nothing is asked of a draft that is not saved.
            None => Request::Walkthroughs(window),
        }
    }

    fn ask_targets(&mut self, cx: &mut Cx<'_>) {
        if self.id.is_some() {
            let window = self.targets.refresh();
            listing::ask(Some(window), cx, self.window());
        }
    }

    /// Takes what the server knows. What another console did to the draft is taken over, not overwritten.
    fn took(&mut self, now: wire::Walkthrough) {
        let known = self.now.as_ref().map(|it| (it.version, it.state));
        let (version, state) = (now.version, now.state);
        if state == WalkState::Draft && known.is_none_or(|(known, _)| known != version) {
            self.choose.adopt(&now);
            self.why.adopt(&now);
            self.page = now.page.min(WalkPage::Plan);
        } else if known.is_none_or(|(_, known)| known != state) {
            self.page = match state {
                WalkState::Draft => self.page,
                WalkState::Finished => WalkPage::Rest,
                WalkState::Running | WalkState::Stopped => WalkPage::Run,
            };
        }
        self.now = Some(now);
        self.problem = None;
    }

    /// The row or follow-up that Enter opens, as its run.
    fn run_here(&self) -> Option<String> {
        let run = match self.page {
            WalkPage::Run => self.targets.selected()?.run.as_ref()?,
            WalkPage::Rest => &self.follow_up()?.run,
            _ => return None,
        };
        Some(run.as_str().to_owned())
    }

    fn follow_up(&self) -> Option<&crate::wire::view::FollowUp> {
        let left = &self.now.as_ref()?.left;
        left.follow_ups.get(self.at)
    }

    fn move_in_page(&mut self, command: Command) {
        let last = match (self.page, &self.now) {
            (WalkPage::Rest, Some(now)) => now.left.follow_ups.len().saturating_sub(1),
            _ => forecast::LONGEST,
        };
        self.at = match command {
            Command::Up => self.at.saturating_sub(1),
            Command::Down => (self.at + 1).min(last),
            Command::PageUp | Command::HalfUp => self.at.saturating_sub(8),
            Command::PageDown | Command::HalfDown => (self.at + 8).min(last),
            Command::First => 0,
            Command::Last => last,
            _ => self.at,
        };
    }

    /// To a page of the same thing, from its top.
    fn turn_to(&mut self, page: WalkPage) {
        self.page = page;
        self.at = 0;
    }
}

impl Screen for Walkthrough {
    fn place(&self) -> Place {
        Place::Walkthrough
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        if self.is_draft() {
            self.choose.ask(cx);
        }
        match &self.id {
            Some(id) => cx.ask(
                "walkthrough",
                Request::Walkthrough {
                    id: id.as_str().to_owned(),
                },
            ),
            None if self.choose.choice().is_some() => self.save(cx),
            None => {}
        }
        self.ask_targets(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Walkthrough(id) => Some(id) == self.id.as_ref(),
            Topic::Connections | Topic::FollowUps => self.id.is_some(),
            _ => false,
        };
        if topics.iter().any(mine) && !self.saving.is_under_way() {
            self.refresh(cx);
        }
    }

    fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> bool {
        match self.page {
            WalkPage::Run | WalkPage::Rest => match key {
                Key::Tab | Key::BackTab => self.turn_to(match self.page {
                    WalkPage::Run => WalkPage::Rest,
                    _ => WalkPage::Run,
                }),
                _ => return false,
            },
            WalkPage::Choose => {
                let (taken, changed) = self.choose.key(key);
                if changed {
                    self.save(cx);
                }
                return taken;
            }
            WalkPage::Why => {
                let (taken, left) = self.why.key(key);
                if left {
                    self.save(cx);
                }
                return taken;
            }
            WalkPage::Plan => return false,
        }
        true
    }

    fn paste(&mut self, text: &str) -> bool {
        self.page == WalkPage::Why && self.why.paste(text)
    }

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        let in_list = matches!(self.page, WalkPage::Choose | WalkPage::Run);
        let request = self.window();
        if in_list && listing::moved(&mut self.targets, command, cx, request) {
            return;
        }
        self.move_in_page(command);
        match command {
            Command::Continue if self.is_draft() => self.go_forward(cx),
            Command::Continue => {
                if let Some(run) = self.run_here() {
                    cx.open(Opening::Run(run));
                }
            }
            Command::LeaveOut => self.leave_out(cx),
            Command::LookAgain => self.look_again(cx),
            Command::StopWalkthrough | Command::GoOn | Command::Discard => self.decide(command, cx),
            Command::Copy => self.copy(cx),
            Command::FollowUpDone => {
                if let Some(follow_up) = self.follow_up() {
                    cx.overlay(Wanted::Prompt(prompt::Question {
                        label: format!("Done, at {}; a note:", follow_up.provider_name),
                        text: String::new(),
                        what: "note",
                        live: false,
                    }));
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        self.in_the_way(command)
    }

    fn offers(&self, command: Command) -> bool {
        let state = self.now.as_ref().map(|now| now.state);
        match command {
            Command::LeaveOut => self.page == WalkPage::Choose,
            Command::LookAgain => self.page <= WalkPage::Plan,
            Command::FollowUpDone => self.page == WalkPage::Rest,
            Command::StopWalkthrough => state == Some(WalkState::Running),
            Command::GoOn => state == Some(WalkState::Stopped),
            Command::Discard => matches!(state, Some(WalkState::Draft | WalkState::Stopped)),
            _ => true,
        }
    }

    fn reply(&mut self, what: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>) {
        match (what, result) {
            (listing::LIST, result) => {
                let request = self.window();
                listing::take(&mut self.targets, result, cx, request);
            }
            ("walkthrough", Ok(value)) => match serde_json::from_value(value) {
                Ok(now) => {
                    self.took(now);
                    self.foresee(cx);
                }
                Err(error) => cx.say(format!("The server's answer cannot be read: {error}")),
            },
            ("walkthrough", Err(problem)) => {
                if problem.code == Code::NotFound {
                    self.now = None;
                }
                self.problem = Some(problem);
            }
            ("saved", result) => self.saved(result, cx),
            ("users" | "providers", result) => self.choose.answer(what, result, cx),
            ("page" | "plans", result) => self.foreseen(what, result, cx),
            (_, Ok(_)) => self.refresh(cx),
            (_, Err(problem)) => cx.complain(problem),
        }
    }

    fn typed(&mut self, _: &'static str, text: &str, cx: &mut Cx<'_>) {
        if let Some(id) = self.follow_up().map(|it| it.id.clone()) {
            super::run::done(id, text, cx);
        }
    }

    fn standing(&self) -> Option<String> {
        let words = match self.page {
            WalkPage::Choose => self.choose.hint(),
            WalkPage::Why => {
                "Tab next field, Left and Right choose. You can leave: it waits under 4 Runs."
            }
            WalkPage::Plan => "Nothing has begun. You can leave: it waits under 4 Runs.",
            WalkPage::Run if self.now.as_ref().is_some_and(|now| now.ended_at.is_some()) => {
                "Tab shows what is left."
            }
            WalkPage::Run => {
                "Tab shows what is left. You can leave: it goes on, and stands under 4 Runs."
            }
            WalkPage::Rest => "Tab shows how it went.",
        };
        Some(words.to_owned())
    }

    fn back(&mut self, cx: &mut Cx<'_>) -> bool {
        let before = match self.page {
            WalkPage::Why => WalkPage::Choose,
            WalkPage::Plan => WalkPage::Why,
            WalkPage::Choose | WalkPage::Run | WalkPage::Rest => return false,
        };
        self.turn_to(before);
        self.save(cx);
        true
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        let height = usize::from(cx.facts.body().height).saturating_sub(progress::ABOVE);
        let window = self.targets.fit(height);
        if self.id.is_some() {
            listing::ask(window, cx, self.window());
        }
    }

    fn opening(&self) -> Option<Opening> {
        Some(match &self.id {
            Some(id) => Opening::Walkthrough(id.as_str().to_owned()),
            None => Opening::NewWalkthrough(self.choose.marked().to_vec()),
        })
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        if let (Some(problem), None, Some(_)) = (&self.problem, &self.now, &self.id) {
            return empty::draw(frame, area, &problem.message, &problem.hint, look);
        }
        lines(frame, area, [self.head(area.width, look)]);
        let area = Rect {
            y: area.y + 2,
            height: area.height.saturating_sub(2),
            ..area
        };
        match (self.page, &self.now) {
            (WalkPage::Choose, _) => self.draw_choose(frame, area, look),
            (WalkPage::Why, _) => self.why.draw(frame, area, look),
            (WalkPage::Plan, Some(now)) => {
                forecast::draw(&self.forecast, (now, self.at), frame, area, look);
            }
            (WalkPage::Run, Some(now)) => {
                progress::draw(now, &self.targets, frame, area, look);
            }
            (WalkPage::Rest, Some(now)) => rest::draw(now, self.at, frame, area, look),
            (_, None) => lines(frame, area, [Line::from(look.span("   asking", Role::Dim))]),
        }
    }
}

impl Walkthrough {
    /// What it is, and on which of its pages one is: in capitals, so that it is told without colour.
    fn head(&self, width: u16, look: &Look) -> Line<'static> {
        let dot = format!(" {} ", look.glyphs.dot);
        let at = WalkPage::ALL.iter().position(|it| *it == self.page);
        let of = format!("{} of {}   ", at.unwrap_or(0) + 1, WalkPage::ALL.len());
        let mut pages = vec![look.span(of, Role::Dim)];
        for (i, page) in WalkPage::ALL.iter().enumerate() {
            if i > 0 {
                pages.push(look.span(&dot, Role::Dim));
            }
            pages.push(match *page == self.page {
                true => look.span(page.word().to_uppercase(), Role::Accent),
                false => look.span(page.word(), Role::Dim),
            });
        }
        let wide: usize = pages.iter().map(Span::width).sum();
        let title = self.now.as_ref().map_or("Walkthrough".to_owned(), |now| {
            format!("Walkthrough: {}", now.title)
        });
        let room = usize::from(width).saturating_sub(wide + 3);
        let title = text::fit(&title, room, Align::Left, look.glyphs.ellipsis);
        let mut spans = vec![
            Span::raw(" "),
            look.span(title, Role::Title),
            Span::raw(" "),
        ];
        spans.extend(pages);
        Line::from(spans)
    }

    fn copy(&self, cx: &mut Cx<'_>) {
        let link = self.follow_up().filter(|_| self.page == WalkPage::Rest);
        match (link.and_then(|it| it.url.clone()), &self.id) {
            (Some(url), _) => cx.copy(url),
            (None, Some(id)) => cx.copy(id.as_str()),
            (None, None) => cx.say("It has no id yet: nothing is chosen."),
        }
    }

    /// Why a command cannot be done on this page.
    fn in_the_way(&self, command: Command) -> Option<String> {
        let state = self.now.as_ref().map(|now| now.state);
        let why = match command {
            Command::Continue if self.is_draft() => return self.not_yet(),
            Command::Continue if self.run_here().is_none() => "no run is selected",
            Command::LeaveOut if !self.on_list() => "that is chosen on the first page, in its list",
            Command::LookAgain if state != Some(WalkState::Draft) => "it is no draft",
            Command::StopWalkthrough if state != Some(WalkState::Running) => "it does not run",
            Command::GoOn if state != Some(WalkState::Stopped) => "it is not stopped",
            Command::Discard if !matches!(state, Some(WalkState::Draft | WalkState::Stopped)) => {
                "it is neither a draft nor stopped"
            }
            Command::FollowUpDone
                if self.page != WalkPage::Rest
                    || self.follow_up().is_none_or(|it| it.done.is_some()) =>
            {
                "no open follow-up is selected"
            }
            _ if command.row().danger != Danger::Looks && command != Command::FollowUpDone => {
                return self.now.as_ref().and_then(|now| now.refused.clone());
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn on_list(&self) -> bool {
        self.page == WalkPage::Choose && self.choose.on_list() && self.targets.selected().is_some()
    }
}
