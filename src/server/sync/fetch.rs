//! One page, with the patience that its vendor needs.

use std::time::{Duration, Instant};

use super::limits::{AccountAtHost, PATIENCE};
use super::page_turn;
use super::task::Task;
use super::{WaitsFor, wait_state::WaitGuard};
use crate::domain::connection::{Badge, Health, Status};
use crate::domain::health::{AnswerMeaning, HealthSignal};
use crate::domain::job::TRIES;
use crate::domain::provider::SyncSpec;
use crate::domain::saturating_time::saturating_later;
use crate::domain::sync::ListFault;
use crate::domain::trial::Verdict;
use crate::providers::{HttpError, ListPage, PageError, PageRequest, TokenError};
use crate::server::tokens::{self, NoToken, UsableToken};
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;

/// No limit is over earlier, whatever its vendor says.
const SOONEST: Duration = Duration::from_millis(200);
/// A vendor that asks for less than this says no more than that it is too much now.
const NO_WAIT: Duration = Duration::from_millis(1);
/// No vendor elsewhere is believed earlier that a list is empty.
const EMPTY_AGAIN: Duration = Duration::from_secs(10 * 60);

/// Why a page could not be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Token(#[from] NoToken),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    List(#[from] ListFault),
    #[error("a page of {size} is too large or too slow: {error}")]
    TooMuch { size: u32, error: PageError },
    #[error("{count} of {all} lists could not be pulled: {which}")]
    SomeLists {
        count: usize,
        all: usize,
        which: String,
    },
    #[error("{0}")]
    SetUp(String),
}

impl FetchError {
    /// How long to wait before it is tried again by itself; none where it was not the vendor's trouble that stopped it.
    pub(super) fn wait(&self) -> Option<Wait> {
        match self {
            Self::Page(error) => wait(error),
            Self::Token(NoToken::Vendor(TokenError::Outage { retry_after, .. })) => {
                Some(retry_after.map_or(Wait::ByPace, Wait::AsAsked))
            }
            Self::Token(_)
            | Self::Store(_)
            | Self::List(_)
            | Self::TooMuch { .. }
            | Self::SomeLists { .. }
            | Self::SetUp(_) => None,
        }
    }
}

/// Whether a smaller page may come: this one was too large, or did not come in time.
pub(super) fn is_too_much(error: &PageError) -> bool {
    matches!(
        error,
        PageError::Http(HttpError::TooLarge { .. } | HttpError::TimedOut { .. })
    )
}

/// Whether such a page speaks of the list, and not of the vendor's health: it can be asked for in halves, or was.
fn is_the_lists(spec: &SyncSpec, wanted: PageRequest<'_>, error: &PageError) -> bool {
    let page = spec.page.as_ref();
    let is_sized = page.is_some_and(|page| page.size_param.is_some() && page.size.is_some());
    let is_large = matches!(error, PageError::Http(HttpError::TooLarge { .. }));
    is_too_much(error) && (is_large || is_sized || wanted.size.is_some())
}

/// One page, tried again as often as the job says while the vendor is not well. A token that is refused is
/// refreshed once; a second refusal turns the badge (N3), unless the file's `[control]` is refused as well.
pub(super) async fn page(
    task: &Task<'_>,
    vendor: &VendorSession,
    wanted: PageRequest<'_>,
    usable: &mut UsableToken,
) -> Result<ListPage, FetchError> {
    let Task {
        server, job, spec, ..
    } = task;
    let mut refreshed = false;
    let mut tries = 0;
    let mut waited = Duration::ZERO;
    loop {
        waited += may_ask(task, usable, waited).await;
        let endpoints = vendor
            .endpoints()
            .map_err(|p| FetchError::SetUp(p.message))?;
        let mut context = vendor.context(endpoints, &usable.connection, Some(&usable.secret));
        if let Some(parent) = task.parent {
            context = context.of_parent(&parent.id);
        }
        let began = Instant::now();
        let fetched = server
            .vendors
            .fetch_page(&task.pulling.pool, spec, &context, wanted)
            .await;
        let is_the_lists = |error: &PageError| is_the_lists(spec, wanted, error);
        if !fetched.as_ref().is_err_and(is_the_lists) {
            hear(server, usable, &fetched, began.elapsed());
        }
        let error = match fetched {
            Ok(page) => {
                task.pulling.progress.moves();
                if let Some(wait) = page.rests {
                    limited(task, usable, wait);
                }
                recovered(server, usable).await?;
                return Ok(page);
            }
            Err(error) => error,
        };
        match &error {
            PageError::Unauthorized { .. } if is_everybody_refused(vendor, usable).await => {
                return Err(error.into());
            }
            PageError::Unauthorized { .. } if !refreshed => {
                refreshed = true;
                *usable = tokens::after_refusal(server, &usable.connection.id, &usable.credential)
                    .await?;
                continue;
            }
            PageError::Unauthorized { .. } => {
                let why = format!("a fresh token was refused: {error}");
                tokens::refresh::mark(server, &usable.connection, Badge::reconnect(why)).await?;
                return Err(error.into());
            }
            _ if is_the_lists(&error) => return Err(error.into()),
            _ => {}
        }
        let wait = match wait(&error) {
            // To wait as long as the vendor says is no try.
            Some(Wait::AsAsked(wait)) if waited < PATIENCE && wait <= PATIENCE => {
                limited(task, usable, wait);
                continue;
            }
            Some(Wait::ByPace) if tries < u32::from(job.max_retries) => {
                TRIES.wait(tries, clock_and_ids::chance(), None)
            }
            Some(Wait::AsAsked(_) | Wait::ByPace) | None => {
                unwell(server, usable, &error).await?;
                return Err(error.into());
            }
        };
        tries += 1;
        // Whoever waits for a vendor that is not well keeps nobody else waiting.
        task.pulling.leave_place();
        tokio::time::sleep(wait).await;
    }
}

/// Whether the vendor has this thing, asked for once.
pub(super) async fn is_there(
    task: &Task<'_>,
    vendor: &VendorSession,
    usable: &UsableToken,
    id: &str,
) -> Result<bool, FetchError> {
    may_ask(task, usable, Duration::ZERO).await;
    let endpoints = vendor
        .endpoints()
        .map_err(|p| FetchError::SetUp(p.message))?;
    let context = vendor.context(endpoints, &usable.connection, Some(&usable.secret));
    let vendors = &task.server.vendors;
    let asked = vendors.is_there(&task.pulling.pool, task.spec, &context, id);
    let asked = asked.await;
    // Whoever asks next at this account waits as long as the vendor says.
    if let Err(error) = &asked
        && let Some(Wait::AsAsked(wait)) = wait(error)
    {
        limited(task, usable, wait);
    }
    let is_there = asked?;
    task.pulling.progress.moves();
    Ok(is_there)
}

/// Waits until it may ask: as long as a limit lasts that is known of the account, and until it has a place. How long the limit
/// was waited for, when so much was before.
async fn may_ask(task: &Task<'_>, usable: &UsableToken, before: Duration) -> Duration {
    let account = AccountAtHost::of(&usable.connection, task.host);
    let mut waited = Duration::ZERO;
    loop {
        page_turn::wait_and_ask(task).await;
        let now = clock_and_ids::now();
        let known = task.server.executions.limits.until(&account, now);
        let Some(until) = known.filter(|_| before + waited < PATIENCE) else {
            return waited;
        };
        let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        let waiting = WaitGuard::begins(task, WaitsFor::Limit { until });
        tokio::time::sleep(wait).await;
        drop(waiting);
        waited += wait;
    }
}

/// The vendor wants the account to be left alone for so long: every execution of it does. No longer than anybody is patient,
/// because it may be wrong.
fn limited(task: &Task<'_>, usable: &UsableToken, wait: Duration) {
    let (now, wait) = (clock_and_ids::now(), wait.max(SOONEST));
    if wait <= PATIENCE {
        let account = AccountAtHost::of(&usable.connection, task.host);
        let limits = &task.server.executions.limits;
        limits.met(account, saturating_later(now, wait), now);
    }
}

/// Whether what the file says has to pass beside a token is refused, too: then somebody refuses everybody, and that says nothing
/// of the token.
async fn is_everybody_refused(vendor: &VendorSession, usable: &UsableToken) -> bool {
    let beside = vendor.ask_control(&usable.connection).await;
    beside.is_some_and(|answer| answer.verdict == Verdict::Dead)
}

/// What a page, or none, says of its vendor; what is wrong with the list or the file says nothing.
fn hear(
    server: &Server,
    usable: &UsableToken,
    fetched: &Result<ListPage, PageError>,
    took: Duration,
) {
    let (said, headroom) = match fetched {
        Ok(page) => (AnswerMeaning::Alive, page.headroom),
        Err(PageError::Unauthorized { .. }) => (AnswerMeaning::Refused, None),
        Err(PageError::RateLimited { .. }) => (AnswerMeaning::Limited, None),
        Err(PageError::Outage { .. } | PageError::Http(_)) => (AnswerMeaning::NoAnswer, None),
        Err(PageError::Refused { .. } | PageError::Malformed(_) | PageError::Setup(_)) => return,
    };
    let why = fetched.as_ref().err().map(ToString::to_string);
    let spoken = HealthSignal {
        at: clock_and_ids::now(),
        said,
        took: Some(took),
        headroom,
        why: why.unwrap_or_default(),
    };
    server.health.hear(&usable.connection, spoken);
}

/// How long to wait before trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// As long as the vendor says.
    AsAsked(Duration),
    /// Longer each time.
    ByPace,
}

impl Wait {
    /// How long the vendor wants to be left alone, where it says so.
    pub(super) fn asked(self) -> Option<Duration> {
        match self {
            Self::AsAsked(wait) => Some(wait),
            Self::ByPace => None,
        }
    }
}

/// Whether to wait and try again; none when that is no use.
fn wait(error: &PageError) -> Option<Wait> {
    match error {
        PageError::RateLimited {
            retry_after: Some(wait),
        } if *wait >= NO_WAIT => Some(Wait::AsAsked((*wait).max(SOONEST))),
        PageError::RateLimited { .. }
        | PageError::Outage { .. }
        | PageError::Http(
            HttpError::Unreachable { .. } | HttpError::TimedOut { .. } | HttpError::Lost { .. },
        ) => Some(Wait::ByPace),
        PageError::Http(_)
        | PageError::Unauthorized { .. }
        | PageError::Refused { .. }
        | PageError::Malformed(_)
        | PageError::Setup(_) => None,
    }
}

/// An outage turns the badge to Error, with its reason; a wrong page is the provider file's fault and does not.
async fn unwell(
    server: &Server,
    usable: &UsableToken,
    error: &PageError,
) -> Result<(), StoreError> {
    let health = match error {
        PageError::RateLimited { .. } => Health::Degraded,
        PageError::Outage { .. } | PageError::Http(_) => Health::Down,
        _ => return Ok(()),
    };
    let badge = Badge::error(health, error.to_string());
    tokens::refresh::mark(server, &usable.connection, badge).await
}

/// The vendor answers again.
async fn recovered(server: &Server, usable: &mut UsableToken) -> Result<(), StoreError> {
    if usable.connection.status == Status::Error {
        tokens::refresh::mark(server, &usable.connection, Badge::connected()).await?;
        usable.connection.status = Status::Connected;
    }
    Ok(())
}

/// How long after the first empty list a second one is believed. A shorter time holds for vendors on this machine alone.
pub(super) fn empty_again(server: &Server, vendor: &VendorSession) -> Duration {
    if vendor.is_on_loopback() {
        server.empty_again
    } else {
        server.empty_again.max(EMPTY_AGAIN)
    }
}
