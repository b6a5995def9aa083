//! What the server writes to its log, at its most talkative: everything but secrets.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use tagout::sandbox::{Endpoint, FaultMode, Vendor};

use crate::house::{BOT, CAROL, House, text};

const VENDORS: [Vendor; 4] = [
    Vendor::Ledger,
    Vendor::Github,
    Vendor::Slack,
    Vendor::Hubspot,
];

/// The runs of characters that a token can be made of, and their ends: a log may write `token=…` or `"…"`.
fn candidates(line: &str) -> impl Iterator<Item = &str> {
    let runs = line.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.~+/".contains(c)));
    runs.filter(|run| run.len() >= 12)
}

fn fingerprint(text: &str) -> String {
    hex::encode(Sha256::digest(text))[..16].to_owned()
}

fn no_secret_in_the_log(format: &str) {
    let mut house = House::empty();
    house.settings_file(&format!("log = \"trace\"\nlog_format = \"{format}\""));
    house.serve();
    let mut secrets: BTreeSet<String> = BTreeSet::new();
    for vendor in VENDORS {
        house.register(vendor);
        secrets.insert(format!("sandbox-{vendor}-secret"));
        let connection = house.connect(vendor, BOT);
        let id = text(&connection, "id");
        house.sync(id);
        secrets.insert(house.ok(&["token", id]).trim().to_owned());
        // Refused, unreachable, lost, half an answer: each way in which an error could repeat what was sent.
        house.fault(vendor, Endpoint::Probe, FaultMode::Html);
        house.fault(vendor, Endpoint::Revoke, FaultMode::HalfReply);
        house.fault(vendor, Endpoint::Token, FaultMode::DropAfterActing);
        house.ok(&["disconnect", id, "--yes"]);
        house.vendors().clear_faults();
        house.connect(vendor, CAROL);
    }
    let key = house.vendors().mint_api_key(Vendor::Postmark, BOT).unwrap();
    house.register(Vendor::Postmark);
    let arguments = ["connect", "postmark", "--api-key-file", "-"];
    assert_eq!(house.run_with(&arguments, &key).code, 0);
    secrets.insert(key);
    let fingerprints: BTreeSet<String> = VENDORS
        .into_iter()
        .flat_map(|vendor| house.vendors().tokens(vendor))
        .map(|token| token.fingerprint)
        .collect();
    assert!(fingerprints.len() >= 8, "{}", fingerprints.len());
    let lines = house.server.as_ref().unwrap().said();
    assert!(
        lines.len() > 20,
        "it says too little to be a test: {lines:#?}"
    );
    for line in &lines {
        for secret in &secrets {
            assert!(!line.contains(secret.as_str()), "{line}");
        }
        for run in candidates(line) {
            assert!(!fingerprints.contains(&fingerprint(run)), "{line}");
        }
        if format == "json" {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}

#[test]
fn as_text() {
    no_secret_in_the_log("text");
}

#[test]
fn as_json() {
    no_secret_in_the_log("json");
}
