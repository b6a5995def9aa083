//! The same screens as lines: for screen readers, pipes and terminals that can do nothing else. No escape code is written.
//!
//! A line that is typed is keys, by their names, or a text for the field that has the focus; what changed on the screen is
//! said, top to bottom. A question is always said before anything can answer it.

use std::collections::{HashSet, VecDeque};
use std::io::{self, BufRead, IsTerminal, Write};

use jiff::Timestamp;
use ratatui::layout::Size;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::sync::mpsc::{self, Receiver};

use super::View;
use super::app::App;
use super::command::KeyPlace;
use super::effect::Effect;
use super::event::{Event, Key};
use super::export::ExportFile;
use super::keymap;
use super::link::Link;
use super::picture;
use super::text;

/// What is said where there is no terminal to fit into: wide enough for every column, and no longer than is borne.
const SIZE: Size = Size::new(120, 40);
/// Lines that every screen begins with.
const HEADER: usize = 2;
/// Lines that wait to be done.
const TYPED: usize = 16;

/// How it is used, said once.
const HELLO: &str = "Lines: type keys by name, then Enter (j, d, Tab, Esc, Space); an empty line is Enter. A text goes \
                     into the field that has the focus; = before it keeps it from being taken for keys. :name does a \
                     command, /text filters, ? helps, . says everything again, q leaves.";

/// As wide as the terminal, so that it breaks no line in the middle of a word.
pub(super) fn size() -> Size {
    let wide = tcgetwinsize(io::stdout()).map_or(0, |terminal| terminal.ws_col);
    match wide {
        0 => SIZE,
        wide => Size::new(wide.clamp(80, SIZE.width), SIZE.height),
    }
}

/// The loop: one key after the other, each once what the one before it asked for has been answered.
///
/// # Errors
/// When nobody hears what is said.
pub(super) async fn turn(
    mut app: App,
    link: &Link,
    queue: &mut Receiver<Event>,
) -> color_eyre::Result<()> {
    let mut lines = typed();
    let mut view = View::default();
    let mut paper = ExportFile::default();
    let mut told = LastSpoken::default();
    let mut echo = Echo::default();
    let mut waiting = VecDeque::new();
    let (mut unanswered, mut acted, mut asking, mut open) = (0_usize, false, false, true);
    app.set_now(Timestamp::now());
    let mut effects = app.start();
    for line in text::wrap(HELLO, usize::from(app.size().width)) {
        say(&line)?;
    }
    loop {
        for effect in std::mem::take(&mut effects) {
            match effect {
                Effect::Ask(number, request) => {
                    unanswered += 1;
                    link.ask(number, *request);
                }
                Effect::SaveView(text) => view.set(text),
                Effect::Tell(request) => link.tell(*request, super::LAST).await,
                Effect::Copy(text) => say(&text)?,
                Effect::Export(writing) => {
                    let written = paper.take(writing);
                    effects.extend(written.into_iter().flat_map(|event| app.update(event)));
                }
                Effect::Repaint | Effect::Suspend | Effect::Reclaim => told = LastSpoken::default(),
                Effect::Quit => {
                    view.leave(link).await;
                    return Ok(());
                }
            }
        }
        if !effects.is_empty() {
            continue;
        }
        if unanswered == 0 && queue.is_empty() {
            let asked_before = std::mem::replace(&mut asking, app.asks());
            if asking || waiting.is_empty() {
                told.tell(&app, std::mem::take(&mut acted))?;
                app.painted();
                echo.hide(app.hides())?;
            }
            if asking && !asked_before && !waiting.is_empty() {
                waiting.clear();
                say("The rest of the line was dropped: something is asked now.")?;
            }
            if let Some(event) = waiting.pop_front() {
                acted = true;
                effects = app.update(event);
                continue;
            }
            if !open {
                view.leave(link).await;
                return Ok(());
            }
        }
        tokio::select! {
            event = queue.recv() => {
                let Some(event) = event else { return Ok(()) };
                if matches!(event, Event::Reply(..)) {
                    unanswered = unanswered.saturating_sub(1);
                }
                app.set_now(Timestamp::now());
                effects = app.update(event);
            }
            // A line is for what was said, so it is read only once that has been.
            line = lines.recv(), if open && unanswered == 0 && waiting.is_empty() => match line {
                Some(line) => waiting.extend(understood(&line)),
                None => open = false,
            },
            request = view.stood_still() => link.tell(request, super::LAST).await,
        }
    }
}

/// Lines from standard input, until it ends. Reading has a thread of its own, which ends with the process.
fn typed() -> Receiver<String> {
    let (sender, lines) = mpsc::channel(TYPED);
    std::thread::spawn(move || {
        // What is no UTF-8 is still a line: it must not end the console as the end of the input does.
        for line in io::stdin().lock().split(b'\n') {
            let Ok(line) = line else { return };
            let line = String::from_utf8_lossy(&line).into_owned();
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// What a line means: keys by their names, else a text.
fn understood(line: &str) -> Vec<Event> {
    let line = line.trim_end_matches(['\r', '\n']);
    let mut chars = line.chars();
    match (chars.next(), chars.as_str()) {
        (None, _) => vec![Event::Key(Key::Enter)],
        // What Ctrl-l does on a screen: everything again.
        (Some('.'), "") => vec![Event::Key(Key::Ctrl('l'))],
        (Some('='), text) => vec![Event::Paste(text.to_owned())],
        (Some(':' | '/'), text) if !text.is_empty() => {
            let typed = line.chars().map(Key::Char);
            typed.chain([Key::Enter]).map(Event::Key).collect()
        }
        _ => {
            let keys: Result<Vec<Key>, _> = line.split_whitespace().map(keymap::key).collect();
            match keys {
                Ok(keys) => keys.into_iter().map(Event::Key).collect(),
                Err(_) => vec![Event::Paste(line.to_owned())],
            }
        }
    }
}

/// What was said last, so that only what changed is said again.
#[derive(Default)]
struct LastSpoken {
    lines: Vec<String>,
    /// Where and as whom one is, and the tabs.
    header: Vec<String>,
    place: Option<KeyPlace>,
}

impl LastSpoken {
    /// Says what is on the screen and was not before: all of it on another screen, and what changed after a key. What
    /// changes by itself is said where somebody watches it; anywhere else it would talk over what is read.
    fn tell(&mut self, app: &App, acted: bool) -> io::Result<()> {
        let place = app.place();
        let lines = picture::lines_alone(app, app.size());
        let moved = self.place != Some(place);
        let watched = matches!(
            place,
            KeyPlace::Run | KeyPlace::Walkthrough | KeyPlace::Connect
        );
        if moved || acted || watched {
            let known: HashSet<&str> = self.lines.iter().map(|line| unpointed(line)).collect();
            let pointed: HashSet<&String> = self.lines.iter().filter(|it| is_pointed(it)).collect();
            for line in &lines {
                if self.header.contains(line) {
                    continue;
                }
                let is_known = known.contains(unpointed(line));
                if moved || !is_known || (is_pointed(line) && !pointed.contains(line)) {
                    say(line)?;
                }
            }
        }
        if !place.is_overlay() {
            self.header = lines.iter().take(HEADER).cloned().collect();
        }
        self.lines = lines;
        self.place = Some(place);
        Ok(())
    }
}

fn is_pointed(line: &str) -> bool {
    line.starts_with('>')
}

/// A line without the pointer before the selected row, and without its indent.
fn unpointed(line: &str) -> &str {
    line.trim_start_matches(['>', ' '])
}

/// The terminal's echo, off while a secret is typed and as it was in any case afterwards.
#[derive(Default)]
struct Echo {
    before: Option<Termios>,
}

impl Echo {
    /// # Errors
    /// When the terminal does not let it be turned off: then nobody should type.
    fn hide(&mut self, hide: bool) -> io::Result<()> {
        let stdin = io::stdin();
        if hide && self.before.is_none() && stdin.is_terminal() {
            let before = tcgetattr(&stdin)?;
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            tcsetattr(&stdin, OptionalActions::Now, &quiet)?;
            self.before = Some(before);
        } else if !hide && let Some(before) = self.before.take() {
            tcsetattr(&stdin, OptionalActions::Now, &before)?;
        }
        Ok(())
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // The terminal may be gone, and then nobody is left who would not see what they type.
        let _ = self.hide(false);
    }
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Whether lines are what this terminal, or the pipe behind somebody's keyboard, can take.
pub(super) fn is_wanted() -> bool {
    let piped = io::stdin().is_terminal() && !io::stdout().is_terminal();
    piped || std::env::var("TERM").is_ok_and(|term| term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(line: &str) -> Vec<Key> {
        let of = |event| match event {
            Event::Key(key) => key,
            other => panic!("{line}: {other:?}"),
        };
        understood(line).into_iter().map(of).collect()
    }

    fn text(line: &str) -> String {
        match understood(line).as_slice() {
            [Event::Paste(text)] => text.clone(),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_line_is_keys_a_command_or_a_text() {
        assert_eq!(keys(""), [Key::Enter]);
        assert_eq!(keys("j d"), [Key::Char('j'), Key::Char('d')]);
        assert_eq!(keys("Tab Esc"), [Key::Tab, Key::Esc]);
        assert_eq!(
            keys("/ab"),
            [Key::Char('/'), Key::Char('a'), Key::Char('b'), Key::Enter]
        );
        assert_eq!(keys("."), [Key::Ctrl('l')]);
        assert_eq!(text("INC-4411"), "INC-4411");
        assert_eq!(text("=Tab"), "Tab");
        assert_eq!(text("leaves on 30 Nov"), "leaves on 30 Nov");
    }
}
