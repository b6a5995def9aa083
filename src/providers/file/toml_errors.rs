//! What the TOML reader says, in the words of somebody who writes a file.

/// A message of the reader about a field: `invalid type: integer …, expected a sequence` speaks of Rust.
pub(super) fn plain(message: &str, field: &str) -> String {
    let parts = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "));
    let Some((found, expected)) = parts else {
        return message.to_owned();
    };
    let wanted = match expected {
        // `[manual]` is one, `[[manual]]` is one of several.
        "a sequence" if found == "map" => format!("a list; write [[{field}]]"),
        "a sequence" => "a list in square brackets".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a map" => "a table, in braces or under its own heading".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "u16" | "u32" => "a number without quotes".to_owned(),
        // The name of the Rust type is nobody's business.
        other if other.starts_with("struct ") => {
            "a table, in braces or under its own heading".to_owned()
        }
        other => other.to_owned(),
    };
    format!("is {}; expected {wanted}", named(found))
}

fn named(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", value)) => format!("the text {value}"),
        Some(("integer" | "floating", value)) => {
            format!(
                "the number {}",
                value.trim_start_matches("point ").trim_matches('`')
            )
        }
        Some(("boolean", value)) => value.trim_matches('`').to_owned(),
        _ if found == "map" => "a table".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        _ => found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_files_name_them() {
        let all = [
            "invalid type: integer `204`, expected a sequence",
            "invalid type: floating point `1.5`, expected u32",
            "invalid type: string \"a, expected b\", expected struct Matcher",
            "invalid type: map, expected a sequence",
            "invalid type: boolean `true`, expected a string",
            "invalid type: sequence, expected a boolean",
            "unknown variant `x`, expected `a` or `b`",
        ]
        .map(|message| plain(message, "manual"));
        assert_eq!(
            all,
            [
                "is the number 204; expected a list in square brackets",
                "is the number 1.5; expected a number without quotes",
                "is the text \"a, expected b\"; expected a table, in braces or under its own heading",
                "is a table; expected a list; write [[manual]]",
                "is true; expected a text in quotes",
                "is a list; expected true or false",
                "unknown variant `x`, expected `a` or `b`",
            ]
        );
    }
}
