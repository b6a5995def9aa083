//! The data that vendors list: generated, the same on every start, thousands of it.

use jiff::{SignedDuration, Timestamp};

use super::call::{Answer, Call};
use super::faults::Foul;
use super::state::VendorState;

/// 2026-01-01T00:00:00Z, when the first item was changed.
const FIRST_CHANGE: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// The time between the changes of one item and the next.
const PACE: SignedDuration = SignedDuration::from_mins(5);

const FIRST_NAMES: [&str; 11] = [
    "Ada", "Bo", "Chidi", "Dana", "Emil", "Farah", "Grace", "Hiro", "Inés", "Jonas", "Kaya",
];
const LAST_NAMES: [&str; 13] = [
    "Abara",
    "Bergström",
    "Costa",
    "Dietrich",
    "Eriksen",
    "Fournier",
    "García",
    "Haddad",
    "Ito",
    "Jensen",
    "Kowalski",
    "Lindqvist",
    "Müller",
];
const TRADES: [&str; 7] = [
    "Logistics",
    "Foods",
    "Robotics",
    "Textiles",
    "Energy",
    "Optics",
    "Paper",
];

/// Stands in a name until the answer's bytes are made, where it becomes bytes that are not UTF-8.
const NOT_UTF8: char = '\u{f8ff}';

/// One item: its place in the entity, and when it was changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) index: usize,
    pub(super) updated_at: Timestamp,
}

/// All rows of an entity that changed at `since` or later, in the order of their change.
pub(super) fn rows(
    state: &VendorState,
    entity: &str,
    count: usize,
    since: Option<Timestamp>,
) -> Vec<Row> {
    let touch = state.touched.iter().find(|touch| touch.entity == entity);
    let row = |index: usize| {
        let touched = touch
            .filter(|touch| index < touch.count)
            .map(|touch| touch.at);
        Row {
            index,
            updated_at: touched.unwrap_or_else(|| first_change(index)),
        }
    };
    let mut rows: Vec<Row> = (0..count)
        .map(row)
        .filter(|row| since.is_none_or(|since| row.updated_at >= since))
        .collect();
    rows.sort_by_key(|row| row.updated_at);
    rows
}

/// At most `size` rows from `start` on, and where the next page starts if there is one.
pub(super) fn page(rows: &[Row], start: usize, size: usize) -> (&[Row], Option<usize>) {
    let end = start.saturating_add(size).min(rows.len());
    (
        rows.get(start..end).unwrap_or_default(),
        (end < rows.len()).then_some(end),
    )
}

/// A person's name for an item.
pub(super) fn person(call: &Call, index: usize) -> String {
    let first = FIRST_NAMES.get(index % FIRST_NAMES.len()).unwrap_or(&"Ada");
    let last = LAST_NAMES.get(index % LAST_NAMES.len()).unwrap_or(&"Abara");
    dressed(call, index, format!("{first} {last}"))
}

/// A company's name for an item.
pub(super) fn company(call: &Call, index: usize) -> String {
    let name = LAST_NAMES.get(index % LAST_NAMES.len()).unwrap_or(&"Abara");
    let trade = TRADES.get(index % TRADES.len()).unwrap_or(&"Paper");
    dressed(call, index, format!("{name} {trade}"))
}

/// A title for an item of work.
pub(super) fn title(call: &Call, index: usize) -> String {
    let trade = TRADES.get(index % TRADES.len()).unwrap_or(&"Paper");
    dressed(call, index, format!("{trade}: order {index} arrives twice"))
}

/// Makes the bytes that are not UTF-8 out of their stand-in.
pub(super) fn break_utf8(answer: &mut Answer) {
    let stand_in = NOT_UTF8.to_string();
    let mut broken = Vec::with_capacity(answer.body.len());
    let mut rest = answer.body.as_slice();
    while let Some((&byte, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(stand_in.as_bytes()) {
            broken.extend([0xff, 0xc3, 0x28]);
            rest = after;
        } else {
            broken.push(byte);
            rest = tail;
        }
    }
    answer.body = broken;
}

fn first_change(index: usize) -> Timestamp {
    let steps = i32::try_from(index).unwrap_or(i32::MAX);
    FIRST_CHANGE
        .saturating_add(PACE.saturating_mul(steps))
        .unwrap_or(Timestamp::MAX)
}

/// A name that tries to take over the terminal it is shown in, when that was asked for.
fn dressed(call: &Call, index: usize, name: String) -> String {
    let Some(foul) = call.foul else { return name };
    match index % 5 {
        0 => format!("\x1b[2J\x1b[31m\x1b]0;owned\x07{name}\x1b]52;c;b3duZWQ=\x07"),
        1 => format!("\u{202e}{name}\u{2066}\u{200b}"),
        2 => name
            .repeat(10_000 / name.len().max(1) + 1)
            .chars()
            .take(10_000)
            .collect(),
        3 => format!("{name}\r\n\0\u{9b}31m\u{301}\u{301}\u{301}"),
        _ if foul == Foul::Bytes => format!("{name} {NOT_UTF8}"),
        _ => name,
    }
}
