//! A vendor on loopback that gives a code without asking, and whose list says what a test tells it to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The query of a list request.
pub(crate) type Query = HashMap<String, String>;

/// What a list says.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Said {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

pub(crate) fn page(body: Value) -> Said {
    says(200, &body.to_string())
}

pub(crate) fn says(status: u16, body: &str) -> Said {
    Said {
        status,
        headers: Vec::new(),
        body: body.to_owned(),
    }
}

/// Nothing, for ever.
pub(crate) fn hangs() -> Said {
    says(0, "")
}

/// Things of these numbers.
pub(crate) fn things(ids: impl IntoIterator<Item = u64>) -> Value {
    ids.into_iter()
        .map(|id| json!({ "id": id, "name": format!("n{id}") }))
        .collect()
}

type Script = dyn FnMut(&Query) -> Said + Send;

#[derive(Clone)]
pub(crate) struct Vendor {
    pub(crate) base: String,
    script: Arc<Mutex<Box<Script>>>,
    asked: Arc<Mutex<Vec<Query>>>,
    rooms: Arc<Mutex<Value>>,
}

impl Vendor {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let vendor = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            script: Arc::new(Mutex::new(Box::new(|_: &Query| {
                page(json!({ "items": [] }))
            }))),
            asked: Arc::default(),
            rooms: Arc::new(Mutex::new(json!([]))),
        };
        let app = Router::new().fallback(answer).with_state(vendor.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        vendor
    }

    /// From now on the list says this.
    pub(crate) fn list(&self, script: impl FnMut(&Query) -> Said + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// From now on there are these rooms, each of which has a list of its own.
    pub(crate) fn rooms(&self, ids: &[&str]) {
        let room = |id: &&str| json!({ "id": id, "name": format!("the {id}") });
        *self.rooms.lock().unwrap() = ids.iter().map(room).collect();
    }

    /// What the list was asked, oldest first.
    pub(crate) fn asked(&self) -> Vec<Query> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(vendor): State<Vendor>, request: Request) -> Response {
    let query: Query = url::form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes())
        .into_owned()
        .collect();
    let said = match request.uri().path() {
        "/token" => page(json!({
            "access_token": format!("at-{}", vendor.asked().len()),
            "refresh_token": "rt-1",
            "token_type": "bearer",
            "expires_in": 3600,
        })),
        "/me" => page(json!({ "id": "u1", "email": "bot@acme.example" })),
        "/revoke" => says(200, ""),
        "/rooms" => {
            let said = vendor.rooms.lock().unwrap().clone();
            page(json!({ "items": said }))
        }
        "/items" => {
            vendor.asked.lock().unwrap().push(query.clone());
            (vendor.script.lock().unwrap())(&query)
        }
        _ => says(404, ""),
    };
    if said.status == 0 {
        return std::future::pending().await;
    }
    let mut response = Response::builder().status(said.status);
    if said.headers.iter().all(|(name, _)| *name != "content-type") {
        response = response.header("content-type", "application/json");
    }
    for (name, value) in said.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(said.body)).unwrap()
}
