//! The configure dialog on screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{ConfigureDialog, ConfigureStage, KINDS};
use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};

/// Columns of a row's name.
const LABEL: usize = 15;

pub(super) fn draw(it: &ConfigureDialog, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
    let sheet = FormArea::new(area);
    let title = match &it.connection {
        Some(c) => format!("Configure {} {}", c.provider_name, c.name),
        None => "Configure".to_owned(),
    };
    let below = below(it, sheet.width(), look);
    let mut words = above(it, sheet.width(), look);
    if !words.is_empty() && words.len() < sheet.room(below.height()) {
        words.push(ratatui::text::Line::default());
    }
    sheet.draw(frame, &title, words, 0, below);
}

fn above(it: &ConfigureDialog, width: u16, look: &Appearance) -> Vec<ratatui::text::Line<'static>> {
    let mut page = Doc::new(width, LABEL, look);
    match &it.face {
        ConfigureStage::Looking => {
            page.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim)
        }
        ConfigureStage::Saving => page.words(
            "Sent; the changes are kept one after the other.",
            StyleRole::Accent,
        ),
        ConfigureStage::Failed(problem) => {
            page.words(&problem.message, StyleRole::Bad);
            page.words(&problem.hint, StyleRole::Text);
        }
        ConfigureStage::Asking => {
            for ((name, _), held) in KINDS.iter().zip(&it.configs) {
                let all = held.as_deref().unwrap_or_default();
                let each: Vec<String> = all
                    .iter()
                    .map(|c| format!("{} {} {}", c.theirs(), look.glyphs.arrow, c.ours()))
                    .collect();
                let words = if each.is_empty() {
                    "none".to_owned()
                } else {
                    each.join(", ")
                };
                page.pair(
                    name,
                    &words,
                    if each.is_empty() {
                        StyleRole::Dim
                    } else {
                        StyleRole::Text
                    },
                );
            }
            page.words(
                "They are kept whatever happens to the connection; o on the connection changes them.",
                StyleRole::Dim,
            );
        }
    }
    page.done()
}

fn below<'a>(it: &'a ConfigureDialog, width: u16, look: &'a Appearance) -> Form<'a> {
    let mut form = Form::new(width, look);
    match &it.face {
        ConfigureStage::Looking | ConfigureStage::Saving => form.buttons("", &[("Close", true)]),
        ConfigureStage::Failed(_) => form.buttons("", &[("Look again", true), ("Close", false)]),
        ConfigureStage::Asking => {
            form.label("Name", LABEL, it.at == 0);
            form.field(&it.name, it.at == 0).end();
            jobs(it, &mut form);
            let off = it
                .jobs()
                .iter()
                .filter(|w| w.job.is_enabled && !w.enabled)
                .count();
            let words = match (off, it.said.as_str()) {
                (0, said) => said.to_owned(),
                (n, "") => format!(
                    "{} turned off; what runs is cancelled.",
                    text::count(n as u64, "job is", "jobs are")
                ),
                (_, said) => said.to_owned(),
            };
            let save = it.save_at();
            form.buttons(&words, &[("Save", it.at == save), ("Cancel", it.at > save)]);
        }
    }
    form
}

/// At most eight rows of jobs, the one with the focus among them.
fn jobs<'a>(it: &'a ConfigureDialog, form: &mut Form<'a>) {
    const ROWS: usize = 8;
    let jobs = it.jobs();
    let skip = it.at.min(jobs.len()).saturating_sub(ROWS);
    if jobs.is_empty() {
        form.label("Jobs", LABEL, false)
            .put("none", StyleRole::Dim)
            .end();
    }
    for (i, wanted) in jobs.iter().enumerate().skip(skip).take(ROWS) {
        let on = it.at == i + 1;
        let label = if i == skip { "Jobs" } else { "" };
        form.label(label, LABEL, on);
        let word = if wanted.enabled { "on" } else { "off" };
        form.choice(&text::fit(word, 3, Align::Left, ""), on);
        let schedule = wanted.job.schedule.as_deref().unwrap_or("by hand");
        form.put(
            format!("  {}  {schedule}", wanted.job.entity),
            StyleRole::Text,
        );
        form.end();
    }
    if jobs.len() > ROWS {
        let words = text::count(jobs.len() as u64, "job", "jobs");
        form.label("", LABEL, false)
            .put(format!("{words} in all"), StyleRole::Dim)
            .end();
    }
}
