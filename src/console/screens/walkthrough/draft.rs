//! What a person does to a draft: every step is saved, and nothing begins before it was confirmed by name.

use super::WalkthroughScreen;
use crate::console::command::{Command, Danger};
use crate::console::context::{ConfirmQuestion, Context, OverlayRequest};
use crate::console::text;
use crate::domain::disconnect::texts;
use crate::domain::id::ConnectionId;
use crate::domain::walkthrough::{TargetChoice, Terms, WalkPage, WalkState};
use crate::wire::request::{Request, Target};
use crate::wire::rpc;
use crate::wire::walkthrough::{self as wire, WalkthroughDraft};
use crate::wire::{Code, Problem};

/// One save is under way at a time: the next one needs the version that it brings.
#[derive(Debug, Default)]
pub(super) struct Saving {
    again: bool,
    look_again: bool,
    /// What the server has, or is about to have.
    kept: Option<Written>,
    /// What it had before, should it refuse that.
    kept_before: Option<Written>,
}

/// What a person wrote, without the numbers around it.
type Written = (TargetChoice, Vec<ConnectionId>, Terms, WalkPage);

impl WalkthroughScreen {
    /// Saves the draft as it stands, once something is chosen.
    pub(super) fn save(&mut self, cx: &mut Context<'_>) {
        let Some(choice) = self.choose.choice() else {
            return;
        };
        if let Some(why) = cx.facts.refuses(Danger::Changes) {
            return cx.say(format!("Nothing is saved: {why}."));
        }
        if self.asked_save.is_open() {
            self.saving.again = true;
            return;
        }
        let mut draft = self.draft(choice);
        draft.look_again = std::mem::take(&mut self.saving.look_again);
        self.saving.kept_before = self.saving.kept.take();
        self.keep();
        self.asked_save = cx.ask(rpc::WalkthroughSave(draft));
    }

    fn draft(&self, choice: TargetChoice) -> WalkthroughDraft {
        let marked = self.id.is_none() && self.choose.is_marked();
        let target = |id: &String| Target {
            connection: id.clone(),
            version: None,
        };
        WalkthroughDraft {
            id: self.id.clone(),
            version: self.now.as_ref().map(|now| now.version),
            title: None,
            choice,
            targets: marked.then(|| self.choose.marked().iter().map(target).collect()),
            left_out: self.choose.left_out(),
            look_again: false,
            terms: self.why.terms(),
            page: self.page,
        }
    }

    fn written(&self) -> Option<Written> {
        let choice = self.choose.choice()?;
        Some((choice, self.choose.left_out(), self.why.terms(), self.page))
    }

    /// What is written now is what the server has, or is about to have.
    pub(super) fn keep(&mut self) {
        self.saving.kept = self.written();
    }

    /// What the server has of the reason and what goes with it, as far as anything was written here.
    pub(super) fn kept_terms(&self) -> Option<&Terms> {
        self.saving.kept.as_ref().map(|(_, _, terms, _)| terms)
    }

    /// What was typed since the last save, for whoever leaves in the middle of a word.
    pub(super) fn last_words(&self) -> Option<Request> {
        let written = self.written()?;
        let is_kept = self.saving.kept.as_ref() == Some(&written) && !self.saving.again;
        if !self.is_draft() || self.id.is_none() || is_kept {
            return None;
        }
        // A save may be under way, and would make any version an old one.
        let draft = WalkthroughDraft {
            version: None,
            ..self.draft(written.0)
        };
        Some(Request::WalkthroughSave(rpc::WalkthroughSave(draft)))
    }

    pub(super) fn saved(
        &mut self,
        result: Result<wire::Walkthrough, Problem>,
        cx: &mut Context<'_>,
    ) {
        let again = std::mem::take(&mut self.saving.again);
        // What was refused, for whatever reason, the server does not have.
        if result.is_err() {
            self.saving.kept = self.saving.kept_before.take();
        }
        match result {
            Ok(now) => {
                self.id = Some(now.id.clone());
                self.now = Some(now);
                self.problem = None;
                self.ask_targets(cx);
                self.foresee(cx);
            }
            Err(problem) if problem.code == Code::Conflict => {
                // Somebody else changed it: what they did is looked at before anything is overwritten.
                cx.complain(problem);
                return self.look(cx);
            }
            Err(problem) => {
                // On its page it stands in the place of the list; the draft is as it was before.
                if self.page != WalkPage::Choose {
                    cx.complain(problem.clone());
                }
                self.problem = Some(problem);
            }
        }
        if again {
            self.save(cx);
        }
    }

    /// What is in the way of the next page.
    pub(super) fn not_yet(&self) -> Option<String> {
        if let Some(refused) = self.now.as_ref().and_then(|now| now.refused.clone()) {
            return Some(refused);
        }
        let chosen = self.now.as_ref().map_or(0, |now| now.targets.chosen);
        match self.page {
            _ if chosen == 0 || self.choose.choice().is_none() => {
                Some("nothing is chosen yet".to_owned())
            }
            WalkPage::Choose => self.problem.as_ref().map(|it| it.message.clone()),
            WalkPage::Why => self.why.missing(),
            WalkPage::Plan => self.not_begun(),
            WalkPage::Run | WalkPage::Rest => None,
        }
    }

    fn not_begun(&self) -> Option<String> {
        let changed = self.now.as_ref().map_or(0, |now| now.changed.len());
        if changed > 0 {
            let words = text::count(changed as u64, "connection", "connections");
            return Some(format!("{words} changed since they were looked at"));
        }
        (!self.forecast.is_whole()).then(|| "not all of it was looked at yet".to_owned())
    }

    /// To the next page, or to the question that begins it.
    pub(super) fn go_forward(&mut self, cx: &mut Context<'_>) {
        match self.page {
            WalkPage::Choose => self.turn_to(WalkPage::Why),
            WalkPage::Why => self.turn_to(WalkPage::Plan),
            WalkPage::Plan => return self.ask_to_begin(cx),
            WalkPage::Run | WalkPage::Rest => return,
        }
        self.save(cx);
    }

    fn ask_to_begin(&self, cx: &mut Context<'_>) {
        let Some(now) = &self.now else { return };
        let begins = match self.why.begins(&cx.facts.clock) {
            Ok(begins) => begins,
            Err(why) => return cx.say(why),
        };
        let chosen = now.targets.chosen;
        let totals = self.forecast.totals();
        let mut body = vec![texts::body().to_owned()];
        body.extend(texts::active_jobs(totals.jobs));
        body.push(format!("{}.", totals.parts().join(", ")));
        body.push(self.why.words());
        body.push(texts::kept_sealed(self.why.keeping(), totals));
        let (id, version) = (now.id.clone(), Some(now.version));
        let (verb, done, request) = match begins {
            None => {
                let begin = rpc::WalkthroughBegin { id, version };
                body.push("It begins at once.".to_owned());
                let done = "It has begun; what you see is live.";
                ("Disconnect", done, Request::WalkthroughBegin(begin))
            }
            Some(at) => {
                let clock = at.to_zoned(cx.facts.clock.time_zone().clone());
                let when = clock.strftime("%Y-%m-%d %H:%M");
                body.push(format!("It begins at {when}."));
                body.push(texts::accepted_for_later().to_owned());
                let at = Some(at);
                let plan = rpc::WalkthroughPlan { id, version, at };
                let done = "It is planned; D takes it back.";
                ("Plan it", done, Request::WalkthroughPlan(plan))
            }
        };
        cx.overlay(OverlayRequest::Confirm(ConfirmQuestion {
            title: texts::many(usize::try_from(chosen).unwrap_or(usize::MAX)),
            body,
            verb: verb.to_owned(),
            name: Some(text::count(chosen, "connection", "connections")),
            request: Box::new(request),
            done: done.to_owned(),
        }));
    }

    /// Takes the selected connection out of the draft, or along again.
    pub(super) fn leave_out(&mut self, cx: &mut Context<'_>) {
        if let Some(row) = self.targets.selected() {
            self.choose.turn_over(row.connection.clone());
            self.moved(Command::Down, cx);
            self.save(cx);
        }
    }

    /// Resolves the choice anew; what changed meanwhile has been seen then.
    pub(super) fn look_again(&mut self, cx: &mut Context<'_>) {
        self.saving.look_again = true;
        self.forecast.forget();
        self.save(cx);
    }

    /// Stopping, going on and throwing away, each after a plain yes.
    pub(super) fn decide(&self, command: Command, cx: &mut Context<'_>) {
        let Some(now) = &self.now else { return };
        let id = now.id.clone();
        let open = text::count(now.targets.not_begun, "connection", "connections");
        let (title, sentence, verb, request, done) = match command {
            Command::StopWalkthrough => (
                "Stop between connections?",
                format!("What has begun goes on to its end; {open} not begun stay in service."),
                "Stop",
                Request::WalkthroughStop(rpc::WalkthroughStop { id }),
                "Stopped; what has begun goes on to its end.",
            ),
            Command::GoOn => (
                "Go on?",
                format!("{open} not begun are taken out of service."),
                "Go on",
                Request::WalkthroughGoOn(rpc::WalkthroughGoOn { id }),
                "It goes on.",
            ),
            _ if now.state == WalkState::Planned => (
                "Take it back?",
                "It does not begin by itself, and is a draft again.".to_owned(),
                "Take back",
                Request::WalkthroughPlan(rpc::WalkthroughPlan::cancelling(id)),
                "It is a draft again.",
            ),
            _ if self.is_draft() => (
                "Throw the draft away?",
                "Nothing has begun, and nothing will.".to_owned(),
                "Discard",
                Request::WalkthroughDiscard(rpc::WalkthroughDiscard { id }),
                "The draft is gone; Esc leaves the page.",
            ),
            _ => (
                "Close it for good?",
                format!("{open} not begun stay in service; what was done stays done."),
                "Close",
                Request::WalkthroughDiscard(rpc::WalkthroughDiscard { id }),
                "Closed.",
            ),
        };
        cx.overlay(OverlayRequest::Confirm(ConfirmQuestion {
            title: title.to_owned(),
            body: vec![now.title.clone(), sentence],
            verb: verb.to_owned(),
            name: None,
            request: Box::new(request),
            done: done.to_owned(),
        }));
    }
}
