//! The dialog on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::{WipeDialog, WipeFocus, WipeStage};
use crate::console::appearance::Appearance;
use crate::console::context::Facts;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};
use crate::domain::disconnect::log::StepState;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::wire::view::WipePlan;

/// Columns of a row's name.
const LABEL: usize = 20;
/// Columns of a step's state, and of a figure.
const STATE: usize = 9;
const FIGURE: usize = 9;

pub(super) fn draw(
    it: &WipeDialog,
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Appearance,
    facts: &Facts,
) {
    let sheet = FormArea::new(area);
    let mut above = Doc::new(sheet.width(), LABEL, look);
    let mut form = Form::new(sheet.width(), look);
    match &it.face {
        WipeStage::Counting => {
            above.words("counting what would go", StyleRole::Dim);
            form.buttons("", &[("Close", true)]);
        }
        WipeStage::Asking(plan) => {
            planned(plan, &mut above, look);
            match plan.connected.is_empty() {
                true => asked(it, &mut form, facts),
                false => form.buttons("", &[("Close", true)]),
            }
        }
        WipeStage::Beginning(plan) => {
            planned(plan, &mut above, look);
            form.put("asked the server", StyleRole::Dim).end();
        }
        WipeStage::Under(wipe) => {
            under(wipe, &mut above, look);
            form.buttons(&it.said, &[("Close", true)]);
        }
        WipeStage::Failed(problem) => {
            above.words(&problem.message, StyleRole::Bad);
            above.words(&problem.hint, StyleRole::Text);
            form.buttons("", &[("Close", true)]);
        }
    }
    let title = format!("Wipe what {} brought", it.target.name);
    sheet.draw(frame, &title, above.done(), 0, form);
}

/// What would go, and what forbids it.
fn planned(plan: &WipePlan, page: &mut Doc<'_>, look: &Appearance) {
    page.words("This is removed for good:", StyleRole::Text);
    counted(&plan.counts, page, look);
    page.blank();
    page.words(
        "Configuration, disconnects and the record stay. It cannot be undone.",
        StyleRole::Text,
    );
    if !plan.connected.is_empty() {
        let n = u64::try_from(plan.connected.len()).unwrap_or(u64::MAX);
        let are = text::count(n, "connection is", "connections are");
        let names = plan.connected.join(", ");
        let words = format!("Not while {are} in service: {names}. Disconnect first.");
        page.words(&words, StyleRole::Warn);
    }
    page.blank();
}

fn counted(counts: &WipeCounts, page: &mut Doc<'_>, look: &Appearance) {
    let rows = [
        ("Records", counts.records),
        ("Scopes", counts.scopes),
        ("Executions", counts.executions),
        ("Deliveries", counts.deliveries),
        ("Cursors of jobs", counts.cursors),
    ];
    for (name, n) in rows {
        page.line(vec![
            Span::raw("  "),
            look.cell(name, LABEL, Align::Left, StyleRole::Dim),
            look.cell(&text::number(n), FIGURE, Align::Right, StyleRole::Title),
        ]);
    }
}

fn asked<'a>(it: &'a WipeDialog, form: &mut Form<'a>, facts: &Facts) {
    let on = |focus| it.focus == focus;
    let label = format!("Type {}:", facts.welcome.workspace);
    form.label(&label, 0, on(WipeFocus::Name));
    form.field(&it.name, on(WipeFocus::Name)).end();
    let buttons = [
        ("Wipe", on(WipeFocus::Go)),
        ("Cancel", on(WipeFocus::Cancel)),
    ];
    form.buttons(&it.said, &buttons);
}

/// How far it is.
fn under(wipe: &Wipe, page: &mut Doc<'_>, look: &Appearance) {
    for step in std::iter::successors(Some(WipeStep::RemoveRecords), |step| step.next()) {
        let state = match wipe.step {
            _ if wipe.has_done(step) => StepState::Done,
            Some(at) if at == step => StepState::Running,
            _ => StepState::Pending,
        };
        let (sign, word, role) = look.step(state);
        page.line(vec![
            Span::raw("  "),
            look.cell(sign, 2, Align::Left, role),
            look.cell(words(step), LABEL, Align::Left, StyleRole::Text),
            look.cell(word, STATE, Align::Left, role),
            look.cell(
                &removed(step, &wipe.counts),
                FIGURE,
                Align::Right,
                StyleRole::Title,
            ),
        ]);
    }
    page.blank();
    if let Some(why) = &wipe.why {
        page.words(&format!("It waits: {why}"), StyleRole::Warn);
    }
    if let Some(at) = wipe.ended_at {
        let took = look.lasted(wipe.started_at, at);
        let words = format!("It ended after {took}. Nothing of it is in the database any more.");
        page.words(&words, StyleRole::Good);
    }
    page.blank();
}

fn words(step: WipeStep) -> &'static str {
    match step {
        WipeStep::RemoveRecords => "Remove records",
        WipeStep::RemoveExecutions => "Remove executions",
        WipeStep::RemoveDeliveries => "Remove deliveries",
        WipeStep::ForgetCursors => "Forget cursors",
        WipeStep::Compact => "Compact the store",
        WipeStep::WriteAudit => "Write the record",
    }
}

/// What a step has removed so far, where that is counted.
fn removed(step: WipeStep, counts: &WipeCounts) -> String {
    let n = match step {
        WipeStep::RemoveRecords => counts.records + counts.scopes,
        WipeStep::RemoveExecutions => counts.executions,
        WipeStep::RemoveDeliveries => counts.deliveries,
        WipeStep::ForgetCursors => counts.cursors,
        WipeStep::Compact | WipeStep::WriteAudit => 0,
    };
    match n {
        0 => String::new(),
        n => text::number(n),
    }
}
