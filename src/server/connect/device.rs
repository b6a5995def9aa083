//! The device grant (RFC 8628): the person consents anywhere, and we ask now and then. One code, one token pair.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::cancel;
use super::finish::{self, IssuedTokens};
use super::flow::{FlowContext, LASTS};
use super::flows::Came;
use super::give_back::give_back;
use crate::domain::credential::IssuingCall;
use crate::providers::{DeviceCode, DevicePoll, TokenError};
use crate::server::gate::current::still_manages;
use crate::server::tokens;
use crate::store::facts::IssueIntent;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem};

/// A vendor that does not answer is asked at least this often (RFC 8628 3.5 wants it asked ever more rarely).
const RAREST: Duration = Duration::from_secs(60);

/// Whatever the vendor says.
const OFTENEST: Duration = Duration::from_secs(1);

impl FlowContext {
    /// Has the vendor make a code, and shows it.
    pub(super) async fn ask_for_code(&self) -> Result<DeviceCode, Problem> {
        let endpoints = self.vendor.endpoints()?;
        let code = self
            .server
            .vendors
            .start_device(&self.vendor.app, endpoints, None)
            .await
            .map_err(|error| self.not_connected(&error.to_string(), "start again"))?;
        self.opened(None, code.expires_in).await?;
        let lasts = code.expires_in.min(LASTS);
        self.set(FlowState::Device {
            verification_uri: code.verification_uri.clone(),
            verification_uri_complete: code.verification_uri_complete.clone(),
            user_code: code.user_code.clone(),
            expires_at: super::flow::after(lasts),
        });
        Ok(code)
    }

    /// Asks until the person has decided, gives up, or is too late. The intent of the flow stands before each question,
    /// and stays without an answer; it is a token that nobody has seen only when no later answer says that nothing was
    /// issued.
    pub(super) async fn poll(self, mut code: DeviceCode, mut answers: mpsc::Receiver<Came>) {
        let intent = self.intent(IssuingCall::Device);
        let (end, link) = (
            Instant::now() + code.expires_in.min(LASTS),
            cancel::DeviceLink::for_so_long(code.expires_in),
        );
        let mut asking = DevicePolling {
            intent,
            is_unanswered: false,
            is_over: false,
        };
        let why = loop {
            tokio::select! {
                biased;
                () = self.server.stop.cancelled() => break FlowOutcome::Now(given_up()),
                () = self.ended.cancelled() => break FlowOutcome::AfterOneMore(cancel::how(&self.server, &self.id)),
                // Nothing can be pasted here; whatever comes gives the flow up.
                _ = answers.recv() => break FlowOutcome::AfterOneMore(given_up()),
                () = sleep_until(end) => break FlowOutcome::AfterOneMore(too_late()),
                () = sleep(code.interval.max(OFTENEST)) => {}
            }
            match self.ask_in_turn(&code, &mut asking).await {
                PollResult::Again(interval) => code.interval = interval,
                PollResult::Later => code.interval = (code.interval * 2).min(RAREST),
                PollResult::Taken => return,
                // The loop sees it.
                PollResult::Ended => {}
                PollResult::Over(problem) => break FlowOutcome::Now(problem),
            }
        };
        let why = match why {
            FlowOutcome::Now(why) => why,
            FlowOutcome::AfterOneMore(why) => {
                self.ask_for_the_last_time(&code, &mut asking).await;
                why
            }
        };
        if asking.is_unanswered {
            finish::lost(&self, &asking.intent).await;
        }
        if self.ended.is_cancelled() {
            link.ended(&self.server, &self.id, asking.is_over).await;
        }
        let settled = Some(&asking.intent).filter(|_| !asking.is_unanswered);
        finish::failed(&self, settled, why).await;
    }

    /// One question, whose tokens would be kept: with the connection's lock, and while no grant is revoked.
    async fn ask_in_turn(&self, code: &DeviceCode, asking: &mut DevicePolling) -> PollResult {
        let Some(_one_at_a_time) = self.turn(&asking.intent.connection).await else {
            return PollResult::Ended;
        };
        let issuing = self.server.grants.issuing(self.vendor.file()).await;
        // Minutes have passed since the gate let this in.
        if let Err(problem) = still_manages(&self.server, &self.caller, &self.purpose.owner) {
            return PollResult::Over(problem);
        }
        if let Err(problem) = finish::same_registration(self) {
            return PollResult::Over(problem);
        }
        match self.ask_once(code, asking).await {
            Ok(DevicePoll::Pending) => PollResult::Again(code.interval),
            Ok(DevicePoll::SlowDown(interval)) => PollResult::Again(interval),
            Ok(DevicePoll::Denied) => {
                PollResult::Over(self.not_connected("the person said no", "start again"))
            }
            Ok(DevicePoll::Expired) => PollResult::Over(too_late()),
            Ok(DevicePoll::Issued(set)) => {
                self.set(FlowState::Exchanging);
                let issued = IssuedTokens {
                    set: &set,
                    intent: &asking.intent,
                    nonce: None,
                    adopted: None,
                };
                finish::take(self, issued, issuing).await;
                PollResult::Taken
            }
            Err(Unasked::Vendor(TokenError::Outage { .. } | TokenError::Lost { .. })) => {
                PollResult::Later
            }
            Err(Unasked::Vendor(error)) => {
                PollResult::Over(self.not_connected(&error.to_string(), "start again"))
            }
            Err(Unasked::Ours(problem)) => PollResult::Over(problem),
        }
    }

    /// Once more after the end: what was approved before it is issued now, and given back, and an earlier question that
    /// got no answer may be answered by this one. Nothing is kept, so no lock is needed; whoever ended the flow may hold
    /// it and waits.
    async fn ask_for_the_last_time(&self, code: &DeviceCode, asking: &mut DevicePolling) {
        let _issuing = self.server.grants.issuing(self.vendor.file()).await;
        if let Ok(DevicePoll::Issued(set)) = self.ask_once(code, asking).await {
            let why = "it was approved when nobody waited for it any more";
            give_back(self, &asking.intent, &set, why).await;
        }
    }

    /// The question, after its intent. RFC 8628 3.5: `authorization_pending`, `slow_down`, `access_denied` and
    /// `expired_token` say that the code has issued nothing, and so of every question before.
    async fn ask_once(
        &self,
        code: &DeviceCode,
        asking: &mut DevicePolling,
    ) -> Result<DevicePoll, Unasked> {
        let endpoints = self.vendor.endpoints().map_err(Unasked::Ours)?;
        let store = &self.server.store;
        let stands = store.intend(&asking.intent).await;
        stands.map_err(|error| Unasked::Ours(Problem::from(error)))?;
        let polled = self
            .server
            .vendors
            .poll_device(&self.vendor.app, endpoints, code);
        let polled = tokens::in_flight(Instant::now(), polled).await;
        asking.is_over = matches!(
            polled,
            Ok(DevicePoll::Issued(_) | DevicePoll::Denied | DevicePoll::Expired)
        );
        match &polled {
            // The intent ends with what is done about the tokens.
            Ok(DevicePoll::Issued(_)) => {
                asking.is_unanswered = false;
                return polled.map_err(Unasked::Vendor);
            }
            Ok(_) => asking.is_unanswered = false,
            Err(TokenError::Lost { .. }) => asking.is_unanswered = true,
            Err(_) => {}
        }
        if !asking.is_unanswered {
            let settled = store.intent_settled(&asking.intent).await;
            settled.map_err(|error| Unasked::Ours(Problem::from(error)))?;
        }
        polled.map_err(Unasked::Vendor)
    }

    fn not_connected(&self, why: &str, hint: &str) -> Problem {
        let name = &self.vendor.file().name;
        Problem::new(
            Code::Failed,
            format!("connecting {name} failed: {why}"),
            hint,
        )
    }
}

/// What the questions of a flow leave behind.
struct DevicePolling {
    /// Stands before each of them.
    intent: IssueIntent,
    /// Whether the answer to one was lost, and none after it said that nothing was issued.
    is_unanswered: bool,
    /// Whether the vendor takes no approval any more, by its latest answer.
    is_over: bool,
}

/// What a question came to.
enum PollResult {
    /// The person has not decided; asked again after so long.
    Again(Duration),
    /// The vendor is not to be had; it is asked again.
    Later,
    /// The tokens were kept, or given back.
    Taken,
    /// It was not asked: the flow was ended.
    Ended,
    /// The flow is over.
    Over(Problem),
}

/// Why there is no answer to a question.
enum Unasked {
    /// The vendor's doing.
    Vendor(TokenError),
    /// Our own.
    Ours(Problem),
}

/// How a flow is over.
enum FlowOutcome {
    /// There is nothing more to ask.
    Now(Problem),
    /// The vendor is asked once more.
    AfterOneMore(Problem),
}

fn given_up() -> Problem {
    Problem::new(
        Code::Failed,
        "the authorization was given up",
        "start again",
    )
}

fn too_late() -> Problem {
    Problem::new(
        Code::Failed,
        "nobody finished the authorization before its code expired",
        "start again",
    )
}
