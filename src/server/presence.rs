//! Who is attached to the server's socket.

use tokio::sync::watch;

/// How many clients are attached.
pub(crate) struct Presence {
    attached: watch::Sender<usize>,
}

/// One attached client, for as long as it lives.
pub(crate) struct AttachedClient<'a>(&'a Presence);

impl Default for Presence {
    fn default() -> Self {
        Self {
            attached: watch::Sender::new(0),
        }
    }
}

impl Presence {
    /// A client has come.
    pub(crate) fn enter(&self) -> AttachedClient<'_> {
        self.attached.send_modify(|n| *n += 1);
        AttachedClient(self)
    }

    /// Follows the number of those who are attached.
    pub(super) fn subscribe(&self) -> watch::Receiver<usize> {
        self.attached.subscribe()
    }
}

impl Drop for AttachedClient<'_> {
    fn drop(&mut self) {
        self.0.attached.send_modify(|n| *n = n.saturating_sub(1));
    }
}
