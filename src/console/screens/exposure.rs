//! What past runs could not prove dead, and until when it may live (B3).

use ratatui::Frame;
use ratatui::layout::Rect;
use serde::Deserialize;
use serde_json::Value;

use super::{Cx, Kept, Opening, Screen, listing, run};
use crate::console::command::{Command, Place};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::widgets::{doc::Doc, empty};
use crate::console::window::{Line, List, Row};
use crate::domain::disconnect::run::RunState;
use crate::wire::request::Request;
use crate::wire::view::{self, RunRow};
use crate::wire::{Problem, Topic};

const COLUMNS: [Column; 5] = [
    Column::words("CONNECTION", 24, 44).lead(),
    Column::figures("NOT PROVEN", 12),
    Column::figures("SINCE", 12),
    Column::words("BY", 8, 14),
    Column::words("TICKET", 10, 16),
];

const LIST_WIDTH: u16 = 84;

/// A run that left something alive, or may have.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Exposed(RunRow);

impl Row for Exposed {
    fn id(&self) -> &str {
        self.0.id.as_str()
    }

    fn shown(&self) -> bool {
        self.0.proven < self.0.tokens && self.0.state != RunState::Running
    }
}

/// The list, and the tokens of the selected run.
#[derive(Default)]
pub struct Exposure {
    list: List<Exposed>,
    run: Option<view::Run>,
    again: bool,
}

impl Exposure {
    /// Asks for the selected run, again when it may have changed; until then the old one stays in sight.
    fn ask_run(&mut self, cx: &mut Cx<'_>) {
        let selected = self.list.selected_id();
        let held = self.run.as_ref().map(|run| run.id.as_str());
        if let Some(id) = selected
            && (held != selected || self.again)
        {
            self.again = false;
            cx.ask("run", Request::Run { id: id.to_owned() });
        }
    }
}

impl Screen for Exposure {
    fn place(&self) -> Place {
        Place::Exposure
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let window = self.list.refresh();
        listing::ask(Some(window), cx, Request::Runs);
        self.again = true;
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
            return self.ask_run(cx);
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        match command {
            Command::Open => cx.open(Opening::Run(row.id().to_owned())),
            Command::Copy => cx.copy(row.id()),
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let needs = command == Command::Open && self.list.selected().is_none();
        needs.then(|| "no run is selected".to_owned())
    }

    fn reply(&mut self, what: &'static str, result: Result<Value, Problem>, cx: &mut Cx<'_>) {
        if what == "run" {
            match result {
                Ok(value) => self.run = serde_json::from_value(value).ok(),
                Err(problem) => cx.complain(problem),
            }
        } else {
            listing::take(&mut self.list, result, cx, Request::Runs);
            self.ask_run(cx);
        }
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
        // On a narrow screen the lower part belongs to the selected run's tokens.
        let body = cx.facts.body();
        let below = if body.width < super::BESIDE {
            body.height / 2
        } else {
            0
        };
        let window = self
            .list
            .fit(usize::from(body.height - below).saturating_sub(1));
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
                "Nothing is exposed.",
                "Every token of every past disconnect is proven dead.",
            );
            return empty::list(frame, area, &self.list, words, look);
        }
        let (left, right) = listing::beside(area, LIST_WIDTH);
        let rows: Vec<table::Row> = self
            .list
            .lines()
            .into_iter()
            .filter_map(|line| match line {
                Line::Row(Exposed(row), selected) => Some(table::Row::Cells {
                    cells: cells(row, look),
                    selected,
                    marked: false,
                }),
                _ => None,
            })
            .collect();
        table::draw(frame, left, &COLUMNS, &rows, look);
        let held = |run: &&view::Run| Some(run.id.as_str()) == self.list.selected_id();
        let Some(detail) = self.run.as_ref().filter(held) else {
            return;
        };
        let place = right.unwrap_or(Rect {
            x: area.x + 1,
            y: area.y + area.height - area.height / 2 + 1,
            width: area.width - 2,
            height: (area.height / 2).saturating_sub(1),
        });
        let mut page = Doc::new(place.width, 12, look);
        page.words(
            &format!("{}  {}", detail.provider_name, detail.name),
            Role::Title,
        );
        page.blank();
        for token in detail
            .tokens
            .iter()
            .filter(|t| !t.outcome.is_some_and(|o| o.proven()))
        {
            run::token(token, false, true, &mut page, look);
        }
        match right {
            Some(right) => listing::aside(frame, right, page.done(), look),
            None => crate::console::widgets::lines(frame, place, page.done()),
        }
    }
}

fn cells(row: &RunRow, look: &Look) -> Vec<Cell> {
    vec![
        Cell(format!("{}  {}", row.provider_name, row.name), Role::Title),
        Cell(
            format!("{} of {}", row.tokens - row.proven, row.tokens),
            Role::Warn,
        ),
        Cell::text(look.moment(row.ended_at.unwrap_or(row.started_at))),
        Cell::text(row.actor.clone()),
        Cell::dim(row.ticket.clone().unwrap_or_default()),
    ]
}
