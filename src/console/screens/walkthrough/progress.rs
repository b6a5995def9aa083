//! The fourth page: how far it is, live, in sums above and connection by connection below.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::bar;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::widgets::{below, lines};
use crate::console::window::{List, ListLine};
use crate::domain::disconnect::run::RunState;
use crate::domain::display_text::number;
use crate::domain::walkthrough::WalkState;
use crate::wire::walkthrough::{Walkthrough, WalkthroughTarget};

/// Lines above the rows, the screen's own two included.
pub(super) const ABOVE: usize = 9;

const COLUMNS: [Column; 4] = [
    Column::words("CONNECTION", 24, 48).lead(),
    Column::words("OWNER", 10, 16),
    Column::words("STATE", 26, 48),
    Column::figures("PROVEN", 8),
];

pub(super) fn draw(
    now: &Walkthrough,
    targets: &List<WalkthroughTarget>,
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Appearance,
) {
    let page = head(now, area.width, look);
    let rest = below(area, page.len() + 1);
    lines(frame, area, page);
    let rows: Vec<table::TableRow> = targets
        .lines()
        .into_iter()
        .filter_map(|line| match line {
            ListLine::Row(row, selected) => Some(table::TableRow::Cells {
                cells: cells(row, look),
                selected,
                marked: false,
            }),
            _ => None,
        })
        .collect();
    table::draw(frame, rest, &COLUMNS, &rows, look);
}

/// Where it stands and what it did so far.
pub(super) fn head(
    now: &Walkthrough,
    width: u16,
    look: &Appearance,
) -> Vec<ratatui::text::Line<'static>> {
    let dot = format!(" {} ", look.glyphs.dot);
    let mut page = Doc::new(width, 10, look).margin(1);
    let (sign, role) = sign(now.state, look);
    let state = match now.state {
        WalkState::Stopped => format!("stopped {}", now.stopped_because),
        WalkState::Fallen => format!("fallen: {}", now.stopped_because),
        WalkState::Planned => match &now.planned {
            Some(planned) => format!("planned for {}", look.moment(planned.at)),
            None => now.state.word().to_owned(),
        },
        state => state.word().to_owned(),
    };
    let mut facts = vec![format!("{sign} {state}")];
    facts.extend(now.decided.as_ref().map(|it| match &it.origin.address {
        Some(from) => format!("by {} from {from}", it.actor),
        None => format!("by {}", it.actor),
    }));
    facts.push(now.terms.reason.words().to_owned());
    facts.extend(now.terms.ticket.clone());
    facts.extend(now.decided.as_ref().map(|it| look.moment(it.at)));
    page.line(vec![look.span(format!(" {}", facts.join(&dot)), role)]);
    let over = now.targets.ended + now.targets.passed_over;
    let bar = bar::progress(over, Some(now.targets.chosen), 17, &look.glyphs);
    let room = usize::from(width).saturating_sub(21);
    let counted = text::cut(&counted(now).join(&dot), room, look.glyphs.ellipsis);
    page.line(vec![
        look.span(format!(" {bar}   "), StyleRole::Accent),
        look.span(counted, StyleRole::Text),
    ]);
    let tokens: Vec<String> = now
        .done
        .outcomes
        .iter()
        .map(|it| format!("{} {}", number(it.count), it.outcome.words()))
        .chain((now.done.unjudged > 0).then(|| format!("{} not judged yet", now.done.unjudged)))
        .collect();
    page.pair("Tokens", &tokens.join(&dot), StyleRole::Text);
    let counts = &now.done.counts;
    let done = [
        text::count(counts.jobs_disabled, "job off", "jobs off"),
        text::count(
            counts.credentials_destroyed,
            "secret destroyed",
            "secrets destroyed",
        ),
        text::count(
            counts.references_marked,
            "reference stale",
            "references stale",
        ),
    ];
    page.pair("So far", &done.join(&dot), StyleRole::Dim);
    page.done()
}

fn counted(now: &Walkthrough) -> Vec<String> {
    let counts = &now.targets;
    let mut parts = vec![format!(
        "{} of {}",
        number(counts.ended),
        text::count(counts.chosen, "connection", "connections")
    )];
    for (n, words) in [
        (counts.running, "under way"),
        (counts.waiting, "wait for a person"),
        (counts.not_begun, "not begun"),
        (counts.passed_over, "passed over"),
        (counts.left_out, "left out"),
    ] {
        if n > 0 {
            parts.push(format!("{} {words}", number(n)));
        }
    }
    parts
}

/// Sign and role of a walkthrough's state.
pub(in crate::console::screens) fn sign(
    state: WalkState,
    look: &Appearance,
) -> (&'static str, StyleRole) {
    match state {
        WalkState::Draft => (look.glyphs.pending, StyleRole::Text),
        WalkState::Planned => (look.glyphs.pending, StyleRole::Accent),
        WalkState::Running => (look.glyphs.busy, StyleRole::Accent),
        WalkState::Stopped => (look.glyphs.half, StyleRole::Warn),
        WalkState::Fallen => (look.glyphs.bad, StyleRole::Bad),
        WalkState::Finished => (look.glyphs.good, StyleRole::Good),
    }
}

fn cells(row: &WalkthroughTarget, look: &Appearance) -> Vec<Cell> {
    let (state, role) = match (&row.passed_over, row.state) {
        (Some(why), _) => (format!("passed over: {why}"), StyleRole::Warn),
        (None, Some(state)) => {
            let (sign, word, role) = look.run(state);
            let words = match (state, row.step) {
                (RunState::Running, Some(step)) => step.words(),
                _ => word,
            };
            (format!("{sign} {words}"), role)
        }
        (None, None) if row.left_out => ("left out".to_owned(), StyleRole::Dim),
        (None, None) => (format!("{} not begun", look.glyphs.pending), StyleRole::Dim),
    };
    let proven = match row.run {
        Some(_) => format!("{} of {}", row.proven, row.tokens),
        None => String::new(),
    };
    let short = row.proven < row.tokens && row.state != Some(RunState::Running);
    vec![
        Cell(
            format!("{}  {}", row.provider_name, row.name),
            StyleRole::Title,
        ),
        Cell::dim(row.owner.clone()),
        Cell(state, role),
        Cell(
            proven,
            if short {
                StyleRole::Warn
            } else {
                StyleRole::Text
            },
        ),
    ]
}
