//! What may be claimed of a list that was walked: where it ends, where it goes on, and what was not seen.

mod by_key;
mod claims;
mod follows;
mod gap;
mod gone;
mod list;
mod marks;
mod pass;
mod resume;
mod settled;
#[cfg(test)]
mod tests;
mod unchecked;
mod walk;
mod watermark;

pub use by_key::{ByKey, KeyProgress, PageKeys, Sorted};
pub use claims::{ClaimedOf, FinishedPass, without_age};
pub use follows::{Follows, YesOrNo, said};
pub use gap::{Gap, WholeDue};
pub use gone::{Deletions, Moves, WholePass};
pub use list::{ListSource, ListState};
pub use marks::{Mark, Marks};
pub use pass::{LastPass, ListFault, PAGES, Pass, Position, digest_of};
pub use resume::{Circumstances, Resume};
pub use unchecked::Unchecked;
pub use walk::{NextPage, PageRefusal, PageSeen, PassEndClaim, Walk};
pub use watermark::moment;
