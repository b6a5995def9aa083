use super::*;
use crate::domain::disconnect::sample;
use crate::domain::id::ConnectionId;
use crate::store::disk_fault_tests::signer;

const CONNECTION: &str = r#"{
    "id": "con_01jd7000000000000000000001", "instance": "ins_01jd7000000000000000000001", "provider": "ledger",
    "name": "acme", "owner": { "kind": "personal", "user": "usr_01jd7000000000000000000001" },
    "account": { "id": "1", "label": "acme" }, "status": "connected", "reason": "", "health": "healthy",
    "generation": 1, "version": 1, "connected_at": null, "synced_at": null }"#;
const OWNER: &str = r#"{
    "id": "usr_01jd7000000000000000000001", "name": "bob", "role": "member", "kind": "person", "uid": null }"#;

/// Whether the owner of such a connection is told of a run that this one began.
async fn is_told(actor: &str, is_given_back: bool, replaced_of: Option<ConnectionId>) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("data"), signer()).unwrap();
    let connection = Connection {
        is_given_back,
        replaced_of,
        ..serde_json::from_str(CONNECTION).unwrap()
    };
    let owner: User = serde_json::from_str(OWNER).unwrap();
    let mut run = sample::run();
    actor.clone_into(&mut run.actor);
    let written = store.write(|tx| {
        tx.put(&owner)?;
        tx.tell_owner(&connection, &run)
    });
    store.durable(written.unwrap().commit).await.unwrap();
    store.told_to(&owner.id, 9).unwrap() == [Thing::Run(run.id)]
}

#[tokio::test]
async fn whoever_owns_what_somebody_else_takes_away_or_replaces_is_told() {
    let other = || Some("con_01jd7000000000000000000002".parse().unwrap());
    assert!(is_told("alice", false, None).await);
    assert!(is_told("alice", true, other()).await, "replaced");
    assert!(!is_told("alice", true, None).await, "never in use");
    assert!(!is_told("bob", false, None).await);
    assert!(!is_told("bob", true, other()).await);
}
