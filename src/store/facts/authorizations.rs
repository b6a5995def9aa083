//! What authorizations bring, as the store takes it.

use super::credentials::IssueIntent;
use crate::domain::connection::{Connection, Instance};
use crate::domain::credential::Credential;
use crate::domain::id::{CredentialId, FlowId, JobId, RunId};
use crate::domain::job::{JobEvent, SyncJob};
use crate::domain::webhook::WebhookEndpoint;

/// What a successful authorization brings.
pub struct Connected {
    /// The connection as it shall stand.
    pub connection: Connection,
    /// The version it was made of; none for a new one.
    pub expected: Option<u64>,
    /// Its instance, should there be none yet.
    pub instance: Instance,
    /// Its new secrets.
    pub credentials: Vec<Credential>,
    /// Secrets of an older authorization, which these take the place of.
    pub superseded: Vec<CredentialId>,
    /// Further ones, which are ended by a disconnect of their own.
    pub replaced: Option<ReplacedTokens>,
    /// Jobs that do not exist yet, all off unless asked otherwise.
    pub jobs: Vec<SyncJob>,
    /// What happens to jobs that there are.
    pub jobs_moved: Vec<JobMoved>,
    /// Its inbound endpoint, for providers that send events, should there be none yet.
    pub webhook: Option<WebhookEndpoint>,
    /// The intent that the code exchange wrote.
    pub intent: Option<IssueIntent>,
    /// The flow that brought it, which ends here.
    pub flow: Option<FlowId>,
    /// The swap whose second half this is, by its run.
    pub swap: Option<RunId>,
}

/// Tokens of an older authorization that are set apart.
#[derive(Clone)]
pub struct ReplacedTokens {
    /// The connection that stands for them until they are ended.
    pub stands: Connection,
    pub tokens: Vec<CredentialId>,
}

/// What an authorization does to a job that there was.
pub struct JobMoved {
    pub job: JobId,
    /// What happens to it, in this order.
    pub events: Vec<JobEvent>,
}

/// What an authorization brought that nobody keeps.
pub struct DiscardedTokens {
    /// The connection that stands for it.
    pub connection: Connection,
    /// Its secrets.
    pub credentials: Vec<Credential>,
    /// The intent that the code exchange wrote.
    pub intent: IssueIntent,
}
