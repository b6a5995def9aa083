//! One execution: page after page, in batches that commit with their cursor.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Pulling, schedule};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::{Health, Status};
use crate::domain::job::{ExecutionStatus, MAX_BODY, SyncExecution, SyncJob, SyncMode, Synced};
use crate::domain::provider::SyncSpec;
use crate::domain::text::clean;
use crate::providers::{Cursor, HttpError, Item, Page, PageError, PageRequest};
use crate::server::tokens::{self, NoToken, Usable};
use crate::server::vendor::Vendor;
use crate::server::who::server_entry;
use crate::server::{Server, mint};
use crate::store::StoreError;
use crate::store::facts::Batch;
use crate::wire::Topic;

/// Items that commit together: small enough that a cancelled batch loses nothing noticeable and a row stays small.
const BATCH: usize = 50;
/// The longest that a vendor's `Retry-After` is waited for within an execution.
const PATIENCE: Duration = Duration::from_secs(120);

/// How an execution ended, when nobody stopped it.
enum End {
    Succeeded,
    Failed(String),
}

/// Why a page could not be had.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Token(#[from] NoToken),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    SetUp(String),
}

/// Runs an execution to its end. The row stands already; it ends by itself, or because somebody ended it.
pub async fn run(server: Arc<Server>, job: SyncJob, execution: SyncExecution, pulling: Pulling) {
    let stop = pulling.stop.clone();
    let lasts = Duration::from_secs(u64::from(job.timeout_minutes) * 60);
    let ended = tokio::select! {
        biased;
        ended = tokio::time::timeout(lasts, pull_all(&server, &job, &execution, &pulling)) => {
            ended.unwrap_or_else(|_| Some(End::Failed(format!("it took longer than {} minutes", job.timeout_minutes))))
        }
        () = server.stop.cancelled() => None,
    };
    let outcome = match ended {
        // Whoever stopped it ends the row, in the transaction that says why.
        None => return drop(stop),
        Some(End::Succeeded) => (ExecutionStatus::Succeeded, None),
        Some(End::Failed(why)) => (ExecutionStatus::Failed, Some(why)),
    };
    if let Err(error) = end(&server, &job, &execution, outcome).await {
        tracing::error!(execution = %execution.id, %error, "the end of an execution could not be recorded");
    }
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(execution.connection),
        Topic::Audit,
    ]);
    server.schedule.look();
}

async fn end(
    server: &Server,
    job: &SyncJob,
    execution: &SyncExecution,
    outcome: (ExecutionStatus, Option<String>),
) -> Result<(), StoreError> {
    let (action, audit) = match outcome.0 {
        ExecutionStatus::Succeeded => ("sync.succeeded", AuditOutcome::Done),
        _ => ("sync.failed", AuditOutcome::Failed),
    };
    let so_far = server
        .store
        .execution(&job.id, &execution.id)?
        .unwrap_or_else(|| execution.clone());
    let detail = json!({
        "job": job.id, "execution": execution.id, "entity": job.entity, "processed": so_far.processed,
        "created": so_far.created, "updated": so_far.updated, "why": outcome.1,
    });
    let entry = server_entry(action, &execution.connection, audit, detail);
    let now = mint::now();
    let next = schedule::after(job, now);
    let covers = job.mode == SyncMode::Full || !job.gap;
    server
        .store
        .execution_ended(execution, outcome, covers, (now, next), entry)
        .await?;
    Ok(())
}

async fn pull_all(
    server: &Arc<Server>,
    job: &SyncJob,
    execution: &SyncExecution,
    pulling: &Pulling,
) -> Option<End> {
    let begun = server.store.execution_runs(execution).await;
    server.hub.tell([Topic::Jobs]);
    let spec = server.provider_of(&execution.connection).and_then(|file| {
        file.sync
            .iter()
            .find(|sync| sync.entity == job.entity)
            .cloned()
    });
    let result = match (begun, spec) {
        (Err(error), _) => Err(Trouble::Store(error)),
        (_, None) => Err(Trouble::SetUp(format!(
            "the provider file has no {}",
            job.entity
        ))),
        (Ok(()), Some(spec)) => pages(server, job, execution, &spec, pulling).await,
    };
    match result {
        Ok(true) => Some(End::Succeeded),
        Ok(false) => None,
        Err(trouble) => Some(End::Failed(trouble.to_string())),
    }
}

/// Pulls until the list ends; false when somebody said stop.
async fn pages(
    server: &Arc<Server>,
    job: &SyncJob,
    execution: &SyncExecution,
    spec: &SyncSpec,
    pulling: &Pulling,
) -> Result<bool, Trouble> {
    let mut cursor = job
        .cursor
        .as_ref()
        .and_then(Value::as_str)
        .map(|text| Cursor::from(text.to_owned()));
    let since = if job.mode == SyncMode::Incremental {
        job.in_step_since
    } else {
        None
    };
    let mut usable = tokio::select! {
        biased;
        () = pulling.stop.cancelled() => return Ok(false),
        usable = tokens::usable(server, &execution.connection) => usable?,
    };
    let vendor = Vendor::of(server, &usable.connection.provider)
        .await
        .map_err(|p| Trouble::SetUp(p.message))?;
    loop {
        let wanted = PageRequest {
            cursor: cursor.as_ref(),
            since,
        };
        let page = tokio::select! {
            biased;
            () = pulling.stop.cancelled() => return Ok(false),
            page = page(server, &vendor, spec, wanted, &mut usable, job) => page?,
        };
        let last = page.next.is_none();
        let next = page.next.clone();
        if !keep(server, job, execution, page, pulling).await? {
            return Ok(false);
        }
        server
            .hub
            .tell([Topic::Jobs, Topic::Connection(execution.connection.clone())]);
        if last {
            return Ok(true);
        }
        cursor = next;
    }
}

/// Commits a page in batches; the last one carries the cursor. What was received is kept, stop or not (T11).
/// Returns whether to go on.
async fn keep(
    server: &Server,
    job: &SyncJob,
    execution: &SyncExecution,
    page: Page,
    pulling: &Pulling,
) -> Result<bool, StoreError> {
    let next = Value::from(page.next.as_ref().map(Cursor::as_str));
    let mut failed = page.without_id as u64;
    let mut items = page
        .items
        .into_iter()
        .map(|item| synced(job, item))
        .peekable();
    loop {
        let batch: Vec<Synced> = items.by_ref().take(BATCH).collect();
        let last = items.peek().is_none();
        let batch = Batch {
            job: job.id.clone(),
            execution: execution.id.clone(),
            items: batch,
            failed: std::mem::take(&mut failed),
            cursor: last.then(|| next.clone()),
            total: page.total_hint,
            at: mint::now(),
        };
        server.store.batch(batch).await?;
        if last {
            return Ok(!pulling.stop.is_cancelled());
        }
    }
}

/// One page, tried again as often as the job says while the vendor is not well. A token that is refused is
/// refreshed once; a second refusal turns the badge (N3).
async fn page(
    server: &Arc<Server>,
    vendor: &Vendor,
    spec: &SyncSpec,
    wanted: PageRequest<'_>,
    usable: &mut Usable,
    job: &SyncJob,
) -> Result<Page, Trouble> {
    let mut refreshed = false;
    let mut tries_left = job.max_retries;
    loop {
        let endpoints = vendor.endpoints().map_err(|p| Trouble::SetUp(p.message))?;
        let context = vendor.context(endpoints, &usable.connection, Some(&usable.secret));
        let error = match server.vendors.fetch_page(spec, &context, wanted).await {
            Ok(page) => {
                recovered(server, usable).await?;
                return Ok(page);
            }
            Err(error) => error,
        };
        match &error {
            PageError::Unauthorized { .. } if !refreshed => {
                refreshed = true;
                *usable = tokens::after_refusal(server, usable).await?;
                continue;
            }
            PageError::Unauthorized { .. } => {
                let why = format!("a fresh token was refused: {error}");
                tokens::refresh::mark(
                    server,
                    &usable.connection,
                    Status::ReconnectRequired,
                    Health::Healthy,
                    why,
                )
                .await?;
                return Err(error.into());
            }
            _ => {}
        }
        let Some(wait) = wait(&error).filter(|_| tries_left > 0) else {
            unwell(server, usable, &error).await?;
            return Err(error.into());
        };
        tries_left -= 1;
        tokio::time::sleep(wait).await;
    }
}

/// How long to wait before trying again; none when that is no use.
fn wait(error: &PageError) -> Option<Duration> {
    match error {
        PageError::RateLimited { retry_after } => {
            Some(retry_after.unwrap_or(Duration::from_secs(1))).filter(|wait| *wait <= PATIENCE)
        }
        PageError::Outage { .. } => Some(Duration::from_secs(1)),
        PageError::Http(
            HttpError::Unreachable { .. } | HttpError::TimedOut { .. } | HttpError::Lost { .. },
        ) => Some(Duration::from_secs(1)),
        _ => None,
    }
}

/// An outage turns the badge to Error, with its reason; a wrong page is the provider file's fault and does not.
async fn unwell(server: &Server, usable: &Usable, error: &PageError) -> Result<(), StoreError> {
    let health = match error {
        PageError::RateLimited { .. } => Health::Degraded,
        PageError::Outage { .. } | PageError::Http(_) => Health::Down,
        _ => return Ok(()),
    };
    tokens::refresh::mark(
        server,
        &usable.connection,
        Status::Error,
        health,
        error.to_string(),
    )
    .await
}

/// The vendor answers again.
async fn recovered(server: &Server, usable: &mut Usable) -> Result<(), StoreError> {
    if usable.connection.status == Status::Error {
        tokens::refresh::mark(
            server,
            &usable.connection,
            Status::Connected,
            Health::Healthy,
            String::new(),
        )
        .await?;
        usable.connection.status = Status::Connected;
    }
    Ok(())
}

fn synced(job: &SyncJob, item: Item) -> Synced {
    let text = item.raw.to_string();
    let digest = hex::encode(Sha256::digest(&text));
    let label = item
        .label
        .as_deref()
        .map(clean)
        .filter(|label| !label.is_empty());
    Synced {
        id: mint::reference(),
        connection: job.connection.clone(),
        entity: job.entity.clone(),
        local_id: format!(
            "{}_{}",
            job.entity,
            mint::reference().as_str().trim_start_matches("ref_")
        ),
        label: label.unwrap_or_else(|| clean(&item.id)),
        external_id: item.id,
        updated: item.updated.as_deref().map(clean),
        synced_at: mint::now(),
        seen: 0,
        digest,
        body: if text.len() <= MAX_BODY {
            item.raw
        } else {
            Value::Null
        },
    }
}
