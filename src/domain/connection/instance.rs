//! What happens to a provider in this workspace, by what happens to its connections.

use super::{Instance, InstanceStatus};

/// What happens to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceEvent {
    /// An authorization begins.
    Authorizing,
    /// The last open authorization has ended.
    NobodyAuthorizes,
    /// A connection is in service.
    Connected,
    /// The last connection that held tokens is out of service.
    NobodyConnected,
}

impl Instance {
    /// The instance as it stands after an event. None is refused, and none asks for anything.
    #[must_use]
    pub fn after(self, event: InstanceEvent) -> Self {
        let status = match (self.status, event) {
            (InstanceStatus::Revoked, InstanceEvent::Authorizing) => InstanceStatus::Pending,
            (InstanceStatus::Pending, InstanceEvent::NobodyAuthorizes) => InstanceStatus::Revoked,
            // Who authorizes another account changes nothing about those that are connected.
            (now, InstanceEvent::Authorizing | InstanceEvent::NobodyAuthorizes) => now,
            (_, InstanceEvent::Connected) => InstanceStatus::Connected,
            (_, InstanceEvent::NobodyConnected) => InstanceStatus::Revoked,
        };
        Self { status, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_in_every_status() {
        use InstanceEvent::{Authorizing, Connected, NobodyAuthorizes, NobodyConnected};
        use InstanceStatus as Is;
        let table = [
            (Is::Revoked, Authorizing, Is::Pending),
            (Is::Revoked, NobodyAuthorizes, Is::Revoked),
            (Is::Revoked, Connected, Is::Connected),
            (Is::Revoked, NobodyConnected, Is::Revoked),
            (Is::Pending, Authorizing, Is::Pending),
            (Is::Pending, NobodyAuthorizes, Is::Revoked),
            (Is::Pending, Connected, Is::Connected),
            (Is::Pending, NobodyConnected, Is::Revoked),
            (Is::Connected, Authorizing, Is::Connected),
            (Is::Connected, NobodyAuthorizes, Is::Connected),
            (Is::Connected, Connected, Is::Connected),
            (Is::Connected, NobodyConnected, Is::Revoked),
        ];
        for (before, event, then) in table {
            let instance = Instance {
                id: "ins_01jd7000000000000000000001".parse().unwrap(),
                provider: "ledger".to_owned(),
                status: before,
            };
            assert_eq!(instance.after(event).status, then, "{before:?} {event:?}");
        }
    }
}
