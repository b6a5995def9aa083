//! What a verb holds of a list that it prints.

use std::io::Read;
use std::os::fd::AsFd;
use std::process::Command;

use rustix::event::{PollFd, PollFlags};
use serde_json::Value;

use crate::house::House;

/// The pipe holds less than what ten rows are: whoever writes them cannot end before they are read.
const PIPE: usize = 4096;

/// A verb's rows, and the most memory that it had while it wrote them, in KiB.
pub(crate) fn rows(house: &House, verb: &str) -> (usize, u64) {
    let (program, env) = house.program();
    let (mut output, input) = std::io::pipe().unwrap();
    rustix::pipe::fcntl_setpipe_size(&output, PIPE).unwrap();
    let mut child = Command::new(program)
        .args([verb, "--json"])
        .env_clear()
        .envs(env)
        .stdout(input)
        .spawn()
        .unwrap();
    let (mut json, mut buffer, mut most) = (Vec::new(), [0; PIPE], 0);
    loop {
        wait_for_bytes(&output);
        most = most.max(peak(child.id()).unwrap_or(0));
        match output.read(&mut buffer).unwrap() {
            0 => break,
            n => json.extend_from_slice(&buffer[..n]),
        }
    }
    assert!(most > 0, "it wrote everything before it was looked at");
    assert!(child.wait().unwrap().success());
    let rows: Vec<Value> = serde_json::from_slice(&json).unwrap();
    (rows.len(), most)
}

/// Returns when something can be read, or nothing will come any more.
fn wait_for_bytes(output: &impl AsFd) {
    let mut ready = [PollFd::new(output, PollFlags::IN)];
    rustix::event::poll(&mut ready, None).unwrap();
}

/// The most that a process has had in memory; none of one that has ended.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
