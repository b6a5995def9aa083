//! How the server is, for whoever watches machines: `/healthz` and `/metrics`, on an address of their own that is not
//! the vendors'. Looking costs a few rows and writes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::queries::status::status;
use super::{Server, http_connections};
use crate::providers::{BOUNDS, HostTraffic};
use crate::wire::view::Status;

/// Serves until the server stops.
pub async fn serve(server: Arc<Server>, listener: TcpListener) {
    let (trusted, stop) = (server.trusted_proxies.clone(), server.stop.clone());
    let app = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .with_state(server);
    http_connections::serve(listener, app, trusted, stop).await;
}

/// 200 when what is asked for can be written down; else 503 and why.
async fn health(State(server): State<Arc<Server>>) -> Response {
    let trouble = server.store.failure().or_else(|| match status(&server) {
        Err(error) => Some(error.to_string()),
        Ok(status) if status.emergency => {
            Some("the disk is full: only disconnects and reads are accepted".to_owned())
        }
        Ok(_) => None,
    });
    match trouble {
        None => (StatusCode::OK, "ok\n").into_response(),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
    }
}

async fn metrics(State(server): State<Arc<Server>>) -> Response {
    const TEXT: (header::HeaderName, &str) = (
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    );
    match status(&server) {
        Ok(status) => {
            let text = exposition(&status) + &traffic(&server.vendors.traffic());
            ([TEXT], text).into_response()
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// Prometheus' text format, 0.0.4: a few numbers need no library.
fn exposition(status: &Status) -> String {
    let mut text = String::new();
    let mut row = |name: &str, help: &str, kind: &str, rows: &[(String, u64)]| {
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "# HELP tagout_{name} {help}\n# TYPE tagout_{name} {kind}"
        );
        for (labels, value) in rows {
            let _ = writeln!(text, "tagout_{name}{labels} {value}");
        }
    };
    let one = |value: u64| [(String::new(), value)];
    let by_status: Vec<(String, u64)> = status
        .connections
        .iter()
        .map(|(word, n)| (format!("{{status=\"{word}\"}}"), *n))
        .collect();
    let version = format!("{{version=\"{}\"}}", status.version);
    row(
        "build_info",
        "The version that runs.",
        "gauge",
        &[(version, 1)],
    );
    let began = u64::try_from(status.started_at.as_second()).unwrap_or(0);
    row(
        "start_time_seconds",
        "When the server started.",
        "gauge",
        &one(began),
    );
    row(
        "connections",
        "Connections by where they stand.",
        "gauge",
        &by_status,
    );
    let figures = [
        (
            "executions_live",
            "Sync executions that run or wait.",
            status.jobs_running,
        ),
        (
            "runs_open",
            "Disconnects under way or waiting for a person.",
            status.runs_open,
        ),
        (
            "tokens_exposed",
            "Tokens of past disconnects that may still live.",
            status.exposed,
        ),
        (
            "holds_open",
            "Tokens kept sealed to retry their revocation.",
            status.holds,
        ),
        (
            "follow_ups_open",
            "What a person must still do at a vendor.",
            status.follow_ups_open,
        ),
        (
            "warnings",
            "What tagout status warns of.",
            status.warnings.len() as u64,
        ),
        (
            "emergency",
            "1 while the disk is full.",
            u64::from(status.emergency),
        ),
    ];
    for (name, help, value) in figures {
        row(name, help, "gauge", &one(value));
    }
    let counters = [
        (
            "audit_entries_total",
            "Entries in the log.",
            status.audit_entries,
        ),
        (
            "disk_syncs_total",
            "How often the disk was asked to keep something since the start.",
            status.syncs,
        ),
        (
            "rows_read_total",
            "Rows looked at since the start.",
            status.rows_read,
        ),
    ];
    for (name, help, value) in counters {
        row(name, help, "counter", &one(value));
    }
    text
}

/// How the vendors answer, by host.
fn traffic(hosts: &BTreeMap<String, HostTraffic>) -> String {
    let (requests, took) = (
        "tagout_vendor_requests_total",
        "tagout_vendor_request_seconds",
    );
    let mut ended = format!(
        "# HELP {requests} Requests to vendors by how they ended.\n# TYPE {requests} counter\n"
    );
    let mut lasted =
        format!("# HELP {took} How long vendors took to answer.\n# TYPE {took} histogram\n");
    for (host, traffic) in hosts {
        for (how, count) in &traffic.ended {
            ended += &format!("{requests}{{host=\"{host}\",ended=\"{how}\"}} {count}\n");
        }
        let all: u64 = traffic.ended.values().sum();
        for (bound, count) in BOUNDS.iter().zip(traffic.within) {
            lasted += &format!("{took}_bucket{{host=\"{host}\",le=\"{bound}\"}} {count}\n");
        }
        lasted += &format!("{took}_bucket{{host=\"{host}\",le=\"+Inf\"}} {all}\n");
        let sum = traffic.took.as_secs_f64();
        lasted += &format!("{took}_sum{{host=\"{host}\"}} {sum}\n");
        lasted += &format!("{took}_count{{host=\"{host}\"}} {all}\n");
    }
    ended + &lasted
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn vendors_are_a_counter_and_a_histogram_by_host() {
        let one = HostTraffic {
            ended: [("2xx", 3), ("5xx", 1)].into(),
            within: [1, 2, 2, 3, 4, 4],
            took: Duration::from_millis(2_500),
        };
        let text = traffic(&[("api.example".to_owned(), one)].into());
        for line in [
            "tagout_vendor_requests_total{host=\"api.example\",ended=\"5xx\"} 1",
            "tagout_vendor_request_seconds_bucket{host=\"api.example\",le=\"0.2\"} 2",
            "tagout_vendor_request_seconds_bucket{host=\"api.example\",le=\"+Inf\"} 4",
            "tagout_vendor_request_seconds_sum{host=\"api.example\"} 2.5",
            "tagout_vendor_request_seconds_count{host=\"api.example\"} 4",
        ] {
            assert!(text.lines().any(|it| it == line), "no {line} in\n{text}");
        }
    }
}
