//! The words of a theme, and which of them a terminal can show.

use ratatui::style::{Color, Modifier, Style};

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// No colour call is made at all: with `NO_COLOR` crossterm 0.29 would cancel a highlight that also has a colour.
    None,
    /// The sixteen that every terminal knows.
    Sixteen,
    /// A table of 256.
    Table,
    /// Any, by its red, green and blue.
    Any,
}

impl Colours {
    /// What a terminal says of itself: `COLORTERM` for 24 bits (there is no other sign of them), else the name of its entry.
    #[must_use]
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let says = |name| get(name).unwrap_or_default();
        match says("COLORTERM").as_str() {
            "truecolor" | "24bit" => Self::Any,
            _ if says("TERM").contains("256color") => Self::Table,
            _ => Self::Sixteen,
        }
    }
}

/// Black on white: by entries of the table that no theme changes, where there is one. What holds codes for cameras needs both.
#[must_use]
pub fn black_on_white(colours: Colours) -> Option<Style> {
    let (black, white) = match colours {
        Colours::None => return None,
        Colours::Sixteen => (Color::Black, Color::White),
        Colours::Table | Colours::Any => (Color::Indexed(16), Color::Indexed(231)),
    };
    Some(Style::new().fg(black).bg(white))
}

/// A style with what a word adds to it; none where the word is not known.
pub(super) fn apply(style: Style, word: &str, colours: Colours) -> Option<Style> {
    let attribute = match word {
        "bold" => Some(Modifier::BOLD),
        "dim" => Some(Modifier::DIM),
        "reversed" => Some(Modifier::REVERSED),
        "underlined" => Some(Modifier::UNDERLINED),
        _ => None,
    };
    if let Some(attribute) = attribute {
        return Some(style.add_modifier(attribute));
    }
    let (needs, colour) = colour(word)?;
    Some(if needs > colours {
        style
    } else {
        Style {
            fg: colour,
            ..style
        }
    })
}

/// The colour of a word, none for the terminal's own, and what it takes to show it.
fn colour(word: &str) -> Option<(Colours, Option<Color>)> {
    if word == "default" {
        return Some((Colours::Sixteen, None));
    }
    if word.starts_with('#') && word.len() == 7 {
        let colour = word.parse().ok()?;
        return Some((Colours::Any, Some(colour)));
    }
    // The first sixteen of the table have names, and look as the person has set them.
    if let Ok(number) = word.parse::<u8>() {
        return (number > 15).then_some((Colours::Table, Some(Color::Indexed(number))));
    }
    let colour = match word {
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    };
    Some((Colours::Sixteen, Some(colour)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_says_how_many_colours_it_shows() {
        let of = |pairs: &[(&str, &str)]| {
            Colours::of(|name| pairs.iter().find(|p| p.0 == name).map(|p| p.1.to_owned()))
        };
        assert_eq!(of(&[("TERM", "xterm")]), Colours::Sixteen);
        assert_eq!(of(&[("TERM", "tmux-256color")]), Colours::Table);
        let any = of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]);
        assert_eq!(any, Colours::Any);
    }
}
