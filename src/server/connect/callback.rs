//! Where the vendor sends the browser: a loopback listener that is open while a flow waits (RFC 8252 7.3, 8.3).

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::ending;
use crate::server::{Server, brief};
use crate::wire::{Code, Problem};

/// The listeners that are open, by port.
#[derive(Default)]
pub struct Callbacks {
    open: Mutex<HashMap<u16, Weak<Stop>>>,
}

/// Keeps a listener open; it closes with the last flow that needs it.
pub(crate) type Listening = Arc<Stop>;

/// Closes its listener when it is dropped.
#[derive(Debug)]
pub(crate) struct Stop(CancellationToken);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Listens at a loopback redirect URI; one that is not loopback is somebody else's to serve, and is pasted.
///
/// # Errors
/// When the port is taken.
pub(super) async fn listen(
    server: &Arc<Server>,
    redirect_uri: &str,
    any_port: bool,
) -> Result<(Option<Listening>, String), Problem> {
    let mut url = Url::parse(redirect_uri).map_err(|error| wrong_uri(redirect_uri, &error))?;
    let Some(port) = loopback_port(&url) else {
        return Ok((None, redirect_uri.to_owned()));
    };
    if let Some(listening) = server.callbacks.get(port) {
        return Ok((Some(listening), redirect_uri.to_owned()));
    }
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, if any_port { 0 } else { port }));
    let listener = TcpListener::bind(at)
        .await
        .map_err(|error| taken(port, &error))?;
    let bound = listener
        .local_addr()
        .map_err(|error| taken(port, &error))?
        .port();
    if any_port && url.set_port(Some(bound)).is_err() {
        return Err(taken(bound, &std::io::ErrorKind::InvalidInput.into()));
    }
    let stop = server.stop.child_token();
    let app = Router::new()
        .fallback(get(came))
        .with_state(Arc::clone(server));
    server
        .tasks
        .spawn(brief::serve(listener, app, Vec::new(), stop.clone()));
    let listening = Arc::new(Stop(stop));
    server.callbacks.put(bound, &listening);
    Ok((
        Some(listening),
        if any_port {
            url.to_string()
        } else {
            redirect_uri.to_owned()
        },
    ))
}

impl Callbacks {
    fn get(&self, port: u16) -> Option<Listening> {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&port)
            .and_then(Weak::upgrade)
    }

    fn put(&self, port: u16, listening: &Listening) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, stop| stop.strong_count() > 0);
        open.insert(port, Arc::downgrade(listening));
    }
}

/// The browser came back. Whose flow it is, is known by the state alone.
pub(crate) async fn came(
    State(server): State<Arc<Server>>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let Ok(url) = Url::parse(&format!("http://127.0.0.1{uri}")) else {
        return page(StatusCode::BAD_REQUEST, LOST);
    };
    let state = url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .map(|(_, value)| value.into_owned());
    match state {
        Some(state) if server.flows.came_back(&state, &url) => page(StatusCode::OK, CAME),
        Some(state) if ending::late(&server, &state).await => page(StatusCode::GONE, ENDED),
        Some(_) | None => page(StatusCode::NOT_FOUND, LOST),
    }
}

const CAME: &str = "<h1>Back to the console</h1><p>Tagout has the provider's answer. What came of it is shown there; \
                    this window can be closed.</p>";
const ENDED: &str = "<h1>This authorization was ended</h1><p>Tagout has not used the provider's answer: the connection \
                     was disconnected, or somebody ended the authorization. The console and the audit log say how.</p>";
const LOST: &str = "<h1>No authorization is waiting for this</h1><p>It has ended, or belongs to another program. Start \
                    again from the console.</p>";

/// The code is in the URL: it goes nowhere from here, and is not kept.
fn page(status: StatusCode, body: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
        (header::CONNECTION, "close"),
    ];
    let html = format!(
        "<!doctype html><html lang=en><title>Tagout</title><style>body{{font:16px/1.5 system-ui;max-width:34rem;\
         margin:15vh auto;padding:0 1rem}}</style>{body}</html>"
    );
    (status, headers, html).into_response()
}

fn loopback_port(url: &Url) -> Option<u16> {
    let loopback = url.host().is_some_and(|host| match host {
        url::Host::Ipv4(ip) => ip.is_loopback(),
        url::Host::Ipv6(ip) => ip.is_loopback(),
        url::Host::Domain(name) => name == "localhost",
    });
    if loopback && url.scheme() == "http" {
        url.port_or_known_default()
    } else {
        None
    }
}

fn wrong_uri(uri: &str, error: &url::ParseError) -> Problem {
    Problem::new(
        Code::Failed,
        format!("the redirect URI {uri:?} is no URL: {error}"),
        "set it with `tagout providers configure`",
    )
}

fn taken(port: u16, error: &std::io::Error) -> Problem {
    Problem::new(
        Code::Failed,
        format!("listening for the provider's answer on 127.0.0.1:{port} failed: {error}"),
        "use --flow paste, or configure another redirect URI",
    )
}
