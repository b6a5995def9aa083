//! Swaps that were left in the middle, more of them than are told at once.

use tagout::wire::rpc::Disconnect;

use crate::fleet::Fleet;
use crate::walks::disconnect;

#[tokio::test(flavor = "multi_thread")]
async fn how_many_more_there_are_is_said() {
    let mut fleet = Fleet::start(22, 22).await;
    let mut told = Vec::new();
    for n in 0..22 {
        let swap = Disconnect {
            swap: true,
            ..disconnect(&[n])
        };
        fleet.ask(swap).await;
        let status = fleet.status().await;
        told.push((status.swaps.len(), status.swaps_more));
    }
    assert_eq!(told[18..], [(19, 0), (20, 0), (20, 1), (20, 2)]);
    fleet.end().await;
}
