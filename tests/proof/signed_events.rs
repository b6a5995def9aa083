//! Signed events of an identity provider (RFC 8417): believed by the keys that it publishes, noticed, and proven by asking.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode as Status;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::StatusCode;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tagout::domain::connection;
use tagout::domain::delivery::Fate;
use tagout::sandbox::{Vendor, Victim};
use tagout::wire::rpc;
use tagout::wire::view;
use tokio::net::TcpListener;

use crate::house::{BOT, CAROL, House, MUTE};
use crate::webhooks::{endpoint, entry};

const KEY: &str = include_str!("../../src/providers/app_jwt/test.pkcs8.pem");
const ISSUER: &str = "https://issuer.example/";
const REVOKED: &str = "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked";

fn pair() -> RsaKeyPair {
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap()
}

/// What an issuer answers.
#[derive(Clone, Default)]
enum Says {
    /// That it is in trouble.
    #[default]
    Trouble,
    /// The keys of these names.
    Keys(Vec<&'static str>),
    /// The same, and more than is read.
    TooMuch(Vec<&'static str>),
}

/// An issuer on loopback, which publishes our key under the names that a test wants.
#[derive(Clone, Default)]
struct Issuer {
    says: Arc<Mutex<Says>>,
    asked: Arc<Mutex<usize>>,
}

impl Issuer {
    /// With the keys of these names; its address.
    async fn start(names: &[&'static str]) -> (Self, String) {
        let issuer = Self::default();
        issuer.says(Says::Keys(names.to_vec()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answering = issuer.clone();
        let app = Router::new().route("/keys", get(async move || answering.answer()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        (issuer, url)
    }

    fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    fn answer(&self) -> Response {
        *self.asked.lock().unwrap() += 1;
        let (names, more) = match self.says.lock().unwrap().clone() {
            Says::Trouble => return Status::INTERNAL_SERVER_ERROR.into_response(),
            Says::Keys(names) => (names, 0),
            Says::TooMuch(names) => (names, 256 << 10),
        };
        let public: PublicKeyComponents<Vec<u8>> = pair().public().into();
        let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) = (number(&public.n), number(&public.e));
        let key = |kid| json!({ "kty": "RSA", "kid": kid, "n": n, "e": e });
        let keys: Vec<Value> = names.into_iter().map(key).collect();
        axum::Json(json!({ "keys": keys, "more": "x".repeat(more) })).into_response()
    }
}

/// A vendor that tells by signed events, and its issuer's address.
fn telling(id: &str, issuer: &str) -> String {
    let at = REVOKED.replace('/', "~1");
    let hook = format!(
        r#"
[webhook]
signature = "jwt"
issuer = "{ISSUER}"
keys = "{{certs}}/keys"
id = "/jti"
[[webhook.on]]
account = "/events/{at}/subject/sub"
notice = "revoked"
"#
    );
    let vars = format!("grant_group = \"telling\"\n[vars]\ncerts = \"{issuer}\"");
    format!("{MUTE}{hook}")
        .replace("[vars]", &vars)
        .replace("id = \"mute\"", &format!("id = \"{id}\""))
}

/// A house with such a vendor, and a connection there.
async fn telling_house(mut house: House, issuer: &str) -> (House, view::Connection) {
    house.add(&telling("telling", issuer)).await;
    let connection = house.connect("telling", BOT).await;
    (house, connection)
}

/// An event that says that the tokens of this account were revoked.
fn revoked(account: &str, jti: &str) -> Value {
    json!({
        "iss": ISSUER,
        "aud": ["sandbox-ledger"],
        "iat": Timestamp::now().as_second(),
        "jti": jti,
        "events": { REVOKED: { "subject": { "subject_type": "iss-sub", "iss": ISSUER, "sub": account } } },
    })
}

fn signed(kid: &str, claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": kid });
    let text = format!("{}.{}", part(&header), part(claims));
    let pair = pair();
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
        .unwrap();
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

async fn send(url: &str, token: &str) -> reqwest::Response {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http
        .post(url)
        .header("content-type", "application/secevent+jwt");
    request.body(token.to_owned()).send().await.unwrap()
}

async fn deliveries(house: &House, endpoint: &view::Webhook) -> Vec<view::Delivery> {
    let id = endpoint.id.clone();
    house.ask(rpc::WebhookDeliveries { id }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_event_is_noticed_once_and_proven_by_asking() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    let (mut house, connection) = telling_house(House::new().await, &url).await;
    let whose = Victim::Account(BOT.to_owned());
    assert!(house.sandbox.state().kill(Vendor::Ledger, &whose) > 0);
    let at = endpoint(&house, &connection).await;
    let event = signed("k-1", &revoked(&connection.account.id, "jti-1"));
    for _ in 0..2 {
        assert_eq!(send(&at.url, &event).await.status(), StatusCode::ACCEPTED);
    }
    let listed = deliveries(&house, &at).await;
    let fates: Vec<Fate> = listed.iter().map(|it| it.fate).collect();
    assert_eq!(fates, [Fate::Repeated, Fate::Applied]);
    assert_eq!(listed[0].event_id.as_deref(), Some("jti-1"));
    assert!(
        listed[0].preview.contains("tokens-revoked"),
        "{}",
        listed[0].preview
    );
    assert_eq!(house.count("connection.notice").await, 1);
    assert_eq!(issuer.asked(), 1);
    let settled = entry(&mut house, "connection.notice_settled").await;
    assert_eq!(settled.detail["settled"], "confirmed");
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.status, connection::Status::ReconnectRequired);
    assert!(
        now.reason.contains("says that the access has ended"),
        "{}",
        now.reason
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_told_of_every_connection_of_the_group() {
    let (_issuer, url) = Issuer::start(&["k-1"]).await;
    let (mut house, connection) = telling_house(House::new().await, &url).await;
    house.add(&telling("telling-too", &url)).await;
    let other = house.connect("telling-too", CAROL).await;
    let at = endpoint(&house, &connection).await;
    let event = signed("k-1", &revoked(&other.account.id, "jti-1"));
    assert_eq!(send(&at.url, &event).await.status(), StatusCode::ACCEPTED);
    assert_eq!(endpoint(&house, &other).await.verified, 1);
    assert_eq!(house.count("connection.notice").await, 1);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.reason, "");

    // An event of which the file does not speak, and one about somebody who is not here, say nothing of anybody.
    let mut test = revoked(&connection.account.id, "jti-2");
    test["events"] = json!({ "urn:verification": { "state": "s" } });
    let nobody = revoked("another-account", "jti-3");
    for claims in [test, nobody] {
        let sent = send(&at.url, &signed("k-1", &claims)).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
    }
    let listed = deliveries(&house, &at).await;
    let fates: Vec<Fate> = listed.iter().map(|it| it.fate).collect();
    assert_eq!(fates, [Fate::WithoutEffect, Fate::WithoutEffect]);
    assert_eq!(house.count("connection.notice").await, 1);
}

/// At another issuer the same account is somebody else's, and a client id of ours there is nobody's here.
#[tokio::test(flavor = "multi_thread")]
async fn another_issuer_of_the_group_is_not_spoken_for() {
    let (_issuer, url) = Issuer::start(&["k-1"]).await;
    let (mut house, connection) = telling_house(House::new().await, &url).await;
    let elsewhere = telling("telling-too", &url).replace(ISSUER, "https://other.example/");
    house.add(&elsewhere).await;
    let other = house.connect("telling-too", CAROL).await;
    let at = endpoint(&house, &connection).await;
    let event = signed("k-1", &revoked(&other.account.id, "jti-1"));
    assert_eq!(send(&at.url, &event).await.status(), StatusCode::ACCEPTED);
    let listed = deliveries(&house, &at).await;
    let fates: Vec<Fate> = listed.iter().map(|it| it.fate).collect();
    assert_eq!(fates, [Fate::WithoutEffect]);
    assert_eq!(house.count("connection.notice").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_an_account_is_nobodys() {
    let (_issuer, url) = Issuer::start(&["k-1"]).await;
    let mut house = House::new().await;
    let own = format!(
        "account = \"/events/{}/subject/sub\"\n",
        REVOKED.replace('/', "~1")
    );
    let at_one_place = telling("telling", &url)
        .replace(&own, "")
        .replace("id = \"/jti\"", "id = \"/jti\"\naccount = \"/sub\"");
    house.add(&at_one_place).await;
    let connection = house.connect("telling", BOT).await;
    let at = endpoint(&house, &connection).await;
    let mut claims = revoked(&connection.account.id, "jti-1");
    let unnamed = send(&at.url, &signed("k-1", &claims)).await;
    assert_eq!(unnamed.status(), StatusCode::ACCEPTED);
    assert_eq!(house.count("connection.notice").await, 0);
    claims["jti"] = json!("jti-2");
    claims["sub"] = json!(connection.account.id);
    let named = send(&at.url, &signed("k-1", &claims)).await;
    assert_eq!(named.status(), StatusCode::ACCEPTED);
    assert_eq!(house.count("connection.notice").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_the_authorization_before_is_no_news_of_this_one() {
    let (_issuer, url) = Issuer::start(&["k-1"]).await;
    let (house, connection) = telling_house(House::new().await, &url).await;
    let at = endpoint(&house, &connection).await;
    let mut claims = revoked(&connection.account.id, "jti-1");
    claims["iat"] = json!(Timestamp::now().as_second() - 3600);
    let event = send(&at.url, &signed("k-1", &claims)).await;
    assert_eq!(event.status(), StatusCode::ACCEPTED);
    let listed = deliveries(&house, &at).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].fate, Fate::WithoutEffect);
    assert!(
        listed[0].why.contains("before the present one"),
        "{}",
        listed[0].why
    );
    assert_eq!(house.count("connection.notice").await, 0);
}

/// Our clock may be behind: that is no forgery.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_future_may_come_again() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    let (house, connection) = telling_house(House::new().await, &url).await;
    let at = endpoint(&house, &connection).await;
    let mut claims = revoked(&connection.account.id, "jti-1");
    claims["iat"] = json!(Timestamp::now().as_second() + 3600);
    let later = send(&at.url, &signed("k-1", &claims)).await;
    assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(issuer.asked(), 0);
    assert_eq!(deliveries(&house, &at).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_event_is_refused_and_asks_for_keys_once() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    let (house, connection) = telling_house(House::new().await, &url).await;
    let at = endpoint(&house, &connection).await;
    let claims = revoked(&connection.account.id, "jti-1");
    // What is wrong in itself asks for nothing.
    let mut elsewhere = claims.clone();
    elsewhere["aud"] = json!("another-client");
    for forged in ["{}".to_owned(), signed("k-9", &elsewhere)] {
        assert_eq!(
            send(&at.url, &forged).await.status(),
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(issuer.asked(), 0);
    let refused = send(&at.url, &signed("k-7", &claims)).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let why = refused.text().await.unwrap();
    assert!(why.contains("does not publish"), "{why}");
    // Of the others it is not known: a key may have been published since, and whoever names one of fancy hinders no other.
    for kid in ["k-8", "k-9"] {
        let later = send(&at.url, &signed(kid, &claims)).await;
        assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    let event = signed("k-1", &claims);
    let (head, _) = event.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 256]));
    assert_eq!(
        send(&at.url, &forged).await.status(),
        StatusCode::BAD_REQUEST
    );
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.forged), (0, 4));
    assert_eq!(house.count("connection.notice").await, 0);

    assert_eq!(send(&at.url, &event).await.status(), StatusCode::ACCEPTED);
    assert_eq!(house.count("connection.notice").await, 1);
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_replaced_is_picked_up() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    let (house, connection) = telling_house(House::asking_for_keys().await, &url).await;
    let at = endpoint(&house, &connection).await;
    let event = |kid: &str, jti: &str| signed(kid, &revoked(&connection.account.id, jti));
    assert_eq!(
        send(&at.url, &event("k-1", "jti-1")).await.status(),
        StatusCode::ACCEPTED
    );
    issuer.says(Says::Keys(vec!["k-2"]));
    assert_eq!(
        send(&at.url, &event("k-2", "jti-2")).await.status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(issuer.asked(), 2);
    let withdrawn = send(&at.url, &event("k-1", "jti-3")).await;
    assert_eq!(withdrawn.status(), StatusCode::BAD_REQUEST);
    // A set without a key is none, and the one before stands.
    issuer.says(Says::Keys(Vec::new()));
    let later = send(&at.url, &event("k-3", "jti-4")).await;
    assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
    let known = send(&at.url, &event("k-2", "jti-5")).await;
    assert_eq!(known.status(), StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_keys_an_event_is_asked_for_again() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    let (house, connection) = telling_house(House::asking_for_keys().await, &url).await;
    let at = endpoint(&house, &connection).await;
    let event = signed("k-1", &revoked(&connection.account.id, "jti-1"));
    let nothing = Says::Keys(Vec::new());
    for says in [Says::Trouble, Says::TooMuch(vec!["k-1"]), nothing] {
        issuer.says(says);
        let later = send(&at.url, &event).await;
        assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(later.headers().contains_key("retry-after"));
    }
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.forged), (0, 0));
    assert_eq!(deliveries(&house, &at).await.len(), 0);
    issuer.says(Says::Keys(vec!["k-1"]));
    assert_eq!(send(&at.url, &event).await.status(), StatusCode::ACCEPTED);
    assert_eq!(house.count("connection.notice").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_does_not_answer_is_not_asked_by_everybody() {
    let (issuer, url) = Issuer::start(&["k-1"]).await;
    issuer.says(Says::Trouble);
    let (house, connection) = telling_house(House::new().await, &url).await;
    let at = endpoint(&house, &connection).await;
    for kid in ["k-1", "k-2", "k-3"] {
        let event = signed(kid, &revoked(&connection.account.id, kid));
        let later = send(&at.url, &event).await;
        assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
        // It is not asked before the minute is over, so that to come sooner is for nothing.
        let again = later.headers()["retry-after"].to_str().unwrap();
        let again: u64 = again.parse().unwrap();
        assert!((6..=60).contains(&again), "{again}");
    }
    assert_eq!(issuer.asked(), 1);
    assert_eq!(endpoint(&house, &connection).await.forged, 0);
}
