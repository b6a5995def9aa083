//! What it means to authorize a connection again, in sentences: said before anybody is sent to the vendor, in the dialog
//! and by the verb.

use jiff::Timestamp;

use super::{Connection, MissingScope, ProviderDetail};
use crate::domain::connection::Account;

/// What is meant beside the authorization itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meant {
    /// Another account than before, and only that: the second half of a swap.
    pub swaps: bool,
    /// Another account than before is accepted.
    pub other_account: bool,
    /// The events of the time out of service are pulled, too.
    pub fill_gap: bool,
    /// Its jobs are enabled at once.
    pub enable_jobs: bool,
}

impl Connection {
    /// Whom to sign in as at the vendor (N4); none where it is not known who it was.
    #[must_use]
    pub fn sign_in(&self, meant: Meant) -> Option<String> {
        let (vendor, account) = (&self.provider_name, &self.account.label);
        match (meant.swaps, meant.other_account) {
            _ if account.is_empty() => None,
            (true, _) => Some(format!(
                "Sign in at {vendor} as the other account, not as {account}."
            )),
            (false, true) => Some(format!(
                "Sign in at {vendor} as {account}, or as any other account."
            )),
            (false, false) => Some(format!("Sign in at {vendor} as {account}.")),
        }
    }

    /// Whose key or installation is to be given, which `what` says with its article; none where it is not known who it was.
    #[must_use]
    pub fn give(&self, what: &str, meant: Meant) -> Option<String> {
        let account = &self.account.label;
        match (meant.swaps, meant.other_account) {
            _ if account.is_empty() => None,
            (true, _) => Some(format!(
                "Give {what} of the other account, not of {account}."
            )),
            (false, true) => Some(format!(
                "Give {what} of {account}, or of any other account."
            )),
            (false, false) => Some(format!("Give {what} of {account}.")),
        }
    }

    /// What becomes of another account than before; none where it is not known who it was.
    #[must_use]
    pub fn other_account(&self, meant: Meant) -> Option<String> {
        let account = &self.account.label;
        if account.is_empty() {
            return None;
        }
        Some(match meant.swaps || meant.other_account {
            true => attributed("What is", account, "the other account"),
            false => format!(
                "Another account is refused unless you accept it: what is attributed to {account} would be shown under it."
            ),
        })
    }

    /// That it is the same connection as before, and what that means for its jobs.
    #[must_use]
    pub fn taken_up(&self, meant: Meant) -> String {
        let jobs = match (self.swap.is_some(), meant.enable_jobs) {
            (true, _) => "The jobs that ran before are enabled again at once.",
            (false, true) => "Its jobs are enabled at once.",
            (false, false) => "Jobs stay off until you enable them.",
        };
        match (self.status.is_out_of_service(), meant.swaps) {
            (true, _) => format!(
                "The same connection is taken up again: jobs, references and settings are there. {jobs}"
            ),
            (false, true) => jobs.to_owned(),
            (false, false) => "The same authorization runs again. With the same account, syncing resumes from where it \
                               stopped."
                .to_owned(),
        }
    }

    /// The events that were missed while it was out of service (O10); none where nothing of the kind is pulled.
    #[must_use]
    pub fn missed(&self, meant: Meant, moment: impl Fn(Timestamp) -> String) -> Option<String> {
        let growing = self.gaps.iter().filter(|gap| gap.to.is_none());
        let from = growing.clone().map(|gap| gap.from).min()?;
        let entities: Vec<&str> = growing.map(|gap| gap.entity.as_str()).collect();
        let what = match meant.fill_gap {
            true => "are pulled, too",
            false => "are left out",
        };
        Some(format!(
            "Events since {} ({}) {what}; everything else is brought up to date.",
            moment(from),
            entities.join(", ")
        ))
    }

    /// How what one account was not granted is tried with another (N11).
    #[must_use]
    pub fn way_to_another_account(&self) -> String {
        format!(
            "Try another account: tagout reconnect {} --accept-other-account",
            self.id
        )
    }

    /// That it is another account's from now on; none where it is not.
    #[must_use]
    pub fn moved_from(&self, before: &Account) -> Option<String> {
        let is_other =
            !before.id.is_empty() && !self.account.id.is_empty() && before.id != self.account.id;
        is_other.then(|| {
            attributed(
                &format!("It was {} until now. What is", before.label),
                &before.label,
                &self.account.label,
            )
        })
    }
}

fn attributed(what: &str, from: &str, to: &str) -> String {
    format!(
        "{what} attributed to {from} (records, references, jobs) is shown under {to} from then on; history and audit keep {from}."
    )
}

impl MissingScope {
    /// What is said before its words.
    pub const WORD: &'static str = "Missing";

    /// The scope, and who usually grants it.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.role {
            Some(role) => format!("{} (usually granted by: {role})", self.scope),
            None => self.scope.clone(),
        }
    }
}

impl ProviderDetail {
    /// The scopes that may stand between us and an authorization (N11).
    #[must_use]
    pub fn lacking(&self, before: Option<&Connection>) -> Lacking {
        let missing = |scope: &String| MissingScope {
            scope: scope.clone(),
            role: self.rights.get(scope).cloned(),
        };
        let scopes = self.scopes.iter();
        match before.map(|it| &it.scopes) {
            Some(granted) if !granted.is_empty() => {
                let lacks = |scope: &&String| !granted.contains(scope);
                Lacking::NotGranted(scopes.filter(lacks).map(missing).collect())
            }
            Some(_) | None => {
                let takes = |scope: &&String| self.rights.contains_key(*scope);
                Lacking::TakesRole(scopes.filter(takes).map(missing).collect())
            }
        }
    }
}

/// The scopes that may stand between us and an authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacking {
    /// Those that were not granted before.
    NotGranted(Vec<MissingScope>),
    /// Nothing was granted before: those that take a role at the vendor.
    TakesRole(Vec<MissingScope>),
}

impl Lacking {
    /// What is said of each, before its words.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotGranted(_) => "Missing before",
            Self::TakesRole(_) => "Takes a role",
        }
    }

    /// Which.
    #[must_use]
    pub fn scopes(&self) -> &[MissingScope] {
        match self {
            Self::NotGranted(scopes) | Self::TakesRole(scopes) => scopes,
        }
    }

    /// Those that take a role, where nobody knows yet who will authorize.
    #[must_use]
    pub fn roles(&self) -> &[MissingScope] {
        match self {
            Self::NotGranted(_) => &[],
            Self::TakesRole(scopes) => scopes,
        }
    }
}
