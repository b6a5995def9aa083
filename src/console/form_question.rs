//! A dialog with things to fill in, as data: what is asked, and which request the answers make.

use super::widgets::field::TextField;
use crate::wire::request::{Request, Secret};

/// What a field takes.
#[derive(Debug, Clone)]
pub enum FormFieldKind {
    /// A line of text; this stands in it already.
    Text(String),
    /// A secret, of which nothing is shown.
    Secret,
    /// One of these; the first is chosen.
    Choice(&'static [&'static str]),
}

/// A field.
#[derive(Debug, Clone)]
pub struct FormField {
    /// The words before it.
    pub label: String,
    pub kind: FormFieldKind,
    /// What is said below it; nothing when empty.
    pub hint: &'static str,
}

impl FormField {
    /// A line of text, empty.
    #[must_use]
    pub fn text(label: &str, hint: &'static str) -> Self {
        Self::new(label, FormFieldKind::Text(String::new()), hint)
    }

    /// A line of text in which this stands already.
    #[must_use]
    pub fn filled(label: &str, text: &str, hint: &'static str) -> Self {
        Self::new(label, FormFieldKind::Text(text.to_owned()), hint)
    }

    /// A field of any kind.
    #[must_use]
    pub fn new(label: &str, kind: FormFieldKind, hint: &'static str) -> Self {
        let label = label.to_owned();
        Self { label, kind, hint }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct FormQuestion {
    pub title: String,
    /// What there is to know, a sentence each.
    pub body: Vec<String>,
    pub fields: Vec<FormField>,
    /// The word on the button.
    pub verb: &'static str,
    /// What it is about, as the request names it.
    pub subject: String,
    /// The request, or what is still wanted.
    pub request: fn(&str, &FormAnswers<'_>) -> Result<Request, String>,
    /// What is said when it is done.
    pub done: String,
}

/// What is filled in.
#[derive(Debug, Clone)]
pub enum FormInput {
    /// What was typed.
    Typed(TextField),
    /// Which one was chosen.
    Chosen(usize),
}

impl FormInput {
    /// As the field begins.
    #[must_use]
    pub fn of(field: &FormField) -> Self {
        match &field.kind {
            FormFieldKind::Text(text) => Self::Typed(TextField::new(text)),
            FormFieldKind::Secret => Self::Typed(TextField::secret()),
            FormFieldKind::Choice(_) => Self::Chosen(0),
        }
    }
}

/// What is filled in, in the order of the fields.
#[derive(Debug, Clone, Copy)]
pub struct FormAnswers<'a> {
    pub fields: &'a [FormField],
    pub inputs: &'a [FormInput],
}

impl FormAnswers<'_> {
    /// The text of a field, where it is another one than it began with.
    #[must_use]
    pub fn changed(&self, at: usize) -> Option<String> {
        let text = self.text(at);
        let began = match self.fields.get(at).map(|field| &field.kind) {
            Some(FormFieldKind::Text(began)) => began.trim(),
            _ => "",
        };
        (text != began).then_some(text)
    }

    /// The text of a field, without the spaces around it.
    #[must_use]
    pub fn text(&self, at: usize) -> String {
        match self.inputs.get(at) {
            Some(FormInput::Typed(field)) => field.text().trim().to_owned(),
            Some(FormInput::Chosen(_)) | None => String::new(),
        }
    }

    /// The same, where it cannot be left empty.
    ///
    /// # Errors
    /// When it is, in words.
    pub fn wanted(&self, at: usize, what: &str) -> Result<String, String> {
        let text = self.text(at);
        match text.is_empty() {
            true => Err(format!("{what} is wanted.")),
            false => Ok(text),
        }
    }

    /// The parts of a text between commas and spaces.
    #[must_use]
    pub fn listed(&self, at: usize) -> Vec<String> {
        let text = self.text(at);
        let parts = text.split(|c: char| c == ',' || c.is_whitespace());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    }

    /// The secret of a field; none where nothing was typed.
    #[must_use]
    pub fn secret(&self, at: usize) -> Option<Secret> {
        match self.inputs.get(at) {
            Some(FormInput::Typed(field)) if !field.is_empty() => Some(field.secret_text()),
            _ => None,
        }
    }

    /// Which one was chosen.
    #[must_use]
    pub fn choice(&self, at: usize) -> usize {
        match self.inputs.get(at) {
            Some(FormInput::Chosen(at)) => *at,
            Some(FormInput::Typed(_)) | None => 0,
        }
    }
}
