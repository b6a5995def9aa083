//! Stepping through what goes round and round.

/// The place after `at`, or before it, of so many. From nowhere it is the first, or the last.
#[must_use]
pub fn beside(at: Option<usize>, of: usize, forward: bool) -> usize {
    let last = of.saturating_sub(1);
    match (at, forward) {
        (Some(at), true) if at < last => at + 1,
        (_, true) => 0,
        (Some(at), false) if at > 0 => (at - 1).min(last),
        (_, false) => last,
    }
}

/// The one after this, or before it; none of nothing.
#[must_use]
pub fn neighbour<T: Clone + PartialEq>(all: &[T], this: &T, forward: bool) -> Option<T> {
    let at = all.iter().position(|it| it == this);
    all.get(beside(at, all.len(), forward)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_round_and_begins_at_an_end() {
        assert_eq!([0, 1, 2].map(|at| beside(Some(at), 3, true)), [1, 2, 0]);
        assert_eq!([0, 1, 2].map(|at| beside(Some(at), 3, false)), [2, 0, 1]);
        assert_eq!([true, false].map(|on| beside(None, 3, on)), [0, 2]);
        assert_eq!(beside(Some(7), 3, false), 2);
        assert_eq!(neighbour(&["a", "b"], &"x", true), Some("a"));
        assert_eq!(neighbour(&[], &"x", false), None);
    }
}
