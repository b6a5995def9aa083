//! What was done: one struct for each kind of entry, written and read by the same type.

use serde::Deserialize;
use serde_json::Value;

use super::authorizations::{
    AnswerLost, AuthorizeBegun, AuthorizeEnded, AuthorizeFailed, Authorized, CodeNotExchanged,
    GivenBackEvidence, TokensGivenBack,
};
use super::channels::ChannelsAttached;
use super::configuration::{Configuration, ConfigurationEdited, RecordEdited, ReferenceLinked};
use super::connections::{
    ConnectionConfigured, GrantEnded, Marked, Refreshed, SubscriptionAdded, SubscriptionEdited,
    SubscriptionRemoved, WebhookSet,
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
    SwapGivenUp,
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
use super::{AuditOutcome, EntrySubject};
use crate::domain::disconnect::evidence::Evidence;
use crate::domain::id::{FlowId, RunId};
use crate::domain::wipe::Wipe;

/// Lists every kind of entry: its action, the variant and what it holds, the evidence if it has any, the method
/// that says it in words, and how it says what it is about:
///
/// - `nothing`: the folder, the log, the server, users, or whom we tell of events
/// - `target`: a connection, or something that belongs to one or to a provider, by its id
/// - `provider`: its target is a provider
/// - `wiped`: its target is the provider whose data is removed, or all
/// - `said`: its target and more, by its `subject`
macro_rules! events {
    ($($action:literal => $name:ident($kind:ty $(, $proof:ident: $evidence:ty)?) $sentence:ident, $about:ident;)*) => {
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

            /// What an entry with this target is about.
            #[must_use]
            pub fn subject(&self, target: &str) -> EntrySubject {
                match self {
                    $(Self::$name(detail, ..) => events!(@subject $about, detail, target),)*
                    Self::Refused(refusal) => EntrySubject::of_target(target).and(&refusal.about),
                    // Withheld, or of another version.
                    Self::Unknown(_) => EntrySubject::of_target(target),
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
    (@subject nothing, $detail:ident, $target:ident) => {{
        let _ = ($detail, $target);
        EntrySubject::default()
    }};
    (@subject target, $detail:ident, $target:ident) => {{
        let _ = $detail;
        EntrySubject::of_target($target)
    }};
    (@subject provider, $detail:ident, $target:ident) => {{
        let _ = $detail;
        EntrySubject::default().at(Some($target))
    }};
    (@subject wiped, $detail:ident, $target:ident) => {{
        let _ = $detail;
        EntrySubject::default().at(Wipe::provider_in($target))
    }};
    (@subject said, $detail:ident, $target:ident) => {
        $detail.subject(EntrySubject::of_target($target))
    };
    (@written) => { Value::Null };
    (@written $proof:ident) => { serde_json::to_value($proof)? };
}

events! {
    "workspace.begun" => WorkspaceBegun(WorkspaceBegun) sentence, nothing;
    "folder.upgraded" => FolderUpgraded(FolderUpgraded) sentence, nothing;
    "log.begun" => LogBegun(LogBegun) sentence, nothing;
    "folder.move_accepted" => MoveAccepted(MoveAccepted) sentence, nothing;
    "vault.orphans_overwritten" => OrphansOverwritten(OrphansOverwritten) sentence, nothing;
    "server.stopped" => ServerStopped(ServerStopped) sentence, nothing;

    "store.backed_up" => BackedUp(BackedUp) sentence, nothing;
    "store.compacted" => Compacted(StoreCompacted) sentence, nothing;
    "data.wipe_begun" => WipeBegun(WipeBegun) sentence, wiped;
    "data.wiped" => Wiped(Wiped) sentence, wiped;

    "session.begin" => SessionRefused(SessionRefused) sentence, nothing;
    "gateway.refused" => GatewayRefused(GatewayRefused) sentence, nothing;
    "refusals.counted" => RefusalsCounted(RefusalsCounted) sentence, said;

    "user.added" => UserAdded(UserAdded) sentence, nothing;
    "user.removed" => UserRemoved(UserRemoved) sentence, nothing;
    "user.granted" => UserGranted(RightChanged) granted, nothing;
    "user.withdrawn" => UserWithdrawn(RightChanged) withdrawn, nothing;

    "provider.added" => ProviderAdded(ProviderAdded) sentence, provider;
    "provider.removed" => ProviderRemoved(ProviderRemoved) sentence, provider;
    "provider.untagged" => ProviderUntagged(ProviderUntagged) sentence, provider;
    "provider.configured" => ProviderConfigured(ProviderConfigured) sentence, provider;
    "dependent.added" => DependentAdded(DependentChanged) added, said;
    "dependent.removed" => DependentRemoved(DependentChanged) removed, said;
    "provider.secret_kept" => ProviderSecretKept(ProviderSecretKept) sentence, provider;

    "connection.authorize_begun" => AuthorizeBegun(AuthorizeBegun) sentence, said;
    "connection.authorize_failed" => AuthorizeFailed(AuthorizeFailed) sentence, said;
    "connection.authorize_ended" => AuthorizeEnded(AuthorizeEnded) sentence, said;
    "connection.code_not_exchanged" => CodeNotExchanged(CodeNotExchanged) sentence, said;
    "connection.connected" => Connected(Authorized) connected, said;
    "connection.reconnected" => Reconnected(Authorized) reconnected, said;
    "connection.tokens_given_back" => TokensGivenBack(TokensGivenBack, evidence: Option<GivenBackEvidence>) sentence, said;
    "connection.answer_lost" => AnswerLost(AnswerLost) sentence, said;

    "connection.refreshed" => Refreshed(Refreshed) sentence, target;
    "connection.recovered" => Recovered(Marked) recovered, said;
    "connection.reconnect_required" => ReconnectRequired(Marked) reconnect_required, said;
    "connection.error" => ConnectionError(Marked) error, said;
    "connection.configured" => ConnectionConfigured(ConnectionConfigured) sentence, target;
    "connection.notice" => Noticed(Noticed) sentence, said;
    "connection.notice_settled" => NoticeSettled(NoticeSettled) sentence, said;
    "connection.channels_attached" => ChannelsAttached(ChannelsAttached) sentence, said;
    "connection.grant_ended" => GrantEnded(GrantEnded) sentence, said;
    "webhook.enabled" => WebhookEnabled(WebhookSet) enabled, target;
    "webhook.disabled" => WebhookDisabled(WebhookSet) disabled, target;
    "subscription.added" => SubscriptionAdded(SubscriptionAdded) sentence, nothing;
    "subscription.edited" => SubscriptionEdited(SubscriptionEdited) sentence, nothing;
    "subscription.removed" => SubscriptionRemoved(SubscriptionRemoved) sentence, nothing;
    "subscription.rotated" => SecretRotated(SecretRotated) sentence, nothing;
    "subscription.tested" => MessageTested(MessageTested) sentence, nothing;
    "subscription.dead_letter" => DeadLetter(DeadLetter) sentence, nothing;
    "subscription.resent" => MessageResent(MessageResent) sentence, nothing;
    "configuration.added" => ConfigurationAdded(Configuration) added, target;
    "configuration.edited" => ConfigurationEdited(ConfigurationEdited) sentence, target;
    "configuration.removed" => ConfigurationRemoved(Configuration) removed, target;

    "record.edited" => RecordEdited(RecordEdited) sentence, target;
    "reference.linked" => ReferenceLinked(ReferenceLinked) linked, target;
    "reference.unlinked" => ReferenceUnlinked(ReferenceLinked) unlinked, target;

    "job.enabled" => JobEnabled(JobActed) enabled, target;
    "job.disabled" => JobDisabled(JobActed) disabled, target;
    "job.reset" => JobReset(JobActed) reset, target;
    "job.asked" => JobAsked(JobActed) asked, target;
    "job.added" => JobAdded(JobAdded) sentence, target;
    "job.edited" => JobEdited(JobEdited) sentence, target;
    "job.enabled_before" => EnabledBefore(EnabledBefore) sentence, target;
    "sync.started" => SyncStarted(JobActed) started, target;
    "sync.cancelled" => SyncCancelled(JobActed) cancelled, target;
    "sync.succeeded" => SyncSucceeded(SyncEnded) succeeded, target;
    "sync.failed" => SyncFailed(SyncEnded) failed, target;
    "sync.interrupted" => SyncInterrupted(SyncInterrupted) sentence, target;

    "connection.disconnect_begun" => DisconnectBegun(DisconnectBegun) sentence, said;
    "connection.jobs_disabled" => JobsDisabled(StepDone) jobs_disabled, said;
    "connection.revoking" => Revoking(Revoking) sentence, said;
    "connection.revoked" => ConnectionRevoked(StepDone) revoked, said;
    "references.stale" => ReferencesStale(StepDone) references_stale, said;
    "connection.disconnected" => Disconnected(Disconnected, evidence: DisconnectEvidence) sentence, said;
    "run.resumed" => RunResumed(RunResumed) sentence, said;
    "run.step_failed" => StepFailed(StepFailed) sentence, said;
    "swap.given_up" => SwapGivenUp(SwapGivenUp) sentence, said;
    "follow_up.done" => FollowUpDone(FollowUpDone) sentence, said;
    "follow_up.undone" => FollowUpUndone(FollowUpUndone) sentence, said;
    "follow_up.assigned" => FollowUpAssigned(FollowUpAssigned) sentence, said;
    "follow_up.opened" => FollowUpOpened(FollowUpOpened) sentence, said;

    "token.read" => TokenRead(TokenRead) sentence, said;
    "token.reads" => TokenReads(TokenReads) sentence, target;
    "token.revoked" => TokenRevoked(TokenRevoked, evidence: Option<Evidence>) sentence, said;
    "token.judged_again" => TokenJudgedAgain(TokenJudgedAgain) sentence, said;
    "token.came_back" => TokenCameBack(TokenJudgedAgain) sentence, said;
    "token.issued_again" => TokenIssuedAgain(TokenIssuedAgain) sentence, said;
    "token.proof_settled" => ProofSettled(HoldOver) settled, said;
    "token.ends_soon" => TokenEndsSoon(TokenEndsSoon) sentence, target;
    "exposure.over" => ExposureOver(ExposureOver) sentence, said;
    "credential.destroying" => CredentialDestroying(SecretGone) destroying, said;
    "credential.destroyed" => CredentialDestroyed(SecretDestroyed, evidence: Option<HoldEvidence>) sentence, said;
    "credential.moved_into_hold" => CredentialMoved(SecretGone) moved, said;
    "credential.sealed" => CredentialSealed(HoldOpened) proof, said;
    "hold.opened" => HoldOpened(HoldOpened) hold, said;
    "hold.tried" => HoldTried(HoldTried, evidence: TryEvidence) sentence, said;
    "hold.ending" => HoldEnding(HoldOver) ending, said;
    "hold.ended" => HoldEnded(HoldOver, evidence: HoldEvidence) ended, said;
    "hold.dropped" => HoldDropped(HoldOver) dropped, said;

    "walkthrough.drafted" => WalkthroughDrafted(WalkthroughDrafted) sentence, said;
    "walkthrough.discarded" => WalkthroughDiscarded(WalkthroughGone) discarded, target;
    "walkthrough.closed" => WalkthroughClosed(WalkthroughGone) closed, target;
    "walkthrough.begun" => WalkthroughBegun(WalkthroughBegun) sentence, said;
    "walkthrough.planned" => WalkthroughPlanned(WalkthroughPlanned) sentence, said;
    "walkthrough.cancelled" => WalkthroughCancelled(WalkthroughCancelled) sentence, target;
    "walkthrough.begun_by_time" => WalkthroughBegunByTime(WalkthroughBegunByTime) sentence, said;
    "walkthrough.left" => WalkthroughLeft(WalkthroughPassedOver) left, target;
    "walkthrough.fell" => WalkthroughFell(WalkthroughFell) sentence, target;
    "walkthrough.stopped" => WalkthroughStopped(WalkthroughStopped) sentence, target;
    "walkthrough.resumed" => WalkthroughResumed(WalkthroughMoved) resumed, target;
    "walkthrough.finished" => WalkthroughFinished(WalkthroughMoved) finished, target;
    "walkthrough.passed_over" => WalkthroughPassedOver(WalkthroughPassedOver) sentence, target;
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

    /// Every disconnect that it names together with others.
    #[must_use]
    pub fn runs(&self) -> &[RunId] {
        match self {
            Self::FollowUpDone(left) => &left.runs,
            Self::FollowUpUndone(left) => &left.runs,
            Self::FollowUpAssigned(left) => &left.runs,
            Self::WipeBegun(begun) => &begun.swaps_ended,
            // Everything else is of one at most.
            _ => &[],
        }
    }

    /// Says that what it begins is the first half of a swap.
    pub fn begins_swap(&mut self) {
        if let Self::DisconnectBegun(begun) = self {
            begun.swap = true;
        }
    }

    /// Says which swaps it brought to their end, by the runs that were their first halves.
    pub fn ends_swaps(&mut self, runs: Vec<RunId>) {
        match self {
            Self::Connected(authorized) | Self::Reconnected(authorized) => {
                authorized.swap = runs.into_iter().next();
            }
            Self::WipeBegun(begun) => begun.swaps_ended = runs,
            // Nothing else ends a swap besides what it is about.
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
