//! The `Link` header (RFC 8288), read whole: what cannot be read must not be taken for the end of a list.

/// A header that is not as RFC 8288 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The target of the first link whose relation is `next`; none where there is no such link.
///
/// # Errors
/// When a link before it cannot be read.
pub(super) fn next_of(header: &str) -> Result<Option<String>, Unreadable> {
    let mut rest = header.trim_start_matches([',', ' ', '\t']);
    while !rest.is_empty() {
        let (target, after) = rest
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'))
            .ok_or(Unreadable)?;
        let (relation, after) = relation(after)?;
        let mut relations = relation.split_whitespace();
        if relations.any(|word| word.eq_ignore_ascii_case("next")) {
            return Ok(Some(target.trim().to_owned()));
        }
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    Ok(None)
}

/// What the parameters of a link say of its relation, the first one alone (section 3.3), and what stands behind them.
fn relation(parameters: &str) -> Result<(String, &str), Unreadable> {
    let mut rest = parameters.trim_start();
    let mut relation = None;
    while let Some(parameter) = rest.strip_prefix(';') {
        let parameter = parameter.trim_start();
        let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
        let (name, after) = parameter.split_at(end);
        rest = after;
        let mut value = String::new();
        if let Some(after) = after.strip_prefix('=') {
            (value, rest) = read_value(after.trim_start())?;
        }
        if name.trim().eq_ignore_ascii_case("rel") {
            relation.get_or_insert(value);
        }
        rest = rest.trim_start();
    }
    match rest.is_empty() || rest.starts_with(',') {
        true => Ok((relation.unwrap_or_default(), rest)),
        false => Err(Unreadable),
    }
}

/// A parameter's value, quoted or not, and what stands behind it. Some vendors quote with apostrophes.
fn read_value(from: &str) -> Result<(String, &str), Unreadable> {
    let Some(quote) = from.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
        let end = from.find([';', ',']).unwrap_or(from.len());
        let (value, rest) = from.split_at(end);
        return Ok((value.trim_end().to_owned(), rest));
    };
    let mut value = String::new();
    let mut is_escaped = false;
    for (at, letter) in from.char_indices().skip(1) {
        match letter {
            _ if is_escaped => {
                value.push(letter);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            _ if letter == quote => {
                let rest = from.get(at + 1..).unwrap_or_default();
                return Ok((value, rest));
            }
            _ => value.push(letter),
        }
    }
    Err(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_is_found_however_it_is_written() {
        for header in [
            "</b>; rel=\"next\"",
            "</b>;rel=next",
            "</b>; REL=\"Next\"",
            "</b> ; rel = \"next\"",
            "</b>; rel='next'",
            "</b>; title=\"a < b, c; d\\\" e\"; rel=\"next\"",
            "</b>; rel=\"last next\"",
            "</b>; crossorigin; rel=next",
            ", <https://h/a?x=1,2;y>; rel=\"prev\", </b>; title*=UTF-8'de'n%c3%a4chste; rel=next",
            "</a>; rel=\"first\"; rel=\"next\", </b>; rel=\"next\"",
        ] {
            assert_eq!(next_of(header), Ok(Some("/b".to_owned())), "{header}");
        }
        for header in [
            "",
            " ",
            "</a>; rel=\"prev\"",
            "</a>",
            "</a>; title=\"rel=next\"",
        ] {
            assert_eq!(next_of(header), Ok(None), "{header}");
        }
        for header in [
            "garbage",
            "garbage <",
            "</a; rel=next",
            "</a>; title=\"never closed; rel=next",
            "</a> rel=next",
            "</a>; rel=prev </b>; rel=\"next\" x",
        ] {
            assert_ne!(next_of(header), Ok(None), "{header}");
        }
    }
}
