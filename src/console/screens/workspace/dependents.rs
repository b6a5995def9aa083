//! What depends on providers, as whoever disconnects one is told.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::ConfirmQuestion;
use crate::console::form_question::{FormAnswers, FormField, FormQuestion};
use crate::console::screens::listing::WholeItem;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::dependent::SaidBy;
use crate::domain::id::DependentId;
use crate::domain::sorting::Worth;
use crate::wire::Topic;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::DependentRow;

/// The request for all of them.
pub(super) fn ask() -> rpc::Dependents {
    rpc::Dependents { provider: None }
}

/// Something that depends on a provider. What provider files say has no id, and is told apart by what it is.
#[derive(Clone)]
pub(super) struct DependentItem {
    key: String,
    it: DependentRow,
}

impl From<DependentRow> for DependentItem {
    fn from(it: DependentRow) -> Self {
        let said_in_a_file = || format!("{}/{}", it.provider, it.feature);
        let id = it.id.as_ref().map(ToString::to_string);
        Self {
            key: id.unwrap_or_else(said_in_a_file),
            it,
        }
    }
}

impl Row for DependentItem {
    fn id(&self) -> &str {
        &self.key
    }

    fn title(&self) -> String {
        self.it.feature.clone()
    }
}

impl WholeItem for DependentItem {
    type Told = DependentRow;
    type Ask = rpc::Dependents;

    fn figures(&self) -> Vec<Option<Worth>> {
        Vec::new()
    }
}

impl WorkspaceItem for DependentItem {
    const PLACE: KeyPlace = KeyPlace::Dependents;
    const TITLE: &'static str = "Dependents";
    const ABOUT: &'static str = "what is named to whoever disconnects a provider";
    const COLUMNS: &'static [Column] = &[
        Column::words("DEPENDS", 20, 32).lead(),
        Column::words("ON", 12, 20),
        Column::words("IN USE", 6, 6),
        Column::words("WITHOUT IT", 24, 60),
        Column::words("SAID BY", 9, 9),
    ];
    const LIST_WIDTH: u16 = 92;
    const NOTHING: Nothing = Nothing {
        what: "Nothing is known to depend on a provider.",
        next: "a declares something: a report, a script, a team's habit.",
    };
    const WITHOUT_ROW: &'static [Command] = &[Command::AddItem];

    fn concerns(topic: &Topic) -> bool {
        matches!(topic, Topic::Providers | Topic::Connections)
    }

    fn cells(&self, _: &Appearance) -> Vec<Cell> {
        let it = &self.it;
        vec![
            Cell(it.feature.clone(), StyleRole::Title),
            Cell::text(it.provider.clone()),
            Cell::dim(if it.in_use { "yes" } else { "no" }),
            Cell::text(it.effect.clone()),
            Cell::dim(said_by(it.said_by)),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let it = &self.it;
        let mut page = page(&it.feature, width, look);
        page.pair("Depends on", &it.provider, StyleRole::Text);
        page.pair("Without it", &it.effect, StyleRole::Text);
        page.pair("Said by", said_by(it.said_by), StyleRole::Text);
        let id = it.id.as_ref().map_or("", DependentId::as_str);
        page.pair("Dependent", id, StyleRole::Dim);
        page.done()
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let is_declared = self.it.id.is_some();
        let refused = command == Command::RemoveItem && !is_declared;
        refused.then(|| "a provider file says so".to_owned())
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        if command == Command::AddItem {
            let on = row.map_or("", |row| row.it.provider.as_str());
            return Some(ItemAct::FillIn(Box::new(addition(on))));
        }
        let row = row?;
        Some(match command {
            Command::Copy => ItemAct::Copy(row.key.clone()),
            Command::Open => ItemAct::Read,
            Command::RemoveItem => {
                let id = row.it.id.clone()?;
                ItemAct::Confirm(Box::new(removal(&row.it, id)))
            }
            _ => return None,
        })
    }
}

fn said_by(it: SaidBy) -> &'static str {
    match it {
        SaidBy::File => "its file",
        SaidBy::Provider => "provider",
        SaidBy::Workspace => "workspace",
    }
}

/// `on` is a provider to begin with.
fn addition(on: &str) -> FormQuestion {
    FormQuestion {
        title: "Something that depends on a provider".to_owned(),
        body: vec!["It is named to whoever is about to disconnect the provider.".to_owned()],
        fields: vec![
            FormField::filled("Provider", on, "as the catalog names it"),
            FormField::text("What", "what people call it: Quarterly report"),
            FormField::text("Without it", "what happens then: has no deals"),
        ],
        verb: "Add",
        subject: String::new(),
        request: |_, answers: &FormAnswers<'_>| {
            Ok(Request::DependentAdd(rpc::DependentAdd {
                provider: answers.wanted(0, "The provider")?,
                feature: answers.wanted(1, "What depends on it")?,
                effect: answers.text(2),
            }))
        },
        done: "It is named from now on.".to_owned(),
    }
}

fn removal(row: &DependentRow, id: DependentId) -> ConfirmQuestion {
    ConfirmQuestion {
        title: format!("Take {} back?", row.feature),
        body: vec![format!(
            "Whoever disconnects {} is not told of it any more.",
            row.provider
        )],
        verb: "Take it back".to_owned(),
        name: None,
        request: Box::new(Request::DependentRemove(rpc::DependentRemove { id })),
        done: format!("{} is named to nobody any more.", row.feature),
    }
}
