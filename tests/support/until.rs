//! Asking a server until its answer is as wanted: notices say when to look again.

use std::time::Duration;

use serde::de::DeserializeOwned;
use tagout::client::{Client, Notices};
use tagout::wire::request::Request;

/// Long enough for a machine that is busy; whatever takes longer hangs.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// Asks again at every notice until the answer is as wanted.
pub(crate) async fn until<T: DeserializeOwned + std::fmt::Debug>(
    client: &Client,
    notices: &mut Notices,
    request: impl Fn() -> Request,
    done: impl Fn(&T) -> bool,
) -> T {
    let deadline = tokio::time::Instant::now() + LONG;
    loop {
        let answer: T = client.ask_within(LONG, request()).await.unwrap();
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
