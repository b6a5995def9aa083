//! What came in at an endpoint, the latest first.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::screens::listing::WholeItem;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::delivery::{Delivery, Fate};
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::rpc;

/// A delivery, by its number.
#[derive(Clone)]
pub(super) struct DeliveryRow {
    id: String,
    it: Delivery,
}

impl From<Delivery> for DeliveryRow {
    fn from(it: Delivery) -> Self {
        Self {
            id: it.number.to_string(),
            it,
        }
    }
}

impl Row for DeliveryRow {
    fn id(&self) -> &str {
        &self.id
    }
}

impl WholeItem for DeliveryRow {
    type Told = Delivery;
    type Ask = rpc::WebhookDeliveries;

    fn figures(&self) -> Vec<Option<Worth>> {
        let it = &self.it;
        vec![
            Some(it.at.into()),
            Some(u64::from(it.status).into()),
            Some(it.latency_us.into()),
        ]
    }
}

impl WorkspaceItem for DeliveryRow {
    const PLACE: KeyPlace = KeyPlace::Deliveries;
    const TITLE: &'static str = "Deliveries";
    const ABOUT: &'static str = "what came in at the endpoint, the latest first";
    const COLUMNS: &'static [Column] = &[
        Column::words("BECAME", 14, 14).lead(),
        Column::figures("CAME", 11),
        Column::figures("STATUS", 6),
        Column::figures("MS", 6),
        Column::words("WHY", 24, 60),
    ];
    const LIST_WIDTH: u16 = 84;
    const NOTHING: Nothing = Nothing {
        what: "Nothing has come in here.",
        next: "The vendor is to be told the URL of the endpoint: Esc, then y copies it.",
    };

    fn concerns(topic: &Topic) -> bool {
        // Whether the endpoint takes events stands with the connections.
        matches!(topic, Topic::Connections | Topic::Connection(_))
    }

    fn cells(&self, look: &Appearance) -> Vec<Cell> {
        let it = &self.it;
        vec![
            Cell(it.fate.word().to_owned(), role(it.fate)),
            Cell::dim(look.time(it.at)),
            Cell::text(it.status.to_string()),
            Cell::dim(text::number(it.latency_us / 1_000)),
            Cell::text(it.why.clone()),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let it = &self.it;
        let mut page = page(it.fate.word(), width, look);
        page.pair("Why", &it.why, StyleRole::Text);
        let event = it.event_id.as_deref().unwrap_or_default();
        page.pair("Event", event, StyleRole::Text);
        page.pair("Body", &it.preview, StyleRole::Dim);
        page.pair("Came", &look.moment(it.at), StyleRole::Text);
        page.done()
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        match command {
            Command::Open | Command::Read => Some(ItemAct::Read),
            Command::Copy => row.map(|row| {
                let id = row.it.event_id.as_ref().unwrap_or(&row.it.preview);
                ItemAct::Copy(id.clone())
            }),
            _ => None,
        }
    }
}

fn role(fate: Fate) -> StyleRole {
    match fate {
        Fate::Applied => StyleRole::Good,
        Fate::WithoutEffect | Fate::Unwatched | Fate::Repeated | Fate::Dropped => StyleRole::Dim,
        Fate::Unverified | Fate::OutOfTime | Fate::Forged => StyleRole::Warn,
    }
}
