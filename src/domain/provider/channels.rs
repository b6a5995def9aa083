//! What of a chat is watched, and how one is let into it again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Blast;
use super::call::{Call, CallAuth, CallKind, Encode, Verb};
use super::limited::Limited;
use super::matcher::{Body, Matcher};
use super::response::{Headers, Response};
use super::text::blank_is_none;

/// The `[channels]` table: of this entity only what people picked is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelsSpec {
    /// The entity whose things can be watched.
    pub entity: String,
    /// The name in braces that stands for a channel's id in `join`. A variable of this name, where it is set, names one more
    /// channel whose lists are pulled: so it was said before channels could be picked.
    #[serde(default = "channel")]
    pub param: String,
    /// A thing of the entity that nobody joins without being invited.
    #[serde(default)]
    pub private: Matcher,
    /// A thing of the entity that we are in.
    #[serde(default)]
    pub member: Matcher,
    /// How one is joined.
    #[serde(default)]
    pub join: Option<JoinSpec>,
}

/// The call that joins a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinSpec {
    /// The HTTP method.
    #[serde(default)]
    pub method: Verb,
    /// Where to, names in braces.
    pub url: String,
    /// How the token travels.
    #[serde(default = "bearer")]
    pub auth: CallAuth,
    /// How `params` travel.
    #[serde(default = "form")]
    pub encode: Encode,
    /// What is sent, names in braces.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers, names in braces.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The vendor says that it is done. Left out: any 2xx that hides no error.
    #[serde(default)]
    pub success: Matcher,
    /// The vendor says that we had been in it. Tested before `success`.
    #[serde(default)]
    pub already: Matcher,
    /// Too many requests, beside the file's own `limited`.
    #[serde(default)]
    pub limited: Limited,
    /// The scope that it needs.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub scope: Option<String>,
}

fn channel() -> String {
    "channel".to_owned()
}

fn bearer() -> CallAuth {
    CallAuth::Bearer
}

fn form() -> Encode {
    Encode::Form
}

impl ChannelsSpec {
    /// Whether a thing of the entity is private.
    #[must_use]
    pub fn is_private(&self, thing: &Value) -> bool {
        fits(&self.private, thing)
    }

    /// Whether the vendor says which of them we are in.
    #[must_use]
    pub fn tells_membership(&self) -> bool {
        !self.member.is_empty()
    }

    /// Whether we are in a thing of the entity, where the vendor says so.
    #[must_use]
    pub fn is_member(&self, thing: &Value) -> bool {
        fits(&self.member, thing)
    }
}

fn fits(matcher: &Matcher, thing: &Value) -> bool {
    let headers = Headers::default();
    let response = Response {
        status: 200,
        headers: &headers,
        body: &Body::from(thing.clone()),
    };
    !matcher.is_empty() && matcher.matches(&response)
}

impl JoinSpec {
    /// A refusal of `vendor`, with what to do about it.
    #[must_use]
    pub fn advice(&self, refusal: &str, granted: &[String], vendor: &str) -> String {
        match self.scope.as_ref().filter(|scope| !granted.contains(scope)) {
            Some(scope) => format!(
                "{refusal}; the scope {scope} was not granted: add it to our app at {vendor} and reconnect"
            ),
            None => format!("{refusal}; let our app into it by hand, or stop watching it"),
        }
    }

    /// The same as a call, which says `gone` where we had been in the channel.
    #[must_use]
    pub fn call(&self) -> Call {
        Call {
            dialect: None,
            kind: CallKind::default(),
            token: None,
            method: self.method,
            url: self.url.clone(),
            auth: Some(self.auth.clone()),
            encode: Some(self.encode),
            params: self.params.clone(),
            headers: self.headers.clone(),
            body: None,
            success: self.success.clone(),
            gone: self.already.clone(),
            fatal: Matcher::default(),
            limited: self.limited.clone(),
            token_in_url: false,
            kills: Vec::new(),
            blast: Blast::default(),
            is_reach_assumed: false,
            residual: None,
            optional: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_for_want_of_a_scope_says_which() {
        let join: JoinSpec = toml::from_str("url = \"u\"\nscope = \"channels:join\"").unwrap();
        let refusal = "status 200, missing_scope";
        let without = join.advice(refusal, &[], "Slack");
        assert_eq!(
            without,
            "status 200, missing_scope; the scope channels:join was not granted: add it to our app at Slack and reconnect"
        );
        let granted = ["channels:join".to_owned()];
        let by_hand = join.advice(refusal, &granted, "Slack");
        assert!(
            by_hand.ends_with("by hand, or stop watching it"),
            "{by_hand}"
        );
    }

    #[test]
    fn what_is_private_stands_in_the_thing() {
        let spec: ChannelsSpec = toml::from_str(
            "entity = \"channel\"\nprivate = { pointer = \"/is_private\", equals = true }",
        )
        .unwrap();
        assert_eq!(spec.param, "channel");
        assert!(spec.is_private(&json!({ "is_private": true })));
        assert!(!spec.is_private(&json!({ "is_private": false })));
        assert!(!spec.is_private(&json!({})));
        assert!(
            !spec.is_member(&json!({ "is_member": true })),
            "it does not say where"
        );
    }
}
