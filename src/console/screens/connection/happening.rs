//! What there is to say about a connection in a line.

use crate::console::appearance::Appearance;
use crate::console::text;
use crate::domain::connection::Status;
use crate::wire::view::Connection;

/// What there is to say about a connection in a few words: what may still live first, then what is left to do.
#[must_use]
pub(in crate::console) fn happening(row: &Connection, look: &Appearance) -> String {
    let swap = row.swap.as_ref().map(|_| match row.status {
        Status::Disconnecting => "swap: the old account goes out".to_owned(),
        _ => "swap: connect the new account".to_owned(),
    });
    let lives = row.exposure(|at| look.moment(at));
    let said = Some(said(row, look)).filter(|said| !said.is_empty());
    let all = [swap, lives, said].into_iter().flatten();
    all.collect::<Vec<_>>().join("; ")
}

fn said(row: &Connection, look: &Appearance) -> String {
    let open = match row.follow_ups {
        0 => String::new(),
        n => format!("{} open", text::count(n, "follow-up", "follow-ups")),
    };
    // What a person still has to do goes first: a long reason would hide it.
    match (open.as_str(), by_itself(row, look)) {
        ("", said) => said,
        (_, said) if said.is_empty() => open,
        (_, said) => format!("{open}; {said}"),
    }
}

/// What happens without anybody.
fn by_itself(row: &Connection, look: &Appearance) -> String {
    if !row.reason.is_empty() {
        let until = row.works_until;
        let until = until.map(|at| format!("works until {}; ", look.moment(at)));
        return format!("{}{}", until.unwrap_or_default(), row.reason);
    }
    if let Some(trouble) = row.trouble(|at| look.moment(at)) {
        return trouble;
    }
    match (row.status, row.synced_at) {
        (Status::Connected, _) if row.jobs.running > 0 => {
            format!("syncing, {}", text::count(row.jobs.running, "job", "jobs"))
        }
        (Status::Connected, Some(at)) => format!("synced {}", look.time(at)),
        (Status::Connected, None) if row.jobs.enabled == 0 => "no job is enabled".to_owned(),
        (Status::Connected, None) => "not synced yet".to_owned(),
        (Status::Revoked, _) if row.webhooks.dropped_since_disconnect > 0 => {
            format!(
                "{} dropped since",
                text::count(row.webhooks.dropped_since_disconnect, "event", "events")
            )
        }
        _ => String::new(),
    }
}
