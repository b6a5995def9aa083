//! What waits at an endpoint is judged together: its connection is read, and its signing secret opened, once for all of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use secrecy::SecretString;

use super::event_token::{self, JudgedToken};
use super::queue::{QueuedDelivery, ReceivedDelivery};
use super::write::{self, CountedDeliveries, CountedDelivery};
use super::{classify, later, not_found};
use crate::domain::connection::Connection;
use crate::domain::delivery::DEBOUNCE;
use crate::domain::id::WebhookId;
use crate::domain::provider::{ProviderFile, WebhookSpec};
use crate::domain::webhook::WebhookEndpoint;
use crate::providers::is_on_loopback;
use crate::providers::signature::{self, SignedDelivery};
use crate::server::{Server, vendor};
use crate::store::StoreError;
use crate::store::facts::RecentIds;
use crate::wire::Problem;
use classify::ReadDelivery;

/// An endpoint, and what its deliveries are judged by.
pub(super) struct EndpointContext {
    pub(super) endpoint: WebhookEndpoint,
    pub(super) connection: Arc<Connection>,
    pub(super) file: Option<Arc<ProviderFile>>,
    /// How long events are collected before a pull.
    pub(super) debounce: Duration,
    url: String,
    key: Option<SecretString>,
}

impl EndpointContext {
    /// None where there is no such endpoint.
    ///
    /// # Errors
    /// When our secret cannot be opened: that is nobody's forgery.
    fn read(server: &Server, id: &WebhookId) -> Result<Option<Self>, Problem> {
        let found = server.store.webhook(id).and_then(|endpoint| {
            let connection = server.store.connection(&endpoint.connection)?;
            Ok((endpoint, connection))
        });
        let (endpoint, connection) = match found {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let file = server.provider(&connection.provider);
        let key = vendor::signing_key(server, &connection.provider, scheme(file.as_deref()))?;
        Ok(Some(Self {
            url: server.webhook_url(&endpoint.id),
            endpoint,
            debounce: debounce(server, &connection),
            connection: Arc::new(connection),
            file,
            key,
        }))
    }

    pub(super) fn spec(&self) -> Option<&WebhookSpec> {
        self.file.as_ref().and_then(|file| file.webhook.as_ref())
    }

    fn scheme(&self) -> &str {
        scheme(self.file.as_deref())
    }

    /// The provider file, where the deliveries of its scheme are signed event tokens.
    pub(super) fn token_file(&self) -> Option<&Arc<ProviderFile>> {
        let is_token = signature::is_token(self.scheme());
        self.file.as_ref().filter(|_| is_token)
    }
}

/// How the events of a provider are signed.
fn scheme(file: Option<&ProviderFile>) -> &str {
    let spec = file.and_then(|file| file.webhook.as_ref());
    spec.map_or("none", |spec| spec.signature.as_str())
}

/// Begins to take what waits at an endpoint.
pub(super) fn begin(server: &Arc<Server>, endpoint: WebhookId) {
    let worker = take_waiting(Arc::clone(server), endpoint);
    server.tasks.spawn(worker);
}

/// So many batches of an endpoint are on their way to the disk at once: while it writes one, what already waits is ready, and what
/// comes meanwhile is written together. With more of them the batches are small, and each costs a transaction.
const ON_THE_WAY: usize = 2;

/// Judges and writes what waits at an endpoint until nothing does.
async fn take_waiting(server: Arc<Server>, endpoint: WebhookId) {
    let _worker = server.deliveries.worker(&endpoint);
    let mut recent = RecentIds::default();
    let mut written = VecDeque::new();
    loop {
        let mut counted = CountedDeliveries::new();
        judge_waiting(&server, &endpoint, &mut counted).await;
        if counted.is_empty() || written.len() >= ON_THE_WAY {
            match written.pop_front() {
                Some(first) => write::answer(&server, first).await,
                None if server.deliveries.has_ended(&endpoint) => return,
                None => {}
            }
            judge_waiting(&server, &endpoint, &mut counted).await;
        }
        if !counted.is_empty() {
            written.push_back(write::put(&server, counted, &mut recent));
        }
    }
}

async fn judge_waiting(
    server: &Arc<Server>,
    endpoint: &WebhookId,
    counted: &mut CountedDeliveries,
) {
    let batch = server.deliveries.take(endpoint);
    if batch.is_empty() {
        return;
    }
    match EndpointContext::read(server, endpoint) {
        Ok(Some(context)) => judge_batch(server, &context, batch, counted).await,
        Ok(None) => {
            let missing = |it: QueuedDelivery| it.sender.answer(not_found());
            batch.into_iter().for_each(missing);
        }
        Err(problem) => write::report(endpoint, &problem.message),
    }
}

async fn judge_batch(
    server: &Arc<Server>,
    context: &EndpointContext,
    batch: Vec<QueuedDelivery>,
    counted: &mut CountedDeliveries,
) {
    for queued in batch {
        // A crowd of large ones keeps no other task waiting.
        tokio::task::consume_budget().await;
        let QueuedDelivery { received, sender } = queued;
        if let Some(file) = context.token_file().filter(|_| received.token.is_none()) {
            let (server, file) = (Arc::clone(server), Arc::clone(file));
            let queued = QueuedDelivery { received, sender };
            let endpoint = context.endpoint.id.clone();
            let tasks = server.tasks.clone();
            tasks.spawn(judge_token(server, endpoint, file, queued));
            continue;
        }
        match judge(server, context, &received) {
            Ok(JudgedDelivery::Answered(with)) => sender.answer(with),
            Ok(JudgedDelivery::Counted(read)) => {
                let its = counted.entry(read.counted_at).or_default();
                its.push(CountedDelivery {
                    arrival: read.arrival,
                    refusal: read.refusal,
                    sender,
                });
            }
            Err(error) => write::report(&context.endpoint.id, &error),
        }
    }
}

/// What a delivery is found to be.
enum JudgedDelivery {
    /// It is answered, and not counted.
    Answered(Response),
    Counted(Box<ReadDelivery>),
}

fn judge(
    server: &Server,
    context: &EndpointContext,
    received: &ReceivedDelivery,
) -> Result<JudgedDelivery, StoreError> {
    let uri = format!("{}{}", context.url, received.query);
    let headers: Vec<(&str, &str)> = received
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let delivery = SignedDelivery {
        method: received.method.as_str(),
        uri: &uri,
        headers: &headers,
        body: received.body.bytes(),
    };
    let scheme = context.scheme();
    let judged = match &received.token {
        Some(Ok(says)) => Ok(says.as_slice()),
        Some(Err(why)) => Err(why.clone()),
        None => signature::verify(scheme, context.key.as_ref(), &delivery, received.at)
            .map(|()| delivery.body),
    };
    // A vendor that asks whether the address is ours has nothing to sign with yet, or signs that as well.
    if context.endpoint.enabled
        && (judged.is_ok() || delivery.body.is_empty())
        && let Some(text) = signature::challenge(scheme, &delivery)
    {
        return Ok(JudgedDelivery::Answered(text.into_response()));
    }
    if received.method != Method::POST {
        let refused = StatusCode::METHOD_NOT_ALLOWED.into_response();
        return Ok(JudgedDelivery::Answered(refused));
    }
    let came = classify::JudgedRequest {
        delivery,
        judged,
        began: received.began,
        at: received.at,
    };
    let read = classify::read(server, context, came)?;
    Ok(JudgedDelivery::Counted(Box::new(read)))
}

/// Settles whose a signed token is, for which its issuer's keys may have to be asked for, and queues it again.
async fn judge_token(
    server: Arc<Server>,
    endpoint: WebhookId,
    file: Arc<ProviderFile>,
    queued: QueuedDelivery,
) {
    let QueuedDelivery {
        mut received,
        sender,
    } = queued;
    let Some(spec) = &file.webhook else {
        return;
    };
    received.token = match event_token::judge(&server, &file, spec, &received).await {
        Ok(JudgedToken::Signed(says)) => Some(Ok(says)),
        Ok(JudgedToken::Refused(why)) => Some(Err(why)),
        Ok(JudgedToken::Later(after)) => return sender.answer(later(after)),
        Err(error) => return write::report(&endpoint, &error),
    };
    if server
        .deliveries
        .push_again(&endpoint, QueuedDelivery { received, sender })
    {
        begin(&server, endpoint);
    }
}

/// How long events are collected before a pull; shorter for what was authorized at a vendor on this machine alone.
fn debounce(server: &Server, connection: &Connection) -> Duration {
    let is_local = connection.bound.as_ref().is_some_and(|bound| {
        let mut origins = bound.origins.iter().peekable();
        origins.peek().is_some() && origins.all(|origin| is_on_loopback(origin))
    });
    match is_local {
        true => server.debounce,
        false => server.debounce.max(DEBOUNCE),
    }
}
