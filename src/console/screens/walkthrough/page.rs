//! What stands on the page in sight, and what can be done there.

use ratatui::text::{Line, Span};

use super::WalkthroughScreen;
use crate::console::appearance::Appearance;
use crate::console::command::{Command, Danger};
use crate::console::context::Context;
use crate::console::screens::listing;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::domain::walkthrough::{WalkPage, WalkState};
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::view::FollowUp;
use crate::wire::walkthrough as wire;

/// Whether there is something to throw away, to take back or to close.
pub(super) fn may_be_discarded(state: WalkState) -> bool {
    match state {
        WalkState::Draft | WalkState::Planned | WalkState::Stopped | WalkState::Fallen => true,
        WalkState::Running | WalkState::Finished => false,
    }
}

impl WalkthroughScreen {
    pub(super) fn is_draft(&self) -> bool {
        self.now
            .as_ref()
            .is_none_or(|now| now.state == WalkState::Draft)
    }

    /// Moves in the list of targets; false when the command is not about moving, or nothing is saved yet.
    pub(super) fn moved(&mut self, command: Command, cx: &mut Context<'_>) -> bool {
        let mut wanted = None;
        let moved = self.id.is_some() && listing::moved(&mut self.targets, command, &mut wanted);
        self.want(wanted, cx);
        moved
    }

    /// Asks how it stands, once it is saved.
    pub(super) fn look(&mut self, cx: &mut Context<'_>) {
        if let Some(id) = &self.id {
            let id = id.as_str().to_owned();
            self.asked = cx.ask(rpc::Walkthrough { id });
        }
        self.ask_targets(cx);
    }

    pub(super) fn ask_targets(&mut self, cx: &mut Context<'_>) {
        if self.id.is_some() {
            let window = self.targets.refresh();
            self.want(Some(window), cx);
        }
    }

    /// Asks for a part of the targets, if one is wanted.
    pub(super) fn want(&mut self, window: Option<Window>, cx: &mut Context<'_>) {
        if let (Some(id), Some(window)) = (self.id.clone(), window) {
            self.asked_targets = cx.ask(rpc::WalkthroughTargets { id, window });
        }
    }

    /// Takes what the server knows. What another console did to the draft is taken over, not overwritten.
    pub(super) fn took(&mut self, now: wire::Walkthrough) {
        let known = self.now.as_ref().map(|it| (it.version, it.state));
        let (version, state) = (now.version, now.state);
        // An answer that a save has overtaken knows less than what is written here. One that comes before the save's own answer may
        // be of the same version, and would take away what was chosen since.
        let is_being_saved = state == WalkState::Draft && self.asked_save.is_open();
        if is_being_saved || known.is_some_and(|(known, _)| known > version) {
            return;
        }
        if state == WalkState::Draft && known.is_none_or(|(known, _)| known != version) {
            let typed = self
                .kept_terms()
                .and_then(|kept| self.why.typed_beside(kept));
            self.choose.adopt(&now);
            self.why.adopt(&now);
            let page = std::mem::replace(&mut self.page, now.page.min(WalkPage::Plan));
            self.keep();
            // Nobody's words go away under their fingers.
            if let Some(typed) = typed {
                self.why.retype(typed);
                self.page = page;
            }
        } else if known.is_none_or(|(_, known)| known != state) {
            self.page = match state {
                WalkState::Draft => self.page,
                WalkState::Finished => WalkPage::Rest,
                WalkState::Planned
                | WalkState::Running
                | WalkState::Stopped
                | WalkState::Fallen => WalkPage::Run,
            };
        }
        self.now = Some(now);
        self.problem = None;
    }

    /// The row or follow-up that Enter opens, as its run.
    pub(super) fn run_here(&self) -> Option<String> {
        let run = match self.page {
            WalkPage::Run => self.targets.selected()?.run.as_ref()?,
            WalkPage::Rest => &self.follow_up()?.run,
            _ => return None,
        };
        Some(run.as_str().to_owned())
    }

    pub(super) fn follow_up(&self) -> Option<&FollowUp> {
        let left = &self.now.as_ref()?.left;
        left.follow_ups.get(self.at)
    }

    pub(super) fn move_in_page(&mut self, command: Command) {
        let last = match (self.page, &self.now) {
            (WalkPage::Rest, Some(now)) => now.left.follow_ups.len().saturating_sub(1),
            (_, Some(now)) => self.forecast.longest(now),
            (_, None) => 0,
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
    pub(super) fn turn_to(&mut self, page: WalkPage) {
        self.page = page;
        self.at = 0;
    }

    /// What it is, and on which of its pages one is: in capitals, so that it is told without colour.
    pub(super) fn head(&self, width: u16, look: &Appearance) -> Line<'static> {
        let dot = format!(" {} ", look.glyphs.dot);
        let at = WalkPage::ALL.iter().position(|it| *it == self.page);
        let of = format!("{} of {}   ", at.unwrap_or(0) + 1, WalkPage::ALL.len());
        let mut pages = vec![look.span(of, StyleRole::Dim)];
        for (i, page) in WalkPage::ALL.iter().enumerate() {
            if i > 0 {
                pages.push(look.span(&dot, StyleRole::Dim));
            }
            pages.push(match *page == self.page {
                true => look.span(page.word().to_uppercase(), StyleRole::Accent),
                false => look.span(page.word(), StyleRole::Dim),
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
            look.span(title, StyleRole::Title),
            Span::raw(" "),
        ];
        spans.extend(pages);
        Line::from(spans)
    }

    pub(super) fn copy(&self, cx: &mut Context<'_>) {
        let link = self.follow_up().filter(|_| self.page == WalkPage::Rest);
        match (link.and_then(|it| it.url.clone()), &self.id) {
            (Some(url), _) => cx.copy(url),
            (None, Some(id)) => cx.copy(id.as_str()),
            (None, None) => cx.say("It has no id yet: nothing is chosen."),
        }
    }

    /// Why a command cannot be done on this page.
    pub(super) fn in_the_way(&self, command: Command) -> Option<String> {
        let state = self.now.as_ref().map(|now| now.state);
        let why = match command {
            Command::Continue if self.is_draft() => return self.not_yet(),
            Command::Continue if self.run_here().is_none() => "no run is selected",
            Command::LeaveOut if !self.on_list() => "that is chosen on the first page, in its list",
            Command::LookAgain if state != Some(WalkState::Draft) => "it is no draft",
            Command::StopWalkthrough if state != Some(WalkState::Running) => "it does not run",
            Command::Bundle if state != Some(WalkState::Finished) => "it has not ended",
            Command::GoOn if state != Some(WalkState::Stopped) => "it is not stopped",
            Command::Discard if !state.is_some_and(may_be_discarded) => {
                "it is neither a draft nor planned, nor did it stop or fall"
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

    pub(super) fn on_list(&self) -> bool {
        self.page == WalkPage::Choose && self.choose.on_list() && self.targets.selected().is_some()
    }
}
