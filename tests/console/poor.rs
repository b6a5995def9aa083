//! Terminals that can do little: no colour, sixteen colours, no cursor, no screen at all.

use std::io::Write;
use std::process::{Command, Stdio};

use super::glass::Glass;
use super::pty::House;

/// Every code that begins with CSI and ends with `m` (ECMA-48 8.3.117).
fn styles(text: &str) -> Vec<&str> {
    let codes = text.split("\u{1b}[").skip(1);
    codes
        .filter_map(|code| {
            let end = code.find(|c: char| !c.is_ascii_digit() && c != ';')?;
            code[end..].starts_with('m').then(|| &code[..end])
        })
        .collect()
}

fn walked(described: &[(&str, &str)]) -> String {
    let house = House::new();
    let mut glass = Glass::open(&house.env(), described);
    glass.shows("Nothing is connected");
    glass.press("2").shows("Chat and notifications");
    glass.press("c").shows("Cancel").press("\u{1b}");
    glass
        .until("no dialog", |screen| !screen.contains("Cancel"))
        .press("q");
    assert!(glass.ends());
    glass.text()
}

#[test]
fn sixteen_colours_are_all_that_is_used() {
    let text = walked(&[("TERM", "xterm")]);
    let styles = styles(&text);
    assert!(
        styles
            .iter()
            .any(|it| it.split(';').any(|n| n == "32" || n == "36")),
        "{styles:?}"
    );
    assert!(
        !styles
            .iter()
            .any(|it| it.contains("8;5;") || it.contains("8;2;")),
        "{styles:?}"
    );
}

#[test]
fn a_terminal_without_colour_is_told_none() {
    is_without_colour(&walked(&[("TERM", "vt100")]));
}

#[test]
fn without_colour_no_colour_is_named() {
    is_without_colour(&walked(&[("NO_COLOR", "1")]));
}

fn is_without_colour(text: &str) {
    let is_colour =
        |n: &str| matches!(n.parse::<u8>(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107));
    let styles = styles(text);
    assert!(
        !styles.iter().any(|it| it.split(';').any(is_colour)),
        "{styles:?}"
    );
    assert!(
        styles.iter().any(|it| it.split(';').any(|n| n == "7")),
        "the selection is reversed"
    );
}

/// What is said in lines, for these lines typed.
fn said(house: &House, typed: &str, described: &[(&str, &str)], words: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tagout"))
        .args(words)
        .envs(house.env())
        .env("LC_ALL", "C.UTF-8")
        .envs(described.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    let done = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{stderr}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_dumb_terminal_gets_lines_and_not_one_escape_code() {
    let house = House::new();
    let said = said(&house, "2\nc\nEsc\n:runs\nq\n", &[("TERM", "dumb")], &[]);
    assert!(!said.contains('\u{1b}'), "{said}");
    let order = [
        "Lines:",
        "tagout - ",
        "Nothing is connected",
        "Chat and notifications",
        "Connect",
        "Nothing was disconnected yet",
    ];
    let mut from = 0;
    for words in order {
        let at = said[from..].find(words);
        from += at.unwrap_or_else(|| panic!("no {words:?} in its place:\n{said}"));
    }
}

#[test]
fn plain_lines_end_with_their_input_and_say_a_thing_once() {
    let house = House::new();
    let said = said(&house, "2\nj\nj\n", &[], &["--plain"]);
    assert!(!said.contains('\u{1b}'), "{said}");
    let times = |words: &str| said.lines().filter(|line| line.contains(words)).count();
    assert_eq!(times("Chat and notifications"), 1, "{said}");
    assert_eq!(
        said.lines().filter(|line| line.starts_with('>')).count(),
        3,
        "{said}"
    );
}

#[test]
fn what_is_typed_ahead_of_a_question_does_not_answer_it() {
    let house = House::new();
    let said = said(&house, "2\nc Tab Enter\nEsc\nq\n", &[], &["--plain"]);
    assert!(said.contains("The rest of the line was dropped"), "{said}");
}
