//! What the keys do in the dialog.

use super::{DisconnectDialog, DisconnectFocus};
use crate::console::context::Context;
use crate::console::event::Key;
use crate::console::overlays::OverlayState;
use crate::console::widgets::field::TextField;
use crate::domain::disconnect::run::Reason;

/// How far a page key goes.
const PAGE: usize = 8;

/// The way round: it begins at Cancel and ends at the button that does it.
const ROUND: [DisconnectFocus; 9] = [
    DisconnectFocus::Cancel,
    DisconnectFocus::Reason,
    DisconnectFocus::Ticket,
    DisconnectFocus::Note,
    DisconnectFocus::Unreachable,
    DisconnectFocus::Uninstall,
    DisconnectFocus::Wider,
    DisconnectFocus::Name,
    DisconnectFocus::Confirm,
];

impl DisconnectDialog {
    pub(super) fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            DisconnectFocus::Ticket => Some(&mut self.answers.ticket),
            DisconnectFocus::Note => Some(&mut self.answers.note),
            DisconnectFocus::Name => Some(&mut self.answers.name),
            _ => None,
        }
    }

    fn step(&mut self, forward: bool) {
        let (can_uninstall, can_widen) = (self.can_uninstall(), self.can_widen());
        let round: Vec<DisconnectFocus> = ROUND
            .into_iter()
            .filter(|f| *f != DisconnectFocus::Uninstall || can_uninstall)
            .filter(|f| *f != DisconnectFocus::Wider || can_widen)
            .collect();
        let at = round.iter().position(|f| *f == self.focus).unwrap_or(0);
        let by = if forward { 1 } else { round.len() - 1 };
        self.focus = round
            .get((at + by) % round.len())
            .copied()
            .unwrap_or(DisconnectFocus::Cancel);
    }

    /// The arrows on a choice, or between the buttons.
    fn turn(&mut self, forward: bool, cx: &mut Context<'_>) {
        match self.focus {
            DisconnectFocus::Reason => {
                self.answers.reason = Some(Reason::beside(self.answers.reason, forward))
            }
            DisconnectFocus::Unreachable => {
                self.answers.keeping = self.answers.keeping.beside(forward);
            }
            DisconnectFocus::Uninstall | DisconnectFocus::Wider => {
                let answer = match self.focus {
                    DisconnectFocus::Uninstall => &mut self.answers.uninstall,
                    _ => &mut self.answers.wider,
                };
                *answer = !*answer;
                self.again = true;
                self.plan(cx);
            }
            DisconnectFocus::Cancel => self.focus = DisconnectFocus::Confirm,
            DisconnectFocus::Confirm => self.focus = DisconnectFocus::Cancel,
            DisconnectFocus::Ticket | DisconnectFocus::Note | DisconnectFocus::Name => {}
        }
    }

    fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        match self.focus {
            DisconnectFocus::Cancel if !self.answers.name.text().is_empty() => {
                let button = if self.swaps { "Swap" } else { "Disconnect" };
                self.said = format!("The name is typed: Tab to {button}, or Esc to leave.");
                OverlayState::Stay
            }
            DisconnectFocus::Cancel => OverlayState::Close,
            DisconnectFocus::Confirm => self.confirm(cx),
            _ => {
                self.step(true);
                OverlayState::Stay
            }
        }
    }

    pub(super) fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        self.said.clear();
        match key {
            Key::Enter => return self.enter(cx),
            Key::Tab | Key::Down => self.step(true),
            Key::BackTab | Key::Up => self.step(false),
            Key::PageDown if !self.whole => self.whole = true,
            Key::PageDown => self.top = (self.top + PAGE).min(self.longest()),
            Key::PageUp if self.top == 0 => self.whole = false,
            Key::PageUp => self.top = self.top.saturating_sub(PAGE),
            _ => self.put(key, cx),
        }
        OverlayState::Stay
    }

    /// A key for the field that has the focus. Elsewhere arrows choose, Space too where there is a choice, and any other character
    /// begins the name: that is all there is to type.
    fn put(&mut self, key: Key, cx: &mut Context<'_>) {
        if let Some(field) = self.field() {
            field.key(key);
            return;
        }
        match key {
            Key::Right => self.turn(true, cx),
            Key::Left => self.turn(false, cx),
            Key::Char(' ')
                if !matches!(
                    self.focus,
                    DisconnectFocus::Cancel | DisconnectFocus::Confirm
                ) =>
            {
                self.turn(true, cx);
            }
            Key::Char(' ') => {}
            Key::Char(_) => {
                self.focus = DisconnectFocus::Name;
                self.answers.name.key(key);
            }
            _ => {}
        }
    }
}
