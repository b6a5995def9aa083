//! What a person pastes: an address of any length.

use std::io::{self, BufRead, IsTerminal, Read};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::wire::request::Secret;

/// More than any address; what is longer was not meant.
const MOST: usize = 1 << 20;
const DELETE: u8 = 0x7f;
const BACKSPACE: u8 = 0x08;
const END: u8 = 0x04;

/// A line that is waited for. The terminal is as before when this is dropped.
pub(in crate::verbs) struct Pasting {
    line: oneshot::Receiver<io::Result<Secret>>,
    _terminal: Unbuffered,
}

impl Pasting {
    /// Reads one line of standard input in a thread of its own: reading waits, and nothing can be done about that.
    pub(in crate::verbs) fn begin() -> Self {
        let (sender, line) = oneshot::channel();
        let terminal = Unbuffered::begin();
        std::thread::spawn(move || {
            let read = read_line(&mut io::stdin().lock());
            // Nobody waits for it any more when the flow has ended otherwise.
            let _ = sender.send(read);
        });
        Self {
            line,
            _terminal: terminal,
        }
    }

    /// The line; an error when there is none to come.
    pub(in crate::verbs) async fn line(
        &mut self,
    ) -> Result<io::Result<Secret>, oneshot::error::RecvError> {
        (&mut self.line).await
    }
}

/// A terminal gives no more than 4095 characters of a line (termios(3), canonical mode) and drops the rest, which some
/// vendors' addresses are longer than. Its own editing is given up for that, except for the key that deletes.
struct Unbuffered(Option<Termios>);

impl Unbuffered {
    fn begin() -> Self {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Self(None);
        }
        let Ok(before) = tcgetattr(&stdin) else {
            return Self(None);
        };
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ICANON);
        let is_set = tcsetattr(&stdin, OptionalActions::Now, &modes).is_ok();
        Self(is_set.then_some(before))
    }
}

impl Drop for Unbuffered {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Secret> {
    let mut line = Zeroizing::new(Vec::with_capacity(4096));
    for byte in input.bytes() {
        match byte? {
            b'\n' | b'\r' if !line.is_empty() => break,
            b'\n' | b'\r' => return Ok(Secret(Zeroizing::new(String::new()))),
            END => break,
            // A whole character is taken back.
            DELETE | BACKSPACE => while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
            byte if line.len() < MOST => line.push(byte),
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "what was pasted is longer than any address",
                ));
            }
        }
    }
    let text = String::from_utf8_lossy(&line);
    Ok(Secret(Zeroizing::new(text.trim().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whole_and_can_be_mended() {
        let read = |text: &str| read_line(&mut text.as_bytes()).unwrap().0.to_string();
        let long = format!("http://127.0.0.1/?code={}", "c".repeat(70_000));
        assert_eq!(read(&format!("  {long} \n")), long);
        assert_eq!(read("abx\u{7f}c\r\n"), "abc");
        assert_eq!(read("without an end"), "without an end");
        assert_eq!(read("\n"), "");
        assert!(read_line(&mut "c".repeat(MOST + 1).as_bytes()).is_err());
    }
}
