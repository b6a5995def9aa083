//! All rows of a list that fit its filter, a page at a time, as lines of a file.

use std::rc::Rc;

use serde::Serialize;

use super::sheet::Sheet;
use crate::console::asked::{Awaited, Heard};
use crate::console::context::Cx;
use crate::console::export::{self, Form};
use crate::console::look::Look;
use crate::console::widgets::table::Cell;
use crate::console::window::Row;
use crate::domain::escaped_json;
use crate::wire::Problem;
use crate::wire::request::{Told, Window};
use crate::wire::view::Page;

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
    fn ask(&mut self, cx: &mut Cx<'_>);

    /// Takes the page that was asked for; none when it is not the reply to that.
    fn take(&mut self, heard: &mut Heard) -> Option<Result<Lines, Problem>>;
}

/// The rows of one list.
pub(super) struct Rows<A, T> {
    pub(super) form: Form,
    pub(super) sheet: Sheet<T>,
    pub(super) request: Rc<dyn Fn(Window) -> A>,
    /// What is asked for next.
    pub(super) window: Window,
    pub(super) asked: Awaited<A>,
}

impl<A, R, T> Export for Rows<A, T>
where
    A: Told<Reply = Page<R>>,
    R: Serialize,
    T: Row + From<R>,
{
    fn head(&self) -> String {
        match self.form {
            Form::Csv => export::line(self.sheet.columns().map(|column| column.title)),
            Form::JsonLines => String::new(),
        }
    }

    fn ask(&mut self, cx: &mut Cx<'_>) {
        self.asked = cx.ask((self.request)(self.window.clone()));
    }

    fn take(&mut self, heard: &mut Heard) -> Option<Result<Lines, Problem>> {
        let page = match self.asked.take(heard)? {
            Ok(page) => page,
            Err(problem) => return Some(Err(problem)),
        };
        // A page without a row has no key to go on from.
        let more = page.more && !page.keys.is_empty();
        self.window.after = page.keys.into_iter().next_back();
        let look = Look::exact();
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

impl<A, T: Row> Rows<A, T> {
    /// A row as its line; none for one that the list does not show.
    fn line<R: Serialize>(&self, row: R, look: &Look) -> Option<String>
    where
        T: From<R>,
    {
        let json = match self.form {
            Form::JsonLines => escaped_json::to_string(&row).ok(),
            Form::Csv => None,
        };
        let row = T::from(row);
        if !row.shown() {
            return None;
        }
        let cells = self.sheet.cells(&row, look);
        let texts = cells.iter().map(|Cell(text, _)| text.as_str());
        Some(json.map_or_else(|| export::line(texts), |json| json + "\n"))
    }
}
