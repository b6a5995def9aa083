//! The console in a terminal, and what the kernel knows of a process.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::house::House;

/// Nothing that is waited for takes as long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is drawn in one frame comes without such a pause.
const PAUSE: Duration = Duration::from_millis(700);

/// A console at 120x40.
pub(crate) struct Glass {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    _master: Box<dyn MasterPty + Send>,
}

impl Glass {
    /// Opens the console of the house's server.
    pub(crate) fn open(house: &House) -> Self {
        let size = PtySize {
            rows: 40,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let (program, env) = house.program();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keys,
            output,
            screen: vt100::Parser::new(40, 120, 0),
            _master: pair.master,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits until the screen shows `text`; the bytes that came until then.
    pub(crate) fn shows(&mut self, text: &str) -> usize {
        let end = Instant::now() + PATIENCE;
        let mut came = 0;
        while !self.text().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            let bytes = self.output.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|why| panic!("no {text:?} ({why}):\n{}", self.text()));
            self.screen.process(&bytes);
            came += bytes.len();
        }
        came
    }

    /// Reads until nothing comes for a moment; the bytes that came.
    pub(crate) fn settle(&mut self) -> usize {
        let mut came = 0;
        while let Ok(bytes) = self.output.recv_timeout(PAUSE) {
            self.screen.process(&bytes);
            came += bytes.len();
        }
        came
    }

    /// What comes within `time`, if anything does.
    pub(crate) fn within(&mut self, time: Duration) -> Option<Vec<u8>> {
        self.output.recv_timeout(time).ok()
    }

    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the kernel counts of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    /// How often each thread has slept and was woken, by its name and number.
    pub(crate) wakes: BTreeMap<String, u64>,
    /// Bytes handed to any file, socket or terminal.
    pub(crate) written: u64,
    /// How often something was handed over.
    pub(crate) writes: u64,
    /// Resident memory in KiB.
    pub(crate) resident: u64,
}

/// Looks at a process.
pub(crate) fn count(pid: u32) -> Counted {
    let proc = std::path::PathBuf::from(format!("/proc/{pid}"));
    let io = std::fs::read_to_string(proc.join("io")).unwrap();
    let status = std::fs::read_to_string(proc.join("status")).unwrap();
    let mut wakes = BTreeMap::new();
    for task in std::fs::read_dir(proc.join("task")).unwrap() {
        let task = task.unwrap().path();
        // A thread may end between being listed and being looked at.
        let Ok(status) = std::fs::read_to_string(task.join("status")) else {
            continue;
        };
        let name = status.lines().next().unwrap().trim_start_matches("Name:");
        let number = task.file_name().unwrap().to_str().unwrap();
        wakes.insert(
            format!("{} {number}", name.trim()),
            field(&status, "voluntary_ctxt_switches:"),
        );
    }
    Counted {
        wakes,
        written: field(&io, "wchar:"),
        writes: field(&io, "syscw:"),
        resident: field(&status, "VmRSS:"),
    }
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
