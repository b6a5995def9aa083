//! Refresh tokens that newer ones took the place of, at a vendor that answers no question about them.

use std::time::Duration;

use serde_json::json;
use tagout::domain::audit::AuditEntry;
use tagout::domain::credential::{REPLACED_KEPT, TokenKind};
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{Endpoint, KilledBy, RefreshPolicy, Vendor};
use tagout::wire::ask;
use tagout::wire::view::{Connection, RunToken};

use crate::house::{BOT, House, MUTE};
use crate::own::{Own, says};

/// A connection that was refreshed so often.
async fn refreshed(house: &mut House, toml: &str, times: usize) -> Connection {
    house.tune(|it| {
        it.refresh = Some(RefreshPolicy::Rotating);
        it.told_ttl = Some(1);
    });
    house.add(toml).await;
    let mut connection = house.connect("mute", BOT).await;
    for time in 1..=times {
        house.run_out(&connection).await;
        house.tune(|it| it.told_ttl = Some(if time == times { 3600 } else { 1 }));
        let id = connection.id.to_string();
        house.client.token(id.clone(), None).await.unwrap();
        connection = house.connection(&id).await;
    }
    connection
}

/// Those that were replaced, and are kept.
fn kept(connection: &Connection) -> usize {
    let all = connection.credentials.iter();
    all.filter(|it| it.kind == TokenKind::Refresh && !it.is_active && !it.is_deleted)
        .count()
}

fn refresh_tokens(tokens: &[RunToken]) -> Vec<&RunToken> {
    let refresh = |it: &&RunToken| it.kind == TokenKind::Refresh;
    tokens.iter().filter(refresh).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_named_before_and_tried_behind_the_one_in_its_place() {
    let mut house = House::new().await;
    let connection = refreshed(&mut house, MUTE, 1).await;
    let connections = vec![connection.id.to_string()];
    let terms = ask::PlanTerms::default();
    let plans: Vec<Plan> = house.ask(ask::Plan { connections, terms }).await;
    let planned = plans[0].tokens.iter();
    let replaced: Vec<_> = planned
        .filter(|it| it.kind == TokenKind::Refresh && it.replaced_at.is_some())
        .collect();
    assert!(replaced.len() == 1 && replaced[0].can_prove, "{plans:#?}");

    let before = house.calls(Endpoint::Token);
    let run = house.disconnect(connection.id.as_str()).await;
    let refresh = refresh_tokens(&run.tokens);
    assert_eq!(refresh.len(), 2, "{run:#?}");
    for token in &refresh {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
        assert_eq!(token.superseded, token.replaced_at.is_some(), "{token:#?}");
    }
    assert_eq!(run.state, RunState::Completed);
    assert!(house.calls(Endpoint::Token) > before);
    // Using a replaced token ends a grant (RFC 9700 4.14.2): here the revocation had done so before.
    let tokens = house.sandbox.state().tokens(Vendor::Ledger);
    let reused = tokens
        .iter()
        .filter(|it| it.killed_by == Some(KilledBy::RefreshReuse));
    assert_eq!(reused.count(), 0, "{tokens:#?}");
    assert_eq!(house.alive(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_taken_on_is_found_alive_and_what_it_brought_joins_the_run() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.rotates();
    own.beside(json!({ "token_type": "Bearer", "expires_in": 1 }));
    let file = own
        .file()
        .replace("refresh = \"static\"", "refresh = \"rotating\"");
    let connection = own.connect(&mut house, &file).await;
    house.run_out(&connection).await;
    own.beside(json!({ "token_type": "Bearer", "expires_in": 3600 }));
    let id = connection.id.to_string();
    house.client.token(id.clone(), None).await.unwrap();
    // It says yes to whatever it is asked to revoke, and keeps the first one.
    own.say(|asked, _| {
        let is_kept = asked.path == "/revoke" && asked.field("token") == "rt-1";
        is_kept.then(|| says(200, &json!({})))
    });
    let run = house.disconnect(&id).await;
    let refresh = refresh_tokens(&run.tokens);
    let replaced: Vec<_> = refresh.iter().filter(|it| it.superseded).collect();
    assert_eq!(replaced.len(), 1, "{run:#?}");
    assert_eq!(replaced[0].outcome, Some(Outcome::StillAlive), "{run:#?}");
    assert!(own.is_live("rt-1") && !own.is_live("rt-2"));
    // What the trial brought was revoked in the same run.
    assert_eq!(refresh.len(), 3, "{run:#?}");
    assert!(!own.is_live("rt-3") && !own.is_live("at-3"));
    assert_eq!(run.state, RunState::CompletedWithWarnings);
}

/// The vendor of the tests ends a grant when a replaced token is used.
#[tokio::test(flavor = "multi_thread")]
async fn several_are_tried_one_behind_the_other_the_newest_first() {
    let mut house = House::new().await;
    let connection = refreshed(&mut house, MUTE, 3).await;
    let run = house.disconnect(connection.id.as_str()).await;
    let refresh = refresh_tokens(&run.tokens);
    assert_eq!(refresh.len(), 4, "{run:#?}");
    let dead = |it: &&&RunToken| it.outcome == Some(Outcome::VerifiedDead);
    assert_eq!(refresh.iter().filter(dead).count(), 4, "{run:#?}");
    assert_eq!(run.state, RunState::Completed);
    // Each was refused for the last time before the next older one was used.
    let mut looks: Vec<_> = refresh
        .iter()
        .map(|it| {
            let noes = it.proof.as_ref().map(|proof| &proof.noes).unwrap();
            let first = noes.iter().map(|no| no.at).min().unwrap();
            let last = noes.iter().map(|no| no.at).max().unwrap();
            (it.replaced_at, first, last)
        })
        .collect();
    looks.sort_by_key(|(replaced_at, ..)| (replaced_at.is_none(), *replaced_at));
    for pair in looks.windows(2) {
        let [(_, older_first, _), (_, _, newer_last)] = pair else {
            unreachable!()
        };
        assert!(older_first > newer_last, "{looks:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_tried_while_the_one_in_its_place_is_taken() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.rotates();
    own.beside(json!({ "token_type": "Bearer", "expires_in": 1 }));
    let file = own
        .file()
        .replace("refresh = \"static\"", "refresh = \"rotating\"");
    let connection = own.connect(&mut house, &file).await;
    house.run_out(&connection).await;
    own.beside(json!({ "token_type": "Bearer", "expires_in": 3600 }));
    let id = connection.id.to_string();
    house.client.token(id.clone(), None).await.unwrap();
    own.say(|asked, _| (asked.path == "/revoke").then(|| says(200, &json!({}))));
    let run = house.disconnect(&id).await;
    let bought = own.asked("/token");
    let old = bought
        .iter()
        .filter(|it| it.field("refresh_token") == "rt-1");
    assert_eq!(old.count(), 1, "the refresh that replaced it");
    let unproven = |it: &&&RunToken| !it.outcome.unwrap().proven();
    let refresh = refresh_tokens(&run.tokens);
    assert_eq!(refresh.iter().filter(unproven).count(), refresh.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_ones_are_kept() {
    let mut house = House::new().await;
    let connection = refreshed(&mut house, MUTE, REPLACED_KEPT + 1).await;
    assert_eq!(kept(&connection), REPLACED_KEPT);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_destroyed_in_time_where_nobody_refreshes() {
    let mut house = House::with_health(Duration::from_millis(200)).await;
    let toml = MUTE.replace(
        "refresh = \"rotating\"",
        "refresh = \"rotating\"\nsuperseded_for = \"2s\"",
    );
    let connection = refreshed(&mut house, &toml, 1).await;
    let name = connection.id.to_string();
    let ask = || ask::Connection { name: name.clone() };
    let now: Connection = house.until(ask, |it| kept(it) == 0).await;
    assert_eq!(now.credentials.iter().filter(|it| it.is_active).count(), 2);
    let entries = house.entries().await;
    let said = |it: &&AuditEntry| it.event().sentence().contains("cannot be proven dead");
    // Whoever asks in time refreshes, too.
    let destroyed = now.credentials.iter();
    let destroyed = destroyed.filter(|it| it.kind == TokenKind::Refresh && it.is_deleted);
    assert_eq!(entries.iter().filter(said).count(), destroyed.count());
}
