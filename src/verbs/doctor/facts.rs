//! What the checks look at, as the machine says it. What cannot be read is missing, and the check says so.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::config::Settings;

/// Where distributions keep the certificates of authorities.
const AUTHORITIES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
/// Where logind reads its settings, in the order in which they win (logind.conf(5)).
const LOGIND: [&str; 4] = [
    "/etc/systemd/logind.conf",
    "/usr/lib/systemd/logind.conf.d",
    "/run/systemd/logind.conf.d",
    "/etc/systemd/logind.conf.d",
];

/// Everything that is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct MachineFacts {
    /// Folders and files with the widest mode that they may have.
    pub modes: Vec<PathMode>,
    /// `/proc/self/mountinfo`.
    pub mounts: String,
    /// The data folder, links resolved; the folder above it while it is not there.
    pub data_dir: PathBuf,
    /// Free bytes of its file system.
    pub free: Option<u64>,
    /// Whether the file that is given up when the disk is full is there; none without a data folder.
    pub has_reserve: Option<bool>,
    /// Whether data folders of other machines are refused, as far as the settings go.
    pub tells_machines: bool,
    /// Whether proofs take less time than by default, for vendors on this machine.
    pub is_shortened: bool,
    /// Whether this machine has an id.
    pub has_machine_id: bool,
    /// How many data folders have a checkpoint in the configuration folder; none without a data folder.
    pub seen: Option<usize>,
    /// `/proc/swaps`.
    pub swaps: String,
    /// The names of device-mapper devices.
    pub mapped: Vec<String>,
    /// What logind is told, the last word last.
    pub logind: String,
    /// The socket's path.
    pub socket: Option<PathBuf>,
    /// Why there is none.
    pub no_socket: String,
    /// Whether certificates of authorities are there.
    pub has_authorities: bool,
    /// `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set.
    pub locale: String,
    /// `TERM`.
    pub terminal: String,
    /// The callback port, and whether it can be had.
    pub callback: (u16, bool),
}

/// A path, its mode, and the widest that it may be.
#[derive(Debug, Clone)]
pub(super) struct PathMode {
    pub path: PathBuf,
    pub mode: u32,
    pub widest: u32,
}

pub(super) fn gather(settings: &Settings) -> MachineFacts {
    let data = &settings.data_dir.value;
    let keys = settings.config_dir();
    let paths = [
        (data.clone(), 0o700),
        (data.join("slots"), 0o600),
        (keys.to_owned(), 0o700),
        (keys.join("master.key"), 0o600),
        (keys.join("audit.key"), 0o600),
    ];
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(variable);
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let port = settings.callback_port.value;
    MachineFacts {
        modes: paths
            .into_iter()
            .filter_map(|(path, widest)| mode(path, widest))
            .collect(),
        mounts: read("/proc/self/mountinfo"),
        data_dir: nearest(data),
        free: rustix::fs::statvfs(nearest(data))
            .ok()
            .map(|found| found.f_bavail * found.f_frsize),
        has_reserve: data.exists().then(|| data.join("reserve").exists()),
        tells_machines: settings.seen_machine.value,
        is_shortened: settings.proof.value.is_shortened(),
        has_machine_id: !read("/etc/machine-id").trim().is_empty(),
        seen: data
            .join("head")
            .exists()
            .then(|| entries(&keys.join("seen"))),
        swaps: read("/proc/swaps"),
        mapped: mapped(),
        logind: LOGIND.iter().map(|at| settings_at(Path::new(at))).collect(),
        no_socket: settings
            .socket_path()
            .map_or_else(|error| error.to_string(), |_| String::new()),
        socket: settings.socket_path().ok(),
        has_authorities: named
            .into_iter()
            .chain(AUTHORITIES.map(PathBuf::from))
            .any(|path| path.exists()),
        locale: locale.unwrap_or_default(),
        terminal: variable("TERM").unwrap_or_default(),
        callback: (port, TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()),
    }
}

fn mode(path: PathBuf, widest: u32) -> Option<PathMode> {
    let mode = fs::metadata(&path).ok()?.mode() & 0o777;
    Some(PathMode { path, mode, widest })
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, |found| found.flatten().count())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The folder, or the one above it that is there.
fn nearest(path: &Path) -> PathBuf {
    let mut above = path.ancestors();
    above
        .find_map(|path| fs::canonicalize(path).ok())
        .unwrap_or_else(|| PathBuf::from("/"))
}

fn mapped() -> Vec<String> {
    let blocks = fs::read_dir("/sys/block").into_iter().flatten().flatten();
    blocks
        .filter_map(|block| fs::read_to_string(block.path().join("dm/name")).ok())
        .map(|name| name.trim().to_owned())
        .collect()
}

/// A file, or the files of a folder in the order of their names.
fn settings_at(path: &Path) -> String {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::read_to_string(path).unwrap_or_default();
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts.collect::<Vec<_>>().join("\n")
}
