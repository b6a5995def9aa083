//! The dialog of a routing rule on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Asks, Choice, Face, Part, Rule};
use crate::console::look::Look;
use crate::console::text::{self, Align};
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, Sheet};
use crate::console::widgets::pick::{Pick, Row};
use crate::domain::routing::Standing;

/// Columns of a row's name.
const LABEL: usize = 15;

pub(super) fn draw(it: &Rule, frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let sheet = Sheet::new(area);
    let title = match it.target.item {
        Some(_) => "Change the routing rule",
        None => "A new routing rule",
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
    sheet.draw(frame, title, above.done(), 0, form);
}

fn asking<'a>(it: &'a Rule, form: &mut Form<'a>, look: &Look) {
    let on = |part| it.at == part;
    let parts = it.parts();
    form.label("Records of", LABEL, on(Part::Entity));
    match it.target.item {
        Some(_) => form.put(text::clean(&it.entity), Role::Text),
        None => form.choice(&text::clean(&it.entity), on(Part::Entity)),
    };
    form.end();
    fields(it, form, look);
    if parts.contains(&Part::Asks) {
        form.label("", LABEL, on(Part::Asks));
        form.choice(it.asks.word(), on(Part::Asks)).end();
    }
    if parts.contains(&Part::Value) {
        form.label("Value", LABEL, on(Part::Value));
        form.field(&it.value, on(Part::Value)).end();
        if it.asks == Asks::Is && on(Part::Value) {
            let words = "apart by commas; in quotes where one has a comma";
            form.label("", LABEL, false).put(words, Role::Dim).end();
        }
    }
    form.label("Go to", LABEL, on(Part::To));
    to(it, form, look);
    form.page.blank();
    let buttons = [("Save", on(Part::Save)), ("Cancel", on(Part::Cancel))];
    form.buttons(&it.said, &buttons);
}

/// Where what is meant goes, or that it goes nowhere.
fn to(it: &Rule, form: &mut Form<'_>, look: &Look) {
    let on = it.at == Part::To;
    if let Some(chosen) = it.subscription() {
        let room = form.page.width().saturating_sub(LABEL + 8);
        let url = text::clean(&chosen.url);
        let url = text::fit(&url, room, Align::Left, look.glyphs.ellipsis);
        form.choice(url.trim_end(), on).end();
        if chosen.status != "enabled" {
            let words = format!("it is {}: nothing is sent to it", chosen.status);
            form.label("", LABEL, false).put(words, Role::Warn).end();
        }
        return;
    }
    let is_any = it.subscriptions.iter().flatten().next().is_some();
    let routing = it.target.item.as_ref().and_then(|it| it.routing.as_ref());
    match (is_any, routing.map(|it| it.standing)) {
        (false, _) => {
            let words = "there is no subscription: tagout subscriptions add URL";
            form.put(words, Role::Warn).end();
        }
        (true, Some(Standing::Incomplete)) => form.choice("choose a subscription", on).end(),
        (true, _) => {
            let words = "the subscription was removed: choose one";
            form.choice(words, on).end();
        }
    }
}

/// What can be looked at.
fn fields(it: &Rule, form: &mut Form<'_>, look: &Look) {
    let row = |choice: Choice<'_>| {
        let (name, about) = match choice {
            Choice::Every => ("every record", ("", Role::Dim)),
            Choice::Unknown(pointer) => (pointer, ("not among its fields", Role::Warn)),
            Choice::Field { pointer, example } => (pointer, (example, Role::Dim)),
        };
        Row {
            name: name.to_owned(),
            about: vec![(about.0.to_owned(), about.1)],
        }
    };
    let rows: Vec<Row> = it.choices().into_iter().map(row).collect();
    let pick = Pick {
        label: "Whose field",
        indent: LABEL,
        focused: it.at == Part::Field,
        picked: it.picked(),
        parts: &[1, 1],
    };
    pick.draw(&rows, form, look);
}
