//! What was done: one struct for each kind of entry, written and read by the same type.

use serde::Deserialize;
use serde_json::Value;

use super::AuditOutcome;
use super::authorizations::{
    AnswerLost, AuthorizeBegun, AuthorizeEnded, AuthorizeFailed, Authorized, CodeNotExchanged,
    GivenBackEvidence, TokensGivenBack,
};
use super::channels::ChannelsAttached;
use super::configuration::{Configuration, ConfigurationEdited, RecordEdited, ReferenceLinked};
use super::connections::{
    ConnectionConfigured, GrantEnded, Marked, Refreshed, SubscriptionAdded, SubscriptionRemoved,
    WebhookSet,
};
use super::follow_ups::{FollowUpAssigned, FollowUpDone, FollowUpOpened, FollowUpUndone};
use super::holds::{HoldEvidence, HoldOpened, HoldOver, HoldTried, SecretDestroyed, TryEvidence};
use super::jobs::{EnabledBefore, JobActed, JobAdded, JobEdited, SyncEnded, SyncInterrupted};
use super::log::LogBegun;
use super::providers::{
    DependentChanged, ProviderAdded, ProviderConfigured, ProviderRemoved, ProviderSecretKept,
    ProviderUntagged,
};
use super::refusals::{GatewayRefused, RefusalsCounted, RefusedRequest, SessionRefused};
use super::runs::{
    DisconnectBegun, DisconnectEvidence, Disconnected, Revoking, RunResumed, StepDone, StepFailed,
};
use super::server::{
    FolderUpgraded, LogBegins, MoveAccepted, OrphansOverwritten, ServerStopped, WorkspaceBegun,
};
use super::tokens::{
    ExposureOver, SecretGone, TokenEndsSoon, TokenIssuedAgain, TokenJudgedAgain, TokenRead,
    TokenReads, TokenRevoked,
};
use super::upkeep::{BackedUp, StoreCompacted, WipeBegun, Wiped};
use super::users::{RightChanged, UserAdded, UserRemoved};
use super::walkthroughs::{
    WalkthroughBegun, WalkthroughBegunByTime, WalkthroughCancelled, WalkthroughDrafted,
    WalkthroughFell, WalkthroughGone, WalkthroughMoved, WalkthroughPassedOver, WalkthroughPlanned,
    WalkthroughStopped,
};
use super::webhooks::{
    DeadLetter, MessageResent, MessageTested, NoticeSettled, Noticed, SecretRotated,
};
use crate::domain::disconnect::evidence::Evidence;
use crate::domain::id::FlowId;

/// Lists every kind of entry: its action, the variant and what it holds, the evidence if it has any, and the method
/// that says it in words.
macro_rules! events {
    ($($action:literal => $name:ident($kind:ty $(, $proof:ident: $evidence:ty)?) $sentence:ident;)*) => {
        /// What was done, and what there is to say of it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $(
                #[doc = concat!("`", $action, "`")]
                $name($kind $(, Box<$evidence>)?),
            )*
            /// What the gate refused; its action is the request's.
            Refused(RefusedRequest),
            /// An entry of a version that this program does not know.
            Unknown(Unknown),
        }

        impl Event {
            /// The action of each kind.
            pub const ACTIONS: &[&str] = &[$($action),*];

            /// What was done, as `noun.verb`.
            #[must_use]
            pub fn action(&self) -> &str {
                match self {
                    $(Self::$name(..) => $action,)*
                    Self::Refused(refusal) => &refusal.verb,
                    Self::Unknown(unknown) => &unknown.action,
                }
            }

            /// The detail and the evidence, as they stand in the entry.
            ///
            /// # Errors
            /// When they cannot be written as JSON.
            pub fn said(&self) -> Result<EventDetail, serde_json::Error> {
                Ok(match self {
                    $(Self::$name(detail $(, $proof)?) => EventDetail {
                        detail: serde_json::to_value(detail)?,
                        evidence: events!(@written $($proof)?),
                    },)*
                    Self::Refused(refusal) => EventDetail {
                        detail: serde_json::to_value(refusal)?,
                        evidence: Value::Null,
                    },
                    Self::Unknown(unknown) => EventDetail {
                        detail: unknown.detail.clone(),
                        evidence: unknown.evidence.clone(),
                    },
                })
            }

            /// It in words, for people; who did it and when stands beside it.
            #[must_use]
            pub fn sentence(&self) -> String {
                match self {
                    $(Self::$name(detail, ..) => <$kind>::$sentence(detail),)*
                    Self::Refused(refusal) => refusal.sentence(),
                    Self::Unknown(unknown) => unknown.action.replace(['.', '_'], " "),
                }
            }

            fn known(action: &str, detail: &Value, evidence: &Value) -> Option<Self> {
                match action {
                    $($action => Some(Self::$name(
                        <$kind>::deserialize(detail).ok()?
                        $(, Box::new(<$evidence>::deserialize(evidence).ok()?))?
                    )),)*
                    _ => None,
                }
            }
        }
    };
    (@written) => { Value::Null };
    (@written $proof:ident) => { serde_json::to_value($proof)? };
}

events! {
    "workspace.begun" => WorkspaceBegun(WorkspaceBegun) sentence;
    "folder.upgraded" => FolderUpgraded(FolderUpgraded) sentence;
    "log.begun" => LogBegun(LogBegun) sentence;
    "folder.move_accepted" => MoveAccepted(MoveAccepted) sentence;
    "vault.orphans_overwritten" => OrphansOverwritten(OrphansOverwritten) sentence;
    "server.stopped" => ServerStopped(ServerStopped) sentence;

    "store.backed_up" => BackedUp(BackedUp) sentence;
    "store.compacted" => Compacted(StoreCompacted) sentence;
    "data.wipe_begun" => WipeBegun(WipeBegun) sentence;
    "data.wiped" => Wiped(Wiped) sentence;

    "session.begin" => SessionRefused(SessionRefused) sentence;
    "gateway.refused" => GatewayRefused(GatewayRefused) sentence;
    "refusals.counted" => RefusalsCounted(RefusalsCounted) sentence;

    "user.added" => UserAdded(UserAdded) sentence;
    "user.removed" => UserRemoved(UserRemoved) sentence;
    "user.granted" => UserGranted(RightChanged) granted;
    "user.withdrawn" => UserWithdrawn(RightChanged) withdrawn;

    "provider.added" => ProviderAdded(ProviderAdded) sentence;
    "provider.removed" => ProviderRemoved(ProviderRemoved) sentence;
    "provider.untagged" => ProviderUntagged(ProviderUntagged) sentence;
    "provider.configured" => ProviderConfigured(ProviderConfigured) sentence;
    "dependent.added" => DependentAdded(DependentChanged) added;
    "dependent.removed" => DependentRemoved(DependentChanged) removed;
    "provider.secret_kept" => ProviderSecretKept(ProviderSecretKept) sentence;

    "connection.authorize_begun" => AuthorizeBegun(AuthorizeBegun) sentence;
    "connection.authorize_failed" => AuthorizeFailed(AuthorizeFailed) sentence;
    "connection.authorize_ended" => AuthorizeEnded(AuthorizeEnded) sentence;
    "connection.code_not_exchanged" => CodeNotExchanged(CodeNotExchanged) sentence;
    "connection.connected" => Connected(Authorized) connected;
    "connection.reconnected" => Reconnected(Authorized) reconnected;
    "connection.tokens_given_back" => TokensGivenBack(TokensGivenBack, evidence: Option<GivenBackEvidence>) sentence;
    "connection.answer_lost" => AnswerLost(AnswerLost) sentence;

    "connection.refreshed" => Refreshed(Refreshed) sentence;
    "connection.recovered" => Recovered(Marked) recovered;
    "connection.reconnect_required" => ReconnectRequired(Marked) reconnect_required;
    "connection.error" => ConnectionError(Marked) error;
    "connection.configured" => ConnectionConfigured(ConnectionConfigured) sentence;
    "connection.notice" => Noticed(Noticed) sentence;
    "connection.notice_settled" => NoticeSettled(NoticeSettled) sentence;
    "connection.channels_attached" => ChannelsAttached(ChannelsAttached) sentence;
    "connection.grant_ended" => GrantEnded(GrantEnded) sentence;
    "webhook.enabled" => WebhookEnabled(WebhookSet) enabled;
    "webhook.disabled" => WebhookDisabled(WebhookSet) disabled;
    "subscription.added" => SubscriptionAdded(SubscriptionAdded) sentence;
    "subscription.removed" => SubscriptionRemoved(SubscriptionRemoved) sentence;
    "subscription.rotated" => SecretRotated(SecretRotated) sentence;
    "subscription.tested" => MessageTested(MessageTested) sentence;
    "subscription.dead_letter" => DeadLetter(DeadLetter) sentence;
    "subscription.resent" => MessageResent(MessageResent) sentence;
    "configuration.added" => ConfigurationAdded(Configuration) added;
    "configuration.edited" => ConfigurationEdited(ConfigurationEdited) sentence;
    "configuration.removed" => ConfigurationRemoved(Configuration) removed;

    "record.edited" => RecordEdited(RecordEdited) sentence;
    "reference.linked" => ReferenceLinked(ReferenceLinked) linked;
    "reference.unlinked" => ReferenceUnlinked(ReferenceLinked) unlinked;

    "job.enabled" => JobEnabled(JobActed) enabled;
    "job.disabled" => JobDisabled(JobActed) disabled;
    "job.reset" => JobReset(JobActed) reset;
    "job.asked" => JobAsked(JobActed) asked;
    "job.added" => JobAdded(JobAdded) sentence;
    "job.edited" => JobEdited(JobEdited) sentence;
    "job.enabled_before" => EnabledBefore(EnabledBefore) sentence;
    "sync.started" => SyncStarted(JobActed) started;
    "sync.cancelled" => SyncCancelled(JobActed) cancelled;
    "sync.succeeded" => SyncSucceeded(SyncEnded) succeeded;
    "sync.failed" => SyncFailed(SyncEnded) failed;
    "sync.interrupted" => SyncInterrupted(SyncInterrupted) sentence;

    "connection.disconnect_begun" => DisconnectBegun(DisconnectBegun) sentence;
    "connection.jobs_disabled" => JobsDisabled(StepDone) jobs_disabled;
    "connection.revoking" => Revoking(Revoking) sentence;
    "connection.revoked" => ConnectionRevoked(StepDone) revoked;
    "references.stale" => ReferencesStale(StepDone) references_stale;
    "connection.disconnected" => Disconnected(Disconnected, evidence: DisconnectEvidence) sentence;
    "run.resumed" => RunResumed(RunResumed) sentence;
    "run.step_failed" => StepFailed(StepFailed) sentence;
    "follow_up.done" => FollowUpDone(FollowUpDone) sentence;
    "follow_up.undone" => FollowUpUndone(FollowUpUndone) sentence;
    "follow_up.assigned" => FollowUpAssigned(FollowUpAssigned) sentence;
    "follow_up.opened" => FollowUpOpened(FollowUpOpened) sentence;

    "token.read" => TokenRead(TokenRead) sentence;
    "token.reads" => TokenReads(TokenReads) sentence;
    "token.revoked" => TokenRevoked(TokenRevoked, evidence: Option<Evidence>) sentence;
    "token.judged_again" => TokenJudgedAgain(TokenJudgedAgain) sentence;
    "token.came_back" => TokenCameBack(TokenJudgedAgain) sentence;
    "token.issued_again" => TokenIssuedAgain(TokenIssuedAgain) sentence;
    "token.proof_settled" => ProofSettled(HoldOver) settled;
    "token.ends_soon" => TokenEndsSoon(TokenEndsSoon) sentence;
    "exposure.over" => ExposureOver(ExposureOver) sentence;
    "credential.destroying" => CredentialDestroying(SecretGone) destroying;
    "credential.destroyed" => CredentialDestroyed(SecretDestroyed, evidence: Option<HoldEvidence>) sentence;
    "credential.moved_into_hold" => CredentialMoved(SecretGone) moved;
    "credential.sealed" => CredentialSealed(HoldOpened) proof;
    "hold.opened" => HoldOpened(HoldOpened) hold;
    "hold.tried" => HoldTried(HoldTried, evidence: TryEvidence) sentence;
    "hold.ending" => HoldEnding(HoldOver) ending;
    "hold.ended" => HoldEnded(HoldOver, evidence: HoldEvidence) ended;
    "hold.dropped" => HoldDropped(HoldOver) dropped;

    "walkthrough.drafted" => WalkthroughDrafted(WalkthroughDrafted) sentence;
    "walkthrough.discarded" => WalkthroughDiscarded(WalkthroughGone) discarded;
    "walkthrough.closed" => WalkthroughClosed(WalkthroughGone) closed;
    "walkthrough.begun" => WalkthroughBegun(WalkthroughBegun) sentence;
    "walkthrough.planned" => WalkthroughPlanned(WalkthroughPlanned) sentence;
    "walkthrough.cancelled" => WalkthroughCancelled(WalkthroughCancelled) sentence;
    "walkthrough.begun_by_time" => WalkthroughBegunByTime(WalkthroughBegunByTime) sentence;
    "walkthrough.left" => WalkthroughLeft(WalkthroughPassedOver) left;
    "walkthrough.fell" => WalkthroughFell(WalkthroughFell) sentence;
    "walkthrough.stopped" => WalkthroughStopped(WalkthroughStopped) sentence;
    "walkthrough.resumed" => WalkthroughResumed(WalkthroughMoved) resumed;
    "walkthrough.finished" => WalkthroughFinished(WalkthroughMoved) finished;
    "walkthrough.passed_over" => WalkthroughPassedOver(WalkthroughPassedOver) sentence;
}

/// Detail and evidence of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDetail {
    /// What there is to say.
    pub detail: Value,
    /// What the provider answered; null when no provider was involved.
    pub evidence: Value,
}

/// An entry of a version that this program does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// What was done.
    pub action: String,
    /// What there is to say of it.
    pub detail: Value,
    /// What the provider answered.
    pub evidence: Value,
}

impl Event {
    /// Says that more refusals follow, which are counted together.
    pub fn floods(&mut self, what: &str) {
        let flood = match self {
            Self::Refused(refusal) => &mut refusal.flood,
            Self::SessionRefused(refusal) => &mut refusal.flood,
            Self::GatewayRefused(refusal) => &mut refusal.flood,
            // Nothing else is a refusal that floods.
            _ => return,
        };
        *flood = Some(what.to_owned());
    }

    /// From where on the log has its format, where this says it.
    #[must_use]
    pub fn log_begins(&self) -> Option<LogBegins> {
        match self {
            Self::WorkspaceBegun(begun) => begun.log,
            Self::LogBegun(begun) => Some(begun.log),
            Self::FolderUpgraded(upgraded) => upgraded.log,
            // Nothing else changes the log's format.
            _ => None,
        }
    }

    /// Says which open authorizations it ended.
    pub fn ends(&mut self, flows: Vec<FlowId>) {
        match self {
            Self::DisconnectBegun(begun) => begun.flows_ended = flows,
            Self::WalkthroughBegun(begun) => begun.flows_ended = flows,
            Self::WalkthroughBegunByTime(begun) => begun.flows_ended = flows,
            // Nothing else ends authorizations besides what it is about.
            _ => {}
        }
    }

    /// What an entry says. What is withheld, or of a shape that no version of ours had, is [`Event::Unknown`].
    #[must_use]
    pub fn read(action: &str, outcome: AuditOutcome, detail: &Value, evidence: &Value) -> Self {
        let refused = || {
            let refusal = RefusedRequest::read(action, detail)?;
            (outcome == AuditOutcome::Refused).then_some(Self::Refused(refusal))
        };
        let known = Self::known(action, detail, evidence).or_else(refused);
        known.unwrap_or_else(|| {
            Self::Unknown(Unknown {
                action: action.to_owned(),
                detail: detail.clone(),
                evidence: evidence.clone(),
            })
        })
    }
}
