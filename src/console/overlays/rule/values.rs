//! Several values in one line, as they are typed: apart by commas, those that have one in them in quotes.

/// Values as they would be typed.
pub(super) fn typed(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|it| quoted(it)).collect();
    quoted.join(", ")
}

/// In quotes where it would not be read as it is; a quote within is doubled.
fn quoted(value: &str) -> String {
    let is_plain = !value.is_empty()
        && !value.contains(',')
        && !value.starts_with('"')
        && value.trim() == value;
    match is_plain {
        true => value.to_owned(),
        false => format!("\"{}\"", value.replace('"', "\"\"")),
    }
}

/// Why what was typed cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mistyped {
    #[error("A quote is not closed.")]
    Open,
    #[error("After a closing quote a comma is wanted; a quote in quotes is doubled.")]
    After,
}

/// The values of a line. Nothing between two commas is no value.
pub(super) fn read(line: &str) -> Result<Vec<String>, Mistyped> {
    let mut values = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let value;
        (value, rest) = match rest.strip_prefix('"') {
            Some(inner) => in_quotes(inner)?,
            None => plain(rest),
        };
        values.extend(value);
        rest = rest.trim_start();
    }
    Ok(values)
}

type Read<'l> = (Option<String>, &'l str);

/// Up to the next comma.
fn plain(line: &str) -> Read<'_> {
    let (value, rest) = line.split_once(',').unwrap_or((line, ""));
    let value = value.trim();
    ((!value.is_empty()).then(|| value.to_owned()), rest)
}

/// Behind a quote, up to the one that closes it and the comma behind that.
fn in_quotes(line: &str) -> Result<Read<'_>, Mistyped> {
    let mut value = String::new();
    let mut rest = line;
    loop {
        let (before, after) = rest.split_once('"').ok_or(Mistyped::Open)?;
        value.push_str(before);
        let Some(doubled) = after.strip_prefix('"') else {
            let after = after.trim_start();
            let rest = after.strip_prefix(',');
            let rest = rest.or_else(|| after.is_empty().then_some(after));
            return Ok((Some(value), rest.ok_or(Mistyped::After)?));
        };
        value.push('"');
        rest = doubled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        let all = [
            "bug", "a, b", " c ", "d\"e", "\"f\"", ",", "\"", "\"\"", "g h",
        ]
        .map(str::to_owned);
        assert_eq!(read(&typed(&all)), Ok(all.to_vec()));
        assert_eq!(read(" a ,, b,"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(read("a, \"b"), Err(Mistyped::Open));
        assert_eq!(read("\"b\"\""), Err(Mistyped::Open));
        assert_eq!(read("\"b\" c"), Err(Mistyped::After));
    }
}
