//! The audit log as clients see it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::audit::AuditEntry;
use crate::domain::filter::{Filter, FilterField, FilterTerms, Searched};
use crate::domain::sorting::SortValue;
use crate::server::caller::Caller;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::view::{self, Page};
use crate::wire::{Code, Problem};

use super::window::{self, Asked, Place};
use signatures::{BLOCK, BlockReader, UNUSED};

mod signatures;

pub(crate) use signatures::LogSignatures;

/// What it can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[
        FilterField::Action,
        FilterField::By,
        FilterField::Outcome,
        FilterField::To,
        FilterField::Provider,
        FilterField::Connection,
    ],
    time: true,
    values: &[SortValue::Time],
};

/// The fields whose words are in the text, too.
const IN_TEXT: &[FilterField] = &[
    FilterField::Action,
    FilterField::By,
    FilterField::To,
    FilterField::Provider,
    FilterField::Connection,
];

/// A part of the log, newest first.
///
/// # Errors
/// When the store cannot be read, or `after` is no sequence number.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    asked: &Window,
) -> Result<Page<AuditEntry>, Problem> {
    let asked = &window::by_time(asked);
    let seq_of = |after: &str| after.parse::<u64>().map_err(|_| not_a_number(after));
    let after = asked.after.as_deref().filter(|_| asked.sort.is_none());
    after.map(seq_of).transpose()?;
    let filter = Filter::parse(&asked.filter, clock_and_ids::now(), KNOWN)?;
    let reading = LogReading {
        server: Arc::clone(server),
        reverse: asked.reverse,
        begin: filter
            .begins()
            .map_or(Ok(0), |at| first_since(server, at))?,
        words: filter
            .asked_for(IN_TEXT)
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    // Nothing else passes blocks over, and so nothing else is worth the memory.
    let has_words = !reading.words.is_empty();
    if has_words {
        keep_signatures(server);
    }
    let source = move |after: Option<&str>, limit| reading.page(after, limit);
    let house = Arc::clone(server);
    let mut block = BlockReader::new(&server.log_signatures, server.store.reopened());
    let searched = move |entry: &AuditEntry| {
        let searched = searched(&house, entry)?;
        // The names of an entry of format 1 are those of now.
        let is_kept = has_words && entry.format_2.is_some();
        let text = is_kept.then(|| searched.text.to_lowercase());
        block.read(entry.seq, text.as_deref());
        Ok(searched)
    };
    let asked = Asked::by(caller, server, asked);
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    window::page(rows, server.store.tree().size(), Ok)
}

/// A part of the log on its way into a window, without what cannot fit.
struct LogReading {
    server: Arc<Server>,
    reverse: bool,
    /// The first entry that can fit.
    begin: u64,
    /// What the text of every entry contains that fits.
    words: Vec<String>,
}

impl LogReading {
    /// The next places behind a key: a block that is passed over is one of them, without an entry.
    fn page(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Place<AuditEntry>>, StoreError> {
        let size = self.server.store.tree().size();
        let after = after.and_then(|after| after.parse::<u64>().ok());
        let mut next = match self.reverse {
            true => after.map_or(self.begin, |seq| seq + 1),
            false => after.map_or(size, |seq| seq.min(size)),
        };
        let mut places = Vec::new();
        while places.len() < limit {
            let rest = limit - places.len();
            let (entries, last) = match self.reverse {
                true if next >= size => break,
                true => self.forwards(next, rest)?,
                false if next <= self.begin => break,
                false => self.backwards(next, rest)?,
            };
            next = if self.reverse { last + 1 } else { last };
            match entries {
                None => places.push((last.to_string(), None)),
                Some(entries) => {
                    let place = |it: AuditEntry| (it.seq.to_string(), Some(it));
                    places.extend(entries.into_iter().map(place));
                }
            }
        }
        Ok(places)
    }

    /// The entries from one on to the end of its block, or none of a block that is passed over, and the last of them.
    fn forwards(&self, from: u64, most: usize) -> Result<BlockPart, StoreError> {
        let block = from / BLOCK;
        let last = (block + 1) * BLOCK - 1;
        if !self.may_contain(block) {
            return Ok((None, last));
        }
        let count = usize::try_from(last - from + 1).map_or(most, |count| count.min(most));
        let entries = self.server.store.entries(from, count)?;
        let last = entries.last().map_or(last, |entry| entry.seq);
        Ok((Some(entries), last))
    }

    /// The entries before one down to the beginning of its block, or none of a block that is passed over, and the first.
    fn backwards(&self, before: u64, most: usize) -> Result<BlockPart, StoreError> {
        let block = (before - 1) / BLOCK;
        let first = block * BLOCK;
        if !self.may_contain(block) {
            return Ok((None, first));
        }
        let count = usize::try_from(before - first).map_or(most, |count| count.min(most));
        let entries = self.server.store.entries_before(before, count)?;
        let first = entries.last().map_or(first, |entry| entry.seq);
        Ok((Some(entries), first))
    }

    fn may_contain(&self, block: u64) -> bool {
        let reopened = self.server.store.reopened();
        let known = &self.server.log_signatures;
        known.may_contain(block, &self.words, reopened)
    }
}

/// Entries of one block, and the number of the last one in the direction of reading.
type BlockPart = (Option<Vec<AuditEntry>>, u64);

/// What is known of blocks goes when nobody has searched for a while.
fn keep_signatures(server: &Arc<Server>) {
    if !server.log_signatures.used() {
        return;
    }
    let house = Arc::clone(server);
    server.tasks.spawn(async move {
        while house.pause(UNUSED).await && !house.log_signatures.drop_unused() {}
    });
}

/// What a filter looks in: everything that the entry says, and the names of what it is about.
fn searched(server: &Server, entry: &AuditEntry) -> Result<Searched, StoreError> {
    let about = server.store.about(entry)?;
    let evidence = match &entry.evidence {
        Value::Null => String::new(),
        evidence => evidence.to_string(),
    };
    let text = [
        entry.actor.as_str(),
        &entry.action,
        &entry.target,
        &about.words(),
        entry.origin.address.as_deref().unwrap_or_default(),
        &evidence,
        &entry.detail.to_string(),
        &entry.event().sentence(),
    ]
    .join(" ");
    let mut fields = vec![
        (FilterField::Action, entry.action.clone()),
        (FilterField::By, entry.actor.clone()),
        (FilterField::Outcome, entry.outcome.word().to_owned()),
        (FilterField::To, entry.target.clone()),
    ];
    fields.extend(about.provider.map(|it| (FilterField::Provider, it)));
    fields.extend(about.connection.map(|it| (FilterField::Connection, it)));
    Ok(Searched {
        text,
        fields,
        at: Some(entry.at),
        worth: None,
    })
}

/// Entries from `seq` on, oldest first, none older than `since`; as many as a line has room for.
pub fn from(
    server: &Server,
    seq: u64,
    since: Option<Timestamp>,
    limit: u16,
) -> Result<Vec<AuditEntry>, Problem> {
    let begin = since.map_or(Ok(seq), |since| {
        first_since(server, since).map(|first| first.max(seq))
    })?;
    let entries = server
        .store
        .entries(begin, usize::from(limit.clamp(1, MAX_ROWS)))?;
    Ok(entries.into_iter().take_while(window::room()).collect())
}

/// The latest checkpoint and the key that signs.
///
/// # Errors
/// When nothing has been signed yet.
pub fn checkpoint(server: &Server) -> Result<view::Checkpoint, Problem> {
    let checkpoint = server.store.checkpoint()?;
    let none = || {
        Problem::new(
            Code::NotFound,
            "the log has no checkpoint yet",
            "it gets one with its first entry",
        )
    };
    Ok(view::Checkpoint {
        checkpoint: checkpoint.ok_or_else(none)?,
        public_key: server.audit_key.clone(),
        size: server.store.tree().size(),
    })
}

/// Entries are in the order of time as far as the clock is: the first one that is not older, by halving.
fn first_since(server: &Server, since: Timestamp) -> Result<u64, Problem> {
    let (mut low, mut high) = (0, server.store.tree().size());
    while low < high {
        let middle = low.midpoint(high);
        let older = server
            .store
            .entries(middle, 1)?
            .first()
            .is_some_and(|entry| entry.at < since);
        if older {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn not_a_number(after: &str) -> Problem {
    Problem::new(
        Code::Usage,
        format!("{after:?} is no sequence number"),
        "pass a key of the page before",
    )
}

#[cfg(test)]
mod tests;
