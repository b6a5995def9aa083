//! Tells every attached client what changed. A slow client misses nothing that matters: a notice carries no
//! facts, and one that was dropped is replaced by "everything may have changed".

use tokio::sync::broadcast;

use crate::wire::Topic;

/// How many notices a client may be behind before it is told that everything may have changed.
const BEHIND: usize = 256;

/// Where notices go in and come out.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Vec<Topic>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND),
        }
    }
}

impl Hub {
    /// Tells every client. That there is none is no error.
    pub fn tell(&self, topics: impl Into<Vec<Topic>>) {
        let attached = self.sender.send(topics.into());
        tracing::trace!(attached = attached.unwrap_or(0), "notice");
    }

    /// Begins to listen.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Vec<Topic>> {
        self.sender.subscribe()
    }
}
