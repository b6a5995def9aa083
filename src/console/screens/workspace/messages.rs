//! What a subscription was told, is to be told, and did not take.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::screens::listing::WholeItem;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::message::MessageState;
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::request::Reply;
use crate::wire::rpc;
use crate::wire::view::Message;

impl Row for Message {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        self.kind.word().to_owned()
    }
}

impl WholeItem for Message {
    type Told = Self;
    type Ask = rpc::SubscriptionDeliveries;

    fn figures(&self) -> Vec<Option<Worth>> {
        vec![Some(u64::from(self.tries).into()), Some(self.at.into())]
    }
}

impl WorkspaceItem for Message {
    const PLACE: KeyPlace = KeyPlace::Messages;
    const TITLE: &'static str = "Messages";
    const ABOUT: &'static str = "what the subscription was told, the latest first";
    const COLUMNS: &'static [Column] = &[
        Column::words("EVENT", 24, 32).lead(),
        Column::words("STATE", 9, 9),
        Column::figures("TRIES", 5),
        Column::figures("HAPPENED", 11),
        Column::words("LAST", 18, 60),
    ];
    const LIST_WIDTH: u16 = 88;
    const NOTHING: Nothing = Nothing {
        what: "It has been told nothing.",
        next: "Esc, then t sends it a message at once.",
    };

    fn concerns(topic: &Topic) -> bool {
        *topic == Topic::Subscriptions
    }

    fn cells(&self, look: &Appearance) -> Vec<Cell> {
        let last = self.last.as_ref();
        let last = last.map_or_else(|| "-".to_owned(), |it| it.why.clone());
        let state = match self.state {
            MessageState::Pending => StyleRole::Text,
            MessageState::Delivered => StyleRole::Good,
            MessageState::Dead | MessageState::Failed => StyleRole::Bad,
        };
        vec![
            Cell(self.kind.word().to_owned(), StyleRole::Title),
            Cell(self.state.word().to_owned(), state),
            Cell::text(self.tries.to_string()),
            Cell::dim(look.time(self.at)),
            Cell::text(last),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = page(self.kind.word(), width, look);
        if let Some(last) = &self.last {
            page.pair("Last", &last.why, StyleRole::Text);
            let took = format!("{}, {} ms", look.moment(last.at), last.latency_ms);
            page.pair("Tried", &took, StyleRole::Text);
        }
        let next = match self.state {
            MessageState::Pending => look.moment(self.next_try),
            _ => String::new(),
        };
        page.pair("Next try", &next, StyleRole::Text);
        page.pair("Happened", &look.moment(self.at), StyleRole::Text);
        page.pair("Message", self.id.as_str(), StyleRole::Dim);
        page.done()
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let refused = command == Command::SendAgain && self.state != MessageState::Dead;
        refused.then(|| "only a dead letter is sent again".to_owned())
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        let row = row?;
        Some(match command {
            Command::Open | Command::Read => ItemAct::Read,
            Command::Copy => ItemAct::Copy(row.id.to_string()),
            Command::SendAgain => {
                let id = row.id.clone();
                ItemAct::Send(Box::new(rpc::SubscriptionResend { id }.into()))
            }
            _ => return None,
        })
    }

    fn came(_: &Reply) -> String {
        "It waits to be sent again, after what waits already.".to_owned()
    }
}
