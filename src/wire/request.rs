//! Everything a client can ask for. Each says what it returns, by its type in [`super::view`].
//!
//! No request carries a path: clients open files, bytes cross the socket.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::walkthrough::WalkthroughDraft;
use crate::domain::connection::AppSecret;
use crate::domain::disconnect::run::{IfUnreachable, Reason};
pub use crate::domain::flow::FlowKind;
use crate::domain::id::{
    ConfigId, ConnectionId, FlowId, FollowUpId, HoldId, RunId, SubscriptionId, WalkthroughId,
    WebhookId,
};
use crate::domain::job::SyncMode;
use crate::domain::user::{Permission, Role, UserKind};
use crate::domain::walkthrough::Choice;
use crate::domain::webhook::ConfigKind;

/// A secret on its way from a client to the vault. It is never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Part of a list: at most `limit` rows that match, beginning after a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The key of the row before the first one wanted; none for the beginning (or the end, with `reverse`).
    pub after: Option<String>,
    /// How many rows at most; the server gives no more than [`MAX_ROWS`].
    pub limit: u16,
    /// Backwards.
    #[serde(default)]
    pub reverse: bool,
    /// Rows that contain this text, in any column, whatever the case.
    #[serde(default)]
    pub filter: String,
}

/// No reply holds more rows.
pub const MAX_ROWS: u16 = 200;

/// No request names more connections to plan; more are chosen by provider or owner, and answered in pages.
pub const MAX_PLANS: usize = 500;

/// Connect, reconnect, or connect again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connect {
    /// The catalog's id.
    pub provider: String,
    /// An existing connection to authorize again: id, prefix, provider or provider/name.
    #[serde(default)]
    pub connection: Option<String>,
    /// What to call it; the account's label otherwise.
    #[serde(default)]
    pub name: Option<String>,
    /// `workspace` or `personal`; the provider file's otherwise.
    #[serde(default)]
    pub scope: Option<String>,
    /// How.
    pub flow: FlowKind,
    /// A key instead of OAuth.
    #[serde(default)]
    pub api_key: Option<Secret>,
    /// The installation of our app that is meant, for providers where an app is installed.
    #[serde(default)]
    pub installation: Option<String>,
    /// Enable the jobs at once.
    #[serde(default)]
    pub enable_jobs: bool,
    /// Pull the events of the gap too (O10).
    #[serde(default)]
    pub fill_gap: bool,
    /// Enable the jobs that ran before the disconnect (N8).
    #[serde(default)]
    pub enable_before: bool,
    /// Another account than before is meant (N4).
    #[serde(default)]
    pub accept_other_account: bool,
}

/// Take connections out of service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disconnect {
    /// Which, each with the version that was looked at; none skips the comparison.
    pub targets: Vec<Target>,
    /// Why.
    pub reason: Reason,
    /// In words.
    #[serde(default)]
    pub note: String,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Uninstall the app at the vendor too.
    #[serde(default)]
    pub uninstall: bool,
    /// Make calls that end other connections' tokens too (B5).
    #[serde(default)]
    pub allow_wider: bool,
    /// Keep nothing sealed for a proof that lacks time.
    #[serde(default)]
    pub destroy_at_once: bool,
}

/// A connection as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
    /// The version that was looked at.
    pub version: Option<u64>,
}

/// What is wished of an execution that a person starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunWishes {
    /// Everything, not only what changed.
    pub full: bool,
    /// Events of the times in which the connection was out of service, too.
    pub fill_gap: bool,
    /// What the vendor no longer lists is gone, however much it is. Means `full`.
    pub accept_gone: bool,
}

/// What to do with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobAct {
    /// Let it run.
    Enable,
    /// Turn it off; a running execution is cancelled.
    Disable,
    /// Run it now.
    Run,
    /// Stop the running execution; what was received is kept.
    Cancel,
    /// Forget where it stands: the next pass begins at the beginning of the list, and asks for everything.
    Reset,
    /// Run it now, with these wishes.
    RunWith(RunWishes),
}

/// A new job, or changes to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Which connection, for a new one.
    pub connection: Option<String>,
    /// Which entity of the provider file, for a new one.
    pub entity: Option<String>,
    /// How much it pulls.
    pub mode: Option<SyncMode>,
    /// Cron; an empty text for by hand.
    pub schedule: Option<String>,
    /// 1 to 10.
    pub max_retries: Option<u8>,
    /// 1 to 1440.
    pub timeout_minutes: Option<u16>,
}

/// By which terms a disconnect is planned. The plan says what one by these terms does, and no other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTerms {
    /// Whether the app is uninstalled at the vendor too.
    #[serde(default)]
    pub uninstall: bool,
    /// Whether calls are made that end other connections' tokens too.
    #[serde(default)]
    pub wider: bool,
    /// Further connections that go with these: many are planned in parts.
    #[serde(default)]
    pub with: Vec<ConnectionId>,
    /// The walkthrough whose targets go with these.
    #[serde(default)]
    pub walkthrough: Option<WalkthroughId>,
}

impl PlanTerms {
    /// Whether they are those of a disconnect about which nothing was said.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A request. The comment of each says what it returns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// `view::Status`.
    Status,
    /// The catalog: `view::Page<view::Provider>`.
    Providers(Window),
    /// One of them in full: `view::ProviderDetail`.
    Provider { id: String },
    /// Adds a provider file: `view::ProviderDetail`.
    ProviderAdd { toml: String, file_name: String },
    /// Removes an added provider file: `null`.
    ProviderRemove { id: String },
    /// Registers our app: `view::ProviderDetail`.
    ProviderConfigure {
        id: String,
        client_id: Option<String>,
        client_secret: Option<Secret>,
        redirect_uri: Option<String>,
        vars: BTreeMap<String, String>,
        /// Whether connections may have to be authorized again for it, because their tokens would go elsewhere.
        #[serde(default)]
        moves: bool,
    },
    /// Keeps a further secret of our app: `view::ProviderDetail`.
    ProviderSecret {
        id: String,
        kind: AppSecret,
        secret: Secret,
    },
    /// Takes a provider's tag off: `view::ProviderDetail`.
    ProviderUntag { id: String, note: String },
    /// Begins an authorization, or connects with a key: `view::Flow`.
    Connect(Box<Connect>),
    /// Where an authorization stands: `view::Flow`.
    Flow { id: FlowId },
    /// Every authorization that is open: `Vec<OpenFlow>`.
    Flows,
    /// The redirected URL, or a bare code: `view::Flow`.
    FlowPaste { id: FlowId, text: Secret },
    /// Ends an authorization, one's own or that of a connection one may manage: `null`.
    FlowCancel { id: FlowId },
    /// `view::Page<view::Connection>`, what needs a person first.
    Connections(Window),
    /// One in full: `view::Connection`.
    Connection { name: String },
    /// Changes a connection: `view::Connection`.
    Configure {
        name: String,
        new_name: Option<String>,
        vars: BTreeMap<String, String>,
        /// Whether it may have to be authorized again for it, because its tokens would go elsewhere.
        #[serde(default)]
        moves: bool,
    },
    /// What disconnecting these together would do, in the order asked, each of at most [`MAX_PLANS`] named once: `Vec<Plan>`.
    Plan {
        connections: Vec<String>,
        #[serde(default, skip_serializing_if = "PlanTerms::are_none")]
        terms: PlanTerms,
    },
    /// What disconnecting everything in service that is chosen would do: `view::Page<Plan>`.
    Plans {
        choice: Choice,
        window: Window,
        #[serde(default, skip_serializing_if = "PlanTerms::are_none")]
        terms: Box<PlanTerms>,
    },
    /// Begins the runs: `Vec<view::Run>`. Returns once each is durable. Several targets become a walkthrough, whose
    /// first runs are returned; each names it.
    Disconnect(Disconnect),
    /// `view::Page<view::RunRow>`, newest first.
    Runs(Window),
    /// `view::Run`.
    Run { id: String },
    /// The records of a run from this index on: `Vec<Record>`.
    RunRecords { id: RunId, from: usize },
    /// Goes on with a run that waits for a person: `null`.
    RunResume { id: RunId },
    /// Several connections taken out of service as one thing: `view::Page<walkthrough::WalkthroughRow>`, newest first.
    /// Drafts are shown to whoever began them, Owners and Admins.
    Walkthroughs(Window),
    /// `walkthrough::Walkthrough`.
    Walkthrough { id: String },
    /// `view::Page<walkthrough::WalkthroughTarget>`, in their order.
    WalkthroughTargets { id: WalkthroughId, window: Window },
    /// Begins a draft, or changes one: `walkthrough::Walkthrough`.
    WalkthroughSave(Box<WalkthroughDraft>),
    /// Begins to take its targets out of service: `walkthrough::Walkthrough`. A conflict names every target that is
    /// not as it was looked at, and nothing has begun then.
    WalkthroughBegin {
        id: WalkthroughId,
        version: Option<u64>,
    },
    /// What has begun goes on to its end, what has not does not begin: `walkthrough::Walkthrough`.
    WalkthroughStop { id: WalkthroughId },
    /// Begins what had not begun when it was stopped: `walkthrough::Walkthrough`.
    WalkthroughGoOn { id: WalkthroughId },
    /// Throws a draft away, or closes a stopped one, whose remaining connections stay in service: `null`.
    WalkthroughDiscard { id: WalkthroughId },
    /// `view::Page<view::Job>`.
    Jobs {
        connection: Option<String>,
        window: Window,
    },
    /// `view::Job`.
    JobAct { job: String, act: JobAct },
    /// A new job: `view::Job`.
    JobAdd(JobSpec),
    /// Changes a job: `view::Job`.
    JobEdit { job: String, spec: JobSpec },
    /// Enables the jobs that ran before the disconnect: `Vec<view::Job>`.
    EnableBefore { connection: String },
    /// `view::Page<view::Execution>`, newest first.
    Executions { job: Option<String>, window: Window },
    /// `view::Page<view::Reference>`.
    References {
        connection: Option<String>,
        window: Window,
    },
    /// `view::Page<view::Record>`.
    Records {
        connection: Option<String>,
        window: Window,
    },
    /// `Vec<view::Webhook>`.
    Webhooks { connection: Option<String> },
    /// `view::Webhook`.
    WebhookSet { id: WebhookId, enabled: bool },
    /// `Vec<view::Subscription>`.
    Subscriptions,
    /// `view::Subscription`.
    SubscriptionAdd { url: String, events: Vec<String> },
    /// `null`.
    SubscriptionRemove { id: SubscriptionId },
    /// Channels, routing rules or mappings: `Vec<view::Config>`.
    Configs {
        connection: String,
        kind: ConfigKind,
    },
    /// `view::Config`.
    ConfigAdd {
        connection: String,
        kind: ConfigKind,
        entity: String,
        from: String,
        to: String,
    },
    /// `null`.
    ConfigRemove { id: ConfigId },
    /// `view::Page<view::FollowUp>`, open ones first.
    FollowUps {
        connection: Option<String>,
        window: Window,
    },
    /// `view::FollowUp`.
    FollowUpDone { id: FollowUpId, note: String },
    /// Tokens kept sealed to retry their revocation: `view::Page<view::Hold>`, oldest first.
    Holds {
        connection: Option<String>,
        window: Window,
    },
    /// Gives a hold up: the token is destroyed without proof. `view::Hold`.
    HoldDrop { id: HoldId, note: String },
    /// `view::Page<AuditEntry>`, newest first; `after` is a sequence number.
    Audit { window: Window },
    /// Entries from this sequence number on, oldest first: `Vec<AuditEntry>`.
    AuditFrom {
        seq: u64,
        since: Option<Timestamp>,
        limit: u16,
    },
    /// The latest checkpoint, and the key that signs: `view::Checkpoint`.
    Checkpoint,
    /// `Vec<view::User>`.
    Users,
    /// `view::User`.
    UserAdd {
        name: String,
        role: Role,
        kind: UserKind,
        uid: Option<u32>,
        #[serde(default)]
        ssh_keys: Vec<String>,
    },
    /// Removes a user who holds nothing; with `keep`, an Owner removes one whose connections stay in service: `null`.
    UserRemove {
        name: String,
        #[serde(default)]
        keep: bool,
    },
    /// Grants a permission, or withdraws it; `token.read` for these connections: `view::User`.
    UserPermission {
        name: String,
        permission: Permission,
        granted: bool,
        connections: Vec<String>,
    },
    /// A usable token, refreshed when it would not last for so many seconds: `FromServer::Token`.
    Token {
        connection: String,
        min_valid: Option<u32>,
    },
    /// What this person looked at last: a JSON text, or `null`.
    ViewLoad,
    /// Keeps what this person looks at; not an entry of the record: `null`.
    ViewSave { view: String },
    /// Commits what is under way and stops: `null`.
    Stop,
}
