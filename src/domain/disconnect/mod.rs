//! One disconnect. A run is a log: `next(log)` says what comes, and the same log draws the screen, prints
//! the JSON and resumes after a crash.

pub mod claims;
pub mod evidence;
pub mod exposure;
pub mod exposure_end;
pub mod intents;
mod keeping;
pub mod log;
pub mod manual_acts;
pub mod plan;
pub mod registration;
pub mod run;
#[cfg(test)]
pub(crate) mod sample;
pub mod step_results;
pub mod steps;
pub mod swap;
pub mod texts;
pub mod totals;
mod transitions;
pub mod uninstall;

pub use transitions::{RunEvent, RunRefusal};
