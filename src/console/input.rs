//! Keys, pastes, sizes and signals, into the queue. When the terminal is gone, so are we.

use std::io;

use crossterm::event::{self, Event as Raw, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};
use tokio::sync::mpsc::Sender;

use super::event::{Event, Key, Signal};

/// Begins to read the terminal and to listen to signals.
///
/// Reading has a thread of its own: crossterm 0.29 loops for ever inside `read` when the terminal hangs up, and
/// a thread of the runtime would keep the runtime from ending.
///
/// # Errors
/// When the signals cannot be listened to.
pub(super) fn listen(queue: &Sender<Event>) -> io::Result<()> {
    let keys = queue.clone();
    std::thread::spawn(move || read(&keys));
    heed(queue)?;
    let gone = queue.clone();
    std::thread::spawn(move || hang_up(&gone));
    Ok(())
}

/// Begins to listen to signals alone.
///
/// # Errors
/// When they cannot be listened to.
pub(super) fn heed(queue: &Sender<Event>) -> io::Result<()> {
    for kind in [
        SignalKind::hangup(),
        SignalKind::terminate(),
        SignalKind::interrupt(),
    ] {
        tokio::spawn(pass_on(signal(kind)?, Signal::End, queue.clone()));
    }
    tokio::spawn(pass_on(
        signal(SignalKind::from_raw(CONTINUE))?,
        Signal::Continue,
        queue.clone(),
    ));
    Ok(())
}

/// SIGCONT, which tokio has no name for.
const CONTINUE: i32 = rustix::process::Signal::CONT.as_raw();

fn read(queue: &Sender<Event>) {
    loop {
        let event = match event::read() {
            Ok(Raw::Key(key)) => translate(key).map(Event::Key),
            Ok(Raw::Paste(text)) => Some(Event::Paste(text)),
            Ok(Raw::Resize(width, height)) => Some(Event::Resize(width, height)),
            Ok(_) => None,
            Err(_) => Some(Event::Signal(Signal::End)),
        };
        let ends = matches!(event, Some(Event::Signal(_)));
        let sent = event.is_none_or(|event| queue.blocking_send(event).is_ok());
        if ends || !sent {
            return;
        }
    }
}

async fn pass_on(mut listener: Listener, signal: Signal, queue: Sender<Event>) {
    while listener.recv().await.is_some() {
        if queue.send(Event::Signal(signal)).await.is_err() {
            return;
        }
    }
}

/// Notices that the terminal is gone also when no SIGHUP comes: without a controlling terminal there is none.
/// Asking for no event at all, poll only returns for a hang-up or an error.
fn hang_up(queue: &Sender<Event>) {
    let stdin = io::stdin();
    let mut polled = [PollFd::new(&stdin, PollFlags::empty())];
    while let Err(Errno::INTR) = poll(&mut polled, None) {}
    // The loop may have ended already; then nobody has to be told.
    let _ = queue.blocking_send(Event::Signal(Signal::End));
}

fn translate(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release || key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char(c) if control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}
