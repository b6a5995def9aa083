//! A connection by a key: it is tried at the vendor before it is kept, `server/connect/key.rs`.

use tagout::domain::flow::{FlowEffect, FlowEvent};

use super::{Fact, Steps};
use crate::races::Race;
use crate::rows;
use crate::state::{Key, KeyStage, Phase, Seen};

impl Steps<'_> {
    pub(super) fn key_begins(&mut self, of: usize) {
        if self.now.left.keys == 0 || self.now.key.is_some() || self.is_shut() {
            return;
        }
        self.step("a key is tried", of, |world, _| {
            world.left.keys -= 1;
            world.key = Some(Key {
                of,
                stage: KeyStage::Asks,
                phase: Phase::Open,
                is_older: false,
            });
        });
    }

    /// The connection is looked at once the vendor has said whose key it is; the lock is waited for after that.
    pub(super) fn key(&mut self) {
        let Some(key) = self.now.key else { return };
        match key.stage {
            KeyStage::Asks => self.step("the vendor knows the key", key.of, |world, _| {
                let stage = KeyStage::Looked(world.seen(key.of));
                world.key = Some(Key { stage, ..key });
            }),
            KeyStage::Looked(seen) => self.key_is_kept(key, seen),
        }
    }

    fn key_is_kept(&mut self, key: Key, seen: Seen) {
        let of = key.of;
        if self.now.connections[of].lock.is_some() {
            return;
        }
        let row = rows::flow(of, false, key.phase);
        let is_wanted = matches!(row.after(FlowEvent::Issued), Ok((_, FlowEffect::Keep)));
        let is_wanted = is_wanted || self.has(Race::KeyNotEnded);
        let is_kept = is_wanted && self.may_be_kept(of, seen);
        self.step("the key is kept, or not", of, |world, facts| {
            world.key = None;
            if is_kept {
                let secret = world.issue();
                let is_anew = world.authorized(of, secret, seen);
                let is_older = key.is_older;
                facts.push(Fact::Connected { is_older, is_anew });
            }
        });
    }
}
