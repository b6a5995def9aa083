//! The steps that are left for a person, with the names filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::app::{App, CallContext};
use super::template::{Names, Piece, pieces};
use crate::domain::provider::{Endpoints, ManualWhen, ProviderFile};

/// What a person must do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualStep {
    /// The steps.
    pub text: String,
    /// Where they begin.
    pub url: Option<String>,
    /// When somebody last saw that they are right.
    pub checked_on: Option<Date>,
    /// When they are needed.
    pub when: ManualWhen,
}

/// What we are called at vendors, where nobody says otherwise (`providers configure --app-name`).
pub const OUR_NAME: &str = "Tagout";

/// What is left for a person at a provider at which nothing is registered.
#[must_use]
pub fn manual_steps_of(file: &Arc<ProviderFile>) -> Vec<ManualStep> {
    let app = App::new(Arc::clone(file), &BTreeMap::new());
    let endpoints = Endpoints::default();
    manual_steps(&CallContext::new(&app, &endpoints), OUR_NAME)
}

/// The file's manual steps, and one without a path where the file has none; `app_name` is what we are called at the vendor.
pub(crate) fn manual_steps(context: &CallContext<'_>, app_name: &str) -> Vec<ManualStep> {
    let names = context.names();
    let step = |manual: &crate::domain::provider::Manual| ManualStep {
        text: in_words(&manual.text, &names, app_name),
        url: manual
            .url
            .as_deref()
            .and_then(|url| names.fill_url(url).ok())
            .map(|url| url.shown),
        checked_on: manual.checked_on,
        when: manual.when,
    };
    let file = &context.app.file;
    let unknown = file.manual.is_empty().then(|| ManualStep {
        text: format!("Revoke it at {}: no path is known here", file.name),
        url: None,
        checked_on: None,
        when: ManualWhen::UnlessProven,
    });
    file.manual.iter().map(step).chain(unknown).collect()
}

/// A name that nothing stands for is left in words: the step is right without it.
fn in_words(text: &str, names: &Names<'_>, app_name: &str) -> String {
    let Ok(pieces) = pieces(text) else {
        return text.to_owned();
    };
    let word = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Name("app") => app_name.to_owned(),
        Piece::Name(name) => names
            .fill(&format!("{{{name}}}"))
            .map_or_else(|_| name.replace('_', " "), |filled| filled.shown),
    };
    pieces.into_iter().map(word).collect()
}
