//! What was pulled from a connection: each record, and its fields. They stay readable after a disconnect.

use ratatui::text::Line;
use serde_json::Value;

use super::things::Thing;
use crate::console::command::Place;
use crate::console::context::Opening;
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::json;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::filter::Field;
use crate::wire::ask;
use crate::wire::request::Window;
use crate::wire::view::Record;

impl Row for Record {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Thing for Record {
    type Ask = ask::Records;
    const PLACE: Place = Place::Records;
    const WHAT: &'static str = "records";
    const COLUMNS: &'static [Column] = &[
        Column::words("LABEL", 30, 60).lead().by(Field::Label),
        Column::words("ENTITY", 12, 16).by(Field::Entity),
        Column::words("CHANGED THERE", 20, 26),
        Column::figures("RECEIVED", 12),
    ];
    const LIST_WIDTH: u16 = 88;
    const NOTHING: Nothing = Nothing {
        what: "Nothing was pulled yet.",
        next: "3 shows its sync jobs; R runs one.",
    };

    fn ask(connection: String, window: Window) -> ask::Records {
        ask::Records {
            connection: Some(connection),
            window,
        }
    }

    fn opening(connection: String) -> Opening {
        Opening::Records(connection)
    }

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell(self.label.clone(), Role::Title),
            Cell::text(self.entity.clone()),
            Cell::dim(self.updated.clone().unwrap_or_default()),
            Cell::dim(look.moment(self.synced_at)),
        ]
    }

    fn describe(&self, width: u16, look: &Look) -> Vec<Line<'static>> {
        let mut page = Doc::new(width, 12, look);
        page.words(&self.label, Role::Title);
        page.words(&format!("{} {}", self.entity, self.id), Role::Dim);
        if let Some(refers) = &self.refers {
            let there = refers.remote_status.clone();
            page.pair("Status", refers.status.word(), Role::Text);
            page.pair("There", &there.unwrap_or_default(), Role::Text);
            if refers.label != self.label {
                page.pair("Provider", &refers.label, Role::Warn);
            }
            if !refers.links.is_empty() {
                page.pair("Links", &refers.links.join(", "), Role::Text);
            }
        }
        if !self.fields.is_empty() {
            let fields = self.fields.clone().into_iter().collect();
            json::draw("Fields", &Value::Object(fields), &mut page);
        }
        if !self.left_out.is_empty() {
            page.heading("Too large to be kept");
            page.words(&self.left_out.join(", "), Role::Dim);
        }
        json::draw("The vendor's object", &self.body, &mut page);
        page.done()
    }

    fn copied(&self) -> &str {
        &self.id
    }
}
