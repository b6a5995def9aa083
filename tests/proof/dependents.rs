//! What depends on a provider is named to whoever disconnects it (T14).

use tagout::domain::connection::{Connection, Status};
use tagout::domain::disconnect::plan::Plan;
use tagout::sandbox::{Endpoint, FaultMode};
use tagout::store::Store;
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view::{self, Page};
use tagout::wire::{Code, Problem};

use crate::house::{BOT, House, MUTE};

const REPORT: &str = "Quarterly report";

fn add(feature: &str) -> rpc::DependentAdd {
    rpc::DependentAdd {
        provider: "ledger".to_owned(),
        feature: feature.to_owned(),
        effect: "shows no invoices".to_owned(),
    }
}

async fn planned(house: &House, connection: &view::Connection) -> Vec<String> {
    let asked = rpc::Plan {
        connections: vec![connection.id.to_string()],
        terms: rpc::PlanTerms::default(),
    };
    let plans: Vec<Plan> = house.ask(asked).await;
    let dependents = plans.into_iter().flat_map(|plan| plan.dependents);
    dependents.map(|it| it.feature).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declared_stands_in_plan_card_and_catalog_until_it_is_taken_back() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let before = planned(&house, &connection).await;
    let declared: view::DependentRow = house.ask(add(REPORT)).await;
    assert!(
        planned(&house, &connection)
            .await
            .contains(&REPORT.to_owned())
    );
    let twice: Result<view::DependentRow, Problem> = house.try_ask(add(REPORT)).await;
    assert_eq!(twice.unwrap_err().code, Code::Conflict);
    assert_eq!(house.count("dependent.added").await, 1);
    let id = "ledger".to_owned();
    let detail: view::ProviderDetail = house.ask(rpc::Provider { id }).await;
    let on_card = |it: &&view::CardDependent| it.feature == REPORT;
    let report = detail.dependents.iter().find(on_card).unwrap();
    assert!(report.available);

    house.disconnect(connection.id.as_str()).await;
    let card = house.connection(connection.id.as_str()).await;
    let feature = card.features.iter().find(|it| it.name == REPORT).unwrap();
    assert!(!feature.available);
    assert_eq!(feature.effect, "shows no invoices");
    let id = "ledger".to_owned();
    let detail: view::ProviderDetail = house.ask(rpc::Provider { id }).await;
    let report = detail.dependents.iter().find(on_card).unwrap();
    assert_eq!(
        report.words(),
        "Quarterly report (unavailable): shows no invoices"
    );

    let id = declared.id.unwrap();
    house.ask(rpc::DependentRemove { id: id.clone() }).await;
    let gone = house.try_ask(rpc::DependentRemove { id }).await;
    assert_eq!(gone.unwrap_err().code, Code::NotFound);
    assert_eq!(planned(&house, &connection).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_requires_this_one_is_named_while_it_is_connected() {
    let mut house = House::new().await;
    let ledger = house.connect("ledger", BOT).await;
    let file = MUTE.replacen("category", "requires = [\"ledger\"]\ncategory", 1);
    house.add(&file).await;
    let needs = |all: &[String]| all.contains(&"Mute".to_owned());
    assert!(!needs(&planned(&house, &ledger).await));
    let provider = Some("ledger".to_owned());
    let listed: Vec<view::DependentRow> = house.ask(rpc::Dependents { provider }).await;
    let mute = listed.iter().find(|it| it.feature == "Mute").unwrap();
    assert_eq!(mute.effect, "cannot be connected without Ledger");
    let mute = || rpc::Provider {
        id: "mute".to_owned(),
    };
    let card: view::ProviderDetail = house.ask(mute()).await;
    assert_eq!(card.card.unavailable(), None);
    house.connect("mute", BOT).await;
    assert!(needs(&planned(&house, &ledger).await));
    house.disconnect(ledger.id.as_str()).await;
    let card: view::ProviderDetail = house.ask(mute()).await;
    let unavailable = card.card.unavailable();
    assert_eq!(unavailable.as_deref(), Some("unavailable without Ledger"));
}

/// An account that cannot be used at the moment is connected all the same; tokens that nobody keeps never were an account.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_and_tokens_that_nobody_keeps_make_nothing_unavailable() {
    let mut house = House::new().await;
    let id = house.connect("ledger", BOT).await.id;
    house.ask(add(REPORT)).await;
    house.fault(Endpoint::Any, FaultMode::Status503);
    for is_given_back in [false, true] {
        let change = async |store: &Store| {
            let written = store.write(|tx| {
                let mut row = tx.need::<Connection>(id.as_str())?;
                (row.status, row.is_given_back) = (Status::Error, is_given_back);
                tx.put_connection(&mut row)
            });
            store.durable(written.unwrap().commit).await.unwrap();
        };
        house.restart_after(change).await;
        let provider = rpc::Provider {
            id: "ledger".to_owned(),
        };
        let detail: view::ProviderDetail = house.ask(provider).await;
        let report = detail.dependents.iter().find(|it| it.feature == REPORT);
        assert!(report.unwrap().available, "{is_given_back}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_is_in_use_when_something_uses_it_and_not_since_it_exists() {
    const PANEL: &str = "Invoice panel";
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let is_named = |all: &[String]| all.contains(&PANEL.to_owned());
    assert!(!is_named(&planned(&house, &connection).await));
    let card = house.connection(connection.id.as_str()).await;
    let panel = card.features.iter().find(|it| it.name == PANEL).unwrap();
    assert!(panel.available && !panel.in_use);
    let jobs = rpc::Jobs {
        connection: Some(connection.id.to_string()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    };
    let jobs: Page<view::Job> = house.ask(jobs).await;
    for entity in ["customer", "invoice"] {
        let job = jobs.rows.iter().find(|it| it.entity == entity).unwrap();
        let id = job.id.to_string();
        let act = rpc::JobAct {
            job: id.clone(),
            act: JobAction::Enable,
        };
        house.ask(act).await;
        let is_over = |job: &view::Job| {
            let last = job.last_execution.as_ref();
            last.is_some_and(|it| it.completed_at.is_some())
        };
        house.until(|| rpc::Job { id: id.clone() }, is_over).await;
        let is_used = entity == "invoice";
        assert_eq!(
            is_named(&planned(&house, &connection).await),
            is_used,
            "{entity}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_of_what_cannot_be_synced_is_in_use_once_a_token_was_read() {
    let mut house = House::new().await;
    let dependents = "dependents = [{ feature = \"Panel\", effect = \"disappears\" }]\ncategory";
    house.add(&MUTE.replacen("category", dependents, 1)).await;
    let connection = house.connect("mute", BOT).await;
    assert!(planned(&house, &connection).await.is_empty());
    let read = house.client.token(connection.id.to_string(), None);
    read.await.unwrap();
    assert_eq!(planned(&house, &connection).await, ["Panel"]);
}
