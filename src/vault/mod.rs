//! Sealing and destroying secrets: the only room that sees a stored token.
//!
//! A secret's ciphertext stands in a row of the store; the key to it lies, wrapped by the master key, in a slot of a file
//! that is overwritten in place. When the slot is overwritten the row is noise, and so is every old copy of the row
//! that the store's log or a backup without slots still holds.
//!
//! The calls write to disk and wait for it (`fdatasync`); from async code they belong on a blocking thread.

mod backing_up;
mod backup_key;
mod cipher;
mod error;
mod fingerprint;
mod key_file;
mod master;
mod opened;
mod passphrase;
mod private_file;
mod seed;
mod slot_allocation;
mod slots;
mod stack;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use self::cipher::SlotId;
use self::slot_allocation::Allotment;
use self::slots::{FIRST_SLOTS, SlotFile};
use crate::domain::sealed::{SealPurpose, Sealed, SlotRef};

pub use self::backup_key::{BackupKey, BackupKeyError};
pub use self::error::VaultError;
pub use self::fingerprint::{Made, fingerprint};
pub use self::master::{MasterKey, MasterSource};
pub use self::opened::{ToAsk, ToRevoke, ToTradeIn};
pub use self::private_file::KeyError;
pub use self::seed::AuditSeed;
pub(crate) use self::stack::wiped;

/// Seals, opens and destroys. Every method may be called from any thread.
pub struct Vault {
    master: MasterKey,
    state: Mutex<State>,
}

struct State {
    file: SlotFile,
    allotment: Allotment,
}

/// A sealed secret, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct SealedOf<'a> {
    /// The secret.
    pub sealed: &'a Sealed,
    /// The id that its seal is bound to.
    pub owner: &'a str,
}

/// What [`Vault::open`] found that did not fit the rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Keys that no row named: a crash came between slot and row, or between a row's end and its slot's. Overwritten.
    pub overwritten: Vec<SlotRef>,
    /// Rows whose slot does not carry their key: destroyed just before a crash, or restored without slots.
    pub without_key: Vec<SlotRef>,
}

/// How [`Vault::destroy`] ended; either way the key is gone from the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destruction {
    /// The slot carried the key and was overwritten.
    Overwritten,
    /// The slot did not carry the key any more.
    AlreadyGone,
}

/// How many slots there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// In the file.
    pub total: u32,
    /// Of these, ready for a new secret.
    pub free: usize,
}

impl Vault {
    /// Opens the slot file, or makes it, and overwrites every key in it that `in_use` does not name.
    ///
    /// `in_use` has to name the slot of every row that is not marked destroyed, including those being destroyed.
    pub fn open(
        path: &Path,
        master: MasterKey,
        in_use: impl Iterator<Item = SlotRef>,
    ) -> Result<(Self, Sweep), VaultError> {
        Self::open_with(path, master, in_use, FIRST_SLOTS)
    }

    fn open_with(
        path: &Path,
        master: MasterKey,
        in_use: impl Iterator<Item = SlotRef>,
        first_slots: u32,
    ) -> Result<(Self, Sweep), VaultError> {
        let file = SlotFile::open_or_create(path, master.bytes(), first_slots)?;
        let mut allotment = Allotment::default();
        let mut sweep = Sweep::default();
        for key in in_use {
            let id = slot_id(&key)?;
            allotment.name(key.slot, id);
            if !carries(&file, key.slot, &id)? {
                sweep.without_key.push(key);
            }
        }
        for slot in 0..file.count() {
            if let Some((id, _)) = file.read(slot)?
                && !allotment.names(slot, &id)
            {
                file.overwrite(slot)?;
                sweep.overwritten.push(slot_ref(slot, &id));
            }
        }
        allotment.add(0..file.count());
        Ok((
            Self {
                master,
                state: Mutex::new(State { file, allotment }),
            },
            sweep,
        ))
    }

    /// Seals a secret under a key of its own. The slot is on the disk when this returns; the row is the caller's next step.
    ///
    /// When the row then is not written after all, [`Vault::discard`] takes the slot back.
    pub fn seal(
        &self,
        secret: &SecretString,
        owner: &str,
        purpose: SealPurpose,
    ) -> Result<Sealed, VaultError> {
        let key = key_file::random()?;
        let mut id = SlotId::default();
        getrandom::fill(&mut id)?;
        let (nonce, ciphertext) = cipher::seal(&key, &id, secret)?;
        let wrapped = cipher::wrap(
            self.master.bytes(),
            &key,
            &cipher::binding(&id, owner, purpose),
        )?;
        let slot = self.state().put(&id, &wrapped)?;
        Ok(Sealed {
            key: slot_ref(slot, &id),
            purpose,
            nonce: STANDARD.encode(nonce),
            ciphertext: STANDARD.encode(ciphertext),
        })
    }

    /// A token for use: it is sent to its vendor, and given to whoever may read it.
    pub fn open_for_use(&self, sealed: &Sealed, owner: &str) -> Result<SecretString, VaultError> {
        match sealed.purpose {
            SealPurpose::Use => self.unseal(sealed, owner),
            SealPurpose::Superseded
            | SealPurpose::Hold
            | SealPurpose::App
            | SealPurpose::Subscription => Err(VaultError::Forbidden(sealed.purpose)),
        }
    }

    /// A secret of ours: our registration's, or a subscription's.
    pub fn open_own(&self, sealed: &Sealed, owner: &str) -> Result<SecretString, VaultError> {
        match sealed.purpose {
            SealPurpose::App | SealPurpose::Subscription => self.unseal(sealed, owner),
            SealPurpose::Use | SealPurpose::Superseded | SealPurpose::Hold => {
                Err(VaultError::Forbidden(sealed.purpose))
            }
        }
    }

    /// A refresh token, to trade it in. One that was superseded still is where its vendor grants a grace period.
    pub fn open_to_trade_in(&self, sealed: &Sealed, owner: &str) -> Result<ToTradeIn, VaultError> {
        match sealed.purpose {
            SealPurpose::Use | SealPurpose::Superseded => {
                self.unseal(sealed, owner).map(ToTradeIn::of)
            }
            SealPurpose::Hold | SealPurpose::App | SealPurpose::Subscription => {
                Err(VaultError::Forbidden(sealed.purpose))
            }
        }
    }

    /// A connection's token for questions about it.
    pub fn open_to_ask(&self, sealed: &Sealed, owner: &str) -> Result<ToAsk, VaultError> {
        self.unseal_token(sealed, owner).map(ToAsk::of)
    }

    /// A connection's token for revoking it.
    pub fn open_to_revoke(&self, sealed: &Sealed, owner: &str) -> Result<ToRevoke, VaultError> {
        self.unseal_token(sealed, owner).map(ToRevoke::of)
    }

    /// Whether a sealed token of a connection is this secret.
    pub fn is(
        &self,
        sealed: &Sealed,
        owner: &str,
        secret: &SecretString,
    ) -> Result<bool, VaultError> {
        let kept = self.unseal_token(sealed, owner)?;
        Ok(kept.expose_secret() == secret.expose_secret())
    }

    /// Whether two sealed tokens of connections are one secret.
    pub fn are_same(&self, one: SealedOf<'_>, other: SealedOf<'_>) -> Result<bool, VaultError> {
        let secret = self.unseal_token(one.sealed, one.owner)?;
        self.is(other.sealed, other.owner, &secret)
    }

    /// Any secret of a connection, to be found in what a vendor says, and for nothing else: what is opened here is sent
    /// nowhere, and shown to nobody.
    pub fn open_for_hiding(
        &self,
        sealed: &Sealed,
        owner: &str,
    ) -> Result<SecretString, VaultError> {
        self.unseal_token(sealed, owner)
    }

    /// The same secret in a slot of its own, from now on for the revocation worker alone.
    ///
    /// The old slot stays until it is destroyed, after the new row is durable. Nothing moves back to use.
    pub fn set_aside(
        &self,
        sealed: &Sealed,
        owner: &str,
        purpose: SealPurpose,
    ) -> Result<Sealed, VaultError> {
        match purpose {
            SealPurpose::Superseded | SealPurpose::Hold => {
                self.seal(&self.unseal_token(sealed, owner)?, owner, purpose)
            }
            SealPurpose::Use | SealPurpose::App | SealPurpose::Subscription => {
                Err(VaultError::Forbidden(purpose))
            }
        }
    }

    /// Overwrites the key, if the slot still carries it. May be repeated, and after a crash it has to be.
    ///
    /// Needs no disk space. The slot stays reserved until [`Vault::release`].
    pub fn destroy(&self, key: &SlotRef) -> Result<Destruction, VaultError> {
        let destroyed = self.destroy_all(std::slice::from_ref(key))?;
        Ok(destroyed
            .first()
            .copied()
            .unwrap_or(Destruction::AlreadyGone))
    }

    /// The same for several, which are on the disk together.
    pub fn destroy_all(&self, keys: &[SlotRef]) -> Result<Vec<Destruction>, VaultError> {
        let ids = keys.iter().map(|key| Ok((key.slot, slot_id(key)?)));
        let ids = ids.collect::<Result<Vec<_>, VaultError>>()?;
        self.state().destroy(&ids)
    }

    /// Frees the slot of a destroyed secret, once its row durably says so.
    pub fn release(&self, key: &SlotRef) -> Result<(), VaultError> {
        let id = slot_id(key)?;
        let mut state = self.state();
        if carries(&state.file, key.slot, &id)? {
            return Err(VaultError::StillKeyed(key.clone()));
        }
        let count = state.file.count();
        state.allotment.forget(key.slot, &id, count);
        Ok(())
    }

    /// Takes back what was sealed for a row that was not written.
    pub fn discard(&self, key: &SlotRef) -> Result<(), VaultError> {
        self.destroy(key)?;
        self.release(key)
    }

    /// How many slots there are and how many are free.
    pub fn slots(&self) -> Slots {
        let state = self.state();
        Slots {
            total: state.file.count(),
            free: state.allotment.free(),
        }
    }

    /// A token of a connection, whatever it is kept for.
    fn unseal_token(&self, sealed: &Sealed, owner: &str) -> Result<SecretString, VaultError> {
        match sealed.purpose {
            SealPurpose::Use | SealPurpose::Superseded | SealPurpose::Hold => {
                self.unseal(sealed, owner)
            }
            SealPurpose::App | SealPurpose::Subscription => {
                Err(VaultError::Forbidden(sealed.purpose))
            }
        }
    }

    fn unseal(&self, sealed: &Sealed, owner: &str) -> Result<SecretString, VaultError> {
        if sealed.is_emptied() {
            return Err(VaultError::Destroyed);
        }
        let id = slot_id(&sealed.key)?;
        let decode = |text: &str, part| {
            STANDARD
                .decode(text)
                .map_err(|_| VaultError::Malformed(part))
        };
        let nonce = decode(&sealed.nonce, "nonce")?;
        let ciphertext = decode(&sealed.ciphertext, "ciphertext")?;
        let found = self.state().file.read(sealed.key.slot)?;
        let wrapped = found
            .filter(|(found, _)| *found == id)
            .map(|(_, wrapped)| wrapped)
            .ok_or_else(|| VaultError::NoKey(sealed.key.clone()))?;
        cipher::unwrap(
            self.master.bytes(),
            &wrapped,
            &cipher::binding(&id, owner, sealed.purpose),
        )
        .and_then(|key| cipher::open(&key, &id, &nonce, ciphertext))
        .ok_or_else(|| VaultError::Forged {
            owner: owner.to_owned(),
        })
    }

    /// Nothing in the state is half done when a thread panics, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, id: &SlotId, wrapped: &cipher::Wrapped) -> Result<u32, VaultError> {
        let slot = match self.allotment.lowest_free() {
            Some(slot) => slot,
            None => self.grow()?,
        };
        self.allotment.name(slot, *id);
        if let Err(error) = self.file.write(slot, id, wrapped) {
            // The key may be half written. Where even this fails the slot stays reserved, and the next start sweeps it.
            if self.destroy(&[(slot, *id)]).is_ok() {
                self.allotment.forget(slot, id, self.file.count());
            }
            return Err(error);
        }
        Ok(slot)
    }

    fn grow(&mut self) -> Result<u32, VaultError> {
        // Rows restored without their slots may name all of the new ones; then it grows once more.
        loop {
            let before = self.file.count();
            self.file.grow()?;
            self.allotment.add(before..self.file.count());
            if let Some(slot) = self.allotment.lowest_free() {
                return Ok(slot);
            }
        }
    }

    fn destroy(&mut self, keys: &[(u32, SlotId)]) -> Result<Vec<Destruction>, VaultError> {
        let (mut outcomes, mut slots) = (Vec::new(), Vec::new());
        for (slot, id) in keys {
            let outcome = match self.file.read(*slot)? {
                Some((found, _)) if found == *id => {
                    slots.push(*slot);
                    Destruction::Overwritten
                }
                // Noise is written over again: an overwrite that a crash or a failed sync interrupted may be in the page
                // cache and not on the disk, and a sync alone does not repeat a write that failed.
                None if *slot < self.file.count() => {
                    slots.push(*slot);
                    Destruction::AlreadyGone
                }
                _ => Destruction::AlreadyGone,
            };
            outcomes.push(outcome);
        }
        self.file.overwrite_all(&slots)?;
        Ok(outcomes)
    }
}

fn carries(file: &SlotFile, slot: u32, id: &SlotId) -> Result<bool, VaultError> {
    Ok(file.read(slot)?.is_some_and(|(found, _)| found == *id))
}

fn slot_id(key: &SlotRef) -> Result<SlotId, VaultError> {
    let mut id = SlotId::default();
    hex::decode_to_slice(&key.slot_id, &mut id).map_err(|_| VaultError::Malformed("slot id"))?;
    Ok(id)
}

fn slot_ref(slot: u32, id: &SlotId) -> SlotRef {
    SlotRef {
        slot,
        slot_id: hex::encode(id),
    }
}
