//! Refresh tokens that newer ones took the place of, at a vendor that answers no question about them.

use std::time::Duration;

use tagout::domain::audit::AuditEntry;
use tagout::domain::credential::{REPLACED_KEPT, TokenKind};
use tagout::domain::disconnect::plan::{Plan, PlannedToken};
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{KilledBy, RefreshPolicy, Vendor};
use tagout::wire::rpc;
use tagout::wire::view::{Connection, RunToken};

use crate::house::{BOT, House, MUTE};

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
async fn it_is_named_before_and_after_revoked_and_never_used() {
    let mut house = House::new().await;
    let connection = refreshed(&mut house, MUTE, 2).await;
    let connections = vec![connection.id.to_string()];
    let terms = rpc::PlanTerms::default();
    let plans: Vec<Plan> = house.ask(rpc::Plan { connections, terms }).await;
    let planned = plans[0].tokens.iter();
    let replaced: Vec<_> = planned
        .filter(|it| it.kind == TokenKind::Refresh && it.replaced_at.is_some())
        .collect();
    assert_eq!(replaced.len(), 2, "{plans:#?}");
    let fate = |it: &&&PlannedToken| it.can_revoke && !it.can_prove;
    assert_eq!(replaced.iter().filter(fate).count(), 2, "{plans:#?}");

    let run = house.disconnect(connection.id.as_str()).await;
    let refresh = refresh_tokens(&run.tokens);
    assert_eq!(refresh.len(), 3, "{run:#?}");
    for token in &refresh {
        assert_eq!(token.superseded, token.replaced_at.is_some(), "{token:#?}");
        let expected = match token.superseded {
            true => Outcome::AcceptedUnverified,
            false => Outcome::VerifiedDead,
        };
        assert_eq!(token.outcome, Some(expected), "{token:#?}");
        // It is exposed for as long as it may be taken, which is an hour where the file does not say.
        let minutes = token.residual_until.map(|residual| match residual {
            Residual::Until(at) => at.duration_since(run.started_at).as_mins(),
            other => panic!("{other:?}"),
        });
        assert_eq!(minutes, token.superseded.then_some(60), "{token:#?}");
    }
    assert_eq!(run.state, RunState::CompletedWithWarnings);
    // Using one would have ended the grant (RFC 9700 4.14.2).
    let tokens = house.sandbox.state().tokens(Vendor::Ledger);
    let used = tokens
        .iter()
        .filter(|it| it.killed_by == Some(KilledBy::RefreshReuse));
    assert_eq!(used.count(), 0, "{tokens:#?}");
    assert_eq!(house.alive(), 0);
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
    let ask = || rpc::Connection { name: name.clone() };
    let now: Connection = house.until(ask, |it| kept(it) == 0).await;
    assert_eq!(now.credentials.iter().filter(|it| it.is_active).count(), 2);
    let entries = house.entries().await;
    let said = |it: &&AuditEntry| it.event().sentence().contains("cannot be proven dead");
    // Whoever asks in time refreshes, too.
    let destroyed = now.credentials.iter();
    let destroyed = destroyed.filter(|it| it.kind == TokenKind::Refresh && it.is_deleted);
    assert_eq!(entries.iter().filter(said).count(), destroyed.count());
}
