//! Windows over long lists.

use serde::{Deserialize, Serialize};
use tagout::console::window::{List, ListLine, Row};
use tagout::wire::request::Window;
use tagout::wire::view::Page;

use super::world::page;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    id: String,
    group: String,
}

impl Row for Item {
    fn id(&self) -> &str {
        &self.id
    }

    fn group(&self) -> &str {
        &self.group
    }
}

struct Source {
    items: Vec<Item>,
    requests: usize,
    rows: usize,
}

impl Source {
    fn new(n: usize) -> Self {
        let item = |i: usize| Item {
            id: format!("row {i}"),
            group: format!("group {}", i / 30_000),
        };
        Self {
            items: (0..n).map(item).collect(),
            requests: 0,
            rows: 0,
        }
    }

    fn answer(&mut self, list: &mut List<Item>, mut window: Option<Window>) {
        while let Some(asked) = window {
            self.requests += 1;
            let page: Page<Item> = serde_json::from_value(page(&self.items, &asked)).unwrap();
            self.rows += page.rows.len();
            window = list.take(Ok(page));
        }
    }
}

fn selected(list: &List<Item>) -> String {
    list.selected().unwrap().id.clone()
}

fn in_sight(list: &List<Item>) -> bool {
    list.lines()
        .iter()
        .any(|line| matches!(line, ListLine::Row(_, true)))
}

#[test]
fn a_hundred_thousand_rows_are_a_few_screens() {
    let mut source = Source::new(100_000);
    let mut list = List::default();
    list.fit(40);
    let first = list.refresh();
    source.answer(&mut list, Some(first));
    for _ in 0..500 {
        let asked = list.step(1);
        source.answer(&mut list, asked);
        assert!(list.held() <= 120, "{} rows are held", list.held());
        assert!(in_sight(&list));
    }
    assert_eq!(selected(&list), "row 500");
    for _ in 0..500 {
        let asked = list.step(-1);
        source.answer(&mut list, asked);
        assert!(list.held() <= 120 && in_sight(&list));
    }
    assert_eq!(selected(&list), "row 0");
    assert!(
        source.rows < 3_000,
        "{} rows crossed in {} requests",
        source.rows,
        source.requests
    );
}

#[test]
fn the_end_and_the_beginning_are_one_request_away() {
    let mut source = Source::new(100_000);
    let mut list = List::default();
    list.fit(40);
    let first = list.refresh();
    source.answer(&mut list, Some(first));
    let asked = list.last();
    source.answer(&mut list, asked);
    assert_eq!(selected(&list), "row 99999");
    assert!(in_sight(&list) && list.held() <= 120);
    let asked = list.step(-100);
    source.answer(&mut list, asked);
    assert!(in_sight(&list));
    let again = list.refresh();
    let before = selected(&list);
    source.answer(&mut list, Some(again));
    assert_eq!(selected(&list), before, "asking again moves nothing");
    let asked = list.first();
    source.answer(&mut list, asked);
    assert_eq!(selected(&list), "row 0");
}

#[test]
fn the_selection_survives_rows_that_come_and_go_before_it() {
    let mut source = Source::new(1_000);
    let mut list = List::default();
    list.fit(20);
    let first = list.refresh();
    source.answer(&mut list, Some(first));
    let asked = list.step(7);
    source.answer(&mut list, asked);
    source.items.drain(0..3);
    let again = list.refresh();
    source.answer(&mut list, Some(again));
    assert_eq!(selected(&list), "row 7");
    source.items.retain(|item| item.id != "row 7");
    let again = list.refresh();
    source.answer(&mut list, Some(again));
    assert_eq!(selected(&list), "row 8", "its neighbour, when it is gone");
}

#[test]
fn headings_stand_over_their_groups() {
    let mut source = Source::new(30_010);
    let mut list = List::default();
    list.fit(20);
    let first = list.refresh();
    source.answer(&mut list, Some(first));
    let asked = list.last();
    source.answer(&mut list, asked);
    let headings: Vec<&str> = list
        .lines()
        .into_iter()
        .filter_map(|line| match line {
            ListLine::Heading(text) => Some(text),
            _ => None,
        })
        .collect();
    assert_eq!(headings, ["group 0", "group 1"]);
    assert!(in_sight(&list));
}

fn item(n: usize) -> Item {
    Item {
        id: format!("row {n}"),
        group: String::new(),
    }
}

/// What a search has found that was not over.
fn ended(rows: Vec<Item>, searched_to: &str) -> Page<Item> {
    Page {
        partial: true,
        searched_to: Some(searched_to.to_owned()),
        ..whole(rows, true)
    }
}

/// What one has found that was.
fn whole(rows: Vec<Item>, more: bool) -> Page<Item> {
    Page {
        keys: rows.iter().map(|it| it.id.clone()).collect(),
        rows,
        more,
        total: 1_000,
        partial: false,
        searched_to: None,
    }
}

/// The server ends a search after a while, and says how far it came.
#[test]
fn a_search_that_was_not_over_goes_on_where_it_ended() {
    let mut list: List<Item> = List::default();
    drop(list.fit(10));
    let first = list.set_filter("rare");
    assert_eq!(first.after, None);
    let next = list.take(Ok(ended(Vec::new(), "row 400"))).unwrap();
    assert_eq!(next.after.as_deref(), Some("row 400"));
    // There may be some: nothing says yet that there is none.
    assert!(!list.loaded());
    let next = list.take(Ok(ended(vec![item(500)], "row 900"))).unwrap();
    assert_eq!(next.after.as_deref(), Some("row 900"));
    assert!(list.loaded() && selected(&list) == "row 500");
    assert!(list.take(Ok(whole(Vec::new(), false))).is_none());
    assert_eq!(list.held(), 1);
}

/// Ten lines of a list with more rows than that.
fn filtered(rows: std::ops::Range<usize>) -> List<Item> {
    let mut list: List<Item> = List::default();
    drop(list.fit(10));
    drop(list.set_filter("rare"));
    drop(list.take(Ok(whole(rows.map(item).collect(), true))));
    list
}

#[test]
fn the_end_is_found_upwards_in_more_than_one_search() {
    let mut list = filtered(0..40);
    let asked = list.last().unwrap();
    assert_eq!((asked.after, asked.reverse), (None, true));
    for searched_to in ["row 800", "row 600"] {
        let next = list.take(Ok(ended(Vec::new(), searched_to))).unwrap();
        assert_eq!(next.after.as_deref(), Some(searched_to));
        assert!(next.reverse && !list.loaded());
    }
    let rows = vec![item(599), item(598)];
    let next = list.take(Ok(ended(rows, "row 400"))).unwrap();
    assert_eq!(next.after.as_deref(), Some("row 400"));
    assert!(next.reverse && selected(&list) == "row 599" && in_sight(&list));
    let over = list.take(Ok(whole(vec![item(399)], false)));
    assert_eq!(over, None);
    let ids: Vec<&str> = list.rows().map(Row::id).collect();
    assert_eq!(ids, ["row 399", "row 598", "row 599"]);
    assert_eq!(list.refresh().after, None);
}

#[test]
fn rows_above_are_found_in_more_than_one_search() {
    let mut list = filtered(0..40);
    drop(list.last());
    // One more than is held: its key is where the list begins.
    let end = (900..=950).rev().map(item).collect();
    drop(list.take(Ok(whole(end, true))));
    let first = list.step(-100).unwrap();
    assert_eq!(first.after.as_deref(), Some("row 901"));
    for searched_to in ["row 700", "row 500"] {
        let next = list.take(Ok(ended(Vec::new(), searched_to))).unwrap();
        assert_eq!(next.after.as_deref(), Some(searched_to));
        assert!(next.reverse);
    }
    drop(list.take(Ok(whole(vec![item(499)], false))));
    assert_eq!(selected(&list), "row 901");
    assert_eq!(list.rows().next().map(Row::id), Some("row 499"));
    assert_eq!(list.refresh().after, None);
}

#[test]
fn a_refresh_that_was_not_over_takes_nothing_from_sight() {
    let mut list = filtered(0..40);
    drop(list.step(12));
    drop(list.refresh());
    let came = vec![item(1), item(2), item(3)];
    drop(list.take(Ok(ended(came, "row 5"))));
    let ids: Vec<&str> = list.rows().map(Row::id).collect();
    let expected: Vec<String> = (1..4).chain(6..40).map(|n| format!("row {n}")).collect();
    assert_eq!(
        (selected(&list).as_str(), ids),
        ("row 12", expected.iter().map(String::as_str).collect())
    );
    // It goes on behind the rows that are held.
    drop(list.refresh());
    drop(list.take(Ok(ended(Vec::new(), "row 0"))));
    assert_eq!((selected(&list).as_str(), list.held()), ("row 12", 37));
    let below = list.step(25).unwrap();
    assert_eq!(below.after.as_deref(), Some("row 39"));
}
