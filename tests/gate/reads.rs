//! Reading tokens that a vendor has to renew first.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tagout::client::{Client, Notices};
use tagout::domain::credential::Credential;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::id::ConnectionId;
use tagout::domain::user::Role;
use tagout::sandbox::{
    self, Endpoint, Fault, FaultMode, Lifetime, Sandbox, SettingsChange, Vendor,
};
use tagout::wire::request::{FlowKind, Secret, Target};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect};
use tagout::wire::view::{Flow, FlowState, Run};
use tagout::wire::{Code, Token};
use zeroize::Zeroizing;

use crate::house::{House, ME, me};

/// How long the vendor's access tokens last.
const LIFETIME: u32 = 600;

/// A house with a connection at a vendor that issues such tokens.
async fn connected() -> (House, Sandbox, ConnectionId) {
    let sandbox = sandbox::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let short = SettingsChange {
        access_ttl: Some(Lifetime::Seconds(LIFETIME.into())),
        ..SettingsChange::default()
    };
    sandbox.state().configure(Vendor::Ledger, short);
    let house = House::with(me(Role::Owner)).await;
    let (client, notices) = house.attach(None, false).await.unwrap();
    let configure = rpc::ProviderConfigure {
        id: "ledger".to_owned(),
        client_id: Some("sandbox-ledger".to_owned()),
        client_secret: Some(secret("sandbox-ledger-secret")),
        redirect_uri: None,
        app_name: None,
        vars: BTreeMap::from([("base".to_owned(), format!("{}/ledger", sandbox.base_url()))]),
        moves: false,
    };
    client.ask(configure).await.unwrap();
    let connection = authorize(&client, notices).await;
    (house, sandbox, connection)
}

/// Where an authorization begins.
async fn begin(client: &Client, flow: FlowKind) -> (Flow, String) {
    let connect = Connect::new("ledger", flow);
    let asked = connect;
    let flow: Flow = client.ask(asked).await.unwrap();
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{flow:?}");
    };
    let url = url.clone();
    (flow, url)
}

async fn authorize(client: &Client, mut notices: Notices) -> ConnectionId {
    let (flow, url) = begin(client, FlowKind::Paste).await;
    let text = secret(&allow(&url).await);
    let pasted = rpc::FlowPaste { id: flow.id, text };
    let mut flow: Flow = client.ask(pasted).await.unwrap();
    loop {
        match flow.state {
            FlowState::Connected { connection } => return connection,
            FlowState::Failed { problem } => panic!("{problem:?}"),
            _ => {
                let told = tokio::time::timeout(Duration::from_secs(60), notices.next());
                drop(told.await.unwrap().unwrap());
            }
        }
        flow = client.ask(rpc::Flow { id: flow.id }).await.unwrap();
    }
}

fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}

/// Where the vendor sends the browser of somebody who allows everything.
async fn allow(url: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.query_pairs_mut()
        .append_pair("login_hint", "acme-bot")
        .append_pair("sandbox_auto", "allow");
    let answer = browser().get(url).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

/// As if its access token had been issued a while ago, with so many seconds left.
async fn age(house: &mut House, of: &ConnectionId, left: i64) {
    house
        .meddle(|tx| {
            for mut credential in tx.scan::<Credential>(of.as_str())? {
                if let Some(at) = &mut credential.expires_at {
                    *at = Timestamp::now() + SignedDuration::from_secs(left);
                    credential.issued_at = *at - SignedDuration::from_secs(LIFETIME.into());
                    tx.put(&credential)?;
                }
            }
            Ok(())
        })
        .await;
}

fn text(token: &Token) -> &str {
    token.token.0.as_str()
}

fn refreshes(sandbox: &Sandbox) -> usize {
    let calls = sandbox.log().of(Vendor::Ledger);
    calls
        .iter()
        .filter(|call| call.path.ends_with("/token"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_would_not_last_is_renewed_and_one_that_lasts_is_not() {
    let (mut house, sandbox, connection) = connected().await;
    let id = connection.to_string();
    let client = house.client().await;
    let first = client.token(id.clone(), None).await.unwrap();
    let asked = refreshes(&sandbox);
    drop(client);
    age(&mut house, &connection, 120).await;
    let client = house.client().await;
    for min_valid in [None, Some(0), Some(60)] {
        let same = client.token(id.clone(), min_valid).await.unwrap();
        assert_eq!(text(&same), text(&first));
    }
    assert_eq!(refreshes(&sandbox), asked);
    let renewed = client.token(id.clone(), Some(300)).await.unwrap();
    assert_ne!(text(&renewed), text(&first));
    assert_ne!(renewed.fingerprint, first.fingerprint);
    let left = renewed.expires_at.unwrap().as_second() - Timestamp::now().as_second();
    assert!(left >= 300, "{left}");
    assert_eq!(refreshes(&sandbox), asked + 1);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_new_token_lasts_is_refused_without_asking_the_vendor() {
    let (mut house, sandbox, connection) = connected().await;
    let client = house.client().await;
    let asked = refreshes(&sandbox);
    let refused = client
        .token(connection.to_string(), Some(LIFETIME))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Failed);
    assert!(refused.message.contains("600 s"), "{}", refused.message);
    assert_eq!(refreshes(&sandbox), asked);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_gives_no_new_token_is_named() {
    let (mut house, sandbox, connection) = connected().await;
    age(&mut house, &connection, -5).await;
    let fault = Fault::new(Vendor::Ledger, Endpoint::Token, FaultMode::Status503);
    sandbox.state().inject(fault);
    let client = house.client().await;
    let refused = client
        .token(connection.to_string(), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Failed);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_refresh_is_refused_as_soon_as_a_disconnect_begins() {
    let (mut house, sandbox, connection) = connected().await;
    age(&mut house, &connection, -5).await;
    let hang = Fault::new(Vendor::Ledger, Endpoint::Token, FaultMode::Hang);
    sandbox.state().inject(hang);
    let asked = refreshes(&sandbox);
    let client = house.client().await;
    let id = connection.to_string();
    let refreshing = tokio::spawn({
        let (client, id) = (client.clone(), id.clone());
        async move { client.token(id, None).await }
    });
    // The lock is taken once the vendor has been asked.
    while refreshes(&sandbox) == asked {
        tokio::task::yield_now().await;
    }
    let waiting = tokio::spawn({
        let (client, id) = (client.clone(), id.clone());
        async move { client.token(id, None).await }
    });
    let disconnect = Disconnect {
        targets: vec![Target {
            connection: id,
            version: None,
        }],
        reason: Reason::Compliance,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
        uninstall: false,
    };
    let runs: Vec<Run> = client
        .ask_within(Duration::from_secs(30), disconnect)
        .await
        .unwrap();
    assert_eq!(runs.len(), 1);
    let refused = waiting.await.unwrap().unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(!refreshing.is_finished());
    assert!(refreshing.await.unwrap().is_err());
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_while_they_were_in_the_browser_connects_nothing() {
    let (mut house, _sandbox, _) = connected().await;
    let client = house.client().await;
    let (_, url) = begin(&client, FlowKind::Browser).await;
    let back = allow(&url).await;
    let name = ME.to_owned();
    client
        .ask(rpc::UserRemove { name, keep: true })
        .await
        .unwrap();
    browser().get(back).send().await.unwrap();
    let log = house.path().join("data/audit.log");
    let written = async {
        loop {
            let log = std::fs::read_to_string(&log).unwrap();
            if let Some(line) = log
                .lines()
                .find(|it| it.contains("connection.authorize_failed"))
            {
                return line.to_owned();
            }
            tokio::task::yield_now().await;
        }
    };
    let line = tokio::time::timeout(Duration::from_secs(30), written)
        .await
        .unwrap();
    assert!(line.contains("may not connect any more"), "{line}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_is_for_who_may_still_manage_what_it_connects() {
    let (mut house, _sandbox, _) = connected().await;
    let (flow, url) = begin(&house.client().await, FlowKind::Paste).await;
    let text = secret(&allow(&url).await);
    let (wall, _) = house.attach(None, true).await.unwrap();
    let (agent, _) = house.attach(Some(Role::Agent), false).await.unwrap();
    for client in [wall, agent] {
        // It is theirs, so they see it; they may not go on with it.
        let id = flow.id.clone();
        client.ask(rpc::Flow { id }).await.unwrap();
        let id = flow.id.clone();
        let paste = rpc::FlowPaste {
            id: id.clone(),
            text: text.clone(),
        };
        assert_eq!(client.ask(paste).await.unwrap_err().code, Code::Forbidden);
        let cancel = rpc::FlowCancel { id };
        assert_eq!(client.ask(cancel).await.unwrap_err().code, Code::Forbidden);
    }
    let client = house.client().await;
    let pasted = rpc::FlowPaste { id: flow.id, text };
    client.ask(pasted).await.unwrap();
    house.end().await;
}
