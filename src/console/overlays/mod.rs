//! One stack over the screen; the top one takes the keys.

pub mod actions;
pub mod adopt;
pub mod columns;
pub mod configure;
pub mod confirm;
pub mod connect;
pub mod disconnect;
pub mod fill_in;
mod flow_end;
pub mod item;
mod overlay;
pub mod palette;
pub mod prompt;
pub mod rule;
pub mod shown_once;
pub mod wipe;

use crate::console::context::OverlayRequest;
use crate::domain::webhook::ConfigKind;
pub use overlay::{Input, Overlay, OverlayState};

/// The overlay that was asked for.
#[must_use]
pub fn open(wanted: OverlayRequest) -> Box<dyn Overlay> {
    match wanted {
        OverlayRequest::Palette(entries) => Box::new(palette::Palette::new(entries)),
        OverlayRequest::Actions(question) => Box::new(actions::Actions::new(question)),
        OverlayRequest::Prompt(question) => Box::new(prompt::Prompt::new(question)),
        OverlayRequest::Columns(question) => Box::new(columns::Columns::new(question)),
        OverlayRequest::Confirm(question) => Box::new(confirm::Confirm::new(question)),
        OverlayRequest::Disconnect(targets) => Box::new(disconnect::DisconnectDialog::new(targets)),
        OverlayRequest::Swap(id) => Box::new(disconnect::DisconnectDialog::swap(id)),
        OverlayRequest::Connect(target) => Box::new(connect::ConnectDialog::new(target)),
        OverlayRequest::ConnectOther(target) => Box::new(connect::ConnectDialog::other(target)),
        OverlayRequest::Adopt(provider) => Box::new(adopt::AdoptDialog::new(provider)),
        OverlayRequest::ConfigureApp(provider) => Box::new(connect::ConnectDialog::app(provider)),
        OverlayRequest::Item(target) => match target.kind {
            ConfigKind::Routing => Box::new(rule::RuleDialog::new(target)),
            ConfigKind::Channel => Box::new(item::ItemDialog::new(item::ItemKind::Channel, target)),
            ConfigKind::Mapping => Box::new(item::ItemDialog::new(item::ItemKind::Mapping, target)),
        },
        OverlayRequest::FillIn(question) => Box::new(fill_in::FillIn::new(question)),
        OverlayRequest::Wipe(target) => Box::new(wipe::WipeDialog::new(target)),
        OverlayRequest::ShownOnce(secret) => Box::new(shown_once::ShownOnce::new(secret)),
        OverlayRequest::Configure(id) => Box::new(configure::ConfigureDialog::new(id)),
    }
}
