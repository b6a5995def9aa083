//! A vendor on loopback that gives a code without asking, and whose list says what a test tells it to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

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

/// The beginning of a page, and nothing more for ever.
pub(crate) fn drips() -> Said {
    says(1, "{\"items\":[")
}

/// Things of these numbers.
pub(crate) fn things(ids: impl IntoIterator<Item = u64>) -> Value {
    ids.into_iter()
        .map(|id| json!({ "id": id, "name": format!("n{id}") }))
        .collect()
}

type Script = dyn FnMut(&Query) -> Said + Send;
type One = dyn FnMut(u64) -> Said + Send;

#[derive(Clone)]
pub(crate) struct Vendor {
    pub(crate) base: String,
    script: Arc<Mutex<Box<Script>>>,
    asked: Arc<Mutex<Vec<Query>>>,
    /// What is said of one thing, and which were asked for.
    one: Arc<Mutex<Box<One>>>,
    ones: Arc<Mutex<Vec<u64>>>,
    rooms: Arc<Mutex<Value>>,
    /// Who signs in.
    account: Arc<Mutex<String>>,
    /// Lists that were asked for are answered while this says so.
    answers: watch::Sender<bool>,
    /// When the list was last asked for, and how often it was.
    last_asked: watch::Sender<(Option<Instant>, usize)>,
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
            one: Arc::new(Mutex::new(Box::new(|_| says(404, "{}")))),
            ones: Arc::default(),
            rooms: Arc::new(Mutex::new(json!([]))),
            account: Arc::new(Mutex::new("u1".to_owned())),
            answers: watch::Sender::new(true),
            last_asked: watch::Sender::default(),
        };
        let app = Router::new().fallback(answer).with_state(vendor.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        vendor
    }

    /// From now on the list says this.
    pub(crate) fn list(&self, script: impl FnMut(&Query) -> Said + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// From now on one thing says this.
    pub(crate) fn one(&self, script: impl FnMut(u64) -> Said + Send + 'static) {
        *self.one.lock().unwrap() = Box::new(script);
    }

    /// Which things were asked for by themselves since this was asked last.
    pub(crate) fn ones(&self) -> Vec<u64> {
        std::mem::take(&mut *self.ones.lock().unwrap())
    }

    /// From now on there are these rooms, each of which has a list of its own.
    pub(crate) fn rooms(&self, ids: &[&str]) {
        let room = |id: &&str| json!({ "id": id, "name": format!("the {id}") });
        *self.rooms.lock().unwrap() = ids.iter().map(room).collect();
    }

    /// From now on this account signs in.
    pub(crate) fn signs_in(&self, account: &str) {
        *self.account.lock().unwrap() = account.to_owned();
    }

    /// Whether lists are answered from now on, those too that were asked for before.
    pub(crate) fn answers(&self, does: bool) {
        self.answers.send_replace(does);
    }

    /// When a list was last asked for.
    pub(crate) fn last_asked(&self) -> Option<Instant> {
        self.last_asked.borrow().0
    }

    /// Waits until a list was asked for so often.
    pub(crate) async fn is_asked(&self, times: usize) {
        let mut asked = self.last_asked.subscribe();
        asked
            .wait_for(|(_, so_far)| *so_far >= times)
            .await
            .unwrap();
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
            "access_token": format!("at-{}-{}", vendor.account.lock().unwrap(), vendor.asked().len()),
            "refresh_token": "rt-1",
            "token_type": "bearer",
            "expires_in": 3600,
        })),
        "/me" => {
            let id = vendor.account.lock().unwrap().clone();
            page(json!({ "id": id, "email": format!("{id}@acme.example") }))
        }
        "/revoke" => says(200, ""),
        "/rooms" => {
            let said = vendor.rooms.lock().unwrap().clone();
            page(json!({ "items": said }))
        }
        "/items" => {
            vendor.asked.lock().unwrap().push(query.clone());
            vendor
                .last_asked
                .send_modify(|it| *it = (Some(Instant::now()), it.1 + 1));
            let mut answers = vendor.answers.subscribe();
            answers.wait_for(|it| *it).await.unwrap();
            (vendor.script.lock().unwrap())(&query)
        }
        path => match path.strip_prefix("/one/").and_then(|id| id.parse().ok()) {
            Some(id) => {
                vendor.ones.lock().unwrap().push(id);
                (vendor.one.lock().unwrap())(id)
            }
            None => says(404, ""),
        },
    };
    if said.status == 0 {
        return std::future::pending().await;
    }
    if said.status == 1 {
        let begins = stream::iter([Ok::<_, std::io::Error>(said.body)]);
        return Response::new(Body::from_stream(begins.chain(stream::pending())));
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
