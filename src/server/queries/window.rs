//! Parts of lists: read as many rows as are shown, however many there are.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::filter::{Filter, FilterError, FilterTerms, Searched};
use crate::domain::sorting::{SortBy, SortValue};
use crate::server::caller::Caller;
use crate::server::scans::{Scan, ScanEnd, ScanOf, Scans};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::frame::MAX_LINE;
use crate::wire::request::{MAX_ROWS, Sort, Window};
use crate::wire::view::Page;
use crate::wire::{Code, Problem};

mod needles;
mod sorted;

pub use needles::{Elsewhere, Needles};

/// The most rows read at a time while a filter looks for matches.
const STRIDE: usize = 256;

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

/// A place that was read in a list: its key, and what stands there. None where nothing does that the list shows.
pub type Place<T> = (String, Option<T>);

/// Reads the places behind a key, in one direction: `(after, limit) -> places`; fewer of them where the list ends.
pub trait RowSource<T>:
    FnMut(Option<&str>, usize) -> Result<Vec<Place<T>>, StoreError> + Send + 'static
{
}

impl<T, F> RowSource<T> for F where
    F: FnMut(Option<&str>, usize) -> Result<Vec<Place<T>>, StoreError> + Send + 'static
{
}

/// Reads what of a row is looked in.
pub trait RowText<T>: FnMut(&T) -> Result<Searched, StoreError> + Send + 'static {}

impl<T, F: FnMut(&T) -> Result<Searched, StoreError> + Send + 'static> RowText<T> for F {}

/// Which part of a list is asked for, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    scans: &'a Scans,
    session: u64,
    window: &'a Window,
}

impl<'a> Asked<'a> {
    /// What a client asks.
    #[must_use]
    pub fn by(caller: &Caller, server: &'a Arc<Server>, window: &'a Window) -> Self {
        Self {
            scans: &server.scans,
            session: caller.session,
            window,
        }
    }

    /// What the only client of these asks.
    #[cfg(test)]
    pub(super) fn of_nobody(scans: &'a Scans, window: &'a Window) -> Self {
        Self {
            scans,
            session: 0,
            window,
        }
    }

    /// The filter.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn filter(&self, known: FilterTerms) -> Result<Filter, Problem> {
        let now = clock_and_ids::now();
        Ok(Filter::parse(&self.window.filter, now, known)?)
    }

    /// Whether it is asked for backwards.
    #[must_use]
    pub fn reverse(&self) -> bool {
        self.window.reverse
    }

    /// The value that it is sorted by; none where that is a field of the filter.
    #[must_use]
    pub fn sorted_by(&self) -> Option<SortValue> {
        match self.window.sort?.by {
            SortBy::Value(value) => Some(value),
            SortBy::Field(_) => None,
        }
    }

    fn limit(&self) -> usize {
        usize::from(self.window.limit.clamp(1, MAX_ROWS))
    }

    async fn go_through<S: Scan>(&self, scan: S) -> Result<(S, ScanEnd), Problem> {
        let of = ScanOf {
            session: self.session,
            view: self.window.view.as_deref(),
        };
        self.scans.run(of, scan).await
    }
}

/// The part that is asked for of a list that is in the order of time, the newest first: by time it is read as it is, from this
/// end or the other, and not gone through.
#[must_use]
pub fn by_time(asked: &Window) -> Window {
    match asked.sort {
        Some(Sort {
            by: SortBy::Value(SortValue::Time),
            descending,
        }) => Window {
            sort: None,
            reverse: asked.reverse == descending,
            ..asked.clone()
        },
        Some(_) | None => asked.clone(),
    }
}

/// The rows of a window.
#[derive(Debug)]
pub struct WindowRows<T> {
    /// The rows, each with its key in the list.
    pub rows: Vec<(String, T)>,
    /// Whether there are more behind them.
    pub more: bool,
    /// Whether they are those that were found in time.
    pub partial: bool,
    /// How far the list was searched, where it was not in time.
    pub searched_to: Option<String>,
}

/// The rows of a window: those that fit its filter, in its order, and whether there are more.
///
/// # Errors
/// When the store cannot be read, or the filter not be understood.
pub async fn rows<T: Send + 'static, S: Into<Searched>>(
    asked: Asked<'_>,
    known: FilterTerms,
    source: impl RowSource<T>,
    mut searched: impl FnMut(&T) -> S + Send + 'static,
) -> Result<WindowRows<T>, Problem> {
    rows_by(asked, known, source, move |row| Ok(searched(row).into())).await
}

/// [`rows`], where what is looked in has to be read first.
///
/// # Errors
/// When the store cannot be read, or the filter not be understood.
pub async fn rows_by<T: Send + 'static>(
    asked: Asked<'_>,
    known: FilterTerms,
    source: impl RowSource<T>,
    searched: impl RowText<T>,
) -> Result<WindowRows<T>, Problem> {
    if let Some(sort) = asked.window.sort {
        let list = sorted::ListToSort { source, searched };
        return sorted::rows(asked, sort, known, list).await;
    }
    let limit = asked.limit();
    let mut search = Search {
        filter: asked.filter(known)?,
        reverse: asked.window.reverse,
        limit,
        after: asked.window.after.clone(),
        // Most filters match what is near; the longer nothing is found, the larger the steps.
        stride: limit + 1,
        found: Vec::new(),
        source,
        searched,
    };
    // No more rows than are shown are read here.
    let is_over = search.filter.is_empty() && search.step()?;
    let (search, end) = match is_over {
        true => (search, ScanEnd::Whole),
        false => asked.go_through(search).await?,
    };
    let mut rows = search.found;
    let partial = end == ScanEnd::Cut;
    let more = rows.len() > limit || partial;
    rows.truncate(limit);
    Ok(WindowRows {
        rows,
        more,
        partial,
        searched_to: search.after.filter(|_| partial),
    })
}

/// How far a list is gone through.
struct Search<T, R, S> {
    filter: Filter,
    reverse: bool,
    limit: usize,
    after: Option<String>,
    stride: usize,
    found: Vec<(String, T)>,
    source: R,
    searched: S,
}

impl<T: Send + 'static, R: RowSource<T>, S: RowText<T>> Scan for Search<T, R, S> {
    /// Whether it is over: one more than is asked for, or the end.
    fn step(&mut self) -> Result<bool, Problem> {
        let rows = (self.source)(self.after.as_deref(), self.stride)?;
        let mut last = rows.len() < self.stride;
        self.after = rows
            .last()
            .map(|(key, _)| key.clone())
            .or(self.after.take());
        for (key, row) in rows {
            let Some(row) = row else { continue };
            if self.filter.is_empty() {
                self.found.push((key, row));
                continue;
            }
            let searched = (self.searched)(&row)?;
            last |= !self.reverse && self.filter.is_past(&searched);
            if self.filter.fits(&searched) {
                self.found.push((key, row));
            }
        }
        self.stride = (self.stride * 2).min(STRIDE);
        Ok(last || self.found.len() > self.limit)
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
        partial: found.partial,
        searched_to: found.searched_to,
    };
    let mut has_room = room();
    for (key, row) in found.rows {
        let row = view(row)?;
        if !has_room(&row) {
            line_is_full(&mut page);
            break;
        }
        page.rows.push(row);
        page.keys.push(key);
    }
    Ok(page)
}

/// The next row has no room on the line of this page: it goes on behind the last one that had. Where a search in the list's
/// own order was cut short, that is before its end, and so nothing is missing up to there; of a sorted list it is anywhere.
pub fn line_is_full<V>(page: &mut Page<V>) {
    page.more = true;
    if page.searched_to.take().is_some() {
        page.partial = false;
    }
}

#[cfg(test)]
mod tests;
