//! Where the vendor sends the browser: a loopback listener that is open while a flow waits (RFC 8252 7.3, 8.3).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use url::Url;

use super::cancel;
use super::listeners::{ListenerGuard, Listening};
use crate::server::{Server, http_connections};
use crate::wire::{Code, Problem};

/// Listens at a loopback redirect URI; one that is not loopback is somebody else's to serve, and is pasted.
///
/// # Errors
/// When an address is taken.
pub(super) async fn listen(
    server: &Arc<Server>,
    redirect_uri: &str,
    any_port: bool,
) -> Result<(Option<Listening>, String), Problem> {
    let mut url = Url::parse(redirect_uri).map_err(|error| wrong_uri(redirect_uri, &error))?;
    let Some((hosts, port)) = loopback(&url) else {
        return Ok((None, redirect_uri.to_owned()));
    };
    let is_open = |host: &IpAddr| server.callbacks.get(SocketAddr::new(*host, port)).is_some();
    let mut at = match any_port && !hosts.iter().any(is_open) {
        true => 0,
        false => port,
    };
    let mut listening = Vec::new();
    for host in hosts {
        match listen_at(server, SocketAddr::new(*host, at)).await {
            Ok((stop, bound)) => {
                at = bound;
                listening.push(stop);
            }
            // On a machine without IPv6 nobody finds that localhost is there.
            Err(error) if !listening.is_empty() && error.kind() != io::ErrorKind::AddrInUse => {
                tracing::debug!(%host, %error, "this loopback address cannot be listened at");
            }
            Err(error) => return Err(taken(SocketAddr::new(*host, at), &error)),
        }
    }
    if at == port {
        return Ok((Some(listening), redirect_uri.to_owned()));
    }
    if url.set_port(Some(at)).is_err() {
        let error = io::ErrorKind::InvalidInput.into();
        return Err(taken(
            SocketAddr::new(Ipv4Addr::LOCALHOST.into(), at),
            &error,
        ));
    }
    Ok((Some(listening), url.to_string()))
}

/// The listener at an address, opened unless it is open, and its port.
async fn listen_at(server: &Arc<Server>, at: SocketAddr) -> io::Result<(Arc<ListenerGuard>, u16)> {
    if let Some(open) = server.callbacks.get(at) {
        return Ok((open, at.port()));
    }
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    let stop = server.stop.child_token();
    let app = Router::new()
        .fallback(get(came))
        .with_state(Arc::clone(server));
    server.tasks.spawn(http_connections::serve(
        listener,
        app,
        Vec::new(),
        stop.clone(),
    ));
    let open = Arc::new(ListenerGuard(stop));
    server.callbacks.put(bound, &open);
    Ok((open, bound.port()))
}

/// The browser came back. Whose flow it is, is known by the state alone.
pub(crate) async fn came(
    State(server): State<Arc<Server>>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let Ok(url) = Url::parse(&format!("http://127.0.0.1{uri}")) else {
        return page(StatusCode::BAD_REQUEST, LOST);
    };
    let value = |name: &str| {
        let mut all = url.query_pairs();
        all.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
    };
    match value("state") {
        Some(state) if server.flows.came_back(&state, &url) => page(StatusCode::OK, CAME),
        Some(state) if cancel::late(&server, &state).await => page(StatusCode::GONE, ENDED),
        // RFC 6749 4.1.2.1 wants the state beside an error; some vendors leave it out when a person cancels.
        None if value("error")
            .is_some_and(|it| server.flows.heard(&server.hub, uri.path(), &it)) =>
        {
            page(StatusCode::OK, REFUSED)
        }
        Some(_) | None => page(StatusCode::NOT_FOUND, LOST),
    }
}

const CAME: &str = "<h1>Back to the console</h1><p>Tagout has the provider's answer. What came of it is shown there; \
                    this window can be closed.</p>";
const ENDED: &str = "<h1>This authorization was ended</h1><p>Tagout has not used the provider's answer: the connection \
                     was disconnected, or somebody ended the authorization. The console and the audit log say how.</p>";
const REFUSED: &str = "<h1>The provider refused</h1><p>Its answer does not say which authorization it belongs to, so that \
                       none was ended by it. The console shows it, and waits on.</p>";
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

/// Where a loopback URL is listened at: a browser takes either address for `localhost` (RFC 8252 7.3).
fn loopback(url: &Url) -> Option<(&'static [IpAddr], u16)> {
    const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let hosts: &[IpAddr] = match url.host()? {
        url::Host::Ipv4(ip) if ip.is_loopback() => &[V4],
        url::Host::Ipv6(ip) if ip.is_loopback() => &[V6],
        url::Host::Domain("localhost") => &[V4, V6],
        _ => return None,
    };
    let port = url.port_or_known_default()?;
    (url.scheme() == "http").then_some((hosts, port))
}

fn wrong_uri(uri: &str, error: &url::ParseError) -> Problem {
    Problem::new(
        Code::Failed,
        format!("the redirect URI {uri:?} is no URL: {error}"),
        "set it with `tagout providers configure`",
    )
}

fn taken(at: SocketAddr, error: &io::Error) -> Problem {
    Problem::new(
        Code::Failed,
        format!("listening for the provider's answer on {at} failed: {error}"),
        "use --flow paste, or configure another redirect URI",
    )
}
