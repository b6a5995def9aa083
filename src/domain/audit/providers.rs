//! Entries about provider files and our registrations at providers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::connection::AppSecret;
use crate::domain::tag::Tag;

/// A provider file was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAdded {
    /// What people call the provider.
    pub name: String,
    /// The file, as it was named.
    pub file: String,
}

/// A provider file was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRemoved {
    /// What people called the provider.
    pub name: String,
}

/// A provider's tag was taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderUntagged {
    /// What people call the provider.
    pub name: String,
    pub note: String,
    /// The tag that it had.
    pub tag: Option<Tag>,
}

/// Our registration was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderConfigured {
    /// Its public half.
    pub client_id: Option<String>,
    /// Whether its client secret was given anew.
    pub client_secret: SecretChange,
    /// Where the vendor sends the browser, where that is not the default.
    pub redirect_uri: Option<String>,
    /// What our app is called there, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// The provider file's variables that have another value.
    pub vars: BTreeMap<String, String>,
}

/// Something was declared to depend on a provider, or not to any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependentChanged {
    /// The catalog's id.
    pub provider: String,
    /// What depends on it.
    pub feature: String,
    /// What happens to it without the provider.
    pub effect: String,
}

impl DependentChanged {
    pub(super) fn added(&self) -> String {
        let Self {
            provider, feature, ..
        } = self;
        format!("declared that {feature} depends on {provider}")
    }

    pub(super) fn removed(&self) -> String {
        let Self {
            provider, feature, ..
        } = self;
        format!("declared that {feature} depends on {provider} no more")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

/// Whether a secret became another. It is never in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange {
    /// It was given.
    Changed,
    /// It is the one that was there, or there is none.
    Unchanged,
}

/// A further secret of our registration was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderSecretKept {
    pub secret: AppSecret,
}

impl ProviderAdded {
    pub(super) fn sentence(&self) -> String {
        format!("added the provider {} from {}", self.name, self.file)
    }
}

impl ProviderRemoved {
    pub(super) fn sentence(&self) -> String {
        format!("removed the provider {}", self.name)
    }
}

impl ProviderUntagged {
    pub(super) fn sentence(&self) -> String {
        format!("took the tag off {}: {}", self.name, self.note)
    }
}

impl ProviderConfigured {
    pub(super) fn sentence(&self) -> String {
        let secret = match self.client_secret {
            SecretChange::Changed => ", with a new client secret",
            SecretChange::Unchanged => "",
        };
        let id = self.client_id.as_deref().unwrap_or("none");
        let name = self.app_name.as_ref();
        let name = name.map_or_else(String::new, |name| format!(", called {name} there"));
        format!("configured our app: client id {id}{secret}{name}")
    }
}

impl ProviderSecretKept {
    pub(super) fn sentence(&self) -> String {
        match self.secret {
            AppSecret::Signing => {
                "gave the secret that the vendor signs its events with".to_owned()
            }
            AppSecret::Platform => "gave the secret of our whole platform".to_owned(),
        }
    }
}
