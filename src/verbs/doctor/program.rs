//! How this program came onto the machine, and what that means for it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CheckResult, Grade};

/// What dpkg keeps of the package: the paths of its files (dpkg-query(1)).
const DPKG_LIST: &str = "var/lib/dpkg/info/tagout.list";
/// Where the package puts the program.
const PACKAGED: &str = "usr/bin/tagout";
/// The unit of an administrator, which systemd prefers to that of the package (systemd.unit(5)).
const OWN_UNIT: &str = "etc/systemd/system/tagout.service";

/// How the program is installed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ProgramFacts {
    /// The running program.
    pub path: PathBuf,
    /// Whether a Debian package put it there.
    pub is_packaged: bool,
    /// The unit that is used in place of the package's.
    pub own_unit: Option<PathBuf>,
}

impl ProgramFacts {
    pub(super) fn gather() -> Self {
        Self::at(std::env::current_exe().unwrap_or_default())
    }

    /// A package may be installed below another root than `/` (dpkg --root).
    fn at(path: PathBuf) -> Self {
        let below = path.to_str().and_then(|path| path.strip_suffix(PACKAGED));
        let Some(root) = below.map(PathBuf::from) else {
            return Self {
                path,
                ..Self::default()
            };
        };
        let own_unit = root.join(OWN_UNIT);
        Self {
            is_packaged: is_listed(&root.join(DPKG_LIST)),
            own_unit: own_unit.exists().then_some(own_unit),
            path,
        }
    }

    pub(super) fn check(&self) -> CheckResult {
        let path = self.path.display();
        let (grade, says, advice) = match (self.is_packaged, &self.own_unit) {
            (true, Some(unit)) => (
                Grade::Warning,
                format!(
                    "{path} is installed as the Debian package, but {} is used in place of its unit",
                    unit.display()
                ),
                "remove it, or keep what differs in `systemctl edit tagout`, so that upgrades reach it",
            ),
            (true, None) => (
                Grade::Ok,
                format!("{path} is installed as the Debian package"),
                "",
            ),
            (false, _) if cfg!(target_feature = "crt-static") => (
                Grade::Warning,
                format!(
                    "{path} is built static: it knows the accounts of /etc/passwd and /etc/group alone"
                ),
                "use the package where accounts come from a directory service",
            ),
            (false, _) => (Grade::Ok, format!("{path}, of no package"), ""),
        };
        CheckResult {
            check: "program",
            grade,
            says,
            advice,
        }
    }
}

fn is_listed(list: &Path) -> bool {
    fs::read_to_string(list).is_ok_and(|files| {
        let mut files = files.lines();
        files.any(|file| file.strip_prefix('/') == Some(PACKAGED))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_what_dpkg_says_and_its_unit_by_what_replaces_it() {
        let root = tempfile::tempdir().unwrap();
        let write = |at: &str, text: &str| {
            let path = root.path().join(at);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let program = || ProgramFacts::at(root.path().join(PACKAGED));
        assert!(!program().is_packaged);
        write(DPKG_LIST, "/.\n/usr\n/usr/share/tagout\n");
        assert!(!program().is_packaged);
        write(DPKG_LIST, "/.\n/usr\n/usr/bin/tagout\n");
        assert_eq!(program().check().grade, Grade::Ok);
        assert!(program().is_packaged);
        write(OWN_UNIT, "[Service]\n");
        assert_eq!(program().check().grade, Grade::Warning);
        let elsewhere = ProgramFacts::at(root.path().join("usr/local/bin/tagout"));
        assert!(!elsewhere.is_packaged && elsewhere.own_unit.is_none());
    }
}
