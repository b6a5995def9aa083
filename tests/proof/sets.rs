//! An answer with several sets of tokens: each is refreshed, asked about and revoked by itself.

use tagout::domain::credential::TokenKind as Kind;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{KilledBy, Lifetime, SettingsChange, TokenKind, TokenView, Vendor};

use crate::house::House;
use crate::vendors::connected;

fn lasts(house: &House, seconds: u64) {
    let change = SettingsChange {
        access_ttl: Some(Lifetime::Seconds(seconds)),
        ..SettingsChange::default()
    };
    house.sandbox.state().configure(Vendor::Slack, change);
}

fn of_kind(house: &House, kind: TokenKind) -> Vec<TokenView> {
    let mut all = house.sandbox.state().tokens(Vendor::Slack);
    all.retain(|token| token.kind == kind);
    all
}

/// Case T9: the bot's set and the user's of the shipped file, both of which have expired.
#[tokio::test(flavor = "multi_thread")]
async fn every_set_is_refreshed_before_it_is_revoked() {
    let mut house = House::new().await;
    let setups = house.sandbox.setups().into_iter();
    let setup = setups
        .into_iter()
        .find(|it| it.provider == "slack")
        .unwrap();
    lasts(&house, 1);
    let connection = connected(&mut house, &setup).await;
    assert_eq!(connection.credentials.len(), 4, "two sets of two");
    house.run_out(&connection).await;
    lasts(&house, 7200);
    let run = house.disconnect(connection.id.as_str()).await;
    for kind in [TokenKind::Bot, TokenKind::User] {
        let issued = of_kind(&house, kind);
        assert!(issued.len() >= 2, "{kind:?} was refreshed: {issued:#?}");
        assert!(issued.iter().all(|token| !token.alive), "{issued:#?}");
        let revoked = |token: &&TokenView| token.killed_by == Some(KilledBy::Revoked);
        let revoked: Vec<&TokenView> = issued.iter().filter(revoked).collect();
        assert_eq!(revoked.len(), 1, "{kind:?}: {issued:#?}");
        let token = run
            .tokens
            .iter()
            .find(|it| it.fingerprint == revoked[0].fingerprint);
        let token = token.unwrap();
        assert_eq!(token.kind, Kind::Access);
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
    }
}
