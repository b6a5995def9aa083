//! What lists of records cost, in rows that are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::domain::connection::Connection;
use crate::domain::job::sample;
use crate::domain::job::{Scope, Synced};
use crate::server::Server;
use crate::server::resume_tests::{ask, options, start};
use crate::wire::request::Window;
use crate::wire::rpc;

const RECORDS: u64 = 40;

fn id(prefix: &str, n: u64) -> String {
    format!("{prefix}_01jd70000000000000000000{n:02}")
}

fn connection() -> Connection {
    let connection = json!({
        "id": id("con", 1), "instance": id("ins", 1), "provider": "github", "name": "acme",
        "owner": { "kind": "workspace" }, "account": { "id": "1", "label": "acme" },
        "status": "connected", "reason": "", "health": "unknown", "generation": 1, "version": 1,
        "connected_at": null, "synced_at": null,
    });
    serde_json::from_value(connection).unwrap()
}

fn record(n: u64, of: &Connection) -> Synced {
    Synced {
        id: id("ref", n).parse().unwrap(),
        connection: of.id.clone(),
        local_id: format!("issue_{n:02}"),
        external_id: format!("{n:02}"),
        ..sample::record()
    }
}

/// A server with one connection, and records of one scope.
async fn house(folder: &tempfile::TempDir) -> Arc<Server> {
    let server = start(&options(folder.path())).await;
    let mut connection = connection();
    let mut scope = Scope::new(connection.id.clone(), "issue".to_owned());
    scope.total = RECORDS;
    let written = server.store.write(|tx| {
        tx.put_connection(&mut connection)?;
        tx.put(&scope)?;
        (0..RECORDS).try_for_each(|n| tx.put(&record(n, &connection)))
    });
    let commit = written.unwrap().commit;
    server.store.durable(commit).await.unwrap();
    server
}

async fn cost<A: rpc::Rpc>(server: &Arc<Server>, request: A) -> u64 {
    let before = server.store.work().rows_read;
    ask(server, request).await;
    server.store.work().rows_read - before
}

#[tokio::test]
async fn a_page_reads_each_connection_and_each_scope_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    for filter in ["", "state:synced"] {
        let window = Window {
            limit: 50,
            filter: filter.to_owned(),
            ..Window::default()
        };
        let request = rpc::Records {
            connection: None,
            window: window.clone(),
        };
        let records = cost(&server, request).await;
        let request = rpc::References {
            connection: None,
            window,
        };
        let references = cost(&server, request).await;
        let most = RECORDS + 12;
        assert!(records <= most, "{records} rows for {RECORDS} records");
        assert!(
            references <= most,
            "{references} rows for {RECORDS} references"
        );
    }
}

/// The gate has to know whose it is before anything is done to it.
#[tokio::test]
async fn what_is_linked_or_edited_is_looked_for_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    let link = rpc::ReferenceLink {
        reference: id("ref", RECORDS - 1),
        local: "TICKET-9".to_owned(),
        linked: true,
        found: None,
    };
    let edit = rpc::RecordEdit {
        id: format!("issue_{}", RECORDS - 1),
        set: BTreeMap::from([("priority".to_owned(), "high".to_owned())]),
        found: None,
    };
    let (link, edit) = (cost(&server, link).await, cost(&server, edit).await);
    let most = RECORDS + 30;
    assert!(link <= most, "{link} rows to link one of {RECORDS}");
    assert!(edit <= most, "{edit} rows to edit one of {RECORDS}");
}
