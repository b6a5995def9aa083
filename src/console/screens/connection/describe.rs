//! A connection in words, for its own screen and for the pane beside the list.

use ratatui::text::Span;

use super::happening::happening;
use super::swapping;
use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::domain::connection::Status;
use crate::wire::view::{Connection, Job, MissingScope};

/// What the pane beside the list says.
pub fn describe(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    head(row, page, look);
    facts(row, page, look);
    tokens(row, page, look);
    flows(row, page, look);
    disconnecting(row, page, look);
    features(row, page, look);
}

/// Name, badge, and the reason.
pub(super) fn head(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    let (sign, badge, role) = look.status(row.status);
    page.line(vec![
        look.span(&row.provider_name, StyleRole::Title),
        look.span(format!(" {} ", look.glyphs.dot), StyleRole::Dim),
        look.span(&row.name, StyleRole::Text),
    ]);
    let (badge, happening) = (format!("{sign} {badge}"), happening(row, look));
    if text::measure(&badge) + 2 + text::measure(&happening) <= page.width() {
        page.line(vec![
            look.span(badge, role),
            Span::raw("  "),
            look.span(happening, StyleRole::Text),
        ]);
    } else {
        page.words(&badge, role);
        page.words(&happening, StyleRole::Text);
    }
    if let Some(swap) = &row.swap {
        page.words(&swap.text, StyleRole::Warn);
        if swapping::is_next(row) {
            page.words(swapping::KEYS, StyleRole::Dim);
        }
    }
    page.blank();
}

/// Pairs of what it is.
pub(super) fn facts(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    let (health, health_role) = look.health(row.health);
    if row.account.label != row.name {
        page.pair("Account", &row.account.label, StyleRole::Text);
    }
    page.pair("Account id", &row.account.id, StyleRole::Text);
    let whose = match row.owner.as_str() {
        "workspace" => "the workspace".to_owned(),
        person => format!("{person}, personal"),
    };
    page.pair("Owner", &whose, StyleRole::Text);
    // What stands beside the badge is not said again.
    let causes = row
        .health_causes
        .iter()
        .map(|cause| cause.words(|at| look.moment(at)))
        .filter(|why| *why != row.reason);
    let why = causes.collect::<Vec<_>>().join("; ");
    let health = match why.is_empty() {
        true => health.to_owned(),
        false => format!("{health}: {why}"),
    };
    page.pair("Health", &health, health_role);
    if let Some(at) = row.connected_at {
        page.pair("Connected", &look.moment(at), StyleRole::Text);
    }
    if let Some(at) = row.synced_at {
        page.pair("Synced", &look.moment(at), StyleRole::Text);
    }
    page.pair("Scopes", &row.scopes.join(", "), StyleRole::Text);
    for missing in &row.scopes_missing {
        page.pair(MissingScope::WORD, &missing.words(), StyleRole::Text);
    }
    if row.holds > 0 {
        let tokens = text::count(row.holds, "token", "tokens");
        let words = format!("{tokens} kept sealed to retry the revocation");
        page.pair("Held", &words, StyleRole::Text);
    }
    if let Some(tag) = &row.tag {
        page.pair("Tag", &tag.sentence(), StyleRole::Warn);
    }
    if let Some(why) = &row.refused {
        page.pair("Controls", &format!("off: {why}"), StyleRole::Dim);
    }
}

/// Each secret: kind, fingerprint, where it is in its life.
pub(super) fn tokens(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    if row.credentials.is_empty() {
        return;
    }
    page.heading("Tokens");
    for token in &row.credentials {
        let (sign, word, role) = if token.is_deleted {
            (look.glyphs.off, "destroyed".to_owned(), StyleRole::Dim)
        } else if token.is_active {
            let until = token.expires_at.map_or_else(
                || "no expiry known".to_owned(),
                |at| format!("expires {}", look.time(at)),
            );
            (look.glyphs.good, until, StyleRole::Text)
        } else {
            (look.glyphs.pending, "superseded".to_owned(), StyleRole::Dim)
        };
        page.line(vec![
            Span::raw("  "),
            look.cell(token.kind.word(), 12, Align::Left, StyleRole::Text),
            look.cell(&token.fingerprint, 18, Align::Left, StyleRole::Dim),
            look.span(format!("{sign} {word}"), role),
        ]);
    }
}

/// Authorizations that are open: who could still come back in, and until when.
pub(super) fn flows(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    if row.flows.is_empty() {
        return;
    }
    page.heading("Open authorizations");
    for flow in &row.flows {
        let words = format!(
            "{}, {} until {}: tagout flows cancel {}",
            flow.words(),
            look.time(flow.began_at),
            look.time(flow.ends_at),
            flow.id
        );
        page.point(look.glyphs.warn, &words, StyleRole::Warn);
    }
}

/// Each job in a line.
pub(super) fn jobs(row: &Connection, jobs: &[Job], page: &mut Doc<'_>, look: &Appearance) {
    if row.jobs.total == 0 {
        return;
    }
    page.heading("Sync jobs");
    let room = page.width().saturating_sub(30);
    for job in jobs {
        let word = super::super::jobs::words(job, look);
        page.line(vec![
            Span::raw("  "),
            look.cell(&job.entity, 18, Align::Left, StyleRole::Text),
            look.cell(
                job.state.word(),
                10,
                Align::Left,
                super::super::jobs::role(job.state),
            ),
            look.cell(&word, room, Align::Left, StyleRole::Dim),
        ]);
    }
    let more = row.jobs.total.saturating_sub(jobs.len() as u64);
    if more > 0 && !jobs.is_empty() {
        page.point("", &format!("and {more} more in 3 Jobs"), StyleRole::Dim);
    }
    if row.status == Status::Connected && row.enabled_before > 0 {
        let words = text::count(row.enabled_before, "job", "jobs");
        page.point(
            look.glyphs.warn,
            &format!("{words} ran before the disconnect: J enables"),
            StyleRole::Warn,
        );
    }
}

/// References, webhooks, configuration, follow-ups in numbers.
pub(super) fn data(
    row: &Connection,
    configs: &[Option<usize>; 3],
    page: &mut Doc<'_>,
    look: &Appearance,
) {
    page.heading("Data");
    let refs = row.references;
    if refs.synced + refs.stale > 0 {
        let words = format!(
            "{} synced, {} stale",
            text::number(refs.synced),
            text::number(refs.stale)
        );
        page.pair("References", &words, StyleRole::Text);
    }
    for channel in &row.channels {
        if let Some(attached) = channel.attached.as_ref().filter(|it| !it.why.is_empty()) {
            let words = format!("#{}: {}", channel.to, attached.why);
            page.point(look.glyphs.warn, &words, StyleRole::Warn);
        }
    }
    let hooks = row.webhooks;
    let mut words = format!(
        "{} enabled, {} received, {} dropped",
        text::number(hooks.enabled),
        text::number(hooks.received),
        text::number(hooks.ignored),
    );
    if hooks.forged > 0 {
        words = format!("{words}, {} forged", text::number(hooks.forged));
    }
    page.pair("Webhooks", &words, StyleRole::Text);
    if row.status == Status::Revoked && hooks.dropped_since_disconnect > 0 {
        let events = text::count(hooks.dropped_since_disconnect, "event", "events");
        let words =
            format!("{events} dropped since: the vendor still sends, its side is still open");
        page.point(look.glyphs.warn, &words, StyleRole::Warn);
    }
    let counted: Vec<String> = super::CONFIGS
        .iter()
        .zip(configs)
        .filter_map(|((name, _), count)| count.map(|n| format!("{n} {name}")))
        .collect();
    page.pair("Kept", &counted.join(", "), StyleRole::Text);
    if row.follow_ups > 0 {
        let words = format!("{} open", text::number(row.follow_ups));
        page.pair("Follow-ups", &words, StyleRole::Warn);
    }
}

/// Features in use, and what happens to them.
pub(super) fn features(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    let used: Vec<_> = row.features.iter().filter(|f| f.in_use).collect();
    if used.is_empty() {
        return;
    }
    page.heading("Features that depend on it");
    for feature in used {
        let (sign, word) = if feature.available {
            (
                look.glyphs.good,
                format!("{}: without it, {}", feature.name, feature.effect),
            )
        } else {
            (
                look.glyphs.off,
                format!("{} (unavailable): {}", feature.name, feature.effect),
            )
        };
        page.point(sign, &word, StyleRole::Text);
    }
}

/// What disconnecting does, and what it leaves to a person at the vendor (O2).
pub(super) fn disconnecting(row: &Connection, page: &mut Doc<'_>, look: &Appearance) {
    let gone = row.status == Status::Revoked;
    let label = if row.is_crm {
        "Disconnect CRM Integration"
    } else {
        "Disconnecting"
    };
    if !gone {
        page.heading(label);
        page.point(
            look.glyphs.good,
            "stops its sync jobs, revokes each token and asks whether it is dead",
            StyleRole::Text,
        );
        page.point(
            look.glyphs.good,
            "destroys the stored credentials: that is permanent",
            StyleRole::Text,
        );
        page.point(
            look.glyphs.off,
            "keeps records, references (stale), jobs, mappings and the audit log",
            StyleRole::Text,
        );
    }
    if row.manual.is_empty() {
        return;
    }
    let what = if gone {
        "Left to you at"
    } else {
        "It does not do, at"
    };
    page.heading(&format!("{what} {}", row.provider_name));
    for step in &row.manual {
        page.point(look.glyphs.pending, &step.text, StyleRole::Text);
        let when = match step.when.as_str() {
            "unless_proven" => "only if a token is not proven dead",
            "unless_uninstalled" => "only if the app is not uninstalled",
            _ => "",
        };
        let checked = step.checked_on.as_ref().map(|day| format!("checked {day}"));
        let mut notes: Vec<&str> = Vec::new();
        notes.extend(step.url.as_deref());
        notes.extend(Some(when).filter(|w| !w.is_empty()));
        notes.extend(checked.as_deref());
        if !notes.is_empty() {
            page.point("", &notes.join(", "), StyleRole::Dim);
        }
    }
}
