//! The last page: what is left, for the tokens and for a person.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::progress;
use crate::console::appearance::Appearance;
use crate::console::screens::run;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::scrolled;
use crate::domain::display_text::number;
use crate::wire::walkthrough::{Unproven, Walkthrough};

pub(super) fn draw(
    now: &Walkthrough,
    at: usize,
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Appearance,
) {
    let (page, cursor) = page(now, at, area.width.min(120), look);
    let height = usize::from(area.height);
    let most = page.len().saturating_sub(height);
    let top = (cursor + 3).saturating_sub(height).min(most);
    scrolled(frame, area, page, top, look);
}

/// The page, and the line that the cursor stands on.
fn page(
    now: &Walkthrough,
    at: usize,
    width: u16,
    look: &Appearance,
) -> (Vec<Line<'static>>, usize) {
    let mut page = Doc::new(width, 13, look).margin(1);
    for line in progress::head(now, width, look) {
        page.line(line.spans);
    }
    let left = &now.left;
    page.heading(&format!(" Not proven dead {}", number(left.unproven_total)));
    if left.unproven.is_empty() {
        let words = match now.done.unjudged {
            0 => "Every token is proven dead.",
            _ => "None so far.",
        };
        page.hang(3, words, StyleRole::Good);
    }
    for token in &left.unproven {
        page.hang(3, &unproven(token, look), StyleRole::Warn);
    }
    more(left.unproven_total, left.unproven.len(), &mut page);
    page.heading(&format!(
        " Left to a person {}",
        number(left.follow_ups_total)
    ));
    if left.follow_ups.is_empty() {
        page.hang(3, "Nothing.", StyleRole::Good);
    }
    let mut cursor = 0;
    for (i, follow_up) in left.follow_ups.iter().enumerate() {
        if i == at {
            cursor = page.len();
        }
        let whose = format!("{}  {}", follow_up.provider_name, follow_up.connection_name);
        let whose = text::cut(&whose, 40, look.glyphs.ellipsis);
        page.hang(3, &whose, StyleRole::Dim);
        run::left(follow_up, false, i == at, &mut page, look);
    }
    more(left.follow_ups_total, left.follow_ups.len(), &mut page);
    (page.done(), cursor)
}

fn unproven(it: &Unproven, look: &Appearance) -> String {
    let short: String = it.fingerprint.chars().take(16).collect();
    let until = it.residual_until.map(|until| look.residual(until));
    let outcome = it.outcome.words_of(it.kind);
    let words = format!(
        "{}  {}: {} {short}: {outcome}",
        it.provider_name,
        it.name,
        it.kind.word()
    );
    match until {
        Some(until) => format!("{words}, {until}"),
        None => words,
    }
}

fn more(total: u64, shown: usize, page: &mut Doc<'_>) {
    let rest = total.saturating_sub(shown as u64);
    if rest > 0 {
        page.hang(3, &format!("and {} more", number(rest)), StyleRole::Dim);
    }
}
