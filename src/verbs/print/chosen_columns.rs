//! The columns of a table that were asked for by name, in their order.

use crate::wire::{Code, Problem};

/// Names that mean the same: what verbs print and what the console shows are called by either.
const SAME: [&[&str]; 6] = [
    &["name", "connection"],
    &["status", "state"],
    &["refs", "references"],
    &["received", "items", "seen"],
    &["local", "record"],
    &["to-do", "what-to-do"],
];

/// Before a head: its column is of numbers, which stand on the right.
const FIGURES: char = '>';

/// Before a head: its column is printed where it is asked for.
const ASKED: char = '?';

/// A head without what is said before it.
pub(super) fn shown(head: &'static str) -> &'static str {
    head.trim_start_matches([FIGURES, ASKED])
}

/// Whether a column is of numbers.
pub(super) fn is_of_figures(head: &str) -> bool {
    head.trim_start_matches(ASKED).starts_with(FIGURES)
}

/// The places of the columns that are printed.
///
/// # Errors
/// When one is asked for that the table does not have: the refusal names those it has.
pub(super) fn places(heads: &[&'static str], asked: &[String]) -> Result<Vec<usize>, Problem> {
    let names: Vec<String> = heads.iter().map(|head| name(shown(head))).collect();
    if asked.is_empty() {
        let own = heads.iter().enumerate();
        let own = own.filter(|(_, head)| !head.starts_with(ASKED));
        return Ok(own.map(|(at, _)| at).collect());
    }
    let place = |asked: &String| {
        let asked = name(asked.trim());
        let exact = names.iter().position(|it| *it == asked);
        let same = || names.iter().position(|it| is_same(it, &asked));
        exact.or_else(same).ok_or_else(|| {
            Problem::new(
                Code::Usage,
                format!("the table has no column {asked}"),
                format!("it has {}", names.join(", ")),
            )
        })
    };
    asked.iter().map(place).collect()
}

/// A head as it is typed: in small letters, without blanks.
fn name(head: &str) -> String {
    head.to_lowercase().replace([' ', '_'], "-")
}

fn is_same(one: &str, other: &str) -> bool {
    let mut groups = SAME.iter();
    groups.any(|group| group.contains(&one) && group.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [&str; 5] = ["NAME", "STATUS", ">TO DO", "?ACCOUNT", "CONNECTION"];

    fn asked(names: &[&str]) -> Result<Vec<usize>, Problem> {
        let names: Vec<String> = names.iter().map(|&it| it.to_owned()).collect();
        places(&HEADS, &names)
    }

    #[test]
    fn columns_come_in_the_order_they_are_asked_for() {
        assert_eq!(asked(&[]).unwrap(), [0, 1, 2, 4]);
        let named = asked(&["account", "State", "to-do", "TO DO"]).unwrap();
        assert_eq!(named, [3, 1, 2, 2]);
        assert_eq!(asked(&["connection"]).unwrap(), [4], "it has one itself");
    }

    #[test]
    fn one_that_it_does_not_have_is_answered_with_those_it_has() {
        let refused = asked(&["name", "colour"]).unwrap_err();
        assert_eq!(refused.message, "the table has no column colour");
        let known = "it has name, status, to-do, account, connection";
        assert_eq!(refused.hint, known);
    }
}
