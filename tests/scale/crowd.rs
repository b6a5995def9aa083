//! Many connections, written with the store's own facts in large transactions.

use std::path::Path;

use jiff::Timestamp;
use tagout::audit::Signer;
use tagout::domain::connection::{Account, Connection, Health, Instance, InstanceStatus, Status};
use tagout::domain::id::{ConnectionId, InstanceId, JobId};
use tagout::domain::job::{SyncJob, SyncMode};
use tagout::domain::user::Owner;
use tagout::store::Store;
use tagout::vault::AuditSeed;
use ulid::Ulid;

/// One transaction stays below the store's limit of 4 MiB.
const AT_ONCE: u32 = 1500;

/// The one provider that they all belong to.
pub(crate) const PROVIDER: &str = "github";

/// What the `n`th is called. Sorted as text, the order is that of the numbers.
pub(crate) fn name(n: u32) -> String {
    format!("acme-{n:06}")
}

/// The id of the `n`th.
pub(crate) fn id(n: u32) -> ConnectionId {
    ConnectionId::new(ulid(n))
}

fn ulid(n: u32) -> Ulid {
    Ulid::from_parts(1_795_000_000_000, u128::from(n))
}

/// Writes `count` connections, the first ten and every tenth with a scheduled job, into the folder of a server that does not run.
pub(crate) fn fill(data: &Path, count: u32) {
    let store = open(data);
    let instance = Instance {
        id: InstanceId::new(ulid(0)),
        provider: PROVIDER.to_owned(),
        status: InstanceStatus::Connected,
    };
    let mut last = store.write(|tx| tx.put(&instance)).unwrap().commit;
    for first in (0..count).step_by(AT_ONCE as usize) {
        let written = store.write(|tx| {
            for n in first..count.min(first + AT_ONCE) {
                tx.put_connection(&mut connection(n))?;
                if n < 10 || n % 10 == 0 {
                    tx.put_job(&job(n))?;
                }
            }
            Ok(())
        });
        last = written.unwrap().commit;
    }
    store.durable_blocking(last).unwrap();
}

/// The store of a server that does not run.
pub(crate) fn open(data: &Path) -> Store {
    let keys = data.parent().unwrap().join("config");
    let seed = AuditSeed::load_or_create(&keys.join("audit.key")).unwrap();
    let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
    Store::open(data, signer).unwrap()
}

fn connection(n: u32) -> Connection {
    Connection {
        id: id(n),
        instance: InstanceId::new(ulid(0)),
        provider: PROVIDER.to_owned(),
        name: name(n),
        owner: Owner::Workspace,
        account: Account {
            id: format!("{n}"),
            label: name(n),
        },
        status: Status::Connected,
        reason: String::new(),
        health: Health::Healthy,
        works_until: None,
        generation: 1,
        version: 1,
        connected_at: Some("2026-03-01T10:00:00Z".parse().unwrap()),
        // Just now: the vendor is not asked whether it works.
        synced_at: Some(Timestamp::now()),
        scopes_asked: Vec::new(),
        scopes_granted: Vec::new(),
        fields: serde_json::Map::new(),
        enabled_before: Vec::new(),
        is_given_back: false,
        is_borrowed: false,
        is_asked_first: false,
        replaced_of: None,
        notice: None,
        vars: Default::default(),
        bound: None,
    }
}

/// On, and not due as long as any test runs.
fn job(n: u32) -> SyncJob {
    let (id, entity) = (JobId::new(ulid(n)), "issue".to_owned());
    let mut job = SyncJob::new(id, self::id(n), entity, SyncMode::Incremental);
    (job.is_enabled, job.schedule) = (true, Some("0 0 1 1 *".to_owned()));
    job.next_run_at = Some("2126-01-01T00:00:00Z".parse().unwrap());
    job
}
