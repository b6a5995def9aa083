//! Since when our registration at a provider is the one that it is.

use jiff::Timestamp;

/// Our registration at a provider, as far as answers that were given to it are compared. A vendor says the same about a
/// dead token as about one of somebody else's registration (RFC 7662 2.2), so that what two were told proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    changed_at: Option<Timestamp>,
}

impl Registration {
    /// One that last became another at this time, if ever.
    #[must_use]
    pub fn new(changed_at: Option<Timestamp>) -> Self {
        Self { changed_at }
    }

    /// Whether whatever was said to us since then was said to this one.
    #[must_use]
    pub fn stood_since(self, at: Timestamp) -> bool {
        self.changed_at.is_none_or(|changed| changed < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_in_the_moment_of_the_change_is_not_trusted() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let changed = Registration::new(Some(at(5)));
        assert!(changed.stood_since(at(6)));
        assert!(!changed.stood_since(at(5)));
        assert!(!changed.stood_since(at(4)));
        assert!(Registration::new(None).stood_since(at(0)));
    }
}
