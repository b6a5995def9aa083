//! The JSON of every request: what crosses the socket stays as it is, however the code behind it is arranged.

use std::collections::BTreeSet;

use serde_json::Value;
use tagout::wire::request::Request;

#[test]
fn every_request_is_read_and_written_as_it_always_was() {
    let mut kinds = BTreeSet::new();
    let lines = include_str!("requests.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (read, written) = line.split_once(" => ").unwrap_or((line, line));
        let request: Request = serde_json::from_str(read).unwrap_or_else(|e| panic!("{read}: {e}"));
        assert_eq!(serde_json::to_string(&request).unwrap(), written);
        assert_eq!(request.kind(), kind(written));
        kinds.insert(request.kind());
    }
    assert_eq!(kinds, Request::KINDS.iter().copied().collect());
    // Whoever asks once for everything has a window for each refusal.
    assert!(Request::KINDS.len() < tagout::domain::refusals::WINDOWS);
}

/// A request without fields is a bare word; any other is an object with one key.
fn kind(request: &str) -> String {
    match serde_json::from_str(request).unwrap() {
        Value::String(kind) => kind,
        Value::Object(one) => one.keys().next().unwrap().clone(),
        other => panic!("{other} is no request"),
    }
}
