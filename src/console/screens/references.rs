//! What local things refer to at a provider: whether each is in step, stale or gone. They survive a disconnect.

use ratatui::text::Line;

use super::WordHere;
use super::connection_items::ConnectionItem;
use crate::console::appearance::Appearance;
use crate::console::command::KeyPlace;
use crate::console::context::Destination;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::job::ReferenceState;
use crate::domain::sorting::SortValue;
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::view::Reference;

impl Row for Reference {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        self.label.clone()
    }
}

impl ConnectionItem for Reference {
    type Ask = rpc::References;
    const PLACE: KeyPlace = KeyPlace::References;
    const WHAT: &'static str = "references";
    const COLUMNS: &'static [Column] = &[
        Column::words("LABEL", 26, 50).lead().by(FilterField::Label),
        Column::words("ENTITY", 12, 16).by(FilterField::Entity),
        Column::words("STATUS", 8, 8).by(FilterField::State),
        Column::words("AT THE PROVIDER", 16, 20),
        Column::words("LOCAL", 14, 30).by_value(SortValue::Local),
    ];
    const LIST_WIDTH: u16 = 92;
    const NOTHING: Nothing = Nothing {
        what: "Nothing refers to it yet.",
        next: "A sync makes references; 3 shows the jobs.",
    };

    fn ask(connection: String, window: Window) -> rpc::References {
        rpc::References {
            connection: Some(connection),
            window,
        }
    }

    fn opening(connection: String) -> Destination {
        Destination::References(connection)
    }

    fn cells(&self, _: &Appearance) -> Vec<Cell> {
        vec![
            Cell(self.label.clone(), StyleRole::Title),
            Cell::text(self.entity.clone()),
            Cell(self.status.to_string(), role(self.status)),
            Cell::text(self.remote_status.clone().unwrap_or_default()),
            Cell::dim(self.local_id.clone()),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = Doc::new(width, 16, look);
        page.words(&self.label, StyleRole::Title);
        page.words(self.status.word(), role(self.status));
        page.blank();
        let there = self.remote_status.as_deref().unwrap_or("not known");
        page.pair("At the provider", there, StyleRole::Text);
        page.pair("Its id there", &self.external_id, StyleRole::Text);
        page.pair("Local id", &self.local_id, StyleRole::Text);
        if !self.links.is_empty() {
            page.pair("Links", &self.links.join(", "), StyleRole::Text);
        }
        page.done()
    }

    fn word(&self) -> Option<WordHere> {
        let there = self.remote_status.clone().unwrap_or_default();
        Some(WordHere::new(
            WordKind::Reference,
            self.status.word(),
            there,
        ))
    }

    fn copied(&self) -> &str {
        &self.local_id
    }
}

pub(super) fn role(state: ReferenceState) -> StyleRole {
    match state {
        ReferenceState::Synced => StyleRole::Good,
        ReferenceState::Stale => StyleRole::Warn,
        ReferenceState::Gone => StyleRole::Dim,
    }
}
