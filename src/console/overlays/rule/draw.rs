//! The dialog of a routing rule on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{RuleDialog, RuleField, RuleFocus, RuleStage, RuleTest};
use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};
use crate::console::widgets::pick::{Pick, PickRow};
use crate::domain::routing::RuleStanding;
use crate::wire::view::SubscriptionStatus;

/// Columns of a row's name.
const LABEL: usize = 15;

pub(super) fn draw(it: &RuleDialog, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
    let sheet = FormArea::new(area);
    let title = match it.target.item {
        Some(_) => "Change the routing rule",
        None => "A new routing rule",
    };
    let mut above = Doc::new(sheet.width(), LABEL, look);
    let mut form = Form::new(sheet.width(), look);
    match &it.face {
        RuleStage::Looking => {
            above.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim);
            form.buttons("", &[("Close", true)]);
        }
        RuleStage::Saving => {
            above.words("asked the server", StyleRole::Dim);
            form.buttons("", &[("Close", true)]);
        }
        RuleStage::Failed(problem) => {
            above.words(&problem.message, StyleRole::Bad);
            above.words(&problem.hint, StyleRole::Text);
            form.buttons("", &[("Change it", true), ("Close", false)]);
        }
        RuleStage::Asking => asking(it, &mut form, look),
    }
    sheet.draw(frame, title, above.done(), 0, form);
}

fn asking<'a>(it: &'a RuleDialog, form: &mut Form<'a>, look: &Appearance) {
    let on = |part| it.at == part;
    let parts = it.parts();
    form.label("Records of", LABEL, on(RuleFocus::Entity));
    match it.target.item {
        Some(_) => form.put(text::clean(&it.entity), StyleRole::Text),
        None => form.choice(&text::clean(&it.entity), on(RuleFocus::Entity)),
    };
    form.end();
    fields(it, form, look);
    if parts.contains(&RuleFocus::Asks) {
        form.label("", LABEL, on(RuleFocus::Asks));
        form.choice(it.asks.word(), on(RuleFocus::Asks)).end();
    }
    if parts.contains(&RuleFocus::Value) {
        form.label("Value", LABEL, on(RuleFocus::Value));
        form.field(&it.value, on(RuleFocus::Value)).end();
        if it.asks == RuleTest::Is && on(RuleFocus::Value) {
            let words = "apart by commas; in quotes where one has a comma";
            form.label("", LABEL, false)
                .put(words, StyleRole::Dim)
                .end();
        }
    }
    form.label("Go to", LABEL, on(RuleFocus::To));
    to(it, form, look);
    form.page.blank();
    let buttons = [
        ("Save", on(RuleFocus::Save)),
        ("Cancel", on(RuleFocus::Cancel)),
    ];
    form.buttons(&it.said, &buttons);
}

/// Where what is meant goes, or that it goes nowhere.
fn to(it: &RuleDialog, form: &mut Form<'_>, look: &Appearance) {
    let on = it.at == RuleFocus::To;
    if let Some(chosen) = it.subscription() {
        let room = form.page.width().saturating_sub(LABEL + 8);
        let url = text::clean(&chosen.url);
        let url = text::fit(&url, room, Align::Left, look.glyphs.ellipsis);
        form.choice(url.trim_end(), on).end();
        if chosen.status != SubscriptionStatus::Enabled {
            let words = format!("it is {}: nothing is sent to it", chosen.status.word());
            form.label("", LABEL, false)
                .put(words, StyleRole::Warn)
                .end();
        }
        return;
    }
    let is_any = it.subscriptions.iter().flatten().next().is_some();
    let routing = it.target.item.as_ref().and_then(|it| it.routing.as_ref());
    match (is_any, routing.map(|it| it.standing)) {
        (false, _) => {
            let words = "there is no subscription: tagout subscriptions add URL";
            form.put(words, StyleRole::Warn).end();
        }
        (true, Some(RuleStanding::Incomplete)) => form.choice("choose a subscription", on).end(),
        (true, _) => {
            let words = "the subscription was removed: choose one";
            form.choice(words, on).end();
        }
    }
}

/// What can be looked at.
fn fields(it: &RuleDialog, form: &mut Form<'_>, look: &Appearance) {
    let row = |choice: RuleField<'_>| {
        let (name, about) = match choice {
            RuleField::Every => ("every record", ("", StyleRole::Dim)),
            RuleField::Unknown(pointer) => (pointer, ("not among its fields", StyleRole::Warn)),
            RuleField::Field { pointer, example } => (pointer, (example, StyleRole::Dim)),
        };
        PickRow {
            name: name.to_owned(),
            about: vec![(about.0.to_owned(), about.1)],
        }
    };
    let rows: Vec<PickRow> = it.choices().into_iter().map(row).collect();
    let pick = Pick {
        label: "Whose field",
        indent: LABEL,
        focused: it.at == RuleFocus::Field,
        picked: it.picked(),
        parts: &[1, 1],
    };
    pick.draw(&rows, form, look);
}
