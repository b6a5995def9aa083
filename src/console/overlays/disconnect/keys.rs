//! What the keys do in the dialog.

use super::{Disconnect, Focus};
use crate::console::context::Cx;
use crate::console::event::Key;
use crate::console::overlays::Then;
use crate::console::widgets::field::Field;
use crate::domain::disconnect::run::Reason;

/// How far a page key goes.
const PAGE: usize = 8;

/// The way round: it begins at Cancel and ends at the button that does it.
const ROUND: [Focus; 9] = [
    Focus::Cancel,
    Focus::Reason,
    Focus::Ticket,
    Focus::Note,
    Focus::Unreachable,
    Focus::Uninstall,
    Focus::Wider,
    Focus::Name,
    Focus::Confirm,
];

impl Disconnect {
    pub(super) fn field(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Ticket => Some(&mut self.answers.ticket),
            Focus::Note => Some(&mut self.answers.note),
            Focus::Name => Some(&mut self.answers.name),
            _ => None,
        }
    }

    fn step(&mut self, forward: bool) {
        let (can_uninstall, can_widen) = (self.can_uninstall(), self.can_widen());
        let round: Vec<Focus> = ROUND
            .into_iter()
            .filter(|f| *f != Focus::Uninstall || can_uninstall)
            .filter(|f| *f != Focus::Wider || can_widen)
            .collect();
        let at = round.iter().position(|f| *f == self.focus).unwrap_or(0);
        let by = if forward { 1 } else { round.len() - 1 };
        self.focus = round
            .get((at + by) % round.len())
            .copied()
            .unwrap_or(Focus::Cancel);
    }

    /// The arrows on a choice, or between the buttons.
    fn turn(&mut self, forward: bool, cx: &mut Cx<'_>) {
        match self.focus {
            Focus::Reason => {
                self.answers.reason = Some(Reason::beside(self.answers.reason, forward))
            }
            Focus::Unreachable => {
                self.answers.keeping = self.answers.keeping.beside(forward);
            }
            Focus::Uninstall | Focus::Wider => {
                let answer = match self.focus {
                    Focus::Uninstall => &mut self.answers.uninstall,
                    _ => &mut self.answers.wider,
                };
                *answer = !*answer;
                self.again = true;
                self.plan(cx);
            }
            Focus::Cancel => self.focus = Focus::Confirm,
            Focus::Confirm => self.focus = Focus::Cancel,
            Focus::Ticket | Focus::Note | Focus::Name => {}
        }
    }

    fn enter(&mut self, cx: &mut Cx<'_>) -> Then {
        match self.focus {
            Focus::Cancel if !self.answers.name.text().is_empty() => {
                "The name is typed: Tab to Disconnect, or Esc to leave.".clone_into(&mut self.said);
                Then::Stay
            }
            Focus::Cancel => Then::Close,
            Focus::Confirm => self.confirm(cx),
            _ => {
                self.step(true);
                Then::Stay
            }
        }
    }

    pub(super) fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> Then {
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
        Then::Stay
    }

    /// A key for the field that has the focus. Elsewhere arrows choose, Space too where there is a choice, and any other character
    /// begins the name: that is all there is to type.
    fn put(&mut self, key: Key, cx: &mut Cx<'_>) {
        if let Some(field) = self.field() {
            field.key(key);
            return;
        }
        match key {
            Key::Right => self.turn(true, cx),
            Key::Left => self.turn(false, cx),
            Key::Char(' ') if !matches!(self.focus, Focus::Cancel | Focus::Confirm) => {
                self.turn(true, cx);
            }
            Key::Char(' ') => {}
            Key::Char(_) => {
                self.focus = Focus::Name;
                self.answers.name.key(key);
            }
            _ => {}
        }
    }
}
