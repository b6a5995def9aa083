//! Asking a server until its answer is as wanted: notices say when to look again.

use std::time::Duration;

use tagout::client::{Client, Notices};
use tagout::wire::rpc::Rpc;

/// Long enough for a machine that is busy; whatever takes longer hangs.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// Asks again at every notice until the answer is as wanted.
pub(crate) async fn until<A: Rpc<Reply: std::fmt::Debug>>(
    client: &Client,
    notices: &mut Notices,
    request: impl Fn() -> A,
    done: impl Fn(&A::Reply) -> bool,
) -> A::Reply {
    let deadline = tokio::time::Instant::now() + LONG;
    loop {
        let answer = client.ask_within(LONG, request()).await.unwrap();
        if done(&answer) {
            return answer;
        }
        match tokio::time::timeout_at(deadline, notices.next()).await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the server went away at {answer:#?}"),
            Err(_) => panic!("still {answer:#?}"),
        }
    }
}
