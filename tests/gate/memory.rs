//! What is left of a token in the server's memory once it has been given away, or destroyed.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;

use tagout::domain::user::Role;

use crate::house::{WORKSPACE, connection, me, token};
use crate::process::{Machine, code};

/// How often `needle` stands in what the process can write to. None when the system does not let us look, which is
/// what it does to everybody but root: the server cannot be traced.
fn copies(pid: u32, needle: &[u8]) -> Option<usize> {
    let memory = match File::open(format!("/proc/{pid}/mem")) {
        Ok(memory) => memory,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            return None;
        }
    };
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line
            .split_whitespace()
            .next()
            .unwrap()
            .split_once('-')
            .unwrap();
        let address = |text| u64::from_str_radix(text, 16).unwrap();
        let (from, to) = (address(from), address(to));
        let mut part = vec![0; usize::try_from(to - from).unwrap()];
        // A page that was never touched cannot be read, and holds nothing.
        if memory.read_exact_at(&mut part, from).is_ok() {
            found += part
                .windows(needle.len())
                .filter(|it| it[0] == needle[0] && *it == needle)
                .count();
        }
    }
    Some(found)
}

#[tokio::test]
async fn a_token_that_was_read_leaves_nothing_in_the_server() {
    let machine = Machine::with(me(Role::Owner)).await;
    let (id, secret) = (connection(WORKSPACE).to_string(), token(WORKSPACE));
    // The search itself finds what is there: its own process holds the token.
    if let Some(here) = copies(std::process::id(), secret.as_bytes()) {
        assert!(here > 0);
    }
    for _ in 0..3 {
        assert_eq!(code(&machine.run(&["token", &id])), 0);
    }
    let left = copies(machine.pid(), secret.as_bytes());
    assert_eq!(left.unwrap_or(0), 0);
    assert_eq!(code(&machine.run(&["disconnect", &id, "--yes"])), 0);
    let left = copies(machine.pid(), secret.as_bytes());
    println!("copies of a destroyed token in the server's memory: {left:?}");
    assert_eq!(left.unwrap_or(0), 0);
}
