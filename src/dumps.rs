//! No core dumps: what this process holds in memory includes tokens.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Keeps this process's memory off the disk, and away from debuggers of the same account. Programs that it starts are
/// dumped as they like, up to the limit, which they inherit.
pub fn forbid() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let limited = setrlimit(Resource::Core, none);
    // A pattern that pipes dumps into a program ignores the limit (core(5)).
    let undumpable = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    if let Err(error) = limited.and(undumpable) {
        eprintln!("warning: core dumps could not be forbidden: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{dumpable_behavior, getrlimit};

    #[test]
    fn afterwards_nothing_is_dumped() {
        forbid();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
