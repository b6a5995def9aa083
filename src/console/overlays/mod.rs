//! One stack over the screen; the top one takes the keys.

pub mod columns;
pub mod configure;
pub mod confirm;
pub mod connect;
pub mod disconnect;
pub mod item;
mod overlay;
pub mod palette;
pub mod prompt;
pub mod rule;

use crate::console::context::Wanted;
use crate::domain::webhook::ConfigKind;
pub use overlay::{Input, Overlay, Then};

/// The overlay that was asked for.
#[must_use]
pub fn open(wanted: Wanted) -> Box<dyn Overlay> {
    match wanted {
        Wanted::Palette(entries) => Box::new(palette::Palette::new(entries)),
        Wanted::Prompt(question) => Box::new(prompt::Prompt::new(question)),
        Wanted::Columns(question) => Box::new(columns::Columns::new(question)),
        Wanted::Confirm(question) => Box::new(confirm::Confirm::new(question)),
        Wanted::Disconnect(targets) => Box::new(disconnect::Disconnect::new(targets)),
        Wanted::Swap(id) => Box::new(disconnect::Disconnect::swap(id)),
        Wanted::Connect(target) => Box::new(connect::Connect::new(target)),
        Wanted::ConnectOther(target) => Box::new(connect::Connect::other(target)),
        Wanted::ConfigureApp(provider) => Box::new(connect::Connect::app(provider)),
        Wanted::Item(target) => match target.kind {
            ConfigKind::Routing => Box::new(rule::Rule::new(target)),
            ConfigKind::Channel => Box::new(item::Item::new(item::Kind::Channel, target)),
            ConfigKind::Mapping => Box::new(item::Item::new(item::Kind::Mapping, target)),
        },
        Wanted::Configure(id) => Box::new(configure::Configure::new(id)),
    }
}
