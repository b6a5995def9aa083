//! A frame as an SVG: the picture in the README, made from what a terminal would show.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// The size of a cell: a monospaced face of 14 px is 8.4 px wide.
const CELL: (f32, f32) = (8.4, 19.0);
/// Room around the frame.
const MARGIN: f32 = 16.0;
const INK: &str = "#d7dae0";
const PAPER: &str = "#16181d";

/// The picture of a frame.
#[must_use]
pub fn svg(frame: &Buffer) -> String {
    let (columns, rows) = (f32::from(frame.area.width), f32::from(frame.area.height));
    let (width, height) = (
        columns * CELL.0 + 2.0 * MARGIN,
        rows * CELL.1 + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for y in 0..frame.area.height {
        for run in runs(frame, y) {
            draw(&mut svg, &run, y);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Neighbouring cells of one style.
struct CellRun {
    from: u16,
    text: String,
    width: u16,
    ink: &'static str,
    modifier: Modifier,
}

fn runs(frame: &Buffer, y: u16) -> Vec<CellRun> {
    let mut runs: Vec<CellRun> = Vec::new();
    for x in 0..frame.area.width {
        let Some(cell) = frame.cell((x, y)) else {
            continue;
        };
        let (ink, modifier) = style(cell);
        match runs.last_mut() {
            Some(run) if run.ink == ink && run.modifier == modifier => {
                run.text.push_str(cell.symbol());
                run.width += 1;
            }
            _ => runs.push(CellRun {
                from: x,
                text: cell.symbol().to_owned(),
                width: 1,
                ink,
                modifier,
            }),
        }
    }
    runs
}

fn draw(svg: &mut String, run: &CellRun, y: u16) {
    let reversed = run.modifier.contains(Modifier::REVERSED);
    let (left, top) = (at(MARGIN, run.from, CELL.0), at(MARGIN, y, CELL.1));
    if reversed {
        let width = at(0.0, run.width, CELL.0);
        let (height, paper) = (CELL.1, run.ink);
        put(
            svg,
            &format!(
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{paper}\"/>"
            ),
        );
    }
    let ink = if reversed { PAPER } else { run.ink };
    let mut manner = String::new();
    if run.modifier.contains(Modifier::BOLD) {
        manner.push_str(" font-weight=\"700\"");
    }
    if run.modifier.contains(Modifier::DIM) {
        manner.push_str(" opacity=\"0.6\"");
    }
    let baseline = top + 14.0;
    for (skipped, words) in phrases(&run.text) {
        let x = at(left, skipped, CELL.0);
        // The length is said, so that a face with other proportions keeps the columns.
        let length = at(0.0, cells(words), CELL.0);
        let words = escaped(words);
        put(
            svg,
            &format!(
                "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\" fill=\"{ink}\"{manner}>{words}</text>"
            ),
        );
    }
}

/// The parts of a text that stand together, each with how many cells come before it.
fn phrases(text: &str) -> Vec<(u16, &str)> {
    let mut phrases = Vec::new();
    let mut skipped = 0;
    for part in text.split("  ") {
        let words = part.trim();
        let lead = part.len() - part.trim_start().len();
        if !words.is_empty() {
            phrases.push((skipped + u16::try_from(lead).unwrap_or(0), words));
        }
        skipped += cells(part) + 2;
    }
    phrases
}

fn cells(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

fn at(from: f32, cells: u16, size: f32) -> f32 {
    from + f32::from(cells) * size
}

fn put(svg: &mut String, element: &str) {
    svg.push_str(element);
    svg.push('\n');
}

/// A terminal's sixteen colours, as a quiet theme has them.
fn style(cell: &Cell) -> (&'static str, Modifier) {
    let ink = match cell.fg {
        Color::Red | Color::LightRed => "#e06c75",
        Color::Green | Color::LightGreen => "#8fbf7f",
        Color::Yellow | Color::LightYellow => "#e0b96c",
        Color::Blue | Color::LightBlue => "#6ea8e0",
        Color::Magenta | Color::LightMagenta => "#b98fd0",
        Color::Cyan | Color::LightCyan => "#6cc0c0",
        Color::DarkGray | Color::Gray => "#8a8f98",
        _ => INK,
    };
    (ink, cell.modifier)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
