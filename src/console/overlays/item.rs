//! A channel or a field mapping: a new one, or one that is changed. A routing rule has a dialog of its own.

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
use crate::wire::Problem;
use crate::wire::request::{MAX_ROWS, Request, Window};
use crate::wire::rpc;

mod choices;
mod draw;

pub use choices::ItemKind;
use choices::VendorSide;

/// Where the dialog stands.
#[derive(Debug)]
enum ItemStage {
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
enum ItemFocus {
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
struct ItemReplies {
    fields: AwaitedReply<rpc::MappingFields>,
    channels: AwaitedReply<rpc::Channels>,
    saved: AwaitedDone,
}

/// The dialog.
#[derive(Debug)]
pub struct ItemDialog {
    kind: ItemKind,
    target: ItemTarget,
    asked: ItemReplies,
    face: ItemStage,
    /// What can be mapped, of every entity, or the channels.
    choices: Vec<VendorSide>,
    /// The entity that is chosen, for a mapping.
    entity: String,
    /// Which of its fields is chosen.
    picked: usize,
    from: TextField,
    to: TextField,
    /// Which of the parts has the focus.
    at: usize,
    said: String,
}

impl ItemDialog {
    /// A new one, or the one that the target has.
    #[must_use]
    pub fn new(kind: ItemKind, target: ItemTarget) -> Self {
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
            asked: ItemReplies::default(),
            face: ItemStage::Looking,
            choices: Vec::new(),
            picked: 0,
            from: TextField::new(&from),
            to: TextField::new(&to),
            entity,
            at: 0,
            said: String::new(),
            target,
        }
    }

    /// What can be filled in, in order. What an item is about stays as it is.
    fn parts(&self) -> &'static [ItemFocus] {
        match (self.kind, &self.target.item) {
            (ItemKind::Mapping, None) => &[
                ItemFocus::Entity,
                ItemFocus::Pick,
                ItemFocus::To,
                ItemFocus::Save,
                ItemFocus::Cancel,
            ],
            (ItemKind::Mapping, Some(_)) => &[
                ItemFocus::Pick,
                ItemFocus::To,
                ItemFocus::Save,
                ItemFocus::Cancel,
            ],
            (ItemKind::Channel, _) => &[
                ItemFocus::From,
                ItemFocus::Pick,
                ItemFocus::To,
                ItemFocus::Save,
                ItemFocus::Cancel,
            ],
        }
    }

    fn part(&self) -> ItemFocus {
        self.parts()
            .get(self.at)
            .copied()
            .unwrap_or(ItemFocus::Cancel)
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
    fn offered(&self) -> Vec<&VendorSide> {
        let typed = self.from.text();
        let text = match self.kind {
            ItemKind::Channel => typed.trim(),
            ItemKind::Mapping => "",
        };
        let is_offered = |it: &&VendorSide| it.entity == self.entity && it.has(text);
        self.choices.iter().filter(is_offered).collect()
    }

    fn next_entity(&mut self, forward: bool) {
        let entities = self.entities();
        let next = cycle::neighbour(&entities, &self.entity.as_str(), forward);
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
    fn came(&mut self, choices: impl IntoIterator<Item = impl Into<VendorSide>>) {
        self.choices = choices.into_iter().map(Into::into).collect();
        if self.entity.is_empty() {
            let first = self.entities().first().map(|it| (*it).to_owned());
            self.entity = first.unwrap_or_default();
        }
        // What it has stays what it has, also where the list does not know it.
        if let Some(item) = &self.target.item {
            let is_it = |it: &VendorSide| it.entity == item.entity && it.from == item.from;
            if !item.from.is_empty() && !self.choices.iter().any(is_it) {
                self.choices.insert(0, VendorSide::kept(self.kind, item));
            }
            let mut offered = self.offered().into_iter();
            self.picked = offered.position(is_it).unwrap_or_default();
        }
        self.face = ItemStage::Asking;
    }

    /// The vendor's side as it is filled in.
    fn vendors(&self) -> String {
        let typed = self.from.text();
        let offered = self.offered();
        let picked = offered.get(self.picked).map(|it| it.from.as_str());
        let from = match self.kind {
            ItemKind::Mapping => picked.unwrap_or_default(),
            // One that is not among the first is found by its name.
            ItemKind::Channel => picked.unwrap_or(typed.trim()),
        };
        from.to_owned()
    }

    fn save(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return OverlayState::Stay;
        }
        let (from, to) = (self.vendors(), self.to.text().trim().to_owned());
        // A channel that nobody names is called as the vendor calls it.
        let is_named = !to.is_empty() || self.kind == ItemKind::Channel;
        if from.is_empty() || !is_named {
            "Both sides are wanted.".clone_into(&mut self.said);
            return OverlayState::Stay;
        }
        let request = match &self.target.item {
            Some(item) => Request::ConfigEdit(rpc::ConfigEdit {
                id: item.id.clone(),
                from: Some(from),
                to: Some(to).filter(|to| !to.is_empty()),
                condition: None,
            }),
            None => Request::ConfigAdd(rpc::ConfigAdd {
                connection: self.target.connection.clone(),
                kind: self.kind.config(),
                entity: self.entity.clone(),
                from,
                to,
                condition: None,
            }),
        };
        self.asked.saved = cx.ask_any(request);
        self.face = ItemStage::Saving;
        OverlayState::Stay
    }

    fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        match self.part() {
            ItemFocus::Save => return self.save(cx),
            ItemFocus::Cancel => return OverlayState::Close,
            ItemFocus::Entity | ItemFocus::Pick | ItemFocus::From | ItemFocus::To => self.step(1),
        }
        OverlayState::Stay
    }

    /// It was saved, or refused.
    fn saved(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        match self.asked.saved.take(heard) {
            Some(Ok(())) => {
                cx.done(format!("The {} is kept.", self.kind.one()));
                cx.actions.push(Action::Refresh);
                OverlayState::Close
            }
            Some(Err(problem)) => {
                self.face = ItemStage::Failed(problem);
                OverlayState::Renew
            }
            None => OverlayState::Stay,
        }
    }

    /// The field that is typed into, when one has the focus.
    fn typed(&mut self) -> Option<&mut TextField> {
        match self.part() {
            ItemFocus::From => Some(&mut self.from),
            ItemFocus::To => Some(&mut self.to),
            ItemFocus::Entity | ItemFocus::Pick | ItemFocus::Save | ItemFocus::Cancel => None,
        }
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        self.said.clear();
        let back = self.parts().len() - 1;
        match (self.part(), key) {
            (_, Key::Enter) => return self.enter(cx),
            (_, Key::Tab) => self.step(1),
            (_, Key::BackTab) => self.step(back),
            (ItemFocus::Pick, key) if self.move_pick(key) => {}
            (_, Key::Down) => self.step(1),
            (_, Key::Up) => self.step(back),
            (ItemFocus::Entity, Key::Left) => self.next_entity(false),
            (ItemFocus::Entity, Key::Right | Key::Char(' ')) => self.next_entity(true),
            (ItemFocus::Save, Key::Right) => self.step(1),
            (ItemFocus::Cancel, Key::Left) => self.step(back),
            _ => {
                if let Some(field) = self.typed() {
                    field.key(key);
                    self.pick(self.picked);
                }
            }
        }
        OverlayState::Stay
    }
}

impl Overlay for ItemDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configure
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        let connection = self.target.connection.clone();
        let item = self.target.item.as_ref();
        match self.kind {
            ItemKind::Mapping => {
                self.asked.fields = cx.ask(rpc::MappingFields {
                    connection,
                    entity: item.map(|item| item.entity.clone()),
                });
            }
            ItemKind::Channel => {
                self.asked.channels = cx.ask(rpc::Channels {
                    connection,
                    window: Window {
                        limit: MAX_ROWS,
                        ..Window::default()
                    },
                });
            }
        }
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, input) {
            (ItemStage::Saving, Input::Key(Key::Esc, _)) => return OverlayState::close_unheard(cx),
            (_, Input::Key(Key::Esc, _)) => return OverlayState::Close,
            (ItemStage::Failed(_), Input::Key(Key::Enter, _))
                if self.choices.is_empty() && self.kind == ItemKind::Mapping =>
            {
                return OverlayState::Close;
            }
            (ItemStage::Failed(_), Input::Key(Key::Enter, _)) => self.face = ItemStage::Asking,
            (ItemStage::Asking, Input::Key(key, _)) => return self.key(key, cx),
            (ItemStage::Asking, Input::Paste(paste)) => match self.typed() {
                Some(field) => field.paste(&paste),
                None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
            },
            _ => {}
        }
        OverlayState::Stay
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        let fields = self.asked.fields.take(heard);
        let channels = self.asked.channels.take(heard);
        match (fields, channels) {
            (Some(Ok(fields)), _) => self.came(fields),
            (None, Some(Ok(page))) => self.came(page.rows),
            (Some(Err(problem)), _) | (None, Some(Err(problem))) => {
                self.face = ItemStage::Failed(problem);
            }
            (None, None) => return self.saved(heard, cx),
        }
        OverlayState::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match (&self.face, self.part()) {
            (ItemStage::Looking | ItemStage::Saving, _) => &[("Esc", "close")],
            (ItemStage::Failed(_), _) => &[("Enter", "change it"), ("Esc", "close")],
            (ItemStage::Asking, ItemFocus::Entity) => {
                &[("Right", "another"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (ItemStage::Asking, ItemFocus::Pick) => {
                &[("Up Down", "choose"), ("Tab", "next"), ("Esc", "cancel")]
            }
            (ItemStage::Asking, _) => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
        };
        let owned = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
        hints.iter().map(owned).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
