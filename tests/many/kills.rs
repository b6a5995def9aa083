//! kill -9 in the middle: what had begun goes on, what had not begins, and no connection twice.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tagout::domain::walkthrough::{TargetChoice, WalkState};
use tagout::wire::rpc;

use crate::fleet::{Fleet, draft};
use crate::pace_in_file::QUICK;

/// The real server, in a process of its own.
pub(crate) struct Server(Child);

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        let config = folder.join("config/config.toml");
        std::fs::write(&config, format!("disconnects_at_once = 2\n{QUICK}")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tagout"))
            .args(["serve", "--leashed"])
            .env("TAGOUT_DATA_DIR", folder.join("data"))
            .env("TAGOUT_CONFIG", config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        Self(child)
    }
}

impl Drop for Server {
    /// As by `kill -9`.
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_it_goes_on_where_it_was() {
    let mut fleet = Fleet::start(7, 2).await;
    fleet.end().await;
    let mut server = Server::start(fleet.path());
    fleet.attach(None).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    let mut seen = 0;
    // Each time while calls are under way, whose answers are lost.
    for _ in 0..3 {
        fleet.vendor.until_revoking(seen + 2).await;
        drop(server);
        seen = fleet.vendor.revoking();
        server = Server::start(fleet.path());
        fleet.attach(None).await;
        assert_eq!(fleet.walkthrough(&id).await.state, WalkState::Running);
    }
    fleet.vendor.shut(false);
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.done.tokens), (7, 14));
    assert_eq!((ended.left.unproven_total, ended.done.unjudged), (0, 0));
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (7, 7));
    assert_eq!(fleet.begun("connection.disconnected").await, (7, 7));
    assert_eq!(fleet.entries("walkthrough.finished").await.len(), 1);
    let runs: BTreeSet<_> = fleet
        .targets(&id)
        .await
        .into_iter()
        .map(|it| it.run)
        .collect();
    assert_eq!(runs.len(), 7);
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_a_stop_it_stays_stopped() {
    let mut fleet = Fleet::start(5, 2).await;
    fleet.end().await;
    let server = Server::start(fleet.path());
    fleet.attach(None).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(2).await;
    fleet.ask(rpc::WalkthroughStop { id: id.clone() }).await;
    drop(server);
    fleet.vendor.shut(false);
    let server = Server::start(fleet.path());
    fleet.attach(None).await;
    let now = fleet.until(&id, |now| now.targets.ended == 2).await;
    assert_eq!((now.state, now.targets.not_begun), (WalkState::Stopped, 3));
    let in_service = fleet.status().await.connections["connected"];
    assert_eq!(in_service, 3);
    drop(server);
}
