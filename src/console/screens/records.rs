//! What was pulled from a connection: each record, and its fields. They stay readable after a disconnect.

use ratatui::text::Line;
use serde_json::{Map, Value};

use super::WordHere;
use super::connection_items::ConnectionItem;
use super::references;
use crate::console::appearance::Appearance;
use crate::console::command::KeyPlace;
use crate::console::context::Destination;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::json;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::explained::WordKind;
use crate::domain::filter::FilterField;
use crate::domain::sorting::SortValue;
use crate::wire::request::Window;
use crate::wire::rpc;
use crate::wire::view::Record;

impl Row for Record {
    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> String {
        self.label.clone()
    }
}

impl ConnectionItem for Record {
    type Ask = rpc::Records;
    const PLACE: KeyPlace = KeyPlace::Records;
    const WHAT: &'static str = "records";
    const COLUMNS: &'static [Column] = &[
        Column::words("LABEL", 30, 60).lead().by(FilterField::Label),
        Column::words("ENTITY", 8, 16).by(FilterField::Entity),
        Column::words("STATE", 6, 6).by(FilterField::State),
        Column::words("THERE", 8, 14),
        Column::words("LINKED", 10, 20),
        Column::words("CHANGED THERE", 20, 26),
        Column::figures("CHANGED HERE", 12).by_value(SortValue::Time),
    ];
    const LIST_WIDTH: u16 = 92;
    const NOTHING: Nothing = Nothing {
        what: "Nothing was pulled yet.",
        next: "3 shows its sync jobs; R runs one.",
    };

    fn ask(connection: String, window: Window) -> rpc::Records {
        rpc::Records {
            connection: Some(connection),
            window,
        }
    }

    fn opening(connection: String) -> Destination {
        Destination::Records(connection)
    }

    fn cells(&self, look: &Appearance) -> Vec<Cell> {
        let refers = self.refers.as_ref();
        let state = refers.map_or_else(
            || Cell::dim(String::new()),
            |it| Cell(it.status.to_string(), references::role(it.status)),
        );
        let there = refers.and_then(|it| it.remote_status.clone());
        let links = refers.map_or_else(String::new, |it| it.links.join(", "));
        vec![
            Cell(self.label.clone(), StyleRole::Title),
            Cell::text(self.entity.clone()),
            state,
            Cell::text(there.unwrap_or_default()),
            Cell::text(links),
            Cell::dim(self.updated.clone().unwrap_or_default()),
            Cell::dim(look.moment(self.synced_at)),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = Doc::new(width, 12, look);
        page.words(&self.label, StyleRole::Title);
        page.words(&format!("{} {}", self.entity, self.id), StyleRole::Dim);
        if let Some(refers) = &self.refers {
            let there = refers.remote_status.clone();
            page.pair("Status", refers.status.word(), StyleRole::Text);
            page.pair("There", &there.unwrap_or_default(), StyleRole::Text);
            if refers.label != self.label {
                page.pair("Provider", &refers.label, StyleRole::Warn);
            }
            if !refers.links.is_empty() {
                page.pair("Links", &refers.links.join(", "), StyleRole::Text);
            }
        }
        if let Some(link) = &self.link {
            page.pair("Page", link, StyleRole::Text);
        }
        for (heading, is_mapped) in [("Mapped fields", true), ("Fields of its own", false)] {
            let fields = self.fields.iter();
            let fields = fields.filter(|(name, _)| self.mapped.contains(name) == is_mapped);
            let fields: Map<_, _> = fields.map(|(k, v)| (k.clone(), v.clone())).collect();
            if !fields.is_empty() {
                json::draw(heading, &Value::Object(fields), &mut page);
            }
        }
        if !self.left_out.is_empty() {
            page.heading("Too large to be kept");
            page.words(&self.left_out.join(", "), StyleRole::Dim);
        }
        json::draw("The vendor's object", &self.body, &mut page);
        page.done()
    }

    fn word(&self) -> Option<WordHere> {
        let refers = self.refers.as_ref()?;
        let there = refers.remote_status.clone().unwrap_or_default();
        Some(WordHere::new(
            WordKind::Reference,
            refers.status.word(),
            there,
        ))
    }

    fn copied(&self) -> &str {
        self.link.as_deref().unwrap_or(&self.id)
    }
}
