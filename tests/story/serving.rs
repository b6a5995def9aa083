//! A server process: started, listened to, stopped, killed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Nothing that is waited for here takes longer, even on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A running `tagout serve`. It is killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    said: Arc<Said>,
}

/// What a process wrote to its standard error so far.
#[derive(Default)]
struct Said {
    lines: Mutex<(Vec<String>, bool)>,
    more: Condvar,
}

impl Serving {
    /// Starts the server and waits until it answers.
    pub(crate) fn start(command: Command) -> Self {
        match Self::attempt(command) {
            Ok(serving) => serving,
            Err((code, lines)) => {
                panic!("the server ended with {code:?}:\n{}", lines.join("\n"))
            }
        }
    }

    /// The same; the exit code and what it said when it ended instead.
    pub(crate) fn attempt(command: Command) -> Result<Self, (Option<i32>, Vec<String>)> {
        Self::attempt_with(command, &[])
    }

    /// The same, with flags of `serve`.
    pub(crate) fn attempt_with(
        mut command: Command,
        flags: &[&str],
    ) -> Result<Self, (Option<i32>, Vec<String>)> {
        let mut child = command
            .arg("serve")
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::<Said>::default();
        let (listener, stderr) = (Arc::clone(&said), child.stderr.take().unwrap());
        std::thread::spawn(move || listener.listen(stderr));
        let mut serving = Self { child, said };
        if serving.said.until_ready() {
            return Ok(serving);
        }
        let code = serving.child.wait().unwrap().code();
        Err((code, serving.said()))
    }

    /// `kill -9`, and gone when this returns.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end that somebody else has asked for.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let until = Instant::now() + LONG;
        self.said.until_closed(until);
        self.child.wait().unwrap().code()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Every line so far.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lines.lock().unwrap().0.clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    fn listen(&self, stderr: impl Read) {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            self.lines.lock().unwrap().0.push(line);
            self.more.notify_all();
        }
        self.lines.lock().unwrap().1 = true;
        self.more.notify_all();
    }

    /// Whether it said that it is ready, in whichever form, before the end.
    fn until_ready(&self) -> bool {
        let until = Instant::now() + LONG;
        let mut lines = self.lines.lock().unwrap();
        loop {
            let ready = |line: &String| line.contains("ready") && line.contains("socket");
            if lines.0.iter().any(ready) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it is not ready: {:?}", lines.0);
            if lines.1 {
                return false;
            }
            lines = self.more.wait_timeout(lines, left).unwrap().0;
        }
    }

    fn until_closed(&self, until: Instant) {
        let mut lines = self.lines.lock().unwrap();
        while !lines.1 {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the server does not end: {:?}", lines.0);
            lines = self.more.wait_timeout(lines, left).unwrap().0;
        }
    }
}
