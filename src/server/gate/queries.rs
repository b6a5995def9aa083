//! What looks and changes nothing. Whoever may not see a draft, or did not begin a flow, is told that there is none. What
//! somebody looks at is theirs alone: keeping it changes nothing that anybody else sees.

use super::about::one;
use super::{Need, Needs, Requirement};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::wire::{Problem, rpc};

macro_rules! looks {
    ($($request:ident)*) => {
        $(impl Needs for rpc::$request {
            fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
                one("look", "", Need::Look)
            }
        })*
    };
}

looks! {
    Status
    Providers Provider Dependents
    Connections Connection
    Flows Flow
    Plan Plans
    Runs Run RunRecords
    Walkthroughs Walkthrough WalkthroughTargets
    Jobs Job Executions ExecutionPages References Records Record
    Webhooks WebhookDeliveries Subscriptions SubscriptionDeliveries Channels Configs MappingFields RoutingTest
    FollowUps Holds ForYou ForYouSeen
    Audit AuditFrom Checkpoint
    Users
    Compaction Wipe
    ViewLoad ViewSave
}
