//! What a vendor's events mean, as its file says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::matcher::{Body, Matcher};
use super::response::{Headers, Response};
use crate::domain::webhook::Notice;

/// No vendor of the catalog sends more events in one body (HubSpot: 100).
const ITEMS: usize = 1_000;

/// How inbound webhooks are verified, and what they mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSpec {
    /// The named scheme of its signatures.
    pub signature: String,
    /// Where the events stand in a body that carries several. A body that is a list is one of events in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// Where a delivery has its id, unless its scheme has a header for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where an event names the account that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where the issuer of signed event tokens publishes its keys, as a URL template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// Who issues them; may hold vars, as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the events mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<EventRule>,
    /// That the vendor says at our redirect URI when our app is uninstalled; none where it says nothing there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uninstall: Option<UninstallNotice>,
}

/// How a vendor says at our redirect URI that our app was uninstalled: a DELETE, authenticated as our client (HTTP Basic).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UninstallNotice {
    /// Where it names the account.
    pub account: String,
}

impl UninstallNotice {
    /// The account that it is about.
    #[must_use]
    pub fn account_of(&self, body: &Body) -> Option<String> {
        text_at(body, &self.account)
    }
}

/// What an event of one kind means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRule", into = "WrittenRule")]
pub struct EventRule {
    /// Which events; none for every one.
    pub event: Option<Matcher>,
    /// What they mean.
    pub means: Means,
    /// Where an event of this kind names its account, which is not where the others do. Of one without an account there the
    /// rule does not speak.
    pub account: Option<String>,
    /// Where an event names the thing in whose list it happened, of an entity with a list for each of several.
    pub parent: Option<String>,
}

/// What an event means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// Something of this entity changed.
    Entity(String),
    /// Something of this entity changed, in the list of this thing.
    Listed {
        /// The entity.
        entity: String,
        /// The vendor's id of the thing.
        parent: String,
    },
    /// Something changed, and the file does not say of which entity.
    Everything,
    /// The vendor says that the connection has ended, or is about to.
    Notice(Notice),
}

/// One event of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The account it is about, where the event names one.
    pub account: Option<String>,
    /// What it means; nothing where the file does not speak of it.
    pub means: Vec<Means>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Matcher>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<Notice>,
}

impl TryFrom<WrittenRule> for EventRule {
    type Error = &'static str;

    fn try_from(written: WrittenRule) -> Result<Self, Self::Error> {
        if written.parent.is_some() && written.entity.is_none() {
            return Err("expected entity beside parent");
        }
        let means = match (written.entity, written.notice) {
            (Some(entity), None) => Means::Entity(entity),
            (None, Some(notice)) => Means::Notice(notice),
            _ => return Err("expected either entity or notice"),
        };
        Ok(Self {
            event: written.event,
            means,
            account: written.account,
            parent: written.parent,
        })
    }
}

impl From<EventRule> for WrittenRule {
    fn from(rule: EventRule) -> Self {
        let (entity, notice) = match rule.means {
            Means::Entity(entity) | Means::Listed { entity, .. } => (Some(entity), None),
            Means::Notice(notice) => (None, Some(notice)),
            // No file writes this: it is what no rule at all means.
            Means::Everything => (None, None),
        };
        Self {
            event: rule.event,
            entity,
            account: rule.account,
            parent: rule.parent,
            notice,
        }
    }
}

impl EventRule {
    fn matches(&self, event: &Response<'_>) -> bool {
        self.event
            .as_ref()
            .is_none_or(|event_is| event_is.matches(event))
    }

    /// What an event of it means.
    fn means(&self, body: &Body) -> Means {
        let parent = self.parent.as_deref().and_then(|at| text_at(body, at));
        match (&self.means, parent) {
            (Means::Entity(entity), Some(parent)) => Means::Listed {
                entity: entity.clone(),
                parent,
            },
            (means, _) => means.clone(),
        }
    }
}

impl WebhookSpec {
    /// What a delivery says.
    #[must_use]
    pub fn read(&self, headers: &Headers, body: &Body) -> Vec<Happening> {
        let listed = match &self.items {
            Some(pointer) => body.at(pointer),
            None => body.json(),
        };
        match listed.and_then(Value::as_array) {
            Some(items) => items
                .iter()
                .take(ITEMS)
                .flat_map(|item| self.one(headers, &Body::from(item.clone())))
                .collect(),
            None => self.one(headers, body),
        }
    }

    /// One event, which is something of its own for each rule that says where its account stands.
    fn one(&self, headers: &Headers, body: &Body) -> Vec<Happening> {
        let event = Response {
            status: 200,
            headers,
            body,
        };
        let (mut all, mut means) = (Vec::new(), Vec::new());
        for rule in self.on.iter().filter(|rule| rule.matches(&event)) {
            let Some(at) = rule.account.as_deref() else {
                means.push(rule.means(body));
                continue;
            };
            all.extend(text_at(body, at).map(|account| Happening {
                account: Some(account),
                means: vec![rule.means(body)],
            }));
        }
        if all.is_empty() && means.is_empty() && self.is_about_everything() {
            means.push(Means::Everything);
        }
        if all.is_empty() || !means.is_empty() {
            let account = self.account.as_deref().and_then(|at| text_at(body, at));
            all.push(Happening { account, means });
        }
        all
    }

    /// Whether an event of which no rule speaks may be about anything. The tokens of an identity provider are about accounts,
    /// and never about what is in them.
    fn is_about_everything(&self) -> bool {
        let names_entities = |rule: &EventRule| matches!(rule.means, Means::Entity(_));
        self.keys.is_none() && !self.on.iter().any(names_entities)
    }

    /// The delivery's id, where its body has one.
    #[must_use]
    pub fn id_of(&self, body: &Body) -> Option<String> {
        text_at(body, self.id.as_deref()?)
    }
}

fn text_at(body: &Body, pointer: &str) -> Option<String> {
    match body.at(pointer)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spec(toml: &str) -> WebhookSpec {
        toml::from_str(toml).unwrap()
    }

    fn read(spec: &WebhookSpec, headers: &[(&str, &str)], body: &Value) -> Vec<Happening> {
        let headers = headers.iter().copied().collect();
        spec.read(&headers, &Body::from_bytes(body.to_string().as_bytes()))
    }

    fn entity(name: &str) -> Means {
        Means::Entity(name.to_owned())
    }

    #[test]
    fn an_event_means_what_the_rules_say_that_speak_of_it() {
        let rules = spec(
            r#"signature = "github"
            [[on]]
            event = { header = { "X-GitHub-Event" = "issues" } }
            entity = "issue"
            [[on]]
            event = { pointer = "/action", in = ["deleted"], header = { "X-GitHub-Event" = "installation" } }
            notice = "uninstalled""#,
        );
        let means = |event, body| {
            let mut all = read(&rules, &[("x-github-event", event)], &body);
            all.pop().unwrap().means
        };
        assert_eq!(means("issues", json!({})), [entity("issue")]);
        let gone = Means::Notice(Notice::Uninstalled);
        assert_eq!(
            means("installation", json!({ "action": "deleted" })),
            [gone]
        );
        assert_eq!(means("installation", json!({ "action": "created" })), []);
        assert_eq!(means("star", json!({})), []);
    }

    #[test]
    fn without_a_word_about_entities_every_event_is_about_everything() {
        let silent = spec("signature = \"box\"");
        let all = read(&silent, &[], &json!({ "trigger": "FILE.UPLOADED" }));
        assert_eq!(all.first().unwrap().means, [Means::Everything]);
    }

    #[test]
    fn a_list_is_one_of_events_and_each_names_its_account() {
        let rules = spec(
            r#"signature = "hubspot-v3"
            account = "/portalId"
            [[on]]
            event = { pointer = "/kind", equals = "contact" }
            entity = "contact""#,
        );
        let body =
            json!([{ "kind": "contact", "portalId": 7 }, { "kind": "deal", "portalId": "8" }]);
        let all = read(&rules, &[], &body);
        let of = |account: &str, means: &[Means]| Happening {
            account: Some(account.to_owned()),
            means: means.to_vec(),
        };
        assert_eq!(all, [of("7", &[entity("contact")]), of("8", &[])]);
    }

    #[test]
    fn an_event_names_the_list_in_which_it_happened() {
        let rules = spec(
            r#"signature = "slack"
            [[on]]
            event = { pointer = "/event/type", equals = "message" }
            entity = "message"
            parent = "/event/channel""#,
        );
        let means = |body| read(&rules, &[], &body).pop().unwrap().means;
        let listed = Means::Listed {
            entity: "message".to_owned(),
            parent: "C1".to_owned(),
        };
        let event = |channel| json!({ "event": { "type": "message", "channel": channel } });
        assert_eq!(means(event(json!("C1"))), [listed]);
        assert_eq!(means(event(json!(null))), [entity("message")]);
    }

    #[test]
    fn a_rule_may_say_where_its_account_stands() {
        let rules = spec(
            r#"signature = "jwt"
            keys = "{certs}/keys"
            issuer = "https://issuer.example"
            [[on]]
            account = "/events/urn:x~1tokens-revoked/subject/sub"
            notice = "revoked"
            [[on]]
            account = "/events/urn:x~1purged/subject/sub"
            notice = "uninstalled""#,
        );
        let said = |events| read(&rules, &[], &json!({ "events": events }));
        let subject = |id: &str| json!({ "subject": { "sub": id } });
        let of = |account: &str, notice| Happening {
            account: Some(account.to_owned()),
            means: vec![Means::Notice(notice)],
        };
        let both = json!({ "urn:x/tokens-revoked": subject("1"), "urn:x/purged": subject("2") });
        let each = [of("1", Notice::Revoked), of("2", Notice::Uninstalled)];
        assert_eq!(said(both), each);
        let nothing = [Happening {
            account: None,
            means: Vec::new(),
        }];
        assert_eq!(
            said(json!({ "urn:x/verification": { "state": "s" } })),
            nothing
        );
        assert_eq!(said(json!({ "urn:x/tokens-revoked": {} })), nothing);
    }

    #[test]
    fn a_rule_says_one_thing() {
        for wrong in [
            "[[on]]",
            "[[on]]\nentity = \"a\"\nnotice = \"revoked\"",
            "[[on]]\nnotice = \"sad\"",
            "[[on]]\nnotice = \"revoked\"\nparent = \"/channel\"",
        ] {
            let text = format!("signature = \"none\"\n{wrong}");
            assert!(toml::from_str::<WebhookSpec>(&text).is_err(), "{wrong}");
        }
    }
}
