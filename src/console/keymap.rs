//! assets/keymap.toml: (place, key) to command. The file's order is the footer's order.

use std::fmt;

use serde::Deserialize;

use super::command::{Command, KeyPlace};
use super::event::Key;

/// The keymap that comes with the program.
pub const DEFAULT: &str = include_str!("../../assets/keymap.toml");

/// A keymap that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WrongKeymap {
    /// It is not TOML of the expected form.
    #[error("the keymap cannot be read: {0}")]
    File(#[from] toml::de::Error),
    /// No such key.
    #[error("the keymap says on = {0:?}: that is no key; write d, D, Enter, Space, Ctrl-u")]
    Key(String),
    /// No such command.
    #[error("the keymap says run = {0:?}: that is no command; see tagout's ? for the names")]
    Command(String),
    /// Two commands on one key.
    #[error("the keymap gives {key} in {place:?} to both {first} and {second}")]
    Conflict {
        place: KeyPlace,
        key: Key,
        first: &'static str,
        second: &'static str,
    },
}

/// One line of the file.
#[derive(Debug, Clone)]
pub struct KeyBinding {
    pub place: KeyPlace,
    /// The keys, the one that is shown first; none for the palette alone.
    pub keys: Vec<Key>,
    pub command: Command,
}

/// All lines, in order.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<KeyBinding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeymapFile {
    keys: Vec<KeymapLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeymapLine {
    r#in: KeyPlace,
    #[serde(default)]
    on: String,
    run: String,
}

impl Keymap {
    /// A keymap from its file.
    ///
    /// # Errors
    /// When a key or command is not known, or two commands share a key in one place.
    pub fn load(file: &str) -> Result<Self, WrongKeymap> {
        let file: KeymapFile = toml::from_str(file)?;
        let mut bindings = Vec::new();
        for line in file.keys {
            let keys = line
                .on
                .split_whitespace()
                .map(key)
                .collect::<Result<_, _>>()?;
            let command =
                Command::named(&line.run).ok_or_else(|| WrongKeymap::Command(line.run.clone()))?;
            bindings.push(KeyBinding {
                place: line.r#in,
                keys,
                command,
            });
        }
        let keymap = Self { bindings };
        keymap.conflict().map_or(Ok(keymap.clone()), Err)
    }

    /// The command of a key. Overlays only inherit the keys with Control.
    #[must_use]
    pub fn resolve(&self, place: KeyPlace, key: Key) -> Option<Command> {
        let find = |place| {
            self.bindings
                .iter()
                .find(|b| b.place == place && b.keys.contains(&key))
                .map(|b| b.command)
        };
        let inherits = !place.is_overlay() || matches!(key, Key::Ctrl('c' | 'l' | 'z'));
        find(place).or_else(|| inherits.then(|| find(KeyPlace::All)).flatten())
    }

    /// What can be done in a place, in the file's order, without what works everywhere.
    pub fn here(&self, place: KeyPlace) -> impl Iterator<Item = &KeyBinding> {
        self.bindings.iter().filter(move |b| b.place == place)
    }

    /// How the key of a command is written, in a place or everywhere.
    #[must_use]
    pub fn label(&self, place: KeyPlace, command: Command) -> Option<String> {
        self.bindings
            .iter()
            .find(|b| (b.place == place || b.place == KeyPlace::All) && b.command == command)
            .and_then(|b| b.keys.first())
            .map(ToString::to_string)
    }

    /// Whether any key or palette entry leads to a command.
    #[must_use]
    pub fn reaches(&self, command: Command) -> bool {
        self.bindings.iter().any(|b| b.command == command)
    }

    /// All keys as a table of Markdown, for the documentation.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut page = String::from(
            "# Keys\n\nWritten from assets/keymap.toml; a test fails when it drifts.\n",
        );
        let mut place = None;
        for binding in &self.bindings {
            if place != Some(binding.place) {
                place = Some(binding.place);
                let heading = format!("{:?}", binding.place);
                page += &format!(
                    "\n## {heading}\n\n| key | command | what it does |\n| --- | --- | --- |\n"
                );
            }
            let keys: Vec<String> = binding.keys.iter().map(|k| format!("`{k}`")).collect();
            let keys = if keys.is_empty() {
                "palette".to_owned()
            } else {
                keys.join(" ")
            };
            let row = binding.command.row();
            page += &format!("| {keys} | {} | {} |\n", row.name, row.help);
        }
        page
    }

    fn conflict(&self) -> Option<WrongKeymap> {
        for (i, one) in self.bindings.iter().enumerate() {
            for other in self.bindings.iter().skip(i + 1) {
                let meets = one.place == other.place
                    || (one.place == KeyPlace::All && !other.place.is_overlay())
                    || (other.place == KeyPlace::All && !one.place.is_overlay());
                if !meets {
                    continue;
                }
                if let Some(key) = one.keys.iter().find(|key| other.keys.contains(key)) {
                    return Some(WrongKeymap::Conflict {
                        place: if one.place == KeyPlace::All {
                            other.place
                        } else {
                            one.place
                        },
                        key: *key,
                        first: one.command.row().name,
                        second: other.command.row().name,
                    });
                }
            }
        }
        None
    }
}

const NAMED: &[(&str, Key)] = &[
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("BackTab", Key::BackTab),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
    ("Home", Key::Home),
    ("End", Key::End),
    ("Space", Key::Char(' ')),
];

/// The key of a word of the file.
///
/// # Errors
/// When there is no such key.
pub fn key(word: &str) -> Result<Key, WrongKeymap> {
    parse(word).ok_or_else(|| WrongKeymap::Key(word.to_owned()))
}

fn parse(word: &str) -> Option<Key> {
    if let Some((_, key)) = NAMED.iter().find(|(name, _)| *name == word) {
        return Some(*key);
    }
    let (make, rest): (fn(char) -> Key, &str) = match word.strip_prefix("Ctrl-") {
        Some(rest) => (Key::Ctrl, rest),
        None => (Key::Char, word),
    };
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(make(c)),
        _ => None,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = NAMED.iter().find(|(_, key)| key == self) {
            return f.write_str(name);
        }
        match self {
            Self::Char(c) => write!(f, "{c}"),
            Self::Ctrl(c) => write!(f, "Ctrl-{c}"),
            Self::Backspace => f.write_str("Backspace"),
            _ => f.write_str("Del"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::console::command::{Danger, TABLE};

    #[test]
    fn every_command_has_a_key_or_a_palette_entry() {
        let keymap = Keymap::load(DEFAULT).unwrap();
        for row in TABLE {
            assert!(
                keymap.reaches(row.command),
                "{} cannot be reached",
                row.name
            );
        }
    }

    #[test]
    fn destruction_is_never_on_control_or_beside_moving() {
        let keymap = Keymap::load(DEFAULT).unwrap();
        for binding in &keymap.bindings {
            if binding.command.row().danger >= Danger::Stops {
                let safe = |key: &Key| matches!(key, Key::Char(c) if !"hjkl ".contains(*c));
                assert!(binding.keys.iter().all(safe), "{:?}", binding);
            }
        }
    }

    /// Letters that mean more than one thing, on screens that are not the same. No others come to them.
    const SHARED: &[(char, &[&str])] = &[
        ('R', &["go-on", "resume-run", "run-job"]),
        ('a', &["add-item", "configure-app", "follow-up-assign"]),
        ('c', &["cancel-job", "connect"]),
        ('d', &["disconnect", "remove-item"]),
        (
            'e',
            &[
                "configure",
                "edit-item",
                "enable-endpoint",
                "enable-job",
                "evidence",
            ],
        ),
        ('p', &["checkpoint", "edit-permissions"]),
        ('r', &["reconnect", "rotate-secret"]),
        (
            's',
            &["send-again", "signing-secret", "subscriptions", "swap"],
        ),
        ('t', &["adopt", "test-subscription"]),
        ('u', &["follow-up-undo", "unmark"]),
        ('w', &["open-endpoints", "walkthrough", "whole"]),
        (
            'x',
            &[
                "disable-endpoint",
                "disable-job",
                "end-flow",
                "give-up",
                "give-up-swap",
                "remove-provider",
            ],
        ),
    ];

    #[test]
    fn a_letter_means_one_thing_on_every_screen() {
        let keymap = Keymap::load(DEFAULT).unwrap();
        let mut meanings: BTreeMap<char, BTreeSet<&str>> = BTreeMap::new();
        for binding in keymap.bindings.iter().filter(|it| !it.place.is_overlay()) {
            for key in &binding.keys {
                if let Key::Char(c) = key
                    && *c != ' '
                {
                    meanings
                        .entry(*c)
                        .or_default()
                        .insert(binding.command.row().name);
                }
            }
        }
        meanings.retain(|_, commands| commands.len() > 1);
        let shared = SHARED
            .iter()
            .map(|(c, all)| (*c, all.iter().copied().collect()));
        assert_eq!(meanings, shared.collect());
    }

    #[test]
    fn conflicts_and_unknown_words_are_errors() {
        let two = r#"keys = [{ in = "runs", on = "d", run = "open" }, { in = "runs", on = "d", run = "copy" }]"#;
        assert!(matches!(
            Keymap::load(two),
            Err(WrongKeymap::Conflict { .. })
        ));
        let shadow = r#"keys = [{ in = "all", on = "d", run = "open" }, { in = "runs", on = "d", run = "copy" }]"#;
        assert!(matches!(
            Keymap::load(shadow),
            Err(WrongKeymap::Conflict { .. })
        ));
        let key = r#"keys = [{ in = "runs", on = "Hyper-d", run = "open" }]"#;
        assert!(matches!(Keymap::load(key), Err(WrongKeymap::Key(_))));
        let command = r#"keys = [{ in = "runs", on = "d", run = "explode" }]"#;
        assert!(matches!(
            Keymap::load(command),
            Err(WrongKeymap::Command(_))
        ));
    }

    #[test]
    fn overlays_keep_their_letters() {
        let keymap = Keymap::load(DEFAULT).unwrap();
        assert_eq!(keymap.resolve(KeyPlace::Prompt, Key::Char('q')), None);
        assert_eq!(
            keymap.resolve(KeyPlace::Prompt, Key::Ctrl('c')),
            Some(Command::Leave)
        );
        assert_eq!(
            keymap.resolve(KeyPlace::Runs, Key::Char('q')),
            Some(Command::Quit)
        );
    }
}
