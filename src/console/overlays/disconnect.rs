//! Disconnect: the plan, the reasons, the name typed, and only then the request, with the ids and versions that
//! were shown.

mod draw;
mod keys;
mod page;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, Then};
use crate::console::asked::{Awaited, Heard};
use crate::console::command::{Danger, Place};
use crate::console::context::{ConnectTarget, Cx, Facts, Opening, Out, Wanted};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::text;
use crate::console::widgets::field::Field;
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::run::Reason;
use crate::domain::trial::Keeping;
use crate::wire::ask;
use crate::wire::ask::PlanTerms;
use crate::wire::request::Target;
use crate::wire::view::Run;
use crate::wire::{Code, Problem};

/// Where the dialog stands.
#[derive(Debug)]
enum Face {
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
enum Focus {
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
struct Answers {
    reason: Option<Reason>,
    ticket: Field,
    note: Field,
    keeping: Keeping,
    uninstall: bool,
    wider: bool,
    name: Field,
}

/// The dialog. It keeps the ids it was opened with; what the list behind it does is of no concern to it.
#[derive(Debug)]
pub struct Disconnect {
    targets: Vec<String>,
    /// Another account is connected in its place at once (N8).
    swaps: bool,
    plans: Vec<Plan>,
    planning: Awaited<ask::Plan>,
    beginning: Awaited<ask::Disconnect>,
    answers: Answers,
    face: Face,
    focus: Focus,
    /// The terms were changed, and the plan by the new ones is on its way.
    again: bool,
    /// What is in the way of the confirming button, said when it was tried.
    said: String,
    /// Everything instead of what fits, from this line on.
    whole: bool,
    top: usize,
}

impl Disconnect {
    /// About these connections, by id.
    #[must_use]
    pub fn new(targets: Vec<String>) -> Self {
        Self {
            targets,
            swaps: false,
            plans: Vec::new(),
            planning: Awaited::default(),
            beginning: Awaited::default(),
            answers: Answers::default(),
            face: Face::Looking,
            focus: Focus::Cancel,
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

    fn look(&mut self, cx: &mut Cx<'_>) {
        self.face = Face::Looking;
        self.focus = Focus::Cancel;
        self.answers.name = Field::default();
        self.said.clear();
        self.plan(cx);
    }

    /// Asks for the plan by the terms as they are now.
    fn plan(&mut self, cx: &mut Cx<'_>) {
        let terms = PlanTerms {
            uninstall: self.answers.uninstall,
            wider: self.answers.wider,
            ..PlanTerms::default()
        };
        let connections = self.targets.clone();
        self.planning = cx.ask(ask::Plan { connections, terms });
    }

    fn planned(&mut self, plans: Result<Vec<Plan>, Problem>) -> Then {
        if !matches!(self.face, Face::Looking | Face::Asking) {
            return Then::Stay;
        }
        self.again = false;
        self.face = match plans {
            Ok(plans) if !plans.is_empty() => {
                self.plans = plans;
                Face::Asking
            }
            Ok(_) => Face::Failed(unreadable()),
            Err(problem) => Face::Failed(problem),
        };
        Then::Renew
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
    fn missing(&self, facts: &Facts) -> Option<(Focus, String)> {
        if let Some(why) = facts.refuses(Danger::Irreversible) {
            return Some((Focus::Cancel, format!("Not sent: {why}.")));
        }
        let typed = self.answers.name.text();
        match self.answers.reason {
            None => Some((Focus::Reason, "Choose a reason: Left and Right.".to_owned())),
            Some(Reason::Other) if self.answers.note.text().trim().is_empty() => {
                Some((Focus::Note, "The reason \"other\" wants a note.".to_owned()))
            }
            Some(_) if typed.split_whitespace().collect::<Vec<_>>().join(" ") != self.name() => {
                Some((Focus::Name, format!("Type {} first.", self.name())))
            }
            Some(_) => None,
        }
    }

    fn confirm(&mut self, cx: &mut Cx<'_>) -> Then {
        if let Some((focus, why)) = self.missing(cx.facts) {
            self.focus = focus;
            self.said = why;
            return Then::Stay;
        }
        if self.again {
            "What it would do is being looked at once more.".clone_into(&mut self.said);
            return Then::Stay;
        }
        let ticket = self.answers.ticket.text().trim().to_owned();
        let target = |plan: &Plan| Target {
            connection: plan.connection.as_str().to_owned(),
            version: Some(plan.version),
        };
        let request = ask::Disconnect {
            targets: self.plans.iter().map(target).collect(),
            reason: self.answers.reason.unwrap_or(Reason::Other),
            note: self.answers.note.text().trim().to_owned(),
            ticket: (!ticket.is_empty()).then_some(ticket),
            if_unreachable: self.answers.keeping.if_unreachable(),
            uninstall: self.answers.uninstall && self.can_uninstall(),
            allow_wider: self.answers.wider,
            destroy_at_once: self.answers.keeping == Keeping::Nothing,
        };
        self.beginning = cx.ask(request);
        self.face = Face::Waiting;
        Then::Stay
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

    fn begun(&mut self, runs: &[Run], cx: &mut Cx<'_>) -> Then {
        match runs {
            [one] => {
                cx.open(Opening::Run(one.id.as_str().to_owned()));
                if self.swaps {
                    cx.overlay(Wanted::ConnectOther(ConnectTarget {
                        provider: one.provider.clone(),
                        connection: Some(one.connection.as_str().to_owned()),
                    }));
                }
            }
            _ => {
                cx.outs
                    .push(Out::Run(crate::console::command::Command::Unmark));
                cx.outs.push(Out::Tab(Place::Runs));
                cx.say(format!("{} disconnects are under way.", runs.len()));
            }
        }
        Then::Close
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

impl Overlay for Disconnect {
    fn place(&self) -> Place {
        Place::Disconnect
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match (&self.face, input) {
            (Face::Waiting, Input::Key(Key::Esc, _)) => {
                cx.say("The disconnect was sent and goes on; 4 shows the runs.");
                Then::Close
            }
            (_, Input::Key(Key::Esc, _)) => Then::Close,
            (Face::Failed(_), Input::Key(Key::Enter, _)) => {
                self.look(cx);
                Then::Stay
            }
            (Face::Asking, Input::Key(key, _)) => self.key(key, cx),
            (Face::Asking, Input::Paste(paste)) => {
                match self.field() {
                    Some(field) => field.paste(&paste),
                    None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
                }
                Then::Stay
            }
            _ => Then::Stay,
        }
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        if let Some(plans) = self.planning.take(heard) {
            return self.planned(plans);
        }
        match (&self.face, self.beginning.take(heard)) {
            (Face::Waiting, Some(Ok(runs))) => self.begun(&runs, cx),
            (Face::Waiting, Some(Err(problem))) => {
                self.face = Face::Failed(problem);
                Then::Renew
            }
            _ => Then::Stay,
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            Face::Looking => &[("Esc", "cancel")],
            Face::Asking => &[
                ("Tab", "next"),
                ("Left/Right", "choose"),
                ("PgDn", "everything"),
                ("Enter", "take"),
                ("Esc", "cancel"),
            ],
            Face::Waiting => &[("Esc", "close; it goes on")],
            Face::Failed(_) => &[("Enter", "look again"), ("Esc", "close")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, facts: &Facts) {
        draw::draw(self, frame, area, look, facts);
    }
}
