//! What is shown and printed: the JSON of the contract. No secret is in any of these.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::audit::Origin;
use crate::domain::connection::{Account, Health, InstanceStatus, Status as ConnectionStatus};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::judge::{Answer, Outcome, Residual};
use crate::domain::disconnect::log::{Counts, Step, StepState};
use crate::domain::disconnect::plan::{Dependent, Plan, Reader};
use crate::domain::disconnect::run::{Done, IfUnreachable, Reason, RunState};
use crate::domain::id::{
    ConfigId, ConnectionId, CredentialId, ExecutionId, FlowId, FollowUpId, HoldId, InstanceId,
    JobId, ReferenceId, RunId, SubscriptionId, UserId, WalkthroughId, WebhookId,
};
use crate::domain::job::{ExecutionStatus, SyncMode};
use crate::domain::user::{Permission, Role, UserKind};
use crate::domain::webhook::ConfigKind;

/// Rows of a list, and how to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub rows: Vec<T>,
    /// The key of each row, in the same order: an `after` for going on from there.
    pub keys: Vec<String>,
    /// Whether there is more in the direction asked for.
    pub more: bool,
    /// How many rows there are without a filter.
    pub total: u64,
}

/// The server as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// What the workspace is called.
    pub workspace: String,
    /// The server's version.
    pub version: String,
    /// The server's process id.
    pub pid: u32,
    /// Since when it has run.
    pub started_at: Timestamp,
    /// The data folder.
    pub data_dir: String,
    /// Connections by status word.
    pub connections: BTreeMap<String, u64>,
    /// Providers in the catalog.
    pub providers: u64,
    /// Executions that run or wait.
    pub jobs_running: u64,
    /// Runs under way or waiting for a person.
    pub runs_open: u64,
    /// Tokens of past runs that may still live.
    pub exposed: u64,
    /// Open follow-ups.
    pub follow_ups_open: u64,
    /// Tokens kept sealed to retry their revocation.
    #[serde(default)]
    pub holds: u64,
    /// Entries in the log.
    pub audit_entries: u64,
    /// Rows the store has looked at since the server started; of two answers the difference tells what lay between.
    #[serde(default)]
    pub rows_read: u64,
    /// How often the disk was asked to keep something since then.
    #[serde(default)]
    pub syncs: u64,
    /// Whether the disk is full and only disconnects and reads are accepted.
    pub emergency: bool,
    /// What an operator should know, one sentence each (a lost slot, an overwritten orphan, …).
    pub warnings: Vec<String>,
}

/// A provider in the catalog's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The catalog's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `crm payments issues …`.
    pub category: String,
    /// The heading it stands under (N2).
    pub group: String,
    /// `oauth2`, `api_key` or `app_install`.
    pub auth: String,
    /// Whose connections are by default.
    pub scope: String,
    /// Where the instance stands; none when nobody ever connected.
    pub instance_status: Option<InstanceStatus>,
    /// Its connections, at most three, what needs a person first.
    pub connections: Vec<ProviderConnection>,
    /// How many there are.
    pub connections_total: u64,
    /// Whether an app is registered, or none is needed.
    pub configured: bool,
    /// Whether an endpoint is plain http on loopback.
    pub insecure: bool,
    /// Whether it came with the program.
    pub built_in: bool,
}

/// A connection on a provider's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderConnection {
    /// Its id.
    pub id: ConnectionId,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub status: ConnectionStatus,
}

/// A provider in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderDetail {
    /// Its card.
    #[serde(flatten)]
    pub card: Provider,
    /// Where an admin registers an app.
    pub register_url: Option<String>,
    /// The redirect URI to register.
    pub redirect_uri: String,
    /// The client id, when an app is registered.
    pub client_id: Option<String>,
    /// Whether a code can be typed elsewhere (RFC 8628): the file says where, or the issuer may.
    #[serde(default)]
    pub device: bool,
    /// Scopes that are asked for.
    pub scopes: Vec<String>,
    /// Entities it can sync.
    pub entities: Vec<String>,
    /// Values that can be overridden, with what is in force.
    pub vars: BTreeMap<String, String>,
    /// What a disconnect calls at the vendor, one line each.
    pub recipe: Vec<String>,
    /// What a disconnect does not do, and where to do it (O2).
    pub manual: Vec<Manual>,
    /// Features that depend on it (O5).
    pub dependents: Vec<Dependent>,
    /// Facts of the file that are only remembered.
    pub unverified: Vec<String>,
}

/// What is left to a person at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    /// What to do.
    pub text: String,
    /// Where.
    pub url: Option<String>,
    /// When the path was checked.
    pub checked_on: Option<String>,
    /// `always`, `unless_proven` or `unless_uninstalled`.
    pub when: String,
}

/// Where an authorization stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Where it stands.
    pub state: FlowState,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whom to sign in as, for a reconnect (N4).
    pub sign_in_as: Option<String>,
    /// Tokens of an older authorization that are still held, and how they will be ended beside the new one (B4).
    #[serde(default)]
    pub holds: Vec<Hold>,
}

/// The states of a [`Flow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum FlowState {
    /// A disconnect of the same connection is under way; this goes on when it has ended (N9).
    Waiting,
    /// A person has to open `url`.
    Authorize {
        /// Where to.
        url: String,
        /// Where the vendor sends the browser.
        redirect_uri: String,
        /// Whether this server listens there.
        listening: bool,
    },
    /// A person has to type `user_code` at `verification_uri`, anywhere (RFC 8628).
    Device {
        /// Where to.
        verification_uri: String,
        /// Where nothing needs to be typed.
        verification_uri_complete: Option<String>,
        /// What to type.
        user_code: String,
        /// When the code ends.
        expires_at: Timestamp,
    },
    /// The vendor has answered; the code is being exchanged.
    Exchanging,
    /// It worked.
    Connected {
        /// The connection.
        connection: ConnectionId,
    },
    /// It did not.
    Failed {
        /// Why.
        problem: super::Problem,
    },
}

/// A connection, as in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Whether the texts for a CRM apply (N6).
    pub is_crm: bool,
    /// Its instance.
    pub instance: InstanceId,
    /// Where the instance stands.
    pub instance_status: InstanceStatus,
    /// What people call it.
    pub name: String,
    /// Whose it is: a user's name, or `workspace`.
    pub owner: String,
    /// `workspace` or `personal`.
    pub scope: String,
    /// Whose account it is at the vendor.
    pub account: Account,
    /// Where it stands.
    pub status: ConnectionStatus,
    /// Why, in words.
    pub reason: String,
    /// How well the vendor answers.
    pub health: Health,
    /// Grows with every connect.
    pub generation: u32,
    /// Grows with every change.
    pub version: u64,
    /// Since when this generation is authorized.
    pub connected_at: Option<Timestamp>,
    /// When the last sync succeeded.
    pub synced_at: Option<Timestamp>,
    /// When the access token expires.
    pub token_expires_at: Option<Timestamp>,
    /// Its jobs in numbers.
    pub jobs: JobCounts,
    /// Its secrets, destroyed ones included.
    pub credentials: Vec<Credential>,
    /// Its references in numbers.
    pub references: ReferenceCounts,
    /// Its inbound endpoints in numbers.
    pub webhooks: WebhookCounts,
    /// Features that depend on it.
    pub features: Vec<Feature>,
    /// Open follow-ups.
    pub follow_ups: u64,
    /// Scopes granted.
    pub scopes: Vec<String>,
    /// Scopes that were asked for and not granted (N11).
    #[serde(default)]
    pub scopes_missing: Vec<MissingScope>,
    /// Tokens of it that are kept sealed to retry their revocation.
    #[serde(default)]
    pub holds: u64,
    /// The latest run.
    pub last_run: Option<RunId>,
    /// How many jobs one key would enable again.
    pub enabled_before: u64,
    /// What a disconnect leaves to a person (O2).
    pub manual: Vec<Manual>,
    /// Why this client may not manage it; none if it may.
    pub refused: Option<String>,
}

/// Jobs in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCounts {
    /// All.
    pub total: u64,
    /// Enabled.
    pub enabled: u64,
    /// Running now.
    pub running: u64,
}

/// References in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceCounts {
    /// In step.
    pub synced: u64,
    /// Not claimed to be current.
    pub stale: u64,
}

/// Inbound endpoints in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCounts {
    /// Enabled.
    pub enabled: u64,
    /// Events received.
    pub received: u64,
    /// Events dropped.
    pub ignored: u64,
}

/// A secret, without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// What kind.
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// In use.
    pub is_active: bool,
    /// Destroyed.
    pub is_deleted: bool,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
}

/// A feature that depends on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// What happens to it without the connection.
    pub effect: String,
    /// Whether it is in use.
    pub in_use: bool,
    /// Whether it works now.
    pub available: bool,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// Which connection.
    pub connection: ConnectionId,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Who decided it.
    pub actor: String,
    /// Why.
    pub reason: Reason,
    /// The ticket.
    pub ticket: Option<String>,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Tokens in all.
    pub tokens: u64,
    /// Tokens proven dead.
    pub proven: u64,
    /// The step that is under way, or the last one.
    pub step: Step,
}

/// A run in full, as in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Which connection.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Who decided it.
    pub actor: String,
    /// From where.
    pub origin: Origin,
    /// Why.
    pub reason: Reason,
    /// The ticket.
    pub ticket: Option<String>,
    /// In words.
    pub note: String,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls were allowed that end other connections' tokens too.
    #[serde(default)]
    pub allow_wider: bool,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The seven steps.
    pub steps: Vec<RunStep>,
    /// Every token of the generation that may live.
    pub tokens: Vec<RunToken>,
    /// What it did, in numbers.
    pub counts: Counts,
    /// What is left to a person.
    pub follow_ups: Vec<FollowUp>,
    /// What was shown before.
    pub plan: Plan,
    /// Who read tokens of the generation that it ends: until these are dead, a copy may be used.
    #[serde(default)]
    pub readers: Vec<Reader>,
    /// The checkpoint after the summary entry.
    pub checkpoint: Option<String>,
    /// How many records its log has.
    pub records: usize,
    /// The walkthrough that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walkthrough: Option<WalkthroughId>,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    /// Which.
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// Since when.
    pub started_at: Option<Timestamp>,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    /// In words.
    pub detail: String,
}

/// A token of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunToken {
    /// Its id here.
    pub credential: CredentialId,
    /// What kind.
    pub kind: TokenKind,
    /// Which of several sets, or empty.
    pub label: String,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Replaced by a newer one before the run began.
    pub superseded: bool,
    /// What is claimed; none while it is not judged.
    pub outcome: Option<Outcome>,
    /// What the claim rests on.
    pub evidence: Evidence,
    /// Until when it may live; null when dead, or not judged.
    pub residual_until: Option<Residual>,
    /// Where its revocation is retried, or was.
    #[serde(default)]
    pub hold: Option<HoldId>,
}

/// What a claim about a token rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where the revoking call went.
    pub endpoint: Option<String>,
    /// Its HTTP method.
    pub method: Option<String>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// The question before.
    pub probe_before: Option<Answer>,
    /// The same question afterwards.
    pub probe_after: Option<Answer>,
    /// When the call was answered.
    pub at: Option<Timestamp>,
    /// The vendor's id of the call.
    pub request_id: Option<String>,
    /// What there is to say in words.
    pub reason: Option<String>,
}

/// A sync job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub connection_name: String,
    /// What it pulls.
    pub entity: String,
    /// How much it pulls.
    pub mode: SyncMode,
    /// Whether it may run.
    pub is_enabled: bool,
    /// `running queued idle blocked off failed`.
    pub state: String,
    /// Cron, or none.
    pub schedule: Option<String>,
    /// The latest execution.
    pub last_execution: Option<Execution>,
    /// How the latest eight ended, oldest first.
    pub last_runs: Vec<ExecutionStatus>,
    /// When it is due.
    pub next_run_at: Option<Timestamp>,
    /// Why the last execution failed, or why it is off or blocked.
    pub last_error: Option<String>,
    /// Grows with every change.
    pub version: u64,
    /// Why this client may not manage it; none if it may.
    pub refused: Option<String>,
}

/// One execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// Of which job.
    pub job: JobId,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub completed_at: Option<Timestamp>,
    /// Items received.
    pub processed: u64,
    /// New ones.
    pub created: u64,
    /// Changed ones.
    pub updated: u64,
    /// Unchanged ones.
    pub skipped: u64,
    /// Ones that could not be taken.
    pub failed: u64,
    /// Pages received.
    pub pages: u64,
    /// How many there are, when the vendor says so.
    pub total: Option<u64>,
    /// The committed cursor, as JSON text.
    pub cursor: Option<String>,
    /// Why it failed, or who cancelled it.
    pub error: Option<String>,
    /// Items a second, so far; 0 when not known.
    pub rate: u64,
}

/// A reference to a provider's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its id.
    pub id: ReferenceId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// Our name for it.
    pub local_id: String,
    /// The vendor's name for it.
    pub external_id: String,
    /// `synced`, `stale` or `gone`.
    pub status: String,
    /// What the vendor says of it; null when disconnected.
    pub remote_status: Option<String>,
    /// What people call it; `Linear (disconnected)` when it is.
    pub label: String,
}

/// A local record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Our name for it.
    pub id: String,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// What people call it.
    pub label: String,
    /// The vendor's time of change.
    pub updated: Option<String>,
    /// When it was received.
    pub synced_at: Timestamp,
    /// The object.
    pub body: serde_json::Value,
}

/// An inbound endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Where the vendor sends.
    pub url: String,
    /// `enabled` or `disabled`.
    pub status: String,
    /// Events received.
    pub received: u64,
    /// Events whose signature held.
    pub verified: u64,
    /// Events dropped.
    pub ignored: u64,
}

/// An outbound subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Where we send.
    pub url: String,
    /// What we send.
    pub events: Vec<String>,
    /// `enabled` or `disabled`.
    pub status: String,
}

/// A channel, a routing rule or a field mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Its id.
    pub id: ConfigId,
    /// Which kind.
    pub kind: ConfigKind,
    /// The entity it is about.
    pub entity: String,
    /// The vendor's side.
    pub from: String,
    /// Our side.
    pub to: String,
}

/// What a person must still do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its id.
    pub id: FollowUpId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// What people call the connection.
    pub connection_name: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Left by which run.
    pub run: RunId,
    /// What to do.
    pub text: String,
    /// Where.
    pub url: Option<String>,
    /// When the path was checked.
    pub checked_on: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who ticked it off.
    pub done: Option<Done>,
}

/// A token that is kept sealed to retry its revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// Whose token it was.
    pub connection: ConnectionId,
    /// What people call the connection.
    pub connection_name: String,
    /// What people call the provider.
    pub provider_name: String,
    /// The run that could not reach the provider.
    pub run: RunId,
    /// What kind of token.
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// The calls that are retried, one line each; none when all of them would reach further than they may.
    pub retries: Vec<String>,
    /// Since when it is held.
    pub opened_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next; none when it has ended.
    pub next_try: Option<Timestamp>,
    /// When the token expires by itself.
    pub expires_at: Option<Timestamp>,
    /// What the latest try brought.
    pub last: String,
    /// Why only calls about this one token are made.
    pub narrowed: Option<String>,
    /// How it ended: `dead accepted expired dropped`.
    pub ended: Option<String>,
    /// Why this client may not give it up; none when it may.
    pub refused: Option<String>,
}

/// A scope that was asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingScope {
    /// Which.
    pub scope: String,
    /// The vendor role that usually grants it, when the provider file says so.
    pub role: Option<String>,
}

/// The latest checkpoint of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The signed note.
    pub checkpoint: String,
    /// The verifier's key.
    pub public_key: String,
    /// Entries it covers.
    pub size: u64,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name in the record.
    pub name: String,
    /// The highest role.
    pub role: Role,
    /// Person or service.
    pub kind: UserKind,
    /// The Unix account.
    pub uid: Option<u32>,
    /// The keys at the gateway account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<String>,
    /// Permissions taken from what the role gives.
    #[serde(default)]
    pub withdrawn: Vec<Permission>,
    /// Connections whose tokens this user was granted to read.
    #[serde(default)]
    pub may_read: Vec<ConnectionId>,
}
