//! The dialog on screen: the words as they fit above, what is to be filled in always below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::page::{self, Detail, DialogSubject};
use super::{DisconnectDialog, DisconnectFocus, DisconnectStage};
use crate::console::appearance::Appearance;
use crate::console::context::Facts;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};
use crate::domain::disconnect::run::Reason;
use crate::domain::disconnect::texts;

/// Columns of a row's name.
const LABEL: usize = 15;

pub(super) fn draw(
    it: &DisconnectDialog,
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Appearance,
    facts: &Facts,
) {
    let sheet = FormArea::new(area);
    let below = below(it, sheet.width(), look);
    let room = sheet.room(below.height());
    let (above, skip) = above(it, sheet.width(), room, look, facts);
    sheet.draw(frame, &title(it), above, skip, below);
}

fn title(it: &DisconnectDialog) -> String {
    match it.plans.as_slice() {
        [] if it.swaps => "Swap".to_owned(),
        [] => "Disconnect".to_owned(),
        [one] if it.swaps => texts::swap_title(&one.provider_name),
        [one] => texts::title(&one.provider_name),
        many => texts::many(many.len()),
    }
}

/// The words, and how many lines of them to skip.
fn above(
    it: &DisconnectDialog,
    width: u16,
    room: usize,
    look: &Appearance,
    facts: &Facts,
) -> (Vec<Line<'static>>, usize) {
    let made = |detail| {
        let mut page = Doc::new(width, LABEL, look);
        if it.swaps {
            let jobs = it.plans.iter().map(|plan| plan.jobs_enabled).sum();
            let auth = it.plans.first().and_then(|plan| plan.auth);
            page.words(&texts::swap_body(jobs, auth), StyleRole::Accent);
        }
        let about = DialogSubject {
            plans: &it.plans,
            workspace: &facts.welcome.workspace,
            keeping: it.answers.keeping,
            is_swap: it.swaps,
        };
        page::words(about, detail, &mut page, look);
        if detail != Detail::Tight {
            page.blank();
        }
        page.done()
    };
    match &it.face {
        DisconnectStage::Looking => {
            let words =
                Line::from(look.span(format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim));
            return (vec![words, Line::default()], 0);
        }
        DisconnectStage::Failed(problem) => {
            let mut page = Doc::new(width, LABEL, look);
            page.words(&problem.message, StyleRole::Bad);
            page.words(&problem.hint, StyleRole::Text);
            page.blank();
            return (page.done(), 0);
        }
        DisconnectStage::Asking | DisconnectStage::Waiting => {}
    }
    if it.whole {
        let page = made(Detail::Lists);
        let skip = it.top.min(page.len().saturating_sub(room));
        return (page, skip);
    }
    for detail in [Detail::Lists, Detail::Counts] {
        let page = made(detail);
        if page.len() <= room {
            return (page, 0);
        }
    }
    (made(Detail::Tight), 0)
}

/// What is to be filled in, or what stands in its place.
fn below<'a>(it: &'a DisconnectDialog, width: u16, look: &'a Appearance) -> Form<'a> {
    let mut form = Form::new(width, look);
    match &it.face {
        DisconnectStage::Looking => form.buttons("", &[("Cancel", true)]),
        DisconnectStage::Failed(_) => form.buttons("", &[("Look again", true), ("Close", false)]),
        DisconnectStage::Waiting => {
            let words = "Sent. The run opens as soon as it is on the disk.";
            form.put(words, StyleRole::Accent).end();
        }
        DisconnectStage::Asking => {
            answers(it, &mut form);
            name(it, &mut form);
            let verb = match it.plans.as_slice() {
                _ if it.swaps => "Swap",
                [one] if one.is_crm => texts::crm_label(),
                _ => "Disconnect",
            };
            let on = |focus| it.focus == focus;
            form.buttons(
                &it.said,
                &[
                    ("Cancel", on(DisconnectFocus::Cancel)),
                    (verb, on(DisconnectFocus::Confirm)),
                ],
            );
        }
    }
    form
}

fn answers<'a>(it: &'a DisconnectDialog, form: &mut Form<'a>) {
    let on = |focus| it.focus == focus;
    let reason = it.answers.reason.map_or("choose", Reason::words);
    form.label("Reason", LABEL, on(DisconnectFocus::Reason));
    form.choice(reason, on(DisconnectFocus::Reason));
    let gap = 24_usize.saturating_sub(text::measure(reason));
    form.put(" ".repeat(gap), StyleRole::Text);
    form.label("Ticket", 7, on(DisconnectFocus::Ticket));
    form.field(&it.answers.ticket, on(DisconnectFocus::Ticket))
        .end();
    form.label("Note", LABEL, on(DisconnectFocus::Note));
    form.field(&it.answers.note, on(DisconnectFocus::Note))
        .end();
    form.label("If unreachable", LABEL, on(DisconnectFocus::Unreachable));
    form.choice(
        it.answers.keeping.choice(),
        on(DisconnectFocus::Unreachable),
    )
    .end();
    if it.can_uninstall() {
        let words = match it.plans.as_slice() {
            [one] => format!("Also uninstall the app at {}", one.provider_name),
            _ => "Also uninstall the apps where that can be done".to_owned(),
        };
        let word = if it.answers.uninstall { "yes" } else { "no" };
        form.label(&words, LABEL, on(DisconnectFocus::Uninstall));
        form.choice(word, on(DisconnectFocus::Uninstall)).end();
    }
    if it.can_widen() {
        let word = if it.answers.wider { "yes" } else { "no" };
        form.label(
            "End those that share the grant too",
            LABEL,
            on(DisconnectFocus::Wider),
        );
        form.choice(word, on(DisconnectFocus::Wider)).end();
    }
}

fn name<'a>(it: &'a DisconnectDialog, form: &mut Form<'a>) {
    let what = match it.swaps {
        true => "swap",
        false => "disconnect",
    };
    let words = format!("Type {} to {what}:", it.name());
    let focused = it.focus == DisconnectFocus::Name;
    if text::measure(&words) + 16 > form.page.width() {
        form.page.words(&words, StyleRole::Dim);
        form.label("", 0, focused);
    } else {
        form.label(&words, 0, focused);
    }
    form.field(&it.answers.name, focused).end();
}
