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

/// The server ends a search after a while, and says how far it came.
#[test]
fn a_search_that_was_not_over_goes_on_where_it_ended() {
    let mut list: List<Item> = List::default();
    drop(list.fit(10));
    let first = list.set_filter("rare");
    let ended = |rows: Vec<Item>, searched_to: &str| Page {
        keys: rows.iter().map(|it| it.id.clone()).collect(),
        rows,
        more: true,
        total: 1_000,
        partial: true,
        searched_to: Some(searched_to.to_owned()),
    };
    assert_eq!(first.after, None);
    let next = list.take(Ok(ended(Vec::new(), "row 400"))).unwrap();
    assert_eq!(next.after.as_deref(), Some("row 400"));
    // There may be some: nothing says yet that there is none.
    assert!(!list.loaded());
    let item = Item {
        id: "row 500".to_owned(),
        group: String::new(),
    };
    let next = list.take(Ok(ended(vec![item], "row 900"))).unwrap();
    assert_eq!(next.after.as_deref(), Some("row 900"));
    assert!(list.loaded() && selected(&list) == "row 500");
    let over = Page {
        more: false,
        partial: false,
        searched_to: None,
        ..ended(Vec::new(), "")
    };
    assert!(list.take(Ok(over)).is_none());
    assert_eq!(list.held(), 1);
}
