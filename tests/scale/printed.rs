//! What a verb holds of a list that it prints.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::house::House;

/// A verb's rows, and the most memory that it had while it wrote them, in KiB.
pub(crate) fn rows(house: &House, verb: &str) -> (usize, u64) {
    let (program, env) = house.program();
    let mut child = Command::new(program)
        .args([verb, "--json"])
        .env_clear()
        .envs(env)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let (mut json, mut buffer, mut most) = (Vec::new(), [0; 16 * 1024], 0);
    // It cannot end while the pipe holds less than it has to say.
    while let n @ 1.. = output.read(&mut buffer).unwrap() {
        json.extend_from_slice(&buffer[..n]);
        most = most.max(peak(child.id()).unwrap_or(0));
    }
    assert!(child.wait().unwrap().success());
    let rows: Vec<Value> = serde_json::from_slice(&json).unwrap();
    (rows.len(), most)
}

/// The most that a process has had in memory; none of one that has ended.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
