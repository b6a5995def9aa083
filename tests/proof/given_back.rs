//! Tokens that were issued and are not kept.

use tagout::domain::connection::Status;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{Endpoint, FaultMode};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::view::{self, Page};

use crate::house::{BOT, CAROL, House, connecting};
use crate::shared::GROUPED;

fn all() -> Window {
    Window {
        limit: 200,
        ..Window::default()
    }
}

/// The run that gives the tokens of this authorization back, when it has ended.
async fn given_back(house: &mut House) -> view::Run {
    let has_begun = |page: &Page<view::RunRow>| !page.rows.is_empty();
    let page = house.until(|| rpc::Runs(all()), has_begun).await;
    assert_eq!(page.rows.len(), 1, "{page:#?}");
    let id = page.rows[0].id.to_string();
    let run = || rpc::Run { id: id.clone() };
    house
        .until(run, |run: &view::Run| run.checkpoint.is_some())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_the_account_of_is_given_back_without_reaching_another_connection() {
    let mut house = House::new().await;
    house.add(GROUPED).await;
    house
        .add(&GROUPED.replace("ledger-mail", "ledger-calendar"))
        .await;
    let mail = house.connect("ledger-mail", BOT).await;
    house.fault(Endpoint::Probe, FaultMode::Status503);
    let flow = house.begin(connecting("ledger-calendar")).await;
    let why = house.try_authorize(flow, BOT).await.unwrap_err();
    assert!(why.message.contains("whose account"), "{why}");
    house.mend();
    let run = given_back(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    assert_eq!(run.tokens.len(), 2);
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::Unsupported), "{token:#?}");
        assert_ne!(token.residual_until, Some(Residual::None));
        let why = token.evidence.reason.as_deref().unwrap();
        assert!(why.contains("Ledger Mail"), "{why}");
    }
    let mail = house.connection(mail.id.as_str()).await;
    assert_eq!(mail.status, Status::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_tokens_are_given_back_and_proven_dead() {
    let mut house = House::new().await;
    let bot = house.connect("ledger", BOT).await;
    let mut again = connecting("ledger");
    again.connection = Some(bot.id.to_string());
    let flow = house.begin(again).await;
    let why = house.try_authorize(flow, CAROL).await.unwrap_err();
    assert!(why.hint.contains("--accept-other-account"), "{why:?}");
    let run = given_back(&mut house).await;
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
    }
    assert_eq!(house.alive(), 2, "those of the other account");
    assert_eq!(house.count("connection.tokens_given_back").await, 1);
    let bot = house.connection(bot.id.as_str()).await;
    assert_eq!(bot.status, Status::Connected);
    let listed: Page<view::Connection> = house.ask(rpc::Connections(all())).await;
    assert_eq!(listed.rows.len(), 1, "what was given back is not listed");
}
