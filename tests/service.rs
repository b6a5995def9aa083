//! The server as a service: what it tells systemd, and when.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Long enough for a machine that is busy; whatever takes longer hangs.
const LONG: Duration = Duration::from_secs(60);

struct Service {
    child: Child,
    told: UnixDatagram,
    folder: TempDir,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let told = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        told.set_read_timeout(Some(LONG)).unwrap();
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(folder.path().join("keys"))
            .unwrap();
        let child = Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
            .arg("serve")
            .env("TAGOUT_DATA_DIR", folder.path().join("data"))
            .env("TAGOUT_CONFIG", folder.path().join("keys/config.toml"))
            .env("NOTIFY_SOCKET", folder.path().join("notify"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            child,
            told,
            folder,
        }
    }

    fn next(&self) -> String {
        let mut bytes = [0; 256];
        let length = self.told.recv(&mut bytes).unwrap();
        String::from_utf8(bytes.get(..length).unwrap().to_vec()).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _over = self.child.wait();
    }
}

#[test]
fn it_says_ready_when_clients_are_answered_and_stopping_when_it_stops() {
    let mut service = Service::start();
    assert_eq!(service.next(), "READY=1");
    // Whoever is told so can connect at once.
    UnixStream::connect(service.folder.path().join("data/sock")).unwrap();
    let id = i32::try_from(service.child.id()).unwrap();
    let id = rustix::process::Pid::from_raw(id).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(service.next(), "STOPPING=1");
    assert!(service.child.wait().unwrap().success());
    assert!(!service.folder.path().join("data/sock").exists());
}
