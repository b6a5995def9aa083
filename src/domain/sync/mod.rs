//! What may be claimed of a list that was walked: where it ends, where it goes on, and what was not seen.

mod claims;
mod follows;
mod gone;
mod pass;
mod resume;
#[cfg(test)]
mod tests;
mod watermark;

pub use claims::{Gap, Passed, WholeDue};
pub use follows::{Follows, Said, said};
pub use gone::{Deletions, Unchecked, WholePass};
pub use pass::{Ended, Fault, Known, PAGES, Pass, Position, Refusal, Seen, Step, Walk, digest_of};
pub use resume::{Circumstances, Resume};
pub use watermark::moment;
