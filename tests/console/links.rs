//! A device link that a disconnect ended: until when it may be approved stands in the dialog, under Exposure and in the run.

use serde_json::json;
use tagout::domain::flow::OpenFlow;

use super::desk::Desk;
use super::world::World;

const SAID: &str = "1 device link may be approved until";

fn link() -> OpenFlow {
    serde_json::from_value(json!({
        "id": format!("flo_{:026}", 1), "connection": null, "provider": "linear", "kind": "device", "owner": "workspace",
        "by": "alice", "began_at": "2026-11-20T23:31:00Z", "ends_at": "2026-11-20T23:46:00Z",
    }))
    .unwrap()
}

#[test]
fn the_dialog_says_it_before() {
    let mut world = World::acme();
    for connection in &mut world.connections {
        connection.flows = vec![link()];
    }
    let screen = Desk::new(world, 160, 40).press("jjd").screen();
    assert!(screen.contains(SAID), "{screen}");
}

/// Its tokens are proven dead, and the link is all that is left.
#[test]
fn exposure_and_the_run_say_it_after() {
    let mut world = World::acme();
    let dead = world.runs.last_mut().unwrap();
    let name = format!("{}  {}", dead.provider_name, dead.name);
    dead.links = vec![link()];
    world.runs = vec![dead.clone()];
    let mut desk = Desk::new(world, 160, 40);
    let screen = desk.press("6").screen();
    for part in [&name, "device link", SAID] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    let screen = desk.press("<Enter>").screen();
    assert!(screen.contains(SAID), "{screen}");
}
