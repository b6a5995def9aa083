//! A dialog with things to fill in, whatever they are: a [`FormQuestion`] says which.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState, shown_once};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedDone, IncomingReply};
use crate::console::command::{Danger, KeyPlace};
use crate::console::context::{Context, Facts};
use crate::console::event::Key;
use crate::console::form_question::{
    FormAnswers, FormField, FormFieldKind, FormInput, FormQuestion,
};
use crate::console::theme::StyleRole;
use crate::console::widgets::cycle;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::field::TextField;
use crate::console::widgets::form::{Form, FormArea};
use crate::wire::Problem;

/// Columns of a row's name.
const LABEL: usize = 15;

/// The dialog.
#[derive(Debug)]
pub struct FillIn {
    question: FormQuestion,
    inputs: Vec<FormInput>,
    /// What was sent and is not answered.
    asked: AwaitedDone,
    /// Why it was refused; what was filled in is kept.
    refused: Option<Problem>,
    /// What has the focus: a field, then the button, then Cancel.
    at: usize,
    /// What is in the way, said when it was tried.
    said: String,
}

impl FillIn {
    /// Asks.
    #[must_use]
    pub fn new(question: FormQuestion) -> Self {
        Self {
            inputs: question.fields.iter().map(FormInput::of).collect(),
            question,
            asked: AwaitedDone::default(),
            refused: None,
            at: 0,
            said: String::new(),
        }
    }

    /// The place of the button; Cancel is behind it.
    fn button(&self) -> usize {
        self.inputs.len()
    }

    fn step(&mut self, forward: bool) {
        self.at = cycle::beside(Some(self.at), self.button() + 2, forward);
    }

    /// The field that is typed into, when one has the focus.
    fn typed(&mut self) -> Option<&mut TextField> {
        match self.inputs.get_mut(self.at) {
            Some(FormInput::Typed(field)) => Some(field),
            Some(FormInput::Chosen(_)) | None => None,
        }
    }

    /// Whether the key changes what is chosen.
    fn chooses(&mut self, key: Key) -> bool {
        let field = self.question.fields.get(self.at);
        let (Some(FormInput::Chosen(chosen)), Some(FormField { kind, .. })) =
            (self.inputs.get_mut(self.at), field)
        else {
            return false;
        };
        let (FormFieldKind::Choice(all), Key::Left | Key::Right | Key::Char(' ')) = (kind, key)
        else {
            return false;
        };
        *chosen = cycle::beside(Some(*chosen), all.len(), key != Key::Left);
        true
    }

    fn send(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return OverlayState::Stay;
        }
        let answers = FormAnswers {
            fields: &self.question.fields,
            inputs: &self.inputs,
        };
        match (self.question.request)(&self.question.subject, &answers) {
            Ok(request) => {
                // What is refused can be changed and sent again: what was typed is overwritten with the dialog.
                self.asked = cx.ask_any(request);
            }
            Err(wanted) => self.said = wanted,
        }
        OverlayState::Stay
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        self.said.clear();
        let button = self.button();
        match key {
            Key::Enter if self.at == button => return self.send(cx),
            Key::Enter if self.at > button => return OverlayState::Close,
            Key::Enter | Key::Tab | Key::Down => self.step(true),
            Key::BackTab | Key::Up => self.step(false),
            key if self.chooses(key) => {}
            Key::Right if self.at == button => self.step(true),
            Key::Left if self.at > button => self.step(false),
            key => {
                if let Some(field) = self.typed() {
                    field.key(key);
                }
            }
        }
        OverlayState::Stay
    }

    fn asking<'a>(&'a self, form: &mut Form<'a>) {
        let rows = self.question.fields.iter().zip(&self.inputs);
        for (at, (field, input)) in rows.enumerate() {
            let on = self.at == at;
            form.label(&field.label, LABEL, on);
            match (input, &field.kind) {
                (FormInput::Typed(typed), _) => form.field(typed, on).end(),
                (FormInput::Chosen(chosen), FormFieldKind::Choice(all)) => {
                    let word = all.get(*chosen).copied().unwrap_or_default();
                    form.choice(word, on).end();
                }
                (FormInput::Chosen(_), _) => form.end(),
            }
            if !field.hint.is_empty() {
                form.page.hang(LABEL + 2, field.hint, StyleRole::Dim);
            }
        }
        form.page.blank();
        let buttons = [
            (self.question.verb, self.at == self.button()),
            ("Cancel", self.at > self.button()),
        ];
        form.buttons(&self.said, &buttons);
    }
}

impl Overlay for FillIn {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configure
    }

    fn hides(&self) -> bool {
        let field = self.question.fields.get(self.at);
        field.is_some_and(|it| matches!(it.kind, FormFieldKind::Secret))
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (self.asked.is_open(), self.refused.is_some(), input) {
            (true, _, Input::Key(Key::Esc, _)) => return OverlayState::close_unheard(cx),
            (false, _, Input::Key(Key::Esc, _)) => return OverlayState::Close,
            (false, true, Input::Key(Key::Enter, _)) => self.refused = None,
            (false, false, Input::Key(key, _)) => return self.key(key, cx),
            (false, false, Input::Paste(paste)) => match self.typed() {
                Some(field) => field.paste(&paste),
                None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
            },
            (true, _, _) | (false, true, _) => {}
        }
        OverlayState::Stay
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        match self.asked.take_reply(heard) {
            Some(Ok(reply)) => shown_once::done(&reply, self.question.done.clone(), cx),
            Some(Err(problem)) => {
                self.refused = Some(problem);
                OverlayState::Renew
            }
            None => OverlayState::Stay,
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let field = self.question.fields.get(self.at);
        let chooses = field.is_some_and(|it| matches!(it.kind, FormFieldKind::Choice(_)));
        let hints: &[(&str, &str)] = match (self.asked.is_open(), self.refused.is_some()) {
            (true, _) => &[("Esc", "close")],
            (false, true) => &[("Enter", "change it"), ("Esc", "close")],
            (false, false) if chooses => {
                &[("Right", "another"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (false, false) => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let sheet = FormArea::new(area);
        let mut above = Doc::new(sheet.width(), LABEL, look);
        let mut form = Form::new(sheet.width(), look);
        match (self.asked.is_open(), &self.refused) {
            (true, _) => {
                above.words("asked the server", StyleRole::Dim);
                form.buttons("", &[("Close", true)]);
            }
            (false, Some(problem)) => {
                above.words(&problem.message, StyleRole::Bad);
                above.words(&problem.hint, StyleRole::Text);
                form.buttons("", &[("Change it", true), ("Close", false)]);
            }
            (false, None) => {
                for sentence in &self.question.body {
                    above.words(sentence, StyleRole::Text);
                }
                above.blank();
                self.asking(&mut form);
            }
        }
        sheet.draw(frame, &self.question.title, above.done(), 0, form);
    }
}
