//! Everything that a client can ask for: a struct each, with what it is answered with and how long its texts may be.
//!
//! No request carries a path: clients open files, bytes cross the socket.
//!
//! # A new request
//!
//! 1. Its struct, in a file of its own here, with [`Rpc`]: its name on the wire, its reply, the rights that it needs, and the
//!    limits of its texts.
//! 2. Its name in the list of `every_request!`. From there come `Request`, `Reply` and the dispatch, and from then on the
//!    compiler asks for what answers it: `Handler` (`server/handler.rs`), beside the feature.
//!
//! `tests/gate/table.txt` then wants a row for it, who may ask it, `requests.txt` beside it its JSON, and `replies.txt` the
//! fields of its reply, which `TAGOUT_GENERATE=1 cargo test --test gate replies` writes.

mod adopt;
mod audit;
mod audit_from;
mod backup_begin;
mod backup_next;
mod backup_with_secrets;
mod channels;
mod checkpoint;
mod compact;
mod compaction;
mod config_add;
mod config_edit;
mod config_remove;
mod configs;
mod configure;
mod connect;
mod connection;
mod connections;
mod dependent_add;
mod dependent_remove;
mod dependents;
mod disconnect;
mod enable_before;
mod execution_pages;
mod executions;
mod flow;
mod flow_cancel;
mod flow_confirm;
mod flow_paste;
mod flows;
mod follow_up_assign;
mod follow_up_done;
mod follow_up_undo;
mod follow_ups;
mod for_you;
mod for_you_seen;
mod hold_drop;
mod holds;
mod job;
mod job_act;
mod job_add;
mod job_edit;
mod jobs;
mod mapping_fields;
mod plan;
mod plans;
mod provider;
mod provider_add;
mod provider_configure;
mod provider_remove;
mod provider_secret;
mod provider_untag;
mod providers;
mod record;
mod record_edit;
mod records;
mod reference_link;
mod references;
mod routing_test;
mod run;
mod run_records;
mod run_resume;
mod runs;
mod status;
mod stop;
mod subscription_add;
mod subscription_deliveries;
mod subscription_edit;
mod subscription_remove;
mod subscription_resend;
mod subscription_rotate;
mod subscription_test;
mod subscriptions;
mod swap_give_up;
mod token;
mod user_add;
mod user_permission;
mod user_remove;
mod users;
mod view_load;
mod view_save;
mod walkthrough;
mod walkthrough_acts;
mod walkthrough_save;
mod walkthrough_targets;
mod walkthroughs;
mod webhook_deliveries;
mod webhook_set;
mod webhooks;
mod wipe;
mod wipe_begin;
mod wipe_plan;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Problem;
use super::limits::Limits;
use super::need::Gate;
use super::request::Request;

pub use adopt::Adopt;
pub use audit::Audit;
pub use audit_from::AuditFrom;
pub use backup_begin::BackupBegin;
pub use backup_next::BackupNext;
pub use backup_with_secrets::BackupWithSecrets;
pub use channels::Channels;
pub use checkpoint::Checkpoint;
pub use compact::Compact;
pub use compaction::Compaction;
pub use config_add::ConfigAdd;
pub use config_edit::ConfigEdit;
pub use config_remove::ConfigRemove;
pub use configs::Configs;
pub use configure::Configure;
pub use connect::Connect;
pub use connection::Connection;
pub use connections::Connections;
pub use dependent_add::DependentAdd;
pub use dependent_remove::DependentRemove;
pub use dependents::Dependents;
pub use disconnect::Disconnect;
pub use enable_before::EnableBefore;
pub use execution_pages::ExecutionPages;
pub use executions::Executions;
pub use flow::Flow;
pub use flow_cancel::FlowCancel;
pub use flow_confirm::FlowConfirm;
pub use flow_paste::FlowPaste;
pub use flows::Flows;
pub use follow_up_assign::FollowUpAssign;
pub use follow_up_done::FollowUpDone;
pub use follow_up_undo::FollowUpUndo;
pub use follow_ups::FollowUps;
pub use for_you::ForYou;
pub use for_you_seen::ForYouSeen;
pub use hold_drop::HoldDrop;
pub use holds::Holds;
pub use job::Job;
pub use job_act::{JobAct, JobAction};
pub use job_add::{JobAdd, JobSpec};
pub use job_edit::JobEdit;
pub use jobs::Jobs;
pub use mapping_fields::MappingFields;
pub use plan::{Plan, PlanTerms};
pub use plans::Plans;
pub use provider::Provider;
pub use provider_add::ProviderAdd;
pub use provider_configure::ProviderConfigure;
pub use provider_remove::ProviderRemove;
pub use provider_secret::ProviderSecret;
pub use provider_untag::ProviderUntag;
pub use providers::Providers;
pub use record::Record;
pub use record_edit::RecordEdit;
pub use records::Records;
pub use reference_link::ReferenceLink;
pub use references::References;
pub use routing_test::RoutingTest;
pub use run::Run;
pub use run_records::RunRecords;
pub use run_resume::RunResume;
pub use runs::Runs;
pub use status::Status;
pub use stop::Stop;
pub use subscription_add::SubscriptionAdd;
pub use subscription_deliveries::SubscriptionDeliveries;
pub use subscription_edit::SubscriptionEdit;
pub use subscription_remove::SubscriptionRemove;
pub use subscription_resend::SubscriptionResend;
pub use subscription_rotate::SubscriptionRotate;
pub use subscription_test::SubscriptionTest;
pub use subscriptions::Subscriptions;
pub use swap_give_up::SwapGiveUp;
pub use token::Token;
pub use user_add::UserAdd;
pub use user_permission::UserPermission;
pub use user_remove::UserRemove;
pub use users::Users;
pub use view_load::ViewLoad;
pub use view_save::ViewSave;
pub use walkthrough::Walkthrough;
pub use walkthrough_acts::{
    WalkthroughBegin, WalkthroughDiscard, WalkthroughGoOn, WalkthroughPlan, WalkthroughStop,
};
pub use walkthrough_save::WalkthroughSave;
pub use walkthrough_targets::WalkthroughTargets;
pub use walkthroughs::Walkthroughs;
pub use webhook_deliveries::WebhookDeliveries;
pub use webhook_set::WebhookSet;
pub use webhooks::Webhooks;
pub use wipe::Wipe;
pub use wipe_begin::WipeBegin;
pub use wipe_plan::WipePlan;

/// A request.
pub trait Rpc: Serialize + DeserializeOwned + Into<Request> {
    /// What it is called on the wire.
    const KIND: &'static str;

    /// What it is answered with.
    type Reply: Serialize + DeserializeOwned;

    /// Says which rights it needs of the table of roles. The names that it carries become the ids that are decided about.
    ///
    /// # Errors
    /// When what it names is not there.
    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem>;

    /// Holds each of its texts against the limit of its field. Ids that were parsed, numbers and words of ours need none.
    fn limits(&self, limits: &mut Limits);

    /// Reads the JSON of its reply.
    ///
    /// # Errors
    /// When it is another's: client and server differ in version.
    fn read(reply: Value) -> serde_json::Result<Self::Reply> {
        serde_json::from_value(reply)
    }
}

/// The list of all requests, handed to a macro that makes something for each: those without fields, which are a bare word on
/// the wire; those with fields; and those whose reply is a token of a vendor, which crosses the socket in a
/// line of its own kind. The signing secret of a subscription is our own, told once, and goes as the others do.
macro_rules! every_request {
    ($make:ident) => {
        $make! {
            bare {
                Status
                ForYou
                Flows
                Subscriptions
                Checkpoint
                Users
                ViewLoad
                Compact
                Compaction
                BackupBegin
                Stop
            }
            full {
                Providers
                Provider
                ProviderAdd
                ProviderRemove
                ProviderConfigure
                ProviderSecret
                ProviderUntag
                Dependents
                DependentAdd
                DependentRemove
                Connect
                Adopt
                Flow
                FlowPaste
                FlowCancel
                FlowConfirm
                Connections
                Connection
                Configure
                Plan
                Plans
                Disconnect
                Runs
                Run
                RunRecords
                RunResume
                SwapGiveUp
                Walkthroughs
                Walkthrough
                WalkthroughTargets
                WalkthroughSave
                WalkthroughBegin
                WalkthroughPlan
                WalkthroughStop
                WalkthroughGoOn
                WalkthroughDiscard
                Jobs
                Job
                JobAct
                JobAdd
                JobEdit
                EnableBefore
                Executions
                ExecutionPages
                References
                Records
                Record
                RecordEdit
                ReferenceLink
                Webhooks
                WebhookSet
                WebhookDeliveries
                SubscriptionAdd
                SubscriptionEdit
                SubscriptionRemove
                SubscriptionRotate
                SubscriptionTest
                SubscriptionDeliveries
                SubscriptionResend
                Channels
                Configs
                MappingFields
                RoutingTest
                ConfigAdd
                ConfigEdit
                ConfigRemove
                FollowUps
                FollowUpDone
                FollowUpUndo
                FollowUpAssign
                ForYouSeen
                Holds
                HoldDrop
                Audit
                AuditFrom
                UserAdd
                UserRemove
                UserPermission
                ViewSave
                BackupNext
                BackupWithSecrets
                WipePlan
                WipeBegin
                Wipe
            }
            secret {
                Token
            }
        }
    };
}
pub(crate) use every_request;
