//! One file a screen: its own state, its update, its `draw(&self)`. What a screen wants done it says in
//! [`Context`](super::context::Context).

mod app_forms;
pub mod audit;
pub mod catalog;
pub mod configuration;
pub mod connection;
mod connection_heading;
mod connection_items;
pub mod connections;
mod execution;
pub mod exposure;
pub mod follow_ups;
pub mod help;
pub mod job;
pub mod jobs;
mod listing;
mod log;
mod pane;
mod pinned_rows;
mod provider_form;
mod records;
mod references;
pub mod run;
pub mod runs;
mod saved_selection;
mod screen;
pub mod walkthrough;
mod workspace;

use super::keymap::Keymap;
use super::said_log::SaidLine;
use crate::console::context::{Destination, Facts};
pub use crate::domain::explained::WordHere;
use crate::wire::view::{Record, Reference};
use connection_items::ConnectionItems;
pub use listing::Export;
pub use saved_selection::SavedSelection;
pub use screen::Screen;

/// The tabs, in order.
#[must_use]
pub fn tabs() -> Vec<Box<dyn Screen>> {
    vec![
        Box::new(connections::ConnectionsScreen::default()),
        Box::new(catalog::CatalogScreen::default()),
        Box::new(jobs::JobsScreen::default()),
        Box::new(runs::RunsScreen::default()),
        Box::new(audit::AuditScreen::default()),
        Box::new(exposure::ExposureScreen::default()),
        Box::new(follow_ups::FollowUpsScreen::default()),
    ]
}

/// From where a screen is opened, for those that are about that.
pub(super) struct OpenedFrom<'a> {
    /// What the row under the cursor says.
    pub(super) said: Vec<WordHere>,
    /// What was done, the latest first.
    pub(super) done: Vec<SaidLine>,
    pub(super) keymap: &'a Keymap,
    pub(super) facts: &'a Facts,
}

/// The screen that was asked for.
#[must_use]
pub(super) fn open(opening: Destination, from: OpenedFrom<'_>) -> Box<dyn Screen> {
    match opening {
        Destination::Connection(id) => Box::new(connection::ConnectionScreen::new(id)),
        Destination::Job(id) => Box::new(job::JobScreen::new(id)),
        Destination::Execution(place) => Box::new(execution::ExecutionScreen::new(place)),
        Destination::Records(id) => Box::new(ConnectionItems::<Record>::new(id)),
        Destination::References(id) => Box::new(ConnectionItems::<Reference>::new(id)),
        Destination::Configuration(id) => Box::new(configuration::ConfigurationScreen::new(id)),
        Destination::Workspace(list) => workspace::open(list),
        Destination::Run(id) => Box::new(run::RunScreen::new(id)),
        Destination::Walkthrough(id) => Box::new(walkthrough::WalkthroughScreen::of(id)),
        Destination::NewWalkthrough(marked) => {
            Box::new(walkthrough::WalkthroughScreen::begin(marked))
        }
        Destination::Log => Box::new(log::LogScreen::new(from.done)),
        Destination::Help(place) => Box::new(help::HelpScreen::new(
            place,
            from.said,
            from.keymap,
            from.facts,
        )),
    }
}
