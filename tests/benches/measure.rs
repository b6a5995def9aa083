//! Medians, and what they are of a baseline of the same run: machines differ, ratios less.

use std::time::{Duration, Instant};

/// The median of so many rounds, and of fewer when they take longer than a benchmark may.
pub(crate) fn median(rounds: u32, run: impl FnMut(u32)) -> Duration {
    percentile(50, rounds, run)
}

/// The same, so many of a hundred rounds being faster.
pub(crate) fn percentile(percent: usize, rounds: u32, mut run: impl FnMut(u32)) -> Duration {
    const LONGEST: Duration = Duration::from_secs(5);
    let begun = Instant::now();
    let mut times: Vec<_> = (0..rounds)
        .take_while(|_| begun.elapsed() < LONGEST)
        .map(|n| {
            let start = Instant::now();
            run(n);
            start.elapsed()
        })
        .collect();
    times.sort();
    times
        .get(times.len() * percent / 100)
        .copied()
        .unwrap_or_default()
}

/// One line: what, how long, and how many baselines that is.
pub(crate) fn report(what: &str, took: Duration, baseline: Duration) {
    let ratio = took.as_secs_f64() / baseline.as_secs_f64();
    println!("{what:<44} {took:>10.1?} {ratio:>8.2}");
}
