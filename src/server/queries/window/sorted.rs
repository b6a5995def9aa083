//! Rows in another order than their list's own. The list is gone through once, as for a filter that nothing fits, and no
//! more of it is held than is shown.

use std::cmp::Ordering;

use super::{Asked, RowSource, RowText, STRIDE, WindowRows};
use crate::domain::filter::{Filter, FilterTerms, Searched};
use crate::domain::sorting::{SortBy, Worth};
use crate::server::scans::{Scan, ScanEnd};
use crate::wire::request::Sort;
use crate::wire::{Code, Problem};

/// As much of a value as counts: it stands in the key of its row.
const LONGEST: usize = 100;

/// Between a value and the key that its row has in the list.
const BETWEEN: char = '\0';

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SortKey {
    /// In lower case; a number by its worth.
    value: String,
    key: String,
}

impl SortKey {
    fn of(key: &str, searched: &Searched, by: SortBy) -> Self {
        let value = match by {
            SortBy::Field(by) => {
                let held = searched.fields.iter().find(|(field, _)| *field == by);
                held.map(|(_, value)| value.to_lowercase())
            }
            SortBy::Value(_) => searched.worth.as_ref().map(Worth::sorted),
        };
        let value = value.unwrap_or_default();
        let counts = value.chars().filter(|c| !c.is_control()).take(LONGEST);
        Self {
            value: counts.collect(),
            key: key.to_owned(),
        }
    }

    /// As the key of a row in the sorted list.
    fn write(&self) -> String {
        format!("{}{BETWEEN}{}", self.value, self.key)
    }

    fn read(text: &str) -> Option<Self> {
        let (value, key) = text.split_once(BETWEEN)?;
        Some(Self {
            value: value.to_owned(),
            key: key.to_owned(),
        })
    }

    /// Rows that say nothing stand last, in either direction.
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let values = self.value.cmp(&other.value);
        let values = if descending { values.reverse() } else { values };
        let (here, there) = (self.value.is_empty(), other.value.is_empty());
        let order = group(&self.key)
            .cmp(group(&other.key))
            .then(here.cmp(&there));
        order.then(values).then_with(|| self.key.cmp(&other.key))
    }
}

/// The group of a row: an index of groups has a digit for each as the second part of its keys (`connections/0/...`).
fn group(key: &str) -> &str {
    let part = key.split('/').nth(1).unwrap_or_default();
    let is_group = part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_group { part } else { "" }
}

/// What is shown of a sorted list.
struct Nearest<T> {
    rows: Vec<(SortKey, T)>,
    most: usize,
    after: Option<SortKey>,
    descending: bool,
    reverse: bool,
}

impl<T> Nearest<T> {
    fn compare(&self, one: &SortKey, other: &SortKey) -> Ordering {
        let order = one.compare(other, self.descending);
        if self.reverse { order.reverse() } else { order }
    }

    fn put(&mut self, standing: SortKey, row: T) {
        let is_past = |after| self.compare(&standing, after) == Ordering::Greater;
        if !self.after.as_ref().is_none_or(is_past) {
            return;
        }
        let is_before = |it: &(SortKey, T)| self.compare(&it.0, &standing) == Ordering::Less;
        let at = self.rows.partition_point(is_before);
        if at < self.most {
            self.rows.insert(at, (standing, row));
            self.rows.truncate(self.most);
        }
    }
}

/// A list that is gone through for what is shown of it in another order.
struct Sorting<T, R, S> {
    filter: Filter,
    by: SortBy,
    nearest: Nearest<T>,
    read: Option<String>,
    list: ListToSort<R, S>,
}

/// What is sorted.
pub(super) struct ListToSort<R, S> {
    pub(super) source: R,
    pub(super) searched: S,
}

impl<T: Send + 'static, R: RowSource<T>, S: RowText<T>> Scan for Sorting<T, R, S> {
    fn step(&mut self) -> Result<bool, Problem> {
        let rows = (self.list.source)(self.read.as_deref(), STRIDE)?;
        let is_last = rows.len() < STRIDE;
        self.read = rows.last().map(|(key, _)| key.clone()).or(self.read.take());
        for (key, row) in rows {
            let Some(row) = row else { continue };
            let searched = (self.list.searched)(&row)?;
            if self.filter.fits(&searched) {
                self.nearest.put(SortKey::of(&key, &searched, self.by), row);
            }
        }
        Ok(is_last)
    }
}

/// The rows of a window of the sorted list, each with its key there.
///
/// # Errors
/// When the store cannot be read, the filter not be understood, or the list neither sorted so nor begun there.
pub(super) async fn rows<T: Send + 'static, R: RowSource<T>, S: RowText<T>>(
    asked: Asked<'_>,
    sort: Sort,
    known: FilterTerms,
    list: ListToSort<R, S>,
) -> Result<WindowRows<T>, Problem> {
    let window = asked.window;
    let filter = asked.filter(known)?;
    known.sorts(sort.by)?;
    let limit = asked.limit();
    let sorting = Sorting {
        filter,
        by: sort.by,
        nearest: Nearest {
            rows: Vec::with_capacity(limit + 2),
            // One more than is shown tells whether there is more.
            most: limit + 1,
            after: window.after.as_deref().map(begun).transpose()?,
            descending: sort.descending,
            reverse: window.reverse,
        },
        read: None,
        list,
    };
    let (sorting, end) = asked.go_through(sorting).await?;
    let mut nearest = sorting.nearest.rows;
    let more = nearest.len() > limit;
    nearest.truncate(limit);
    Ok(WindowRows {
        rows: nearest
            .into_iter()
            .map(|(standing, row)| (standing.write(), row))
            .collect(),
        more,
        partial: end == ScanEnd::Cut,
        // The rest of the list belongs among these: there is no going on from here.
        searched_to: None,
    })
}

fn begun(after: &str) -> Result<SortKey, Problem> {
    SortKey::read(after).ok_or_else(|| {
        Problem::new(
            Code::Usage,
            "the rows of a sorted list do not begin there",
            "ask for its beginning",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::FilterField;
    use crate::domain::sorting::SortValue;
    use crate::server::queries::window::Place;
    use crate::server::scans::Scans;
    use crate::wire::request::Window;

    const KNOWN: FilterTerms = FilterTerms {
        fields: &[FilterField::Owner],
        time: false,
        values: &[SortValue::Items],
    };

    /// Rows of two groups; every fifth says nothing.
    fn list() -> Vec<(String, String)> {
        let row = |n: usize| {
            let owner = match n % 5 {
                0 => String::new(),
                _ => format!("Owner {}", (n * 7) % 11),
            };
            (format!("connections/{}/{n:04}", n / 1_000), owner)
        };
        (0..1_500).map(row).collect()
    }

    async fn asked(window: &Window, descending: bool) -> WindowRows<String> {
        asked_by(window, FilterField::Owner, descending).await
    }

    async fn asked_by(
        window: &Window,
        by: impl Into<SortBy>,
        descending: bool,
    ) -> WindowRows<String> {
        let list = list();
        let source = move |after: Option<&str>, limit: usize| {
            let behind = list
                .iter()
                .filter(|(key, _)| after.is_none_or(|it| key.as_str() > it));
            let place = |(key, row): &(String, String)| (key.clone(), Some(row.clone()));
            Ok(behind.take(limit).map(place).collect())
        };
        let searched = |owner: &String| {
            let number = owner.strip_prefix("Owner ").map(str::parse::<u64>);
            Ok(Searched {
                worth: number.and_then(Result::ok).map(Worth::from),
                ..Searched::of(vec![(FilterField::Owner, owner.clone())])
            })
        };
        let sort = Sort {
            by: by.into(),
            descending,
        };
        let list = ListToSort { source, searched };
        let scans = Scans::default();
        let asked = Asked::of_nobody(&scans, window);
        rows(asked, sort, KNOWN, list).await.unwrap()
    }

    /// Every row, page by page.
    async fn all(descending: bool, reverse: bool) -> Vec<(String, String)> {
        let mut window = Window {
            limit: 70,
            reverse,
            ..Window::default()
        };
        let mut all = Vec::new();
        loop {
            let found = asked(&window, descending).await;
            window.after = found.rows.last().map(|(key, _)| key.clone());
            all.extend(found.rows);
            if !found.more {
                return all;
            }
        }
    }

    #[tokio::test]
    async fn each_row_comes_once_sorted_within_its_group_and_what_says_nothing_last() {
        for descending in [false, true] {
            let found = all(descending, false).await;
            assert_eq!(found.len(), list().len());
            let groups = [&found[..1_000], &found[1_000..]];
            for (number, group) in groups.into_iter().enumerate() {
                let of_group = format!("\0connections/{number}/");
                assert!(group.iter().all(|(key, _)| key.contains(&of_group)));
                let said: Vec<&String> = group.iter().map(|(_, owner)| owner).collect();
                let silent = said.iter().position(|owner| owner.is_empty()).unwrap();
                assert!(said[silent..].iter().all(|owner| owner.is_empty()));
                let sorted = said[..silent].is_sorted_by(|one, other| match descending {
                    true => one >= other,
                    false => one <= other,
                });
                assert!(sorted, "{descending}");
            }
        }
    }

    #[tokio::test]
    async fn a_value_is_sorted_by_its_worth() {
        let window = Window {
            limit: 200,
            ..Window::default()
        };
        let numbers = async |by: SortBy, descending| {
            let mut window = window.clone();
            let mut owners: Vec<String> = Vec::new();
            loop {
                let found = asked_by(&window, by, descending).await;
                window.after = found.rows.last().map(|(key, _)| key.clone());
                // The first group.
                let first = found
                    .rows
                    .into_iter()
                    .filter(|(key, _)| key.contains("connections/0/"));
                owners.extend(first.map(|(_, owner)| owner).filter(|it| !it.is_empty()));
                if !found.more {
                    break;
                }
            }
            owners.dedup();
            owners
        };
        let rising: Vec<String> = (0..11).map(|n| format!("Owner {n}")).collect();
        let falling: Vec<String> = rising.iter().rev().cloned().collect();
        assert_eq!(numbers(SortValue::Items.into(), false).await, rising);
        assert_eq!(numbers(SortValue::Items.into(), true).await, falling);
        assert_ne!(numbers(FilterField::Owner.into(), false).await, rising);
    }

    #[tokio::test]
    async fn backwards_is_the_same_order_from_its_end() {
        let mut backwards = all(true, true).await;
        backwards.reverse();
        assert_eq!(backwards, all(true, false).await);
    }

    #[tokio::test]
    async fn a_filter_holds_and_what_cannot_be_sorted_or_begun_is_refused() {
        let filtered = asked(
            &Window {
                limit: 200,
                filter: "owner:3".to_owned(),
                ..Window::default()
            },
            false,
        )
        .await;
        assert!(filtered.rows.iter().all(|(_, owner)| owner == "Owner 3"));
        let refused = async |window: &Window, by| {
            let source = |_: Option<&str>, _| Ok(Vec::<Place<()>>::new());
            let sort = Sort {
                by: SortBy::Field(by),
                descending: false,
            };
            let searched = |(): &()| Ok(Searched::default());
            let (list, scans) = (ListToSort { source, searched }, Scans::default());
            let asked = Asked::of_nobody(&scans, window);
            let refused = rows(asked, sort, KNOWN, list).await;
            refused.unwrap_err().message
        };
        let by_ticket = refused(&Window::default(), FilterField::Ticket).await;
        assert_eq!(
            by_ticket,
            "this list cannot be sorted by ticket: it is sorted by owner, items"
        );
        let elsewhere = Window {
            after: Some("connections/0/1".to_owned()),
            ..Window::default()
        };
        let refused = refused(&elsewhere, FilterField::Owner).await;
        assert!(refused.contains("do not begin there"));
    }
}
