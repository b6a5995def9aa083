//! What local things refer to at a provider: whether each is in step, stale or gone. They survive a disconnect.

use ratatui::text::Line;

use super::things::Thing;
use crate::console::command::Place;
use crate::console::context::Opening;
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::filter::Field;
use crate::domain::job::ReferenceState;
use crate::wire::ask;
use crate::wire::request::Window;
use crate::wire::view::Reference;

impl Row for Reference {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

impl Thing for Reference {
    type Ask = ask::References;
    const PLACE: Place = Place::References;
    const WHAT: &'static str = "references";
    const COLUMNS: &'static [Column] = &[
        Column::words("LABEL", 26, 50).lead().by(Field::Label),
        Column::words("ENTITY", 12, 16).by(Field::Entity),
        Column::words("STATUS", 8, 8).by(Field::State),
        Column::words("AT THE PROVIDER", 16, 20),
        Column::words("LOCAL", 14, 30),
    ];
    const LIST_WIDTH: u16 = 92;
    const NOTHING: Nothing = Nothing {
        what: "Nothing refers to it yet.",
        next: "A sync makes references; 3 shows the jobs.",
    };

    fn ask(connection: String, window: Window) -> ask::References {
        ask::References {
            connection: Some(connection),
            window,
        }
    }

    fn opening(connection: String) -> Opening {
        Opening::References(connection)
    }

    fn cells(&self, _: &Look) -> Vec<Cell> {
        vec![
            Cell(self.label.clone(), Role::Title),
            Cell::text(self.entity.clone()),
            Cell(self.status.to_string(), role(self.status)),
            Cell::text(self.remote_status.clone().unwrap_or_default()),
            Cell::dim(self.local_id.clone()),
        ]
    }

    fn describe(&self, width: u16, look: &Look) -> Vec<Line<'static>> {
        let mut page = Doc::new(width, 16, look);
        page.words(&self.label, Role::Title);
        page.words(self.status.word(), role(self.status));
        page.blank();
        let there = self.remote_status.as_deref().unwrap_or("not known");
        page.pair("At the provider", there, Role::Text);
        page.pair("Its id there", &self.external_id, Role::Text);
        page.pair("Local id", &self.local_id, Role::Text);
        if !self.links.is_empty() {
            page.pair("Links", &self.links.join(", "), Role::Text);
        }
        page.done()
    }

    fn copied(&self) -> &str {
        &self.local_id
    }
}

fn role(state: ReferenceState) -> Role {
    match state {
        ReferenceState::Synced => Role::Good,
        ReferenceState::Stale => Role::Warn,
        ReferenceState::Gone => Role::Dim,
    }
}
