//! What commands act on: captured when it is asked what to do with it, for the rows may move underneath.

/// The thing under the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Which one it is, whatever its place.
    pub id: String,
    /// What people call it.
    pub title: String,
}
