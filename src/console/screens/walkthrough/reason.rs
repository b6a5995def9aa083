//! The second page: the reason, the ticket, and what to do where a vendor makes it hard.

use jiff::{Timestamp, Zoned};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::console::appearance::Appearance;
use crate::console::event::Key;
use crate::console::theme::StyleRole;
use crate::console::widgets::field::TextField;
use crate::console::widgets::form::Form;
use crate::domain::disconnect::run::Reason;
use crate::domain::disconnect::texts;
use crate::domain::disconnect::totals::Totals;
use crate::domain::parse_time::ahead;
use crate::domain::trial::Keeping;
use crate::domain::walkthrough::Terms;
use crate::wire::walkthrough as wire;

/// Columns of a row's name.
const LABEL: usize = 16;

/// No field is wider.
const WIDEST: u16 = 92;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ReasonFocus {
    #[default]
    Reason,
    Ticket,
    Note,
    Unreachable,
    Uninstall,
    Wider,
    Begins,
}

const ROUND: [ReasonFocus; 7] = [
    ReasonFocus::Reason,
    ReasonFocus::Ticket,
    ReasonFocus::Note,
    ReasonFocus::Unreachable,
    ReasonFocus::Uninstall,
    ReasonFocus::Wider,
    ReasonFocus::Begins,
];

/// What is filled in.
#[derive(Debug, Default)]
pub(super) struct ReasonPage {
    reason: Option<Reason>,
    ticket: TextField,
    note: TextField,
    keeping: Keeping,
    uninstall: bool,
    wider: bool,
    /// The time that was typed. It is no part of a draft: one that lay about for a day would mean another time.
    begins: TextField,
    focus: ReasonFocus,
}

/// What was typed and is not saved yet; a field that was not typed into is as it was saved.
pub(super) struct TypedText {
    ticket: Option<TextField>,
    note: Option<TextField>,
}

impl ReasonPage {
    /// As a saved draft has it. A draft has to have a reason: "other" without a note stands for none.
    pub(super) fn adopt(&mut self, now: &wire::Walkthrough) {
        let terms = &now.terms;
        let chosen = terms.reason != Reason::Other || !terms.note.trim().is_empty();
        self.reason = chosen.then_some(terms.reason);
        self.ticket = TextField::new(terms.ticket.as_deref().unwrap_or_default());
        self.note = TextField::new(&terms.note);
        self.keeping = Keeping::by(terms.if_unreachable, terms.destroy_at_once);
        self.uninstall = terms.uninstall;
        self.wider = terms.allow_wider;
    }

    /// What was typed beside these terms, which are saved.
    pub(super) fn typed_beside(&self, saved: &Terms) -> Option<TypedText> {
        let terms = self.terms();
        let ticket = (terms.ticket != saved.ticket).then(|| self.ticket.clone());
        let note = (terms.note != saved.note).then(|| self.note.clone());
        (ticket.is_some() || note.is_some()).then_some(TypedText { ticket, note })
    }

    /// Puts it where it was typed.
    pub(super) fn retype(&mut self, typed: TypedText) {
        if let Some(ticket) = typed.ticket {
            self.ticket = ticket;
        }
        if let Some(note) = typed.note {
            self.note = note;
        }
    }

    pub(super) fn terms(&self) -> Terms {
        let ticket = self.ticket.text().trim().to_owned();
        Terms {
            reason: self.reason.unwrap_or(Reason::Other),
            note: self.note.text().trim().to_owned(),
            ticket: (!ticket.is_empty()).then_some(ticket),
            if_unreachable: self.keeping.if_unreachable(),
            uninstall: self.uninstall,
            allow_wider: self.wider,
            tag: false,
            destroy_at_once: self.keeping == Keeping::Nothing,
        }
    }

    /// When it begins by itself; none when that is now.
    ///
    /// # Errors
    /// When what was typed is no time ahead.
    pub(super) fn begins(&self, clock: &Zoned) -> Result<Option<Timestamp>, String> {
        let text = self.begins.text().trim().to_owned();
        if text.is_empty() {
            return Ok(None);
        }
        let at = ahead(&text, clock).map_err(|no| format!("{no}."))?;
        Ok(Some(at))
    }

    /// What is kept sealed.
    pub(super) fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// The same in one sentence.
    pub(super) fn words(&self) -> String {
        let terms = self.terms();
        let mut parts = vec![format!("Reason: {}", terms.reason.words())];
        parts.extend(terms.ticket.map(|ticket| format!("ticket {ticket}")));
        parts.extend((!terms.note.is_empty()).then(|| format!("\"{}\"", terms.note)));
        match self.keeping {
            Keeping::Proof => {}
            Keeping::Retry => parts.push("unreachable tokens are held".to_owned()),
            Keeping::Nothing => parts.push("nothing is kept sealed".to_owned()),
        }
        if self.uninstall {
            parts.push("apps are uninstalled too".to_owned());
        }
        if self.wider {
            parts.push("wider calls are made".to_owned());
        }
        format!("{}.", parts.join(", "))
    }

    pub(super) fn missing(&self) -> Option<String> {
        let why = match self.reason {
            None => "choose a reason first: Left and Right",
            Some(Reason::Other) if self.note.text().trim().is_empty() => {
                "the reason \"other\" wants a note"
            }
            Some(_) => return None,
        };
        Some(why.to_owned())
    }

    /// Takes a key: whether it was one of ours, and whether what was changed should be saved.
    pub(super) fn key(&mut self, key: Key) -> (bool, bool) {
        match key {
            Key::Tab | Key::Down => self.step(1),
            Key::BackTab | Key::Up => self.step(ROUND.len() - 1),
            _ => {
                if let Some(field) = self.field() {
                    return (field.key(key), false);
                }
                let forward = matches!(key, Key::Right | Key::Char(' '));
                if !forward && key != Key::Left {
                    return (false, false);
                }
                self.turn(forward);
            }
        }
        (true, true)
    }

    pub(super) fn paste(&mut self, text: &str) -> bool {
        let field = self.field();
        let takes = field.is_some();
        if let Some(field) = field {
            field.paste(text);
        }
        takes
    }

    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let mut form = Form::new(area.width.min(WIDEST), look);
        let on = |row| self.focus == row;
        form.label("Reason", LABEL, on(ReasonFocus::Reason));
        let reason = self.reason.map_or("choose", Reason::words);
        form.choice(reason, on(ReasonFocus::Reason)).end();
        form.label("Ticket", LABEL, on(ReasonFocus::Ticket));
        form.field(&self.ticket, on(ReasonFocus::Ticket)).end();
        form.label("Note", LABEL, on(ReasonFocus::Note));
        form.field(&self.note, on(ReasonFocus::Note)).end();
        form.page.blank();
        self.choices(&mut form);
        form.page.blank();
        form.label("Begins", LABEL, on(ReasonFocus::Begins));
        form.field(&self.begins, on(ReasonFocus::Begins)).end();
        let when = match self.begins.text().trim() {
            "" => "At once; or by itself at a time: 18:00, or 2026-12-24 23:59.",
            _ => texts::accepted_for_later(),
        };
        form.page.hang(LABEL + 2, when, StyleRole::Dim);
        form.draw(frame, area);
    }

    fn choices(&self, form: &mut Form<'_>) {
        form.label(
            "If unreachable",
            LABEL,
            self.focus == ReasonFocus::Unreachable,
        );
        form.choice(
            self.keeping.choice(),
            self.focus == ReasonFocus::Unreachable,
        );
        form.end();
        if self.keeping != Keeping::default() {
            // What is chosen is not counted yet; the plan says how long proofs take.
            let kept = texts::kept_sealed(self.keeping, &Totals::default());
            form.page.hang(LABEL + 2, &kept, StyleRole::Warn);
        }
        let rows = [
            (
                ReasonFocus::Uninstall,
                "Vendors' apps",
                (self.uninstall, "leave installed", "uninstall where offered"),
                "An uninstall ends every token of the app there, other people's too: the plan names whose.",
            ),
            (
                ReasonFocus::Wider,
                "Shared grants",
                (self.wider, "narrowest calls", "wider calls too"),
                "A wider call also ends the connections that share the grant: the plan names them.",
            ),
        ];
        for (focus, name, (chosen, no, yes), means) in rows {
            let on = self.focus == focus;
            form.label(name, LABEL, on);
            form.choice(if chosen { yes } else { no }, on).end();
            if chosen {
                form.page.hang(LABEL + 2, means, StyleRole::Warn);
            }
        }
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            ReasonFocus::Ticket => Some(&mut self.ticket),
            ReasonFocus::Note => Some(&mut self.note),
            ReasonFocus::Begins => Some(&mut self.begins),
            _ => None,
        }
    }

    fn step(&mut self, by: usize) {
        let at = ROUND.iter().position(|it| *it == self.focus).unwrap_or(0);
        let to = ROUND.get((at + by) % ROUND.len());
        self.focus = to.copied().unwrap_or_default();
    }

    fn turn(&mut self, forward: bool) {
        match self.focus {
            ReasonFocus::Reason => self.reason = Some(Reason::beside(self.reason, forward)),
            ReasonFocus::Unreachable => self.keeping = self.keeping.beside(forward),
            ReasonFocus::Uninstall => self.uninstall = !self.uninstall,
            ReasonFocus::Wider => self.wider = !self.wider,
            ReasonFocus::Ticket | ReasonFocus::Note | ReasonFocus::Begins => {}
        }
    }
}
