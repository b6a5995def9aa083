//! What the facts mean.

use std::path::Path;

use super::facts::MachineFacts;
use super::{CheckResult, Grade};
use crate::wire::view::{AskedBy, Status};

/// Less free space than this and a busy day fills it: sled writes twice what is kept.
const LITTLE: u64 = 256 << 20;

/// Every check there is, in the order of what hurts most.
pub(super) fn all(facts: &MachineFacts) -> Vec<CheckResult> {
    let mut findings = modes(facts);
    findings.extend([
        file_system(facts),
        snapshots(facts),
        swap(facts),
        space(facts),
        copies(facts),
        socket(facts),
        logout(facts),
        proof(facts),
        authorities(facts),
        callback(facts),
        terminal(facts),
    ]);
    findings
}

/// Whether anybody asks the vendors.
pub(super) fn health(running: Option<&Status>) -> CheckResult {
    let check = "health";
    let always =
        "run it as a service (assets/tagout.service) to have each connection asked at any time";
    match running {
        None => warning(
            check,
            "no server runs: nobody asks whether connections still work",
            always,
        ),
        Some(status) => match status.asks.by {
            AskedBy::Serve => ok(check, status.asks.sentence()),
            AskedBy::WhileItRuns => warning(check, status.asks.sentence(), always),
        },
    }
}

/// What a running server warns of; none without one.
pub(super) fn server(warnings: Option<Vec<String>>) -> Vec<CheckResult> {
    let check = "server";
    match warnings {
        None => vec![ok(check, "none is running; the first client starts one")],
        Some(warnings) if warnings.is_empty() => vec![ok(check, "it runs, and warns of nothing")],
        Some(warnings) => warnings
            .into_iter()
            .map(|says| warning(check, says, "tagout status"))
            .collect(),
    }
}

fn ok(check: &'static str, says: impl Into<String>) -> CheckResult {
    finding(check, Grade::Ok, says.into(), "")
}

fn warning(check: &'static str, says: impl Into<String>, advice: &'static str) -> CheckResult {
    finding(check, Grade::Warning, says.into(), advice)
}

fn problem(check: &'static str, says: impl Into<String>, advice: &'static str) -> CheckResult {
    finding(check, Grade::Problem, says.into(), advice)
}

fn finding(check: &'static str, grade: Grade, says: String, advice: &'static str) -> CheckResult {
    CheckResult {
        check,
        grade,
        says,
        advice,
    }
}

fn modes(facts: &MachineFacts) -> Vec<CheckResult> {
    let check = "modes";
    let wide = facts.modes.iter().filter(|it| it.mode & !it.widest != 0);
    let found: Vec<CheckResult> = wide
        .map(|it| {
            let (path, mode) = (it.path.display(), it.mode);
            let says = format!("{path} has mode {mode:04o}, wider than {:04o}", it.widest);
            problem(
                check,
                says,
                "chmod it; if others may have read it, replace the secrets in it",
            )
        })
        .collect();
    match found.is_empty() {
        true => vec![ok(check, "folders and keys are their owner's alone")],
        false => found,
    }
}

/// Overwriting in place does what it says only where the file system writes in place.
fn file_system(facts: &MachineFacts) -> CheckResult {
    let check = "file system";
    let Some((kind, options)) = mount_of(&facts.mounts, &facts.data_dir) else {
        return warning(check, "which one the data folder is on cannot be told", "");
    };
    let elsewhere = "keep the data folder on ext4 or xfs, on a disk that is itself encrypted";
    let at = facts.data_dir.display();
    match kind {
        "btrfs" | "zfs" | "overlay" | "bcachefs" | "f2fs" | "nilfs2" => problem(
            check,
            format!(
                "{at} is on {kind}, which writes elsewhere: a destroyed secret stays on the disk"
            ),
            elsewhere,
        ),
        "nfs" | "nfs4" | "cifs" | "smb3" | "fuse.sshfs" | "9p" => problem(
            check,
            format!("{at} is on {kind}: what the other machine keeps cannot be told"),
            elsewhere,
        ),
        "tmpfs" | "ramfs" => problem(
            check,
            format!("{at} is on {kind}: everything is lost with the machine's next start"),
            elsewhere,
        ),
        _ if options.split(',').any(|it| it == "data=journal") => problem(
            check,
            format!("{at} is on {kind} with data=journal, which keeps copies in the journal"),
            "mount it with data=ordered",
        ),
        _ => ok(check, format!("{kind} writes in place")),
    }
}

/// Type and super options of the mount that holds the path (proc_pid_mountinfo(5)): the longest mount point wins, and of
/// equal ones the last.
fn mount_of<'a>(mounts: &'a str, path: &Path) -> Option<(&'a str, &'a str)> {
    mounts
        .lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let point = left.split(' ').nth(4)?.replace("\\040", " ");
            let mut right = right.split(' ');
            let (kind, options) = (right.next()?, right.nth(1)?);
            path.starts_with(&point)
                .then_some((point.len(), kind, options))
        })
        .max_by_key(|(length, ..)| *length)
        .map(|(_, kind, options)| (kind, options))
}

/// A copy of the data folder that is put back is noticed by what is kept of it in the configuration folder.
fn copies(facts: &MachineFacts) -> CheckResult {
    let check = "copies";
    match facts.seen {
        Some(0) => warning(
            check,
            "the configuration folder has no checkpoint of any data folder: an older copy is not noticed",
            "an older format gets one at the next start; else tagout serve --accept-moved",
        ),
        _ if !facts.tells_machines => warning(
            check,
            "a data folder from another machine is not noticed (seen_machine = false)",
            "leave seen_machine out, unless each start has a new machine id",
        ),
        _ if !facts.has_machine_id => warning(
            check,
            "this machine has no /etc/machine-id: a data folder from another one is not noticed",
            "systemd-machine-id-setup makes one",
        ),
        _ => ok(check, "a data folder that is put back or moved is noticed"),
    }
}

/// LVM keeps what a snapshot preserves in a device called NAME-cow.
fn snapshots(facts: &MachineFacts) -> CheckResult {
    let check = "snapshots";
    match facts.mapped.iter().find(|name| name.ends_with("-cow")) {
        Some(name) => problem(
            check,
            format!("there is an LVM snapshot ({name}): it keeps secrets that are destroyed here"),
            "remove it, or make sure that it does not hold the data folder",
        ),
        None => ok(
            check,
            "no LVM snapshot was found; those of a cloud's disks cannot be seen from here",
        ),
    }
}

/// zram is memory; anything else may hold pages of the server after it has ended.
fn swap(facts: &MachineFacts) -> CheckResult {
    let check = "swap";
    let names = facts
        .swaps
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next());
    let kept: Vec<&str> = names.filter(|name| !name.contains("zram")).collect();
    match kept.is_empty() {
        true => ok(check, "none on a disk"),
        false => warning(
            check,
            format!("{} may take pages with secrets in them", kept.join(", ")),
            "encrypt it, or keep the server out of it (MemorySwapMax=0, as in tagout.service)",
        ),
    }
}

fn space(facts: &MachineFacts) -> CheckResult {
    let check = "space";
    let mib = |bytes: u64| bytes >> 20;
    match (facts.free, facts.has_reserve) {
        (_, Some(false)) => problem(
            check,
            "the reserve was given up because the disk was full: only disconnects are accepted",
            "free space, then start the server again",
        ),
        (Some(free), _) if free < LITTLE => warning(
            check,
            format!("{} MiB are free", mib(free)),
            "free some; a full disk leaves disconnects and reads alone",
        ),
        (Some(free), _) => ok(check, format!("{} MiB are free", mib(free))),
        (None, _) => warning(check, "how much is free cannot be told", ""),
    }
}

fn socket(facts: &MachineFacts) -> CheckResult {
    let check = "socket";
    match &facts.socket {
        Some(path) => ok(check, path.display().to_string()),
        None => problem(
            check,
            &facts.no_socket,
            "name a shorter data folder, or mend the one that is named",
        ),
    }
}

/// A server in the background belongs to the session that started it.
fn logout(facts: &MachineFacts) -> CheckResult {
    let check = "logout";
    let said = facts.logind.lines().rev().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "KillUserProcesses").then(|| value.trim().to_ascii_lowercase())
    });
    match said.as_deref() {
        Some("yes" | "true" | "1" | "on") => problem(
            check,
            "logind ends what a session leaves behind (KillUserProcesses), a background server too",
            "run it as a service (assets/tagout.service), or `loginctl enable-linger`",
        ),
        _ => ok(
            check,
            "a background server outlives the session that started it",
        ),
    }
}

/// Shorter times are for trying things out.
fn proof(facts: &MachineFacts) -> CheckResult {
    let check = "proof";
    match facts.is_shortened {
        false => ok(check, "takes its whole time"),
        true => warning(
            check,
            "[proof] is shortened: vendors on this machine are asked for less long, and what they prove is worth less",
            "leave [proof] out of config.toml where tokens matter",
        ),
    }
}

fn authorities(facts: &MachineFacts) -> CheckResult {
    let check = "certificates";
    match facts.has_authorities {
        true => ok(check, "those of the authorities are there"),
        false => problem(
            check,
            "there are none: no provider can be reached",
            "install ca-certificates",
        ),
    }
}

/// A flow takes the port while it lasts, and so may somebody else.
fn callback(facts: &MachineFacts) -> CheckResult {
    let check = "callback port";
    let (port, is_free) = facts.callback;
    match is_free {
        true => ok(check, format!("{port} can be had")),
        false => warning(
            check,
            format!("{port} is taken"),
            "if it is no authorization under way, choose another: callback_port, and the redirect URIs with it",
        ),
    }
}

fn terminal(facts: &MachineFacts) -> CheckResult {
    let check = "terminal";
    let is_utf8 = {
        let locale = facts.locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    let letters = if is_utf8 { "UTF-8" } else { "ASCII" };
    match facts.terminal.as_str() {
        "" | "dumb" => ok(
            check,
            "TERM names none that can be drawn on; verbs print lines",
        ),
        name => ok(check, format!("{name}, drawn with {letters}")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::facts::PathMode;
    use super::*;

    const MOUNTS: &str = "22 1 254:1 / / rw,relatime - ext4 /dev/root rw\n\
        30 22 0:26 / /srv\\040data rw - btrfs /dev/sdb rw,compress=zstd\n\
        31 22 0:27 / /var/lib rw - ext4 /dev/sdc rw,data=journal\n\
        32 22 0:28 / /run rw - tmpfs tmpfs rw\n";

    fn sound() -> MachineFacts {
        MachineFacts {
            mounts: MOUNTS.to_owned(),
            data_dir: PathBuf::from("/home/alice/data"),
            free: Some(LITTLE * 2),
            has_reserve: Some(true),
            tells_machines: true,
            has_machine_id: true,
            seen: Some(1),
            swaps: "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n".to_owned(),
            socket: Some(PathBuf::from("/home/alice/data/sock")),
            has_authorities: true,
            callback: (8976, true),
            ..MachineFacts::default()
        }
    }

    /// The grades of what is not as it should be.
    fn wrong(change: impl FnOnce(&mut MachineFacts)) -> Vec<(&'static str, Grade)> {
        let mut facts = sound();
        change(&mut facts);
        let found = all(&facts).into_iter().filter(|it| it.grade != Grade::Ok);
        found.map(|it| (it.check, it.grade)).collect()
    }

    #[test]
    fn a_sound_machine_has_nothing_to_mend() {
        assert_eq!(wrong(|_| {}), []);
        assert_eq!(server(None).len(), 1);
        assert_eq!(health(None).grade, Grade::Warning);
        assert_eq!(server(Some(vec!["x".to_owned()]))[0].grade, Grade::Warning);
    }

    #[test]
    fn file_systems_that_keep_copies_are_named() {
        for place in ["/srv data/x", "/var/lib/tagout", "/run/x"] {
            let found = wrong(|facts| facts.data_dir = PathBuf::from(place));
            assert_eq!(found, [("file system", Grade::Problem)], "{place}");
        }
        let unknown = wrong(|facts| facts.mounts.clear());
        assert_eq!(unknown, [("file system", Grade::Warning)]);
    }

    #[test]
    fn each_danger_is_found() {
        let bad = Grade::Problem;
        let mode = PathMode {
            path: PathBuf::from("/keys/master.key"),
            mode: 0o640,
            widest: 0o600,
        };
        assert_eq!(wrong(|it| it.modes.push(mode)), [("modes", bad)]);
        let snapshot = "vg-data--snap-cow".to_owned();
        assert_eq!(wrong(|it| it.mapped.push(snapshot)), [("snapshots", bad)]);
        let swaps = "Filename\n/dev/sda2 partition 1 0 -2\n".to_owned();
        assert_eq!(wrong(|it| it.swaps = swaps), [("swap", Grade::Warning)]);
        assert_eq!(wrong(|it| it.free = Some(1)), [("space", Grade::Warning)]);
        assert_eq!(wrong(|it| it.has_reserve = Some(false)), [("space", bad)]);
        assert_eq!(wrong(|it| it.socket = None), [("socket", bad)]);
        assert_eq!(
            wrong(|it| it.has_authorities = false),
            [("certificates", bad)]
        );
        let copies = [("copies", Grade::Warning)];
        assert_eq!(wrong(|it| it.seen = Some(0)), copies);
        assert_eq!(wrong(|it| it.tells_machines = false), copies);
        assert_eq!(wrong(|it| it.has_machine_id = false), copies);
        let shortened = [("proof", Grade::Warning)];
        assert_eq!(wrong(|it| it.is_shortened = true), shortened);
        let taken = wrong(|it| it.callback.1 = false);
        assert_eq!(taken, [("callback port", Grade::Warning)]);
    }

    #[test]
    fn the_last_word_to_logind_counts() {
        let killing = "[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n";
        let found = wrong(|it| it.logind = killing.to_owned());
        assert_eq!(found, [("logout", Grade::Problem)]);
        let taken_back = format!("{killing}\nKillUserProcesses=no\n");
        assert_eq!(wrong(|it| it.logind = taken_back), []);
    }
}
