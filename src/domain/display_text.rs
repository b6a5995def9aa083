//! Foreign text, before it is kept or shown.

/// Longest label that is kept, in characters.
const LONGEST: usize = 200;

/// A vendor's text without what could move a cursor, change colours or reorder a line, cut at 200 characters.
///
/// Control characters include ESC and the C1 range; the bidi controls are those of Unicode's "Trojan source" list.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .take(LONGEST + 1)
        .collect();
    if clean.chars().count() > LONGEST {
        clean.pop();
        clean.push('…');
    }
    clean.trim().to_owned()
}

/// A number with its thousands apart: `88,120`.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and what is counted: `1 token`, `2 tokens`.
#[must_use]
pub fn counted(n: u64, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(n))
}

/// Marks without a shape that reorder or hide what stands beside them: bidi controls, joiners, separators, tags.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{clean, number};

    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!(number(7), "7");
        assert_eq!(number(1204), "1,204");
        assert_eq!(number(1_000_000), "1,000,000");
    }

    #[test]
    fn nothing_is_left_that_a_terminal_would_obey() {
        assert_eq!(
            clean("a\u{1b}[31mb\u{9b}2Jc\r\nd\u{202e}e\u{0}"),
            "a[31mb2Jc  de"
        );
        let long = clean(&"x".repeat(10_000));
        assert_eq!(long.chars().count(), 201);
        assert!(long.ends_with('…'));
    }
}
