//! Walks: rows and index rows one after another, read a page at a time as they are taken. What is written meanwhile is seen
//! where the walk has not been yet.

use std::collections::VecDeque;

use super::{Store, StoreError, StoredRow};

/// Rows that are read at once: a record has up to 64 KiB.
const PAGE: usize = 200;

impl Store {
    /// The rows whose key begins with `prefix`, in the order of their keys.
    pub fn rows<R: StoredRow>(
        &self,
        prefix: String,
    ) -> impl Iterator<Item = Result<R, StoreError>> + use<'_, R> {
        let read = move |after: Option<&str>| self.page::<R>(&prefix, after, PAGE, false);
        paged(PAGE, read, R::key)
    }

    /// The index rows (key, value) whose key begins with `prefix`, in their order, `page` of them read at once.
    pub fn index_rows(
        &self,
        prefix: String,
        page: usize,
    ) -> impl Iterator<Item = Result<(String, String), StoreError>> + use<'_> {
        let read = move |after: Option<&str>| self.index_page(&prefix, after, page, false);
        paged(page, read, |(key, _)| key.clone())
    }
}

/// All of what `read` finds, `size` at a time, each time behind the last one.
fn paged<T>(
    size: usize,
    mut read: impl FnMut(Option<&str>) -> Result<Vec<T>, StoreError>,
    key: impl Fn(&T) -> String,
) -> impl Iterator<Item = Result<T, StoreError>> {
    let mut page = VecDeque::new();
    let (mut after, mut is_last) = (None::<String>, false);
    std::iter::from_fn(move || {
        if page.is_empty() && !is_last {
            match read(after.as_deref()) {
                Ok(rows) => {
                    is_last = rows.len() < size;
                    after = rows.last().map(&key);
                    page.extend(rows);
                }
                Err(error) => {
                    is_last = true;
                    return Some(Err(error));
                }
            }
        }
        page.pop_front().map(Ok)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_once_and_no_page_is_read_before_its_first() {
        for count in [0, 1, 5, 6, 7, 12] {
            let rows: Vec<u32> = (0..count).collect();
            let reads = std::cell::Cell::new(0);
            let read = |after: Option<&str>| {
                reads.set(reads.get() + 1);
                let begin = after.map_or(0, |after| after.parse::<usize>().unwrap() + 1);
                Ok(rows.iter().skip(begin).take(6).copied().collect())
            };
            let mut walk = paged(6, read, u32::to_string);
            assert_eq!(reads.get(), 0);
            assert_eq!(walk.next().transpose().unwrap(), rows.first().copied());
            assert_eq!(reads.get(), 1);
            let rest: Vec<u32> = walk.by_ref().map(Result::unwrap).collect();
            assert_eq!(rest, rows.iter().skip(1).copied().collect::<Vec<_>>());
            assert_eq!(reads.get(), count / 6 + 1);
            assert!(walk.next().is_none());
        }
    }

    #[test]
    fn an_error_ends_it() {
        let refused = || StoreError::Refused("no".to_owned());
        let mut walk = paged(1, |_| Err::<Vec<u32>, _>(refused()), u32::to_string);
        assert!(walk.next().is_some_and(|found| found.is_err()));
        assert!(walk.next().is_none());
    }
}
