//! `tagout demo`: the console on a workspace of its own, with the sandbox providers inside.
//!
//! Everything is real: a server process with its own folder, OAuth over HTTP on loopback, syncs, revocations.
//! Only the vendors are ours. The server is a child that ends with this process, however that ends, and the
//! folder goes with it.

mod folder;
mod seed;
pub(crate) mod visit;

use std::fs::DirBuilder;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::client::{Client, ConnectOptions, StartMode};
use crate::config::{Flags, Settings};
use crate::sandbox::{self, Sandbox};
use crate::wire::{Code, Problem};

pub use folder::DemoFolder;

/// A demo that is under way. Dropping it ends the server and removes the folder.
pub struct Demo {
    /// How to reach its server.
    pub settings: Settings,
    // Fields are dropped in this order: the server first, then the vendors, then the folder.
    server: ServerChild,
    sandbox: Sandbox,
    _folder: DemoFolder,
}

struct ServerChild {
    child: Child,
    // The child ends when this closes, which the kernel does even if we are killed.
    _leash: Option<ChildStdin>,
}

impl Demo {
    /// Starts the vendors and a server on a folder of their own, and fills the workspace.
    ///
    /// # Errors
    /// When a port, a folder or a process cannot be had.
    pub async fn start() -> Result<Self, Problem> {
        let folder =
            DemoFolder::make().map_err(|error| failed(&format!("making a folder: {error}")))?;
        let sandbox = sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let sandbox = sandbox.map_err(|error| failed(&error.to_string()))?;
        let settings = settings(&folder)?;
        let server = ServerChild::spawn(&settings).await?;
        let options = ConnectOptions {
            settings: &settings,
            role: None,
            read_only: false,
            start: StartMode::Never,
        };
        let (client, notices) = Client::connect(&options).await?;
        seed::fill(client, notices, &sandbox).await?;
        Ok(Self {
            settings,
            server,
            sandbox,
            _folder: folder,
        })
    }

    /// Where the vendors are.
    #[must_use]
    pub fn vendors(&self) -> &str {
        self.sandbox.base_url()
    }

    /// Ends the server and waits for it, so that the folder can go.
    ///
    /// # Errors
    /// When the server cannot be waited for.
    pub async fn end(mut self) -> Result<(), Problem> {
        self.server._leash = None;
        self.server
            .child
            .wait()
            .await
            .map_err(|error| failed(&error.to_string()))?;
        Ok(())
    }
}

impl ServerChild {
    /// A child that answers when this returns.
    async fn spawn(settings: &Settings) -> Result<Self, Problem> {
        let io = |error: std::io::Error| failed(&format!("starting its server: {error}"));
        let log = std::fs::File::create(settings.data_dir.value.join("server.log")).map_err(io)?;
        let mut child = Command::new(std::env::current_exe().map_err(io)?)
            .args(["serve", "--leashed", "--workspace", "Demo", "--data-dir"])
            .arg(&settings.data_dir.value)
            .env_remove("TAGOUT_DATA_DIR")
            .env("TAGOUT_CONFIG", &settings.config_file.value)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            // Ctrl-C in the console's terminal is the console's.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(io)?;
        let leash = child.stdin.take();
        let out = child
            .stdout
            .take()
            .ok_or_else(|| failed("its server has no output"))?;
        let ready = BufReader::new(out).lines().next_line().await.map_err(io)?;
        match ready.as_deref() {
            Some("ready") => Ok(Self {
                child,
                _leash: leash,
            }),
            _ => Err(failed(&last_line(settings))),
        }
    }
}

/// The settings of the demo, whatever the environment says but of the theme.
fn settings(folder: &DemoFolder) -> Result<Settings, Problem> {
    let port =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let port = port
        .map_err(|error| failed(&format!("finding a free port: {error}")))?
        .port();
    let config = folder.path().join("config.toml");
    let io = |error: std::io::Error| failed(&format!("writing its settings: {error}"));
    std::fs::write(&config, format!("callback_port = {port}\n")).map_err(io)?;
    let data = folder.path().join("data");
    DirBuilder::new().mode(0o700).create(&data).map_err(io)?;
    let flags = Flags {
        data_dir: Some(data),
        config: Some(config),
        http: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
    };
    let env = |name: &str| std::env::var_os(name).filter(|_| name == "TAGOUT_THEME");
    Ok(Settings::resolve(&flags, env)?)
}

fn last_line(settings: &Settings) -> String {
    let log =
        std::fs::read_to_string(settings.data_dir.value.join("server.log")).unwrap_or_default();
    let line = log.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(
        || "its server said nothing".to_owned(),
        |line| line.trim_start_matches("error: ").to_owned(),
    )
}

fn failed(why: &str) -> Problem {
    Problem::new(Code::Failed, why.to_owned(), "")
}
