//! Adopt: a grant that another tool was given is taken over, after a look at whose account it is.

mod act;
mod draw;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::flow_end::FlowEnd;
use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::KeyPlace;
use crate::console::context::{Context, Facts};
use crate::console::event::Key;
use crate::console::widgets::cycle;
use crate::console::widgets::field::TextField;
use crate::wire::rpc;
use crate::wire::view::{Flow, ProviderDetail};
use crate::wire::{Problem, Topic};

/// Where the dialog stands.
#[derive(Debug)]
enum AdoptStage {
    /// The provider is asked for.
    Looking,
    /// The tokens are typed or pasted.
    Filling,
    /// The request is on its way.
    Asked,
    /// The vendor is being asked.
    Under(Flow),
    /// Whose account it is, is shown: nothing is kept yet.
    Confirming(Flow),
    /// A person wants to leave.
    GivingUp(Flow),
    /// It was not taken over.
    Failed(Problem),
}

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdoptFocus {
    Refresh,
    Access,
    Account,
    Go,
    Cancel,
}

/// What is filled in.
#[derive(Debug)]
struct AdoptForm {
    refresh: TextField,
    access: TextField,
    account: TextField,
}

/// What is waited for.
#[derive(Debug, Default)]
struct AdoptReplies {
    provider: AwaitedReply<rpc::Provider>,
    begun: AwaitedReply<rpc::Adopt>,
    flow: AwaitedReply<rpc::Flow>,
    confirmed: AwaitedReply<rpc::FlowConfirm>,
}

/// The dialog.
#[derive(Debug)]
pub struct AdoptDialog {
    id: String,
    asked: AdoptReplies,
    provider: Option<ProviderDetail>,
    answers: AdoptForm,
    stage: AdoptStage,
    focus: AdoptFocus,
    /// The account was confirmed: it is not asked about again.
    is_confirmed: bool,
    end: FlowEnd,
    said: String,
}

impl AdoptDialog {
    /// At this provider, by its id.
    #[must_use]
    pub fn new(id: String) -> Self {
        Self {
            id,
            asked: AdoptReplies::default(),
            provider: None,
            answers: AdoptForm {
                refresh: TextField::secret(),
                access: TextField::secret(),
                account: TextField::default(),
            },
            stage: AdoptStage::Looking,
            focus: AdoptFocus::Cancel,
            is_confirmed: false,
            end: FlowEnd::default(),
            said: String::new(),
        }
    }

    fn set(&mut self, stage: AdoptStage) {
        self.stage = stage;
        let first = self.round().first().copied();
        self.focus = first.unwrap_or(AdoptFocus::Cancel);
    }

    /// What can have the focus now; what cannot be taken back is never first.
    fn round(&self) -> &'static [AdoptFocus] {
        match &self.stage {
            AdoptStage::Filling => &[
                AdoptFocus::Refresh,
                AdoptFocus::Access,
                AdoptFocus::Account,
                AdoptFocus::Go,
                AdoptFocus::Cancel,
            ],
            AdoptStage::Confirming(_) | AdoptStage::GivingUp(_) => {
                &[AdoptFocus::Cancel, AdoptFocus::Go]
            }
            AdoptStage::Failed(_) => &[AdoptFocus::Go, AdoptFocus::Cancel],
            AdoptStage::Looking | AdoptStage::Asked | AdoptStage::Under(_) => &[AdoptFocus::Cancel],
        }
    }

    fn step(&mut self, forward: bool) {
        let to = cycle::neighbour(self.round(), &self.focus, forward);
        self.focus = to.unwrap_or(AdoptFocus::Cancel);
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            AdoptFocus::Refresh => Some(&mut self.answers.refresh),
            AdoptFocus::Access => Some(&mut self.answers.access),
            AdoptFocus::Account => Some(&mut self.answers.account),
            AdoptFocus::Go | AdoptFocus::Cancel => None,
        }
    }

    /// The flow, once there is one.
    fn flow(&self) -> Option<&Flow> {
        match &self.stage {
            AdoptStage::Under(flow) | AdoptStage::Confirming(flow) | AdoptStage::GivingUp(flow) => {
                Some(flow)
            }
            _ => None,
        }
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        if let Some(field) = self.field()
            && field.key(key)
        {
            self.said.clear();
            return OverlayState::Stay;
        }
        match key {
            Key::Enter => return self.enter(cx),
            Key::Tab | Key::Down | Key::Right => self.step(true),
            Key::BackTab | Key::Up | Key::Left => self.step(false),
            _ => {}
        }
        OverlayState::Stay
    }
}

impl Overlay for AdoptDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Adopt
    }

    fn hides(&self) -> bool {
        matches!(self.focus, AdoptFocus::Refresh | AdoptFocus::Access)
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        let id = self.id.clone();
        self.asked.provider = cx.ask(rpc::Provider { id });
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match input {
            Input::Key(Key::Esc, _) => self.escape(cx),
            Input::Key(key, _) => self.key(key, cx),
            Input::Paste(paste) => {
                match self.field() {
                    Some(field) => field.paste(&paste),
                    None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
                }
                OverlayState::Stay
            }
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        self.answered(heard, cx)
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let is_told = |flow: &Flow| Topic::Flow(flow.id.clone()).is_told_by(topics);
        if self.flow().is_some_and(is_told) {
            self.ask_flow(cx);
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.stage {
            AdoptStage::Looking | AdoptStage::Asked => &[("Esc", "close")],
            AdoptStage::Filling => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
            AdoptStage::Under(_) => &[("Esc", "give up")],
            AdoptStage::Confirming(_) | AdoptStage::GivingUp(_) | AdoptStage::Failed(_) => {
                &[("Enter", "take"), ("Tab", "other"), ("Esc", "back")]
            }
        };
        let hint = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(hint).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
