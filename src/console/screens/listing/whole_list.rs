//! A list that the server tells whole: it is filtered here.

use serde::Serialize;

use super::column_layout::{ColumnLayout, SortPlace};
use super::export::{Export, Lines};
use super::picture::ListPicture;
use super::{ListColumns, ListScreen, Marks, moved, whole_sorted};
use crate::console::appearance::Appearance;
use crate::console::arrangement::{Arrangement, ColumnChoice};
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::Command;
use crate::console::context::Context;
use crate::console::export::{self, ExportFormat};
use crate::console::screens::pane::{self, Pane};
use crate::console::screens::saved_selection::SavedSelection;
use crate::console::subject::Subject;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{self, Cell};
use crate::console::window::{List, Row};
use crate::domain::escaped_json;
use crate::domain::sorting::Worth;
use crate::wire::Problem;
use crate::wire::request::RequestWithReply;
use crate::wire::view::Page;

use ratatui::Frame;
use ratatui::layout::Rect;

/// A row of such a list.
pub(in crate::console::screens) trait WholeItem:
    Row + From<Self::Told> + Clone + 'static
{
    /// The row as the server tells it.
    type Told: Serialize + Clone + 'static;
    /// What asks for all of them.
    type Ask: RequestWithReply<Reply = Vec<Self::Told>> + Clone + 'static;

    /// What its columns of figures are worth, in their order.
    fn figures(&self) -> Vec<Option<Worth>>;
}

/// The list.
pub(in crate::console::screens) struct WholeList<T: WholeItem> {
    request: T::Ask,
    /// None before the first answer.
    all: Option<Vec<T>>,
    list: List<T>,
    asked: AwaitedReply<T::Ask>,
    /// Whether something changed since that was asked.
    again: bool,
    sheet: ColumnLayout<T>,
    nothing: Nothing,
    beside: u16,
}

impl<T: WholeItem> WholeList<T> {
    /// An empty list, with the request for its rows, so wide when the detail stands beside it.
    pub(in crate::console::screens) fn new(
        shape: ListColumns<T>,
        request: T::Ask,
        beside: u16,
    ) -> Self {
        Self {
            request,
            all: None,
            list: List::default(),
            asked: AwaitedReply::default(),
            again: false,
            sheet: ColumnLayout::new(shape.columns, shape.cells, SortPlace::Here),
            nothing: shape.nothing,
            beside,
        }
    }

    pub(in crate::console::screens) fn selected(&self) -> Option<&T> {
        self.list.selected()
    }

    /// Moves; false when the command is not about moving.
    pub(in crate::console::screens) fn moved(&mut self, command: Command) -> bool {
        moved(&mut self.list, command, &mut None)
    }

    /// Takes the rows, if they are what came.
    pub(in crate::console::screens) fn take(
        &mut self,
        heard: &mut IncomingReply,
        cx: &mut Context<'_>,
    ) {
        match self.asked.take(heard) {
            Some(Ok(rows)) => {
                self.all = Some(rows.into_iter().map(T::from).collect());
                self.show();
            }
            Some(Err(problem)) if self.all.is_some() => cx.complain(problem),
            Some(Err(problem)) => {
                self.list.refresh();
                self.list.take(Err(problem));
            }
            None => return,
        }
        if std::mem::take(&mut self.again) {
            self.ask(cx);
        }
    }

    /// Shows the rows that fit the filter.
    fn show(&mut self) {
        let Some(all) = &self.all else {
            return;
        };
        let fits = |row: &&T| fits(*row, &self.sheet, self.list.filter());
        let mut rows: Vec<T> = all.iter().filter(fits).cloned().collect();
        whole_sorted::sort(&mut rows, |row| row, &self.sheet);
        let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
        self.list.refresh();
        self.list.take(Ok(Page {
            keys: rows.iter().map(|row| row.id().to_owned()).collect(),
            rows,
            more: false,
            total,
            partial: false,
            searched_to: None,
        }));
    }

    /// The body has another size, of which `above` lines are somebody else's.
    pub(in crate::console::screens) fn fit(&mut self, above: usize, cx: &Context<'_>) {
        let body = cx.facts.body();
        let above = above + table::head(&self.sheet.drawn(true)) + pane::reserved(body);
        self.list
            .fit(usize::from(body.height).saturating_sub(above));
    }

    /// Draws the rows, or why there are none; returns where the selected row is shown in full, if there is room.
    pub(in crate::console::screens) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        look: &Appearance,
    ) -> Option<Pane> {
        let picture = ListPicture {
            list: &self.list,
            sheet: &self.sheet,
            nothing: self.nothing,
            titled: true,
            beside: Some(self.beside),
        };
        let marks = |_: &T, selected| Marks {
            selected,
            marked: false,
        };
        picture.draw(frame, area, marks, look)
    }
}

/// Whether each word of a filter stands somewhere in the row, whatever the case.
fn fits<T: WholeItem>(row: &T, sheet: &ColumnLayout<T>, filter: &str) -> bool {
    if filter.trim().is_empty() {
        return true;
    }
    let cells = sheet.all_cells(row, &Appearance::exact());
    let texts = cells.iter().map(|Cell(text, _)| text.as_str());
    let texts: Vec<&str> = texts.chain([row.id()]).collect();
    let text = format!("{}\n{}", texts.join("\n"), row.title()).to_lowercase();
    let filter = filter.to_lowercase();
    filter.split_whitespace().all(|word| text.contains(word))
}

impl<T: WholeItem> ListScreen for WholeList<T> {
    fn ask(&mut self, cx: &mut Context<'_>) {
        if self.asked.is_open() {
            self.again = true;
            return;
        }
        self.asked = cx.ask(self.request.clone());
    }

    fn filter_by(&mut self, text: &str, _: &mut Context<'_>) {
        self.list.set_filter(text);
        self.show();
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
        self.show();
    }

    fn subject(&self) -> Option<Subject> {
        self.list.subject()
    }

    fn titles(&self) -> Option<Vec<String>> {
        let all = self.all.as_ref()?;
        Some(all.iter().map(Row::title).collect())
    }

    fn export(&self, form: ExportFormat) -> Box<dyn Export> {
        Box::new(WholeExport {
            form,
            sheet: self.sheet.clone(),
            filter: self.list.filter().to_owned(),
            request: self.request.clone(),
            asked: AwaitedReply::default(),
        })
    }

    fn keep(&self) -> SavedSelection {
        SavedSelection {
            selected: self.list.selected_id().map(str::to_owned),
            filter: self.list.filter().to_owned(),
            ..SavedSelection::default()
        }
    }

    fn restore(&mut self, kept: SavedSelection) {
        self.list.restore_filter(kept.filter);
        self.list.return_to(kept.selected, None);
    }
}

/// The rows on their way into a file.
struct WholeExport<T: WholeItem> {
    form: ExportFormat,
    sheet: ColumnLayout<T>,
    filter: String,
    request: T::Ask,
    asked: AwaitedReply<T::Ask>,
}

impl<T: WholeItem> WholeExport<T> {
    /// A row as its line.
    fn line(&self, row: &T, told: &T::Told) -> Option<String> {
        match self.form {
            ExportFormat::JsonLines => escaped_json::to_string(told).ok().map(|it| it + "\n"),
            ExportFormat::Csv => {
                let cells = self.sheet.cells(row, &Appearance::exact());
                Some(export::line(
                    cells.iter().map(|Cell(text, _)| text.as_str()),
                ))
            }
        }
    }
}

impl<T: WholeItem> Export for WholeExport<T> {
    fn head(&self) -> String {
        match self.form {
            ExportFormat::Csv => export::line(self.sheet.columns().map(|column| column.title)),
            ExportFormat::JsonLines => String::new(),
        }
    }

    fn ask(&mut self, cx: &mut Context<'_>) {
        self.asked = cx.ask(self.request.clone());
    }

    fn take(&mut self, heard: &mut IncomingReply) -> Option<Result<Lines, Problem>> {
        let rows = match self.asked.take(heard)? {
            Ok(rows) => rows,
            Err(problem) => return Some(Err(problem)),
        };
        let both = rows.into_iter().map(|told| (T::from(told.clone()), told));
        let fits = |(row, _): &(T, T::Told)| fits(row, &self.sheet, &self.filter);
        let mut both: Vec<(T, T::Told)> = both.filter(fits).collect();
        whole_sorted::sort(&mut both, |(row, _)| row, &self.sheet);
        let lines = both.iter().filter_map(|(row, told)| self.line(row, told));
        let lines: Vec<String> = lines.collect();
        Some(Ok(Lines {
            rows: u64::try_from(lines.len()).unwrap_or(u64::MAX),
            text: lines.concat(),
            more: false,
        }))
    }
}
