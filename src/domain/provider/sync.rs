//! What can be pulled from a vendor, and how its lists go on.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::call::{CallAuth, Verb};
use super::paging::{PageSpec, PageStyle};
use super::text::{Span, blank_is_none};
use super::time_param::TimeParam;
use crate::domain::sync::{ByKey, ListSource, Sorted, digest_of};

/// A `[[sync]]` entry: one entity's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncSpec {
    /// What the things are called.
    pub entity: String,
    /// Whether a gap is caught up with.
    #[serde(default)]
    pub kind: SyncKind,
    /// The HTTP method.
    #[serde(default = "get")]
    pub method: Verb,
    /// Where the list begins, names in braces.
    pub url: String,
    /// How the token travels.
    #[serde(default = "bearer")]
    pub auth: CallAuth,
    /// Fixed parameters of every page.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub body: Option<String>,
    /// Where in the page the things stand; empty: the page is the list.
    #[serde(default)]
    pub items: String,
    /// Where in a thing its id stands.
    pub id: String,
    /// What of the text there is the id.
    #[serde(default, skip_serializing_if = "IdForm::is_whole")]
    pub id_form: IdForm,
    /// Where the id of a row stands, where `id` is of something that several rows name, as mails name their sender. Of each such
    /// thing no more than its id, name and `fields` is kept, and it comes once a page.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub row: Option<String>,
    /// Where one thing is asked for, with `{id}` for its id: a URL, or a path at the host of the list. Left out: it cannot be.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub one: Option<String>,
    /// Where its name stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub label: Option<String>,
    /// Where the time of its last change stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub updated: Option<String>,
    /// Where its state stands, the reference's `remote_status`.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub status: Option<String>,
    /// Where the address of its page at the vendor stands, for people.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub link: Option<String>,
    /// What can be mapped: where it stands in a thing, and what people call it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Where in the page the number of all things stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub total: Option<String>,
    /// The entity for each of whose things there is such a list; `{parent.id}` stands for the thing. Of what can be watched
    /// only what is watched.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub for_each: Option<String>,
    /// How the list goes on; left out: one page is all.
    #[serde(default)]
    pub page: Option<PageSpec>,
    /// How to ask for what changed since.
    #[serde(default)]
    pub since: TimeParam,
    /// By what it is sorted; left out: nothing is known of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sorted: Option<Sorted>,
    /// How to ask for what is not newer than a time, of a list that begins with the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<TimeParam>,
    /// How long one of the vendor's positions means the same; 15 minutes when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_ttl: Option<Span>,
    /// Where in an event the time stands when it happened; left out: the time of its last change.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub at: Option<String>,
    /// Where a thing of the list says that it was deleted: anything but nothing and no.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub deleted: Option<String>,
    /// How long the vendor tells deletions in the list; left out: it never does. Where `deleted` is missing nobody reads them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletions: Option<Span>,
    /// How old a pass over everything may be; 7 days when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_every: Option<Span>,
    /// How many things the vendor shows of a list at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u64>,
    /// How long nothing of a page may come; left out: a page has to be there 15 seconds after it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
}

/// How old a pass over everything may be when the file does not say.
const FULL_EVERY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a position is taken to mean the same when the file does not say.
const POSITION_TTL: Duration = Duration::from_secs(15 * 60);

impl SyncSpec {
    /// Digest of whose list it is, an account's or that of a thing in it, where it is, by the variables that are not as the file
    /// has them, and how the file reads it; what its fields are called for people, where they find it, and how one thing is asked
    /// for, says nothing of that.
    #[must_use]
    pub fn source(
        &self,
        account: &str,
        parent: Option<&str>,
        set: &BTreeMap<String, String>,
    ) -> ListSource {
        let read = Self {
            fields: BTreeMap::new(),
            link: None,
            one: None,
            ..self.clone()
        };
        let spec = serde_json::to_string(&read).unwrap_or_default();
        let set = set.iter().filter(|(name, _)| self.names(name));
        let set: Vec<String> = set.map(|(name, value)| format!("{name}={value}")).collect();
        let whose = [spec.as_str(), account].into_iter().chain(parent);
        let list = digest_of(whose.chain(set.iter().map(String::as_str)));
        let place = [account].into_iter().chain(parent);
        ListSource {
            list,
            whose: digest_of(place.chain(set.iter().map(String::as_str))),
        }
    }

    /// Where one thing is asked for, as a URL; none where it cannot be.
    #[must_use]
    pub fn one_url(&self) -> Option<String> {
        let one = self.one.as_deref()?;
        if !one.starts_with('/') {
            return Some(one.to_owned());
        }
        Some(format!("{}{one}", host_of(&self.url)))
    }

    /// Whether its request names this variable.
    fn names(&self, variable: &str) -> bool {
        let name = format!("{{{variable}}}");
        let headers = self.headers.values();
        let mut texts = [&self.url]
            .into_iter()
            .chain(&self.body)
            .chain(self.params.values().chain(headers));
        texts.any(|text| text.contains(&name))
    }

    /// How long one of the vendor's positions means the same.
    #[must_use]
    pub fn position_ttl(&self) -> Duration {
        self.position_ttl
            .as_ref()
            .map_or(POSITION_TTL, Span::duration)
    }

    /// How long the vendor tells deletions that can be read; none where it does not.
    #[must_use]
    pub fn deletions_told(&self) -> Option<Duration> {
        let told = self.deletions.as_ref().filter(|_| self.deleted.is_some());
        told.map(Span::duration)
    }

    /// How old a pass over everything may be; none where deletions are told, or nothing is deleted.
    #[must_use]
    pub fn full_every(&self) -> Option<Duration> {
        let is_looked_for = self.kind == SyncKind::State && self.deletions_told().is_none();
        is_looked_for.then(|| self.full_every.as_ref().map_or(FULL_EVERY, Span::duration))
    }

    /// Where in an event the time stands when it happened.
    #[must_use]
    pub fn moment(&self) -> Option<&str> {
        self.at.as_deref().or(self.updated.as_deref())
    }

    /// How a pass over the list goes on by key; none where it cannot.
    #[must_use]
    pub fn by_key(&self) -> Option<ByKey> {
        let order = self.sorted?;
        let asks = match order {
            Sorted::OldestFirst => Some(&self.since),
            Sorted::NewestFirst => self.until.as_ref(),
        };
        let asks = asks.filter(|asks| asks.param.is_some())?;
        Some(ByKey {
            order,
            overlap: asks.goes_back(),
        })
    }

    /// Whether the list goes on by counting, and not by a position that the vendor names.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        let style = self.page.as_ref().map(|page| page.style);
        matches!(style, Some(PageStyle::Offset | PageStyle::Page))
    }
}

/// What of a text is the id of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdForm {
    /// All of it.
    #[default]
    Whole,
    /// The address of a mailbox (RFC 5322 3.4), in lower case: whoever it belongs to may be called anything.
    Address,
}

impl IdForm {
    fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// The id within the text; none where there is none.
    #[must_use]
    pub fn within(self, text: &str) -> Option<String> {
        if self == Self::Whole {
            return Some(text.to_owned());
        }
        // A display name may hold anything in quotes, and stands before the address.
        let address = match text.rsplit_once('<') {
            Some((_, address)) => address.split_once('>')?.0,
            None => text,
        };
        let address = address.trim().to_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        (!local.is_empty() && !domain.is_empty()).then_some(address)
    }
}

fn get() -> Verb {
    Verb::Get
}

fn bearer() -> CallAuth {
    CallAuth::Bearer
}

/// Whether a gap is caught up with after a reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    /// What is true now: brought up to date.
    #[default]
    State,
    /// What happened: the gap stays unless filling it is asked for.
    Events,
}

/// A URL, or a template of one, up to its path: scheme and host.
#[must_use]
pub fn host_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let rest = url.get(host..).unwrap_or_default();
    let path = rest.find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    url.get(..path).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(more: &str) -> SyncSpec {
        toml::from_str(&format!(
            "entity = \"thing\"\nurl = \"U\"\nid = \"/id\"\n{more}"
        ))
        .unwrap()
    }

    #[test]
    fn the_address_of_a_mailbox_is_its_id() {
        let within = |text: &str| IdForm::Address.within(text);
        for text in [
            "billing@acme.example",
            "Billing@Acme.example ",
            "\"Acme <Billing>\" <billing@acme.example>",
            "Acme Billing <billing@acme.example>",
        ] {
            assert_eq!(
                within(text).as_deref(),
                Some("billing@acme.example"),
                "{text}"
            );
        }
        for text in [
            "",
            "Acme",
            "Acme <>",
            "<billing@acme.example",
            "@acme.example",
        ] {
            assert_eq!(within(text), None, "{text}");
        }
        assert_eq!(IdForm::Whole.within("Acme <>").as_deref(), Some("Acme <>"));
    }

    #[test]
    fn one_thing_is_asked_for_at_the_host_of_its_list() {
        for (url, one, expected) in [
            (
                "https://a.example/v1/things?x=1",
                "/v1/t/{id}",
                "https://a.example/v1/t/{id}",
            ),
            ("{api}/things", "/things/{id}", "{api}/things/{id}"),
            (
                "https://a.example/",
                "https://b.example/{id}",
                "https://b.example/{id}",
            ),
        ] {
            let spec = SyncSpec {
                url: url.to_owned(),
                one: Some(one.to_owned()),
                ..spec("")
            };
            assert_eq!(spec.one_url().as_deref(), Some(expected));
        }
        assert_eq!(spec("").one_url(), None);
    }

    #[test]
    fn a_list_with_other_names_for_its_fields_is_the_same_list() {
        let set = BTreeMap::new();
        let list = spec("").source("7", None, &set);
        assert_eq!(
            spec("fields = { \"/title\" = \"Title\" }").source("7", None, &set),
            list
        );
        assert_eq!(spec("link = \"/url\"").source("7", None, &set), list);
        assert_eq!(spec("one = \"/x/{id}\"").source("7", None, &set), list);
        let read_otherwise = spec("label = \"/title\"").source("7", None, &set);
        assert_ne!(read_otherwise.list, list.list);
        assert_eq!(read_otherwise.whose, list.whose);
        assert_ne!(spec("").source("8", None, &set), list);
        assert_ne!(spec("").source("7", Some("C1"), &set), list);
        let in_project = |project: &str, url: &str| {
            let set = BTreeMap::from([("project".to_owned(), project.to_owned())]);
            toml::from_str::<SyncSpec>(&format!(
                "entity = \"thing\"\nurl = \"{url}\"\nid = \"/id\""
            ))
            .unwrap()
            .source("7", None, &set)
        };
        assert_ne!(
            in_project("A", "U/{project}"),
            in_project("B", "U/{project}")
        );
        assert_eq!(in_project("A", "U"), list, "it is not in its request");
    }
}
