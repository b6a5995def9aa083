//! Apps that are installed: a vendor that verifies the app's JWT, mints tokens, and uninstalls. Written from GitHub's
//! documents, and it shares nothing with the client but the key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::manual_acts::AppLeft;
use tagout::domain::disconnect::plan::AppPlanned;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::{Outcome, Residual};
use tagout::domain::user::Owner;
use tagout::wire::Code;
use tagout::wire::request::FlowKind;
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use tagout::wire::view::{self, FlowState};

use crate::house::{House, secret};

const KEY: &str = include_str!("../../src/providers/app_jwt/test.pkcs8.pem");
const APP: &str = "12345";

#[derive(Default)]
struct Books {
    installed: BTreeMap<String, &'static str>,
    /// Token and whether it lives.
    minted: BTreeMap<String, (String, bool)>,
    /// In seconds, instead of an hour.
    lasts: Option<i64>,
    /// Says yes to an uninstall, and leaves everything as it was.
    lies: bool,
}

#[derive(Clone, Default)]
struct Forge {
    books: Arc<Mutex<Books>>,
}

impl Forge {
    async fn open() -> (Self, String) {
        let forge = Self::default();
        let acme = ("77".to_owned(), "acme");
        forge.books.lock().unwrap().installed = [acme].into();
        let app = Router::new()
            .route("/app/installations/{id}", get(look).delete(uninstall))
            .route("/app/installations/{id}/access_tokens", post(mint))
            .route("/installation/repositories", get(repositories))
            .route("/installation/token", delete(end))
            .with_state(forge.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (forge, base)
    }

    fn living(&self) -> usize {
        let books = self.books.lock().unwrap();
        books.minted.values().filter(|(_, lives)| *lives).count()
    }
}

fn bearer(headers: &HeaderMap) -> &str {
    let value = headers["authorization"].to_str().unwrap();
    value.strip_prefix("Bearer ").unwrap()
}

/// GitHub's rules: RS256 by the app's key, `iss` the app, issued in the past, over within ten minutes.
fn is_app(headers: &HeaderMap) -> bool {
    let parts: Vec<&str> = bearer(headers).split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return false;
    };
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let public = key.public_key().as_ref().to_vec();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signed = format!("{header}.{claims}");
    let json = |part| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, claims) = (json(header), json(claims));
    let now = Timestamp::now().as_second();
    let (issued, expires) = (
        claims["iat"].as_i64().unwrap(),
        claims["exp"].as_i64().unwrap(),
    );
    header["alg"] == "RS256"
        && claims["iss"] == APP
        && issued <= now
        && expires > now
        && expires <= now + 600
        && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
}

type Answer = (StatusCode, Json<Value>);

fn no(status: u16, message: &str) -> Answer {
    let body = json!({ "message": message, "status": status.to_string() });
    (StatusCode::from_u16(status).unwrap(), Json(body))
}

async fn look(State(it): State<Forge>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    if !is_app(&headers) {
        return no(401, "A JSON web token could not be decoded");
    }
    match it.books.lock().unwrap().installed.get(&id) {
        Some(login) => (
            StatusCode::OK,
            Json(json!({ "id": id, "account": { "id": 9, "login": login } })),
        ),
        None => no(404, "Not Found"),
    }
}

async fn uninstall(State(it): State<Forge>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    if !is_app(&headers) {
        return no(401, "A JSON web token could not be decoded");
    }
    let mut books = it.books.lock().unwrap();
    if books.lies {
        return (StatusCode::NO_CONTENT, Json(Value::Null));
    }
    if books.installed.remove(&id).is_none() {
        return no(404, "Not Found");
    }
    for (of, lives) in books.minted.values_mut() {
        *lives &= *of != id;
    }
    (StatusCode::NO_CONTENT, Json(Value::Null))
}

async fn mint(State(it): State<Forge>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    if !is_app(&headers) {
        return no(401, "A JSON web token could not be decoded");
    }
    let mut books = it.books.lock().unwrap();
    if !books.installed.contains_key(&id) {
        return no(404, "Not Found");
    }
    let token = format!("ghs_{:036x}", books.minted.len() + 0x5eed);
    books.minted.insert(token.clone(), (id, true));
    let ends = Timestamp::now() + SignedDuration::from_secs(books.lasts.unwrap_or(3600));
    (
        StatusCode::CREATED,
        Json(json!({ "token": token, "expires_at": ends.to_string() })),
    )
}

fn lives(it: &Forge, headers: &HeaderMap) -> bool {
    let books = it.books.lock().unwrap();
    books
        .minted
        .get(bearer(headers))
        .is_some_and(|(_, lives)| *lives)
}

async fn repositories(State(it): State<Forge>, headers: HeaderMap) -> Answer {
    match lives(&it, &headers) {
        true => (StatusCode::OK, Json(json!({ "total_count": 0 }))),
        false => no(401, "Bad credentials"),
    }
}

async fn end(State(it): State<Forge>, headers: HeaderMap) -> Answer {
    if !lives(&it, &headers) {
        return no(401, "Bad credentials");
    }
    let mut books = it.books.lock().unwrap();
    books.minted.get_mut(bearer(&headers)).unwrap().1 = false;
    (StatusCode::NO_CONTENT, Json(Value::Null))
}

async fn register(house: &House, base: &str, key: &str) {
    let request = rpc::ProviderConfigure {
        id: "github-app".to_owned(),
        client_id: Some(APP.to_owned()),
        client_secret: Some(secret(key)),
        redirect_uri: None,
        app_name: None,
        vars: [("api".to_owned(), base.to_owned())].into(),
        moves: false,
    };
    house.ask(request).await;
}

fn installation(id: &str) -> Connect {
    Connect {
        installation: Some(id.to_owned()),
        ..Connect::new("github-app", FlowKind::Paste)
    }
}

/// A house with the installation connected and one token minted.
async fn connected(lasts: Option<i64>) -> (House, Forge, view::Connection) {
    let house = House::new().await;
    let (forge, base) = Forge::open().await;
    forge.books.lock().unwrap().lasts = lasts;
    register(&house, &base, KEY).await;
    let flow = house.begin(installation("77")).await;
    let FlowState::Connected { connection } = flow.state else {
        panic!("{flow:?}");
    };
    let read = house
        .client
        .token(connection.to_string(), None)
        .await
        .unwrap();
    assert!(read.token.0.starts_with("ghs_"));
    let connection = house.connection(connection.as_str()).await;
    (house, forge, connection)
}

fn of(run: &view::Run, kind: TokenKind) -> &view::RunToken {
    run.tokens.iter().find(|token| token.kind == kind).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn minted_tokens_are_proven_dead_and_the_installation_is_said_to_be_left() {
    let (mut house, forge, connection) = connected(None).await;
    assert_eq!(connection.account.label, "acme");
    assert_eq!(forge.living(), 1);
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(
        of(&run, TokenKind::Access).outcome,
        Some(Outcome::VerifiedDead)
    );
    let left = of(&run, TokenKind::Installation);
    assert_eq!(left.outcome, Some(Outcome::Unsupported));
    assert_eq!(left.residual_until, Some(Residual::Never));
    assert_eq!(run.state, RunState::CompletedWithWarnings);
    assert_eq!(run.follow_ups.len(), 1, "{:?}", run.follow_ups);
    assert_eq!(forge.living(), 0);
    assert!(forge.books.lock().unwrap().installed.contains_key("77"));
    let after = house.connection(connection.id.as_str()).await;
    assert!(
        after.credentials.iter().all(|it| it.is_deleted),
        "{after:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn uninstalling_is_asked_for_proven_and_leaves_nothing_to_do() {
    let (mut house, forge, connection) = connected(None).await;
    let run = house
        .disconnect_with(connection.id.as_str(), |it| it.uninstall = true)
        .await;
    for kind in [TokenKind::Access, TokenKind::Installation] {
        assert_eq!(
            of(&run, kind).outcome,
            Some(Outcome::VerifiedDead),
            "{kind:?}"
        );
    }
    assert_eq!(run.state, RunState::Completed);
    assert!(run.follow_ups.is_empty(), "{:?}", run.follow_ups);
    assert_eq!(run.app_left, Some(AppLeft::Removed));
    assert!(forge.books.lock().unwrap().installed.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_says_yes_and_stays_installed_leaves_it_to_a_person() {
    let (mut house, forge, connection) = connected(None).await;
    forge.books.lock().unwrap().lies = true;
    let run = house
        .disconnect_with(connection.id.as_str(), |it| it.uninstall = true)
        .await;
    let left = of(&run, TokenKind::Installation);
    assert_eq!(left.outcome, Some(Outcome::StillAlive));
    assert_eq!(run.app_left, Some(AppLeft::StillThere));
    assert_eq!(run.follow_ups.len(), 1, "{:?}", run.follow_ups);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_an_uninstall_would_end_is_named_before_and_marked_after() {
    let (mut house, _forge, connection) = connected(None).await;
    // Installations could be a person's once, and folders of that time still have such connections.
    house
        .restart_after(async |store| {
            let mut personal = store.connection(&connection.id).unwrap();
            personal.owner = Owner::Personal(store.users().unwrap().remove(0).id);
            let written = store.write(|tx| tx.put_connection(&mut personal)).unwrap();
            store.durable(written.commit).await.unwrap();
        })
        .await;
    let mut asked = installation("77");
    asked.name = Some("ours".to_owned());
    let FlowState::Connected { connection: ours } = house.begin(asked).await.state else {
        panic!("not connected");
    };
    assert_ne!(ours, connection.id);
    let plans: Vec<tagout::domain::disconnect::plan::Plan> = house
        .ask(rpc::Plan {
            connections: vec![connection.id.to_string()],
            terms: tagout::wire::rpc::PlanTerms::default(),
        })
        .await;
    assert_eq!(plans[0].uninstall_ends, ["GitHub App · ours"]);
    assert!(plans[0].shares_grant_with.is_empty(), "{:?}", plans[0]);
    let run = house
        .disconnect_with(connection.id.as_str(), |it| {
            it.uninstall = true;
            it.allow_wider = true;
        })
        .await;
    assert_eq!(run.state, RunState::Completed);
    let ours = house.connection(ours.as_str()).await;
    assert_eq!(ours.status, Status::ReconnectRequired, "{ours:?}");
    assert_eq!(house.count("connection.grant_ended").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_was_removed_there_turns_the_badge() {
    let (house, forge, connection) = connected(Some(1)).await;
    forge.books.lock().unwrap().installed.clear();
    // What is at hand has expired, so that another one has to be minted.
    house.run_out(&connection).await;
    let refused = house.client.token(connection.id.to_string(), None).await;
    assert!(refused.is_err());
    let after = house.connection(connection.id.as_str()).await;
    assert_eq!(after.status, Status::ReconnectRequired, "{after:?}");
    assert!(after.reason.contains("404"), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_app_is_said_before_anything_is_kept() {
    let house = House::new().await;
    let (_forge, base) = Forge::open().await;
    register(&house, &base, "no key").await;
    let begin = |id: &'static str| {
        let request = installation(id);
        house.try_ask(request)
    };
    let wrong = begin("77").await.unwrap_err();
    assert!(wrong.message.contains("PEM"), "{wrong:?}");
    register(&house, &base, KEY).await;
    let nowhere = begin("78").await.unwrap_err();
    assert!(nowhere.message.contains("404"), "{nowhere:?}");
    let unnamed = begin(" ").await.unwrap_err();
    assert_eq!(unnamed.code, Code::Usage);
    let all: view::Page<view::Connection> = house
        .ask(rpc::Connections(tagout::wire::request::Window {
            limit: 10,
            ..Default::default()
        }))
        .await;
    assert!(
        all.rows.iter().all(|it| it.status == Status::Pending),
        "{all:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn uninstalling_where_no_call_does_it_is_refused_before_anything_happens() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", crate::house::BOT).await;
    let asked = tagout::wire::rpc::Disconnect {
        targets: vec![tagout::wire::request::Target {
            connection: connection.id.to_string(),
            version: None,
        }],
        reason: tagout::domain::disconnect::run::Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: tagout::domain::disconnect::run::IfUnreachable::Destroy,
        uninstall: true,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
    };
    let refused = house.try_ask(asked).await.unwrap_err();
    assert_eq!(refused.code, Code::Usage, "{refused:?}");
    let still = house.connection(connection.id.as_str()).await;
    assert_eq!(still.status, Status::Connected);
}

/// What the run will know of the app is said before the key is pressed.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_says_what_will_be_known_of_the_app() {
    let (house, _forge, connection) = connected(None).await;
    for (uninstall, planned) in [(false, AppPlanned::Unknown), (true, AppPlanned::Asked)] {
        let terms = rpc::PlanTerms {
            uninstall,
            ..rpc::PlanTerms::default()
        };
        let connections = vec![connection.id.to_string()];
        let plans = house.ask(rpc::Plan { connections, terms }).await;
        assert_eq!(plans[0].app_left, Some(planned));
    }
}
