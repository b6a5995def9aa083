//! A run that waits for a person.

use std::net::{Ipv4Addr, SocketAddr};

use super::resume;
use crate::domain::disconnect::run::RunState;
use crate::sandbox::{self, Vendor};
use crate::server::dispatch;
use crate::server::resume_tests::{
    caller, connected_to, disconnect, options, quiet, registered, start,
};
use crate::wire::Code;

/// Enough that the run has begun, and too few for its end.
const COMMITS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_go_on_with_it_one_is_refused_and_stands_in_no_record() {
    let sandbox = sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = start(&options(folder.path())).await;
    registered(&server, &sandbox, Vendor::Ledger).await;
    let connection = connected_to(&server, Vendor::Ledger, "acme-bot").await;
    server.store.stop_after(COMMITS);
    let request = disconnect(&connection).into();
    dispatch::answer(&server, &caller(&server), request)
        .await
        .unwrap();
    quiet(&server).await;
    drop(server);
    // Opened and not recovered: nobody goes on with it.
    let server = start(&options(folder.path())).await;
    let run = server.store.last_run_of(&connection).unwrap().unwrap();
    server.store.run_waits(&run).await.unwrap();
    let caller = caller(&server);
    let (one, other) = tokio::join!(
        resume(&server, &caller, &run),
        resume(&server, &caller, &run)
    );
    let refused = one.and(other).unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "{}", refused.message);
    quiet(&server).await;
    let entries = server.store.entries(0, usize::MAX).unwrap();
    let resumed = entries.iter().filter(|entry| entry.action == "run.resumed");
    assert_eq!(resumed.count(), 1);
    let now = server.store.run(&run).unwrap().state;
    assert!(
        !matches!(now, RunState::Running | RunState::Waiting),
        "{now:?}"
    );
}
