//! The providers that are known: built in, or added by a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{self, Checked, FileError};
use crate::domain::provider::{Group, ProviderFile};

/// Ids that are less alike (Jaro-Winkler) are not offered for one another: `strip` and `stripe` are at 0.97, `github` and
/// `gitlab` at 0.81.
const ALIKE: f64 = 0.85;

/// The files that come with the program.
const BUILT_IN: [(&str, &str); 34] = [
    (
        "asana.toml",
        include_str!("../../assets/providers/asana.toml"),
    ),
    (
        "atlassian.toml",
        include_str!("../../assets/providers/atlassian.toml"),
    ),
    (
        "auth0.toml",
        include_str!("../../assets/providers/auth0.toml"),
    ),
    ("box.toml", include_str!("../../assets/providers/box.toml")),
    (
        "calendly.toml",
        include_str!("../../assets/providers/calendly.toml"),
    ),
    (
        "discord.toml",
        include_str!("../../assets/providers/discord.toml"),
    ),
    (
        "dropbox.toml",
        include_str!("../../assets/providers/dropbox.toml"),
    ),
    (
        "github.toml",
        include_str!("../../assets/providers/github.toml"),
    ),
    (
        "github-app.toml",
        include_str!("../../assets/providers/github-app.toml"),
    ),
    (
        "gitlab.toml",
        include_str!("../../assets/providers/gitlab.toml"),
    ),
    (
        "gmail.toml",
        include_str!("../../assets/providers/gmail.toml"),
    ),
    (
        "google-calendar.toml",
        include_str!("../../assets/providers/google-calendar.toml"),
    ),
    (
        "hubspot.toml",
        include_str!("../../assets/providers/hubspot.toml"),
    ),
    (
        "intercom.toml",
        include_str!("../../assets/providers/intercom.toml"),
    ),
    (
        "keycloak.toml",
        include_str!("../../assets/providers/keycloak.toml"),
    ),
    (
        "ledger.toml",
        include_str!("../../assets/providers/ledger.toml"),
    ),
    (
        "linear.toml",
        include_str!("../../assets/providers/linear.toml"),
    ),
    (
        "mailchimp.toml",
        include_str!("../../assets/providers/mailchimp.toml"),
    ),
    (
        "microsoft-outlook.toml",
        include_str!("../../assets/providers/microsoft-outlook.toml"),
    ),
    (
        "microsoft-teams.toml",
        include_str!("../../assets/providers/microsoft-teams.toml"),
    ),
    (
        "notion.toml",
        include_str!("../../assets/providers/notion.toml"),
    ),
    (
        "oidc.toml",
        include_str!("../../assets/providers/oidc.toml"),
    ),
    (
        "okta.toml",
        include_str!("../../assets/providers/okta.toml"),
    ),
    (
        "pipedrive.toml",
        include_str!("../../assets/providers/pipedrive.toml"),
    ),
    (
        "postmark.toml",
        include_str!("../../assets/providers/postmark.toml"),
    ),
    (
        "quickbooks.toml",
        include_str!("../../assets/providers/quickbooks.toml"),
    ),
    (
        "salesforce.toml",
        include_str!("../../assets/providers/salesforce.toml"),
    ),
    (
        "shopify.toml",
        include_str!("../../assets/providers/shopify.toml"),
    ),
    (
        "slack.toml",
        include_str!("../../assets/providers/slack.toml"),
    ),
    (
        "stripe.toml",
        include_str!("../../assets/providers/stripe.toml"),
    ),
    (
        "twitch.toml",
        include_str!("../../assets/providers/twitch.toml"),
    ),
    (
        "xero.toml",
        include_str!("../../assets/providers/xero.toml"),
    ),
    (
        "zendesk.toml",
        include_str!("../../assets/providers/zendesk.toml"),
    ),
    (
        "zoom.toml",
        include_str!("../../assets/providers/zoom.toml"),
    ),
];

/// A provider of the catalog.
#[derive(Debug, Clone)]
pub struct CatalogEntry {
    /// What is known about it.
    pub file: Arc<ProviderFile>,
    /// The text it was read from, which is what is kept and shown.
    pub text: Arc<str>,
    /// Whether it came with the program.
    pub is_built_in: bool,
    /// What is not wrong with the file and yet not good.
    pub warnings: Arc<[FileError]>,
}

/// Why a provider was not added or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The file is wrong.
    #[error(transparent)]
    File(#[from] FileError),
    /// The id is taken.
    #[error(
        "{0}: a provider with this id is there already; choose another id, or remove that one first"
    )]
    Duplicate(String),
    /// A required provider is missing.
    #[error("{id} requires {missing}, which is not in the catalog; add {missing} first")]
    MissingRequirement {
        id: String,
        /// What it requires.
        missing: String,
    },
    /// Another provider requires it.
    #[error("{id} is required by {by}; remove {by} first")]
    Required {
        id: String,
        /// Who requires it.
        by: String,
    },
    /// There is none of that id.
    #[error("{0}: there is no such provider; `tagout providers` lists them")]
    Unknown(String),
    /// It came with the program.
    #[error("{0} came with the program and cannot be removed")]
    BuiltIn(String),
}

/// The providers that are known, by id.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<String, CatalogEntry>,
}

impl Catalog {
    /// The providers that come with the program.
    ///
    /// # Errors
    /// When a built-in file is wrong, which a test rules out.
    pub fn built_in() -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        for (name, text) in BUILT_IN {
            catalog.insert(file::check(text, name)?, text, true)?;
        }
        Ok(catalog)
    }

    /// One provider.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&CatalogEntry> {
        self.entries.get(id)
    }

    /// The id that may have been meant by one that nobody has.
    #[must_use]
    pub fn alike(&self, id: &str) -> Option<&str> {
        let id = id.to_lowercase();
        let alike = |known: &String| strsim::jaro_winkler(known, &id);
        let best = (self.entries.keys()).max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
        (alike(best) > ALIKE).then_some(best)
    }

    /// All of them: by group, then by name.
    #[must_use]
    pub fn list(&self) -> Vec<&CatalogEntry> {
        let mut entries: Vec<&CatalogEntry> = self.entries.values().collect();
        entries.sort_by_key(|entry| (entry.file.group(), entry.file.name.to_lowercase()));
        entries
    }

    /// Those whose files require a provider.
    pub fn requiring<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a CatalogEntry> {
        let requires = move |entry: &&CatalogEntry| entry.file.requires.iter().any(|it| it == id);
        self.entries.values().filter(requires)
    }

    /// The groups that have providers, with them, in order.
    #[must_use]
    pub fn groups(&self) -> Vec<(Group, Vec<&CatalogEntry>)> {
        let mut groups: BTreeMap<Group, Vec<&CatalogEntry>> = BTreeMap::new();
        for entry in self.list() {
            groups.entry(entry.file.group()).or_default().push(entry);
        }
        groups.into_iter().collect()
    }

    /// Adds a provider from its file's text; `name` is what errors call the file.
    ///
    /// # Errors
    /// When the file is wrong, its id is taken or a provider that it requires is missing.
    pub fn add(&mut self, text: &str, name: &str) -> Result<CatalogEntry, CatalogError> {
        self.insert(file::check(text, name)?, text, false)
    }

    /// Adds a provider that an older program took and kept: what is refused in new files only is left out, and warned of.
    ///
    /// # Errors
    /// When the file is wrong, its id is taken or a provider that it requires is missing.
    pub fn add_stored(&mut self, text: &str, name: &str) -> Result<CatalogEntry, CatalogError> {
        self.insert(file::check_stored(text, name)?, text, false)
    }

    /// Removes a provider that was added.
    ///
    /// # Errors
    /// When there is none, it is built in, or another one requires it.
    pub fn remove(&mut self, id: &str) -> Result<CatalogEntry, CatalogError> {
        let entry = self
            .entries
            .get(id)
            .ok_or_else(|| CatalogError::Unknown(id.to_owned()))?;
        if entry.is_built_in {
            return Err(CatalogError::BuiltIn(id.to_owned()));
        }
        if let Some(by) = self
            .entries
            .values()
            .find(|other| other.file.requires.iter().any(|other| other == id))
        {
            return Err(CatalogError::Required {
                id: id.to_owned(),
                by: by.file.id.clone(),
            });
        }
        self.entries
            .remove(id)
            .ok_or_else(|| CatalogError::Unknown(id.to_owned()))
    }

    fn insert(
        &mut self,
        Checked { file, warnings }: Checked,
        text: &str,
        is_built_in: bool,
    ) -> Result<CatalogEntry, CatalogError> {
        if self.entries.contains_key(&file.id) {
            return Err(CatalogError::Duplicate(file.id));
        }
        if let Some(missing) = file
            .requires
            .iter()
            .find(|id| !self.entries.contains_key(*id))
        {
            return Err(CatalogError::MissingRequirement {
                id: file.id,
                missing: missing.clone(),
            });
        }
        let entry = CatalogEntry {
            file: Arc::new(file),
            text: text.into(),
            is_built_in,
            warnings: warnings.into(),
        };
        self.entries.insert(entry.file.id.clone(), entry.clone());
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_files_are_right() {
        let catalog = Catalog::built_in().unwrap();
        assert_eq!(catalog.list().len(), BUILT_IN.len());
    }

    #[test]
    fn every_built_in_provider_says_what_is_left_to_do() {
        for entry in Catalog::built_in().unwrap().list() {
            let file = &entry.file;
            assert!(
                !file.disconnect.is_empty() || !file.manual.is_empty(),
                "{} can neither be called nor left",
                file.id
            );
        }
    }

    #[test]
    fn ids_are_unique_and_built_in_ones_stay() {
        let mut catalog = Catalog::built_in().unwrap();
        let text = catalog.get("ledger").unwrap().text.to_string();
        assert_eq!(
            catalog.add(&text, "mine.toml").unwrap_err(),
            CatalogError::Duplicate("ledger".to_owned())
        );
        assert_eq!(
            catalog.remove("ledger").unwrap_err(),
            CatalogError::BuiltIn("ledger".to_owned())
        );
        let added = catalog
            .add(
                &text.replacen("id = \"ledger\"", "id = \"mine\"", 1),
                "mine.toml",
            )
            .unwrap();
        assert!(!added.is_built_in);
        assert!(catalog.remove("mine").is_ok());
    }
}
