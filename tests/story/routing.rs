//! What routing rules send survives kill -9: it is written with the record that it tells of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tagout::sandbox::Vendor;

use crate::house::{jobs_of, rows, text};
use crate::receiver::Receiver;
use crate::syncing::{slow, under_way};

#[test]
fn every_record_is_told_of_once_although_the_server_is_killed_in_the_middle() {
    let (mut house, id) = slow(150);
    let mut receiver = house.block(Receiver::new());
    let added = house.json(&["subscriptions", "add", &receiver.url, "--event", "record.*"]);
    let to = text(&added, "id").to_owned();
    let job = house.jobs(&id)[0].clone();
    let (job, entity) = (text(&job, "id").to_owned(), text(&job, "entity").to_owned());
    house.ok(&["routing", &id, "add", "--entity", &entity, "--to", &to]);
    house.ok(&["jobs", "enable", &job]);
    under_way(&house, &id, &job);
    house.kill();
    house.tune(Vendor::Ledger, |it| it.page_delay_ms = Some(0));
    house.serve();
    // It goes on by itself.
    let succeeded = |jobs: &Value| {
        let mut jobs = rows(jobs).iter();
        let job = jobs.find(|it| it["id"] == job.as_str()).unwrap();
        job["last_execution"]["status"] == "succeeded"
    };
    house.until(|| jobs_of(&id), succeeded);
    let records = house.json(&["records", &id]);
    let told = |came: &[crate::receiver::Came]| {
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for it in came {
            let record = text(&it.body()["data"], "record").to_owned();
            told.entry(record).or_default().insert(it.id.clone());
        }
        told
    };
    let came = house.block(receiver.until(|came| told(came).len() == 500));
    let there: BTreeSet<&str> = rows_of(&records)
        .iter()
        .filter(|it| it["entity"] == entity.as_str())
        .map(|it| text(it, "id"))
        .collect();
    let told = told(&came);
    assert_eq!(
        told.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        there
    );
    // One that came twice has the same id, by which the receiver knows it.
    assert!(told.values().all(|ids| ids.len() == 1));
    // Unchanged rows send nothing, after a reconnect neither.
    let sent = || {
        let listed = house.json(&["subscriptions", "deliveries", &to]);
        listed[0]["number"].clone()
    };
    let last = sent();
    house.disconnect(&id);
    house
        .authorize(&["reconnect", &id], Vendor::Ledger, crate::house::BOT)
        .unwrap();
    house.sync(&id);
    assert_eq!(sent(), last);
    // A wipe takes what was to be sent, too, and what was.
    house.disconnect(&id);
    let status = house.json(&["status"]);
    let name = text(&status, "workspace");
    house.ok(&["purge", "ledger", "--confirm", name, "--yes"]);
    let left = house.json(&["subscriptions", "deliveries", &to]);
    assert_eq!(left, Value::Array(Vec::new()));
    house.verify();
}

fn rows_of(list: &Value) -> &[Value] {
    list.as_array().unwrap()
}
