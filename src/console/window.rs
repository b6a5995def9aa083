//! A window over a paged list: a few screens of rows, however many there are. The selection is an id, never a
//! row number, so that nothing moves under the finger when the list does.

use std::collections::VecDeque;

use crate::console::subject::Subject;
use crate::wire::Problem;
use crate::wire::request::{MAX_ROWS, Sort, Window as Asked};
use crate::wire::view::Page;

mod pages;

/// A row that can stand in a [`List`].
pub trait Row {
    /// The group that stands out; none when empty.
    const URGENT: &'static str = "";

    /// What it is, whatever its place.
    fn id(&self) -> &str;

    /// What people call it.
    fn title(&self) -> String {
        self.id().to_owned()
    }

    /// The heading it stands under; none when empty.
    fn group(&self) -> &str {
        ""
    }

    /// Whether it is shown at all.
    fn shown(&self) -> bool {
        true
    }

    /// What it says in words, where that is more than its fields are; an export as JSON has it, too.
    fn sentence(&self) -> Option<String> {
        None
    }
}

/// What was asked last; its reply is the only one that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageRequest {
    /// The rows held, again.
    Again,
    /// The list's first rows.
    Start,
    /// The list's last rows.
    End,
    /// More before the first row held.
    Above,
    /// More after the last row held.
    Below,
}

/// The window.
#[derive(Debug, Clone)]
pub struct List<T> {
    rows: VecDeque<(String, T)>,
    /// The key of the row before the first one held; none when that is the list's first.
    before: Option<String>,
    /// The key to go on from upwards, past rows that are not shown and those that a search has passed over.
    first: Option<String>,
    /// The key to go on from downwards, likewise.
    last: Option<String>,
    more: bool,
    top: usize,
    height: usize,
    selected: Option<String>,
    filter: String,
    sort: Option<Sort>,
    asking: Option<PageRequest>,
    loaded: bool,
    total: u64,
    problem: Option<Problem>,
}

/// A line of a list as it is drawn.
#[derive(Debug, Clone, Copy)]
pub enum ListLine<'a, T> {
    /// Between groups.
    Blank,
    /// A group's heading.
    Heading(&'a str),
    /// A row, and whether it is selected.
    Row(&'a T, bool),
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            rows: VecDeque::new(),
            before: None,
            first: None,
            last: None,
            more: false,
            top: 0,
            height: 20,
            selected: None,
            filter: String::new(),
            sort: None,
            asking: None,
            loaded: false,
            total: 0,
            problem: None,
        }
    }
}

impl<T: Row> List<T> {
    /// The first request, or the rows held again: what a notice asks for.
    pub fn refresh(&mut self) -> Asked {
        self.asking = Some(if self.loaded || self.before.is_some() {
            PageRequest::Again
        } else {
            PageRequest::Start
        });
        let limit = self.rows.len().max(self.screens(2));
        self.asked(self.before.clone(), limit, false)
    }

    /// To the list's beginning.
    pub fn first(&mut self) -> Option<Asked> {
        if self.before.is_some() {
            self.asking = Some(PageRequest::Start);
            return Some(self.asked(None, self.screens(2), false));
        }
        self.selected = self.rows.front().map(|(_, row)| row.id().to_owned());
        self.top = 0;
        None
    }

    /// To the list's end.
    pub fn last(&mut self) -> Option<Asked> {
        if self.more {
            self.asking = Some(PageRequest::End);
            return Some(self.asked(None, self.screens(2) + 1, true));
        }
        self.selected = self.rows.back().map(|(_, row)| row.id().to_owned());
        self.follow();
        None
    }

    /// Moves the selection, and asks for what comes into sight.
    pub fn step(&mut self, by: isize) -> Option<Asked> {
        let at = self.index().unwrap_or(0);
        let to = at
            .saturating_add_signed(by)
            .min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get(to).map(|(_, row)| row.id().to_owned());
        self.follow();
        self.need()
    }

    /// A page or half a page, as rows.
    #[must_use]
    pub fn page(&self) -> isize {
        isize::try_from(self.height.saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// Sets how many lines there are to draw on.
    pub fn fit(&mut self, height: usize) -> Option<Asked> {
        self.height = height.max(1);
        self.follow();
        if self.loaded { self.need() } else { None }
    }

    /// Shows only rows that contain this text; the server decides which.
    pub fn set_filter(&mut self, filter: &str) -> Asked {
        filter.clone_into(&mut self.filter);
        self.empty();
        self.refresh()
    }

    /// Takes the answer to what was asked last.
    pub fn take(&mut self, page: Result<Page<T>, Problem>) -> Option<Asked> {
        let asking = self.asking.take();
        match page {
            Ok(page) => {
                self.problem = None;
                let goes_on = page.partial && page.more;
                self.place(asking.unwrap_or(PageRequest::Start), page);
                // As long as the search goes on, nothing says that there is none.
                self.loaded = !goes_on || !self.rows.is_empty();
                self.follow();
                self.need()
            }
            Err(problem) => {
                self.problem = Some(problem);
                None
            }
        }
    }

    /// The selected row.
    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.index()
            .and_then(|at| self.rows.get(at))
            .map(|(_, row)| row)
    }

    /// What commands act on: the selected row.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        self.selected().map(|row| Subject {
            id: row.id().to_owned(),
            title: row.title(),
        })
    }

    /// The selected row's id, also before its row is here.
    #[must_use]
    pub fn selected_id(&self) -> Option<&str> {
        self.selected.as_deref()
    }

    /// The key of the row before the first one held; none when that is the list's first.
    #[must_use]
    pub fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// Selects an id again; where its row is not held, the rows after this key are asked for next.
    pub fn return_to(&mut self, id: Option<String>, before: Option<String>) {
        self.selected = id;
        if self.selected.is_some() && self.index().is_none() {
            self.empty();
            self.before = before;
        }
    }

    /// The filter in force.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// A filter that the next request will carry.
    pub fn restore_filter(&mut self, filter: String) {
        if self.filter != filter {
            self.filter = filter;
            self.empty();
        }
    }

    /// The first part of everything that fits the filter.
    #[must_use]
    pub fn all(&self) -> Asked {
        self.asked(None, usize::from(MAX_ROWS), false)
    }

    /// The order, where it is not the list's own.
    #[must_use]
    pub fn sort(&self) -> Option<Sort> {
        self.sort
    }

    /// An order that the next request will carry.
    pub fn set_sort(&mut self, sort: Option<Sort>) {
        if self.sort != sort {
            self.sort = sort;
            self.empty();
        }
    }

    fn empty(&mut self) {
        self.rows.clear();
        (self.before, self.first, self.last) = (None, None, None);
        (self.loaded, self.top) = (false, 0);
    }

    /// Rows of the whole list, without a filter.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many rows are held: never more than a few screens.
    #[must_use]
    pub fn held(&self) -> usize {
        self.rows.len()
    }

    /// Whether an answer has come at all.
    #[must_use]
    pub fn loaded(&self) -> bool {
        self.loaded
    }

    /// Why there is none.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// All rows held.
    pub fn rows(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// What is in sight, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<ListLine<'_, T>> {
        let mut lines = Vec::new();
        let mut group = None;
        for (_, row) in self.rows.iter().skip(self.top) {
            if !row.group().is_empty() && group != Some(row.group()) {
                if group.is_some() {
                    lines.push(ListLine::Blank);
                }
                lines.push(ListLine::Heading(row.group()));
                group = Some(row.group());
            }
            lines.push(ListLine::Row(
                row,
                self.selected.as_deref() == Some(row.id()),
            ));
            if lines.len() >= self.height {
                break;
            }
        }
        lines.truncate(self.height);
        lines
    }

    fn screens(&self, n: usize) -> usize {
        (self.height * n).clamp(10, usize::from(MAX_ROWS) - 1)
    }

    fn asked(&self, after: Option<String>, limit: usize, reverse: bool) -> Asked {
        Asked {
            after,
            limit: u16::try_from(limit).unwrap_or(MAX_ROWS).min(MAX_ROWS),
            reverse,
            filter: self.filter.clone(),
            sort: self.sort,
            view: None,
        }
    }

    fn index(&self) -> Option<usize> {
        let id = self.selected.as_deref()?;
        self.rows.iter().position(|(_, row)| row.id() == id)
    }

    /// Asks for more when less than half a screen is left beyond what is in sight.
    fn need(&mut self) -> Option<Asked> {
        if self.asking.is_some() {
            return None;
        }
        let margin = self.height / 2;
        if self.more && self.top + self.height + margin >= self.rows.len() {
            self.asking = Some(PageRequest::Below);
            return Some(self.asked(self.last.clone(), self.screens(1), false));
        }
        if self.before.is_some() && self.top < margin {
            self.asking = Some(PageRequest::Above);
            // One more than wanted: its key is where the window then begins.
            return Some(self.asked(self.first.clone(), self.screens(1) + 1, true));
        }
        None
    }

    /// Scrolls as little as brings the selection into sight, headings counted.
    fn follow(&mut self) {
        let Some(at) = self.index() else {
            self.top = self.top.min(self.rows.len().saturating_sub(1));
            return;
        };
        self.top = self.top.min(at);
        while self.top < at && self.span(self.top, at) > self.height {
            self.top += 1;
        }
        // No empty space below while there are rows above.
        let end = self.rows.len().saturating_sub(1);
        while self.top > 0 && !self.more && self.span(self.top - 1, end) <= self.height {
            self.top -= 1;
        }
    }

    /// How many lines the rows from `top` to `at` take.
    fn span(&self, top: usize, at: usize) -> usize {
        let mut lines = 0;
        let mut group = None;
        for (_, row) in self.rows.iter().skip(top).take(at + 1 - top) {
            if !row.group().is_empty() && group != Some(row.group()) {
                lines += 1 + usize::from(group.is_some());
                group = Some(row.group());
            }
            lines += 1;
        }
        lines
    }
}
