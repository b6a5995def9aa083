//! The dialog of a routing rule on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::parts::star;
use super::{Face, Part, Rule};
use crate::console::look::Look;
use crate::console::text::{self, Align};
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, Sheet};
use crate::domain::routing::Standing;

/// Columns of a row's name.
const LABEL: usize = 15;
/// Fields that are seen at once.
const ROWS: usize = 8;

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

/// Some of the fields, the chosen one among them.
fn fields(it: &Rule, form: &mut Form<'_>, look: &Look) {
    let pointers = it.pointers();
    let picked = pointers.iter().position(|its| *its == it.field);
    let picked = picked.unwrap_or(0);
    let skip = (picked + 1).saturating_sub(ROWS);
    let room = form.page.width().saturating_sub(LABEL + 2 + 4);
    let cell = |words: &str, width| {
        text::fit(
            &text::clean(words),
            width,
            Align::Left,
            look.glyphs.ellipsis,
        )
    };
    for (at, pointer) in pointers.iter().enumerate().skip(skip).take(ROWS) {
        let (is_picked, on) = (at == picked, it.at == Part::Field);
        let name = if at == skip { "Whose field" } else { "" };
        form.label(name, LABEL, on && is_picked);
        let role = match (is_picked, on) {
            (true, true) => Role::Selected,
            (true, false) => Role::Accent,
            (false, _) => Role::Text,
        };
        let sign = if is_picked { "*" } else { " " };
        let known = it.fields.iter().flatten();
        let known = known
            .clone()
            .find(|its| its.entity == it.entity && star(&its.pointer) == *pointer);
        let (shown, example) = match (pointer.as_str(), known) {
            ("", _) => ("every record", ""),
            (pointer, Some(field)) => (pointer, field.example.as_deref().unwrap_or_default()),
            (pointer, None) => (pointer, ""),
        };
        form.put(format!("{sign} {}", cell(shown, room / 2)), role);
        form.put(format!(" {}", cell(example, room / 2)), Role::Dim)
            .end();
    }
    if pointers.len() > ROWS {
        let words = format!("{} of {}", picked + 1, pointers.len());
        form.label("", LABEL, false).put(words, Role::Dim).end();
    }
}
