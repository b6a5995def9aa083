//! GraphQL as far as the vendors need it: which fields a query asks for, and with what. No query is held to a schema.

use serde_json::Value;

use super::call::Call;

/// Whether a query calls a field with arguments or selects from it.
pub(super) fn calls(query: &str, field: &str) -> bool {
    query.match_indices(field).any(|(at, _)| {
        let before = query.get(..at).and_then(|head| head.chars().next_back());
        let after = query.get(at + field.len()..).unwrap_or_default();
        before.is_none_or(|before| !before.is_alphanumeric())
            && after.trim_start().starts_with(['(', '{'])
    })
}

/// The value of a named argument, a variable looked up; none where it is absent or null.
pub(super) fn argument(call: &Call, query: &str, name: &str) -> Option<Value> {
    let tokens: Vec<&str> = query
        .split(|character: char| character.is_whitespace() || "(){},".contains(character))
        .filter(|token| !token.is_empty())
        .collect();
    // `first: 50` and `first:50` are the same.
    let named = tokens.iter().enumerate().find_map(|(place, token)| {
        let rest = token.strip_prefix(name)?.strip_prefix(':')?;
        if rest.is_empty() {
            tokens.get(place + 1).copied()
        } else {
            Some(rest)
        }
    })?;
    let value = match named.strip_prefix('$') {
        Some(variable) => call.json_at(&format!("/variables/{variable}"))?.clone(),
        None => serde_json::from_str(named).ok()?,
    };
    (!value.is_null()).then_some(value)
}
