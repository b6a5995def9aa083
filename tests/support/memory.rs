//! What stands in the memory that another process can write to.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;

/// Pages that nothing was written to are most of it, and are passed over at once.
const PAGE: usize = 4096;

/// The parts of a process's memory that it can write to.
pub(crate) struct Memory(Vec<Vec<u8>>);

impl Memory {
    /// As it is now. None when the system does not let us look, which is what it does to everybody but root: the server cannot be
    /// traced.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let memory = match File::open(format!("/proc/{pid}/mem")) {
            Ok(memory) => memory,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::PermissionDenied);
                return None;
            }
        };
        let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
        let mut parts = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let range = line.split_whitespace().next().unwrap();
            let (from, to) = range.split_once('-').unwrap();
            let address = |text| u64::from_str_radix(text, 16).unwrap();
            let (from, to) = (address(from), address(to));
            let mut part = vec![0; usize::try_from(to - from).unwrap()];
            // A page that was never touched cannot be read, and holds nothing.
            if memory.read_exact_at(&mut part, from).is_ok() {
                parts.push(part);
            }
        }
        Some(Self(parts))
    }

    /// How often something begins with this byte of which `is_found` says so.
    pub(crate) fn count(&self, first: u8, is_found: impl Fn(&[u8]) -> bool) -> usize {
        let mut found = 0;
        for part in &self.0 {
            for (page, bytes) in part.chunks(PAGE).enumerate() {
                if bytes == &[0; PAGE][..bytes.len()] {
                    continue;
                }
                let begins = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
                found += begins
                    .filter(|(at, _)| is_found(&part[page * PAGE + at..]))
                    .count();
            }
        }
        found
    }

    /// How often these bytes stand there.
    pub(crate) fn copies(&self, needle: &[u8]) -> usize {
        self.count(needle[0], |place| place.starts_with(needle))
    }
}
