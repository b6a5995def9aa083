//! A routing rule: a new one, or one that is changed.

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
use crate::domain::condition::Condition;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::Request;
use crate::wire::view::{MappingField, Subscription};
use crate::wire::{Problem, ask};

mod draw;
mod parts;
mod values;

use parts::{ASKS, Asks, Part, parts};

/// Where the dialog stands.
#[derive(Debug)]
enum Face {
    /// Fields and subscriptions are asked for.
    Looking,
    /// It can be filled in.
    Asking,
    /// It was sent.
    Saving,
    /// It was refused; what was filled in is kept.
    Failed(Problem),
}

/// What is waited for.
#[derive(Debug, Default)]
struct Asked {
    fields: Awaited<ask::MappingFields>,
    subscriptions: Awaited<ask::Subscriptions>,
    saved: AwaitedEnd,
}

/// The dialog.
#[derive(Debug)]
pub struct Rule {
    target: ItemTarget,
    asked: Asked,
    face: Face,
    /// The fields of every entity.
    fields: Option<Vec<MappingField>>,
    subscriptions: Option<Vec<Subscription>>,
    /// The entity that is chosen.
    entity: String,
    /// Where the field stands that is chosen; empty for every record.
    field: String,
    asks: Asks,
    /// What the field is compared with.
    value: Field,
    /// The subscription that is chosen, by id.
    to: String,
    /// The part that has the focus.
    at: Part,
    said: String,
}

impl Rule {
    /// A new one, or the one that the target has.
    #[must_use]
    pub fn new(target: ItemTarget) -> Self {
        let item = target.item.as_ref();
        let (asks, value) = Asks::of(item.and_then(|it| it.condition.as_ref()));
        // What was kept before rules had effect names no field.
        let field = item.filter(|it| it.condition.is_some());
        Self {
            asked: Asked::default(),
            face: Face::Looking,
            fields: None,
            subscriptions: None,
            entity: item.map(|it| it.entity.clone()).unwrap_or_default(),
            field: field.map(|it| it.from.clone()).unwrap_or_default(),
            asks,
            value: Field::new(&value),
            to: item.map(|it| it.to.clone()).unwrap_or_default(),
            at: match item {
                Some(_) => Part::Field,
                None => Part::Entity,
            },
            said: String::new(),
            target,
        }
    }

    fn parts(&self) -> Vec<Part> {
        parts(self.target.item.is_some(), &self.field, self.asks)
    }

    fn step(&mut self, forward: bool) {
        self.at = ring::neighbour(&self.parts(), &self.at, forward).unwrap_or(Part::Cancel);
    }

    fn entities(&self) -> Vec<String> {
        let fields = self.fields.iter().flatten();
        let mut entities: Vec<String> = fields.map(|it| it.entity.clone()).collect();
        entities.dedup();
        entities
    }

    /// What can be chosen: every record, then a field that the rule has and the entity does not, then the entity's fields.
    fn choices(&self) -> Vec<Choice<'_>> {
        let of_it = self.fields.iter().flatten();
        let fields: Vec<Choice<'_>> = of_it
            .filter(|it| it.entity == self.entity)
            .map(|it| Choice::Field {
                pointer: it.each.as_deref().unwrap_or(&it.pointer),
                example: it.example.as_deref().unwrap_or_default(),
            })
            .collect();
        let kept = self.target.item.as_ref().map(|it| it.from.as_str());
        let unknown = kept.filter(|kept| fields.iter().all(|it| it.pointer() != *kept));
        let mut choices = vec![Choice::Every];
        choices.extend(unknown.filter(|it| !it.is_empty()).map(Choice::Unknown));
        choices.extend(fields);
        choices
    }

    /// Which of the choices is chosen.
    fn picked(&self) -> usize {
        let mut choices = self.choices().into_iter();
        choices
            .position(|it| it.pointer() == self.field)
            .unwrap_or_default()
    }

    /// Whether the key moves within the fields.
    fn move_field(&mut self, key: Key) -> bool {
        let choices = self.choices();
        let Some(to) = pick::moved(key, self.picked(), choices.len()) else {
            return false;
        };
        let to = choices.get(to).map(|it| it.pointer().to_owned());
        self.field = to.unwrap_or_default();
        true
    }

    /// The next or the one before of what is chosen with Left and Right.
    fn turn(&mut self, forward: bool) {
        match self.at {
            Part::Entity => {
                if let Some(next) = ring::neighbour(&self.entities(), &self.entity, forward) {
                    (self.entity, self.field) = (next, String::new());
                }
            }
            Part::Asks => {
                self.asks = ring::neighbour(&ASKS, &self.asks, forward).unwrap_or(self.asks);
            }
            Part::To => {
                let all = self.subscriptions.iter().flatten();
                let ids: Vec<String> = all.map(|it| it.id.to_string()).collect();
                self.to = ring::neighbour(&ids, &self.to, forward).unwrap_or_default();
            }
            Part::Save | Part::Cancel => self.step(forward),
            Part::Field | Part::Value => {}
        }
    }

    /// What can be chosen has come, or a part of it.
    fn came(&mut self) {
        if self.fields.is_none() {
            return;
        }
        let Some(subscriptions) = &self.subscriptions else {
            return;
        };
        // A rule that leads nowhere is not led elsewhere by opening it.
        if self.target.item.is_none() && self.to.is_empty() {
            let first = subscriptions.first().map(|it| it.id.to_string());
            self.to = first.unwrap_or_default();
        }
        if self.entity.is_empty() {
            self.entity = self.entities().into_iter().next().unwrap_or_default();
        }
        self.face = Face::Asking;
    }

    /// The subscription that is chosen, where it is one.
    fn subscription(&self) -> Option<&Subscription> {
        let mut all = self.subscriptions.iter().flatten();
        all.find(|it| it.id.as_str() == self.to)
    }

    /// What is asked, or why nothing can be sent.
    fn condition(&self, cx: &Cx<'_>) -> Result<Condition, String> {
        if let Some(why) = cx.facts.refuses(Danger::Changes) {
            return Err(format!("Not sent: {why}."));
        }
        if self.subscription().is_none() {
            return Err("A subscription is wanted.".to_owned());
        }
        if self.field.is_empty() {
            return Ok(Condition::Every);
        }
        let typed = self.value.text();
        let condition = self.asks.condition(&typed).map_err(|it| it.to_string())?;
        match condition.check() {
            Ok(()) => Ok(condition),
            Err(_) if typed.trim().is_empty() => {
                Err("What it is compared with is wanted.".to_owned())
            }
            Err(wrong) => Err(format!("Not sent: {wrong}.")),
        }
    }

    fn save(&mut self, cx: &mut Cx<'_>) -> Then {
        let condition = match self.condition(cx) {
            Ok(condition) => condition,
            Err(said) => {
                self.said = said;
                return Then::Stay;
            }
        };
        let request = match &self.target.item {
            Some(item) => Request::ConfigEdit(ask::ConfigEdit {
                id: item.id.clone(),
                from: Some(self.field.clone()),
                to: Some(self.to.clone()),
                condition: Some(condition),
            }),
            None => Request::ConfigAdd(ask::ConfigAdd {
                connection: self.target.connection.clone(),
                kind: ConfigKind::Routing,
                entity: self.entity.clone(),
                from: self.field.clone(),
                to: self.to.clone(),
                condition: Some(condition),
            }),
        };
        self.asked.saved = cx.ask_any(request);
        self.face = Face::Saving;
        Then::Stay
    }

    fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> Then {
        self.said.clear();
        match (self.at, key) {
            (Part::Save, Key::Enter) => return self.save(cx),
            (Part::Cancel, Key::Enter) => return Then::Close,
            (_, Key::Enter | Key::Tab) => self.step(true),
            (_, Key::BackTab) => self.step(false),
            (Part::Field, key) if self.move_field(key) => {}
            (Part::Value, key) if self.value.key(key) => {}
            (_, Key::Up) => self.step(false),
            (_, Key::Down) => self.step(true),
            (_, Key::Left) => self.turn(false),
            (_, Key::Right | Key::Char(' ')) => self.turn(true),
            _ => {}
        }
        Then::Stay
    }
}

/// What a rule can look at.
#[derive(Debug, Clone, Copy)]
enum Choice<'a> {
    /// Every record.
    Every,
    /// A field that is not, or no more, among those of the entity.
    Unknown(&'a str),
    /// One of the entity's fields.
    Field { pointer: &'a str, example: &'a str },
}

impl<'a> Choice<'a> {
    /// Where it stands; empty for every record.
    fn pointer(self) -> &'a str {
        match self {
            Self::Every => "",
            Self::Unknown(pointer) | Self::Field { pointer, .. } => pointer,
        }
    }
}

impl Overlay for Rule {
    fn place(&self) -> Place {
        Place::Configure
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        self.asked.fields = cx.ask(ask::MappingFields {
            connection: self.target.connection.clone(),
            entity: None,
        });
        self.asked.subscriptions = cx.ask(ask::Subscriptions);
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match (&self.face, input) {
            (_, Input::Key(Key::Esc, _)) => return Then::Close,
            (Face::Failed(_), Input::Key(Key::Enter, _)) => {
                let is_here = self.fields.is_some() && self.subscriptions.is_some();
                if !is_here {
                    return Then::Close;
                }
                self.face = Face::Asking;
            }
            (Face::Asking, Input::Key(key, _)) => return self.key(key, cx),
            (Face::Asking, Input::Paste(paste)) if self.at == Part::Value => {
                self.value.paste(&paste);
            }
            (Face::Asking, Input::Paste(_)) => {
                "A paste goes into a field; it was dropped.".clone_into(&mut self.said);
            }
            (Face::Looking | Face::Saving | Face::Failed(_), _) => {}
        }
        Then::Stay
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        if let Some(Err(problem)) = match self.asked.fields.take(heard) {
            Some(Ok(fields)) => {
                self.fields = Some(fields);
                Some(Ok(()))
            }
            Some(Err(problem)) => Some(Err(problem)),
            None => None,
        } {
            self.face = Face::Failed(problem);
            return Then::Renew;
        }
        match self.asked.subscriptions.take(heard) {
            Some(Ok(all)) => self.subscriptions = Some(all),
            Some(Err(problem)) => {
                self.face = Face::Failed(problem);
                return Then::Renew;
            }
            None => {}
        }
        match self.asked.saved.take(heard) {
            Some(Ok(())) => {
                cx.say("The routing rule is kept.".to_owned());
                cx.outs.push(Out::Refresh);
                return Then::Close;
            }
            Some(Err(problem)) => self.face = Face::Failed(problem),
            None if matches!(self.face, Face::Looking) => self.came(),
            None => return Then::Stay,
        }
        Then::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match (&self.face, self.at) {
            (Face::Looking | Face::Saving, _) => &[("Esc", "close")],
            (Face::Failed(_), _) => &[("Enter", "change it"), ("Esc", "close")],
            (Face::Asking, Part::Entity | Part::Asks | Part::To) => {
                &[("Right", "another"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (Face::Asking, Part::Field) => {
                &[("Up Down", "choose"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (Face::Asking, Part::Value | Part::Save | Part::Cancel) => {
                &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")]
            }
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
