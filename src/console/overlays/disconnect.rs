//! Disconnect: the plan, the reasons, the name typed, and only then the request, with the ids and versions that
//! were shown.

mod draw;
mod keys;
mod page;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Danger, KeyPlace};
use crate::console::context::{Action, ConnectTarget, Context, Destination, Facts, OverlayRequest};
use crate::console::event::Key;
use crate::console::text;
use crate::console::widgets::field::TextField;
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::run::Reason;
use crate::domain::trial::Keeping;
use crate::wire::request::Target;
use crate::wire::rpc;
use crate::wire::rpc::PlanTerms;
use crate::wire::view::Run;
use crate::wire::{Code, Problem};

/// Where the dialog stands.
#[derive(Debug)]
enum DisconnectStage {
    /// The plan is being made.
    Looking,
    /// The plan is there and can be answered.
    Asking,
    /// The request is on its way.
    Waiting,
    /// The plan or the request was refused.
    Failed(Problem),
}

/// What has the focus. The way round begins at Cancel and ends at the button that does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DisconnectFocus {
    Cancel,
    Reason,
    Ticket,
    Note,
    Unreachable,
    Uninstall,
    Wider,
    Name,
    Confirm,
}

/// What is filled in.
#[derive(Debug, Default)]
struct DisconnectForm {
    reason: Option<Reason>,
    ticket: TextField,
    note: TextField,
    keeping: Keeping,
    uninstall: bool,
    wider: bool,
    name: TextField,
}

/// The dialog. It keeps the ids it was opened with; what the list behind it does is of no concern to it.
#[derive(Debug)]
pub struct DisconnectDialog {
    targets: Vec<String>,
    /// Another account is connected in its place at once (N8).
    swaps: bool,
    plans: Vec<Plan>,
    planning: AwaitedReply<rpc::Plan>,
    beginning: AwaitedReply<rpc::Disconnect>,
    answers: DisconnectForm,
    face: DisconnectStage,
    focus: DisconnectFocus,
    /// The terms were changed, and the plan by the new ones is on its way.
    again: bool,
    /// What is in the way of the confirming button, said when it was tried.
    said: String,
    /// Everything instead of what fits, from this line on.
    whole: bool,
    top: usize,
}

impl DisconnectDialog {
    /// About these connections, by id.
    #[must_use]
    pub fn new(targets: Vec<String>) -> Self {
        Self {
            targets,
            swaps: false,
            plans: Vec::new(),
            planning: AwaitedReply::default(),
            beginning: AwaitedReply::default(),
            answers: DisconnectForm::default(),
            face: DisconnectStage::Looking,
            focus: DisconnectFocus::Cancel,
            again: false,
            said: String::new(),
            whole: false,
            top: 0,
        }
    }

    /// The first half of a swap: this connection, then the same one for another account.
    #[must_use]
    pub fn swap(target: String) -> Self {
        let mut dialog = Self::new(vec![target]);
        dialog.swaps = true;
        dialog.answers.reason = Some(Reason::Cleanup);
        dialog
    }

    fn look(&mut self, cx: &mut Context<'_>) {
        self.face = DisconnectStage::Looking;
        self.focus = DisconnectFocus::Cancel;
        self.answers.name = TextField::default();
        self.said.clear();
        self.plan(cx);
    }

    /// Asks for the plan by the terms as they are now.
    fn plan(&mut self, cx: &mut Context<'_>) {
        let terms = PlanTerms {
            uninstall: self.answers.uninstall,
            wider: self.answers.wider,
            ..PlanTerms::default()
        };
        let connections = self.targets.clone();
        self.planning = cx.ask(rpc::Plan { connections, terms });
    }

    fn planned(&mut self, plans: Result<Vec<Plan>, Problem>) -> OverlayState {
        if !matches!(
            self.face,
            DisconnectStage::Looking | DisconnectStage::Asking
        ) {
            return OverlayState::Stay;
        }
        self.again = false;
        self.face = match plans {
            Ok(plans) if !plans.is_empty() => {
                self.plans = plans;
                DisconnectStage::Asking
            }
            Ok(_) => DisconnectStage::Failed(unreadable()),
            Err(problem) => DisconnectStage::Failed(problem),
        };
        OverlayState::Renew
    }

    /// What has to be typed.
    fn name(&self) -> String {
        let name = match self.plans.as_slice() {
            [one] if text::clean(&one.name).trim().is_empty() => one.provider_name.clone(),
            [one] => one.name.clone(),
            _ => format!("{} connections", self.plans.len()),
        };
        text::clean(&name)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn can_uninstall(&self) -> bool {
        self.plans.iter().any(|plan| plan.can_uninstall)
    }

    /// Whether somebody shares the grant, so that wider calls are left out or have a price.
    fn can_widen(&self) -> bool {
        let shares = |plan: &Plan| {
            !plan.shares_grant_with.is_empty()
                || (self.answers.uninstall && !plan.uninstall_ends.is_empty())
        };
        self.answers.wider || self.plans.iter().any(shares)
    }

    /// What is in the way of the request, and where it can be put right.
    fn missing(&self, facts: &Facts) -> Option<(DisconnectFocus, String)> {
        if let Some(why) = facts.not_sent(Danger::Irreversible) {
            return Some((DisconnectFocus::Cancel, why));
        }
        let typed = self.answers.name.text();
        match self.answers.reason {
            None => Some((
                DisconnectFocus::Reason,
                "Choose a reason: Left and Right.".to_owned(),
            )),
            Some(Reason::Other) if self.answers.note.text().trim().is_empty() => Some((
                DisconnectFocus::Note,
                "The reason \"other\" wants a note.".to_owned(),
            )),
            Some(_) if typed.split_whitespace().collect::<Vec<_>>().join(" ") != self.name() => {
                Some((
                    DisconnectFocus::Name,
                    format!("Type {} first.", self.name()),
                ))
            }
            Some(_) => None,
        }
    }

    fn confirm(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if let Some((focus, why)) = self.missing(cx.facts) {
            self.focus = focus;
            self.said = why;
            return OverlayState::Stay;
        }
        if self.again {
            "What it would do is being looked at once more.".clone_into(&mut self.said);
            return OverlayState::Stay;
        }
        let ticket = self.answers.ticket.text().trim().to_owned();
        let target = |plan: &Plan| Target {
            connection: plan.connection.as_str().to_owned(),
            version: Some(plan.version),
        };
        let request = rpc::Disconnect {
            targets: self.plans.iter().map(target).collect(),
            reason: self.answers.reason.unwrap_or(Reason::Other),
            note: self.answers.note.text().trim().to_owned(),
            ticket: (!ticket.is_empty()).then_some(ticket),
            if_unreachable: self.answers.keeping.if_unreachable(),
            uninstall: self.answers.uninstall && self.can_uninstall(),
            allow_wider: self.answers.wider,
            destroy_at_once: self.answers.keeping == Keeping::Nothing,
            swap: self.swaps,
        };
        self.beginning = cx.ask(request);
        self.face = DisconnectStage::Waiting;
        OverlayState::Stay
    }

    /// No page is longer: a way down that is not there would have to be gone back.
    fn longest(&self) -> usize {
        let of = |plan: &Plan| {
            plan.tokens.len()
                + plan.dependents.len()
                + plan.other_connections.len()
                + plan.shares_grant_with.len()
                + plan.kept.len()
                + 2 * plan.follow_ups.len()
        };
        12 + self.plans.iter().map(of).sum::<usize>()
    }

    fn begun(&mut self, runs: &[Run], cx: &mut Context<'_>) -> OverlayState {
        match runs {
            [one] => {
                let (provider, name) = (&one.provider_name, &one.name);
                let what = if self.swaps { "swap" } else { "disconnect" };
                cx.done(format!("The {what} of {provider} {name} has begun."));
                cx.open(Destination::Run(one.id.as_str().to_owned()));
                if self.swaps {
                    cx.overlay(OverlayRequest::ConnectOther(ConnectTarget {
                        provider: one.provider.clone(),
                        connection: Some(one.connection.as_str().to_owned()),
                    }));
                }
            }
            _ => {
                cx.actions
                    .push(Action::Run(crate::console::command::Command::Unmark));
                cx.actions.push(Action::Tab(KeyPlace::Runs));
                cx.done(format!("{} disconnects are under way.", runs.len()));
            }
        }
        OverlayState::Close
    }
}

/// What a server says that this console cannot read.
fn unreadable() -> Problem {
    Problem::new(
        Code::Failed,
        "the server's answer cannot be read",
        "Is the server of the same version? See tagout status",
    )
}

impl Overlay for DisconnectDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Disconnect
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, input) {
            (DisconnectStage::Waiting, Input::Key(Key::Esc, _)) => OverlayState::close_unheard(cx),
            (_, Input::Key(Key::Esc, _)) => OverlayState::Close,
            (DisconnectStage::Failed(_), Input::Key(Key::Enter, _)) => {
                self.look(cx);
                OverlayState::Stay
            }
            (DisconnectStage::Asking, Input::Key(key, _)) => self.key(key, cx),
            (DisconnectStage::Asking, Input::Paste(paste)) => {
                match self.field() {
                    Some(field) => field.paste(&paste),
                    None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
                }
                OverlayState::Stay
            }
            _ => OverlayState::Stay,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        if let Some(plans) = self.planning.take(heard) {
            return self.planned(plans);
        }
        match (&self.face, self.beginning.take(heard)) {
            (DisconnectStage::Waiting, Some(Ok(runs))) => self.begun(&runs, cx),
            (DisconnectStage::Waiting, Some(Err(problem))) => {
                self.face = DisconnectStage::Failed(problem);
                OverlayState::Renew
            }
            _ => OverlayState::Stay,
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            DisconnectStage::Looking => &[("Esc", "cancel")],
            DisconnectStage::Asking => &[
                ("Tab", "next"),
                ("Left/Right", "choose"),
                ("PgDn", "everything"),
                ("Enter", "take"),
                ("Esc", "cancel"),
            ],
            DisconnectStage::Waiting => &[("Esc", "close")],
            DisconnectStage::Failed(_) => &[("Enter", "look again"), ("Esc", "close")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, facts: &Facts) {
        draw::draw(self, frame, area, look, facts);
    }
}
