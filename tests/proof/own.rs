//! A vendor of the test's own: it gives a code without asking, mints `at-N` and `rt-N`, knows what lives, and answers
//! otherwise where a test says so.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Redirect, Response};
use serde_json::{Value, json};
use tagout::wire::rpc;
use tagout::wire::view;

use crate::house::{House, secret};
use crate::liar::LIAR;

/// What the vendor was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) form: HashMap<String, String>,
    /// What stands behind `Bearer`.
    pub(crate) bearer: String,
}

impl Asked {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }
}

type Otherwise = Box<dyn Fn(&Asked, &str) -> Option<Response> + Send>;

struct Inside {
    minted: u32,
    live: BTreeSet<String>,
    asked: Vec<Asked>,
    otherwise: Otherwise,
    /// What stands in token answers beside the tokens.
    beside: Value,
}

#[derive(Clone)]
pub(crate) struct Own {
    pub(crate) base: String,
    inside: Arc<Mutex<Inside>>,
}

impl Own {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            inside: Arc::new(Mutex::new(Inside {
                minted: 0,
                live: BTreeSet::new(),
                asked: Vec::new(),
                otherwise: Box::new(|_, _| None),
                beside: json!({ "token_type": "Bearer" }),
            })),
        };
        let app = Router::new().fallback(answer).with_state(own.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        own
    }

    /// What it answers otherwise from now on; the script is told what was asked, and the token that would be minted next.
    pub(crate) fn say(
        &self,
        otherwise: impl Fn(&Asked, &str) -> Option<Response> + Send + 'static,
    ) {
        self.inside.lock().unwrap().otherwise = Box::new(otherwise);
    }

    pub(crate) fn beside(&self, beside: Value) {
        self.inside.lock().unwrap().beside = beside;
    }

    pub(crate) fn is_live(&self, token: &str) -> bool {
        self.inside.lock().unwrap().live.contains(token)
    }

    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let inside = self.inside.lock().unwrap();
        let at = |asked: &&Asked| asked.path == path;
        inside.asked.iter().filter(at).cloned().collect()
    }

    /// Refreshes so far.
    pub(crate) fn refreshes(&self) -> usize {
        let all = self.asked("/token");
        let is = |asked: &&Asked| asked.field("grant_type") == "refresh_token";
        all.iter().filter(is).count()
    }

    /// The base file of the cases, on this vendor.
    pub(crate) fn file(&self) -> String {
        format!("{LIAR}items = \"/items\"\n").replace("{U}", &self.base)
    }

    /// Adds the file and registers a client.
    pub(crate) async fn add(&self, house: &House, toml: &str) {
        let request = rpc::ProviderAdd {
            toml: toml.to_owned(),
            file_name: "added.toml".to_owned(),
        };
        let added: view::ProviderDetail = house.ask(request).await;
        let request = rpc::ProviderConfigure {
            id: added.card.id,
            client_id: Some("client-1".to_owned()),
            client_secret: Some(secret("s3cr+t-of-client")),
            redirect_uri: Some("http://127.0.0.1:8976/callback/liar".to_owned()),
            app_name: None,
            vars: Default::default(),
            moves: false,
        };
        house.ask(request).await;
    }

    /// Adds the file and connects.
    pub(crate) async fn connect(&self, house: &mut House, toml: &str) -> view::Connection {
        self.add(house, toml).await;
        house.connect("liar", "me").await
    }
}

pub(crate) fn says(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, Json(body.clone())).into_response()
}

async fn answer(State(own): State<Own>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let bearer = parts.headers.get("authorization");
    let bearer = bearer.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
    let asked = Asked {
        path: parts.uri.path().to_owned(),
        form: url::form_urlencoded::parse(query)
            .into_owned()
            .chain(url::form_urlencoded::parse(&body).into_owned())
            .collect(),
        bearer: bearer.unwrap_or_default().to_owned(),
    };
    let mut inside = own.inside.lock().unwrap();
    inside.asked.push(asked.clone());
    let next = format!("at-{}", inside.minted + 1);
    if let Some(said) = (inside.otherwise)(&asked, &next) {
        return said;
    }
    usual(&mut inside, &asked)
}

fn usual(inside: &mut Inside, asked: &Asked) -> Response {
    match asked.path.as_str() {
        "/authorize" => {
            let (to, state) = (asked.field("redirect_uri"), asked.field("state"));
            Redirect::to(&format!("{to}?code=c0de&state={state}")).into_response()
        }
        "/token" => {
            let bought = asked.field("refresh_token");
            if !bought.is_empty() && !inside.live.contains(bought) {
                return says(400, &json!({ "error": "invalid_grant" }));
            }
            inside.minted += 1;
            let mut reply = inside.beside.clone();
            reply["access_token"] = json!(format!("at-{}", inside.minted));
            inside.live.insert(format!("at-{}", inside.minted));
            if bought.is_empty() {
                reply["refresh_token"] = json!(format!("rt-{}", inside.minted));
                inside.live.insert(format!("rt-{}", inside.minted));
            }
            says(200, &reply)
        }
        "/revoke" => {
            inside.live.remove(asked.field("token"));
            Response::new(Body::empty())
        }
        _ if !inside.live.contains(&asked.bearer) => {
            says(401, &json!({ "error": "invalid_token" }))
        }
        "/me" => says(200, &json!({ "id": "a1", "email": "a@liar.example" })),
        "/items" => says(200, &json!({ "items": [{ "id": "i1", "name": "one" }] })),
        _ => says(404, &json!({})),
    }
}
