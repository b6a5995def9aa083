//! Field mappings: what of a vendor's objects becomes fields of our records, and what people give them stays.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tagout::domain::audit::AuditEntry;
use tagout::domain::webhook::ConfigKind;
use tagout::wire::rpc;
use tagout::wire::view;
use tagout::wire::{Code, Problem};

use crate::house::{House, window};
use crate::vendor::page;

/// What the vendor's list shows.
pub(crate) type Objects = Arc<Mutex<Vec<Value>>>;

const FIELDS: &str = "fields = { \"/name\" = \"Title\", \"/colour\" = \"Colour\" }";

pub(crate) async fn house(sync: &str, objects: Vec<Value>) -> (House, Objects) {
    let house = House::with(sync).await;
    let objects = Arc::new(Mutex::new(objects));
    let shown = objects.clone();
    house
        .vendor
        .list(move |_| page(json!({ "items": *shown.lock().unwrap() })));
    (house, objects)
}

fn two() -> Vec<Value> {
    vec![
        json!({ "id": 1, "name": "one", "state": { "name": "open" } }),
        json!({ "id": 2, "name": "two", "state": { "name": "shut" }, "colour": null }),
    ]
}

impl House {
    async fn try_map(&self, entity: &str, from: &str, to: &str) -> Result<view::Config, Problem> {
        let request = rpc::ConfigAdd {
            connection: self.connection.clone(),
            kind: ConfigKind::Mapping,
            entity: entity.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            condition: None,
        };
        self.try_ask(request).await
    }

    async fn map(&self, from: &str, to: &str) -> view::Config {
        self.try_map("thing", from, to).await.unwrap()
    }

    /// The own fields of every record, in the order of their ids.
    async fn fields(&self) -> Value {
        let records = self.records().await;
        records.into_iter().map(|it| json!(it.fields)).collect()
    }

    async fn set(&self, record: &str, name: &str, value: &str) -> Result<view::Record, Problem> {
        let set = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let id = record.to_owned();
        let found = None;
        self.try_ask(rpc::RecordEdit { id, set, found }).await
    }

    pub(crate) async fn last_entry(&self, action: &str) -> AuditEntry {
        let page = self.ask(rpc::Audit { window: window() }).await;
        let found = page.rows.into_iter().find(|it| it.action == action);
        found.unwrap()
    }
}

#[tokio::test]
async fn a_mapping_holds_for_what_is_there_and_for_what_comes() {
    let (mut house, objects) = house(FIELDS, two()).await;
    house.pulled().await;
    assert_eq!(house.fields().await, json!([{}, {}]));
    let asked = house.vendor.asked().len();

    let title = house.map("/name", "title").await;
    house.map("/state/name", "status").await;
    house.map("/colour", "colour").await;
    // What the vendor lacks is absent; what the vendor says is null is null.
    let mapped = json!([
        { "title": "one", "status": "open" },
        { "title": "two", "status": "shut", "colour": null },
    ]);
    assert_eq!(house.fields().await, mapped);
    assert_eq!(
        house.vendor.asked().len(),
        asked,
        "the vendor is not asked for it"
    );

    objects.lock().unwrap()[0]["name"] = json!("uno");
    house.pulled().await;
    assert_eq!(house.fields().await[0]["title"], "uno");

    let edit = rpc::ConfigEdit {
        id: title.id.clone(),
        from: None,
        to: Some("subject".to_owned()),
        condition: None,
    };
    let edited: view::Config = house.ask(edit).await;
    assert_eq!(
        (edited.from.as_str(), edited.to.as_str()),
        ("/name", "subject")
    );
    assert_eq!(
        house.fields().await[0],
        json!({ "subject": "uno", "status": "open" })
    );
    let entry = house.last_entry("configuration.edited").await;
    let sides = |from: &str, to: &str| json!({ "kind": "mapping", "entity": "thing", "from": from, "to": to });
    assert_eq!(entry.detail["before"], sides("/name", "title"));
    assert_eq!(entry.detail["after"], sides("/name", "subject"));

    house.ask(rpc::ConfigRemove { id: title.id }).await;
    assert_eq!(house.fields().await[0], json!({ "status": "open" }));
}

#[tokio::test]
async fn what_can_be_mapped_is_listed_with_examples() {
    let (mut house, _) = house(FIELDS, two()).await;
    let listed = |entity: Option<&str>| rpc::MappingFields {
        connection: house.connection.clone(),
        entity: entity.map(str::to_owned),
    };
    // Before anything was pulled, the file says what there will be.
    let before: Vec<view::MappingField> = house.ask(listed(None)).await;
    let declared: Vec<&str> = before.iter().map(|it| it.pointer.as_str()).collect();
    assert_eq!(declared, ["/colour", "/name"]);
    house.map("/name", "title").await;
    let asked = listed(Some("thing"));
    let unknown = house.try_ask(listed(Some("thin"))).await.unwrap_err();
    house.pulled().await;

    let fields: Vec<view::MappingField> = house.ask(asked).await;
    let title = fields.iter().find(|it| it.pointer == "/name").unwrap();
    let expected = json!({
        "entity": "thing", "pointer": "/name", "name": "Title", "example": "two", "mapped_to": ["title"],
    });
    assert_eq!(json!(title), expected);
    let state = fields
        .iter()
        .find(|it| it.pointer == "/state/name")
        .unwrap();
    assert_eq!(
        (state.name.as_deref(), state.example.as_deref()),
        (None, Some("shut"))
    );
    assert_eq!(unknown.code, Code::NotFound);
    assert!(unknown.hint.contains("thing"), "{unknown:?}");
}

#[tokio::test]
async fn a_mapping_that_could_have_no_effect_is_refused_with_what_there_is() {
    let (mut house, _) = house(FIELDS, two()).await;
    let unseen = house
        .try_map("thing", "/state/name", "status")
        .await
        .unwrap_err();
    assert_eq!(
        unseen.code,
        Code::NotFound,
        "nothing was pulled yet: {unseen:?}"
    );
    house.pulled().await;
    let status = house.map("/state/name", "status").await;

    let entity = house.try_map("things", "/name", "title").await.unwrap_err();
    assert!(
        entity.message.contains("\"things\"") && entity.hint.contains("thing"),
        "{entity:?}"
    );
    let field = house.try_map("thing", "/stat/name", "x").await.unwrap_err();
    assert_eq!(field.code, Code::NotFound);
    assert!(field.hint.starts_with("there is /state/name"), "{field:?}");
    let taken = house.try_map("thing", "/name", "status").await.unwrap_err();
    assert_eq!(taken.code, Code::Conflict);
    assert!(taken.message.contains("/state/name"), "{taken:?}");
    let name = house.try_map("thing", "/name", "a=b").await.unwrap_err();
    assert_eq!(name.code, Code::Usage);
    let title = house.map("/name", "title").await;
    let edit = |from: Option<&str>, to: Option<&str>| rpc::ConfigEdit {
        id: title.id.clone(),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        condition: None,
    };
    assert!(house.try_ask(edit(Some("/nam"), None)).await.is_err());
    assert!(house.try_ask(edit(None, Some("status"))).await.is_err());
    let all: Vec<view::Config> = house
        .ask(rpc::Configs {
            connection: house.connection.clone(),
            kind: ConfigKind::Mapping,
        })
        .await;
    assert_eq!(all, [status, title]);
}

#[tokio::test]
async fn mappings_and_what_people_gave_survive_a_disconnect_and_a_reconnect() {
    let (mut house, objects) = house(FIELDS, two()).await;
    house.pulled().await;
    house.map("/name", "title").await;
    let first = house.records().await[0].id.clone();
    let edited = house.set(&first, "priority", "high").await.unwrap();
    assert_eq!(
        json!(edited.fields),
        json!({ "title": "one", "priority": "high" })
    );
    let mapped = house.set(&first, "title", "mine").await.unwrap_err();
    assert_eq!(mapped.code, Code::Conflict);
    assert!(mapped.message.contains("/name"), "{mapped:?}");
    let entry = house.last_entry("record.edited").await;
    assert_eq!(
        entry.detail,
        json!({ "record": first, "set": ["priority"], "removed": [] })
    );
    let before = house.fields().await;

    objects.lock().unwrap()[0]["state"] = json!({ "name": "changed" });
    house.pulled().await;
    assert_eq!(house.fields().await, before, "a sync touches neither");
    house.disconnect().await;
    assert_eq!(house.fields().await, before, "they stay readable");
    house.connect(false).await;
    house.pulled().await;
    assert_eq!(house.fields().await, before);
    let shown: view::Record = house.ask(rpc::Record { id: first.clone() }).await;
    assert_eq!(shown, house.records().await[0]);

    let less = house.set(&first, "priority", "").await.unwrap();
    assert_eq!(json!(less.fields), json!({ "title": "one" }));
    let unknown = house.set("thing_nothing", "a", "b").await.unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);
}

#[tokio::test]
async fn a_wipe_forgets_what_people_gave() {
    let (mut house, _) = house(FIELDS, two()).await;
    house.pulled().await;
    let first = house.records().await[0].id.clone();
    house.set(&first, "priority", "high").await.unwrap();
    house.link(&first, "TICKET-9", true).await.unwrap();
    house.disconnect().await;
    let status: view::Status = house.ask(rpc::Status).await;
    let begun = rpc::WipeBegin {
        provider: Some("liar".to_owned()),
        confirm: status.workspace,
    };
    let id = house.ask(begun).await.id;
    let asked = || rpc::Wipe { id: id.clone() };
    house.until(asked, |wipe| wipe.ended_at.is_some()).await;
    assert_eq!(house.records().await, []);
    house.connect(false).await;
    house.pulled().await;
    assert_eq!(house.fields().await, json!([{}, {}]));
    let references = house.references().await;
    assert!(references.iter().all(|it| it.links.is_empty()));
}

#[tokio::test]
async fn of_an_object_that_is_too_large_its_small_fields_are_mapped() {
    let large = json!({ "id": 1, "name": "one", "text": "x".repeat(64 * 1024) });
    let (mut house, _) = house(FIELDS, vec![large]).await;
    house.pulled().await;
    house.map("/name", "title").await;
    let records = house.records().await;
    assert_eq!(json!(records[0].fields), json!({ "title": "one" }));
    assert_eq!(records[0].left_out, ["/text"]);
    assert_eq!(records[0].body, json!({ "id": 1, "name": "one" }));
}
