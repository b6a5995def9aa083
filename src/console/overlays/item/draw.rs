//! The dialog on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Choice, Face, Item, Kind, Part};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, Sheet};
use crate::console::widgets::pick::{Pick, Row};

/// Columns of a row's name.
const LABEL: usize = 15;

/// What the two sides of one are called.
fn sides(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Channel => ("Channel there", "Name here"),
        Kind::Mapping => ("Field there", "Field here"),
    }
}

pub(super) fn draw(it: &Item, frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let sheet = Sheet::new(area);
    let what = it.kind.one();
    let title = match it.target.item {
        Some(_) => format!("Change the {what}"),
        None => format!("A new {what}"),
    };
    let mut above = Doc::new(sheet.width(), LABEL, look);
    let mut form = Form::new(sheet.width(), look);
    match &it.face {
        Face::Looking => {
            above.words(&format!("looking{}", look.glyphs.ellipsis), Role::Dim);
            form.buttons("", &[("Close", true)]);
        }
        Face::Saving => {
            above.words("asked the server", Role::Dim);
            form.buttons("", &[("Close", true)]);
        }
        Face::Failed(problem) => {
            above.words(&problem.message, Role::Bad);
            above.words(&problem.hint, Role::Text);
            form.buttons("", &[("Change it", true), ("Close", false)]);
        }
        Face::Asking => asking(it, &mut form, look),
    }
    sheet.draw(frame, &title, above.done(), 0, form);
}

fn asking<'a>(it: &'a Item, form: &mut Form<'a>, look: &Look) {
    let (theirs, ours) = sides(it.kind);
    let on = |part| it.part() == part;
    match it.kind {
        Kind::Mapping => {
            form.label("Entity", LABEL, on(Part::Entity));
            match it.target.item {
                Some(_) => form.put(&it.entity, Role::Text),
                None => form.choice(&it.entity, on(Part::Entity)),
            };
            form.end();
            choices(it, theirs, form, look);
        }
        Kind::Channel => {
            form.label("Search", LABEL, on(Part::From));
            form.field(&it.from, on(Part::From)).end();
            choices(it, theirs, form, look);
        }
    }
    form.label(ours, LABEL, on(Part::To));
    form.field(&it.to, on(Part::To)).end();
    form.page.blank();
    let buttons = [("Save", on(Part::Save)), ("Cancel", on(Part::Cancel))];
    form.buttons(&it.said, &buttons);
}

/// What can be chosen: how the vendor calls it, what people call it, and an example.
fn choices(it: &Item, label: &str, form: &mut Form<'_>, look: &Look) {
    let all = it.offered();
    if all.is_empty() {
        form.label(label, LABEL, it.part() == Part::Pick);
        let why = match (it.kind, it.choices.is_empty()) {
            (Kind::Channel, true) => "the list was not pulled yet; an id is taken",
            (Kind::Channel, false) => "none of these; what is typed is asked for",
            (Kind::Mapping, _) => "nothing was pulled yet, and the provider file names no fields",
        };
        form.put(why, Role::Dim).end();
    }
    let row = |choice: &Choice| {
        let words = match &choice.goes_to {
            None => choice.about.clone(),
            Some(to) => format!("{} {to}", look.glyphs.arrow),
        };
        Row {
            name: choice.from.clone(),
            about: vec![(choice.name.clone(), Role::Text), (words, Role::Dim)],
        }
    };
    let rows: Vec<Row> = all.into_iter().map(row).collect();
    let pick = Pick {
        label,
        indent: LABEL,
        focused: it.part() == Part::Pick,
        picked: it.picked,
        parts: match it.kind {
            Kind::Channel => &[1, 2, 2],
            Kind::Mapping => &[2, 1, 2],
        },
    };
    pick.draw(&rows, form, look);
}
