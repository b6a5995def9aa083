//! The dialog on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{ItemDialog, ItemFocus, ItemKind, ItemStage, VendorSide};
use crate::console::appearance::Appearance;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};
use crate::console::widgets::pick::{Pick, PickRow};

/// Columns of a row's name.
const LABEL: usize = 15;

/// What the two sides of one are called.
fn sides(kind: ItemKind) -> (&'static str, &'static str) {
    match kind {
        ItemKind::Channel => ("Channel there", "Name here"),
        ItemKind::Mapping => ("Field there", "Field here"),
    }
}

pub(super) fn draw(it: &ItemDialog, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
    let sheet = FormArea::new(area);
    let what = it.kind.one();
    let title = match it.target.item {
        Some(_) => format!("Change the {what}"),
        None => format!("A new {what}"),
    };
    let mut above = Doc::new(sheet.width(), LABEL, look);
    let mut form = Form::new(sheet.width(), look);
    match &it.face {
        ItemStage::Looking => {
            above.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim);
            form.buttons("", &[("Close", true)]);
        }
        ItemStage::Saving => {
            above.words("asked the server", StyleRole::Dim);
            form.buttons("", &[("Close", true)]);
        }
        ItemStage::Failed(problem) => {
            above.words(&problem.message, StyleRole::Bad);
            above.words(&problem.hint, StyleRole::Text);
            form.buttons("", &[("Change it", true), ("Close", false)]);
        }
        ItemStage::Asking => asking(it, &mut form, look),
    }
    sheet.draw(frame, &title, above.done(), 0, form);
}

fn asking<'a>(it: &'a ItemDialog, form: &mut Form<'a>, look: &Appearance) {
    let (theirs, ours) = sides(it.kind);
    let on = |part| it.part() == part;
    match it.kind {
        ItemKind::Mapping => {
            form.label("Entity", LABEL, on(ItemFocus::Entity));
            match it.target.item {
                Some(_) => form.put(&it.entity, StyleRole::Text),
                None => form.choice(&it.entity, on(ItemFocus::Entity)),
            };
            form.end();
            choices(it, theirs, form, look);
        }
        ItemKind::Channel => {
            form.label("Search", LABEL, on(ItemFocus::From));
            form.field(&it.from, on(ItemFocus::From)).end();
            choices(it, theirs, form, look);
        }
    }
    form.label(ours, LABEL, on(ItemFocus::To));
    form.field(&it.to, on(ItemFocus::To)).end();
    form.page.blank();
    let buttons = [
        ("Save", on(ItemFocus::Save)),
        ("Cancel", on(ItemFocus::Cancel)),
    ];
    form.buttons(&it.said, &buttons);
}

/// What can be chosen: how the vendor calls it, what people call it, and an example.
fn choices(it: &ItemDialog, label: &str, form: &mut Form<'_>, look: &Appearance) {
    let all = it.offered();
    if all.is_empty() {
        form.label(label, LABEL, it.part() == ItemFocus::Pick);
        let why = match (it.kind, it.choices.is_empty()) {
            (ItemKind::Channel, true) => "the list was not pulled yet; an id is taken",
            (ItemKind::Channel, false) => "none of these; what is typed is asked for",
            (ItemKind::Mapping, _) => {
                "nothing was pulled yet, and the provider file names no fields"
            }
        };
        form.put(why, StyleRole::Dim).end();
    }
    let row = |choice: &VendorSide| {
        let words = match &choice.goes_to {
            None => choice.about.clone(),
            Some(to) => format!("{} {to}", look.glyphs.arrow),
        };
        PickRow {
            name: choice.from.clone(),
            about: vec![
                (choice.name.clone(), StyleRole::Text),
                (words, StyleRole::Dim),
            ],
        }
    };
    let rows: Vec<PickRow> = all.into_iter().map(row).collect();
    let pick = Pick {
        label,
        indent: LABEL,
        focused: it.part() == ItemFocus::Pick,
        picked: it.picked,
        parts: match it.kind {
            ItemKind::Channel => &[1, 2, 2],
            ItemKind::Mapping => &[2, 1, 2],
        },
    };
    pick.draw(&rows, form, look);
}
