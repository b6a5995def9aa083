//! What the verifier found wrong.

use std::{fmt, io};

use super::checkpoint::CheckpointError;
use crate::domain::audit::Hash;
use crate::domain::audit::log::LogState;

/// The first thing that is wrong with a log. Lines count from 1, entries (`seq`) from 0.
#[derive(Debug, thiserror::Error)]
pub enum LogFault {
    /// The file could not be read to its end.
    #[error("line {line} cannot be read: {source}")]
    Read {
        /// Where reading stopped.
        line: u64,
        source: io::Error,
    },
    /// A line is not an entry as we write them.
    #[error("line {line} is not an audit entry: {why}")]
    Unreadable {
        /// Which line.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The content of an entry is not what was hashed when it was written.
    #[error("entry {seq} ({id}), line {line}, was changed: {part}")]
    Altered {
        /// The sequence number that now stands there.
        seq: String,
        /// The id that now stands there.
        id: String,
        /// Which line.
        line: u64,
        /// What of it.
        part: EntryPart,
    },
    /// An entry says that it is of a format that does not exist, or is newer than this program.
    #[error(
        "entry {seq} ({id}), line {line}, says that it is of format {format}: it was changed, or a newer program wrote it"
    )]
    UnknownFormat {
        /// The sequence number that stands there.
        seq: String,
        /// The id that stands there.
        id: String,
        /// Which line.
        line: u64,
        /// The format that stands there.
        format: String,
    },
    /// A log does not go back to format 1.
    #[error("entry {seq} ({id}), line {line}, is of format 1 and stands behind one of format 2")]
    OlderFormat {
        seq: u64,
        id: String,
        /// Which line.
        line: u64,
    },
    /// The first entry of format 2 does not say of itself that it is.
    #[error(
        "entry {seq} ({id}), line {line}, is the first of format 2, and says that entry {stated} is: entries were moved, or \
         not written by this program"
    )]
    OtherBeginning {
        seq: u64,
        id: String,
        /// Which line.
        line: u64,
        /// Where it says that format 2 begins.
        stated: u64,
    },
    /// Entries were removed, repeated or moved.
    #[error(
        "line {line} holds entry {found} ({id}) where entry {expected} belongs: entries were removed, repeated or moved"
    )]
    OutOfOrder {
        /// Which line.
        line: u64,
        /// The entry that belongs there.
        expected: u64,
        /// The entry that stands there.
        found: u64,
        id: String,
    },
    /// An entry of an extract is none of the log's.
    #[error(
        "entry {seq} ({id}), line {line}, is not in the log that the checkpoint covers: it was changed together with its \
         leaf, or taken from another log"
    )]
    NotIncluded {
        /// The place in the log that it claims.
        seq: u64,
        id: String,
        /// Which line.
        line: u64,
    },
    /// An extract's entries do not stand in their order.
    #[error("line {line} holds entry {seq} ({id}), which belongs before the line above it")]
    NotInOrder {
        /// Which line.
        line: u64,
        /// The entry that stands there.
        seq: u64,
        id: String,
    },
    /// The checkpoint of an extract is none, or not signed by the key.
    #[error("the checkpoint cannot be used: {0}")]
    Unsigned(CheckpointError),
    /// Every entry agrees with its own leaf, and a signed checkpoint does not agree with them.
    #[error(
        "the checkpoint of entry {seq}, line {line}, fails: {fault}; an entry up to there was rewritten together with its leaf"
    )]
    Checkpoint {
        /// The entry that carries it.
        seq: u64,
        /// Which line.
        line: u64,
        /// In what it fails.
        fault: CheckpointFault,
    },
    /// The log's end is signed by nobody.
    #[error(
        "entry {first} and what follows it ({count} in all) come after the last checkpoint: \
         the log was cut within a commit, or somebody without the key added them"
    )]
    Uncovered {
        /// The first such entry.
        first: u64,
        count: u64,
    },
    /// A log that follows another one says so in its first entry.
    #[error(
        "its first entry says which log it follows, and the detail of that is withheld: what came before cannot be checked"
    )]
    BeginningWithheld,
    /// The log is not what comes after the one before it.
    #[error("{origin} does not follow the log before it: {fault}")]
    NotFollowed {
        /// The later log.
        origin: String,
        fault: FollowFault,
    },
    /// The earlier checkpoint is none, or not of this log.
    #[error("the earlier checkpoint cannot be used: {0}")]
    Earlier(CheckpointError),
    /// The log is shorter than it once was.
    #[error(
        "the log holds {found} entries, and held {earlier} when the earlier checkpoint was made: it was cut or rolled back"
    )]
    Truncated {
        /// Entries in the log.
        found: u64,
        /// Entries the earlier checkpoint covers.
        earlier: u64,
    },
    /// The log is not a continuation of what it once was.
    #[error(
        "the first {size} entries have root {found}, and had {earlier} when the earlier checkpoint was made: \
         the log was rewritten"
    )]
    Rewritten {
        /// Entries the earlier checkpoint covers.
        size: u64,
        /// Their root now.
        found: Hash,
        /// Their root then.
        earlier: Hash,
    },
}

/// What of an entry was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryPart {
    /// What its leaf covers.
    Entry,
    /// Its detail, its evidence or its salt, which format 2 hashes by themselves.
    Detail,
    /// The hash of these in its header.
    DetailHash,
}

impl fmt::Display for EntryPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entry => "its content does not have the leaf that stands beside it",
            Self::Detail => {
                "its detail, evidence or salt does not have the hash that its header states"
            }
            Self::DetailHash => {
                "its detail_hash is not the one that its leaf covers, which its detail has"
            }
        })
    }
}

/// How two logs do not fit together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowFault {
    /// The log before it is not what its first entry states.
    #[error(
        "its first entry states {} entries of {} with root {}, and the log before it is {} with {} and root {}",
        stated.size, stated.origin, stated.root, found.origin, found.size, found.root
    )]
    Other {
        /// What stands there.
        stated: Box<LogState>,
        /// What is there.
        found: Box<LogState>,
    },
    /// Its checkpoints name another log than its first entry.
    #[error("its checkpoints are of a log with another name than its first entry states")]
    OwnName,
    /// It is signed by another key than the one that its first entry states.
    #[error("its key is not the one that its first entry states")]
    OwnKey,
    /// The old key's signature is not good.
    #[error("the end of the log before it: {0}")]
    Signature(#[from] CheckpointError),
    /// The old key has signed something else.
    #[error("the key of the log before it has signed another end, or that another log follows")]
    OtherStatement,
}

/// In what a checkpoint fails.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// It is malformed, or its signature is not good.
    #[error(transparent)]
    Note(#[from] CheckpointError),
    /// It covers another number of entries.
    #[error("it covers {stated} entries and stands behind {found}")]
    Size {
        /// What it says.
        stated: u64,
        /// What is there.
        found: u64,
    },
    /// It was made over other entries.
    #[error("it states root {stated}, the entries have {found}")]
    Root {
        /// What it says.
        stated: Hash,
        /// What is there.
        found: Hash,
    },
}
