//! Whether a terminal takes colour, where the settings leave that to the terminal.

/// What the environment says: `NO_COLOR` with any value but an empty one (<https://no-color.org>), or the name of a terminal that has
/// no colours in terminfo: `dumb`, and DEC's `vt52` to `vt525`.
#[must_use]
pub fn has_no_colour(env: impl Fn(&str) -> Option<String>) -> bool {
    let says = |name| env(name).unwrap_or_default();
    let terminal = says("TERM");
    let model = terminal.strip_prefix("vt").unwrap_or_default();
    !says("NO_COLOR").is_empty()
        || terminal == "dumb"
        || model.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_terminal_says_it_or_a_person_does() {
        for (terminal, no_color, has_none) in [
            ("xterm", "", false),
            ("vte-256color", "", false),
            ("", "", false),
            ("xterm", "1", true),
            ("dumb", "", true),
            ("vt100", "", true),
            ("vt220", "", true),
        ] {
            let env = |name: &str| match name {
                "TERM" => Some(terminal.to_owned()),
                "NO_COLOR" => Some(no_color.to_owned()),
                _ => None,
            };
            assert_eq!(has_no_colour(env), has_none, "{terminal} {no_color}");
        }
    }
}
