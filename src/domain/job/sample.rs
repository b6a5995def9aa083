//! A record for tests, of which each says what matters to it.

use jiff::Timestamp;

use super::{Seen, Synced};

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
