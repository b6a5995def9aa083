//! What is shown before anything begins: the provider and the connection, asked for, and asked for again.

use super::{ConnectDialog, ConnectStage};
use crate::console::awaited::IncomingReply;
use crate::console::context::Context;
use crate::console::overlays::OverlayState;
use crate::console::widgets::field::TextField;
use crate::domain::provider::AuthKind;
use crate::wire::request::FlowKind;
use crate::wire::rpc;
use crate::wire::view;
use crate::wire::{Code, Problem, Topic};

impl ConnectDialog {
    /// Asks for what is shown before anything begins.
    pub(super) fn look(&mut self, cx: &mut Context<'_>) {
        self.set(ConnectStage::Looking);
        let id = self.target.provider.clone();
        self.asked.provider = cx.ask(rpc::Provider { id });
        if let Some(name) = self.target.connection.clone() {
            self.asked.before = cx.ask(rpc::Connection { name });
        }
    }

    /// N11: what one account was not granted, another may be.
    pub(super) fn try_another(&mut self, cx: &mut Context<'_>) {
        self.other_account = true;
        self.before = None;
        self.look(cx);
    }

    pub(super) fn looked(
        &mut self,
        heard: &mut IncomingReply,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        if let Some(provider) = self.asked.provider.take(heard) {
            if let Some(provider) = self.got(provider) {
                self.provider = Some(provider);
                self.take_up_the_only_one(cx);
                self.ready(false, cx);
            }
        } else if let Some(before) = self.asked.before.take(heard) {
            if let Some(before) = self.got(before)
                && self.is_there(before)
            {
                self.ready(false, cx);
            }
        } else {
            return OverlayState::Stay;
        }
        OverlayState::Renew
    }

    /// Another connection was chosen, and here it is.
    pub(super) fn looked_again(&mut self, heard: &mut IncomingReply) -> OverlayState {
        let Some(before) = self.asked.before.take(heard) else {
            return OverlayState::Stay;
        };
        // Nobody asked for this: what is typed and said stays, and the server answers again later.
        if before
            .as_ref()
            .is_err_and(|problem| problem.code == Code::NoServer)
        {
            return OverlayState::Stay;
        }
        let before = self.got(before);
        match before.is_some_and(|before| self.is_there(before)) {
            true => OverlayState::Stay,
            false => OverlayState::Renew,
        }
    }

    /// Something changed at the connection that is to be authorized: what was said of it is asked anew.
    pub(super) fn look_again(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let Some(before) = self.before.as_ref() else {
            return;
        };
        let is_told = Topic::Connection(before.id.clone()).is_told_by(topics);
        if is_told && matches!(self.face, ConnectStage::Ready) {
            let name = before.id.as_str().to_owned();
            self.asked.before = cx.ask(rpc::Connection { name });
        }
    }

    /// The connection as it is now. A swap that somebody has ended is not taken up.
    fn is_there(&mut self, before: view::Connection) -> bool {
        if self.swaps && before.swap.is_none() {
            self.before = None;
            let message = format!(
                "the swap of {} {} has ended meanwhile",
                before.provider_name, before.name
            );
            let hint = "Its page says how it stands.";
            self.set(ConnectStage::Failed(Problem::new(
                Code::Conflict,
                message,
                hint,
            )));
            return false;
        }
        self.before = Some(before);
        true
    }

    /// Once everything that was asked for is there.
    pub(super) fn ready(&mut self, registered: bool, cx: &Context<'_>) {
        let Some(provider) = &self.provider else {
            return;
        };
        if self.is_looked_up() {
            return;
        }
        let needs_app = provider.card.auth == AuthKind::Oauth2 && provider.client_id.is_none();
        if (self.only_app || needs_app) && !registered {
            let [client_id, app_name] = [&provider.client_id, &provider.app_name]
                .map(|known| TextField::new(known.as_deref().unwrap_or_default()));
            // What was typed before a refusal stays.
            for (field, known) in [
                (&mut self.answers.client_id, client_id),
                (&mut self.answers.app_name, app_name),
            ] {
                if field.is_empty() {
                    *field = known;
                }
            }
            return self.set(ConnectStage::Register);
        }
        // Over SSH a browser would open at the other end, where nothing listens.
        self.answers.kind = match (&cx.facts.welcome.address, provider.device) {
            (Some(_), true) => FlowKind::Remote,
            (Some(_), false) => FlowKind::Paste,
            (None, _) => FlowKind::Browser,
        };
        self.set(ConnectStage::Ready);
    }
}
