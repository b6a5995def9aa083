//! Several connections taken out of service as one thing (B9): choose, why, plan, run, rest, by keyboard alone. A draft
//! is saved with every step, so that it can be left at any moment and taken up again under Runs.

mod draft;
mod forecast;
mod page;
mod progress;
mod reason;
mod remaining;
mod targets;

pub(super) use progress::sign;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use self::forecast::Forecast;
use self::reason::ReasonPage;
use self::targets::TargetsPage;
use super::{Screen, WordHere, listing};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination, Typing};
use crate::console::event::Key;
use crate::console::subject::Subject;
use crate::console::theme::StyleRole;
use crate::console::widgets::{below, empty, lines};
use crate::console::window::{List, Row};
use crate::domain::explained::WordKind;
use crate::domain::id::{FollowUpId, WalkthroughId};
use crate::domain::walkthrough::{WalkPage, WalkState};
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::walkthrough::{self as wire, WalkthroughRow, WalkthroughTarget};
use crate::wire::{Code, Problem, Topic};

impl Row for WalkthroughTarget {
    fn id(&self) -> &str {
        self.connection.as_str()
    }
}

/// The word that a walkthrough says of its state.
pub(super) fn word_here(row: &WalkthroughRow) -> WordHere {
    let done = format!("{} of {} done", row.targets.ended, row.targets.chosen);
    WordHere::new(WordKind::Walkthrough, row.state.word(), done)
}

/// The screen, on one of its pages.
pub struct WalkthroughScreen {
    id: Option<WalkthroughId>,
    now: Option<wire::Walkthrough>,
    asked: AwaitedReply<rpc::Walkthrough>,
    /// Why it is not shown, or was not saved.
    problem: Option<Problem>,
    page: WalkPage,
    choose: TargetsPage,
    why: ReasonPage,
    forecast: Forecast,
    targets: List<WalkthroughTarget>,
    asked_targets: AwaitedReply<rpc::WalkthroughTargets>,
    saving: draft::Saving,
    asked_save: AwaitedReply<rpc::WalkthroughSave>,
    /// The follow-up that a note is being typed for.
    noting: Option<FollowUpId>,
    /// A follow-up that is being ticked off.
    done: AwaitedReply<rpc::FollowUpDone>,
    /// The first line in sight of a page that is longer than the screen, or the follow-up under the cursor.
    at: usize,
}

impl WalkthroughScreen {
    /// A new one; `marked` are the connections that were marked before, by id.
    #[must_use]
    pub fn begin(marked: Vec<String>) -> Self {
        Self {
            id: None,
            now: None,
            asked: AwaitedReply::default(),
            problem: None,
            page: WalkPage::Choose,
            choose: TargetsPage::new(marked),
            why: ReasonPage::default(),
            forecast: Forecast::default(),
            targets: List::default(),
            asked_targets: AwaitedReply::default(),
            saving: draft::Saving::default(),
            asked_save: AwaitedReply::default(),
            noting: None,
            done: AwaitedReply::default(),
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
}

impl Screen for WalkthroughScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Walkthrough
    }

    fn subject(&self) -> Option<Subject> {
        let id = match self.page {
            WalkPage::Choose | WalkPage::Run => self.targets.selected()?.id(),
            WalkPage::Rest => self.follow_up()?.id.as_str(),
            WalkPage::Why | WalkPage::Plan => return None,
        };
        Some(Subject {
            id: id.to_owned(),
            title: self.now.as_ref()?.title.clone(),
        })
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        if self.is_draft() {
            self.choose.ask(cx);
        }
        if self.id.is_none() && self.choose.choice().is_some() {
            self.save(cx);
        }
        self.look(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Walkthrough(id) => Some(id) == self.id.as_ref(),
            Topic::Walkthroughs | Topic::Connections | Topic::FollowUps => self.id.is_some(),
            _ => false,
        };
        if topics.iter().any(mine) && !self.asked_save.is_open() {
            self.look(cx);
        }
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> bool {
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

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let in_list = matches!(self.page, WalkPage::Choose | WalkPage::Run);
        if in_list && self.moved(command, cx) {
            return;
        }
        self.move_in_page(command);
        match command {
            Command::Continue if self.is_draft() => self.go_forward(cx),
            Command::Continue => {
                if let Some(run) = self.run_here() {
                    cx.open(Destination::Run(run));
                }
            }
            Command::LeaveOut => self.leave_out(cx),
            Command::LookAgain => self.look_again(cx),
            Command::StopWalkthrough | Command::GoOn | Command::Discard => self.decide(command, cx),
            Command::Copy => self.copy(cx),
            Command::Bundle => {
                if let Some(id) = &self.id {
                    cx.copy(super::run::bundle(id.as_str()));
                }
            }
            Command::FollowUpDone => {
                self.noting = self.follow_up().map(|it| it.id.clone());
                if let Some(follow_up) = self.follow_up() {
                    super::run::ask_note(follow_up, cx);
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        self.in_the_way(command)
    }

    fn unsaved(&self) -> Option<Request> {
        self.last_words()
    }

    fn offers(&self, command: Command) -> bool {
        let state = self.now.as_ref().map(|now| now.state);
        match command {
            Command::LeaveOut => self.page == WalkPage::Choose,
            Command::LookAgain => self.page <= WalkPage::Plan,
            Command::FollowUpDone => self.page == WalkPage::Rest,
            Command::Bundle => state == Some(WalkState::Finished),
            Command::StopWalkthrough => state == Some(WalkState::Running),
            Command::GoOn => state == Some(WalkState::Stopped),
            Command::Discard => state.is_some_and(page::may_be_discarded),
            _ => true,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        if let Some(page) = self.asked_targets.take(heard) {
            let wanted = listing::take(&mut self.targets, page, cx);
            self.want(wanted, cx);
        }
        match self.asked.take(heard) {
            Some(Ok(now)) => {
                self.took(now);
                self.foresee(cx);
            }
            Some(Err(problem)) => {
                if problem.code == Code::NotFound {
                    self.now = None;
                }
                self.problem = Some(problem);
            }
            None => {}
        }
        if let Some(saved) = self.asked_save.take(heard) {
            self.saved(saved, cx);
        }
        match self.done.take(heard) {
            Some(Ok(_)) => {
                cx.done(super::run::MARKED_DONE);
                self.refresh(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        self.choose.reply(heard, cx);
        self.foreseen(heard, cx);
    }

    fn typed(&mut self, _: Typing, text: &str, cx: &mut Context<'_>) {
        if let Some(id) = self.noting.take() {
            self.done = super::run::done(id, text, cx);
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
            WalkPage::Run if self.now.as_ref().is_some_and(|now| now.decided.is_none()) => {
                "Nothing has begun. D takes it back."
            }
            WalkPage::Run => {
                "Tab shows what is left. You can leave: it goes on, and each run stands under 4 Runs."
            }
            WalkPage::Rest => "Tab shows how it went.",
        };
        Some(words.to_owned())
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        let before = match self.page {
            WalkPage::Why => WalkPage::Choose,
            WalkPage::Plan => WalkPage::Why,
            WalkPage::Choose | WalkPage::Run | WalkPage::Rest => return false,
        };
        self.turn_to(before);
        self.save(cx);
        true
    }

    fn words_here(&self, _: &Appearance) -> Vec<WordHere> {
        let now = self.now.as_ref();
        let word = now.map(|now| WordHere::new(WordKind::Walkthrough, now.state.word(), ""));
        word.into_iter().collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        let height = usize::from(cx.facts.body().height).saturating_sub(progress::ABOVE);
        let window = self.targets.fit(height);
        self.want(window, cx);
    }

    fn opening(&self) -> Option<Destination> {
        Some(match &self.id {
            Some(id) => Destination::Walkthrough(id.as_str().to_owned()),
            None => Destination::NewWalkthrough(self.choose.marked().to_vec()),
        })
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        if let (Some(problem), None, Some(_)) = (&self.problem, &self.now, &self.id) {
            return empty::draw(frame, area, &problem.message, &problem.hint, look);
        }
        lines(frame, area, [self.head(area.width, look)]);
        let area = below(area, 2);
        match (self.page, &self.now) {
            (WalkPage::Choose, _) => self.draw_choose(frame, area, look),
            (WalkPage::Why, _) => self.why.draw(frame, area, look),
            (WalkPage::Plan, Some(now)) => {
                self.forecast.draw(now, self.at, frame, area, look);
            }
            (WalkPage::Run, Some(now)) => {
                progress::draw(now, &self.targets, frame, area, look);
            }
            (WalkPage::Rest, Some(now)) => remaining::draw(now, self.at, frame, area, look),
            (_, None) => lines(
                frame,
                area,
                [Line::from(look.span("   asking", StyleRole::Dim))],
            ),
        }
    }
}
