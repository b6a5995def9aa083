//! One disconnect. A run is a log: `next(log)` says what comes, and the same log draws the screen, prints
//! the JSON and resumes after a crash.

pub mod acts;
pub mod claims;
pub mod ends;
pub mod evidence;
pub mod exposure;
pub mod intents;
mod keeping;
pub mod log;
pub mod over;
pub mod plan;
pub mod registration;
pub mod run;
pub mod steps;
pub mod texts;
pub mod totals;
mod transitions;
pub mod uninstall;

pub use transitions::{RunEvent, RunRefusal};
