//! Addresses that change after an authorization: tokens go where they were issued for, and are revoked there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use tagout::domain::connection::Status;
use tagout::domain::trial::Outcome;
use tagout::wire::rpc::{self, Rpc};
use tagout::wire::view::FlowState;
use tagout::wire::{Code, Problem};

use crate::house::{BOT, House, MUTE, again, connecting, secret};

/// A server that refuses everything and counts what it was asked.
async fn stranger() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let no = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { StatusCode::UNAUTHORIZED }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(no);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (base, asked)
}

fn base(url: &str) -> BTreeMap<String, String> {
    [("base".to_owned(), url.to_owned())].into()
}

fn at_provider(url: &str, moves: bool) -> rpc::ProviderConfigure {
    rpc::ProviderConfigure {
        id: "mute".to_owned(),
        client_id: None,
        client_secret: Some(secret("sandbox-ledger-secret")),
        redirect_uri: None,
        app_name: None,
        vars: base(url),
        moves,
    }
}

fn at_connection(id: &str, vars: BTreeMap<String, String>, moves: bool) -> rpc::Configure {
    rpc::Configure {
        name: id.to_owned(),
        new_name: None,
        vars,
        moves,
    }
}

async fn refused(house: &House, request: impl Rpc<Reply: std::fmt::Debug>) -> Problem {
    house.try_ask(request).await.unwrap_err()
}

/// The connection is out of use, the stranger has heard nothing, and its tokens die where they were issued.
async fn dies_at_home(house: &mut House, id: &str, asked: &AtomicUsize, elsewhere: &str) {
    let connection = house.connection(id).await;
    assert_eq!(connection.status, Status::ReconnectRequired);
    assert!(
        connection.reason.contains(elsewhere),
        "{}",
        connection.reason
    );
    let run = house.disconnect(id).await;
    for token in &run.tokens {
        // What it was answered before the change was answered to another registration.
        let said = token.outcome.unwrap();
        assert!(
            said.proven() || said == Outcome::AcceptedUnverified,
            "{token:#?}"
        );
        let endpoint = token.evidence.endpoint.as_deref().unwrap();
        assert!(!endpoint.starts_with(elsewhere), "{endpoint}");
    }
    assert_eq!(house.alive(), 0);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "a token went elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_variable_that_moves_takes_no_token_along() {
    let mut house = House::new().await;
    house.add(MUTE).await;
    let connection = house.connect("mute", BOT).await;
    let (elsewhere, asked) = stranger().await;
    let why = refused(&house, at_provider(&elsewhere, false)).await;
    assert_eq!(why.code, Code::Conflict);
    assert!(
        why.message.contains(&elsewhere) && why.hint.contains("--yes"),
        "{why:?}"
    );
    let before = house.connection(connection.id.as_str()).await;
    assert_eq!(before.status, Status::Connected);
    house.ask(at_provider(&elsewhere, true)).await;
    dies_at_home(&mut house, connection.id.as_str(), &asked, &elsewhere).await;
    assert_eq!(house.count("connection.reconnect_required").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connections_own_variable_takes_no_token_along_either() {
    let mut house = House::new().await;
    house.add(MUTE).await;
    let connection = house.connect("mute", BOT).await;
    let id = connection.id.as_str();
    let (elsewhere, asked) = stranger().await;
    // What the file does not declare came with the token, and is for nobody to change.
    let foreign = [("instance_url".to_owned(), elsewhere.clone())].into();
    let why = refused(&house, at_connection(id, foreign, true)).await;
    assert_eq!(why.code, Code::Usage);
    assert!(why.hint.contains("base"), "{why:?}");
    let why = refused(&house, at_connection(id, base(&elsewhere), false)).await;
    assert_eq!(why.code, Code::Conflict);
    house.ask(at_connection(id, base(&elsewhere), true)).await;
    dies_at_home(&mut house, id, &asked, &elsewhere).await;
}

/// A variable of its own that points where the provider is anyway costs a connection nothing: our secret was sent there.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_with_our_secret_is_revoked_with_it() {
    let mut house = House::new().await;
    house.add(MUTE).await;
    let connection = house.connect("mute", BOT).await;
    let id = connection.id.as_str();
    let home = format!("{}/ledger", house.sandbox.base_url());
    house.ask(at_connection(id, base(&home), false)).await;
    let flow = house.begin(again(&connection)).await;
    house.authorize(flow, BOT).await;
    let (elsewhere, asked) = stranger().await;
    house.ask(at_connection(id, base(&elsewhere), true)).await;
    dies_at_home(&mut house, id, &asked, &elsewhere).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_secret_is_entered_again_for_another_address() {
    let mut house = House::new().await;
    house.add(MUTE).await;
    let (elsewhere, _) = stranger().await;
    let mut request = at_provider(&elsewhere, true);
    request.client_secret = None;
    let why = refused(&house, request).await;
    assert_eq!(why.code, Code::Conflict);
    assert!(why.hint.contains("--client-secret-file"), "{why:?}");
}

/// A server that issues nothing and keeps what it was sent.
async fn listener() -> (String, Arc<Mutex<Vec<String>>>) {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&heard);
    let hear = move |headers: HeaderMap, body: String| {
        kept.lock().unwrap().push(format!("{headers:?} {body}"));
        async { StatusCode::BAD_REQUEST }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(hear);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (base, heard)
}

/// Whoever may set a connection's variables could send the next authorization's code, and our secret with it, to themselves.
#[tokio::test(flavor = "multi_thread")]
async fn our_secret_is_not_sent_where_a_connections_variable_points() {
    let mut house = House::new().await;
    house.add(MUTE).await;
    let connection = house.connect("mute", BOT).await;
    let id = connection.id.as_str();
    let (elsewhere, heard) = listener().await;
    house.ask(at_connection(id, base(&elsewhere), true)).await;
    let mut again = connecting("mute");
    again.connection = Some(id.to_owned());
    let flow = house.begin(again).await;
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{flow:?}");
    };
    assert!(url.starts_with(&elsewhere), "{url}");
    let asked = url::Url::parse(url).unwrap();
    let of = |name: &str| asked.query_pairs().find(|(it, _)| it == name).unwrap().1;
    let back = format!("{}?code=any&state={}", of("redirect_uri"), of("state"));
    let paste = rpc::FlowPaste {
        id: flow.id.clone(),
        text: secret(&back),
    };
    house.ask(paste).await;
    house.connected(&flow).await.unwrap_err();
    let heard = heard.lock().unwrap().join("\n");
    assert!(heard.contains("code=any"), "it was asked: {heard}");
    let header = "sandbox-ledger:sandbox-ledger-secret";
    for form in [header, "sandbox-ledger-secret"] {
        let encoded = base64::engine::general_purpose::STANDARD.encode(form);
        assert!(
            !heard.contains(form) && !heard.contains(&encoded),
            "{heard}"
        );
    }
}
