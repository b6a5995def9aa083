//! The audit log as clients see it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::audit::AuditEntry;
use crate::domain::filter::{Filter, FilterField, FilterTerms, Searched};
use crate::server::caller::Caller;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::view::{self, Page};
use crate::wire::{Code, Problem};

use super::window::{self, Asked};

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
};

/// A part of the log, newest first.
///
/// # Errors
/// When the store cannot be read, or `after` is no sequence number.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    asked: &Window,
) -> Result<Page<AuditEntry>, Problem> {
    let seq_of = |after: &str| after.parse::<u64>().map_err(|_| not_a_number(after));
    let after = asked.after.as_deref().filter(|_| asked.sort.is_none());
    after.map(seq_of).transpose()?;
    let (house, reverse) = (Arc::clone(server), asked.reverse);
    let begin = match Filter::parse(&asked.filter, clock_and_ids::now(), KNOWN)?.begins() {
        Some(at) if reverse => first_since(server, at)?,
        _ => 0,
    };
    let source = move |after: Option<&str>, limit| {
        let after = after.and_then(|after| after.parse::<u64>().ok());
        let entries = match reverse {
            true => house
                .store
                .entries(after.map_or(begin, |seq| seq + 1), limit)?,
            false => house
                .store
                .entries_before(after.unwrap_or(u64::MAX), limit)?,
        };
        let place = |entry: AuditEntry| (entry.seq.to_string(), Some(entry));
        Ok(entries.into_iter().map(place).collect())
    };
    let house = Arc::clone(server);
    let searched = move |entry: &AuditEntry| searched(&house, entry);
    let asked = Asked::by(caller, server, asked);
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    window::page(rows, server.store.tree().size(), Ok)
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
