//! Disconnects, past and under way, newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use serde_json::Value;

use super::{Cx, Kept, Opening, Screen, listing};
use crate::console::command::{Command, Danger, Place};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::empty;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::window::{Line, List, Row};
use crate::domain::disconnect::run::RunState;
use crate::wire::request::Request;
use crate::wire::view::RunRow;
use crate::wire::{Problem, Topic};

const COLUMNS: [Column; 7] = [
    Column::figures("WHEN", 12),
    Column::words("CONNECTION", 20, 44).lead(),
    Column::words("STATE", 25, 25),
    Column::figures("PROVEN", 7),
    Column::words("BY", 8, 14),
    Column::words("REASON", 18, 19),
    Column::words("TICKET", 10, 16),
];

impl Row for RunRow {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The list.
#[derive(Default)]
pub struct Runs {
    list: List<RunRow>,
}

impl Screen for Runs {
    fn place(&self) -> Place {
        Place::Runs
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let window = self.list.refresh();
        listing::ask(Some(window), cx, Request::Runs);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::Runs | Topic::Run(_)))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        if listing::moved(&mut self.list, command, cx, Request::Runs) {
            return;
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Opening::Run(row.id.as_str().to_owned())),
            Command::Copy => cx.copy(row.id.as_str()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = command == Command::Open || command.row().danger != Danger::Looks;
        (needs && self.list.selected().is_none()).then(|| "no run is selected".to_owned())
    }

    fn reply(&mut self, _: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>) {
        listing::take(&mut self.list, result, cx, Request::Runs);
    }

    fn typed(&mut self, _: &'static str, text: &str, cx: &mut Cx<'_>) {
        let window = self.list.set_filter(text);
        listing::ask(Some(window), cx, Request::Runs);
    }

    fn filter(&self) -> Option<&str> {
        Some(self.list.filter())
    }

    fn back(&mut self, cx: &mut Cx<'_>) -> bool {
        listing::unfilter(&mut self.list, cx, Request::Runs)
    }

    fn fit(&mut self, cx: &mut Cx<'_>) {
        let height = usize::from(cx.facts.body().height).saturating_sub(table::head(&COLUMNS));
        let window = self.list.fit(height);
        listing::ask(window, cx, Request::Runs);
    }

    fn keep(&self) -> Kept {
        listing::keep(&self.list)
    }

    fn restore(&mut self, kept: Kept) {
        listing::restore(&mut self.list, kept);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        if self.list.held() == 0 {
            let words = (
                "Nothing was disconnected yet.",
                "d on a connection begins; its run stays here for good.",
            );
            return empty::list(frame, area, &self.list, words, look);
        }
        let rows: Vec<table::Row> = self
            .list
            .lines()
            .into_iter()
            .filter_map(|line| match line {
                Line::Row(row, selected) => Some(table::Row::Cells {
                    cells: cells(row, look),
                    selected,
                    marked: false,
                }),
                _ => None,
            })
            .collect();
        table::draw(frame, area, &COLUMNS, &rows, look);
    }
}

fn cells(row: &RunRow, look: &Look) -> Vec<Cell> {
    let (sign, word, role) = look.run(row.state);
    let state = match row.state {
        RunState::Running => format!("{sign} {}", row.step.words()),
        _ => format!("{sign} {word}"),
    };
    let proven = format!("{} of {}", row.proven, row.tokens);
    vec![
        Cell::dim(look.moment(row.started_at)),
        Cell(format!("{}  {}", row.provider_name, row.name), Role::Title),
        Cell(state, role),
        Cell(
            proven,
            if row.proven < row.tokens {
                Role::Warn
            } else {
                Role::Text
            },
        ),
        Cell::text(row.actor.clone()),
        Cell::dim(row.reason.words()),
        Cell::dim(row.ticket.clone().unwrap_or_default()),
    ]
}
