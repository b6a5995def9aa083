//! Parts of lists: read as many rows as are shown, however many there are.

use serde::Serialize;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::domain::filter::{Filter, FilterError, FilterTerms, Searched};
use crate::server::clock_and_ids;
use crate::store::StoreError;
use crate::wire::frame::MAX_LINE;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::view::Page;
use crate::wire::{Code, Problem};

mod sorted;

/// The most rows read at a time while a filter looks for matches.
const STRIDE: usize = 512;

/// The most bytes of rows on one line, which leaves as much for what stands around them.
const MOST_BYTES: usize = MAX_LINE / 2;

/// Takes as many rows as a line has room for, the first one in any case: otherwise a list would never get past a large one.
pub fn room<V: Serialize>() -> impl FnMut(&V) -> bool {
    let mut taken = 0;
    move |row| {
        let is_first = taken == 0;
        taken += serde_json::to_vec(row).map_or(0, |json| json.len()).max(1);
        is_first || taken <= MOST_BYTES
    }
}

/// Reads rows behind a key, in one direction: `(after, limit) -> rows with their keys`.
pub trait RowSource<T>: FnMut(Option<&str>, usize) -> Result<Vec<(String, T)>, StoreError> {}

impl<T, F: FnMut(Option<&str>, usize) -> Result<Vec<(String, T)>, StoreError>> RowSource<T> for F {}

/// The rows of a window.
#[derive(Debug)]
pub struct WindowRows<T> {
    /// The rows, each with its key in the list.
    pub rows: Vec<(String, T)>,
    /// Whether there are more behind them.
    pub more: bool,
}

/// The rows of a window: those that fit its filter, in its order, and whether there are more.
///
/// # Errors
/// When the store cannot be read, or the filter not be understood.
pub fn rows<T, S: Into<Searched>>(
    window: &Window,
    known: FilterTerms,
    source: impl RowSource<T>,
    searched: impl Fn(&T) -> S,
) -> Result<WindowRows<T>, Problem> {
    rows_by(window, known, source, |row| Ok(searched(row).into()))
}

/// [`rows`], where what is looked in has to be read first.
///
/// # Errors
/// When the store cannot be read, or the filter not be understood.
pub fn rows_by<T>(
    window: &Window,
    known: FilterTerms,
    mut source: impl RowSource<T>,
    mut searched: impl FnMut(&T) -> Result<Searched, StoreError>,
) -> Result<WindowRows<T>, Problem> {
    if let Some(sort) = window.sort {
        return aside(|| sorted::rows(window, sort, known, source, searched));
    }
    let limit = usize::from(window.limit.clamp(1, MAX_ROWS));
    let filter = Filter::parse(&window.filter, clock_and_ids::now(), known)?;
    let mut search = Search {
        after: window.after.clone(),
        // Most filters match what is near; the longer nothing is found, the larger the steps.
        stride: limit + 1,
        found: Vec::new(),
    };
    let mut step = || search.step(window, &filter, &mut source, &mut searched);
    let is_over = step()?;
    if !is_over {
        aside(|| {
            while !step()? {}
            Ok::<_, Problem>(())
        })?;
    }
    let mut rows = search.found;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(WindowRows { rows, more })
}

/// Does what may take seconds, while the runtime goes on with everybody else on another thread.
fn aside<R>(work: impl FnOnce() -> R) -> R {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // One thread has nobody else to go on with.
        Ok(_) | Err(_) => work(),
    }
}

/// How far a list is gone through.
struct Search<T> {
    after: Option<String>,
    stride: usize,
    found: Vec<(String, T)>,
}

impl<T> Search<T> {
    /// Reads the next rows. Returns whether that is enough: one more than is asked for, or the end.
    fn step(
        &mut self,
        window: &Window,
        filter: &Filter,
        source: &mut impl RowSource<T>,
        searched: &mut impl FnMut(&T) -> Result<Searched, StoreError>,
    ) -> Result<bool, Problem> {
        let rows = source(self.after.as_deref(), self.stride)?;
        let mut last = rows.len() < self.stride;
        self.after = rows
            .last()
            .map(|(key, _)| key.clone())
            .or(self.after.take());
        for (key, row) in rows {
            if filter.is_empty() {
                self.found.push((key, row));
                continue;
            }
            let searched = searched(&row)?;
            last |= !window.reverse && filter.is_past(&searched);
            if filter.fits(&searched) {
                self.found.push((key, row));
            }
        }
        self.stride = (self.stride * 2).min(STRIDE);
        Ok(last || self.found.len() > usize::from(window.limit.clamp(1, MAX_ROWS)))
    }
}

impl From<FilterError> for Problem {
    fn from(error: FilterError) -> Self {
        Self::new(Code::Usage, error.to_string(), "change the filter")
    }
}

/// A page of views, no larger than a line on the socket may be.
///
/// # Errors
/// When a row cannot be shown.
pub fn page<T, V: Serialize, E>(
    found: WindowRows<T>,
    total: u64,
    mut view: impl FnMut(T) -> Result<V, E>,
) -> Result<Page<V>, E> {
    let mut page = Page {
        rows: Vec::with_capacity(found.rows.len()),
        keys: Vec::with_capacity(found.rows.len()),
        more: found.more,
        total,
    };
    let mut has_room = room();
    for (key, row) in found.rows {
        let row = view(row)?;
        if !has_room(&row) {
            page.more = true;
            break;
        }
        page.rows.push(row);
        page.keys.push(key);
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(after: Option<&str>, limit: usize) -> Result<Vec<(String, u32)>, StoreError> {
        let from = after.map_or(0, |key| key.parse::<u32>().unwrap() + 1);
        Ok((from..5000)
            .take(limit)
            .map(|n| (n.to_string(), n))
            .collect())
    }

    fn window(after: Option<&str>, filter: &str) -> Window {
        Window {
            after: after.map(str::to_owned),
            limit: 10,
            reverse: false,
            filter: filter.to_owned(),
            sort: None,
        }
    }

    #[test]
    fn reads_no_more_than_it_shows() {
        let mut most = 0;
        let source = |after: Option<&str>, limit| {
            most = limit;
            numbers(after, limit)
        };
        let found = rows(
            &window(Some("9"), ""),
            FilterTerms::WORDS,
            source,
            u32::to_string,
        )
        .unwrap();
        assert_eq!(found.rows.first().map(|r| r.1), Some(10));
        assert_eq!((found.rows.len(), found.more, most), (10, true, 11));
    }

    #[test]
    fn large_rows_are_told_page_by_page_and_none_is_left_out() {
        let large = |n: u32| Ok::<_, StoreError>("x".repeat(MOST_BYTES * (n as usize % 3) / 2));
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let found = rows(
                &window(after.as_deref(), "4"),
                FilterTerms::WORDS,
                numbers,
                u32::to_string,
            )
            .unwrap();
            let page = page(found, 0, large).unwrap();
            assert!(serde_json::to_vec(&page.rows).unwrap().len() < MAX_LINE);
            after = page.keys.last().cloned();
            seen.extend(page.keys);
            if !page.more || seen.len() > 30 {
                break;
            }
        }
        let all = (0..5000u32).map(|n| n.to_string());
        let expected: Vec<String> = all.filter(|n| n.contains('4')).take(seen.len()).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_filter_goes_on_until_it_has_enough() {
        let found = rows(
            &window(None, "499"),
            FilterTerms::WORDS,
            numbers,
            u32::to_string,
        )
        .unwrap();
        assert_eq!(found.rows.len(), 10);
        assert!(found.more);
        assert_eq!(found.rows.first().map(|r| r.1), Some(499));
        let found = rows(
            &window(Some("4990"), "499"),
            FilterTerms::WORDS,
            numbers,
            u32::to_string,
        )
        .unwrap();
        assert_eq!((found.rows.len(), found.more), (9, false));
    }
}
