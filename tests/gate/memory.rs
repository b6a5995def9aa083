//! What is left of a token in the server's memory once it has been given away, or destroyed.

use tagout::domain::user::Role;

use crate::house::{WORKSPACE, connection, me, token};
use crate::in_memory::Memory;
use crate::process::{Machine, code};

fn copies(pid: u32, needle: &[u8]) -> Option<usize> {
    Some(Memory::of(pid)?.copies(needle))
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
