//! Somebody at the console: keys go in, the world answers, and the screen can be read.

use jiff::tz::TimeZone;
use ratatui::layout::Size;
use tagout::console::app::App;
use tagout::console::appearance::Appearance;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key};
use tagout::console::export::Writing;
use tagout::console::glyphs::{ASCII, Glyphs, UTF8};
use tagout::console::keymap::{self, Keymap};
use tagout::console::picture::frame_text;
use tagout::console::theme::{Colours, Theme, black_on_white};
use tagout::domain::user::Role;
use tagout::wire::Welcome;

use super::world::{World, now};

/// A console and a world.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) world: World,
    pub(crate) size: (u16, u16),
    /// What the console wanted besides asking, in order.
    pub(crate) effects: Vec<Effect>,
    /// What was exported.
    pub(crate) paper: Paper,
}

/// The file, as the loop makes it.
#[derive(Default)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) is_whole: bool,
    /// Why it cannot be made.
    pub(crate) refused: Option<String>,
}

impl Paper {
    pub(crate) fn take(&mut self, writing: Writing) -> Option<Result<(), String>> {
        match writing {
            Writing::Begin(name) => self.name = name,
            Writing::Lines(lines) => self.text += &lines,
            Writing::End => self.is_whole = true,
            Writing::Abandon => {
                self.text.clear();
                return None;
            }
        }
        Some(self.refused.clone().map_or(Ok(()), Err))
    }
}

/// How a console is opened.
pub(crate) struct Setting {
    pub(crate) role: Role,
    pub(crate) read_only: bool,
    pub(crate) glyphs: Glyphs,
    pub(crate) size: (u16, u16),
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            role: Role::Owner,
            read_only: false,
            glyphs: UTF8,
            size: (120, 40),
        }
    }
}

/// Who the server says we are.
pub(crate) fn welcome(role: Role, read_only: bool) -> Welcome {
    Welcome {
        protocol: 1,
        version: "0.1.0".into(),
        workspace: "Acme GmbH".into(),
        user: "alice".into(),
        role,
        read_only,
        address: Some("10.0.3.7".into()),
    }
}

impl Desk {
    /// An Owner before a world of this size.
    pub(crate) fn new(world: World, width: u16, height: u16) -> Self {
        Self::with(
            world,
            Setting {
                size: (width, height),
                ..Setting::default()
            },
        )
    }

    /// The console, started and answered.
    pub(crate) fn with(world: World, setting: Setting) -> Self {
        let look = Appearance {
            theme: Theme::terminal(Colours::Sixteen).unwrap(),
            glyphs: setting.glyphs,
            zone: TimeZone::UTC,
            now: now(),
            exact: false,
            black_on_white: black_on_white(Colours::Sixteen).filter(|_| setting.glyphs == UTF8),
        };
        let (width, height) = setting.size;
        let keymap = Keymap::load(keymap::DEFAULT).unwrap();
        let welcome = welcome(setting.role, setting.read_only);
        let app = App::new(welcome, keymap, look, Size::new(width, height));
        let mut desk = Self {
            app,
            world,
            size: setting.size,
            effects: Vec::new(),
            paper: Paper::default(),
        };
        let effects = desk.app.start();
        desk.perform(effects);
        desk
    }

    /// An ASCII terminal of 80x24.
    pub(crate) fn ascii(world: World) -> Self {
        Self::with(
            world,
            Setting {
                glyphs: ASCII,
                size: (80, 24),
                ..Setting::default()
            },
        )
    }

    /// Types keys: characters as they are, names in angle brackets (`<Enter>`).
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let (key, len) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, _)) => (named(name), name.len() + 2),
                None => (Key::Char(c), c.len_utf8()),
            };
            rest = &rest[len..];
            self.event(Event::Key(key));
            self.app.painted();
        }
        self
    }

    /// Hands an event over, and answers what it makes the console ask.
    pub(crate) fn event(&mut self, event: Event) -> &mut Self {
        let effects = self.app.update(event);
        self.perform(effects);
        self
    }

    /// Answers what the console asks.
    pub(crate) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(number, request) => {
                    let result = self.world.reply(&request);
                    let next = self.app.update(Event::Reply(number, result));
                    self.perform(next);
                }
                Effect::Export(writing) => {
                    if let Some(went) = self.paper.take(writing) {
                        let next = self.app.update(Event::Written(went));
                        self.perform(next);
                    }
                }
                other => self.effects.push(other),
            }
        }
    }

    /// The screen as text, without the spaces at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        let (width, height) = self.size;
        frame_text(&self.app, Size::new(width, height))
    }
}

fn named(name: &str) -> Key {
    match name {
        "Enter" => Key::Enter,
        "Esc" => Key::Esc,
        "Tab" => Key::Tab,
        "BackTab" => Key::BackTab,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "PgDn" => Key::PageDown,
        "PgUp" => Key::PageUp,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Backspace" => Key::Backspace,
        "Space" => Key::Char(' '),
        "C-d" => Key::Ctrl('d'),
        "C-c" => Key::Ctrl('c'),
        "C-l" => Key::Ctrl('l'),
        "C-u" => Key::Ctrl('u'),
        "C-z" => Key::Ctrl('z'),
        other => panic!("no key {other}"),
    }
}
