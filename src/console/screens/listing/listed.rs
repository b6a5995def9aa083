//! A list, whatever its rows are.

use super::export::Export;
use crate::console::arrangement::{Arrangement, ColumnChoice};
use crate::console::context::Context;
use crate::console::export::ExportFormat;
use crate::console::screens::saved_selection::SavedSelection;
use crate::console::subject::Subject;

/// What a screen does with its list, whatever the rows are.
pub trait ListScreen {
    /// Asks for the rows in sight, again if they are there already.
    fn ask(&mut self, cx: &mut Context<'_>);

    /// Shows only rows that contain `text`.
    fn filter_by(&mut self, text: &str, cx: &mut Context<'_>);

    /// The filter; empty for none.
    fn filter(&self) -> &str;

    /// Takes the filter away; false when there was none.
    fn unfilter(&mut self, cx: &mut Context<'_>) -> bool {
        let filtered = !self.filter().is_empty();
        if filtered {
            self.filter_by("", cx);
        }
        filtered
    }

    /// Its columns, for a person to arrange.
    fn choices(&self) -> Vec<ColumnChoice>;

    /// How it is arranged.
    fn arrangement(&self) -> &Arrangement;

    /// Arranges it so; its rows are asked for by whoever knows that it is in sight.
    fn arrange(&mut self, wanted: Arrangement);

    /// The row under the cursor.
    fn subject(&self) -> Option<Subject>;

    /// What its rows are called; none where there are more than are held.
    fn titles(&self) -> Option<Vec<String>>;

    /// All its rows that fit the filter, for a file.
    fn export(&self, form: ExportFormat) -> Box<dyn Export>;

    /// What to keep of it.
    fn keep(&self) -> SavedSelection;

    /// Takes back what was kept.
    fn restore(&mut self, kept: SavedSelection);
}
