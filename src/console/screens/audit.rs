//! The record, live: newest first, each entry with its evidence.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Text;
use serde_json::Value;

use super::Screen;
use super::listing::{ListColumns, ListScreen, Listing};
use super::pane;
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::Context;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::widgets::{doc::Doc, json, lines};
use crate::console::window::Row;
use crate::domain::audit::{AuditEntry, AuditOutcome, Via};
use crate::domain::filter::FilterField;
use crate::domain::sorting::SortValue;
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::Checkpoint;

mod about;
use about::Goal;

const COLUMNS: [Column; 6] = [
    Column::figures("SEQ", 6).lead(),
    Column::figures("WHEN", 12).lead().by_value(SortValue::Time),
    Column::words("WHO", 8, 16).by(FilterField::By),
    Column::words("WHAT", 23, 30).by(FilterField::Action),
    Column::words("OUTCOME", 9, 9).by(FilterField::Outcome),
    Column::words("TO", 9, 40).by(FilterField::Provider),
];

const LIST_WIDTH: u16 = 88;

impl Row for AuditEntry {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn sentence(&self) -> Option<String> {
        Some(self.event().sentence())
    }
}

/// What the page over the list shows, when one is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenPage {
    Entry,
    Checkpoint,
}

/// The list, the opened entry, and the checkpoint.
pub struct AuditScreen {
    list: Listing<rpc::Audit, AuditEntry>,
    page: Option<OpenPage>,
    checkpoint: Option<Checkpoint>,
    asked: AwaitedReply<rpc::Checkpoint>,
    top: usize,
}

impl Default for AuditScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "The record is empty.",
                next: "Everything that is done from now on stands here for good.",
            },
        };
        let list = Listing::new(shape, |window| rpc::Audit { window });
        Self {
            list: list.beside(LIST_WIDTH),
            page: None,
            checkpoint: None,
            asked: AwaitedReply::default(),
            top: 0,
        }
    }
}

impl Screen for AuditScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Audit
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics.contains(&Topic::Audit) {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let scrolled = self.page.is_some() && pane::scroll(&mut self.top, command, cx.facts.body());
        if scrolled || self.list.moved(command, cx) {
            return;
        }
        match command {
            Command::Open => {
                if let Some(goal) = self.list.selected().and_then(Goal::of) {
                    goal.open(cx);
                }
            }
            Command::Read => {
                self.page = if self.page == Some(OpenPage::Entry) {
                    None
                } else {
                    Some(OpenPage::Entry)
                };
                self.top = 0;
            }
            Command::Checkpoint => {
                self.asked = cx.ask(rpc::Checkpoint);
                self.page = Some(OpenPage::Checkpoint);
                self.top = 0;
            }
            Command::Copy => match (&self.page, &self.checkpoint, self.list.selected()) {
                (Some(OpenPage::Checkpoint), Some(held), _) => cx.copy(held.checkpoint.clone()),
                (_, _, Some(entry)) => cx.copy(entry.id.as_str()),
                _ => {}
            },
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let why = match (command, self.list.selected()) {
            (Command::Open, _) if self.page == Some(OpenPage::Checkpoint) => {
                "the checkpoint is in sight; Esc closes it"
            }
            (Command::Open | Command::Read, None) => "no entry is selected",
            (Command::Copy, None) if self.page != Some(OpenPage::Checkpoint) => {
                "no entry is selected"
            }
            (Command::Open, Some(entry)) if Goal::of(entry).is_none() => {
                "the entry names no run, no connection and no provider"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        self.list.take(heard, cx);
        match self.asked.take(heard) {
            Some(Ok(checkpoint)) => self.checkpoint = Some(checkpoint),
            Some(Err(problem)) => {
                self.page = None;
                cx.complain(problem);
            }
            None => {}
        }
    }

    fn back(&mut self, cx: &mut Context<'_>) -> bool {
        self.page.take().is_some() || self.list.unfilter(cx)
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(0, cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        if let (Some(page), false) = (self.page, pane::is_beside(area.width)) {
            let inner = Rect {
                x: area.x + 1,
                width: area.width - 2,
                ..area
            };
            return lines(frame, inner, self.paper(page, inner, look));
        }
        if let Some(pane) = self.list.draw(frame, area, look) {
            let page = self.page.unwrap_or(OpenPage::Entry);
            pane::draw(frame, pane, |room| self.paper(page, room, look), look);
        }
    }
}

impl AuditScreen {
    /// The opened page, scrolled.
    fn paper(&self, page: OpenPage, area: Rect, look: &Appearance) -> Vec<Text<'static>> {
        let mut doc = Doc::new(area.width, 10, look);
        match (page, self.list.selected(), &self.checkpoint) {
            (OpenPage::Entry, Some(entry), _) => describe(entry, &mut doc, look),
            (OpenPage::Checkpoint, _, Some(checkpoint)) => note(checkpoint, &mut doc),
            _ => doc.words("asking", StyleRole::Dim),
        }
        let most = doc.len().saturating_sub(usize::from(area.height));
        doc.done().into_iter().skip(self.top.min(most)).collect()
    }
}

fn role(outcome: AuditOutcome) -> StyleRole {
    match outcome {
        AuditOutcome::Done => StyleRole::Good,
        AuditOutcome::Warning | AuditOutcome::Refused => StyleRole::Warn,
        AuditOutcome::Failed => StyleRole::Bad,
    }
}

fn cells(row: &AuditEntry, look: &Appearance) -> Vec<Cell> {
    vec![
        Cell::dim(row.seq.to_string()),
        Cell::text(look.moment(row.at)),
        Cell::text(row.actor.clone()),
        Cell(row.action.clone(), StyleRole::Title),
        Cell(row.outcome.word().to_owned(), role(row.outcome)),
        Cell::dim(target(row)),
    ]
}

/// What people call the connection that it is about; else the target.
fn target(row: &AuditEntry) -> String {
    let said = |key| row.detail.get(key).and_then(Value::as_str);
    let (provider, connection) = match &row.format_2 {
        Some(more) => {
            let about = &more.about;
            (about.provider.as_deref(), about.connection.as_deref())
        }
        // In format 1 only the detail says it, where a provider has a name as well.
        None => {
            let is_of_connection = row.subject().connection.is_some();
            let name = said("name").filter(|_| is_of_connection);
            (said("provider"), name)
        }
    };
    match (provider, connection) {
        (Some(provider), Some(connection)) => format!("{provider}  {connection}"),
        (None | Some(_), None) | (None, Some(_)) => row.target.clone(),
    }
}

fn describe(row: &AuditEntry, page: &mut Doc<'_>, look: &Appearance) {
    page.words(&row.action, StyleRole::Title);
    page.words(row.outcome.word(), role(row.outcome));
    page.words(&row.event().sentence(), StyleRole::Text);
    page.blank();
    page.pair("When", &row.at.to_string(), StyleRole::Text);
    page.pair("", &look.moment(row.at), StyleRole::Dim);
    page.pair(
        "Who",
        &format!("{} as {}", row.actor, row.role),
        StyleRole::Text,
    );
    let from = row.origin.address.as_deref().unwrap_or("this machine");
    let via = match row.origin.via {
        Via::Local => "a local process, known by its uid",
        Via::Claimed => "the client says so, nothing proves it",
        Via::Sshd => "the gateway's sshd says so",
        Via::Server => "the server itself",
        Via::Http => "an inbound HTTP request",
    };
    page.pair("From", &format!("{from} ({via})"), StyleRole::Text);
    page.pair("To", &row.target, StyleRole::Text);
    page.pair(
        "Entry",
        &format!("{}, number {}", row.id, row.seq),
        StyleRole::Dim,
    );
    if row.is_withheld() {
        page.words("The detail is withheld.", StyleRole::Dim);
    }
    json::draw("What the provider answered", &row.evidence, page);
    json::draw("Detail", &row.detail, page);
}

fn note(checkpoint: &Checkpoint, page: &mut Doc<'_>) {
    page.words("Checkpoint", StyleRole::Title);
    page.words(
        &format!(
            "covers {} entries; keep it elsewhere, a later log must contain it",
            checkpoint.size
        ),
        StyleRole::Text,
    );
    page.blank();
    for line in checkpoint.checkpoint.lines() {
        page.words(line, StyleRole::Text);
    }
    page.heading("Verifier's key");
    page.words(&checkpoint.public_key, StyleRole::Text);
    page.blank();
    page.words(
        "tagout audit verify FILE --checkpoint FILE checks it without a server.",
        StyleRole::Dim,
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CONNECTION: &str = "con_01m8j45m0mfbdrtqsd4j6wds82";
    const WALKTHROUGH: &str = "wlk_01m8j45m0mfbdrtqsd4j6wds82";

    fn shown(target: &str, detail: &Value, about: Option<Value>) -> String {
        let mut row = json!({
            "seq": 0, "id": "aud_01jd7zzzzzzzzzzzzzzzzzzzzz", "at": "2026-03-01T10:00:00Z", "actor": "ada", "role": "owner",
            "origin": {"via": "local", "address": null}, "action": "any.thing", "target": target, "outcome": "done",
            "evidence": null, "detail": detail
        });
        if let Some(about) = about {
            row["about"] = about;
            row["format"] = json!(2);
            row["salt"] = json!("07".repeat(16));
            row["detail_hash"] = json!("00".repeat(32));
        }
        super::target(&serde_json::from_value(row).unwrap())
    }

    #[test]
    fn a_connection_is_shown_by_its_name_and_anything_else_by_its_id() {
        let about = |provider: Value, connection: Value| {
            Some(json!({ "provider": provider, "connection": connection, "run": null }))
        };
        let named = json!({ "provider": "slack", "name": "Slack" });
        let provider = about(json!("slack"), Value::Null);
        let connection = about(json!("slack"), json!("acme"));
        for (target, about, wanted) in [
            (CONNECTION, connection.clone(), "slack  acme"),
            ("job_1", connection, "slack  acme"),
            ("slack", provider.clone(), "slack"),
            (WALKTHROUGH, provider, WALKTHROUGH),
            ("workspace", about(Value::Null, Value::Null), "workspace"),
            (CONNECTION, None, "slack  Slack"),
            ("slack", None, "slack"),
            (WALKTHROUGH, None, WALKTHROUGH),
        ] {
            assert_eq!(shown(target, &named, about), wanted, "{target}");
        }
    }
}
