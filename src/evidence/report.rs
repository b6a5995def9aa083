//! The report: what entries say of a disconnect, in words for a person. Nothing in it comes from anywhere else, and the same
//! entries always give the same text.

use jiff::Timestamp;

use super::{Said, not_summed_up};
use crate::domain::audit::follow_ups::FollowUpOpened;
use crate::domain::audit::holds::SecretDestroyed;
use crate::domain::audit::runs::{DisconnectEvidence, Disconnected, LeftToPerson};
use crate::domain::audit::{AuditEntry, Event, Via};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::evidence::Evidence;
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::id::{CredentialId, RunId};
use crate::domain::trial::{Answer, Outcome, Residual};

/// What is claimed of a token: when its run judged it, or later.
struct Claim<'a> {
    credential: &'a CredentialId,
    kind: TokenKind,
    fingerprint: &'a str,
    outcome: Outcome,
    /// Until when it may live, where the claim says so.
    residual_until: Option<Residual>,
}

impl<'a> Claim<'a> {
    /// What an entry claims of a token after that was first judged.
    fn later(event: &'a Event) -> Option<Self> {
        match event {
            Event::TokenJudgedAgain(claim) | Event::TokenCameBack(claim) => Some(Self {
                credential: &claim.credential,
                kind: claim.kind,
                fingerprint: &claim.fingerprint,
                outcome: claim.outcome,
                residual_until: Some(claim.residual_until),
            }),
            Event::ProofSettled(over) | Event::HoldEnded(over, _) | Event::HoldDropped(over) => {
                Some(Self {
                    credential: &over.credential,
                    kind: over.kind,
                    fingerprint: &over.fingerprint,
                    outcome: over.outcome,
                    residual_until: None,
                })
            }
            // Nothing else claims anything.
            _ => None,
        }
    }

    fn outcome(&self) -> &'static str {
        self.outcome.words_of(self.kind)
    }
}

/// The report on these disconnects.
///
/// # Errors
/// Which entry is missing or says something that is not understood.
pub fn write(runs: &[RunId], entries: &[AuditEntry]) -> Result<String, Unclear> {
    if let Some(run) = not_summed_up(runs, entries) {
        return Err(Unclear::NoSummary(run.clone()));
    }
    let said: Vec<Said<'_>> = entries.iter().map(Said::by).collect();
    let mut text = String::new();
    for run in runs {
        let of_run: Vec<&Said<'_>> = said.iter().filter(|said| said.names(run)).collect();
        understood(&of_run)?;
        let end = of_run.iter().find_map(|said| match &said.event {
            Event::Disconnected(sum, evidence) if sum.decided.run == *run => {
                Some((said.entry, sum, evidence.as_ref()))
            }
            _ => None,
        });
        let (entry, sum, evidence) = end.ok_or_else(|| Unclear::NoSummary(run.clone()))?;
        let ended = RunEnd {
            entry,
            sum,
            evidence,
        };
        one(&mut text, &ended, &of_run);
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
    #[error("entry {seq} ({action}) is not understood")]
    Shape {
        seq: u64,
        /// What it says was done.
        action: String,
    },
}

/// What is of a kind that we write has to be as we write it.
fn understood(entries: &[&Said<'_>]) -> Result<(), Unclear> {
    let strange = entries.iter().find(|said| {
        let action = said.entry.action.as_str();
        matches!(said.event, Event::Unknown(_)) && Event::ACTIONS.contains(&action)
    });
    match strange {
        Some(said) => Err(Unclear::Shape {
            seq: said.entry.seq,
            action: said.entry.action.clone(),
        }),
        None => Ok(()),
    }
}

/// The entry that sums a disconnect up.
struct RunEnd<'a> {
    entry: &'a AuditEntry,
    sum: &'a Disconnected,
    evidence: &'a DisconnectEvidence,
}

fn one(text: &mut String, end: &RunEnd<'_>, entries: &[&Said<'_>]) {
    let (sum, of) = (end.sum, &end.sum.decided);
    let title = format!("{} · {}", of.provider, of.name);
    heading(text, &title);
    let begun = entries
        .iter()
        .find(|said| matches!(said.event, Event::DisconnectBegun(_)));
    let ticket = of.ticket.as_ref();
    let ticket = ticket.map_or_else(String::new, |it| format!(", ticket {it}"));
    for (name, value) in [
        ("run", of.run.to_string()),
        ("connection", end.entry.target.clone()),
        ("owner", of.owner.clone()),
        ("by", who(end.entry)),
        ("reason", format!("{}{ticket}", of.reason.words())),
        ("note", of.note.clone()),
        ("begun", begun.map_or_else(String::new, |it| when(it.entry))),
        ("ended", when(end.entry)),
    ] {
        fact(text, name, &value);
    }
    tokens(text, entries);
    section(text, "Here");
    let later = || entries.iter().filter(|it| it.entry.seq > end.entry.seq);
    let destroyed_later = later().filter(|said| destroys_what_was_kept(&said.event));
    let destroyed = sum.credentials_destroyed + destroyed_later.count() as u64;
    for (count, what) in [
        (destroyed, "stored secrets destroyed"),
        (sum.jobs_disabled, "sync jobs disabled"),
        (sum.executions_cancelled, "running syncs cancelled"),
        (sum.webhooks_disabled, "inbound webhooks disabled"),
        (sum.references_marked, "references marked stale"),
    ] {
        line(text, 4, &format!("{what}: {count}"));
    }
    section(text, "Was given a token before, and could hold a copy");
    for reader in &end.evidence.readers {
        let times = format!("{} ×, last {}", reader.count, time(reader.last));
        line(text, 4, &format!("{}: {times}", reader.name));
    }
    none(text, "nobody", end.evidence.readers.is_empty());
    section(text, "Left to a person at the provider");
    let opened = later().filter_map(|said| match &said.event {
        Event::FollowUpOpened(opened) => Some(left(opened)),
        _ => None,
    });
    let left: Vec<LeftToPerson> = sum.follow_ups.iter().cloned().chain(opened).collect();
    for follow_up in &left {
        open_or_done(text, follow_up, entries);
    }
    none(text, "nothing", left.is_empty());
    section(text, "What the log says of it");
    for said in entries {
        let (entry, sentence) = (said.entry, said.event.sentence());
        line(
            text,
            4,
            &format!("{} {}: {sentence}", when(entry), who(entry)),
        );
    }
    text.push('\n');
}

fn left(opened: &FollowUpOpened) -> LeftToPerson {
    LeftToPerson {
        id: opened.id.clone(),
        text: opened.text.clone(),
        url: opened.url.clone(),
    }
}

/// Whether a secret was destroyed that had been kept: to retry its revocation, or for its proof.
fn destroys_what_was_kept(event: &Event) -> bool {
    match event {
        Event::HoldEnded(..) => true,
        Event::CredentialDestroyed(destroyed, _) => match destroyed {
            SecretDestroyed::Proof(_) => true,
            SecretDestroyed::Secret(_) => false,
        },
        _ => false,
    }
}

/// Each token, by the last that is claimed of it: a hold ends after its run.
fn tokens(text: &mut String, entries: &[&Said<'_>]) {
    section(text, "Tokens");
    let mut is_empty = true;
    for said in entries {
        let Event::TokenRevoked(first, evidence) = &said.event else {
            continue;
        };
        is_empty = false;
        let claim = Claim {
            credential: &first.credential,
            kind: first.kind,
            fingerprint: &first.fingerprint,
            outcome: first.outcome,
            residual_until: Some(first.residual_until),
        };
        let last = entries.iter().rev().find_map(|later| {
            let now = Claim::later(&later.event)?;
            (now.credential == claim.credential).then_some((later.entry, now))
        });
        match last {
            Some((entry, now)) => {
                let until = claim.residual_until.filter(|_| !now.outcome.proven());
                let now = Claim {
                    residual_until: now.residual_until.or(until),
                    ..now
                };
                token(text, entry, &now);
                let at_first = format!(
                    "at first      {} (entry {})",
                    claim.outcome(),
                    said.entry.seq
                );
                line(text, 6, &at_first);
            }
            None => token(text, said.entry, &claim),
        }
        if let Some(evidence) = evidence.as_ref() {
            answers(text, evidence);
        }
        for later in entries {
            held(text, claim.credential, later);
        }
    }
    none(text, "none", is_empty);
}

fn token(text: &mut String, entry: &AuditEntry, claim: &Claim<'_>) {
    let what = format!("{} {}", claim.kind.word(), claim.fingerprint);
    let until = claim.residual_until.map_or_else(String::new, residual);
    let said = format!("{what}: {}{until} (entry {})", claim.outcome(), entry.seq);
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
fn held(text: &mut String, credential: &CredentialId, later: &Said<'_>) {
    let claimed = || Claim::later(&later.event).map_or("", |claim| claim.outcome());
    let (of, said) = match &later.event {
        Event::HoldOpened(it) => (
            &it.credential,
            "kept sealed to retry the revocation".to_owned(),
        ),
        Event::CredentialSealed(it) => (
            &it.credential,
            "kept sealed until its death is proven".to_owned(),
        ),
        Event::TokenJudgedAgain(it) | Event::TokenCameBack(it) => {
            (&it.credential, format!("looked at again: {}", claimed()))
        }
        Event::ExposureOver(it) => (
            &it.credential,
            match &it.over {
                ExposureEnd::Expired => "it has expired".to_owned(),
                ExposureEnd::Proven { run } => format!("the same token was proven dead by {run}"),
            },
        ),
        Event::ProofSettled(it) => (
            &it.credential,
            format!("its proof is settled: {}", claimed()),
        ),
        Event::HoldEnded(it, _) => {
            let how = format!("retried to its end, {}", claimed());
            (&it.credential, with_note(how, &it.note))
        }
        Event::HoldDropped(it) => {
            let how = format!("given up by {}, {}", who(later.entry), claimed());
            (&it.credential, with_note(how, &it.note))
        }
        // Nothing else is about a token that was judged.
        _ => return,
    };
    if of != credential {
        return;
    }
    let what = match &later.event {
        Event::ExposureOver(_) => "since",
        _ => "held",
    };
    line(text, 6, &format!("{what:13} {said}; {}", when(later.entry)));
}

fn with_note(said: String, note: &str) -> String {
    match note {
        "" => said,
        note => format!("{said}: {note}"),
    }
}

fn open_or_done(text: &mut String, follow_up: &LeftToPerson, entries: &[&Said<'_>]) {
    let url = follow_up.url.as_ref();
    let url = url.map_or_else(String::new, |url| format!(" ({url})"));
    line(text, 4, &format!("{}{url}", follow_up.text));
    let ticks = entries
        .iter()
        .rev()
        .filter(|said| said.entry.target == follow_up.id.as_str());
    let last = ticks.into_iter().find_map(|said| match &said.event {
        Event::FollowUpDone(done) => Some(Some((said.entry, done))),
        Event::FollowUpUndone(_) => Some(None),
        _ => None,
    });
    let state = match last.flatten() {
        Some((entry, done)) => {
            let by = with_note(format!("done by {}", who(entry)), &done.note);
            format!("{by}; {}", when(entry))
        }
        None => "open".to_owned(),
    };
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
