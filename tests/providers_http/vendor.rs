//! A vendor on loopback that says what a test tells it to, and remembers what it was asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use secrecy::SecretString;
use tagout::domain::provider::Endpoints;
use tagout::providers::{App, Catalog, Patience, Vendors};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a vendor was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    pub(crate) fn param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What a vendor says.
pub(crate) enum Said {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing, for ever.
    Hang,
}

pub(crate) fn json(status: u16, body: &serde_json::Value) -> Said {
    Said::Answer(
        status,
        vec![("content-type", "application/json".into())],
        body.to_string().into_bytes(),
    )
}

pub(crate) fn says(status: u16, body: &str) -> Said {
    Said::Answer(status, vec![], body.as_bytes().to_vec())
}

pub(crate) fn html(status: u16) -> Said {
    Said::Answer(
        status,
        vec![("content-type", "text/html".into())],
        b"<!doctype html><title>Sign in to the network</title>".to_vec(),
    )
}

type Scripted = (Arc<Script>, Arc<Mutex<Vec<Seen>>>);
type Script = dyn Fn(&Seen) -> Said + Send + Sync;

pub(crate) struct Vendor {
    pub(crate) base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: tokio::task::JoinHandle<()>,
}

impl Vendor {
    /// A vendor that answers by a script, which is told the vendor's own base URL.
    pub(crate) async fn start(
        script: impl Fn(&Seen, &str) -> Said + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let own = base.clone();
        let script: Arc<Script> = Arc::new(move |request| script(request, &own));
        let app = Router::new()
            .fallback(answer)
            .with_state((script, seen.clone()));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, seen, server }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "asked {} times: {seen:?}", seen.len());
        seen[0].clone()
    }

    /// Leaves the port closed.
    pub(crate) async fn stop(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

async fn answer(State((script, seen)): State<Scripted>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let request = Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    seen.lock().unwrap().push(request.clone());
    match script(&request) {
        Said::Hang => std::future::pending().await,
        Said::Answer(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
    }
}

/// A vendor that takes one request, writes these bytes and hangs up.
pub(crate) async fn raw(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        assert!(read(&mut socket).await, "the client hung up first");
        socket.write_all(bytes).await.unwrap();
        socket.shutdown().await.unwrap();
    });
    base
}

/// Reads a request to its end; whether one came before the client hung up.
pub(crate) async fn read(socket: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = socket.read(&mut chunk).await.unwrap();
        if read == 0 {
            return false;
        }
        request.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |n| n.parse().unwrap());
        if body.len() >= length {
            return true;
        }
    }
}

/// A port on which nobody listens. It stays bound, so that no other test comes to listen there.
pub(crate) async fn nobody() -> String {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}", socket.local_addr().unwrap());
    std::mem::forget(socket);
    base
}

pub(crate) fn vendors() -> Vendors {
    let patience = Patience::default();
    Vendors::new(Catalog::default(), patience)
}

/// For vendors that hang: the test waits this long and no longer.
pub(crate) fn impatient() -> Vendors {
    Vendors::new(
        Catalog::default(),
        Patience {
            whole: Duration::from_millis(150),
            ..Patience::default()
        },
    )
}

pub(crate) const HEAD: &str = r#"
id = "acme"
name = "Acme"
category = "other"
hosts = ["*.acme.example"]
"#;

/// A provider on this base URL, with a confidential client.
pub(crate) fn app(base: &str, rest: &str) -> App {
    let text = format!("{HEAD}[vars]\nbase = \"{base}\"\n{rest}");
    let file =
        tagout::providers::parse(&text, "acme.toml").unwrap_or_else(|error| panic!("{error}"));
    App::new(Arc::new(file), &BTreeMap::new()).with_client("cli:ent", Some("s3cr+t".into()))
}

pub(crate) fn token() -> SecretString {
    "tok-0123456789abcdef".into()
}

/// Endpoints by the book on this base URL.
pub(crate) fn endpoints(base: &str) -> Endpoints {
    Endpoints {
        authorize: Some(format!("{base}/authorize")),
        token: Some(format!("{base}/token")),
        revoke: Some(format!("{base}/revoke")),
        ..Endpoints::default()
    }
}

pub(crate) const OAUTH: &str = r#"
[auth]
kind = "oauth2"
authorize = "{base}/authorize"
token = "{base}/token"
revoke = "{base}/revoke"
"#;
