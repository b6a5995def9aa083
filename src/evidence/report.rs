//! The report: what entries say of a disconnect, in words for a person. Nothing in it comes from anywhere else, and the same
//! entries always give the same text.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{is_summary_of, names};
use crate::domain::audit::{AuditEntry, Via};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::disconnect::plan::TokenHolder;
use crate::domain::disconnect::run::Reason;
use crate::domain::id::{CredentialId, FollowUpId, RunId};
use crate::domain::trial::{Answer, Outcome, Residual};
use crate::wire::view::Evidence;

/// The detail of `connection.disconnected`.
#[derive(Deserialize)]
struct Summary {
    provider: String,
    name: String,
    owner: String,
    reason: Reason,
    note: String,
    ticket: Option<String>,
    jobs_disabled: u64,
    executions_cancelled: u64,
    credentials_destroyed: u64,
    webhooks_disabled: u64,
    references_marked: u64,
    #[serde(default)]
    follow_ups: Vec<FollowUpDetail>,
}

#[derive(Deserialize)]
struct FollowUpDetail {
    id: FollowUpId,
    text: String,
    url: Option<String>,
}

/// The evidence of `connection.disconnected`.
#[derive(Deserialize)]
struct DisconnectedEvidence {
    readers: Vec<TokenHolder>,
}

/// The detail of whatever claims something of a token: `token.revoked`, and the end of a hold.
#[derive(Deserialize)]
struct ClaimDetail {
    credential: CredentialId,
    kind: TokenKind,
    fingerprint: String,
    outcome: Outcome,
    #[serde(default)]
    residual_until: Option<Residual>,
    #[serde(default)]
    note: String,
}

/// The detail of the end of an exposure.
#[derive(Deserialize)]
struct ExposureEndDetail {
    over: ExposureEnd,
}

/// The report on these disconnects.
///
/// # Errors
/// Which entry is missing or says something that is not understood.
pub fn write(runs: &[RunId], entries: &[AuditEntry]) -> Result<String, Unclear> {
    let mut text = String::new();
    for run in runs {
        let of_run: Vec<&AuditEntry> = entries.iter().filter(|entry| names(entry, run)).collect();
        let found = of_run.iter().find(|entry| is_summary_of(entry, run));
        let summary = found.ok_or_else(|| Unclear::NoSummary(run.clone()))?;
        one(&mut text, run, summary, &of_run)?;
    }
    Ok(text)
}

/// Why entries could not be read as what they should be.
#[derive(Debug, thiserror::Error)]
pub enum Unclear {
    /// A disconnect without its end.
    #[error("there is no entry that sums {0} up")]
    NoSummary(RunId),
    /// An entry of another shape than ours.
    #[error("entry {seq} ({action}) is not understood: {source}")]
    Shape {
        seq: u64,
        /// What it says was done.
        action: String,
        source: serde_json::Error,
    },
}

fn one(
    text: &mut String,
    run: &RunId,
    ended: &AuditEntry,
    entries: &[&AuditEntry],
) -> Result<(), Unclear> {
    let summary: Summary = read(ended, &ended.detail)?;
    let seen: DisconnectedEvidence = read(ended, &ended.evidence)?;
    let title = format!("{} · {}", summary.provider, summary.name);
    heading(text, &title);
    let begun = entries
        .iter()
        .find(|it| it.action == "connection.disconnect_begun");
    let ticket = summary.ticket.as_ref();
    let ticket = ticket.map_or_else(String::new, |it| format!(", ticket {it}"));
    for (name, value) in [
        ("run", run.to_string()),
        ("connection", ended.target.clone()),
        ("owner", summary.owner),
        ("by", who(ended)),
        ("reason", format!("{}{ticket}", summary.reason.words())),
        ("note", summary.note),
        ("begun", begun.map_or_else(String::new, |it| when(it))),
        ("ended", when(ended)),
    ] {
        fact(text, name, &value);
    }
    tokens(text, entries)?;
    section(text, "Here");
    let later = entries.iter().filter(|it| it.seq > ended.seq);
    let destroyed_later = later
        .clone()
        .filter(|it| it.action == "hold.ended" || is_end_of_proof(it));
    let destroyed = summary.credentials_destroyed + destroyed_later.count() as u64;
    for (count, what) in [
        (destroyed, "stored secrets destroyed"),
        (summary.jobs_disabled, "sync jobs disabled"),
        (summary.executions_cancelled, "running syncs cancelled"),
        (summary.webhooks_disabled, "inbound webhooks disabled"),
        (summary.references_marked, "references marked stale"),
    ] {
        line(text, 4, &format!("{what}: {count}"));
    }
    section(text, "Was given a token before, and could hold a copy");
    for reader in &seen.readers {
        let times = format!("{} ×, last {}", reader.count, time(reader.last));
        line(text, 4, &format!("{}: {times}", reader.name));
    }
    none(text, "nobody", seen.readers.is_empty());
    section(text, "Left to a person at the provider");
    let mut left = summary.follow_ups;
    for opened in later.filter(|it| it.action == "follow_up.opened") {
        left.push(read(opened, &opened.detail)?);
    }
    for follow_up in &left {
        open_or_done(text, follow_up, entries);
    }
    none(text, "nothing", left.is_empty());
    text.push('\n');
    Ok(())
}

/// Whether a secret was destroyed that had been kept for its proof.
fn is_end_of_proof(entry: &AuditEntry) -> bool {
    entry.action == "credential.destroyed" && entry.detail.get("hold").is_some()
}

/// Each token, by the last that is claimed of it: a hold ends after its run.
fn tokens(text: &mut String, entries: &[&AuditEntry]) -> Result<(), Unclear> {
    section(text, "Tokens");
    let judged = || entries.iter().filter(|it| it.action == "token.revoked");
    for entry in judged() {
        let claim: ClaimDetail = read(entry, &entry.detail)?;
        let evidence: Evidence = read(entry, &entry.evidence)?;
        let last = entries.iter().rfind(|it| claims(it, &claim.credential));
        match last {
            Some(last) => {
                let mut now: ClaimDetail = read(last, &last.detail)?;
                let until = claim.residual_until.filter(|_| !now.outcome.proven());
                now.residual_until = now.residual_until.or(until);
                token(text, last, &now);
                let first = claim.outcome.words_of(claim.kind);
                line(
                    text,
                    6,
                    &format!("at first      {first} (entry {})", entry.seq),
                );
            }
            None => token(text, entry, &claim),
        }
        answers(text, &evidence);
        let is_later = |it: &&&AuditEntry| {
            it.action.starts_with("hold.")
                || matches!(
                    it.action.as_str(),
                    "credential.sealed"
                        | "exposure.over"
                        | "token.judged_again"
                        | "token.came_back"
                        | "token.proof_settled"
                )
        };
        for later in entries.iter().filter(is_later) {
            held(text, &claim.credential, later)?;
        }
    }
    none(text, "none", judged().next().is_none());
    Ok(())
}

/// Whether an entry claims something of this token, after it was first judged.
fn claims(entry: &AuditEntry, credential: &CredentialId) -> bool {
    let of = entry.detail.get("credential").and_then(Value::as_str);
    of == Some(credential.as_str())
        && matches!(
            entry.action.as_str(),
            "token.judged_again"
                | "token.came_back"
                | "token.proof_settled"
                | "hold.ended"
                | "hold.dropped"
        )
}

fn token(text: &mut String, entry: &AuditEntry, claim: &ClaimDetail) {
    let what = format!("{} {}", claim.kind.word(), claim.fingerprint);
    let outcome = claim.outcome.words_of(claim.kind);
    let until = claim.residual_until.map_or_else(String::new, residual);
    let said = format!("{what}: {outcome}{until} (entry {})", entry.seq);
    line(text, 4, &said);
}

fn answers(text: &mut String, evidence: &Evidence) {
    if let Some(before) = &evidence.probe_before {
        line(text, 6, &format!("asked before  {}", asked(before)));
    }
    if let (Some(method), Some(endpoint)) = (&evidence.method, &evidence.endpoint) {
        let status = evidence.status;
        let status = status.map_or_else(|| "no answer".to_owned(), |it| it.to_string());
        let at = evidence
            .at
            .map_or_else(String::new, |at| format!(", {}", time(at)));
        let id = evidence.request_id.as_ref();
        let id = id.map_or_else(String::new, |id| format!(", request {id}"));
        let said = format!("called        {method} {endpoint}: {status}{at}{id}");
        line(text, 6, &said);
    }
    if let Some(after) = &evidence.probe_after {
        line(text, 6, &format!("asked after   {}", asked(after)));
    }
    if let Some(proof) = &evidence.proof {
        let seen = proof.words("the provider").unwrap_or_default();
        let open = proof.until.map(|until| {
            let separator = if seen.is_empty() { "" } else { "; " };
            format!(
                "{separator}not settled when this was written, at the latest {}",
                time(until)
            )
        });
        let said = format!("{seen}{}", open.unwrap_or_default());
        if !said.is_empty() {
            line(text, 6, &format!("proof         {said}"));
        }
    }
    if let Some(reason) = evidence.reason.as_ref().filter(|it| !it.is_empty()) {
        line(text, 6, &format!("said          {reason}"));
    }
}

/// What became of a token later: of one that was kept sealed, and of one that was left.
fn held(text: &mut String, credential: &CredentialId, entry: &AuditEntry) -> Result<(), Unclear> {
    let of = entry.detail.get("credential").and_then(Value::as_str);
    if of != Some(credential.as_str()) {
        return Ok(());
    }
    let said = match entry.action.as_str() {
        "hold.opened" => "kept sealed to retry the revocation".to_owned(),
        "credential.sealed" => "kept sealed until its death is proven".to_owned(),
        "token.judged_again" | "token.came_back" => {
            let now: ClaimDetail = read(entry, &entry.detail)?;
            format!("looked at again: {}", now.outcome.words_of(now.kind))
        }
        "exposure.over" => {
            let ended: ExposureEndDetail = read(entry, &entry.detail)?;
            match ended.over {
                ExposureEnd::Expired => "it has expired".to_owned(),
                ExposureEnd::Proven { run } => format!("the same token was proven dead by {run}"),
            }
        }
        "token.proof_settled" => {
            let end: ClaimDetail = read(entry, &entry.detail)?;
            format!("its proof is settled: {}", end.outcome.words_of(end.kind))
        }
        "hold.ended" | "hold.dropped" => {
            let end: ClaimDetail = read(entry, &entry.detail)?;
            let note = match end.note.as_str() {
                "" => String::new(),
                note => format!(": {note}"),
            };
            let how = match entry.action.as_str() {
                "hold.dropped" => format!("given up by {}", who(entry)),
                _ => "retried to its end".to_owned(),
            };
            format!("{how}, {}{note}", end.outcome.words_of(end.kind))
        }
        _ => return Ok(()),
    };
    let what = match entry.action.as_str() {
        "exposure.over" => "since",
        _ => "held",
    };
    line(text, 6, &format!("{what:13} {said}; {}", when(entry)));
    Ok(())
}

fn open_or_done(text: &mut String, follow_up: &FollowUpDetail, entries: &[&AuditEntry]) {
    let url = follow_up.url.as_ref();
    let url = url.map_or_else(String::new, |url| format!(" ({url})"));
    line(text, 4, &format!("{}{url}", follow_up.text));
    let ticks = ["follow_up.done", "follow_up.undone"];
    let last = entries.iter().rfind(|entry| {
        ticks.contains(&entry.action.as_str()) && entry.target == follow_up.id.as_str()
    });
    let done = last.filter(|entry| entry.action == "follow_up.done");
    let state = done.map_or_else(
        || "open".to_owned(),
        |entry| {
            let note = entry.detail.get("note").and_then(Value::as_str);
            let note = note.filter(|note| !note.is_empty());
            let note = note.map_or_else(String::new, |note| format!(": {note}"));
            format!("done by {}{note}; {}", who(entry), when(entry))
        },
    );
    line(text, 6, &state);
}

fn asked(answer: &Answer) -> String {
    let endpoint = match answer.endpoint.as_str() {
        "" => String::new(),
        endpoint => format!(" {endpoint}"),
    };
    format!("{}{endpoint}, {}", answer.words(), time(answer.at))
}

fn residual(until: Residual) -> String {
    match until {
        Residual::None => String::new(),
        Residual::Until(at) => format!(", may live until {}", time(at)),
        Residual::Unknown => ", may live, nothing says until when".to_owned(),
        Residual::Never => ", never expires".to_owned(),
    }
}

fn who(entry: &AuditEntry) -> String {
    let via = match entry.origin.via {
        Via::Claimed => " (as the client says)",
        _ => "",
    };
    let from = entry.origin.address.as_ref();
    let from = from.map_or_else(String::new, |it| format!(", from {it}{via}"));
    format!("{} ({}){from}", entry.actor, entry.role)
}

fn when(entry: &AuditEntry) -> String {
    format!("{} (entry {})", time(entry.at), entry.seq)
}

/// An auditor reads it elsewhere, so UTC; a run takes less than a second.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string()
}

fn heading(text: &mut String, title: &str) {
    line(text, 0, title);
    let width = unicode_width::UnicodeWidthStr::width(text.lines().last().unwrap_or_default());
    line(text, 0, &"=".repeat(width));
}

fn fact(text: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        line(text, 2, &format!("{name:<11} {value}"));
    }
}

fn section(text: &mut String, title: &str) {
    text.push('\n');
    line(text, 2, title);
}

fn none(text: &mut String, word: &str, empty: bool) {
    if empty {
        line(text, 4, word);
    }
}

/// A line of its own, whatever a vendor or a person wrote into it.
fn line(text: &mut String, indent: usize, words: &str) {
    let words: String = words
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !crate::domain::display_text::is_invisible(*c))
        .collect();
    text.extend(std::iter::repeat_n(' ', indent));
    text.push_str(words.trim_end());
    text.push('\n');
}

fn read<T: DeserializeOwned>(entry: &AuditEntry, value: &Value) -> Result<T, Unclear> {
    T::deserialize(value).map_err(|source| Unclear::Shape {
        seq: entry.seq,
        action: entry.action.clone(),
        source,
    })
}
