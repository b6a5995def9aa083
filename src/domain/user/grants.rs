//! What is granted to a user or withdrawn, right by right, and what the user may then do.

use super::{Permission, Role, User};
use crate::domain::id::ConnectionId;

/// What happens to a user's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantEvent {
    /// A right is granted.
    Granted {
        right: Permission,
        /// For these connections; empty for all that the role reaches.
        about: Vec<ConnectionId>,
    },
    /// A right is withdrawn.
    Withdrawn {
        right: Permission,
        /// For these connections; empty for all of it.
        about: Vec<ConnectionId>,
    },
}

/// Why a grant or a withdrawal makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefusal {
    /// Nothing is granted to an Owner or withdrawn.
    #[error("{name} is an Owner, and an Owner may everything")]
    Owner {
        /// Whose name.
        name: String,
    },
    /// The right is one for all connections.
    #[error("settings.edit is not about single connections")]
    NotSingle,
    /// The role does not have the right.
    #[error("{name} is {}, and settings.edit is an Admin's", .role.word())]
    NotTheRoles {
        /// Whose name.
        name: String,
        /// With which role.
        role: Role,
    },
    /// The right is granted to this role by connections.
    #[error("{name} is {}: name the connections", .role.word())]
    NeedsConnections {
        /// Whose name.
        name: String,
        /// With which role.
        role: Role,
    },
    /// What was not granted cannot be withdrawn alone.
    #[error(
        "{name} was not granted token.read for {connection}; without a connection, all of it is withdrawn"
    )]
    NotGranted {
        /// Whose name.
        name: String,
        /// For which connection.
        connection: ConnectionId,
    },
}

impl User {
    /// The user after a grant or a withdrawal.
    ///
    /// # Errors
    /// Why it makes no sense.
    pub fn after(mut self, event: GrantEvent) -> Result<Self, GrantRefusal> {
        let (right, about, is_granted) = match event {
            GrantEvent::Granted { right, about } => (right, about, true),
            GrantEvent::Withdrawn { right, about } => (right, about, false),
        };
        self.is_for(right, &about, is_granted)?;
        match (about.as_slice(), is_granted) {
            ([], true) => self.withdrawn.retain(|withdrawn| *withdrawn != right),
            ([], false) => self.withdraw(right),
            (_, true) => {
                self.may_read.retain(|id| !about.contains(id));
                self.may_read.extend(about);
            }
            (_, false) => self.may_read.retain(|id| !about.contains(id)),
        }
        Ok(self)
    }

    fn is_for(
        &self,
        right: Permission,
        about: &[ConnectionId],
        is_granted: bool,
    ) -> Result<(), GrantRefusal> {
        let (name, role) = (self.name.clone(), self.role);
        if role == Role::Owner {
            return Err(GrantRefusal::Owner { name });
        }
        match right {
            Permission::SettingsEdit if !about.is_empty() => Err(GrantRefusal::NotSingle),
            Permission::SettingsEdit if role < Role::Admin => {
                Err(GrantRefusal::NotTheRoles { name, role })
            }
            Permission::TokenRead if about.is_empty() && is_granted && role == Role::Agent => {
                Err(GrantRefusal::NeedsConnections { name, role })
            }
            Permission::SettingsEdit | Permission::TokenRead => {
                let mut other = about.iter().filter(|id| !self.may_read.contains(id));
                match other.next().filter(|_| !is_granted) {
                    None => Ok(()),
                    Some(connection) => Err(GrantRefusal::NotGranted {
                        name,
                        connection: connection.clone(),
                    }),
                }
            }
        }
    }

    /// A right that is withdrawn whole takes with it what was granted of it by connections.
    fn withdraw(&mut self, right: Permission) {
        self.withdrawn.retain(|withdrawn| *withdrawn != right);
        self.withdrawn.push(right);
        if right == Permission::TokenRead {
            self.may_read.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Permission::{SettingsEdit, TokenRead};

    const ROLES: [Role; 4] = [Role::Agent, Role::Member, Role::Admin, Role::Owner];

    fn user(role: Role) -> User {
        let text = serde_json::json!({
            "id": "usr_01jd7000000000000000000001", "name": "bob", "role": role, "kind": "person", "uid": 7,
        });
        serde_json::from_value(text).unwrap()
    }

    fn id(n: u8) -> ConnectionId {
        format!("con_01jd700000000000000000000{n}").parse().unwrap()
    }

    fn granted(right: Permission, about: &[ConnectionId]) -> GrantEvent {
        let about = about.to_vec();
        GrantEvent::Granted { right, about }
    }

    fn withdrawn(right: Permission, about: &[ConnectionId]) -> GrantEvent {
        let about = about.to_vec();
        GrantEvent::Withdrawn { right, about }
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        let one = [id(1)];
        let nonsense = [
            (Role::Owner, withdrawn(SettingsEdit, &[])),
            (Role::Owner, withdrawn(TokenRead, &one)),
            (Role::Admin, withdrawn(SettingsEdit, &one)),
            (Role::Member, granted(SettingsEdit, &[])),
            (Role::Agent, granted(TokenRead, &[])),
            (Role::Admin, withdrawn(TokenRead, &one)),
        ];
        let words = nonsense.map(|(role, event)| user(role).after(event).unwrap_err().to_string());
        let expected = [
            "bob is an Owner, and an Owner may everything",
            "bob is an Owner, and an Owner may everything",
            "settings.edit is not about single connections",
            "bob is Member, and settings.edit is an Admin's",
            "bob is Agent: name the connections",
            "bob was not granted token.read for con_01jd7000000000000000000001; without a connection, all of it is \
             withdrawn",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn granting_takes_back_what_was_withdrawn_and_withdrawing_what_was_granted() {
        let (one, two) = (id(1), id(2));
        let bob = user(Role::Admin);
        let bob = bob.after(granted(TokenRead, &[one.clone(), two.clone()]));
        let bob = bob
            .unwrap()
            .after(granted(TokenRead, std::slice::from_ref(&one)));
        let bob = bob.unwrap();
        assert_eq!(bob.may_read, [two.clone(), one.clone()]);
        let bob = bob.after(withdrawn(TokenRead, &[one])).unwrap();
        assert_eq!((&bob.may_read, &bob.withdrawn), (&vec![two], &vec![]));
        let bob = bob.after(withdrawn(TokenRead, &[])).unwrap();
        assert_eq!((&bob.may_read, &bob.withdrawn), (&vec![], &vec![TokenRead]));
        let bob = bob.after(granted(TokenRead, &[])).unwrap();
        assert_eq!(bob.withdrawn, []);
    }

    fn event() -> impl Strategy<Value = GrantEvent> {
        let right = proptest::sample::select(vec![SettingsEdit, TokenRead]);
        let about = proptest::collection::vec((1_u8..4).prop_map(id), 0..3);
        (right, about, any::<bool>()).prop_map(|(right, about, is_granted)| match is_granted {
            true => GrantEvent::Granted { right, about },
            false => GrantEvent::Withdrawn { right, about },
        })
    }

    proptest! {
        /// Whatever is granted and withdrawn in whatever order: nobody becomes another one, an Owner stays what an Owner
        /// is, and what was withdrawn whole leaves nothing behind.
        #[test]
        fn whatever_is_granted_or_withdrawn_the_rules_hold(
            role in proptest::sample::select(ROLES.to_vec()),
            events in proptest::collection::vec(event(), 1..16),
        ) {
            let mut now = user(role);
            for event in events {
                let Ok(after) = now.clone().after(event.clone()) else {
                    continue;
                };
                prop_assert!(role != Role::Owner);
                prop_assert_eq!((&after.id, after.role), (&now.id, now.role));
                let is_all = event == withdrawn(TokenRead, &[]);
                prop_assert!(!is_all || after.may_read.is_empty());
                let is_withdrawn = |user: &User, right| user.withdrawn.contains(&right);
                for right in [SettingsEdit, TokenRead] {
                    if is_withdrawn(&after, right) != is_withdrawn(&now, right) {
                        let expected = match is_withdrawn(&after, right) {
                            true => withdrawn(right, &[]),
                            false => granted(right, &[]),
                        };
                        prop_assert_eq!(&event, &expected);
                    }
                }
                now = after;
            }
        }
    }
}
