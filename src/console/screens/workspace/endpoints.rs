//! Where vendors send their events.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{ConfirmQuestion, Destination, WorkspaceList};
use crate::console::screens::app_forms;
use crate::console::screens::listing::WholeItem;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::{Webhook, WebhookStatus};

/// The request for those of a connection, or for all.
pub(super) fn ask(connection: Option<String>) -> rpc::Webhooks {
    rpc::Webhooks { connection }
}

/// The request for what came in at one; none for what is no id of one.
pub(super) fn deliveries(id: &str) -> Option<rpc::WebhookDeliveries> {
    let id = id.parse().ok()?;
    Some(rpc::WebhookDeliveries { id })
}

impl Row for Webhook {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.provider_name, self.connection_name)
    }
}

impl WholeItem for Webhook {
    type Told = Self;
    type Ask = rpc::Webhooks;

    fn figures(&self) -> Vec<Option<Worth>> {
        vec![
            Some(self.verified.into()),
            Some(self.forged.into()),
            Some(self.ignored.into()),
            self.last_at.map(Worth::from),
        ]
    }
}

impl WorkspaceItem for Webhook {
    const PLACE: KeyPlace = KeyPlace::Endpoints;
    const TITLE: &'static str = "Endpoints";
    const ABOUT: &'static str = "where vendors send their events";
    const COLUMNS: &'static [Column] = &[
        Column::words("CONNECTION", 22, 34).lead(),
        Column::words("STATE", 8, 8),
        Column::figures("VERIFIED", 8),
        Column::figures("FORGED", 7),
        Column::figures("DROPPED", 7),
        Column::figures("LAST EVENT", 10),
        Column::words("URL", 30, 80),
    ];
    const LIST_WIDTH: u16 = 92;
    const NOTHING: Nothing = Nothing {
        what: "There are no endpoints.",
        next: "A connection has one where its provider sends events: 2 shows what can be connected.",
    };

    fn concerns(topic: &Topic) -> bool {
        matches!(topic, Topic::Connections | Topic::Connection(_))
    }

    fn cells(&self, look: &Appearance) -> Vec<Cell> {
        let bad = |n: u64| match n {
            0 => StyleRole::Dim,
            _ => StyleRole::Warn,
        };
        let last = self.last_at.map(|at| look.time(at));
        vec![
            Cell(
                format!("{}  {}", self.provider_name, self.connection_name),
                StyleRole::Title,
            ),
            Cell(self.status.word().to_owned(), state_role(self)),
            Cell::text(text::number(self.verified)),
            Cell(text::number(self.forged), bad(self.forged)),
            Cell(text::number(self.ignored), bad(self.ignored)),
            Cell::dim(last.unwrap_or_else(|| "-".to_owned())),
            Cell::dim(self.url.clone()),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let name = format!("{}  {}", self.provider_name, self.connection_name);
        let mut page = page(&name, width, look);
        page.pair("URL", &self.url, StyleRole::Accent);
        let dropped = match self.dropped_since_disconnect {
            0 => String::new(),
            n => format!(
                "{} since the disconnect: the vendor still sends",
                text::number(n)
            ),
        };
        page.pair("Dropped", &dropped, StyleRole::Warn);
        let last = self.last_at.map(|at| look.moment(at));
        page.pair(
            "Last event",
            last.as_deref().unwrap_or("none has come"),
            StyleRole::Text,
        );
        page.pair("Received", &text::number(self.received), StyleRole::Text);
        page.pair("Endpoint", self.id.as_str(), StyleRole::Dim);
        page.done()
    }

    fn refuses(&self, command: Command) -> Option<String> {
        match command {
            Command::EnableEndpoint if self.status == WebhookStatus::Enabled => {
                Some("it is enabled".to_owned())
            }
            Command::DisableEndpoint if self.status == WebhookStatus::Disabled => {
                Some("it is disabled".to_owned())
            }
            Command::EnableEndpoint | Command::DisableEndpoint => self.refused.clone(),
            Command::Copy if !self.url.starts_with("http") => {
                Some("the server takes no events: serve --http ADDR does".to_owned())
            }
            _ => None,
        }
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        let row = row?;
        Some(match command {
            Command::Open => ItemAct::Open(Destination::Workspace(WorkspaceList::Deliveries(
                row.id.to_string(),
            ))),
            Command::OpenConnection => {
                ItemAct::Open(Destination::Connection(row.connection.to_string()))
            }
            Command::Copy => ItemAct::Copy(row.url.clone()),
            Command::EnableEndpoint => ItemAct::Confirm(Box::new(set(row, true))),
            Command::DisableEndpoint => ItemAct::Confirm(Box::new(set(row, false))),
            Command::SigningSecret => {
                let form = app_forms::signing_secret(&row.provider, &row.provider_name);
                ItemAct::FillIn(Box::new(form))
            }
            _ => return None,
        })
    }
}

fn state_role(row: &Webhook) -> StyleRole {
    match row.status {
        WebhookStatus::Enabled => StyleRole::Good,
        WebhookStatus::Disabled => StyleRole::Dim,
    }
}

/// The question before it takes events, or takes none.
fn set(row: &Webhook, enabled: bool) -> ConfirmQuestion {
    let (verb, done, words) = match enabled {
        true => ("Enable", "enabled", "Its events have their effect again."),
        false => (
            "Disable",
            "disabled",
            "Its events are answered, counted and dropped from now on.",
        ),
    };
    let name = format!("{} {}", row.provider_name, row.connection_name);
    ConfirmQuestion {
        title: format!("{verb} the endpoint of {name}?"),
        body: vec![row.url.clone(), words.to_owned()],
        verb: verb.to_owned(),
        name: None,
        request: Box::new(Request::WebhookSet(rpc::WebhookSet {
            id: row.id.clone(),
            enabled,
        })),
        done: format!("The endpoint of {name} is {done}."),
    }
}
