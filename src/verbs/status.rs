//! `tagout status`: never starts a server.

use super::print::{clock, count, facts, number, one_line, section};
use super::{Session, VerbError};
use crate::client::StartMode;
use crate::domain::wipe::Wipe;
use crate::wire::rpc;
use crate::wire::view::{ForYou, Status};

/// How things stand, by a running server; none when none answers.
pub(super) async fn running(session: &Session) -> Option<Status> {
    let (client, _notices) = session.connect_or(StartMode::Never).await.ok()?;
    client.ask(rpc::Status).await.ok()
}

pub(super) async fn run(session: &Session) -> Result<(), VerbError> {
    let (client, _notices) = session.connect_or(StartMode::Never).await?;
    let status: Status = client.ask(rpc::Status).await?;
    session.show(&status, || {
        let me = client.welcome();
        let by_status: Vec<String> = status
            .connections
            .iter()
            .map(|(word, n)| format!("{} {word}", number(*n)))
            .collect();
        let text = facts(&[
            ("workspace", status.workspace.clone()),
            ("you", format!("{}, {}", me.user, me.role.word())),
            (
                "server",
                format!(
                    "tagout {}, process {}, since {}",
                    status.version,
                    status.pid,
                    clock(status.started_at)
                ),
            ),
            ("folder", status.data_dir.clone()),
            ("connections", by_status.join(", ")),
            ("providers", number(status.providers)),
            (
                "syncs",
                format!("{} running or waiting", number(status.jobs_running)),
            ),
            (
                "disconnects",
                format!("{} under way", number(status.runs_open)),
            ),
            (
                "exposure",
                format!("{} may still live", count(status.exposed, "token")),
            ),
            (
                "follow-ups",
                format!("{} open", number(status.follow_ups_open)),
            ),
            ("health", status.asks.sentence()),
            ("log", format!("{} entries", number(status.audit_entries))),
        ]);
        let swaps = status.swaps.iter().map(|it| one_line(&it.text));
        let mut swaps: Vec<String> = swaps.collect();
        if status.swaps_more > 0 {
            let more = count(status.swaps_more, "more swap");
            swaps.push(format!("{more} left in the middle: tagout connections"));
        }
        let told = |it: &ForYou| format!("{}  {}  {}", clock(it.at), one_line(&it.text), it.id);
        let (needs, tells): (Vec<_>, Vec<_>) =
            status.for_you.iter().partition(|it| it.what.needs_them());
        let needs = needs.into_iter().map(told).chain(swaps);
        let needs_you = section("\nNeeds you", needs.collect::<Vec<_>>());
        let for_you = section("\nFor you", tells.into_iter().map(told).collect::<Vec<_>>());
        let open = status.wipes.iter().filter_map(Wipe::sentence);
        let wipes = section("\nWipes", open.map(|it| one_line(&it)).collect::<Vec<_>>());
        let mut warnings = status.warnings.clone();
        if status.emergency {
            warnings.insert(
                0,
                "The disk is full: only disconnects and reads are accepted.".to_owned(),
            );
        }
        format!(
            "{text}{needs_you}{for_you}{wipes}{}",
            section("\nWarnings", warnings)
        )
        .trim_end()
        .to_owned()
    })
}
