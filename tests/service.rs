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

/// A server that is started with these arguments and this standard input, until it has said how it went: its first word to
/// the notify socket, or its last to standard error.
fn started(folder: &TempDir, arguments: &[&str], stdin: &str) -> Result<Child, String> {
    use std::io::Write as _;
    let notify = folder.path().join("notify");
    let _old = std::fs::remove_file(&notify);
    let told = UnixDatagram::bind(&notify).unwrap();
    told.set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("tagout"))
        .arg("serve")
        .args(arguments)
        .env("TAGOUT_DATA_DIR", folder.path().join("data"))
        .env("TAGOUT_CONFIG", folder.path().join("keys/config.toml"))
        .env("NOTIFY_SOCKET", &notify)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(stdin.as_bytes())
        .unwrap();
    let mut bytes = [0; 64];
    let until = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        assert!(until > std::time::Instant::now(), "neither ready nor over");
        if told.recv(&mut bytes).is_ok() {
            return Ok(child);
        }
        if child.try_wait().unwrap().is_some() {
            let said = child.wait_with_output().unwrap().stderr;
            return Err(String::from_utf8(said).unwrap());
        }
    }
}

fn ended(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(folder.path().join("keys"))
        .unwrap();
    folder
}

#[test]
fn a_folder_that_began_with_a_passphrase_opens_with_that_one_alone() {
    let folder = folder();
    let typed = ["--passphrase-file", "-"];
    ended(started(&folder, &typed, "correct horse\n").unwrap());
    assert!(!folder.path().join("keys/master.key").exists());
    let wrong = started(&folder, &typed, "battery staple\n").unwrap_err();
    assert!(wrong.contains("wrong passphrase"), "{wrong}");
    let without = started(&folder, &[], "").unwrap_err();
    assert!(without.contains("--passphrase-file"), "{without}");
    assert!(!folder.path().join("keys/master.key").exists());
    ended(started(&folder, &typed, "correct horse\n").unwrap());
}

#[test]
fn a_folder_that_began_with_a_key_file_is_not_given_a_passphrase() {
    let folder = folder();
    ended(started(&folder, &[], "").unwrap());
    let refused = started(&folder, &["--passphrase-file", "-"], "correct horse\n").unwrap_err();
    assert!(refused.contains("master.key"), "{refused}");
    assert!(!folder.path().join("keys/master.salt").exists());
}

#[test]
fn the_master_key_can_come_from_a_command() {
    let folder = folder();
    let config = folder.path().join("keys/config.toml");
    let key = "5b".repeat(32);
    let say =
        |words: &str| std::fs::write(&config, format!("master_key_command = {words}\n")).unwrap();
    say(&format!("[\"echo\", \"{key}\"]"));
    ended(started(&folder, &[], "").unwrap());
    assert!(!folder.path().join("keys/master.key").exists());
    say("[\"echo\", \"short\"]");
    let short = started(&folder, &[], "").unwrap_err();
    assert!(short.contains("64 hex digits"), "{short}");
    say("[\"false\"]");
    let failed = started(&folder, &[], "").unwrap_err();
    assert!(failed.contains("(false) failed"), "{failed}");
}

/// One request of HTTP/1.0; the whole answer.
fn get(port: u16, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn health_and_metrics_are_told_at_an_address_of_their_own() {
    let folder = folder();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let running = started(&folder, &["--metrics", &address], "").unwrap();
    let health = get(port, "/healthz");
    assert!(
        health.starts_with("HTTP/1.0 200") && health.ends_with("ok\n"),
        "{health}"
    );
    let metrics = get(port, "/metrics");
    for line in [
        "tagout_connections{status=\"connected\"} 0",
        "# TYPE tagout_audit_entries_total counter",
        "tagout_emergency 0",
    ] {
        assert!(metrics.contains(line), "no {line} in {metrics}");
    }
    assert!(get(port, "/webhooks/x").starts_with("HTTP/1.0 404"));
    ended(running);
}
