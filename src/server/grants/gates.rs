//! Revoking and issuing exclude each other for each group of providers, and neither excludes its own kind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;

use crate::domain::provider::ProviderFile;

/// The gates that somebody has passed or waits for.
#[derive(Default)]
pub struct Grants {
    gates: Mutex<HashMap<String, Weak<Gate>>>,
}

/// How many issue, and how many revoke.
type Gate = watch::Sender<(usize, usize)>;

#[derive(Clone, Copy)]
enum Side {
    Issuing,
    Revoking,
}

/// Held while grants of a group are issued, or revoked.
pub struct GrantGuard {
    gate: Arc<Gate>,
    side: Side,
}

impl Drop for GrantGuard {
    fn drop(&mut self) {
        self.gate
            .send_modify(|(issuing, revoking)| match self.side {
                Side::Issuing => *issuing -= 1,
                Side::Revoking => *revoking -= 1,
            });
    }
}

impl Grants {
    /// Waits until nobody revokes grants of this provider's group.
    pub async fn issuing(&self, file: &ProviderFile) -> GrantGuard {
        self.enter(group(file), Side::Issuing).await
    }

    /// Waits until nobody issues grants of this provider's group.
    pub async fn revoking(&self, file: &ProviderFile) -> GrantGuard {
        self.enter(group(file), Side::Revoking).await
    }

    async fn enter(&self, group: &str, side: Side) -> GrantGuard {
        let gate = self.gate(group);
        let mut changes = gate.subscribe();
        loop {
            changes.mark_unchanged();
            let entered = gate.send_if_modified(|(issuing, revoking)| match side {
                Side::Issuing if *revoking == 0 => {
                    *issuing += 1;
                    true
                }
                Side::Revoking if *issuing == 0 => {
                    *revoking += 1;
                    true
                }
                _ => false,
            });
            if entered || changes.changed().await.is_err() {
                return GrantGuard { gate, side };
            }
        }
    }

    fn gate(&self, group: &str) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(group).and_then(Weak::upgrade) {
            return gate;
        }
        gates.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(watch::Sender::new((0, 0)));
        gates.insert(group.to_owned(), Arc::downgrade(&gate));
        gate
    }
}

pub(super) fn group(file: &ProviderFile) -> &str {
    file.grant_group.as_deref().unwrap_or(&file.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn issuing_and_revoking_exclude_each_other_and_not_their_own_kind() {
        let grants = Grants::default();
        let one = grants.enter("g", Side::Revoking).await;
        let two = grants.enter("g", Side::Revoking).now_or_never();
        assert!(two.is_some());
        assert!(grants.enter("g", Side::Issuing).now_or_never().is_none());
        assert!(
            grants
                .enter("other", Side::Issuing)
                .now_or_never()
                .is_some()
        );
        let mut waiting = Box::pin(grants.enter("g", Side::Issuing));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop((one, two));
        let issuing = waiting.await;
        assert!(grants.enter("g", Side::Revoking).now_or_never().is_none());
        drop(issuing);
        assert!(grants.enter("g", Side::Revoking).now_or_never().is_some());
    }
}
