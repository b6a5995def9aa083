//! What Enter, Esc and the server's answers do, stage by stage.

use super::{AdoptDialog, AdoptFocus, AdoptStage};
use crate::console::awaited::IncomingReply;
use crate::console::command::Danger;
use crate::console::context::{Context, Destination};
use crate::console::overlays::OverlayState;
use crate::console::overlays::flow_end::FlowEnd;
use crate::console::widgets::field::TextField;
use crate::domain::id::FlowId;
use crate::wire::request::FlowKind;
use crate::wire::rpc;
use crate::wire::view::{Flow, FlowState};
use crate::wire::{Code, Problem};

impl AdoptDialog {
    pub(super) fn ask_flow(&mut self, cx: &mut Context<'_>) {
        if let Some(id) = self.flow().map(|flow| flow.id.clone()) {
            self.asked.flow = cx.ask(rpc::Flow { id });
        }
    }

    pub(super) fn escape(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if self.asked.begun.is_open() {
            return self.end.before_it_began(&mut self.said, cx);
        }
        match std::mem::replace(&mut self.stage, AdoptStage::Looking) {
            AdoptStage::Under(flow) | AdoptStage::Confirming(flow) => {
                self.set(AdoptStage::GivingUp(flow));
            }
            AdoptStage::GivingUp(flow) => self.stand(flow),
            _ => return OverlayState::Close,
        }
        OverlayState::Renew
    }

    /// What came of giving up. Where it had ended before, how is asked: something may have been kept.
    fn was_cancelled(
        &mut self,
        cancelled: Result<(), Problem>,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        match cancelled {
            Ok(()) => {
                cx.done("It was given up; nothing was kept.");
                OverlayState::Close
            }
            Err(problem) => {
                self.said = format!("{}. {}", problem.message, problem.hint);
                self.ask_flow(cx);
                OverlayState::Stay
            }
        }
    }

    /// The flow began.
    fn began(&mut self, flow: Flow, cx: &mut Context<'_>) -> OverlayState {
        let id = flow.id.clone();
        let state = self.stands(flow, cx);
        let goes_on = matches!(self.stage, AdoptStage::Under(_) | AdoptStage::Confirming(_));
        if self.end.take_awaited() && goes_on {
            self.escape(cx);
            self.end.ask(id, &mut self.said, cx);
        } else {
            // Notices may have overtaken this reply.
            self.ask_flow(cx);
        }
        state
    }

    pub(super) fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        match (&self.stage, self.focus) {
            (AdoptStage::GivingUp(flow), AdoptFocus::Go) => {
                let id = flow.id.clone();
                self.end.ask(id, &mut self.said, cx);
            }
            (AdoptStage::Confirming(flow), AdoptFocus::Go) => {
                let id = flow.id.clone();
                self.confirm(id, cx);
            }
            (AdoptStage::Confirming(_) | AdoptStage::GivingUp(_), _) => return self.escape(cx),
            (AdoptStage::Asked, _) => return self.escape(cx),
            (AdoptStage::Under(_), _) => {}
            (AdoptStage::Failed(_), AdoptFocus::Go) => self.set(AdoptStage::Filling),
            (AdoptStage::Filling, AdoptFocus::Go) => self.begin(cx),
            (_, AdoptFocus::Cancel) => return OverlayState::Close,
            _ => self.step(true),
        }
        OverlayState::Stay
    }

    fn begin(&mut self, cx: &mut Context<'_>) {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return;
        }
        if self.answers.refresh.is_empty() {
            self.focus = AdoptFocus::Refresh;
            return "The refresh token is missing.".clone_into(&mut self.said);
        }
        let account = self.answers.account.text().trim().to_owned();
        let access = &self.answers.access;
        let request = rpc::Adopt {
            connect: rpc::Connect::new(self.id.clone(), FlowKind::Adopt),
            refresh_token: self.answers.refresh.secret_text(),
            access_token: (!access.is_empty()).then(|| access.secret_text()),
            account: (!account.is_empty()).then_some(account),
            any_account: false,
        };
        self.said.clear();
        self.is_confirmed = false;
        self.end = FlowEnd::default();
        self.asked.begun = cx.ask(request);
        self.set(AdoptStage::Asked);
    }

    fn confirm(&mut self, id: FlowId, cx: &mut Context<'_>) {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return;
        }
        self.is_confirmed = true;
        self.asked.confirmed = cx.ask(rpc::FlowConfirm { id });
        if let AdoptStage::Confirming(flow) =
            std::mem::replace(&mut self.stage, AdoptStage::Looking)
        {
            self.set(AdoptStage::Under(flow));
        }
    }

    pub(super) fn answered(
        &mut self,
        heard: &mut IncomingReply,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        if let Some(provider) = self.asked.provider.take(heard) {
            match provider {
                Ok(provider) => {
                    self.provider = Some(provider);
                    self.set(AdoptStage::Filling);
                }
                Err(problem) => self.set(AdoptStage::Failed(problem)),
            }
            return OverlayState::Renew;
        }
        if let Some(begun) = self.asked.begun.take(heard) {
            return match begun {
                Ok(flow) => {
                    // The server has them; until it took them they were kept, should it refuse.
                    self.answers.refresh = TextField::secret();
                    self.answers.access = TextField::secret();
                    self.began(flow, cx)
                }
                Err(problem) => {
                    self.set(AdoptStage::Failed(problem));
                    OverlayState::Renew
                }
            };
        }
        if let Some(cancelled) = self.end.heard(heard) {
            return self.was_cancelled(cancelled, cx);
        }
        match self.asked.confirmed.take(heard) {
            Some(Ok(flow)) => return self.stands(flow, cx),
            Some(Err(problem)) => {
                // It ended while somebody looked, and says why itself; else it is asked again.
                self.said = format!("{}. {}", problem.message, problem.hint);
                self.is_confirmed = false;
                self.ask_flow(cx);
                return OverlayState::Stay;
            }
            None => {}
        }
        match self.asked.flow.take(heard) {
            Some(Ok(flow)) => self.stands(flow, cx),
            // The link may come back while the flow goes on.
            Some(Err(problem)) if problem.code == Code::NoServer => OverlayState::Stay,
            Some(Err(problem)) => {
                self.set(AdoptStage::Failed(problem));
                OverlayState::Renew
            }
            None => OverlayState::Stay,
        }
    }

    /// Where the flow stands now.
    fn stands(&mut self, flow: Flow, cx: &mut Context<'_>) -> OverlayState {
        match &flow.state {
            FlowState::Connected { connection } => {
                cx.done(format!("Taken over at {}.", flow.provider_name));
                cx.open(Destination::Connection(connection.as_str().to_owned()));
                return OverlayState::Close;
            }
            FlowState::Failed { .. } if self.end.is_asked() => return OverlayState::Stay,
            FlowState::Failed { problem } => {
                let problem = problem.clone();
                self.set(AdoptStage::Failed(problem));
                return OverlayState::Renew;
            }
            _ => {}
        }
        let asks = matches!(flow.state, FlowState::Confirm { .. }) && !self.is_confirmed;
        match &mut self.stage {
            // The same again changes nothing under the fingers of whoever answers.
            AdoptStage::GivingUp(known) => *known = flow,
            AdoptStage::Confirming(known) if asks => *known = flow,
            AdoptStage::Under(known) if !asks => *known = flow,
            _ => {
                self.stand(flow);
                return OverlayState::Renew;
            }
        }
        OverlayState::Stay
    }

    /// Shows the flow as it stands.
    fn stand(&mut self, flow: Flow) {
        let asks = matches!(flow.state, FlowState::Confirm { .. }) && !self.is_confirmed;
        self.set(match asks {
            true => AdoptStage::Confirming(flow),
            false => AdoptStage::Under(flow),
        });
    }
}
