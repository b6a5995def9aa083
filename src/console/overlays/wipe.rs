//! A wipe: what it would remove, the name of the workspace, and its steps until the last one. It goes on without the dialog.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Danger, KeyPlace};
use crate::console::context::{Action, Context, Facts, WipeTarget};
use crate::console::event::Key;
use crate::console::widgets::cycle;
use crate::console::widgets::field::TextField;
use crate::domain::wipe::Wipe;
use crate::wire::rpc;
use crate::wire::view::WipePlan;
use crate::wire::{Problem, Topic};

mod draw;

/// Where the dialog stands.
#[derive(Debug)]
enum WipeStage {
    /// What it would remove is counted.
    Counting,
    /// It is asked for.
    Asking(WipePlan),
    /// It was sent.
    Beginning(WipePlan),
    /// It is under way, or has ended.
    Under(Wipe),
    /// It was refused.
    Failed(Problem),
}

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WipeFocus {
    Name,
    Go,
    Cancel,
}

const ROUND: [WipeFocus; 3] = [WipeFocus::Name, WipeFocus::Go, WipeFocus::Cancel];

/// The dialog.
#[derive(Debug)]
pub struct WipeDialog {
    target: WipeTarget,
    face: WipeStage,
    planned: AwaitedReply<rpc::WipePlan>,
    begun: AwaitedReply<rpc::WipeBegin>,
    stands: AwaitedReply<rpc::Wipe>,
    /// Whether something changed since that was asked.
    again: bool,
    name: TextField,
    focus: WipeFocus,
    said: String,
}

impl WipeDialog {
    /// Counts what it would remove, and asks.
    #[must_use]
    pub fn new(target: WipeTarget) -> Self {
        Self {
            target,
            face: WipeStage::Counting,
            planned: AwaitedReply::default(),
            begun: AwaitedReply::default(),
            stands: AwaitedReply::default(),
            again: false,
            name: TextField::default(),
            focus: WipeFocus::Cancel,
            said: String::new(),
        }
    }

    /// Whether it can be begun: what is in service forbids it.
    fn is_free(&self) -> bool {
        matches!(&self.face, WipeStage::Asking(plan) if plan.connected.is_empty())
    }

    fn begin(&mut self, cx: &mut Context<'_>) {
        if let Some(why) = cx.facts.not_sent(Danger::Irreversible) {
            self.said = why;
            return;
        }
        let WipeStage::Asking(plan) = &self.face else {
            return;
        };
        let confirm = self.name.text().trim().to_owned();
        if confirm != cx.facts.welcome.workspace {
            self.focus = WipeFocus::Name;
            self.said = format!("Type {} first.", cx.facts.welcome.workspace);
            return;
        }
        let provider = self.target.provider.clone();
        self.begun = cx.ask(rpc::WipeBegin { provider, confirm });
        self.face = WipeStage::Beginning(plan.clone());
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        self.said.clear();
        let step = |it: &mut Self, forward| {
            it.focus = cycle::neighbour(&ROUND, &it.focus, forward).unwrap_or(WipeFocus::Cancel);
        };
        match (key, self.focus) {
            (Key::Enter, WipeFocus::Cancel) => return OverlayState::Close,
            (Key::Enter, WipeFocus::Go) => self.begin(cx),
            (Key::Enter | Key::Tab | Key::Down, _) => step(self, true),
            (Key::BackTab | Key::Up, _) => step(self, false),
            (key, WipeFocus::Name) => drop(self.name.key(key)),
            (Key::Left, _) => step(self, false),
            (Key::Right, _) => step(self, true),
            // The name is all there is to type.
            (Key::Char(c), _) if c != ' ' => {
                self.focus = WipeFocus::Name;
                self.name.key(key);
            }
            _ => {}
        }
        OverlayState::Stay
    }

    /// Asks where it stands, once what was asked before has come.
    fn look(&mut self, cx: &mut Context<'_>) {
        let WipeStage::Under(wipe) = &self.face else {
            return;
        };
        if wipe.ended_at.is_some() {
            return;
        }
        if self.stands.is_open() {
            self.again = true;
            return;
        }
        self.stands = cx.ask(rpc::Wipe {
            id: wipe.id.clone(),
        });
    }

    /// It is under way, or has ended.
    fn came(&mut self, wipe: Wipe, cx: &mut Context<'_>) {
        self.said.clear();
        if wipe.ended_at.is_some() {
            cx.done(format!("What {} brought is wiped.", self.target.name));
            cx.actions.push(Action::Refresh);
        }
        self.face = WipeStage::Under(wipe);
        self.focus = WipeFocus::Cancel;
        if std::mem::take(&mut self.again) {
            self.look(cx);
        }
    }
}

impl Overlay for WipeDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configure
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        let provider = self.target.provider.clone();
        self.planned = cx.ask(rpc::WipePlan { provider });
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, input) {
            (WipeStage::Beginning(_), Input::Key(Key::Esc, _)) => {
                return OverlayState::close_unheard(cx);
            }
            (WipeStage::Under(wipe), Input::Key(Key::Esc | Key::Enter, _)) => {
                if wipe.ended_at.is_none() {
                    cx.say(match self.target.provider {
                        Some(_) => {
                            "The wipe goes on without the dialog; W and the name again show it."
                        }
                        None => {
                            "The wipe goes on without the dialog; :wipe and the name again show it."
                        }
                    });
                }
                return OverlayState::Close;
            }
            (_, Input::Key(Key::Esc, _)) => return OverlayState::Close,
            (WipeStage::Asking(_), Input::Key(key, _)) if self.is_free() => {
                return self.key(key, cx);
            }
            (
                WipeStage::Counting | WipeStage::Asking(_) | WipeStage::Failed(_),
                Input::Key(Key::Enter, _),
            ) => return OverlayState::Close,
            (WipeStage::Asking(_), Input::Paste(paste)) if self.focus == WipeFocus::Name => {
                self.name.paste(&paste);
            }
            _ => {}
        }
        OverlayState::Stay
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        if let Some(plan) = self.planned.take(heard) {
            self.face = plan.map_or_else(WipeStage::Failed, WipeStage::Asking);
            return OverlayState::Renew;
        }
        if let Some(begun) = self.begun.take(heard) {
            match begun {
                Ok(wipe) => {
                    self.came(wipe, cx);
                    // What happened before the answer was told to nobody here.
                    self.look(cx);
                }
                Err(problem) => self.face = WipeStage::Failed(problem),
            }
            return OverlayState::Renew;
        }
        match self.stands.take(heard) {
            Some(Ok(wipe)) => self.came(wipe, cx),
            Some(Err(problem)) => {
                self.said = format!("{}. {}", problem.message, problem.hint);
                if std::mem::take(&mut self.again) {
                    self.look(cx);
                }
            }
            None => {}
        }
        OverlayState::Stay
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        // The link that is back says so by the connections.
        let concerns = |it: &Topic| matches!(it, Topic::Upkeep | Topic::Connections);
        if topics.iter().any(concerns) {
            self.look(cx);
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            WipeStage::Asking(_) if self.is_free() => {
                &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")]
            }
            WipeStage::Under(wipe) if wipe.ended_at.is_none() => {
                &[("Esc", "close; it goes on without you")]
            }
            _ => &[("Esc", "close")],
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, facts: &Facts) {
        draw::draw(self, frame, area, look, facts);
    }
}
