//! Where the rows of a page go, and which rows go for them.

use std::collections::VecDeque;

use super::{List, PageRequest, Row};
use crate::wire::request::MAX_ROWS;
use crate::wire::view::Page;

impl<T: Row> List<T> {
    /// Puts a page where it was asked for, and keeps the selection on its row.
    pub(super) fn place(&mut self, asking: PageRequest, page: Page<T>) {
        self.total = page.total;
        let old = self.index();
        // Where a search was ended before its end, it goes on behind what it has seen.
        let seen = page.searched_to.filter(|_| page.partial);
        let mut rows: Vec<(String, T)> = page.keys.into_iter().zip(page.rows).collect();
        match asking {
            PageRequest::Again | PageRequest::Start => {
                if asking == PageRequest::Start {
                    self.before = None;
                    self.top = 0;
                }
                // Of a sorted list no part is certain.
                let is_part = page.partial && self.sort.is_none() && asking == PageRequest::Again;
                let kept = match is_part {
                    true => self.beyond(&rows, seen.as_deref()),
                    false => VecDeque::new(),
                };
                self.first = rows.first().or(kept.front()).map(|(key, _)| key.clone());
                // Behind rows that are kept it goes on where it went on before.
                if kept.is_empty() {
                    (self.last, self.more) = (seen.or_else(|| last_key(&rows)), page.more);
                }
                self.rows = rows.into_iter().filter(|(_, row)| row.shown()).collect();
                self.rows.extend(kept);
            }
            PageRequest::Below => {
                let last = seen.or_else(|| last_key(&rows));
                (self.last, self.more) = (last.or(self.last.take()), page.more);
                if self.first.is_none() {
                    self.first = rows.first().map(|(key, _)| key.clone());
                }
                self.rows
                    .extend(rows.into_iter().filter(|(_, row)| row.shown()));
                self.trim_front();
            }
            PageRequest::Above | PageRequest::End => {
                if asking == PageRequest::End {
                    self.rows.clear();
                    self.first = None;
                    (self.last, self.more) = (rows.first().map(|(key, _)| key.clone()), false);
                }
                self.before = match page.partial {
                    true => seen.clone().or(self.before.take()),
                    false => page.more.then(|| rows.pop().map(|(key, _)| key)).flatten(),
                };
                self.first = seen.or_else(|| last_key(&rows)).or(self.first.take());
                for row in rows.into_iter().filter(|(_, row)| row.shown()) {
                    self.rows.push_front(row);
                    self.top += 1;
                }
                self.trim_back();
            }
        }
        self.reselect(asking, old);
    }

    /// The rows held that a search which was ended did not come to: those behind what it saw, or all where it saw none of them.
    fn beyond(&mut self, came: &[(String, T)], seen: Option<&str>) -> VecDeque<(String, T)> {
        let mut held = std::mem::take(&mut self.rows);
        let was_seen = |(key, _): &(String, T)| {
            seen == Some(key.as_str()) || came.iter().any(|(it, _)| it == key)
        };
        let from = held.iter().rposition(was_seen).map_or(0, |at| at + 1);
        let mut kept = held.split_off(from);
        // One that stands further up now is not here any more.
        kept.retain(|(_, row)| came.iter().all(|(_, it)| it.id() != row.id()));
        kept
    }

    fn reselect(&mut self, asking: PageRequest, old: Option<usize>) {
        let id = |at: usize| self.rows.get(at).map(|(_, row)| row.id().to_owned());
        let last = self.rows.len().saturating_sub(1);
        match asking {
            PageRequest::End => self.selected = id(last),
            // The way up from the end had found no row until now.
            PageRequest::Above if self.index().is_none() => self.selected = id(last),
            PageRequest::Start if old.is_some() => self.selected = id(0),
            _ if self.index().is_none() => self.selected = id(old.unwrap_or(0).min(last)),
            _ => {}
        }
    }

    fn most(&self) -> usize {
        (self.height * 3).clamp(30, usize::from(MAX_ROWS))
    }

    fn trim_front(&mut self) {
        while self.rows.len() > self.most() && self.top > 0 {
            self.before = self.rows.pop_front().map(|(key, _)| key);
            self.first = self.rows.front().map(|(key, _)| key.clone());
            self.top -= 1;
        }
    }

    fn trim_back(&mut self) {
        while self.rows.len() > self.most() && self.rows.len() > self.top + self.height {
            self.rows.pop_back();
            self.more = true;
            self.last = self.rows.back().map(|(key, _)| key.clone());
        }
    }
}

fn last_key<T>(rows: &[(String, T)]) -> Option<String> {
    rows.last().map(|(key, _)| key.clone())
}
