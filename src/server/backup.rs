//! Backups: made part by part as their client asks for them, so that one who reads slowly holds nobody up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::task::JoinError;

use super::caller::{Caller, server_entry};
use super::handler::Handler;
use super::{Server, clock_and_ids};
use crate::domain::audit::upkeep::BackedUp;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::sealed::{BackupSecret, PassphraseSeal, SecretOwner};
use crate::store::backup::{Backup, BackupHeader, BackupPart, SecretSealer};
use crate::store::{LiveSize, StoreError};
use crate::vault::{BackupKey, Vault, VaultError};
use crate::wire::view::{self, Progress};
use crate::wire::{Code, Problem, Topic, rpc};

/// Whose client does not ask for so long does not want the rest.
const ABANDONED: Duration = Duration::from_secs(60);

/// The backup that is being made; there is one at a time, because there is one copy at a time.
#[derive(Default)]
pub(crate) struct Backups {
    making: Mutex<Option<Making>>,
    begun: AtomicU64,
}

struct Making {
    number: u64,
    session: u64,
    backup: Box<Backup>,
    of: Option<LiveSize>,
    began: Instant,
    asked: Instant,
    /// Bytes so far.
    bytes: u64,
}

/// Wraps the keys of secrets under that of a backup.
pub(super) struct VaultSealer {
    pub(super) vault: Arc<Vault>,
    pub(super) key: BackupKey,
}

impl SecretSealer for VaultSealer {
    fn seal(&self, of: SecretOwner) -> Result<Option<BackupSecret>, StoreError> {
        self.vault.for_backup(of, &self.key).map_err(unsealed)
    }

    fn sign(&self, digest: &str) -> Result<String, StoreError> {
        self.key.sign(digest).map_err(unsealed)
    }
}

fn unsealed(error: VaultError) -> StoreError {
    StoreError::Refused(error.to_string())
}

impl Handler for rpc::BackupBegin {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        begin(server, caller, None).await
    }
}

impl Handler for rpc::BackupWithSecrets {
    /// No secret leaves before it is in the record that they do.
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let passphrase = SecretString::from(self.passphrase.0.as_str());
        let stopped = |error: JoinError| StoreError::Stopped(error.to_string());
        let made = tokio::task::spawn_blocking(move || BackupKey::new(&passphrase)).await;
        let (key, seal) = made.map_err(stopped)?.map_err(|error| {
            let again = "give another passphrase";
            Problem::new(Code::Failed, error.to_string(), again)
        })?;
        let vault = Arc::clone(&server.vault);
        begin(server, caller, Some((VaultSealer { vault, key }, seal))).await
    }
}

async fn begin(
    server: &Arc<Server>,
    caller: &Caller,
    secrets: Option<(VaultSealer, PassphraseSeal)>,
) -> Result<u64, Problem> {
    let (sealer, seal) = secrets.unzip();
    let header = BackupHeader {
        program: super::VERSION.to_owned(),
        workspace: server.workspace.clone(),
        created_at: clock_and_ids::now(),
        secrets: seal,
    };
    let mut making = server.backups.making.lock().await;
    let of = server.store.size()?.live;
    let has_secrets = sealer.is_some();
    let sealer = sealer.map(|it| Box::new(it) as Box<dyn SecretSealer>);
    let backup = server.store.begin_backup(&header, sealer)?;
    if has_secrets {
        let begun = Event::BackedUp(BackedUp::Begun { with_secrets: true });
        let entry = caller.entry(begun, "store", AuditOutcome::Done);
        server.store.note(entry).await?;
        server.hub.tell([Topic::Audit]);
    }
    let begun = &server.backups.begun;
    let number = begun.fetch_add(1, Ordering::Relaxed) + 1;
    let now = Instant::now();
    *making = Some(Making {
        number,
        session: caller.session,
        backup: Box::new(backup),
        of,
        began: now,
        asked: now,
        bytes: 0,
    });
    drop(making);
    let ours = Arc::clone(server);
    server
        .tasks
        .spawn(async move { end_when_abandoned(&ours, number).await });
    Ok(number)
}

impl Handler for rpc::BackupNext {
    /// The last part is told once its entry is durable.
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let mut making = server.backups.making.lock().await;
        let is_meant = |it: &Making| it.number == self.number && it.session == caller.session;
        let one = making.take_if(|it| is_meant(it)).ok_or_else(gone)?;
        let (mut one, part) = match next(one).await {
            Ok(made) => made,
            Err(problem) => {
                drop(making);
                not_made(server, problem.message.clone()).await;
                return Err(problem);
            }
        };
        one.bytes += part.bytes.len() as u64;
        let progress = Progress::of(one.of).at(part.read, one.began.elapsed());
        match &part.end {
            None => *making = Some(one),
            Some(end) => {
                let made = Event::BackedUp(BackedUp::Made {
                    commit: end.commit,
                    size: end.size,
                    root: end.root.clone(),
                    sha256: end.sha256.clone(),
                    secrets: end.secrets,
                    bytes: Some(one.bytes),
                });
                let entry = caller.entry(made, "store", AuditOutcome::Done);
                server.store.note(entry).await?;
                server.hub.tell([Topic::Audit]);
            }
        }
        Ok(view::BackupPart {
            bytes: STANDARD.encode(&part.bytes),
            progress,
            is_last: part.end.is_some(),
        })
    }
}

/// The next part is made on a thread of its own. When that fails, the backup has ended.
async fn next(mut one: Making) -> Result<(Making, BackupPart), Problem> {
    let made = tokio::task::spawn_blocking(move || {
        let part = one.backup.next_part()?;
        one.asked = Instant::now();
        Ok::<_, StoreError>((one, part))
    });
    let stopped = |error: JoinError| StoreError::Stopped(error.to_string());
    let (one, part) = made.await.map_err(stopped)??;
    Ok((one, part.ok_or_else(gone)?))
}

/// A backup that nobody asks for keeps others from copying the store, and what commits touch is noted for it.
async fn end_when_abandoned(server: &Server, number: u64) {
    let mut rest = ABANDONED;
    while server.pause(rest).await {
        let mut making = server.backups.making.lock().await;
        let Some(one) = making.as_ref().filter(|it| it.number == number) else {
            return;
        };
        rest = ABANDONED.saturating_sub(one.asked.elapsed());
        if !rest.is_zero() {
            continue;
        }
        *making = None;
        drop(making);
        return not_made(server, "its client asked for no more of it".to_owned()).await;
    }
}

/// A session is over, and with it the backup that it had begun and not come to the end of.
pub(crate) async fn session_ended(server: &Server, session: u64) {
    let mut making = server.backups.making.lock().await;
    if making.take_if(|it| it.session == session).is_none() {
        return;
    }
    drop(making);
    let why = match server.stop.is_cancelled() {
        true => "the server stopped",
        false => "its client went away",
    };
    not_made(server, why.to_owned()).await;
}

async fn not_made(server: &Server, why: String) {
    let not_made = Event::BackedUp(BackedUp::NotMade { why });
    let entry = server_entry(not_made, "store", AuditOutcome::Failed);
    match server.store.note(entry).await {
        Ok(_) => server.hub.tell([Topic::Audit]),
        Err(error) => tracing::error!(%error, "the end of a backup is not in the record"),
    }
}

fn gone() -> Problem {
    Problem::new(
        Code::NotFound,
        "there is no such backup under way",
        "begin again",
    )
}
