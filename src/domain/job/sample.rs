//! A record for tests, of which each says what matters to it.

use jiff::Timestamp;

use super::{ExecutionStatus, Seen, SyncExecution, Synced};

/// An issue with nothing in it.
pub(crate) fn record() -> Synced {
    Synced {
        id: "ref_01jd7000000000000000000001".parse().unwrap(),
        connection: "con_01jd7000000000000000000001".parse().unwrap(),
        entity: "issue".to_owned(),
        parent: None,
        local_id: "issue_1".to_owned(),
        external_id: "7".to_owned(),
        label: "ACM-7".to_owned(),
        updated: None,
        synced_at: Timestamp::UNIX_EPOCH,
        seen: Seen::default(),
        digest: String::new(),
        body: serde_json::json!({}),
        left_out: Vec::new(),
        own: Default::default(),
        links: Default::default(),
    }
}

/// An execution that has read a page.
pub(crate) fn execution(status: ExecutionStatus) -> SyncExecution {
    let text = serde_json::json!({
        "id": "exe_01jd7000000000000000000001", "job": "job_01jd7000000000000000000001",
        "connection": "con_01jd7000000000000000000001", "generation": 1, "status": status,
        "started_at": "2026-11-29T00:00:00Z", "completed_at": null, "processed": 7, "created": 7, "updated": 0,
        "skipped": 0, "failed": 0, "pages": 1, "total": null, "cursor": "2", "error": null,
    });
    serde_json::from_str(&text.to_string()).unwrap()
}
