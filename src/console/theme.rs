//! Roles over the terminal's own sixteen colours. A state is always a word too: colour only repeats it.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

/// The theme that comes with the program.
const TERMINAL: &str = include_str!("../../assets/themes/terminal.toml");

/// What a piece of the screen is, whatever it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text that is read second.
    Dim,
    /// The name of a thing.
    Title,
    /// A heading over rows.
    Heading,
    /// The one accent: where one is, and which keys there are.
    Accent,
    /// The selected row's name.
    Selected,
    /// In service, done, proven.
    Good,
    /// Wants attention.
    Warn,
    /// Wrong, or not to be undone.
    Bad,
    /// Rules and frames.
    Line,
}

/// A theme file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WrongTheme {
    /// It is not TOML, or names an unknown role.
    #[error("the theme cannot be read: {0}")]
    File(#[from] toml::de::Error),
    /// A word is neither a colour nor an attribute.
    #[error("the theme's {role} says {word:?}: neither a colour of the terminal nor an attribute")]
    Word { role: String, word: String },
}

/// How each role looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: BTreeMap<Role, Style>,
}

impl Theme {
    /// A theme from its file: `role = "words"`. Without colour, no colour call is made at all: with `NO_COLOR`
    /// crossterm 0.29 would cancel a highlight that also has a colour.
    ///
    /// # Errors
    /// When a role or a word is not known.
    pub fn load(file: &str, colour: bool) -> Result<Self, WrongTheme> {
        let words: BTreeMap<Role, String> = toml::from_str(file)?;
        let mut styles = BTreeMap::new();
        for (role, words) in words {
            let mut style = Style::new();
            for word in words.split_whitespace() {
                style = apply(style, word, colour).ok_or_else(|| WrongTheme::Word {
                    role: format!("{role:?}").to_lowercase(),
                    word: word.to_owned(),
                })?;
            }
            styles.insert(role, style);
        }
        Ok(Self { styles })
    }

    /// The theme that comes with the program.
    ///
    /// # Errors
    /// Never: a test loads it.
    pub fn terminal(colour: bool) -> Result<Self, WrongTheme> {
        Self::load(TERMINAL, colour)
    }

    /// How a role looks; roles the file leaves out look like ordinary text.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

fn apply(style: Style, word: &str, colour: bool) -> Option<Style> {
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
    let named = match word {
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "default" => return Some(style),
        _ => return None,
    };
    Some(if colour { style.fg(named) } else { style })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_that_comes_along_loads_and_obeys_no_color() {
        let with = Theme::terminal(true).unwrap();
        let without = Theme::terminal(false).unwrap();
        assert!(with.styles.values().any(|s| s.fg.is_some()));
        assert!(
            without
                .styles
                .values()
                .all(|s| s.fg.is_none() && s.bg.is_none())
        );
        assert!(
            without
                .style(Role::Selected)
                .add_modifier
                .contains(Modifier::REVERSED)
        );
    }

    #[test]
    fn an_unknown_word_is_named() {
        let wrong = Theme::load("good = \"mauve\"", true).unwrap_err();
        assert!(wrong.to_string().contains("mauve"));
    }
}
