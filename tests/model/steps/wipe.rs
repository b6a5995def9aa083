//! What is about a whole provider: a wipe of what syncs brought, and a tag.

use tagout::domain::connection::Status;
use tagout::domain::flow::{FlowEnd, FlowEvent, FlowSelection};

use super::Steps;
use crate::races::Race;
use crate::rows;
use crate::state::{BOTH, Phase, Wipe};

impl Steps<'_> {
    /// `wipe_begun`, `wipe_part`, `wipe_ended`.
    pub(super) fn wipe(&mut self) {
        match self.now.wipe {
            Wipe::None => {
                let mut all = self.now.connections.iter();
                let is_out = all.all(|it| it.status == Status::Revoked);
                if self.now.left.wipes > 0 && is_out {
                    self.step("a wipe begins", 0, |world, _| {
                        world.left.wipes -= 1;
                        world.wipe = Wipe::Removes;
                    });
                }
            }
            Wipe::Removes => self.step("records are removed", 0, |world, _| {
                for of in BOTH {
                    world.connections[of].has_records = false;
                }
                world.wipe = Wipe::Closes;
            }),
            // Rows that were left behind begin it anew.
            Wipe::Closes => self.step("the wipe has ended", 0, |world, _| {
                let is_left = world.connections.iter().any(|it| it.has_records);
                world.wipe = if is_left { Wipe::Removes } else { Wipe::Over };
            }),
            Wipe::Over => {}
        }
    }

    /// A walkthrough of the provider tags it, and ends what is open there, in one transaction.
    pub(super) fn tag(&mut self) {
        if self.now.left.tags == 0 {
            return;
        }
        let spares_all = self.has(Race::TagWithoutEffect);
        self.step("the provider is tagged", 0, |world, _| {
            world.left.tags -= 1;
            world.is_tagged = true;
            if spares_all {
                return;
            }
            let which = FlowSelection::At("vendor".to_owned());
            for flow in &mut world.flows {
                let row = rows::flow(flow.of, flow.is_named, flow.phase);
                if row.is_open() && which.includes(&row) {
                    let ended = row.after(FlowEvent::Ended(FlowEnd::Stopped));
                    flow.phase = rows::phase(&ended.unwrap().0);
                }
            }
            if let Some(key) = &mut world.key {
                key.phase = Phase::Ended;
            }
        });
    }
}
