//! One connection of each provider goes last: its token has to pass while those of the others are refused, which proves them
//! dead in a second. Without it each would wait a minute for want of anything to compare with.

use std::collections::{BTreeMap, BTreeSet};

use super::Server;
use crate::domain::connection::{Connection, Status};
use crate::domain::id::ConnectionId;
use crate::domain::walkthrough::WalkTarget;
use crate::store::StoreError;

/// In which order groups begin.
pub(super) struct Order {
    /// At once, as far as there is room.
    pub(super) first: Vec<Vec<WalkTarget>>,
    /// Each when the runs at its providers are over.
    pub(super) last: Vec<Vec<WalkTarget>>,
}

impl Order {
    /// Keeps the last group of each provider of which no other connection stays in service. At the providers `under_way` a run
    /// goes on since before a restart.
    pub(super) fn of(
        server: &Server,
        groups: Vec<Vec<WalkTarget>>,
        under_way: &[&str],
    ) -> Result<Self, StoreError> {
        let mut due: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
        for provider in under_way {
            let (targets, groups) = due.entry(provider).or_default();
            *targets += 1;
            *groups += 1;
        }
        for group in &groups {
            for provider in providers(group) {
                let (targets, groups) = due.entry(provider).or_default();
                *targets += group.iter().filter(|it| it.provider == provider).count() as u64;
                *groups += 1;
            }
        }
        let mut wanted = BTreeSet::new();
        for (provider, (targets, groups)) in due {
            if groups > 1 && server.store.held(provider)? <= targets {
                wanted.insert(provider.to_owned());
            }
        }
        let mut order = Self {
            first: Vec::new(),
            last: Vec::new(),
        };
        for group in groups.into_iter().rev() {
            let mut is_kept = false;
            for target in group.iter().filter(|it| wanted.contains(&it.provider)) {
                let connection: Connection = server.store.connection(&target.connection)?;
                is_kept |= connection.status == Status::Connected;
            }
            if is_kept {
                for provider in providers(&group) {
                    wanted.remove(provider);
                }
                order.last.push(group);
            } else {
                order.first.push(group);
            }
        }
        order.first.reverse();
        Ok(order)
    }

    /// Those that are kept.
    pub(super) fn kept(&self) -> impl Iterator<Item = &ConnectionId> {
        self.last.iter().flatten().map(|target| &target.connection)
    }
}

/// The providers of a group.
pub(super) fn providers(group: &[WalkTarget]) -> BTreeSet<&str> {
    group.iter().map(|it| it.provider.as_str()).collect()
}
