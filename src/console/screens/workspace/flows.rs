//! Authorizations that are open.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{ConfirmQuestion, Destination};
use crate::console::screens::listing::WholeItem;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::flow::OpenFlow;
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::request::Request;
use crate::wire::rpc;

/// The request for all of them.
pub(super) fn ask() -> rpc::Flows {
    rpc::Flows
}

impl Row for OpenFlow {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        format!("{} · {}", self.provider, connection(self))
    }
}

impl WholeItem for OpenFlow {
    type Told = Self;
    type Ask = rpc::Flows;

    fn figures(&self) -> Vec<Option<Worth>> {
        vec![Some(self.began_at.into()), Some(self.ends_at.into())]
    }
}

impl WorkspaceItem for OpenFlow {
    const PLACE: KeyPlace = KeyPlace::Flows;
    const TITLE: &'static str = "Open authorizations";
    const ABOUT: &'static str = "somebody can come in through them until they end";
    const COLUMNS: &'static [Column] = &[
        Column::words("PROVIDER", 14, 20).lead(),
        Column::words("CONNECTION", 16, 30),
        Column::words("OWNER", 10, 16),
        Column::words("BEGUN BY", 10, 16),
        Column::figures("BEGAN", 6),
        Column::figures("ENDS", 6),
        Column::words("HOW", 8, 8),
    ];
    const LIST_WIDTH: u16 = 90;
    const NOTHING: Nothing = Nothing {
        what: "No authorization is open.",
        next: "One is while a person decides at a vendor: c connects, r authorizes again.",
    };

    fn concerns(topic: &Topic) -> bool {
        matches!(topic, Topic::Flow(_) | Topic::Connections)
    }

    fn cells(&self, look: &Appearance) -> Vec<Cell> {
        vec![
            Cell(self.provider.clone(), StyleRole::Title),
            Cell::text(connection(self)),
            Cell::text(self.owner.clone()),
            Cell::text(self.by.clone()),
            Cell::dim(look.time(self.began_at)),
            Cell::text(look.time(self.ends_at)),
            Cell::dim(self.kind.word()),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = page(&self.provider, width, look);
        let words = format!("{}, for {}", self.words(), self.owner);
        page.pair("What", &words, StyleRole::Text);
        page.pair("Began", &look.moment(self.began_at), StyleRole::Text);
        page.pair("Ends", &look.moment(self.ends_at), StyleRole::Text);
        let link = match self.is_link() {
            true => "whoever has the vendor's link may approve it until then",
            false => "",
        };
        page.pair("Link", link, StyleRole::Warn);
        page.pair("Flow", self.id.as_str(), StyleRole::Dim);
        page.done()
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let refused = command == Command::OpenConnection && self.connection.is_none();
        refused.then(|| "it is for a new connection".to_owned())
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        let row = row?;
        Some(match command {
            Command::Copy => ItemAct::Copy(row.id.to_string()),
            Command::OpenConnection => {
                let id = row.connection.as_ref()?;
                ItemAct::Open(Destination::Connection(id.to_string()))
            }
            Command::EndFlow => ItemAct::Confirm(Box::new(end(row))),
            _ => return None,
        })
    }
}

/// What is authorized.
fn connection(row: &OpenFlow) -> String {
    let id = || row.connection.as_ref().map(ToString::to_string);
    let name = row.connection_name.clone().or_else(id);
    name.unwrap_or_else(|| "new".to_owned())
}

fn end(row: &OpenFlow) -> ConfirmQuestion {
    ConfirmQuestion {
        title: format!("End the authorization at {}?", row.provider),
        body: vec![
            format!("It is {}.", row.words()),
            "What the vendor approves afterwards is not taken.".to_owned(),
        ],
        verb: "End it".to_owned(),
        name: None,
        request: Box::new(Request::FlowCancel(rpc::FlowCancel { id: row.id.clone() })),
        done: format!("The authorization at {} is ended.", row.provider),
    }
}
