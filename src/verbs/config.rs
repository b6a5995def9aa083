//! `tagout config`: every setting, and where its value came from. Needs no server.

use std::io;

use serde_json::Value;

use super::print::{Table, one_line};
use super::{Session, VerbError};

pub(super) fn run(session: &Session) -> Result<(), VerbError> {
    let all = serde_json::to_value(&session.settings).map_err(io::Error::from)?;
    session.show(&all, || list(&all))
}

fn list(all: &Value) -> Table {
    let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
    for (name, setting) in all.as_object().into_iter().flatten() {
        let part = |name: &str| setting.get(name).map(words).unwrap_or_default();
        table.row([name.clone(), one_line(&part("value")), part("from")]);
    }
    table.or("")
}

/// A value as a person writes it.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" "),
        Value::Object(fields) => match (fields.get("secs"), fields.get("nanos")) {
            (Some(Value::Number(seconds)), Some(nanos)) => {
                let nanos = nanos.as_u64().unwrap_or(0);
                let part = format!("{nanos:09}");
                match part.trim_end_matches('0') {
                    "" => format!("{seconds} s"),
                    part => format!("{seconds}.{part} s"),
                }
            }
            _ => {
                let one = |(name, value): (&String, &Value)| format!("{name} {}", words(value));
                fields.iter().map(one).collect::<Vec<_>>().join(", ")
            }
        },
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_what_a_person_writes() {
        for (value, expected) in [
            (json!(null), "-"),
            (json!("terminal"), "terminal"),
            (json!(8976), "8976"),
            (json!(["10.0.0.0/8", "::1"]), "10.0.0.0/8 ::1"),
            (json!({ "secs": 600, "nanos": 0 }), "600 s"),
            (json!({ "secs": 0, "nanos": 500_000_000 }), "0.5 s"),
            (
                json!({ "least": 5, "span": { "secs": 62, "nanos": 0 } }),
                "least 5, span 62 s",
            ),
        ] {
            assert_eq!(words(&value), expected);
        }
    }
}
