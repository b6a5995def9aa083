//! The dialog on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Face, Item, Part, ROWS};
use crate::console::look::Look;
use crate::console::text::{self, Align};
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, Sheet};
use crate::domain::webhook::ConfigKind;

/// Columns of a row's name.
const LABEL: usize = 15;

/// What one of a kind is called.
pub(super) fn one(kind: ConfigKind) -> &'static str {
    match kind {
        ConfigKind::Channel => "channel",
        ConfigKind::Routing => "routing rule",
        ConfigKind::Mapping => "field mapping",
    }
}

/// What the two sides of one are called.
fn sides(kind: ConfigKind) -> (&'static str, &'static str) {
    match kind {
        ConfigKind::Channel => ("Channel there", "Name here"),
        ConfigKind::Mapping | ConfigKind::Routing => ("Field there", "Field here"),
    }
}

pub(super) fn draw(it: &Item, frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let sheet = Sheet::new(area);
    let what = one(it.target.kind);
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
    let (theirs, ours) = sides(it.target.kind);
    let on = |part| it.part() == part;
    match it.target.kind {
        ConfigKind::Mapping | ConfigKind::Routing => {
            form.label("Entity", LABEL, on(Part::Entity));
            match it.target.item {
                Some(_) => form.put(&it.entity, Role::Text),
                None => form.choice(&it.entity, on(Part::Entity)),
            };
            form.end();
            choices(it, theirs, form, look);
        }
        ConfigKind::Channel => {
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

/// Some of what can be chosen, the chosen one among it: how the vendor calls it, what people call it, and an example.
fn choices(it: &Item, label: &str, form: &mut Form<'_>, look: &Look) {
    let all = it.offered();
    let skip = (it.picked + 1).saturating_sub(ROWS);
    if all.is_empty() {
        form.label(label, LABEL, it.part() == Part::Pick);
        let why = match (it.target.kind, it.choices.is_empty()) {
            (ConfigKind::Channel, true) => "the list was not pulled yet; an id is taken",
            (ConfigKind::Channel, false) => "none of these; what is typed is asked for",
            (ConfigKind::Mapping | ConfigKind::Routing, _) => {
                "nothing was pulled yet, and the provider file names no fields"
            }
        };
        form.put(why, Role::Dim).end();
    }
    let room = form.page.width().saturating_sub(LABEL + 2 + 4);
    let (theirs, called) = match it.target.kind {
        ConfigKind::Channel => (room / 5, room * 2 / 5),
        ConfigKind::Mapping | ConfigKind::Routing => (room * 2 / 5, room / 5),
    };
    for (at, choice) in all.iter().enumerate().skip(skip).take(ROWS) {
        let (is_picked, on) = (at == it.picked, it.part() == Part::Pick);
        form.label(if at == skip { label } else { "" }, LABEL, on && is_picked);
        let cell = |text: &str, width| {
            text::fit(&text::clean(text), width, Align::Left, look.glyphs.ellipsis)
        };
        let role = match (is_picked, on) {
            (true, true) => Role::Selected,
            (true, false) => Role::Accent,
            (false, _) => Role::Text,
        };
        let sign = if is_picked { "*" } else { " " };
        form.put(format!("{sign} {}", cell(&choice.from, theirs)), role);
        form.put(format!(" {}", cell(&choice.name, called)), Role::Text);
        let words = match &choice.goes_to {
            None => choice.about.clone(),
            Some(to) => format!("{} {to}", look.glyphs.arrow),
        };
        form.put(format!(" {}", cell(&words, room * 2 / 5)), Role::Dim)
            .end();
    }
    if all.len() > ROWS {
        let words = format!("{} of {}", it.picked + 1, all.len());
        form.label("", LABEL, false).put(words, Role::Dim).end();
    }
}
