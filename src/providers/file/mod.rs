//! From text to a provider file: a wrong one is refused with the line, the field and what was expected.

mod check;
mod check_answers;
mod check_channels;
mod check_lists;
mod check_proof;
mod check_requests;
mod check_values;
mod check_webhook;
mod line_numbers;
mod toml_errors;
mod warnings;

use std::fmt;

use crate::domain::provider::ProviderFile;

/// What is wrong with a provider file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FileError {
    /// The file's name.
    pub file: String,
    /// The line, from 1, when there is one to point at.
    pub line: Option<usize>,
    /// The field, as `disconnect[0].url`; empty when it is not yet TOML.
    pub field: String,
    /// What was found and what was expected.
    pub expected: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.expected)
    }
}

/// A field and what was expected of it.
struct FileProblem {
    field: String,
    expected: String,
}

impl FileProblem {
    fn new(field: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            expected: expected.into(),
        }
    }
}

/// A provider file that can be used, and what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub file: ProviderFile,
    /// What is not wrong and yet not good, in the form of an error.
    pub warnings: Vec<FileError>,
}

/// Reads and checks a provider file; `name` is what errors call it.
pub fn parse(text: &str, name: &str) -> Result<ProviderFile, FileError> {
    check(text, name).map(|checked| checked.file)
}

/// The same, with what is to be said about the file.
pub fn check(text: &str, name: &str) -> Result<Checked, FileError> {
    let file = toml::from_str(text).map_err(|error| from_toml(text, name, &error))?;
    finish(file, Vec::new(), text, name)
}

/// Reads a file that an older program took: what is refused in new ones only is left out, with a warning.
pub(super) fn check_stored(text: &str, name: &str) -> Result<Checked, FileError> {
    let mut file = toml::from_str(text).map_err(|error| from_toml(text, name, &error))?;
    let dropped = warnings::drop_flow_params(&mut file);
    finish(file, dropped, text, name)
}

fn finish(
    mut file: ProviderFile,
    mut said: Vec<FileProblem>,
    text: &str,
    name: &str,
) -> Result<Checked, FileError> {
    let located = |problem: FileProblem| FileError {
        file: name.to_owned(),
        line: line_numbers::line_of(text, &problem.field),
        field: problem.field,
        expected: problem.expected,
    };
    check::check(&file)
        .and_then(|()| unverified_fields_are_there(text, &file))
        .map_err(located)?;
    said.extend(warnings::of(&file));
    mark_assumed_reach(text, &mut file);
    let warnings = said.into_iter().map(located).collect();
    Ok(Checked { file, warnings })
}

/// A warning about a field that is not in the file would warn about nothing, and the field that was meant would pass for
/// verified.
fn unverified_fields_are_there(text: &str, file: &ProviderFile) -> Result<(), FileProblem> {
    let known = line_numbers::paths(text);
    for (at, path) in file.unverified.iter().enumerate() {
        if known.contains(path) {
            continue;
        }
        let without_index = known
            .iter()
            .find(|known| {
                line_numbers::without_indexes(known) == line_numbers::without_indexes(path)
            })
            .map(|meant| format!(", perhaps {meant:?}"))
            .unwrap_or_default();
        return Err(FileProblem::new(
            format!("unverified[{at}]"),
            format!(
                "{path:?} does not stand in this file; expected the path of a field that does, like \"auth.lifetime\" or \"disconnect[0].gone\"{without_index}"
            ),
        ));
    }
    Ok(())
}

/// Marks the calls of which the file does not vouch for what they end.
fn mark_assumed_reach(text: &str, file: &mut ProviderFile) {
    let known = line_numbers::paths(text);
    let is_unverified = |path: &String| file.unverified.contains(path);
    for (at, call) in file.disconnect.iter_mut().enumerate() {
        let own = format!("disconnect[{at}]");
        let blast = format!("{own}.blast");
        let is_left_to_the_dialect = call.dialect.is_some() && !known.contains(&blast);
        let paths = ["disconnect".to_owned(), format!("{own}.kills"), own, blast];
        call.is_reach_assumed = is_left_to_the_dialect || paths.iter().any(is_unverified);
    }
}

fn from_toml(text: &str, name: &str, error: &toml::de::Error) -> FileError {
    let message = error.message().replace('\n', " ");
    // A missing field has no place of its own: what is known is the table that it is missing from.
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'));
    let (field, expected) = match (error.span(), missing) {
        (Some(span), Some(missing)) => {
            let table = line_numbers::field_of(text, &span)
                .map(|table| format!("{table}."))
                .unwrap_or_default();
            (format!("{table}{missing}"), "is missing".to_owned())
        }
        // While a key stands twice there is no table to look it up in.
        (Some(span), None) if message == "duplicate key" => (
            text.get(span).unwrap_or_default().to_owned(),
            "stands twice; expected it once".to_owned(),
        ),
        (Some(span), None) => {
            let field = line_numbers::field_at(text, span.start).unwrap_or_default();
            let expected = toml_errors::plain(&message, &field);
            (field, expected)
        }
        (None, _) => (String::new(), message.clone()),
    };
    FileError {
        file: name.to_owned(),
        line: error
            .span()
            .map(|span| line_numbers::line_at(text, span.start)),
        field,
        expected,
    }
}
