//! A request on its way: the gate, then whoever answers it, then one serialisation.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::answer::Answer;
use super::who::Caller;
use super::{Server, gate, refusals};
use crate::wire::ask::{self, every_request};
use crate::wire::request::Request;
use crate::wire::{Code, Problem, Token};

/// An answer, ready for the socket.
#[derive(Debug)]
pub enum Answered {
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
        ) -> Result<Answered, Problem> {
            match request {
                $(Request::$bare => json(ask::$bare.answer(server, caller).await?),)*
                $(Request::$full(asked) => json(asked.answer(server, caller).await?),)*
                $(Request::$secret(asked) => asked.answer(server, caller).await.map(Answered::$secret),)*
            }
        }
    };
}

every_request!(dispatch);

/// Asks the gate, then does what is asked.
///
/// # Errors
/// Why it was not done.
pub async fn answer(
    server: &Arc<Server>,
    caller: &Caller,
    request: Request,
) -> Result<Answered, Problem> {
    refusals::turn(server, caller.actor.user.id.as_str()).await;
    let (caller, request) = gate::admit(server, caller, request).await?;
    dispatch(server, &caller, request).await
}

fn json(reply: impl Serialize) -> Result<Answered, Problem> {
    serde_json::to_value(reply)
        .map(Answered::Json)
        .map_err(|error| Problem::new(Code::Failed, error.to_string(), "report this"))
}
