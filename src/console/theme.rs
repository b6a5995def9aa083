//! Roles over the terminal's own colours. A state is always a word too: colour only repeats it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use ratatui::style::Style;

mod colours;
#[cfg(test)]
mod contrast;

use colours::apply;
pub use colours::{Colours, black_on_white};

/// The themes that come with the program, by name.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "terminal",
        include_str!("../../assets/themes/terminal.toml"),
    ),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../assets/themes/high-contrast.toml"),
    ),
];

/// What a piece of the screen is, whatever it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StyleRole {
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

/// A theme that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WrongTheme {
    /// It is not TOML, or names an unknown role.
    #[error("the theme cannot be read: {0}")]
    File(#[from] toml::de::Error),
    /// A word is neither a colour nor an attribute.
    #[error("the theme's {role} says {word:?}: neither a colour of the terminal nor an attribute")]
    Word { role: String, word: String },
    /// Its file is there and cannot be read.
    #[error("the theme {name:?} cannot be read: {error}")]
    Read { name: String, error: io::Error },
    /// There is none of this name.
    #[error(
        "there is no theme {name:?}; there are {there}, and what lies as NAME.toml in {folder}"
    )]
    Unknown {
        name: String,
        there: String,
        folder: String,
    },
}

/// How each role looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    styles: BTreeMap<StyleRole, Style>,
}

impl Theme {
    /// A theme from its file: `role = "words"`.
    ///
    /// # Errors
    /// When a role or a word is not known.
    pub fn load(file: &str, colours: Colours) -> Result<Self, WrongTheme> {
        let words: BTreeMap<StyleRole, String> = toml::from_str(file)?;
        let mut styles = BTreeMap::new();
        for (role, words) in words {
            let mut style = Style::new();
            for word in words.split_whitespace() {
                style = apply(style, word, colours).ok_or_else(|| WrongTheme::Word {
                    role: format!("{role:?}").to_lowercase(),
                    word: word.to_owned(),
                })?;
            }
            styles.insert(role, style);
        }
        Ok(Self { styles })
    }

    /// The theme of this name: one that comes along, or a file in `folder`.
    ///
    /// # Errors
    /// When there is none, or its file cannot be used.
    pub fn named(name: &str, folder: &Path, colours: Colours) -> Result<Self, WrongTheme> {
        if let Some((_, file)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Self::load(file, colours);
        }
        // A name may come from the environment: it is a name, and leads nowhere else.
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let path = folder.join(name).with_extension("toml");
        let own = name.chars().all(is_name) && !name.is_empty();
        match own.then(|| std::fs::read_to_string(path)) {
            Some(Ok(file)) => Self::load(&file, colours),
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(WrongTheme::Read {
                name: name.to_owned(),
                error,
            }),
            _ => Err(WrongTheme::Unknown {
                name: name.to_owned(),
                there: there(folder).join(", "),
                folder: folder.display().to_string(),
            }),
        }
    }

    /// The theme that holds where none is named.
    ///
    /// # Errors
    /// Never: a test loads it.
    pub fn terminal(colours: Colours) -> Result<Self, WrongTheme> {
        Self::named("terminal", Path::new(""), colours)
    }

    /// How a role looks; roles the file leaves out look like ordinary text.
    #[must_use]
    pub fn style(&self, role: StyleRole) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

/// What there is: the built-in ones in their order, then the files of a folder by name.
fn there(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.filter_map(|file| {
        let path = file.path();
        let is_theme = path.extension().is_some_and(|it| it == "toml");
        let name = path.file_stem().filter(|_| is_theme)?;
        Some(name.to_string_lossy().into_owned())
    });
    let mut own: Vec<String> = names.collect();
    own.sort();
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    built_in.chain(own).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    #[test]
    fn every_theme_that_comes_along_loads_and_obeys_no_color() {
        for (name, file) in BUILT_IN {
            let with = Theme::load(file, Colours::Sixteen).unwrap();
            let without = Theme::load(file, Colours::None).unwrap();
            assert!(with.styles.values().any(|s| s.fg.is_some()), "{name}");
            assert!(
                without
                    .styles
                    .values()
                    .all(|s| s.fg.is_none() && s.bg.is_none())
            );
            let selected = without.style(StyleRole::Selected);
            assert!(selected.add_modifier.contains(Modifier::REVERSED));
        }
    }

    #[test]
    fn an_unknown_word_is_named() {
        for word in ["mauve", "#12345", "#12345g", "7", "256", "bright-mauve"] {
            let file = format!("good = \"{word}\"");
            let wrong = Theme::load(&file, Colours::Any).unwrap_err();
            assert!(wrong.to_string().contains(word), "{wrong}");
        }
    }

    #[test]
    fn the_last_colour_that_can_be_shown_counts() {
        let shown = |colours| {
            let theme = Theme::load("good = \"green bold 22 #004000\"", colours).unwrap();
            theme.style(StyleRole::Good).fg
        };
        assert_eq!(shown(Colours::None), None);
        assert_eq!(shown(Colours::Sixteen), Some(Color::Green));
        assert_eq!(shown(Colours::Table), Some(Color::Indexed(22)));
        assert_eq!(shown(Colours::Any), Some(Color::Rgb(0, 0x40, 0)));
    }

    #[test]
    fn a_name_is_one_of_ours_or_a_file_and_else_it_says_what_there_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.toml"), "good = \"cyan\"").unwrap();
        std::fs::write(folder.path().join("note.txt"), "").unwrap();
        let named = |name: &str| Theme::named(name, folder.path(), Colours::Sixteen);
        assert_eq!(
            named("mine").unwrap().style(StyleRole::Good).fg,
            Some(Color::Cyan)
        );
        assert!(named("light").is_ok());
        for wrong in ["lihgt", "", "../mine", "note"] {
            let said = named(wrong).unwrap_err().to_string();
            let there = "terminal, dark, light, high-contrast, mine";
            assert!(said.contains(there), "{said}");
        }
    }
}
