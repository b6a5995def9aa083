//! One file a screen: its own state, its update, its `draw(&self)`. What a screen wants done it says in
//! [`Cx`](super::context::Cx).

pub mod audit;
pub mod catalog;
pub mod configuration;
pub mod connection;
pub mod connections;
pub mod exposure;
pub mod follow_ups;
pub mod help;
pub mod job;
pub mod jobs;
mod kept;
mod listing;
mod pane;
mod records;
mod references;
pub mod run;
pub mod runs;
mod screen;
mod shelf;
mod things;
pub mod walkthrough;
mod whose;

use super::keymap::Keymap;
use crate::console::context::{Facts, Opening};
use crate::wire::view::{Record, Reference};
pub use kept::Kept;
pub use listing::Export;
pub use screen::Screen;
use things::Things;

/// The tabs, in order.
#[must_use]
pub fn tabs() -> Vec<Box<dyn Screen>> {
    vec![
        Box::new(connections::Connections::default()),
        Box::new(catalog::Catalog::default()),
        Box::new(jobs::Jobs::default()),
        Box::new(runs::Runs::default()),
        Box::new(audit::Audit::default()),
        Box::new(exposure::Exposure::default()),
        Box::new(follow_ups::FollowUps::default()),
    ]
}

/// The screen that was asked for.
#[must_use]
pub fn open(opening: Opening, keymap: &Keymap, facts: &Facts) -> Box<dyn Screen> {
    match opening {
        Opening::Connection(id) => Box::new(connection::Connection::new(id)),
        Opening::Job(id) => Box::new(job::Job::new(id)),
        Opening::Records(id) => Box::new(Things::<Record>::new(id)),
        Opening::References(id) => Box::new(Things::<Reference>::new(id)),
        Opening::Configuration(id) => Box::new(configuration::Configuration::new(id)),
        Opening::Run(id) => Box::new(run::Run::new(id)),
        Opening::Walkthrough(id) => Box::new(walkthrough::Walkthrough::of(id)),
        Opening::NewWalkthrough(marked) => Box::new(walkthrough::Walkthrough::begin(marked)),
        Opening::Help(place) => Box::new(help::Help::new(place, keymap, facts)),
    }
}
