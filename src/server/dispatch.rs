//! A request on its way: the gate, then whoever answers it, then one serialisation.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::caller::Caller;
use super::handler::Handler;
use super::{Server, gate, refusals};
use crate::wire::request::Request;
use crate::wire::rpc::{self, every_request};
use crate::wire::{Code, Problem, Token};

/// An answer, ready for the socket.
#[derive(Debug)]
pub enum DispatchReply {
    /// The JSON of the request's reply.
    Json(Value),
    /// A token, which is never a [`Value`]: no copy of it is left in one.
    Token(Token),
}

macro_rules! dispatch {
    (bare { $($bare:ident)* } full { $($full:ident)* } secret { $($secret:ident)* }) => {
        async fn dispatch(
            server: &Arc<Server>,
            caller: &Caller,
            request: Request,
        ) -> Result<DispatchReply, Problem> {
            match request {
                $(Request::$bare => json(rpc::$bare.handle(server, caller).await?),)*
                $(Request::$full(asked) => json(asked.handle(server, caller).await?),)*
                $(Request::$secret(asked) => asked.handle(server, caller).await.map(DispatchReply::$secret),)*
            }
        }
    };
}

every_request!(dispatch);

/// Asks the gate, then does what is asked.
pub async fn answer(
    server: &Arc<Server>,
    caller: &Caller,
    request: Request,
) -> Result<DispatchReply, Problem> {
    refusals::turn(server, caller.actor.user.id.as_str()).await;
    let (caller, request) = gate::admit(server, caller, request).await?;
    dispatch(server, &caller, request).await
}

fn json(reply: impl Serialize) -> Result<DispatchReply, Problem> {
    serde_json::to_value(reply)
        .map(DispatchReply::Json)
        .map_err(|error| Problem::new(Code::Failed, error.to_string(), "report this"))
}
