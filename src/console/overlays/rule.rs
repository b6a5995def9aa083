//! A routing rule: a new one, or one that is changed.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedDone, AwaitedReply, IncomingReply};
use crate::console::command::{Danger, KeyPlace};
use crate::console::context::{Action, Context, Facts, ItemTarget};
use crate::console::event::Key;
use crate::console::widgets::field::TextField;
use crate::console::widgets::{cycle, pick};
use crate::domain::condition::Condition;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::Request;
use crate::wire::view::{MappingField, Subscription};
use crate::wire::{Problem, rpc};

mod draw;
mod parts;
mod values;

use parts::{ASKS, RuleFocus, RuleTest, parts};

/// Where the dialog stands.
#[derive(Debug)]
enum RuleStage {
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
struct RuleReplies {
    fields: AwaitedReply<rpc::MappingFields>,
    subscriptions: AwaitedReply<rpc::Subscriptions>,
    saved: AwaitedDone,
}

/// The dialog.
#[derive(Debug)]
pub struct RuleDialog {
    target: ItemTarget,
    asked: RuleReplies,
    face: RuleStage,
    /// The fields of every entity.
    fields: Option<Vec<MappingField>>,
    subscriptions: Option<Vec<Subscription>>,
    /// The entity that is chosen.
    entity: String,
    /// Where the field stands that is chosen; empty for every record.
    field: String,
    asks: RuleTest,
    /// What the field is compared with.
    value: TextField,
    /// The subscription that is chosen, by id.
    to: String,
    /// The part that has the focus.
    at: RuleFocus,
    said: String,
}

impl RuleDialog {
    /// A new one, or the one that the target has.
    #[must_use]
    pub fn new(target: ItemTarget) -> Self {
        let item = target.item.as_ref();
        let (asks, value) = RuleTest::of(item.and_then(|it| it.condition.as_ref()));
        // What was kept before rules had effect names no field.
        let field = item.filter(|it| it.condition.is_some());
        Self {
            asked: RuleReplies::default(),
            face: RuleStage::Looking,
            fields: None,
            subscriptions: None,
            entity: item.map(|it| it.entity.clone()).unwrap_or_default(),
            field: field.map(|it| it.from.clone()).unwrap_or_default(),
            asks,
            value: TextField::new(&value),
            to: item.map(|it| it.to.clone()).unwrap_or_default(),
            at: match item {
                Some(_) => RuleFocus::Field,
                None => RuleFocus::Entity,
            },
            said: String::new(),
            target,
        }
    }

    fn parts(&self) -> Vec<RuleFocus> {
        parts(self.target.item.is_some(), &self.field, self.asks)
    }

    fn step(&mut self, forward: bool) {
        self.at = cycle::neighbour(&self.parts(), &self.at, forward).unwrap_or(RuleFocus::Cancel);
    }

    fn entities(&self) -> Vec<String> {
        let fields = self.fields.iter().flatten();
        let mut entities: Vec<String> = fields.map(|it| it.entity.clone()).collect();
        entities.dedup();
        entities
    }

    /// What can be chosen: every record, then a field that the rule has and the entity does not, then the entity's fields.
    fn choices(&self) -> Vec<RuleField<'_>> {
        let of_it = self.fields.iter().flatten();
        let fields: Vec<RuleField<'_>> = of_it
            .filter(|it| it.entity == self.entity)
            .map(|it| RuleField::Field {
                pointer: it.each.as_deref().unwrap_or(&it.pointer),
                example: it.example.as_deref().unwrap_or_default(),
            })
            .collect();
        let kept = self.target.item.as_ref().map(|it| it.from.as_str());
        let unknown = kept.filter(|kept| fields.iter().all(|it| it.pointer() != *kept));
        let mut choices = vec![RuleField::Every];
        choices.extend(unknown.filter(|it| !it.is_empty()).map(RuleField::Unknown));
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
            RuleFocus::Entity => {
                if let Some(next) = cycle::neighbour(&self.entities(), &self.entity, forward) {
                    (self.entity, self.field) = (next, String::new());
                }
            }
            RuleFocus::Asks => {
                self.asks = cycle::neighbour(&ASKS, &self.asks, forward).unwrap_or(self.asks);
            }
            RuleFocus::To => {
                let all = self.subscriptions.iter().flatten();
                let ids: Vec<String> = all.map(|it| it.id.to_string()).collect();
                self.to = cycle::neighbour(&ids, &self.to, forward).unwrap_or_default();
            }
            RuleFocus::Save | RuleFocus::Cancel => self.step(forward),
            RuleFocus::Field | RuleFocus::Value => {}
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
        self.face = RuleStage::Asking;
    }

    /// The subscription that is chosen, where it is one.
    fn subscription(&self) -> Option<&Subscription> {
        let mut all = self.subscriptions.iter().flatten();
        all.find(|it| it.id.as_str() == self.to)
    }

    /// What is asked, or why nothing can be sent.
    fn condition(&self, cx: &Context<'_>) -> Result<Condition, String> {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            return Err(why);
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

    fn save(&mut self, cx: &mut Context<'_>) -> OverlayState {
        let condition = match self.condition(cx) {
            Ok(condition) => condition,
            Err(said) => {
                self.said = said;
                return OverlayState::Stay;
            }
        };
        let request = match &self.target.item {
            Some(item) => Request::ConfigEdit(rpc::ConfigEdit {
                id: item.id.clone(),
                from: Some(self.field.clone()),
                to: Some(self.to.clone()),
                condition: Some(condition),
            }),
            None => Request::ConfigAdd(rpc::ConfigAdd {
                connection: self.target.connection.clone(),
                kind: ConfigKind::Routing,
                entity: self.entity.clone(),
                from: self.field.clone(),
                to: self.to.clone(),
                condition: Some(condition),
            }),
        };
        self.asked.saved = cx.ask_any(request);
        self.face = RuleStage::Saving;
        OverlayState::Stay
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        self.said.clear();
        match (self.at, key) {
            (RuleFocus::Save, Key::Enter) => return self.save(cx),
            (RuleFocus::Cancel, Key::Enter) => return OverlayState::Close,
            (_, Key::Enter | Key::Tab) => self.step(true),
            (_, Key::BackTab) => self.step(false),
            (RuleFocus::Field, key) if self.move_field(key) => {}
            (RuleFocus::Value, key) if self.value.key(key) => {}
            (_, Key::Up) => self.step(false),
            (_, Key::Down) => self.step(true),
            (_, Key::Left) => self.turn(false),
            (_, Key::Right | Key::Char(' ')) => self.turn(true),
            _ => {}
        }
        OverlayState::Stay
    }
}

/// What a rule can look at.
#[derive(Debug, Clone, Copy)]
enum RuleField<'a> {
    /// Every record.
    Every,
    /// A field that is not, or no more, among those of the entity.
    Unknown(&'a str),
    /// One of the entity's fields.
    Field { pointer: &'a str, example: &'a str },
}

impl<'a> RuleField<'a> {
    /// Where it stands; empty for every record.
    fn pointer(self) -> &'a str {
        match self {
            Self::Every => "",
            Self::Unknown(pointer) | Self::Field { pointer, .. } => pointer,
        }
    }
}

impl Overlay for RuleDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configure
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        self.asked.fields = cx.ask(rpc::MappingFields {
            connection: self.target.connection.clone(),
            entity: None,
        });
        self.asked.subscriptions = cx.ask(rpc::Subscriptions);
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, input) {
            (RuleStage::Saving, Input::Key(Key::Esc, _)) => return OverlayState::close_unheard(cx),
            (_, Input::Key(Key::Esc, _)) => return OverlayState::Close,
            (RuleStage::Failed(_), Input::Key(Key::Enter, _)) => {
                let is_here = self.fields.is_some() && self.subscriptions.is_some();
                if !is_here {
                    return OverlayState::Close;
                }
                self.face = RuleStage::Asking;
            }
            (RuleStage::Asking, Input::Key(key, _)) => return self.key(key, cx),
            (RuleStage::Asking, Input::Paste(paste)) if self.at == RuleFocus::Value => {
                self.value.paste(&paste);
            }
            (RuleStage::Asking, Input::Paste(_)) => {
                "A paste goes into a field; it was dropped.".clone_into(&mut self.said);
            }
            (RuleStage::Looking | RuleStage::Saving | RuleStage::Failed(_), _) => {}
        }
        OverlayState::Stay
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        if let Some(Err(problem)) = match self.asked.fields.take(heard) {
            Some(Ok(fields)) => {
                self.fields = Some(fields);
                Some(Ok(()))
            }
            Some(Err(problem)) => Some(Err(problem)),
            None => None,
        } {
            self.face = RuleStage::Failed(problem);
            return OverlayState::Renew;
        }
        match self.asked.subscriptions.take(heard) {
            Some(Ok(all)) => self.subscriptions = Some(all),
            Some(Err(problem)) => {
                self.face = RuleStage::Failed(problem);
                return OverlayState::Renew;
            }
            None => {}
        }
        match self.asked.saved.take(heard) {
            Some(Ok(())) => {
                cx.done("The routing rule is kept.".to_owned());
                cx.actions.push(Action::Refresh);
                return OverlayState::Close;
            }
            Some(Err(problem)) => self.face = RuleStage::Failed(problem),
            None if matches!(self.face, RuleStage::Looking) => self.came(),
            None => return OverlayState::Stay,
        }
        OverlayState::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match (&self.face, self.at) {
            (RuleStage::Looking | RuleStage::Saving, _) => &[("Esc", "close")],
            (RuleStage::Failed(_), _) => &[("Enter", "change it"), ("Esc", "close")],
            (RuleStage::Asking, RuleFocus::Entity | RuleFocus::Asks | RuleFocus::To) => {
                &[("Right", "another"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (RuleStage::Asking, RuleFocus::Field) => {
                &[("Up Down", "choose"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (RuleStage::Asking, RuleFocus::Value | RuleFocus::Save | RuleFocus::Cancel) => {
                &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")]
            }
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
