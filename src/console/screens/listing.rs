//! What all list screens do alike: moving, filtering, asking again, and drawing what is there.

use std::rc::Rc;

use ratatui::Frame;
use ratatui::layout::Rect;

use serde::Serialize;

use super::pane::{self, Pane};
use super::saved_selection::SavedSelection;
use crate::console::appearance::Appearance;
use crate::console::arrangement::{Arrangement, ColumnChoice};
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::Command;
use crate::console::context::Context;
use crate::console::export::ExportFormat;
use crate::console::subject::Subject;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::window::{List, Row};
use crate::wire::request::{RequestWithReply, Window};
use crate::wire::view::Page;
use crate::wire::{Code, Problem};

mod column_layout;
mod export;
mod listed;
mod picture;
mod whole_list;
mod whole_sorted;
use column_layout::{ColumnLayout, SortPlace};
pub use export::Export;
use export::ExportRows;
pub(super) use listed::ListScreen;
use picture::ListPicture;
pub(super) use whole_list::{WholeItem, WholeList};

/// How the rows of a list stand in columns.
pub(super) struct ListColumns<T> {
    pub(super) columns: &'static [Column],
    /// A cell a column.
    pub(super) cells: fn(&T, &Appearance) -> Vec<Cell>,
    /// What is said while there are no rows, and what to do then.
    pub(super) nothing: Nothing,
}

/// How a row is drawn.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    pub(super) selected: bool,
    pub(super) marked: bool,
}

/// A list with what it takes to fill it and to draw it.
pub(super) struct Listing<A, T> {
    list: List<T>,
    asked: AwaitedReply<A>,
    /// Whether something changed since that was asked.
    again: bool,
    sheet: ColumnLayout<T>,
    nothing: Nothing,
    request: Rc<dyn Fn(Window) -> A>,
    /// Whether the columns have their titles above them.
    titled: bool,
    /// How wide it is when the selected row's detail stands beside it.
    beside: Option<u16>,
    /// What its requests are called, once there was one: the server ends the search for an older one.
    view: Option<String>,
}

impl<A, R, T> Listing<A, T>
where
    A: RequestWithReply<Reply = Page<R>>,
    T: Row + From<R>,
{
    /// An empty list, with the request for its rows.
    pub(super) fn new(shape: ListColumns<T>, request: impl Fn(Window) -> A + 'static) -> Self {
        Self {
            list: List::default(),
            asked: AwaitedReply::default(),
            again: false,
            sheet: ColumnLayout::new(shape.columns, shape.cells, SortPlace::Server),
            nothing: shape.nothing,
            request: Rc::new(request),
            titled: true,
            beside: None,
            view: None,
        }
    }

    /// The same, so wide when the detail stands beside it.
    pub(super) fn beside(mut self, width: u16) -> Self {
        self.beside = Some(width);
        self
    }

    /// The same without titles above its columns, which say of themselves what they are.
    pub(super) fn untitled(mut self) -> Self {
        self.titled = false;
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
    pub(super) fn moved(&mut self, command: Command, cx: &mut Context<'_>) -> bool {
        let mut wanted = None;
        let moved = moved(&mut self.list, command, &mut wanted);
        self.want(wanted, cx);
        moved
    }

    /// Takes a reply, if it is the one that is waited for.
    pub(super) fn take(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> bool {
        let Some(page) = self.asked.take(heard) else {
            return false;
        };
        let window = take(&mut self.list, page.map(rows), cx);
        let window = match window {
            None if std::mem::take(&mut self.again) => Some(self.list.refresh()),
            window => window,
        };
        self.want(window, cx);
        true
    }

    /// Asks for a part of the list, if one is wanted.
    fn want(&mut self, window: Option<Window>, cx: &mut Context<'_>) {
        if let Some(mut window) = window {
            let view = self.view.get_or_insert_with(|| cx.name_view());
            window.view = Some(view.clone());
            self.asked = cx.ask((self.request)(window));
        }
    }

    /// The body has another size, of which `above` lines are somebody else's.
    pub(super) fn fit(&mut self, above: usize, cx: &mut Context<'_>) {
        let body = cx.facts.body();
        let below = self.beside.map_or(0, |_| pane::reserved(body));
        let above = above + table::head(&self.sheet.drawn(self.titled));
        let height = usize::from(body.height).saturating_sub(above + below);
        let window = self.list.fit(height);
        self.want(window, cx);
    }

    /// Draws the rows, or why there are none; returns where the selected row is shown in full, if there is room.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        look: &Appearance,
    ) -> Option<Pane> {
        let marks = |_: &T, selected| Marks {
            selected,
            marked: false,
        };
        self.draw_with(frame, area, marks, look)
    }

    /// The same, where more is said of a row than whether it is selected.
    pub(super) fn draw_with(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        marks: impl Fn(&T, bool) -> Marks,
        look: &Appearance,
    ) -> Option<Pane> {
        let picture = ListPicture {
            list: &self.list,
            sheet: &self.sheet,
            nothing: self.nothing,
            titled: self.titled,
            beside: self.beside,
        };
        picture.draw(frame, area, marks, look)
    }
}

impl<A, R, T> ListScreen for Listing<A, T>
where
    A: RequestWithReply<Reply = Page<R>> + 'static,
    R: Serialize + Clone + 'static,
    T: Row + From<R> + 'static,
{
    fn ask(&mut self, cx: &mut Context<'_>) {
        // The server may go through the whole list for an answer: it would begin anew with each notice, and never end.
        if self.asked.is_open() {
            self.again = true;
            return;
        }
        let window = self.list.refresh();
        self.want(Some(window), cx);
    }

    fn filter_by(&mut self, text: &str, cx: &mut Context<'_>) {
        self.again = false;
        let window = self.list.set_filter(text);
        self.want(Some(window), cx);
    }

    fn filter(&self) -> &str {
        self.list.filter()
    }

    fn choices(&self) -> Vec<ColumnChoice> {
        self.sheet.choices()
    }

    fn arrangement(&self) -> &Arrangement {
        self.sheet.arrangement()
    }

    fn arrange(&mut self, wanted: Arrangement) {
        self.sheet.arrange(wanted);
        let sort = self.sheet.sort();
        if sort != self.list.sort() {
            // Rows in the order of before are nobody's any more.
            (self.asked, self.again) = (AwaitedReply::default(), false);
            self.list.set_sort(sort);
        }
    }

    fn subject(&self) -> Option<Subject> {
        self.list.subject()
    }

    fn titles(&self) -> Option<Vec<String>> {
        let held = u64::try_from(self.list.held()).ok();
        let is_whole = self.list.loaded() && held == Some(self.list.total());
        is_whole.then(|| self.list.rows().map(Row::title).collect())
    }

    fn export(&self, form: ExportFormat) -> Box<dyn Export> {
        Box::new(ExportRows {
            form,
            sheet: self.sheet.clone(),
            request: self.request.clone(),
            window: self.list.all(),
            asked: AwaitedReply::default(),
        })
    }

    fn keep(&self) -> SavedSelection {
        SavedSelection {
            selected: self.list.selected_id().map(str::to_owned),
            filter: self.list.filter().to_owned(),
            marks: Vec::new(),
            before: self.list.before().map(str::to_owned),
            sort: self.list.sort(),
        }
    }

    fn restore(&mut self, kept: SavedSelection) {
        // What is under way answers what was asked before.
        (self.asked, self.again) = (AwaitedReply::default(), false);
        self.list.restore_filter(kept.filter);
        // A key is one of its order.
        let before = kept.before.filter(|_| kept.sort == self.list.sort());
        self.list.return_to(kept.selected, before);
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
    cx: &mut Context<'_>,
) -> Option<Window> {
    let is_unsure = page.as_ref().is_ok_and(|page| page.partial) && list.sort().is_some();
    let window = list.take(page);
    if is_unsure {
        cx.complain(Problem::new(
            Code::Failed,
            "the list is too long to be sorted in time: rows are missing",
            "narrow it with a filter, or go back to its own order",
        ));
    }
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
        partial: page.partial,
        searched_to: page.searched_to,
    }
}
