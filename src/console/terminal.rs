//! The only writer of escape codes: raw mode, alternate screen, bracketed paste, hidden cursor, and nothing else.
//!
//! No terminal query is ever sent: over a slow link its answer comes late and is read as keys (lazygit#5268).
//! `Terminal::clear` of ratatui 0.30 sends one (`CSI 6n`), so a repaint goes through `resize`.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};

use super::ansi_colours::sixteen;
use super::app::App;

/// What terminals take through OSC 52 before they drop all of it; k9s found this limit.
const CLIPBOARD: usize = 74_994;

/// A frame under construction. Flushing it does nothing: a frame leaves in one write, by [`RawTerminal::draw`].
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal while it is ours. Dropping it gives the terminal back.
pub(super) struct RawTerminal {
    terminal: Terminal<CrosstermBackend<Buffer>>,
    buffer: Buffer,
    tmux: bool,
    /// Whether the next SIGCONT ends a suspension of our own, after which the terminal is ours already.
    suspended: bool,
}

impl RawTerminal {
    /// Takes the terminal, and makes a panic give it back before it speaks.
    ///
    /// # Errors
    /// When standard output is no terminal.
    pub(super) fn enter(tmux: bool) -> io::Result<Self> {
        let speak = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            speak(info);
        }));
        // The theme makes no colour call under NO_COLOR; crossterm 0.29 would cancel highlights on its own.
        force_color_output(true);
        take()?;
        let buffer = Buffer::default();
        let terminal = Terminal::new(CrosstermBackend::new(buffer.clone()))?;
        Ok(Self {
            terminal,
            buffer,
            tmux,
            suspended: false,
        })
    }

    /// How large it is, by ioctl.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Draws what differs from the last frame, in one write.
    pub(super) fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.draw(|frame| app.draw(frame))?;
        self.send()
    }

    /// Makes the next frame draw everything, whatever the terminal shows.
    pub(super) fn repaint(&mut self) -> io::Result<()> {
        let size = self.size()?;
        self.terminal
            .resize(Rect::from((ratatui::layout::Position::ORIGIN, size)))
    }

    /// Hands a text to the terminal's clipboard (OSC 52), through tmux if there is one.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        let code = clipboard(text, self.tmux);
        self.buffer.write_all(code.as_bytes())?;
        self.send()
    }

    /// Gives the terminal back and stops the process; returns when it goes on.
    pub(super) async fn suspend(&mut self) -> io::Result<()> {
        restore();
        self.suspended = true;
        let own = rustix::process::getpid();
        rustix::process::kill_process(own, rustix::process::Signal::TSTP)?;
        // The signal may arrive a moment after kill returns; in an orphaned process group it never stops
        // anybody (POSIX 2.4.3). Either way the terminal is taken again only after this.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        take()?;
        self.repaint()
    }

    /// Takes the terminal again after a stop that was not ours.
    pub(super) fn reclaim(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.suspended) {
            return Ok(());
        }
        restore();
        take()?;
        self.repaint()
    }

    fn send(&mut self) -> io::Result<()> {
        let bytes = sixteen(&self.buffer.take());
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )
}

/// What a console that could not end properly left behind, whatever it was: mouse reports included, which only some ask
/// for.
pub(super) fn give_back() -> io::Result<()> {
    execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        cursor::Show,
        LeaveAlternateScreen,
        ResetColor
    )
}

/// Gives the terminal back. It may be gone, and then there is nobody to tell.
fn restore() {
    let _ = execute!(
        io::stdout(),
        DisableBracketedPaste,
        cursor::Show,
        LeaveAlternateScreen
    );
    let _ = disable_raw_mode();
}

fn clipboard(text: &str, tmux: bool) -> String {
    let mut end = text.len().min(CLIPBOARD / 4 * 3);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let body = STANDARD.encode(text.get(..end).unwrap_or_default());
    if tmux {
        format!("\u{1b}Ptmux;\u{1b}\u{1b}]52;c;{body}\u{7}\u{1b}\\")
    } else {
        format!("\u{1b}]52;c;{body}\u{1b}\\")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_code_is_wrapped_for_tmux_and_bounded() {
        assert_eq!(clipboard("run_1", false), "\u{1b}]52;c;cnVuXzE=\u{1b}\\");
        assert_eq!(
            clipboard("run_1", true),
            "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;cnVuXzE=\u{7}\u{1b}\\"
        );
        assert!(clipboard(&"é".repeat(100_000), false).len() < CLIPBOARD + 20);
    }
}
