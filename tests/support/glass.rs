//! The real program in a real terminal: waiting for what is seen, never for time to pass.

use std::io::{Read, Write};
use std::ops::{Deref, DerefMut};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(30);

/// A console in a terminal.
pub(crate) struct Glass {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    pub(crate) master: Box<dyn MasterPty + Send>,
    eye: Eye,
}

/// Somebody who types at one end of a line, and sees what comes out of it.
pub(crate) struct Eye {
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    pub(crate) screen: vt100::Parser,
    pub(crate) bytes: Vec<u8>,
}

impl Eye {
    /// At a line of 80x24.
    pub(crate) fn new(keys: Box<dyn Write + Send>, mut from: Box<dyn Read + Send>) -> Self {
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            keys,
            output,
            screen: vt100::Parser::new(24, 80, 0),
            bytes: Vec::new(),
        }
    }

    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn until(&mut self, what: &str, seen: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while !seen(&self.screen.screen().contents()) {
            match self
                .output
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(why) => panic!("no {what} ({why}):\n{}", self.screen.screen().contents()),
            }
        }
        self
    }

    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until nothing more can come.
    pub(crate) fn closes(&mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("the program did not end"),
            }
        }
    }

    /// Every byte so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The program in a terminal of 80x24, with these variables and what else this process has.
pub(crate) fn terminal(
    variables: &[(&str, &str)],
) -> (Box<dyn Child + Send + Sync>, Box<dyn MasterPty + Send>) {
    let size = PtySize {
        rows: 24,
        cols: 80,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tagout"));
    command.env("LC_ALL", "C.UTF-8");
    command.env("TERM", "xterm-256color");
    for (name, value) in variables {
        command.env(name, value);
    }
    (pair.slave.spawn_command(command).unwrap(), pair.master)
}

impl Glass {
    /// At the server that these variables name, in a terminal that `described` describes.
    pub(crate) fn open(house: &[(&str, String)], described: &[(&str, &str)]) -> Self {
        let house = house.iter().map(|(name, value)| (*name, value.as_str()));
        let variables: Vec<(&str, &str)> = house.chain(described.iter().copied()).collect();
        let (child, master) = terminal(&variables);
        let reader = master.try_clone_reader().unwrap();
        let keys = master.take_writer().unwrap();
        Self {
            child,
            master,
            eye: Eye::new(keys, reader),
        }
    }

    /// Waits until the program has ended, and returns whether it ended well.
    pub(crate) fn ends(&mut self) -> bool {
        self.closes();
        self.child.wait().unwrap().success()
    }
}

impl Deref for Glass {
    type Target = Eye;

    fn deref(&self) -> &Eye {
        &self.eye
    }
}

impl DerefMut for Glass {
    fn deref_mut(&mut self) -> &mut Eye {
        &mut self.eye
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        // It has usually ended; a test that failed midway leaves it running.
        let _ = self.child.kill();
    }
}
