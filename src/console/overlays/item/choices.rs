//! What the vendor's side of an item can be: a field of an entity, or a channel.

use crate::domain::webhook::ConfigKind;
use crate::wire::view::{Channel, Config, MappingField};

/// What the dialog is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A channel.
    Channel,
    /// A field mapping.
    Mapping,
}

impl ItemKind {
    /// The same among all that is set up.
    pub(super) fn config(self) -> ConfigKind {
        match self {
            Self::Channel => ConfigKind::Channel,
            Self::Mapping => ConfigKind::Mapping,
        }
    }

    /// What one is called.
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Mapping => "field mapping",
        }
    }
}

/// Something to pick.
#[derive(Debug)]
pub(super) struct VendorSide {
    /// The entity whose field it is; empty for a channel.
    pub(super) entity: String,
    /// How the vendor calls it: where a field stands, a channel's id.
    pub(super) from: String,
    /// What people call it.
    pub(super) name: String,
    /// What there is to know of it.
    pub(super) about: String,
    /// What it goes to already.
    pub(super) goes_to: Option<String>,
}

impl From<MappingField> for VendorSide {
    fn from(field: MappingField) -> Self {
        let goes_to = field.mapped_to.join(", ");
        Self {
            entity: field.entity,
            from: field.pointer,
            name: field.name.unwrap_or_default(),
            about: field.example.unwrap_or_default(),
            goes_to: Some(goes_to).filter(|it| !it.is_empty()),
        }
    }
}

impl From<Channel> for VendorSide {
    fn from(channel: Channel) -> Self {
        let about = match (channel.is_private, channel.is_member) {
            _ if channel.watched.is_some() => "watched",
            (true, Some(false)) => "private, wants an invitation",
            (true, Some(true) | None) => "private",
            (false, _) => "",
        };
        Self {
            entity: String::new(),
            name: format!("#{}", channel.name),
            from: channel.id,
            about: about.to_owned(),
            goes_to: None,
        }
    }
}

impl VendorSide {
    /// What an item has, and what was listed has not: it stays as it is until another is picked.
    pub(super) fn kept(kind: ItemKind, item: &Config) -> Self {
        let about = match kind {
            ItemKind::Channel => "not in the list",
            ItemKind::Mapping => "not among its fields",
        };
        Self {
            entity: item.entity.clone(),
            from: item.from.clone(),
            name: String::new(),
            about: about.to_owned(),
            goes_to: None,
        }
    }

    /// Whether its name or its id has this in it, in capitals or not.
    pub(super) fn has(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let holds = |whole: &str| whole.to_lowercase().contains(&text);
        holds(&self.from) || holds(&self.name)
    }
}
