//! A run for tests, of which each says what matters to it.

use super::run::Run;

/// The disconnect of a connection without anything.
pub(crate) fn run() -> Run {
    let connection = "con_01jd7000000000000000000001";
    let plan = serde_json::json!({
        "connection": connection, "version": 1, "provider": "vendor", "provider_name": "Vendor", "name": "acme",
        "is_crm": false, "jobs_enabled": 0, "executions_running": 0, "credentials": 0, "references": 0, "webhooks": 0,
        "dependents": [], "other_connections": [], "shares_grant_with": [], "kept": [], "follow_ups": [], "tokens": [],
        "can_uninstall": false,
    });
    let text = serde_json::json!({
        "id": "run_01jd7000000000000000000001", "connection": connection, "generation": 1,
        "provider": "vendor", "provider_name": "Vendor", "name": "acme", "owner": "workspace", "actor": "alice",
        "role": "owner", "origin": { "address": null, "via": "local" }, "reason": "unused", "note": "", "ticket": null,
        "if_unreachable": "destroy", "uninstall": false, "started_at": "2027-01-15T08:00:00Z", "ended_at": null, "state": "running",
        "plan": plan, "checkpoint": null,
    });
    serde_json::from_str(&text.to_string()).unwrap()
}
