//! One disconnect, step by step, live and as it stays: what each claim rests on, what stays, what is left.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{SavedSelection, Screen, WordHere};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{
    Action, ConnectTarget, Context, Destination, OverlayRequest, PromptQuestion, Typing,
};
use crate::console::subject::Subject;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::steps;
use crate::console::widgets::{empty, lines, scrolled};
use crate::domain::disconnect::log::Step;
use crate::domain::disconnect::run::RunState;
use crate::domain::id::FollowUpId;
use crate::wire::rpc;
use crate::wire::view;
use crate::wire::{Problem, Topic};

mod describe;
mod second_half;
mod words;
pub(super) use describe::left;
pub(super) use describe::token;
use describe::{head, ready, stays};
use second_half::SecondHalf;
pub(super) use words::outcomes;

/// What is said once a follow-up is ticked off.
pub(super) const MARKED_DONE: &str = "The follow-up is marked done.";

/// The screen. The cursor stands on a token or a follow-up.
pub struct RunScreen {
    id: String,
    run: Option<view::Run>,
    asked: AwaitedReply<rpc::Run>,
    resumed: AwaitedReply<rpc::RunResume>,
    done: AwaitedReply<rpc::FollowUpDone>,
    /// Where it is the first half of a swap.
    second: SecondHalf,
    problem: Option<Problem>,
    at: usize,
    evidence: bool,
    /// The follow-up that a note is being typed for.
    noting: Option<FollowUpId>,
}

impl RunScreen {
    /// Of this id.
    #[must_use]
    pub fn new(id: String) -> Self {
        Self {
            id,
            run: None,
            asked: AwaitedReply::default(),
            resumed: AwaitedReply::default(),
            done: AwaitedReply::default(),
            second: SecondHalf::default(),
            problem: None,
            at: 0,
            evidence: false,
            noting: None,
        }
    }

    fn items(&self) -> usize {
        self.run
            .as_ref()
            .map_or(0, |run| run.tokens.len() + run.follow_ups.len())
    }

    /// The follow-up under the cursor, else the first open one.
    fn follow_up(&self) -> Option<&view::FollowUp> {
        let run = self.run.as_ref()?;
        let under = self
            .at
            .checked_sub(run.tokens.len())
            .and_then(|i| run.follow_ups.get(i));
        under
            .filter(|f| f.done.is_none())
            .or_else(|| run.follow_ups.iter().find(|f| f.done.is_none()))
    }

    /// N7: a CRM is chosen anew from all there are, anything else is connected again.
    fn afterwards(&self, cx: &mut Context<'_>) {
        let Some(run) = &self.run else { return };
        if second_half::is_open(run) {
            self.second.take_up(cx);
        } else if run.plan.is_crm {
            cx.actions.push(Action::Tab(KeyPlace::Catalog));
        } else {
            cx.overlay(OverlayRequest::Connect(ConnectTarget {
                provider: run.provider.clone(),
                connection: Some(run.connection.as_str().to_owned()),
            }));
        }
    }

    fn copy(&self, cx: &mut Context<'_>) {
        let Some(run) = &self.run else { return };
        let under = self
            .at
            .checked_sub(run.tokens.len())
            .and_then(|i| run.follow_ups.get(i));
        match under.and_then(|f| f.url.clone()) {
            Some(url) => cx.copy(url),
            None => cx.copy(run.id.as_str()),
        }
    }

    /// The page, and the line the cursor stands on.
    fn page(&self, run: &view::Run, width: u16, look: &Appearance) -> (Vec<Line<'static>>, usize) {
        let mut page = Doc::new(width, 13, look).margin(1);
        let mut cursor = 0;
        let takes_up = run.ended_at.is_some() && self.second.refuses().is_none();
        head(run, takes_up, &mut page, look);
        for (i, step) in run.steps.iter().enumerate() {
            for line in steps::lines(&ready(i, step, run, look), width, look) {
                page.line(line.spans);
            }
            if step.step != Step::RevokeTokens {
                continue;
            }
            for (i, token) in run.tokens.iter().enumerate() {
                if i == self.at {
                    cursor = page.len();
                }
                self::token(token, i == self.at, self.evidence, &mut page, look);
            }
        }
        page.blank();
        stays(run, &mut page, look);
        for (i, follow_up) in run.follow_ups.iter().enumerate() {
            let here = run.tokens.len() + i == self.at;
            if here {
                cursor = page.len();
            }
            left(follow_up, i == 0, here, &mut page, look);
        }
        if let Some(checkpoint) = run.checkpoint.as_deref().and_then(|c| c.lines().nth(1)) {
            page.blank();
            let words = format!("covers {checkpoint} entries of the record");
            page.pair("Checkpoint", &words, StyleRole::Dim);
        }
        (page.done(), cursor)
    }
}

impl Screen for RunScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Run
    }

    fn subject(&self) -> Option<Subject> {
        let run = self.run.as_ref()?;
        let follow_up = self.follow_up().map(|it| it.id.as_str());
        Some(Subject {
            id: follow_up.unwrap_or(&self.id).to_owned(),
            title: format!("{} · {}", run.provider_name, run.name),
        })
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask(rpc::Run {
            id: self.id.clone(),
        });
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let mine = |topic: &Topic| match topic {
            Topic::Run(id) => id.as_str() == self.id,
            Topic::Runs | Topic::FollowUps => true,
            _ => false,
        };
        if topics.iter().any(mine) {
            self.refresh(cx);
        } else if let Some(run) = &self.run
            && SecondHalf::is_changed_by(run, topics)
        {
            self.second.look(run, cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let last = self.items().saturating_sub(1);
        match command {
            Command::Up => self.at = self.at.saturating_sub(1),
            Command::Down => self.at = (self.at + 1).min(last),
            Command::First | Command::PageUp | Command::HalfUp => self.at = 0,
            Command::Last | Command::PageDown | Command::HalfDown => self.at = last,
            Command::Evidence => self.evidence = !self.evidence,
            Command::Copy => self.copy(cx),
            Command::Bundle => cx.copy(bundle(&self.id)),
            Command::Connect => self.afterwards(cx),
            Command::Whole => {
                if let Some(whole) = self.run.as_ref().and_then(|run| run.walkthrough.as_ref()) {
                    cx.open(Destination::Walkthrough(whole.as_str().to_owned()));
                }
            }
            Command::ResumeRun => {
                if let Ok(id) = self.id.parse() {
                    self.resumed = cx.ask(rpc::RunResume { id });
                }
            }
            Command::FollowUpDone => {
                self.noting = self.follow_up().map(|it| it.id.clone());
                if let Some(follow_up) = self.follow_up() {
                    ask_note(follow_up, cx);
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let Some(run) = &self.run else {
            let needs = command.row().danger != Danger::Looks;
            return needs.then(|| "it is not here yet".to_owned());
        };
        let is_swap = second_half::is_open(run);
        let why = match command {
            Command::Connect if is_swap && run.ended_at.is_some() => return self.second.refuses(),
            Command::Connect | Command::Bundle if run.ended_at.is_none() => {
                "the disconnect is under way"
            }
            Command::ResumeRun if run.state != RunState::Waiting => "it does not wait for anybody",
            Command::FollowUpDone if self.follow_up().is_none() => "nothing is left to do",
            Command::Whole if run.walkthrough.is_none() => "it was disconnected by itself",
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn offers(&self, command: Command) -> bool {
        let Some(run) = &self.run else {
            return command != Command::Whole;
        };
        match command {
            Command::Whole => run.walkthrough.is_some(),
            Command::Bundle => run.ended_at.is_some(),
            Command::ResumeRun => run.state == RunState::Waiting,
            Command::FollowUpDone => !run.follow_ups.is_empty(),
            _ => true,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        match self.asked.take(heard) {
            Some(Ok(run)) => {
                self.second.look(&run, cx);
                self.run = Some(run);
                self.problem = None;
            }
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        if let Some(problem) = self.second.reply(heard) {
            cx.complain(problem);
        }
        let resumed = self.resumed.take(heard);
        let resumed = resumed.map(|it| it.map(|()| "The run goes on."));
        let done = self.done.take(heard);
        let done = done.map(|it| it.map(|_| MARKED_DONE));
        match resumed.or(done) {
            Some(Ok(words)) => {
                cx.done(words);
                self.refresh(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn typed(&mut self, _: Typing, text: &str, cx: &mut Context<'_>) {
        if let Some(id) = self.noting.take() {
            self.done = done(id, text, cx);
        }
    }

    fn words_here(&self, look: &Appearance) -> Vec<WordHere> {
        let run = self.run.as_ref();
        run.map_or_else(Vec::new, |run| words::words_here(run, self.at, look))
    }

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Run(self.id.clone()))
    }

    fn keep(&self) -> SavedSelection {
        SavedSelection {
            selected: Some(self.at.to_string()),
            ..SavedSelection::default()
        }
    }

    /// The tokens and follow-ups of a run keep their order.
    fn restore(&mut self, kept: SavedSelection) {
        self.at = kept.selected.and_then(|at| at.parse().ok()).unwrap_or(0);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let Some(run) = &self.run else {
            return match &self.problem {
                Some(problem) => empty::draw(frame, area, &problem.message, &problem.hint, look),
                None => lines(
                    frame,
                    area,
                    [Line::from(look.span("   asking", StyleRole::Dim))],
                ),
            };
        };
        let (page, cursor) = self.page(run, area.width.min(120), look);
        let height = usize::from(area.height);
        let most = page.len().saturating_sub(height);
        let top = (cursor + 4).saturating_sub(height).min(most);
        scrolled(frame, area, page, top, look);
    }
}

/// What writes the auditor's bundle: a console writes no files.
pub(super) fn bundle(id: &str) -> String {
    format!("tagout evidence {id} --out evidence-{id}")
}

/// Asks for the note with which a follow-up is ticked off; what it is about stays in sight meanwhile.
pub(super) fn ask_note(follow_up: &view::FollowUp, cx: &mut Context<'_>) {
    cx.say(follow_up.moot().unwrap_or(&follow_up.text));
    cx.overlay(OverlayRequest::Prompt(PromptQuestion {
        label: format!("Done, at {}; a note:", follow_up.provider_name),
        text: String::new(),
        what: Typing::Note,
        recall: None,
    }));
}

/// Records that a person did what was left to them.
pub fn done(id: FollowUpId, note: &str, cx: &mut Context<'_>) -> AwaitedReply<rpc::FollowUpDone> {
    cx.ask(rpc::FollowUpDone {
        id,
        note: note.trim().to_owned(),
    })
}
