//! The few signs the console draws, in UTF-8 or ASCII. Each stands beside its word, never alone.

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// In service, done, proven.
    pub good: &'static str,
    /// Wants a person to authorize again.
    pub half: &'static str,
    /// Wrong.
    pub bad: &'static str,
    /// Out of service.
    pub off: &'static str,
    /// Not begun.
    pub pending: &'static str,
    /// Under way.
    pub busy: &'static str,
    /// Done, but.
    pub warn: &'static str,
    /// Before the selected row.
    pub pointer: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// Between two facts of one line.
    pub dot: &'static str,
    /// Where text was cut.
    pub ellipsis: &'static str,
    /// A rule across the page.
    pub rule: &'static str,
    /// Between list and detail.
    pub bar: &'static str,
    /// The full part of a progress bar.
    pub full: &'static str,
    /// The empty part.
    pub empty: &'static str,
    /// A bar whose end is not known.
    pub moving: &'static str,
    /// A bar in one cell, from the lowest to the highest.
    pub levels: [&'static str; 8],
    /// Corners and sides of a dialog: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// Over a column that is sorted, the first on top.
    pub rising: &'static str,
    /// The last on top.
    pub falling: &'static str,
    /// From, to.
    pub arrow: &'static str,
}

/// For terminals that show UTF-8.
pub const UTF8: Glyphs = Glyphs {
    good: "●",
    half: "◐",
    bad: "✕",
    off: "○",
    pending: "·",
    busy: "◌",
    warn: "!",
    pointer: ">",
    mark: "▪",
    dot: "·",
    ellipsis: "…",
    rule: "─",
    bar: "│",
    full: "█",
    empty: "░",
    moving: "▒",
    levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    corners: ["┌", "┐", "└", "┘"],
    rising: "↑",
    falling: "↓",
    arrow: "→",
};

/// For all others.
pub const ASCII: Glyphs = Glyphs {
    good: "*",
    half: "~",
    bad: "x",
    off: "o",
    pending: ".",
    busy: "%",
    warn: "!",
    pointer: ">",
    mark: "+",
    dot: "-",
    ellipsis: "..",
    rule: "-",
    bar: "|",
    full: "#",
    empty: "-",
    moving: "=",
    levels: ["."; 8],
    corners: ["+", "+", "+", "+"],
    rising: "^",
    falling: "v",
    arrow: "->",
};

/// For lines that are read aloud: what only repeats a word is left out.
pub const PLAIN: Glyphs = Glyphs {
    good: "",
    half: "",
    bad: "",
    off: "",
    pending: "",
    busy: "",
    warn: "",
    rule: "",
    bar: "",
    full: "",
    empty: "",
    moving: "",
    corners: ["", "", "", ""],
    ..ASCII
};

/// The set for a locale: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set decides (POSIX 8.2). The Linux
/// console has no such signs whatever the locale says.
#[must_use]
pub fn for_locale(get: impl Fn(&str) -> Option<String>) -> Glyphs {
    if get("TERM").as_deref() == Some("linux") {
        return ASCII;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(get)
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") {
        UTF8
    } else {
        ASCII
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(pairs: &[(&str, &str)]) -> Glyphs {
        for_locale(|name| pairs.iter().find(|p| p.0 == name).map(|p| p.1.to_owned()))
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        assert_eq!(locale(&[("LANG", "de_DE.UTF-8")]), UTF8);
        assert_eq!(locale(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]), ASCII);
        assert_eq!(locale(&[("LC_ALL", ""), ("LANG", "C.utf8")]), UTF8);
        assert_eq!(locale(&[]), ASCII);
        assert_eq!(locale(&[("LANG", "C.utf8"), ("TERM", "linux")]), ASCII);
    }
}
