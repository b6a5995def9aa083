//! `tagout connections`.

use clap::Args;

use super::print::{Table, clock, count, facts, number, section, word};
use super::{Session, VerbError};
use crate::domain::flow::OpenFlow;
use crate::domain::tag::Tag;
use crate::wire::rpc;
use crate::wire::view::{Config, Connection, Credential, Feature, Manual, MissingScope};

/// `tagout connections`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One in full: id, unique prefix, provider or provider/name
    connection: Option<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let Some(name) = arguments.connection else {
        let Some(rows) = session.listed(&client, rpc::Connections).await? else {
            return Ok(());
        };
        return session.show(&rows, || list(&rows));
    };
    let connection: Connection = client.ask(rpc::Connection { name }).await?;
    session.show(&connection, || in_full(&connection))
}

fn list(rows: &[Connection]) -> Table {
    let mut table = Table::new(&[
        "PROVIDER",
        "NAME",
        "OWNER",
        "STATUS",
        "HEALTH",
        ">JOBS",
        ">REFS",
        ">TO DO",
        "MAY LIVE",
        "REASON",
        "ID",
        "?ACCOUNT",
        "?HEALTH REASON",
    ]);
    for row in rows {
        table.row([
            row.provider.clone(),
            row.name.clone(),
            row.owner.clone(),
            row.badge(clock),
            word(row.health),
            format!("{}/{}", row.jobs.enabled, row.jobs.total),
            references(row),
            to_do(row),
            row.exposure(clock).unwrap_or_else(|| "-".to_owned()),
            row.trouble(clock).unwrap_or_else(|| row.reason.clone()),
            row.id.to_string(),
            row.account.label.clone(),
            row.health_reason.clone(),
        ]);
    }
    table.or("Nothing is connected. tagout providers lists what can be.")
}

/// Follow-ups that are open.
fn to_do(row: &Connection) -> String {
    match row.follow_ups {
        0 => "-".to_owned(),
        n => number(n),
    }
}

fn references(row: &Connection) -> String {
    match (row.references.synced, row.references.stale) {
        (synced, 0) => number(synced),
        (0, stale) => format!("{} stale", number(stale)),
        (synced, stale) => format!("{}, {} stale", number(synced), number(stale)),
    }
}

/// A connection as a person reads it.
pub(super) fn in_full(it: &Connection) -> String {
    let mut text = format!("{} · {}\n\n", it.provider_name, it.name);
    text.push_str(&facts(&[
        ("id", it.id.to_string()),
        ("status", status(it)),
        ("account", it.account.label.clone()),
        ("owner", it.owner.clone()),
        ("health", health(it)),
        ("connected", it.connected_at.map(clock).unwrap_or_default()),
        ("synced", it.synced_at.map(clock).unwrap_or_default()),
        ("scopes", it.scopes.join(" ")),
        ("missing", missing(it)),
        (
            "jobs",
            format!(
                "{} of {} enabled, {} running",
                it.jobs.enabled, it.jobs.total, it.jobs.running
            ),
        ),
        ("references", references(it)),
        (
            "webhooks",
            format!(
                "{} enabled, {} received, {} dropped, {} of them since the disconnect, {} forged",
                it.webhooks.enabled,
                number(it.webhooks.received),
                number(it.webhooks.ignored),
                number(it.webhooks.dropped_since_disconnect),
                number(it.webhooks.forged)
            ),
        ),
        ("follow-ups", format!("{} open", it.follow_ups)),
        ("may live", it.exposure(clock).unwrap_or_default()),
        (
            "swap",
            it.swap
                .as_ref()
                .map(|it| it.text.clone())
                .unwrap_or_default(),
        ),
        (
            "last run",
            it.last_run
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
        (
            "tag",
            it.tag.as_ref().map(Tag::sentence).unwrap_or_default(),
        ),
        ("not yours", it.refused.clone().unwrap_or_default()),
    ]));
    text.push('\n');
    text.push_str(&section("Open authorizations", it.flows.iter().map(flow)));
    text.push_str(&section("Secrets", it.credentials.iter().map(credential)));
    text.push_str(&section("Channels", it.channels.iter().map(channel)));
    text.push_str(&section(
        "Depends on it",
        it.features.iter().filter(|f| f.in_use).map(feature),
    ));
    text.push_str(&section(
        "What a disconnect does not do",
        it.manual.iter().map(manual),
    ));
    if !it.scopes_missing.is_empty() {
        text.push_str(&format!("\n{}\n", it.way_to_another_account()));
    }
    if it.enabled_before > 0 && it.jobs.enabled == 0 {
        let jobs = count(it.enabled_before, "job");
        text.push_str(&format!(
            "\n{jobs} ran before: tagout jobs enable --before {}\n",
            it.id
        ));
    }
    text.trim_end().to_owned()
}

/// A watched channel, with what became of it since the connection was last authorized.
fn channel(it: &Config) -> String {
    let outcome = it.outcome_words();
    match it.attached.as_ref().map_or("", |it| it.why.as_str()) {
        "" => format!("#{}: {outcome}", it.to),
        why => format!("#{}: {outcome}, {why}", it.to),
    }
}

fn status(it: &Connection) -> String {
    let badge = it.badge(clock);
    match it.reason.is_empty() {
        true => badge,
        false => format!("{badge}: {}", it.reason),
    }
}

/// N11: scopes that were asked for and not granted, and who usually grants them.
fn missing(it: &Connection) -> String {
    let words: Vec<String> = it.scopes_missing.iter().map(MissingScope::words).collect();
    words.join(", ")
}

fn health(it: &Connection) -> String {
    let (word, why) = (word(it.health), it.health_words(clock));
    match why.is_empty() {
        true => word,
        false => format!("{word}: {why}"),
    }
}

fn credential(it: &Credential) -> String {
    let state = match (it.is_active, it.is_deleted) {
        (true, _) => match it.expires_at {
            Some(at) => format!("active, expires {}", clock(at)),
            None => "active, no expiry known".to_owned(),
        },
        (false, true) => "destroyed".to_owned(),
        (false, false) => "superseded, kept sealed for its revocation".to_owned(),
    };
    format!("{:8}  {}  {state}", it.kind.word(), it.fingerprint)
}

/// An open authorization, and how it is ended.
pub(super) fn flow(it: &OpenFlow) -> String {
    format!(
        "{}, since {}, until {}: tagout flows cancel {}",
        it.words(),
        clock(it.began_at),
        clock(it.ends_at),
        it.id
    )
}

fn feature(it: &Feature) -> String {
    match it.available {
        true => format!("{}: {} without it", it.name, it.effect),
        false => format!("{} (unavailable): {}", it.name, it.effect),
    }
}

/// A step that is left to a person at the vendor.
pub(super) fn manual(it: &Manual) -> String {
    let mut text = it.text.clone();
    if let Some(url) = &it.url {
        text.push_str(&format!(" ({url})"));
    }
    if let Some(on) = &it.checked_on {
        text.push_str(&format!(", checked {on}"));
    }
    text
}
