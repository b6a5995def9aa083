//! Marks: what whole passes saw of a scope, beside its rows and not in them.
//!
//! Every row of a scope has a number, from 0 on. A number that was given after a whole pass began was seen by it; of the lower
//! ones ([`Scope::marked_below`](crate::domain::job::Scope)) those that it saw are marked.

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Seen since the whole pass under way began.
    Seen,
    /// Not seen since the last whole pass that came to its end began.
    Missed,
    /// Gone, or no longer visible to us.
    Gone,
}

/// The marks of one scope, wherever they are kept.
pub trait Marks {
    /// Why they cannot be read.
    type Error;

    /// Marks a number, or takes the mark away. Whether that changed anything.
    fn set(&mut self, mark: Mark, number: u64, is_marked: bool) -> Result<bool, Self::Error>;

    /// The numbers below this one that are not marked as seen are those that are missed.
    fn unseen_are_missed(&mut self, below: u64) -> Result<(), Self::Error>;

    /// Those that are missed are those that are gone. None of them is as high as `below`.
    fn missed_are_gone(&mut self, below: u64) -> Result<(), Self::Error>;

    /// No number below this one is marked as seen any more.
    fn forget_seen(&mut self, below: u64) -> Result<(), Self::Error>;
}
