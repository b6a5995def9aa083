//! Swaps that were left in the middle, more of them than are told at once.

use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::wire::request::Target;
use tagout::wire::rpc::Disconnect;

use crate::fleet::{Fleet, connection};

#[tokio::test(flavor = "multi_thread")]
async fn how_many_more_there_are_is_said() {
    let mut fleet = Fleet::start(22, 22).await;
    let mut told = Vec::new();
    for n in 0..22 {
        let target = Target {
            connection: connection(n),
            version: None,
        };
        let swap = Disconnect {
            targets: vec![target],
            reason: Reason::Cleanup,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
            swap: true,
        };
        fleet.ask(swap).await;
        let status = fleet.status().await;
        told.push((status.swaps.len(), status.swaps_more));
    }
    assert_eq!(told[18..], [(19, 0), (20, 0), (20, 1), (20, 2)]);
    fleet.end().await;
}
