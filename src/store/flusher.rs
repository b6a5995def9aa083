//! The database's flush, with somebody who looks after it.

use std::sync::mpsc;
use std::time::Duration;

use super::engine::Rows;
use super::error::StoreError;

/// How long a flush may take before it is asked whether it failed in silence.
const PATIENCE: Duration = Duration::from_secs(1);

/// Flushes in a thread of its own, because a flush whose write fails may wait for ever and has then to be woken.
pub(crate) struct Flusher {
    ask: mpsc::Sender<Rows>,
    answer: mpsc::Receiver<Result<(), StoreError>>,
}

impl Flusher {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (ask, asked) = mpsc::channel::<Rows>();
        let (reply, answer) = mpsc::channel();
        std::thread::Builder::new()
            .name("store flush".to_owned())
            .spawn(move || {
                while let Ok(rows) = asked.recv() {
                    let outcome = rows.flush();
                    // The database's file is let go before the answer, so that who reopens it finds it free.
                    drop(rows);
                    if reply.send(outcome).is_err() {
                        break;
                    }
                }
            })?;
        Ok(Self { ask, answer })
    }

    /// Waits until the database has handed everything to the system.
    pub(crate) fn flush(&self, rows: Rows) -> Result<(), StoreError> {
        let gone = || StoreError::Stopped("its flushing thread died".to_owned());
        self.ask.send(rows.clone()).map_err(|_| gone())?;
        loop {
            match self.answer.recv_timeout(PATIENCE) {
                Ok(outcome) => return outcome,
                Err(mpsc::RecvTimeoutError::Timeout) => rows.wake_failed_flush(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err(gone()),
            }
        }
    }
}
