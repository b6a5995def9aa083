//! A channel or a field mapping: a new one, or one that is changed. A routing rule has a dialog of its own.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, Then};
use crate::console::asked::{Awaited, AwaitedEnd, Heard};
use crate::console::command::{Danger, Place};
use crate::console::context::{Cx, Facts, ItemTarget, Out};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::widgets::field::Field;
use crate::console::widgets::{pick, ring};
use crate::wire::Problem;
use crate::wire::ask;
use crate::wire::request::{MAX_ROWS, Request, Window};

mod choices;
mod draw;

use choices::Choice;
pub use choices::Kind;

/// Where the dialog stands.
#[derive(Debug)]
enum Face {
    /// What there is to choose from is asked for.
    Looking,
    /// It can be filled in.
    Asking,
    /// It was sent.
    Saving,
    /// It was refused; what was filled in is kept.
    Failed(Problem),
}

/// A part of the dialog that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// One of the entities of the provider.
    Entity,
    /// One of the entity's fields, or of the vendor's channels.
    Pick,
    /// The vendor's side, typed: of a channel a part of its name, or its id.
    From,
    /// Our side, typed.
    To,
    Save,
    Cancel,
}

/// What is waited for.
#[derive(Debug, Default)]
struct Asked {
    fields: Awaited<ask::MappingFields>,
    channels: Awaited<ask::Channels>,
    saved: AwaitedEnd,
}

/// The dialog.
#[derive(Debug)]
pub struct Item {
    kind: Kind,
    target: ItemTarget,
    asked: Asked,
    face: Face,
    /// What can be mapped, of every entity, or the channels.
    choices: Vec<Choice>,
    /// The entity that is chosen, for a mapping.
    entity: String,
    /// Which of its fields is chosen.
    picked: usize,
    from: Field,
    to: Field,
    /// Which of the parts has the focus.
    at: usize,
    said: String,
}

impl Item {
    /// A new one, or the one that the target has.
    #[must_use]
    pub fn new(kind: Kind, target: ItemTarget) -> Self {
        let of = |text: fn(&crate::wire::view::Config) -> &str| {
            target
                .item
                .as_ref()
                .map(text)
                .unwrap_or_default()
                .to_owned()
        };
        let (entity, from, to) = (of(|it| &it.entity), of(|it| &it.from), of(|it| &it.to));
        Self {
            kind,
            asked: Asked::default(),
            face: Face::Looking,
            choices: Vec::new(),
            picked: 0,
            from: Field::new(&from),
            to: Field::new(&to),
            entity,
            at: 0,
            said: String::new(),
            target,
        }
    }

    /// What can be filled in, in order. What an item is about stays as it is.
    fn parts(&self) -> &'static [Part] {
        match (self.kind, &self.target.item) {
            (Kind::Mapping, None) => {
                &[Part::Entity, Part::Pick, Part::To, Part::Save, Part::Cancel]
            }
            (Kind::Mapping, Some(_)) => &[Part::Pick, Part::To, Part::Save, Part::Cancel],
            (Kind::Channel, _) => &[Part::From, Part::Pick, Part::To, Part::Save, Part::Cancel],
        }
    }

    fn part(&self) -> Part {
        self.parts().get(self.at).copied().unwrap_or(Part::Cancel)
    }

    fn step(&mut self, by: usize) {
        self.at = (self.at + by) % self.parts().len();
    }

    /// The entities that have something to map.
    fn entities(&self) -> Vec<&str> {
        let mut entities: Vec<&str> = self.choices.iter().map(|it| it.entity.as_str()).collect();
        entities.dedup();
        entities
    }

    /// The fields of the entity that is chosen, or the channels that have what is typed in their names.
    fn offered(&self) -> Vec<&Choice> {
        let typed = self.from.text();
        let text = match self.kind {
            Kind::Channel => typed.trim(),
            Kind::Mapping => "",
        };
        let is_offered = |it: &&Choice| it.entity == self.entity && it.has(text);
        self.choices.iter().filter(is_offered).collect()
    }

    fn next_entity(&mut self, forward: bool) {
        let entities = self.entities();
        let next = ring::neighbour(&entities, &self.entity.as_str(), forward);
        if let Some(next) = next.map(str::to_owned) {
            self.entity = next;
            self.picked = 0;
        }
    }

    fn pick(&mut self, to: usize) {
        self.picked = to.min(self.offered().len().saturating_sub(1));
    }

    /// Whether the key moves within what is offered.
    fn move_pick(&mut self, key: Key) -> bool {
        let to = pick::moved(key, self.picked, self.offered().len());
        self.picked = to.unwrap_or(self.picked);
        to.is_some()
    }

    /// What there is to choose from has come.
    fn came(&mut self, choices: impl IntoIterator<Item = impl Into<Choice>>) {
        self.choices = choices.into_iter().map(Into::into).collect();
        if self.entity.is_empty() {
            let first = self.entities().first().map(|it| (*it).to_owned());
            self.entity = first.unwrap_or_default();
        }
        // What it has stays what it has, also where the list does not know it.
        if let Some(item) = &self.target.item {
            let is_it = |it: &Choice| it.entity == item.entity && it.from == item.from;
            if !item.from.is_empty() && !self.choices.iter().any(is_it) {
                self.choices.insert(0, Choice::kept(self.kind, item));
            }
            let mut offered = self.offered().into_iter();
            self.picked = offered.position(is_it).unwrap_or_default();
        }
        self.face = Face::Asking;
    }

    /// The vendor's side as it is filled in.
    fn vendors(&self) -> String {
        let typed = self.from.text();
        let offered = self.offered();
        let picked = offered.get(self.picked).map(|it| it.from.as_str());
        let from = match self.kind {
            Kind::Mapping => picked.unwrap_or_default(),
            // One that is not among the first is found by its name.
            Kind::Channel => picked.unwrap_or(typed.trim()),
        };
        from.to_owned()
    }

    fn save(&mut self, cx: &mut Cx<'_>) -> Then {
        if let Some(why) = cx.facts.refuses(Danger::Changes) {
            self.said = format!("Not sent: {why}.");
            return Then::Stay;
        }
        let (from, to) = (self.vendors(), self.to.text().trim().to_owned());
        // A channel that nobody names is called as the vendor calls it.
        let is_named = !to.is_empty() || self.kind == Kind::Channel;
        if from.is_empty() || !is_named {
            "Both sides are wanted.".clone_into(&mut self.said);
            return Then::Stay;
        }
        let request = match &self.target.item {
            Some(item) => Request::ConfigEdit(ask::ConfigEdit {
                id: item.id.clone(),
                from: Some(from),
                to: Some(to).filter(|to| !to.is_empty()),
                condition: None,
            }),
            None => Request::ConfigAdd(ask::ConfigAdd {
                connection: self.target.connection.clone(),
                kind: self.kind.config(),
                entity: self.entity.clone(),
                from,
                to,
                condition: None,
            }),
        };
        self.asked.saved = cx.ask_any(request);
        self.face = Face::Saving;
        Then::Stay
    }

    fn enter(&mut self, cx: &mut Cx<'_>) -> Then {
        match self.part() {
            Part::Save => return self.save(cx),
            Part::Cancel => return Then::Close,
            Part::Entity | Part::Pick | Part::From | Part::To => self.step(1),
        }
        Then::Stay
    }

    /// It was saved, or refused.
    fn saved(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        match self.asked.saved.take(heard) {
            Some(Ok(())) => {
                cx.say(format!("The {} is kept.", self.kind.one()));
                cx.outs.push(Out::Refresh);
                Then::Close
            }
            Some(Err(problem)) => {
                self.face = Face::Failed(problem);
                Then::Renew
            }
            None => Then::Stay,
        }
    }

    /// The field that is typed into, when one has the focus.
    fn typed(&mut self) -> Option<&mut Field> {
        match self.part() {
            Part::From => Some(&mut self.from),
            Part::To => Some(&mut self.to),
            Part::Entity | Part::Pick | Part::Save | Part::Cancel => None,
        }
    }

    fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> Then {
        self.said.clear();
        let back = self.parts().len() - 1;
        match (self.part(), key) {
            (_, Key::Enter) => return self.enter(cx),
            (_, Key::Tab) => self.step(1),
            (_, Key::BackTab) => self.step(back),
            (Part::Pick, key) if self.move_pick(key) => {}
            (_, Key::Down) => self.step(1),
            (_, Key::Up) => self.step(back),
            (Part::Entity, Key::Left) => self.next_entity(false),
            (Part::Entity, Key::Right | Key::Char(' ')) => self.next_entity(true),
            (Part::Save, Key::Right) => self.step(1),
            (Part::Cancel, Key::Left) => self.step(back),
            _ => {
                if let Some(field) = self.typed() {
                    field.key(key);
                    self.pick(self.picked);
                }
            }
        }
        Then::Stay
    }
}

impl Overlay for Item {
    fn place(&self) -> Place {
        Place::Configure
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        let connection = self.target.connection.clone();
        let item = self.target.item.as_ref();
        match self.kind {
            Kind::Mapping => {
                self.asked.fields = cx.ask(ask::MappingFields {
                    connection,
                    entity: item.map(|item| item.entity.clone()),
                });
            }
            Kind::Channel => {
                self.asked.channels = cx.ask(ask::Channels {
                    connection,
                    window: Window {
                        limit: MAX_ROWS,
                        ..Window::default()
                    },
                });
            }
        }
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match (&self.face, input) {
            (_, Input::Key(Key::Esc, _)) => return Then::Close,
            (Face::Failed(_), Input::Key(Key::Enter, _))
                if self.choices.is_empty() && self.kind == Kind::Mapping =>
            {
                return Then::Close;
            }
            (Face::Failed(_), Input::Key(Key::Enter, _)) => self.face = Face::Asking,
            (Face::Asking, Input::Key(key, _)) => return self.key(key, cx),
            (Face::Asking, Input::Paste(paste)) => match self.typed() {
                Some(field) => field.paste(&paste),
                None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
            },
            _ => {}
        }
        Then::Stay
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        let fields = self.asked.fields.take(heard);
        let channels = self.asked.channels.take(heard);
        match (fields, channels) {
            (Some(Ok(fields)), _) => self.came(fields),
            (None, Some(Ok(page))) => self.came(page.rows),
            (Some(Err(problem)), _) | (None, Some(Err(problem))) => {
                self.face = Face::Failed(problem);
            }
            (None, None) => return self.saved(heard, cx),
        }
        Then::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match (&self.face, self.part()) {
            (Face::Looking | Face::Saving, _) => &[("Esc", "close")],
            (Face::Failed(_), _) => &[("Enter", "change it"), ("Esc", "close")],
            (Face::Asking, Part::Entity) => {
                &[("Right", "another"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (Face::Asking, Part::Pick) => {
                &[("Up Down", "choose"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (Face::Asking, _) => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
