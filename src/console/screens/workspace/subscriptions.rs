//! Who is told of what happens here.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{ConfirmQuestion, Destination, WorkspaceList};
use crate::console::form_question::{FormAnswers, FormField, FormQuestion};
use crate::console::screens::listing::WholeItem;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::request::{Reply, Request};
use crate::wire::rpc;
use crate::wire::view::{Subscription, SubscriptionStatus};

/// The request for all of them.
pub(super) fn ask() -> rpc::Subscriptions {
    rpc::Subscriptions
}

/// The request for what one was told; none for what is no id of one.
pub(super) fn messages(id: &str) -> Option<rpc::SubscriptionDeliveries> {
    let id = id.parse().ok()?;
    Some(rpc::SubscriptionDeliveries { id })
}

impl Row for Subscription {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        self.url.clone()
    }
}

impl WholeItem for Subscription {
    type Told = Self;
    type Ask = rpc::Subscriptions;

    fn figures(&self) -> Vec<Option<Worth>> {
        vec![Some(self.pending.into()), Some(self.dead.into())]
    }
}

impl WorkspaceItem for Subscription {
    const PLACE: KeyPlace = KeyPlace::Subscriptions;
    const TITLE: &'static str = "Subscriptions";
    const ABOUT: &'static str = "who is told of what happens here";
    const COLUMNS: &'static [Column] = &[
        Column::words("URL", 32, 60).lead(),
        Column::words("STATE", 8, 8),
        Column::figures("WAITING", 7),
        Column::figures("DEAD", 5),
        Column::words("LAST", 15, 40),
        Column::words("EVENTS", 16, 50),
    ];
    const LIST_WIDTH: u16 = 96;
    const NOTHING: Nothing = Nothing {
        what: "Nobody is told of what happens here.",
        next: "a adds a subscription: an address, and what it is told.",
    };
    const WITHOUT_ROW: &'static [Command] = &[Command::AddItem];

    fn concerns(topic: &Topic) -> bool {
        *topic == Topic::Subscriptions
    }

    fn cells(&self, _: &Appearance) -> Vec<Cell> {
        let last = self.last.as_ref();
        let last_role = match last.is_none_or(|it| it.is_taken()) {
            true => StyleRole::Dim,
            false => StyleRole::Warn,
        };
        let state = match self.status {
            SubscriptionStatus::Enabled => StyleRole::Good,
            SubscriptionStatus::Disabled | SubscriptionStatus::Unsigned => StyleRole::Warn,
        };
        let dead = match self.dead {
            0 => StyleRole::Dim,
            _ => StyleRole::Bad,
        };
        let last = last.map_or_else(|| "-".to_owned(), |it| it.in_our_words());
        vec![
            Cell(self.url.clone(), StyleRole::Title),
            Cell(self.status.word().to_owned(), state),
            Cell::text(text::number(self.pending)),
            Cell(text::number(self.dead), dead),
            Cell(last, last_role),
            Cell::dim(told(self)),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = page(&self.url, width, look);
        page.pair("Told", &told(self), StyleRole::Text);
        if let Some(last) = &self.last {
            let words = format!("{}: {}", look.moment(last.at), last.why);
            page.pair("Last", &words, StyleRole::Text);
        }
        let next = self.next_try.map(|at| look.moment(at)).unwrap_or_default();
        page.pair("Next try", &next, StyleRole::Text);
        let unsigned = match self.status {
            SubscriptionStatus::Unsigned => "nothing is sent until it has another secret: r",
            SubscriptionStatus::Enabled | SubscriptionStatus::Disabled => "",
        };
        page.pair("Secret", unsigned, StyleRole::Warn);
        page.pair("Subscription", self.id.as_str(), StyleRole::Dim);
        page.done()
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        if command == Command::AddItem {
            return Some(ItemAct::FillIn(Box::new(addition())));
        }
        let row = row?;
        Some(match command {
            Command::Open => ItemAct::Open(Destination::Workspace(WorkspaceList::Messages(
                row.id.to_string(),
            ))),
            Command::Copy => ItemAct::Copy(row.id.to_string()),
            Command::TestSubscription => {
                let id = row.id.clone();
                ItemAct::Send(Box::new(rpc::SubscriptionTest { id }.into()))
            }
            Command::EditItem => ItemAct::FillIn(Box::new(change(row))),
            Command::RotateSecret => ItemAct::Confirm(Box::new(rotation(row))),
            Command::RemoveItem => ItemAct::Confirm(Box::new(removal(row))),
            _ => return None,
        })
    }

    fn came(reply: &Reply) -> String {
        match reply {
            Reply::SubscriptionTest(it) => match &it.last {
                Some(last) => format!("The test: {}.", last.in_our_words()),
                None => "The test waits to be sent.".to_owned(),
            },
            _ => "It is done.".to_owned(),
        }
    }
}

const EVENTS_HINT: &str = "as run.ended or connection.*, with commas between; all without any";

/// What it is told.
fn told(row: &Subscription) -> String {
    match row.events.is_empty() {
        true => "everything".to_owned(),
        false => row.events.join(", "),
    }
}

fn addition() -> FormQuestion {
    FormQuestion {
        title: "A new subscription".to_owned(),
        body: vec![
            "What happens here is sent to this address, signed. The secret is shown once."
                .to_owned(),
        ],
        fields: vec![
            FormField::text("Address", ""),
            FormField::text("Events", EVENTS_HINT),
        ],
        verb: "Add",
        subject: String::new(),
        request: |_, answers: &FormAnswers<'_>| {
            Ok(Request::SubscriptionAdd(rpc::SubscriptionAdd {
                url: answers.wanted(0, "The address")?,
                events: answers.listed(1),
            }))
        },
        done: "The subscription is added.".to_owned(),
    }
}

fn change(row: &Subscription) -> FormQuestion {
    FormQuestion {
        title: "Change the subscription".to_owned(),
        body: vec!["What waits goes to the new address, too. The signing secret stays.".to_owned()],
        fields: vec![
            FormField::filled("Address", &row.url, ""),
            FormField::filled("Events", &row.events.join(", "), EVENTS_HINT),
        ],
        verb: "Change",
        subject: row.id.to_string(),
        request: |id, answers: &FormAnswers<'_>| {
            let id = id
                .parse()
                .map_err(|_| format!("{id} is no subscription."))?;
            let url = answers.wanted(0, "The address")?;
            Ok(Request::SubscriptionEdit(rpc::SubscriptionEdit {
                id,
                url: answers.changed(0).map(|_| url),
                events: answers.changed(1).map(|_| answers.listed(1)),
            }))
        },
        done: "The subscription is changed.".to_owned(),
    }
}

fn rotation(row: &Subscription) -> ConfirmQuestion {
    ConfirmQuestion {
        title: "Rotate the signing secret?".to_owned(),
        body: vec![
            row.url.clone(),
            "Receivers have to learn the new one; the old one signs beside it for a day."
                .to_owned(),
        ],
        verb: "Rotate".to_owned(),
        name: None,
        request: Box::new(Request::SubscriptionRotate(rpc::SubscriptionRotate {
            id: row.id.clone(),
        })),
        done: "The signing secret is another one.".to_owned(),
    }
}

fn removal(row: &Subscription) -> ConfirmQuestion {
    ConfirmQuestion {
        title: "Remove the subscription?".to_owned(),
        body: vec![
            row.url.clone(),
            format!(
                "It goes with what waits for it ({}) and its dead letters ({}).",
                text::number(row.pending),
                text::number(row.dead)
            ),
        ],
        verb: "Remove".to_owned(),
        name: None,
        request: Box::new(Request::SubscriptionRemove(rpc::SubscriptionRemove {
            id: row.id.clone(),
        })),
        done: "The subscription is removed.".to_owned(),
    }
}
