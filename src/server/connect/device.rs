//! The device grant (RFC 8628): the person consents anywhere, and we ask now and then. One code, one token pair.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::finish;
use super::flow::{Answer, Flow, LASTS};
use crate::providers::{DeviceCode, DevicePoll, TokenError};
use crate::server::who::problem;
use crate::server::{gate, mint, tokens};
use crate::store::facts::Intent;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem};

/// A vendor that does not answer is asked at least this often (RFC 8628 3.5 wants it asked ever more rarely).
const RAREST: Duration = Duration::from_secs(60);

/// Whatever the vendor says.
const OFTENEST: Duration = Duration::from_secs(1);

impl Flow {
    /// Has the vendor make a code, and shows it.
    pub(super) async fn ask_for_code(&self) -> Result<DeviceCode, Problem> {
        let endpoints = self.vendor.endpoints()?;
        let code = self
            .server
            .vendors
            .start_device(&self.vendor.app, endpoints, None)
            .await
            .map_err(|error| self.not_connected(&error.to_string(), "start again"))?;
        let lasts = code.expires_in.min(LASTS);
        self.set(FlowState::Device {
            verification_uri: code.verification_uri.clone(),
            verification_uri_complete: code.verification_uri_complete.clone(),
            user_code: code.user_code.clone(),
            expires_at: mint::now()
                .checked_add(lasts)
                .unwrap_or_else(|_| mint::now()),
        });
        Ok(code)
    }

    /// Asks until the person has decided, gives up, or is too late.
    pub(super) async fn poll(self, mut code: DeviceCode, mut answers: mpsc::Receiver<Answer>) {
        let intent = Intent {
            credential: mint::credential(),
            connection: self.held(),
            generation: 0,
            call: "exchange".to_owned(),
            at: mint::now(),
            lost: false,
        };
        if let Err(error) = self.server.store.intend(&intent).await {
            return finish::failed(&self, None, problem(error)).await;
        }
        let end = Instant::now() + code.expires_in.min(LASTS);
        // Once an answer was lost, the tokens may have been in it.
        let mut lost = false;
        let why = loop {
            tokio::select! {
                () = self.server.stop.cancelled() => break given_up(),
                // Nothing can be pasted here; whatever comes gives the flow up, as does nobody being left.
                _ = answers.recv() => break given_up(),
                () = sleep_until(end) => break too_late(),
                () = sleep(code.interval.max(OFTENEST)) => {}
            }
            match self.ask_once(&code, &intent).await {
                Ok(None) => return,
                Ok(Some(interval)) => code.interval = interval,
                Err(Refused::Later(error)) => {
                    lost |= matches!(error, TokenError::Lost { .. });
                    code.interval = (code.interval * 2).min(RAREST);
                }
                Err(Refused::ForGood(problem)) => break problem,
            }
        };
        if lost {
            finish::lost(&self, &intent).await;
        }
        finish::failed(&self, Some(&intent).filter(|_| !lost), why).await;
    }

    /// One question. None when the flow has ended well, or ended with what was issued given back.
    async fn ask_once(
        &self,
        code: &DeviceCode,
        intent: &Intent,
    ) -> Result<Option<Duration>, Refused> {
        let endpoints = self.vendor.endpoints().map_err(Refused::ForGood)?;
        let _one_at_a_time = self.server.locks.of(&intent.connection).await;
        let issuing = self.server.grants.issuing(self.vendor.file()).await;
        // Minutes have passed since the gate let this in.
        gate::still_manages(&self.server, &self.caller, &self.purpose.owner)
            .map_err(Refused::ForGood)?;
        finish::same_registration(self).map_err(Refused::ForGood)?;
        let vendors = &self.server.vendors;
        let polled = vendors.poll_device(&self.vendor.app, endpoints, code);
        let polled = tokens::in_flight(Instant::now(), polled).await;
        match polled {
            Ok(DevicePoll::Pending) => Ok(Some(code.interval)),
            Ok(DevicePoll::SlowDown(interval)) => Ok(Some(interval)),
            Ok(DevicePoll::Denied) => Err(Refused::ForGood(
                self.not_connected("the person said no", "start again"),
            )),
            Ok(DevicePoll::Expired) => Err(Refused::ForGood(too_late())),
            Ok(DevicePoll::Issued(set)) => {
                self.set(FlowState::Exchanging);
                finish::take(self, None, intent, (&set, issuing)).await;
                Ok(None)
            }
            Err(error @ (TokenError::Outage { .. } | TokenError::Lost { .. })) => {
                Err(Refused::Later(error))
            }
            Err(error) => Err(Refused::ForGood(
                self.not_connected(&error.to_string(), "start again"),
            )),
        }
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

/// Why a question brought nothing.
enum Refused {
    /// The vendor is not to be had; it is asked again.
    Later(TokenError),
    /// The flow has ended.
    ForGood(Problem),
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
