//! Every request there is, and who answers it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::look::{catalog, connections, jobs, lists, log, plans, runs, status};
use super::sync::acts;
use super::who::Caller;
use super::{Server, change, connect, disconnect, gate, holds, mint, reads, refusals, walkthrough};
use crate::domain::audit::AuditOutcome;
use crate::domain::id::ConnectionId;
use crate::server::resolve;
use crate::store::facts::View;
use crate::wire::request::{MAX_ROWS, Request};
use crate::wire::{Code, Problem, Token, Topic};

/// What was asked for.
#[derive(Debug)]
pub enum Answer {
    /// The JSON that the request's comment names.
    Json(Value),
    /// A token.
    Token(Token),
}

/// Asks the gate, then does what is asked.
///
/// # Errors
/// Why it was not done.
pub async fn answer(
    server: &Arc<Server>,
    caller: &Caller,
    request: Request,
) -> Result<Answer, Problem> {
    refusals::turn(server, caller.actor.user.id.as_str()).await;
    let (caller, request) = gate::admit(server, caller, request).await?;
    match request {
        Request::Token {
            connection,
            min_valid,
        } => {
            let token = reads::read(server, &caller, &connection, min_valid).await?;
            Ok(Answer::Token(token))
        }
        request => done(server, &caller, request).await.map(Answer::Json),
    }
}

async fn done(server: &Arc<Server>, caller: &Caller, request: Request) -> Result<Value, Problem> {
    use Request as R;
    match request {
        R::Status => json(status::status(server)?),
        R::Providers(window) => json(catalog::list(server, &window)?),
        R::Provider { id } => json(catalog::one(server, &id)?),
        R::ProviderAdd { toml, file_name } => {
            json(change::catalog::add(server, caller, &toml, &file_name).await?)
        }
        R::ProviderRemove { id } => json(change::catalog::remove(server, caller, &id).await?),
        R::ProviderUntag { id, note } => {
            json(change::catalog::untag(server, caller, &id, note).await?)
        }
        R::ProviderConfigure {
            id,
            client_id,
            client_secret,
            redirect_uri,
            vars,
            moves,
        } => {
            let registration = change::catalog::Registration {
                client_id,
                client_secret,
                redirect_uri,
                vars,
                moves,
            };
            json(change::catalog::configure(server, caller, &id, registration).await?)
        }
        R::ProviderSecret { id, kind, secret } => {
            let kept = change::catalog::keep_secret(server, caller, &id, (kind, secret));
            json(kept.await?)
        }
        R::Connect(asked) => json(connect::begin(server, caller, *asked).await?),
        R::Flow { id } => json(server.flows.seen_by(caller, &id)?),
        R::Flows => json(connect::open(server)?),
        R::FlowPaste { id, text } => json(connect::paste(server, caller, &id, &text).await?),
        R::FlowCancel { id } => json(connect::cancel(server, caller, &id).await?),
        R::Connections(window) => json(connections::list(server, caller, &window)?),
        R::Connection { name } => json(connections::one(
            server,
            caller,
            &resolve::connection(server, &name)?,
        )?),
        R::Configure {
            name,
            new_name,
            vars,
            moves,
        } => {
            let asked = change::Configured {
                new_name,
                vars,
                moves,
            };
            json(change::configure(server, caller, &name, asked).await?)
        }
        R::Plan { connections, terms } => json(plans::named(server, &connections, terms).await?),
        R::Plans {
            choice,
            window,
            terms,
        } => json(plans::chosen(server, &choice, &window, *terms).await?),
        R::Disconnect(asked) => json(disconnect::begin(server, caller, asked).await?),
        R::Runs(window) => json(runs::list(server, &window)?),
        R::Run { id } => json(runs::one(server, &resolve::run(server, &id)?)?),
        R::RunRecords { id, from } => json(
            server
                .store
                .run_log(&id)?
                .into_iter()
                .skip(from)
                .collect::<Vec<_>>(),
        ),
        R::RunResume { id } => json(disconnect::resume(server, caller, &id).await?),
        R::Walkthroughs(window) => json(walkthrough::look::list(server, caller, &window)?),
        R::Walkthrough { id } => json(walkthrough::look::one(
            server,
            caller,
            &walkthrough::look::find(server, caller, &id)?,
        )?),
        R::WalkthroughTargets { id, window } => {
            json(walkthrough::look::targets(server, caller, &id, &window)?)
        }
        R::WalkthroughSave(draft) => json(walkthrough::save(server, caller, *draft).await?),
        R::WalkthroughBegin { id, version } => {
            json(walkthrough::begin(server, caller, &id, version).await?)
        }
        R::WalkthroughStop { id } => json(walkthrough::stop(server, caller, &id).await?),
        R::WalkthroughGoOn { id } => json(walkthrough::go_on(server, caller, &id).await?),
        R::WalkthroughDiscard { id } => json(walkthrough::discard(server, caller, &id).await?),
        R::Jobs { connection, window } => json(jobs::list(
            server,
            caller,
            named(server, connection)?.as_ref(),
            &window,
        )?),
        R::JobAct { job, act } => json(acts::act(server, caller, &job, act).await?),
        R::JobAdd(spec) => json(acts::add(server, caller, spec).await?),
        R::JobEdit { job, spec } => json(acts::edit(server, caller, &job, spec).await?),
        R::EnableBefore { connection } => {
            json(acts::enable_before(server, caller, &connection).await?)
        }
        R::Executions { job, window } => {
            let job = job.map(|name| resolve::job(server, &name)).transpose()?;
            json(jobs::executions(
                server,
                job.as_ref().map(|job| &job.id),
                &window,
            )?)
        }
        R::References { connection, window } => json(lists::references(
            server,
            named(server, connection)?.as_ref(),
            &window,
        )?),
        R::Records { connection, window } => json(lists::records(
            server,
            named(server, connection)?.as_ref(),
            &window,
        )?),
        R::FollowUps { connection, window } => json(lists::follow_ups(
            server,
            named(server, connection)?.as_ref(),
            &window,
        )?),
        R::Webhooks { connection } => json(lists::webhooks(
            server,
            named(server, connection)?.as_ref(),
        )?),
        other => answer_more(server, caller, other).await,
    }
}

/// Configuration, the record, people, and the server itself.
async fn answer_more(
    server: &Arc<Server>,
    caller: &Caller,
    request: Request,
) -> Result<Value, Problem> {
    use Request as R;
    match request {
        R::WebhookSet { id, enabled } => json(change::webhook(server, caller, &id, enabled).await?),
        R::Subscriptions => {
            let all = server.store.subscriptions()?;
            json(all.into_iter().map(lists::subscription).collect::<Vec<_>>())
        }
        R::SubscriptionAdd { url, events } => {
            json(change::add_subscription(server, caller, url, events).await?)
        }
        R::SubscriptionRemove { id } => {
            json(change::remove_subscription(server, caller, &id).await?)
        }
        R::Configs { connection, kind } => json(lists::configs(
            server,
            &resolve::connection(server, &connection)?.id,
            kind,
        )?),
        R::ConfigAdd {
            connection,
            kind,
            entity,
            from,
            to,
        } => json(change::add_config(server, caller, &connection, (kind, entity, from, to)).await?),
        R::ConfigRemove { id } => json(change::remove_config(server, caller, &id).await?),
        R::FollowUpDone { id, note } => {
            json(change::follow_up_done(server, caller, &id, note).await?)
        }
        R::Holds { connection, window } => json(holds::look::list(
            server,
            caller,
            named(server, connection)?.as_ref(),
            &window,
        )?),
        R::HoldDrop { id, note } => json(holds::give_up(server, caller, &id, note).await?),
        R::Audit { window } => json(log::list(server, &window)?),
        R::AuditFrom { seq, since, limit } => {
            json(log::from(server, seq, since, limit.min(MAX_ROWS))?)
        }
        R::Checkpoint => json(log::checkpoint(server)?),
        R::Users => {
            let all = server.store.users()?;
            json(all.into_iter().map(lists::user).collect::<Vec<_>>())
        }
        R::UserAdd {
            name,
            role,
            kind,
            uid,
            ssh_keys,
        } => {
            let known_by = (uid, ssh_keys);
            json(change::users::add(server, caller, name, (role, kind), known_by).await?)
        }
        R::UserRemove { name, keep } => {
            json(change::users::remove(server, caller, &name, keep).await?)
        }
        R::UserPermission {
            name,
            permission,
            granted,
            connections,
        } => {
            let what = (permission, granted);
            json(change::users::permission(server, caller, &name, what, &connections).await?)
        }
        R::ViewLoad => {
            let view = server.store.view_of(&caller.actor.user.id)?;
            json(view.map(|view| view.view))
        }
        R::ViewSave { view } => {
            let view = View {
                user: caller.actor.user.id.clone(),
                view,
            };
            json(server.store.keep_view(view).await?)
        }
        R::Stop => stop(server, caller).await,
        // Every other request is answered above; the compiler holds the two lists together only by this arm.
        _ => Err(Problem::new(
            Code::Usage,
            "this request is not answered here",
            "report this",
        )),
    }
}

async fn stop(server: &Arc<Server>, caller: &Caller) -> Result<Value, Problem> {
    let detail = json!({ "pid": std::process::id(), "at": mint::now() });
    let entry = caller.entry("server.stopped", "server", AuditOutcome::Done, detail);
    server.store.note(entry).await?;
    server.hub.tell([Topic::Stopping]);
    server.stop.cancel();
    Ok(Value::Null)
}

fn named(server: &Server, name: Option<String>) -> Result<Option<ConnectionId>, Problem> {
    name.map(|name| resolve::connection(server, &name).map(|connection| connection.id))
        .transpose()
}

fn json(value: impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value)
        .map_err(|error| Problem::new(Code::Failed, error.to_string(), "report this"))
}
