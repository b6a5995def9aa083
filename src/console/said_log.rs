//! What was done, or did not work, since the console was opened: the last of it stays in sight, and `:log` has the rest.

use std::collections::VecDeque;

use jiff::Timestamp;

/// So many lines are kept.
const KEPT: usize = 50;

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaidLine {
    /// When it was said.
    pub(super) at: Timestamp,
    /// What was done, or why it was not.
    pub(super) words: String,
    /// Whether it did not work.
    pub(super) is_problem: bool,
}

/// The lines, the latest last.
#[derive(Debug, Default)]
pub(super) struct SaidLog {
    lines: VecDeque<SaidLine>,
    /// Whether the last one still stands above the footer.
    stands: bool,
    /// How many were put down so far.
    told: u64,
}

impl SaidLog {
    /// Takes a line down, the oldest one making room for it.
    pub(super) fn put(&mut self, line: SaidLine) {
        self.stands = true;
        self.told += 1;
        // What goes wrong again and again while nothing else is done is one line.
        let again = |last: &SaidLine| line.is_problem && last.words == line.words;
        if self.lines.back().is_some_and(again) {
            self.lines.pop_back();
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// All lines, the latest first.
    pub(super) fn latest_first(&self) -> Vec<SaidLine> {
        self.lines.iter().rev().cloned().collect()
    }

    /// How many lines were put down so far, those that are not kept any more included.
    pub(super) fn told(&self) -> u64 {
        self.told
    }

    /// The last line, until [`SaidLog::take_down`].
    pub(super) fn standing(&self) -> Option<&SaidLine> {
        self.lines.back().filter(|_| self.stands)
    }

    /// The last line is of a place that was left.
    pub(super) fn take_down(&mut self) {
        self.stands = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fifty_are_kept_and_the_last_one_stands() {
        let mut log = SaidLog::default();
        for n in 0..60 {
            log.put(SaidLine {
                at: Timestamp::UNIX_EPOCH,
                words: n.to_string(),
                is_problem: false,
            });
        }
        let lines = log.latest_first();
        let words: Vec<&str> = lines.iter().map(|it| it.words.as_str()).collect();
        assert_eq!(words.len(), 50);
        assert_eq!((words[0], words[49]), ("59", "10"));
        assert_eq!(log.standing().map(|it| it.words.as_str()), Some("59"));
        log.take_down();
        assert_eq!(log.standing(), None);
    }
}
