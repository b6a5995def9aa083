//! A data folder is taken on from a copy: a new log begins that says what is lost, and everything is authorized again.

use std::collections::BTreeSet;
use std::path::Path;

use super::caller::server_entry;
use super::options::StartError;
use super::run_entries::walkthrough_fell;
use super::{clock_and_ids, log_keys};
use crate::domain::audit::connections::Marked;
use crate::domain::audit::log::{LogBegun, LogState, NewLogCause};
use crate::domain::audit::server::LogBegins;
use crate::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Via};
use crate::domain::connection::Connection;
use crate::domain::id::FolderId;
use crate::domain::sealed::SlotRef;
use crate::domain::user::Role;
use crate::domain::walkthrough::FallReason;
use crate::store::facts::{Copy, Readmit};
use crate::store::{NewLog, Store};

/// What is taken on.
pub(super) struct FolderAdoption {
    pub cause: NewLogCause,
    /// How far a log of this folder had surely come.
    pub lost: Option<LogState>,
    /// The folder's id from here on.
    pub folder: FolderId,
    /// What it is a copy of.
    pub copy: Copy,
}

/// Begins the new log; the store is closed by that, and [`finish_adoption`] goes on in the one that is opened next.
///
/// # Errors
/// When whoever runs this may not, and when the store refuses; nothing has begun then.
pub(super) async fn begin_adoption(
    store: Store,
    key_dir: &Path,
    what: FolderAdoption,
) -> Result<(), StartError> {
    let starter = AdoptedBy::of(&store)?;
    let (after, note, tree) = (store.log(), store.checkpoint()?, store.tree());
    let old = match &note {
        Some(note) => log_keys::of_checkpoint(key_dir, after, note)?,
        None => None,
    };
    let (number, signer) = log_keys::fresh(key_dir, after)?;
    let FolderAdoption {
        cause,
        lost,
        folder,
        copy,
    } = what;
    let begun = Event::LogBegun(LogBegun {
        log: LogBegins { format: 2, from: 0 },
        number,
        origin: log_keys::name(number),
        key: signer.public_key(),
        after,
        follows: LogState {
            origin: log_keys::name(after),
            size: tree.size(),
            root: tree.root(),
        },
        lost,
        cause,
        signed_over: old.map(|old| old.sign_over(&tree, &signer)),
    });
    let new = NewLog {
        number,
        signer,
        entry: starter.entry(server_entry(begun, &folder, AuditOutcome::Warning)),
    };
    store.begin_log(new, |tx| tx.taken_on(folder, copy)).await?;
    Ok(())
}

/// Whatever of it a crash left undone, before anybody is answered. `secrets` are those that came out of a backup; of one that
/// was cut short there are none, because it is begun anew.
pub(super) async fn finish_adoption(
    store: &Store,
    secrets: &BTreeSet<SlotRef>,
) -> Result<(), StartError> {
    let Some(readmission) = store.readmission()? else {
        return Ok(());
    };
    let reason = match readmission.copy {
        Copy::Backup => "restored from a backup: authorize it again",
        Copy::Folder => "a data folder that may be an older copy was accepted: authorize it again",
    };
    let how = Readmit {
        reason,
        asked_first: "restored from a backup with its secrets: its provider is asked before they are used",
        secrets,
        entry: &marked,
        left_over: &left_over,
    };
    for id in store.walkthroughs_planned()? {
        let why = FallReason::OlderCopy;
        let entry = walkthrough_fell(&store.walkthrough(&id)?, &why);
        store.walkthrough_fell(&id, &why, entry).await?;
    }
    while store.readmit_some(&how).await? {}
    Ok(())
}

/// Stands for the tokens that a copy of the folder has sealed of a connection.
fn left_over(of: &Connection) -> Connection {
    of.standing_for(
        clock_and_ids::connection(),
        format!("{}, of an older copy", of.name),
        "tokens of an older copy are to be ended: disconnect it",
    )
}

fn marked(connection: &Connection) -> NewEntry {
    let marked = Event::ReconnectRequired(Marked {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        status: connection.status,
        reason: connection.reason.clone(),
    });
    server_entry(marked, &connection.id, AuditOutcome::Warning)
}

/// Whoever runs this process, and has by that accepted what it does: an Owner, or the account of a service, which is no user.
pub(super) struct AdoptedBy {
    actor: String,
    role: String,
}

impl AdoptedBy {
    /// # Errors
    /// When the account is that of a user who is no Owner.
    pub(super) fn of(store: &Store) -> Result<Self, StartError> {
        let uid = nix::unistd::getuid();
        let mut users = store.users()?.into_iter();
        match users.find(|user| user.uid == Some(uid.as_raw())) {
            Some(user) if user.role == Role::Owner => Ok(Self {
                actor: user.name,
                role: user.role.code().to_owned(),
            }),
            Some(user) => Err(StartError::NotOwner(user.name)),
            None => Ok(Self {
                actor: format!("uid{uid}"),
                role: "service".to_owned(),
            }),
        }
    }

    /// The entry, in their name.
    pub(super) fn entry(self, entry: NewEntry) -> NewEntry {
        NewEntry {
            actor: self.actor,
            role: self.role,
            origin: Origin {
                address: None,
                via: Via::Local,
            },
            ..entry
        }
    }
}
