//! In which order jobs begin that are due together.

use std::collections::BTreeMap;

use super::SyncJob;

/// One of each connection first, then another one of each, and so on: a connection with one job does not wait until all of
/// another one have begun. Those of one connection stay in their order.
#[must_use]
pub fn in_rounds(mut due: Vec<SyncJob>) -> Vec<SyncJob> {
    let mut so_far = BTreeMap::new();
    due.sort_by_cached_key(|job| {
        let round = so_far.entry(job.connection.clone()).or_insert(0_usize);
        *round += 1;
        *round
    });
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::SyncMode;

    #[test]
    fn connections_take_turns() {
        let job = |(n, connection): (usize, usize)| {
            let connection = format!("con_{connection:026}").parse().unwrap();
            let id = format!("job_{n:026}").parse().unwrap();
            SyncJob::new(id, connection, "thing".to_owned(), SyncMode::Full)
        };
        let due = [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)].map(job);
        let order = in_rounds(due.into());
        let order: Vec<_> = order.iter().map(|it| it.id.to_string()).collect();
        let expected = [0, 3, 5, 1, 4, 2].map(|n| format!("job_{n:026}"));
        assert_eq!(order, expected);
    }
}
