//! Links from references to things of people's own.

use serde_json::{Value, json};
use tagout::wire::rpc;
use tagout::wire::view;
use tagout::wire::{Code, Problem};

use crate::house::House;
use crate::mappings::house;

const STATUS: &str = "status = \"/state/name\"";

fn two() -> Vec<Value> {
    vec![
        json!({ "id": 1, "name": "one", "state": { "name": "open" } }),
        json!({ "id": 2, "name": "two", "state": { "name": "shut" } }),
    ]
}

impl House {
    pub(crate) async fn link(
        &self,
        of: &str,
        local: &str,
        linked: bool,
    ) -> Result<view::Reference, Problem> {
        let request = rpc::ReferenceLink {
            reference: of.to_owned(),
            local: local.to_owned(),
            linked,
            found: None,
        };
        self.try_ask(request).await
    }

    /// The links of each, what it is called, and its status there.
    async fn shown(&self) -> Vec<(Vec<String>, String, Option<String>)> {
        let all = self.references().await.into_iter();
        all.map(|it| (it.links, it.label, it.remote_status))
            .collect()
    }
}

#[tokio::test]
async fn links_stay_through_syncs_disconnects_and_reconnects() {
    let (mut house, objects) = house(STATUS, two()).await;
    house.pulled().await;
    let ids: Vec<String> = house
        .references()
        .await
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    let record = house.references().await[1].local_id.clone();
    house.link(&ids[0], "TICKET-9", true).await.unwrap();
    house.link(&ids[0], "TICKET-10", true).await.unwrap();
    // One thing of theirs at several references; a record's own name names its reference, too.
    house.link(&record, "TICKET-9", true).await.unwrap();
    let links = [
        vec!["TICKET-10".to_owned(), "TICKET-9".to_owned()],
        vec!["TICKET-9".to_owned()],
    ];
    let of = |label: &str, status: Option<&str>, n: usize| {
        (
            links[n].clone(),
            label.to_owned(),
            status.map(str::to_owned),
        )
    };
    assert_eq!(house.shown().await[0].2.as_deref(), Some("open"));

    objects.lock().unwrap()[0]["state"]["name"] = json!("done");
    house.pulled().await;
    let there = house.shown().await;
    assert_eq!(
        there[0],
        (
            links[0].clone(),
            there[0].1.clone(),
            Some("done".to_owned())
        )
    );
    house.disconnect().await;
    let out = "Liar (disconnected)";
    assert_eq!(house.shown().await, [of(out, None, 0), of(out, None, 1)]);
    let shown: view::Record = house.ask(rpc::Record { id: record }).await;
    let refers = shown.refers.unwrap();
    assert_eq!((refers.label.as_str(), refers.remote_status), (out, None));
    assert_eq!(refers.links, links[1]);
    house.connect(false).await;
    house.pulled().await;
    assert_eq!(house.shown().await, there);

    house.link(&ids[0], "TICKET-9", false).await.unwrap();
    assert_eq!(house.shown().await[0].0, ["TICKET-10"]);
    let entry = house.last_entry("reference.unlinked").await;
    assert_eq!(entry.detail["links"], 1);
    let entry = house.last_entry("reference.linked").await;
    assert!(
        !json!(entry).to_string().contains("TICKET"),
        "it outlives a wipe"
    );
}

#[tokio::test]
async fn what_cannot_be_linked_is_refused() {
    let (mut house, _) = house(STATUS, two()).await;
    house.pulled().await;
    let id = house.references().await[0].id.to_string();
    let code = async |of: &str, local: &str, linked| {
        let refused = house.link(of, local, linked).await;
        refused.unwrap_err().code
    };
    assert_eq!(
        code("ref_00000000000000000000000001", "T", true).await,
        Code::NotFound
    );
    assert_eq!(code("nothing", "T", true).await, Code::NotFound);
    assert_eq!(code(&id, "", true).await, Code::Usage);
    house.link(&id, "T", true).await.unwrap();
    assert_eq!(code(&id, "T", true).await, Code::Conflict);
    assert_eq!(code(&id, "S", false).await, Code::NotFound);
}
