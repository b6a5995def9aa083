//! How many files and sockets this process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than any server of this size has open; some systems allow more than their tables hold.
const MOST: u64 = 65_536;

/// Raises the soft limit to what the system allows: the usual one, 1,024, is for programs that still use select(2), and a few
/// hundred clients, events and requests at once would use it up.
pub fn raise_limit() {
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum.map_or(MOST, |most| most.min(MOST));
    if now.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: now.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}
