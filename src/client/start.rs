//! Starting a server in the background, as ssh-agent, gpg-agent and tmux do.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::{nobody_listens, unreachable};
use crate::config::{EXIT_STORE_HELD, Settings};
use crate::wire::{Code, Problem};

/// A server that has not answered by then is reported, and goes on.
const DEADLINE: Duration = Duration::from_secs(10);

/// The server's log is emptied at a start that finds it longer.
const LOG_LIMIT: u64 = 1024 * 1024;

/// What a background server keeps of the environment of whoever happened to start it. It acts for every user
/// of the workspace, so nothing else of that person's session may steer it.
const KEPT: [&str; 13] = [
    "PATH",
    "HOME",
    "LANG",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "RUST_LOG",
];

/// Names for a workspace that is being made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Birth {
    /// What it is called.
    pub workspace: Option<String>,
    /// The Unix account of its first Owner; else whoever starts it.
    pub owner: Option<String>,
}

/// Starts a server and connects to it, or to the one that was faster.
pub(super) async fn and_connect(
    settings: &Settings,
    socket: &Path,
    birth: &Birth,
) -> Result<UnixStream, Problem> {
    let log = settings.data_dir.value.join("server.log");
    let attempts = async {
        let mut pause = Duration::from_millis(50);
        loop {
            let (child, begin) = spawn(settings, birth, &log)
                .map_err(|error| cannot_start(&error.to_string(), &log))?;
            match until_it_answers(child, socket).await? {
                Start::Connected(stream) => return Ok(stream),
                Start::Ended(status) if !store_is_held(status) => {
                    return Err(cannot_start(&last_words(&log, begin, status), &log));
                }
                Start::Ended(_) => {}
            }
            // Somebody else holds the store: a server that was started at the same time and will answer, or
            // one that is just leaving and has to be replaced.
            if let Some(stream) = within(pause, socket).await? {
                return Ok(stream);
            }
            pause *= 2;
        }
    };
    timeout(DEADLINE, attempts).await.map_err(|_| {
        let why = format!("it did not answer within {DEADLINE:?}");
        cannot_start(&why, &log)
    })?
}

/// How a start went.
enum Start {
    Connected(UnixStream),
    Ended(ExitStatus),
}

fn spawn(settings: &Settings, birth: &Birth, log: &Path) -> io::Result<(Child, u64)> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&settings.data_dir.value)?;
    let (stderr, log_begin) = open_log(log)?;
    let child = Command::new(std::env::current_exe()?)
        .args(arguments(settings, birth))
        .env_clear()
        .envs(environment(std::env::vars_os()))
        // Not as a flag: a file that is named has to be there, and this one may be absent.
        .env("TAGOUT_CONFIG", &settings.config_file.value)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()?;
    Ok((child, log_begin))
}

fn arguments(settings: &Settings, birth: &Birth) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["serve".into(), "--on-demand".into()];
    let mut flag = |name: &str, value: OsString| arguments.extend([name.into(), value]);
    flag("--data-dir", settings.data_dir.value.clone().into());
    if let Some(workspace) = &birth.workspace {
        flag("--workspace", workspace.into());
    }
    if let Some(owner) = &birth.owner {
        flag("--owner", owner.into());
    }
    arguments
}

fn environment(all: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    all.filter(|(name, _)| {
        name.to_str()
            .is_some_and(|name| KEPT.contains(&name) || name.starts_with("XDG_"))
    })
    .collect()
}

/// The log, and where this start's part of it begins.
fn open_log(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let length = file.metadata()?.len();
    if length > LOG_LIMIT {
        file.set_len(0)?;
        return Ok((file, 0));
    }
    Ok((file, length))
}

/// Connects as soon as somebody listens, or says how the server ended.
async fn until_it_answers(mut child: Child, socket: &Path) -> Result<Start, Problem> {
    tokio::select! {
        stream = connect(socket) => Ok(Start::Connected(stream?)),
        ended = child.wait() => match ended {
            Ok(status) => Ok(Start::Ended(status)),
            Err(error) => Err(unreachable(socket, &error)),
        },
    }
}

/// Connects if somebody listens before `limit` is over.
async fn within(limit: Duration, socket: &Path) -> Result<Option<UnixStream>, Problem> {
    timeout(limit, connect(socket)).await.ok().transpose()
}

/// Connects as soon as somebody listens. Nothing tells when that is, so it asks, less and less often.
async fn connect(socket: &Path) -> Result<UnixStream, Problem> {
    let mut pause = Duration::from_millis(2);
    loop {
        match UnixStream::connect(socket).await {
            Ok(stream) => return Ok(stream),
            Err(error) if nobody_listens(&error) => {}
            Err(error) => return Err(unreachable(socket, &error)),
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

fn store_is_held(status: ExitStatus) -> bool {
    status.code() == Some(i32::from(EXIT_STORE_HELD))
}

/// The last line that the server wrote.
fn last_words(log: &Path, begin: u64, status: ExitStatus) -> String {
    let tail = || -> io::Result<String> {
        let mut file = fs::File::open(log)?;
        file.seek(SeekFrom::Start(begin))?;
        let mut bytes = Vec::new();
        file.take(LOG_LIMIT).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let tail = tail().unwrap_or_default();
    let line = tail.lines().rev().map(str::trim).find(|l| !l.is_empty());
    match line {
        Some(line) => line.trim_start_matches("error: ").to_owned(),
        None => format!("it ended with {status} and said nothing"),
    }
}

fn cannot_start(why: &str, log: &Path) -> Problem {
    let log: PathBuf = log.to_owned();
    Problem::new(
        Code::NoServer,
        format!("no server is running, and starting one failed: {why}"),
        format!("See {}, or run tagout serve to watch it", log.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fixed_part_of_the_environment_reaches_the_server() {
        let all = [
            "PATH",
            "XDG_STATE_HOME",
            "TAGOUT_DATA_DIR",
            "AWS_SECRET_ACCESS_KEY",
        ];
        let kept = environment(all.iter().map(|name| (name.into(), "x".into())));
        let names: Vec<_> = kept
            .iter()
            .map(|(name, _)| name.to_str().unwrap())
            .collect();
        assert_eq!(names, ["PATH", "XDG_STATE_HOME"]);
    }

    #[test]
    fn a_long_log_is_emptied_and_a_short_one_is_continued() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("server.log");
        fs::write(&path, "old\n").unwrap();
        assert_eq!(open_log(&path).unwrap().1, 4);
        fs::write(&path, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(open_log(&path).unwrap().1, 0);
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    }

    #[test]
    fn the_last_words_are_those_of_this_start() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("server.log");
        fs::write(&path, "old words\n").unwrap();
        let status = ExitStatus::default();
        assert!(last_words(&path, 10, status).contains("said nothing"));
        fs::write(&path, "old words\nerror: the disk is full\n\n").unwrap();
        assert_eq!(last_words(&path, 10, status), "the disk is full");
    }
}
