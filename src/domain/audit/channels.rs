//! Entries about watched channels.

use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::channel::ChannelOutcome;

/// It is settled what became of watched channels at their vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelsAttached {
    /// What people call the connection.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    /// Of which generation of the connection.
    pub generation: u32,
    /// What became of each.
    pub channels: Vec<ChannelAttached>,
}

/// What became of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelAttached {
    /// The vendor's id.
    pub id: String,
    /// What it is called here.
    pub name: String,
    /// What became of it.
    pub outcome: ChannelOutcome,
    /// What there is to say of that; empty when nothing.
    pub why: String,
}

impl ChannelsAttached {
    pub(super) fn sentence(&self) -> String {
        let each = self.channels.iter().map(|it| {
            let word = it.outcome.words();
            match it.why.as_str() {
                "" => format!("#{} {word}", it.name),
                why => format!("#{} {word}: {why}", it.name),
            }
        });
        let each: Vec<String> = each.collect();
        format!("channels of {}: {}", self.name, each.join("; "))
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}
