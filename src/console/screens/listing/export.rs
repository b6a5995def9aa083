//! All rows of a list that fit its filter, a page at a time, as lines of a file.

use std::rc::Rc;

use serde::Serialize;

use super::column_layout::ColumnLayout;
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::console::export::{self, ExportFormat};
use crate::console::widgets::table::Cell;
use crate::console::window::Row;
use crate::domain::escaped_json;
use crate::wire::request::{RequestWithReply, Window};
use crate::wire::view::{Page, ToldRow};
use crate::wire::{Code, Problem};

/// The lines of a page.
pub struct Lines {
    /// One a row.
    pub text: String,
    /// How many rows.
    pub rows: u64,
    /// Whether more follow.
    pub more: bool,
}

/// A list on its way into a file. It goes on whatever becomes of its screen.
pub trait Export {
    /// What stands above the rows.
    fn head(&self) -> String;

    /// Asks for the next page.
    fn ask(&mut self, cx: &mut Context<'_>);

    /// Takes the page that was asked for; none when it is not the reply to that.
    fn take(&mut self, heard: &mut IncomingReply) -> Option<Result<Lines, Problem>>;
}

/// The rows of one list.
pub(super) struct ExportRows<A, T> {
    pub(super) form: ExportFormat,
    pub(super) sheet: ColumnLayout<T>,
    pub(super) request: Rc<dyn Fn(Window) -> A>,
    /// What is asked for next.
    pub(super) window: Window,
    pub(super) asked: AwaitedReply<A>,
}

impl<A, R, T> Export for ExportRows<A, T>
where
    A: RequestWithReply<Reply = Page<R>>,
    R: Serialize + Clone,
    T: Row + From<R>,
{
    fn head(&self) -> String {
        match self.form {
            ExportFormat::Csv => export::line(self.sheet.columns().map(|column| column.title)),
            ExportFormat::JsonLines => String::new(),
        }
    }

    fn ask(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask((self.request)(self.window.clone()));
    }

    fn take(&mut self, heard: &mut IncomingReply) -> Option<Result<Lines, Problem>> {
        let page = match self.asked.take(heard)? {
            Ok(page) => page,
            Err(problem) => return Some(Err(problem)),
        };
        if page.partial && self.window.sort.is_some() {
            return Some(Err(Problem::new(
                Code::Failed,
                "the list is too long to be sorted in time",
                "narrow it with a filter, or write it in its own order",
            )));
        }
        let more = page.move_on(&mut self.window);
        let look = Appearance::exact();
        let lines = page
            .rows
            .into_iter()
            .filter_map(|row| self.line(row, &look));
        let lines: Vec<String> = lines.collect();
        Some(Ok(Lines {
            rows: lines.len() as u64,
            text: lines.concat(),
            more,
        }))
    }
}

impl<A, T: Row> ExportRows<A, T> {
    /// A row as its line; none for one that the list does not show.
    fn line<R: Serialize + Clone>(&self, told: R, look: &Appearance) -> Option<String>
    where
        T: From<R>,
    {
        let row = T::from(told.clone());
        if !row.shown() {
            return None;
        }
        if self.form == ExportFormat::JsonLines {
            let sentence = row.sentence();
            let line = escaped_json::to_string(&ToldRow {
                row: told,
                sentence,
            })
            .ok()?;
            return Some(line + "\n");
        }
        let cells = self.sheet.cells(&row, look);
        let texts = cells.iter().map(|Cell(text, _)| text.as_str());
        Some(export::line(texts))
    }
}
