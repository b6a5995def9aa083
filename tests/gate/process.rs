//! The real binary on both ends: exit codes, what is printed, what the system says about the server.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tagout::domain::user::{Role, User};
use tempfile::TempDir;

use crate::house::{self, OTHERS, OWN, WORKSPACE, connection, limited, me, service, token};

pub(crate) struct Machine {
    folder: TempDir,
    server: Child,
}

impl Machine {
    pub(crate) async fn with(me: User) -> Self {
        let folder = tempfile::tempdir().unwrap();
        house::seed(folder.path(), me, 0).await;
        let server = serve(folder.path());
        Self { folder, server }
    }

    /// One that takes webhooks and redirects.
    pub(crate) async fn listening(me: User) -> Self {
        let folder = tempfile::tempdir().unwrap();
        house::seed(folder.path(), me, 0).await;
        let config = folder.path().join("config/config.toml");
        std::fs::write(config, "http = \"127.0.0.1:0\"\n").unwrap();
        let server = serve(folder.path());
        Self { folder, server }
    }

    pub(crate) fn run(&self, line: &[&str]) -> Output {
        tagout(self.folder.path()).args(line).output().unwrap()
    }

    pub(crate) fn json(&self, line: &[&str]) -> Value {
        let output = self.run(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    fn kill(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

fn tagout(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tagout"));
    command
        .env_clear()
        .env("HOME", folder)
        .env("TZ", "UTC")
        .env("TAGOUT_DATA_DIR", folder.join("data"))
        .env("TAGOUT_CONFIG", folder.join("config/config.toml"));
    command
}

fn serve(folder: &Path) -> Child {
    served(tagout(folder).args(["serve", "--leashed"]))
}

/// The usual limit of open files is for other programs: a server takes what the system allows.
#[tokio::test]
async fn the_limit_of_open_files_is_raised_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    house::seed(folder.path(), me(Role::Owner), 0).await;
    let mut shell = Command::new("sh");
    let line = "ulimit -S -n 128 && exec \"$0\" serve --leashed";
    shell
        .args(["-c", line])
        .arg(assert_cmd::cargo::cargo_bin!("tagout"))
        .env("HOME", folder.path())
        .env("TAGOUT_DATA_DIR", folder.path().join("data"))
        .env("TAGOUT_CONFIG", folder.path().join("config/config.toml"));
    let mut server = served(&mut shell);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let numbers: Vec<u64> = line
        .split_whitespace()
        .filter_map(|it| it.parse().ok())
        .collect();
    let (soft, hard) = (numbers[0], numbers[1]);
    assert_eq!(soft, hard.min(65_536), "{line}");
}

fn served(command: &mut Command) -> Child {
    let mut server = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "ready");
    server
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[tokio::test]
async fn the_token_and_a_newline_and_nothing_else() {
    let machine = Machine::with(service()).await;
    let id = connection(WORKSPACE).to_string();
    let read = machine.run(&["token", &id]);
    assert_eq!(
        String::from_utf8(read.stdout).unwrap(),
        format!("{}\n", token(WORKSPACE))
    );
    assert!(read.stderr.is_empty());
    let read = machine.json(&["token", &id, "--min-valid", "300", "--json"]);
    assert_eq!(read["token"], token(WORKSPACE));
    // An Agent who was not granted the connection, and a session that only looks.
    let other = connection(OTHERS).to_string();
    for line in [vec!["token", &other], vec!["--read-only", "token", &id]] {
        let refused = machine.run(&line);
        assert_eq!((code(&refused), refused.stdout.len()), (3, 0));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("token.read"));
    }
    let refused = machine.json(&["audit", "--json"]);
    let outcomes: Vec<&Value> = refused
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "token.read")
        .map(|entry| &entry["outcome"])
        .collect();
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| ***outcome == "refused")
            .count(),
        2
    );
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| ***outcome == "done")
            .count(),
        1
    );
}

#[tokio::test]
async fn the_plan_names_who_could_hold_a_copy() {
    let machine = Machine::with(me(Role::Owner)).await;
    let id = connection(OWN).to_string();
    assert_eq!(code(&machine.run(&["token", &id])), 0);
    assert_eq!(code(&machine.run(&["token", &id])), 0);
    let plan = machine.run(&["plan", &id]);
    let text = String::from_utf8(plan.stdout).unwrap();
    assert!(
        text.contains("Could still hold a copy of a token"),
        "{text}"
    );
    assert!(text.contains("me: 2 reads, last "), "{text}");
    let plan = machine.json(&["plan", &id, "--json"]);
    assert_eq!(
        (
            &plan[0]["readers"][0]["name"],
            &plan[0]["readers"][0]["count"]
        ),
        (&"me".into(), &2.into())
    );
}

#[tokio::test]
async fn after_a_kill_the_next_start_says_that_it_does_not_know_the_count() {
    let mut machine = Machine::with(me(Role::Owner)).await;
    let id = connection(WORKSPACE).to_string();
    for _ in 0..3 {
        assert_eq!(code(&machine.run(&["token", &id])), 0);
    }
    machine.kill();
    machine.server = serve(machine.folder.path());
    let entries = machine.json(&["audit", "--json"]);
    let of = |action: &str| -> Vec<Value> {
        let all = entries.as_array().unwrap().iter();
        all.filter(|entry| entry["action"] == action)
            .cloned()
            .collect()
    };
    assert_eq!(of("token.read").len(), 1);
    let closed = of("token.reads");
    assert_eq!(
        (closed.len(), &closed[0]["detail"]["reads"]),
        (1, &Value::Null)
    );
    assert_eq!(closed[0]["outcome"], "warning");
    let plan = machine.json(&["plan", &id, "--json"]);
    assert_eq!(plan[0]["readers"][0]["name"], "me");
}

#[tokio::test]
async fn an_admin_loses_settings_edit_and_with_it_other_peoples_connections() {
    let machine = Machine::with(me(Role::Admin)).await;
    let (others, id) = (
        connection(OTHERS).to_string(),
        connection(WORKSPACE).to_string(),
    );
    let user = machine.json(&["users", "grant", "bob", "token.read", &id, "--json"]);
    assert_eq!(user["may_read"][0], id);
    let user = machine.json(&["users", "revoke", "me", "settings.edit", "--json"]);
    assert_eq!(user["withdrawn"][0], "settings.edit");
    let refused = machine.run(&["disconnect", &others, "--yes"]);
    assert_eq!(code(&refused), 3);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("settings.edit"));
    assert_eq!(
        code(&machine.run(&["users", "grant", "me", "settings.edit"])),
        3
    );
    let entries = machine.json(&["audit", "--json"]);
    let entry =
        entries.as_array().unwrap().iter().find(|entry| {
            entry["action"] == "connection.disconnect" && entry["outcome"] == "refused"
        });
    let entry = entry.unwrap();
    assert_eq!(
        (&entry["actor"], &entry["target"]),
        (&"me".into(), &others.into())
    );
    let disconnected = machine.run(&["disconnect", &id, "--yes"]);
    assert_eq!(
        code(&disconnected),
        0,
        "{}",
        String::from_utf8_lossy(&disconnected.stderr)
    );
    let refused = machine.run(&["token", &id]);
    assert_eq!((code(&refused), refused.stdout.len()), (5, 0));
}

#[tokio::test]
async fn only_owners_change_owners() {
    let machine = Machine::with(limited(Role::Admin)).await;
    assert_eq!(
        code(&machine.run(&["users", "revoke", "olga", "token.read"])),
        3
    );
    let machine = Machine::with(me(Role::Admin)).await;
    assert_eq!(code(&machine.run(&["users", "remove", "olga", "--yes"])), 3);
    assert_eq!(
        code(&machine.run(&["users", "add", "eve", "--role", "owner"])),
        3
    );
    assert_eq!(code(&machine.run(&["--role", "owner", "users"])), 3);
}

#[tokio::test]
async fn the_server_leaves_no_core() {
    let machine = Machine::with(me(Role::Owner)).await;
    let limits = format!("/proc/{}/limits", machine.server.id());
    let limits = std::fs::read_to_string(limits).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"]);
}
