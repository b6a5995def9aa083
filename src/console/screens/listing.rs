//! What all list screens do alike: moving, filtering, asking again, and drawing what is there.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::kept::Kept;
use super::pane::{self, Pane};
use crate::console::asked::{Awaited, Heard};
use crate::console::command::Command;
use crate::console::context::Cx;
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::empty::{self, Nothing};
use crate::console::widgets::table::{self, Column};
use crate::console::window::{Line, List, Row};
use crate::wire::Problem;
use crate::wire::request::{Told, Window};
use crate::wire::view::Page;

/// A list with what it takes to fill it and to draw it.
pub(super) struct Listing<A, T> {
    list: List<T>,
    asked: Awaited<A>,
    columns: &'static [Column],
    request: Box<dyn Fn(Window) -> A>,
    /// What is said while there are no rows, and what to do then.
    nothing: Nothing,
    /// How wide it is when the selected row's detail stands beside it.
    beside: Option<u16>,
}

/// What a screen does with its list, whatever the rows are.
pub trait Listed {
    /// Asks for the rows in sight, again if they are there already.
    fn ask(&mut self, cx: &mut Cx<'_>);

    /// Shows only rows that contain `text`.
    fn filter_by(&mut self, text: &str, cx: &mut Cx<'_>);

    /// The filter; empty for none.
    fn filter(&self) -> &str;

    /// Takes the filter away; false when there was none.
    fn unfilter(&mut self, cx: &mut Cx<'_>) -> bool {
        let filtered = !self.filter().is_empty();
        if filtered {
            self.filter_by("", cx);
        }
        filtered
    }

    /// What to keep of it.
    fn keep(&self) -> Kept;

    /// Takes back what was kept.
    fn restore(&mut self, kept: Kept);
}

impl<A, R, T> Listing<A, T>
where
    A: Told<Reply = Page<R>>,
    T: Row + From<R>,
{
    /// An empty list, with the request for its rows.
    pub(super) fn new(
        columns: &'static [Column],
        nothing: Nothing,
        request: impl Fn(Window) -> A + 'static,
    ) -> Self {
        Self {
            list: List::default(),
            asked: Awaited::default(),
            columns,
            request: Box::new(request),
            nothing,
            beside: None,
        }
    }

    /// The same, so wide when the detail stands beside it.
    pub(super) fn beside(mut self, width: u16) -> Self {
        self.beside = Some(width);
        self
    }

    pub(super) fn list(&self) -> &List<T> {
        &self.list
    }

    pub(super) fn selected(&self) -> Option<&T> {
        self.list.selected()
    }

    pub(super) fn selected_id(&self) -> Option<&str> {
        self.list.selected_id()
    }

    /// Moves; false when the command is not about moving.
    pub(super) fn moved(&mut self, command: Command, cx: &mut Cx<'_>) -> bool {
        let mut wanted = None;
        let moved = moved(&mut self.list, command, &mut wanted);
        self.want(wanted, cx);
        moved
    }

    /// Takes a reply, if it is the one that is waited for.
    pub(super) fn take(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> bool {
        let Some(page) = self.asked.take(heard) else {
            return false;
        };
        let window = take(&mut self.list, page.map(rows), cx);
        self.want(window, cx);
        true
    }

    /// Asks for a part of the list, if one is wanted.
    fn want(&mut self, window: Option<Window>, cx: &mut Cx<'_>) {
        if let Some(window) = window {
            self.asked = cx.ask((self.request)(window));
        }
    }

    /// The body has another size, of which `above` lines are somebody else's.
    pub(super) fn fit(&mut self, above: usize, cx: &mut Cx<'_>) {
        let body = cx.facts.body();
        let below = self.beside.map_or(0, |_| pane::reserved(body));
        let above = above + table::head(self.columns);
        let height = usize::from(body.height).saturating_sub(above + below);
        let window = self.list.fit(height);
        self.want(window, cx);
    }

    /// Draws the rows, or why there are none; returns where the selected row is shown in full, if there is room.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        row: impl Fn(&T, bool) -> table::Row,
        look: &Look,
    ) -> Option<Pane> {
        if self.list.held() == 0 {
            empty::list(frame, area, &self.list, self.nothing, look);
            return None;
        }
        let (left, right) = match self.beside {
            Some(width) => pane::beside(area, width),
            None => (area, None),
        };
        let lines = self.list.lines().into_iter();
        let rows: Vec<table::Row> = lines
            .map(|line| match line {
                Line::Blank => table::Row::Blank,
                Line::Heading(text) if text == T::URGENT => {
                    table::Row::Heading(text.to_owned(), Role::Warn)
                }
                Line::Heading(text) => table::Row::Heading(text.to_owned(), Role::Dim),
                Line::Row(it, selected) => row(it, selected),
            })
            .collect();
        table::draw(frame, left, self.columns, &rows, look);
        let used = rows.len() + table::head(self.columns);
        right.or_else(|| self.beside.and_then(|_| pane::below(area, used)))
    }
}

impl<A, R, T> Listed for Listing<A, T>
where
    A: Told<Reply = Page<R>>,
    T: Row + From<R>,
{
    fn ask(&mut self, cx: &mut Cx<'_>) {
        let window = self.list.refresh();
        self.want(Some(window), cx);
    }

    fn filter_by(&mut self, text: &str, cx: &mut Cx<'_>) {
        let window = self.list.set_filter(text);
        self.want(Some(window), cx);
    }

    fn filter(&self) -> &str {
        self.list.filter()
    }

    fn keep(&self) -> Kept {
        Kept {
            selected: self.list.selected_id().map(str::to_owned),
            filter: self.list.filter().to_owned(),
            marks: Vec::new(),
            before: self.list.before().map(str::to_owned),
        }
    }

    fn restore(&mut self, kept: Kept) {
        self.list.restore_filter(kept.filter);
        self.list.return_to(kept.selected, kept.before);
    }
}

/// Moves in a list, and says what part of it is wanted then; false when the command is not about moving.
pub(super) fn moved<T: Row>(
    list: &mut List<T>,
    command: Command,
    wanted: &mut Option<Window>,
) -> bool {
    let page = list.page();
    *wanted = match command {
        Command::Up => list.step(-1),
        Command::Down => list.step(1),
        Command::HalfUp => list.step(-(page / 2).max(1)),
        Command::HalfDown => list.step((page / 2).max(1)),
        Command::PageUp => list.step(-page),
        Command::PageDown => list.step(page),
        Command::First => list.first(),
        Command::Last => list.last(),
        _ => return false,
    };
    true
}

/// Takes a part of a list, and returns what further part is wanted.
pub(super) fn take<T: Row>(
    list: &mut List<T>,
    page: Result<Page<T>, Problem>,
    cx: &mut Cx<'_>,
) -> Option<Window> {
    let window = list.take(page);
    // Rows that are here stay in sight; why they could not be asked again is said below.
    if let Some(problem) = list.problem().filter(|_| list.held() > 0) {
        cx.complain(problem.clone());
    }
    window
}

/// The rows as the list holds them.
fn rows<R, T: From<R>>(page: Page<R>) -> Page<T> {
    Page {
        rows: page.rows.into_iter().map(T::from).collect(),
        keys: page.keys,
        more: page.more,
        total: page.total,
    }
}
