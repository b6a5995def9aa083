//! The rows of a list that is here whole, in another order than its own.

use std::cmp::Ordering;

use super::column_layout::{ColumnLayout, SortedAt};
use super::whole_list::WholeItem;
use crate::console::appearance::Appearance;
use crate::domain::sorting::Worth;

/// Stands in a cell that says nothing.
const NOTHING: &str = "-";

/// Sorts what rows are part of, as their columns are arranged: figures by what they are worth, words whatever the case. What
/// says nothing stands last in either direction, and what says the same as it stood.
pub(super) fn sort<T: WholeItem, W>(
    whole: &mut [W],
    row: impl Fn(&W) -> &T,
    sheet: &ColumnLayout<T>,
) {
    if let Some(at) = sheet.sorted_at() {
        // The key of each is made once.
        whole.sort_by_cached_key(|it| SortedRow {
            value: value(row(it), sheet, at),
            descending: at.descending,
        });
    }
}

/// What a row says in the column.
fn value<T: WholeItem>(row: &T, sheet: &ColumnLayout<T>, at: SortedAt) -> String {
    if at.is_figures {
        let worth = row.figures().into_iter().nth(at.figures).flatten();
        return worth.as_ref().map(Worth::sorted).unwrap_or_default();
    }
    let cell = sheet
        .all_cells(row, &Appearance::exact())
        .into_iter()
        .nth(at.at);
    match cell {
        Some(cell) if cell.0 != NOTHING => cell.0.to_lowercase(),
        Some(_) | None => String::new(),
    }
}

/// Where a row stands.
#[derive(PartialEq, Eq)]
struct SortedRow {
    value: String,
    descending: bool,
}

impl Ord for SortedRow {
    fn cmp(&self, other: &Self) -> Ordering {
        let values = self.value.cmp(&other.value);
        let values = match self.descending {
            true => values.reverse(),
            false => values,
        };
        let silent = self.value.is_empty().cmp(&other.value.is_empty());
        silent.then(values)
    }
}

impl PartialOrd for SortedRow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::arrangement::{Arrangement, ColumnSort};
    use crate::console::screens::listing::column_layout::SortPlace;
    use crate::console::widgets::table::{Cell, Column};
    use crate::console::window::Row;
    use crate::domain::job::PulledPage;
    use crate::wire::rpc;

    #[derive(Clone)]
    struct TestRow {
        id: String,
        it: PulledPage,
    }

    impl From<PulledPage> for TestRow {
        fn from(it: PulledPage) -> Self {
            let id = it.number.to_string();
            Self { id, it }
        }
    }

    impl Row for TestRow {
        fn id(&self) -> &str {
            &self.id
        }
    }

    impl WholeItem for TestRow {
        type Told = PulledPage;
        type Ask = rpc::ExecutionPages;

        fn figures(&self) -> Vec<Option<Worth>> {
            let changed = Some(self.it.changed).filter(|n| *n > 0);
            vec![Some(self.it.received.into()), changed.map(Worth::from)]
        }
    }

    const COLUMNS: &[Column] = &[
        Column::figures("RECEIVED", 8),
        Column::words("OF", 8, 8),
        Column::figures("CHANGED", 8),
    ];

    fn cells(row: &TestRow, _: &Appearance) -> Vec<Cell> {
        let of = row.it.parent.clone().unwrap_or_else(|| "-".to_owned());
        let texts = [row.it.received.to_string(), of, row.it.changed.to_string()];
        texts.into_iter().map(Cell::text).collect()
    }

    /// The numbers of four rows, sorted by a column.
    fn sorted(column: &str, descending: bool) -> Vec<u64> {
        let row = |number, received, of: Option<&str>, changed| PulledPage {
            number,
            at: jiff::Timestamp::UNIX_EPOCH,
            parent: of.map(str::to_owned),
            received,
            changed,
            unchanged: 0,
            deleted: 0,
            failed: 0,
            position: None,
        };
        let mut rows: Vec<TestRow> = [
            row(1, 1_000, Some("beta"), 0),
            row(2, 9, Some("Alpha"), 20),
            row(3, 20, None, 9),
            row(4, 9, Some("gamma"), 0),
        ]
        .map(TestRow::from)
        .to_vec();
        let mut sheet = ColumnLayout::new(COLUMNS, cells, SortPlace::Here);
        sheet.arrange(Arrangement {
            sort: Some(ColumnSort {
                column: column.to_owned(),
                descending,
            }),
            ..Arrangement::default()
        });
        sort(&mut rows, |row| row, &sheet);
        rows.iter().map(|row| row.it.number).collect()
    }

    #[test]
    fn figures_by_their_worth_words_whatever_the_case_and_what_says_nothing_last() {
        assert_eq!(sorted("RECEIVED", false), [2, 4, 3, 1]);
        assert_eq!(sorted("RECEIVED", true), [1, 3, 2, 4]);
        assert_eq!(sorted("OF", false), [2, 1, 4, 3]);
        assert_eq!(sorted("OF", true), [4, 1, 2, 3]);
        assert_eq!(sorted("CHANGED", false), [3, 2, 1, 4]);
        assert_eq!(sorted("CHANGED", true), [2, 3, 1, 4]);
    }

    #[test]
    fn a_column_of_another_version_sorts_nothing() {
        assert_eq!(sorted("", false), [1, 2, 3, 4]);
        assert_eq!(sorted("GONE", true), [1, 2, 3, 4]);
    }
}
