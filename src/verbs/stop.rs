//! `tagout stop`: never starts a server, and returns when it is gone.

use serde_json::json;

use super::{Session, Stop};
use crate::client::{LONG_PATIENCE, StartMode};
use crate::wire::ask;
use crate::wire::{Code, Problem};

pub(super) async fn run(session: &Session) -> Result<(), Stop> {
    let (client, mut notices) = session.connect_or(StartMode::Never).await?;
    client.ask_within(LONG_PATIENCE, ask::Stop).await?;
    let gone = async { while notices.next().await.is_some() {} };
    tokio::time::timeout(LONG_PATIENCE, gone)
        .await
        .map_err(|_| {
            Problem::new(
                Code::Failed,
                "the server said it would stop and is still there",
                "See server.log in its folder",
            )
        })?;
    session.show(&json!({ "stopped": true }), || {
        "The server has stopped.".to_owned()
    })
}
