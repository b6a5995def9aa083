//! What happens to a secret, and how it stands then. It goes one way: in use, set aside, being destroyed, destroyed.

use jiff::Timestamp;

use super::{Credential, CredentialState};
use crate::domain::id::{ConnectionId, CredentialId};
use crate::domain::provider::Question;
use crate::domain::sealed::Sealed;

/// What happens to a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialEvent {
    /// A newer one takes its place.
    Superseded,
    /// Its destruction is about to begin (D6).
    Destroying,
    /// Its slot is overwritten (D7).
    Destroyed,
    /// The data folder is taken on from a backup, which has no secrets.
    LeftOut,
    /// It is set apart, for the disconnect of a connection of its own.
    SetApart { connection: ConnectionId },
    /// Its vendor accepted it on the question that proves it alive.
    Passed {
        at: Timestamp,
        /// On which question.
        by: Question,
        /// Where that was asked.
        endpoint: String,
    },
    /// Its vendor accepted it once more on the question that it passed before.
    PassedAgain { at: Timestamp },
    /// It is written down that it ends soon.
    EndSaid {
        /// Within so many days.
        within_days: i64,
    },
}

/// Its destruction was not begun: a slot is overwritten once that is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not being destroyed: its slot is still needed")]
pub struct CredentialRefusal(pub CredentialId);

impl Credential {
    /// The secret's row as it stands after an event. Whoever begins its destruction overwrites its slot once that is on the disk.
    ///
    /// # Errors
    /// When its end is told without its beginning.
    pub fn after(mut self, event: CredentialEvent) -> Result<Self, CredentialRefusal> {
        match event {
            CredentialEvent::Superseded => self.set_aside(),
            CredentialEvent::Destroying => {
                if self.state != CredentialState::Destroyed {
                    self.state = CredentialState::Destroying;
                }
            }
            CredentialEvent::Destroyed => {
                if self.may_live() {
                    return Err(CredentialRefusal(self.id));
                }
                self.state = CredentialState::Destroyed;
                self.sealed = self.sealed.map(Sealed::emptied);
            }
            // Of what was destroyed its slot stays on record. What was begun to be destroyed has nothing left to be.
            CredentialEvent::LeftOut => {
                self.set_aside();
                if self.state != CredentialState::Destroyed {
                    self.sealed = None;
                }
            }
            CredentialEvent::SetApart { connection } => self.connection = connection,
            CredentialEvent::Passed { at, by, endpoint } => {
                (self.passed_at, self.passed_by) = (Some(at), Some(by));
                self.passed_where = endpoint;
            }
            CredentialEvent::PassedAgain { at } => {
                if self.is_active() && self.passed_at.is_some() {
                    self.passed_at = self.passed_at.max(Some(at));
                }
            }
            CredentialEvent::EndSaid { within_days } => {
                if self.is_active() && self.end_said.is_none_or(|said| within_days < said) {
                    self.end_said = Some(within_days);
                }
            }
        }
        Ok(self)
    }

    /// What was destroyed meanwhile stays destroyed.
    fn set_aside(&mut self) {
        if self.may_live() {
            self.state = CredentialState::Superseded;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn credential(state: CredentialState) -> Credential {
        let text = serde_json::json!({
            "id": "cre_01jd7000000000000000000001", "connection": "con_01jd7000000000000000000001",
            "generation": 1, "issue": 1, "kind": "access", "fingerprint": "withheld",
            "issued_at": "2026-11-29T00:00:00Z", "expires_at": null, "passed_at": null, "state": state,
            "sealed": { "key": { "slot": 1, "slot_id": "ab" }, "purpose": "use", "nonce": "bm9uY2U=", "ciphertext": "dGV4dA==" },
        });
        serde_json::from_value(text).unwrap()
    }

    fn events() -> Vec<CredentialEvent> {
        vec![
            CredentialEvent::Superseded,
            CredentialEvent::Destroying,
            CredentialEvent::Destroyed,
            CredentialEvent::LeftOut,
            CredentialEvent::SetApart {
                connection: "con_01jd7000000000000000000002".parse().unwrap(),
            },
            CredentialEvent::Passed {
                at: at(1),
                by: Question::Probe,
                endpoint: "https://example.com/me".to_owned(),
            },
            CredentialEvent::PassedAgain { at: at(2) },
            CredentialEvent::EndSaid { within_days: 14 },
        ]
    }

    /// How far it is on its way.
    fn rank(state: CredentialState) -> u8 {
        match state {
            CredentialState::Active => 0,
            CredentialState::Superseded => 1,
            CredentialState::Destroying => 2,
            CredentialState::Destroyed => 3,
        }
    }

    fn has_secret(credential: &Credential) -> bool {
        let sealed = credential.sealed.as_ref();
        sealed.is_some_and(|sealed| !sealed.is_emptied())
    }

    proptest! {
        /// Whatever happens to it in whatever order, it never goes back, and what is gone never comes back.
        #[test]
        fn a_secret_never_goes_back(
            events in proptest::collection::vec(proptest::sample::select(events()), 1..20)
        ) {
            let mut now = credential(CredentialState::Active);
            for event in events {
                let may_live = now.may_live();
                let Ok(after) = now.clone().after(event.clone()) else {
                    prop_assert!(may_live && event == CredentialEvent::Destroyed);
                    continue;
                };
                prop_assert!(rank(after.state) >= rank(now.state), "{:?}", event);
                prop_assert!(has_secret(&now) || !has_secret(&after), "{:?}", event);
                prop_assert!(!after.is_deleted() || !has_secret(&after));
                now = after;
            }
        }
    }

    #[test]
    fn what_is_destroyed_stays_so_whatever_happens() {
        let gone = credential(CredentialState::Destroying)
            .after(CredentialEvent::Destroyed)
            .unwrap();
        for event in events() {
            let after = gone.clone().after(event.clone()).unwrap();
            assert_eq!(after.state, CredentialState::Destroyed, "{event:?}");
            assert_eq!(after.sealed, gone.sealed, "{event:?}");
        }
    }

    #[test]
    fn a_slot_is_not_overwritten_before_that_is_on_the_disk() {
        for state in [CredentialState::Active, CredentialState::Superseded] {
            assert!(credential(state).after(CredentialEvent::Destroyed).is_err());
        }
    }
}
