//! Where a value stands in an answer: a JSON pointer (RFC 6901), which may choose from a list by one condition.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::text::blank_is_none;

/// A JSON pointer whose parts may end with a condition, like `/accounts[is_default=true]/base_uri`: the first thing of that
/// list whose `is_default` is `true`. Several vendors list an account's places and mark the one that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonPath(String);

impl JsonPath {
    /// A plain pointer, or one with conditions.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same without its conditions, which is a JSON pointer.
    #[must_use]
    pub fn pointer(&self) -> String {
        let parts = self.0.split('/').map(|part| split(part).0);
        parts.collect::<Vec<_>>().join("/")
    }

    /// The value there.
    #[must_use]
    pub fn find<'v>(&self, json: &'v Value) -> Option<&'v Value> {
        let mut parts = self.0.split('/').map(split);
        let mut found = match parts.next() {
            Some((_, Some(condition))) => condition.first_in(json)?,
            _ => json,
        };
        for (name, condition) in parts {
            found = found.pointer(&format!("/{name}"))?;
            if let Some(condition) = condition {
                found = condition.first_in(found)?;
            }
        }
        Some(found)
    }

    /// The text or the number there.
    #[must_use]
    pub fn text(&self, json: &Value) -> Option<String> {
        match self.find(json)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// `label = ""` in a file means that there is none.
pub(super) fn blank_place_is_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<JsonPath>, D::Error> {
    Ok(blank_is_none(deserializer)?.map(JsonPath))
}

/// `key=value` in brackets.
struct PathCondition<'t> {
    key: &'t str,
    value: &'t str,
}

impl PathCondition<'_> {
    fn first_in<'v>(&self, list: &'v Value) -> Option<&'v Value> {
        let said = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let fits = |item: &&Value| item.get(self.key).is_some_and(|it| said(it) == self.value);
        list.as_array()?.iter().find(fits)
    }
}

fn split(part: &str) -> (&str, Option<PathCondition<'_>>) {
    let condition = part.strip_suffix(']').and_then(|rest| {
        let (name, condition) = rest.split_once('[')?;
        let (key, value) = condition.split_once('=')?;
        (!key.is_empty()).then_some((name, PathCondition { key, value }))
    });
    match condition {
        Some((name, condition)) => (name, Some(condition)),
        None => (part, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_chosen_from_by_a_condition() {
        // developers.docusign.com, "User Info Endpoint".
        let docusign = json!({ "sub": "s", "accounts": [
            { "account_id": "a1", "is_default": false, "base_uri": "https://eu.docusign.net" },
            { "account_id": "a2", "is_default": true, "base_uri": "https://na3.docusign.net" },
        ] });
        let text = |place: &str| JsonPath::new(place).text(&docusign);
        assert_eq!(
            text("/accounts[is_default=true]/base_uri").as_deref(),
            Some("https://na3.docusign.net")
        );
        assert_eq!(
            text("/accounts[account_id=a1]/account_id").as_deref(),
            Some("a1")
        );
        assert_eq!(text("/accounts/0/account_id").as_deref(), Some("a1"));
        assert_eq!(text("/accounts[is_default=maybe]/base_uri"), None);
        assert_eq!(text("/sub").as_deref(), Some("s"));
        let whole = json!([{ "id": 1, "tenantType": "PRACTICE" }, { "id": 2, "tenantType": "ORGANISATION" }]);
        let place = JsonPath::new("[tenantType=ORGANISATION]/id");
        assert_eq!(place.text(&whole).as_deref(), Some("2"));
        assert_eq!(place.pointer(), "/id");
    }
}
