//! What the kernel knows of a process's time.

use std::time::Duration;

/// The processor time of a process so far (proc_pid_stat(5), fields 14 and 15, behind the name in parentheses), in ticks of 10 ms.
pub(crate) fn processor(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|it| it.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
