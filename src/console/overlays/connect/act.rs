//! What Enter, Esc and the server's answers do, face by face.

use std::collections::BTreeMap;

use super::{ConnectDialog, ConnectFocus, ConnectStage};
use crate::console::awaited::IncomingReply;
use crate::console::command::Danger;
use crate::console::context::{Context, Destination};
use crate::console::overlays::OverlayState;
use crate::console::overlays::flow_end::FlowEnd;
use crate::console::screens;
use crate::console::widgets::field::TextField;
use crate::domain::id::ConnectionId;
use crate::wire::rpc;
use crate::wire::view::{self, Flow, FlowState};
use crate::wire::{Code, Problem};

impl ConnectDialog {
    pub(super) fn ask_flow(&mut self, cx: &mut Context<'_>) {
        if let Some(id) = self.flow().map(|flow| flow.id.clone()) {
            self.asked.flow = cx.ask(rpc::Flow { id });
        }
    }

    pub(super) fn escape(&mut self, cx: &mut Context<'_>) -> OverlayState {
        if self.asked.begun.is_open() {
            return self.end.before_it_began(&mut self.said, cx);
        }
        if matches!(self.face, ConnectStage::Registering) {
            return OverlayState::close_unheard(cx);
        }
        match std::mem::replace(&mut self.face, ConnectStage::Looking) {
            ConnectStage::Under(flow) => self.set(ConnectStage::GivingUp(flow)),
            ConnectStage::GivingUp(flow) => self.set(ConnectStage::Under(flow)),
            ConnectStage::Connected(connection) => return opened(&connection, cx),
            _ => return OverlayState::Close,
        }
        OverlayState::Stay
    }

    /// What came of giving up. Where it had ended before, how is asked: it may be connected.
    fn was_cancelled(
        &mut self,
        cancelled: Result<(), Problem>,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        match cancelled {
            Ok(()) => {
                cx.done("The authorization was given up.");
                OverlayState::Close
            }
            Err(problem) => {
                self.said = format!("{}. {}", problem.message, problem.hint);
                self.ask_flow(cx);
                OverlayState::Stay
            }
        }
    }

    /// The authorization began.
    fn began(&mut self, flow: Flow, cx: &mut Context<'_>) {
        let id = flow.id.clone();
        self.stands(flow, cx);
        match self.end.take_awaited() {
            true if matches!(self.face, ConnectStage::Under(_)) => {
                self.escape(cx);
                self.end.ask(id, &mut self.said, cx);
            }
            // Notices may have overtaken this reply.
            _ => self.ask_flow(cx),
        }
    }

    pub(super) fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, self.focus) {
            (ConnectStage::Connected(connection), ConnectFocus::Other) => {
                self.target.connection = Some(connection.id.as_str().to_owned());
                self.was_named = true;
                // The swap ended with the account that is connected now.
                self.swaps = false;
                self.try_another(cx);
            }
            (ConnectStage::Connected(connection), _) => return opened(connection, cx),
            (ConnectStage::GivingUp(_), ConnectFocus::Cancel) => return self.escape(cx),
            (ConnectStage::GivingUp(flow), _) => {
                let id = flow.id.clone();
                self.end.ask(id, &mut self.said, cx);
            }
            (ConnectStage::Under(_), ConnectFocus::Back) => self.hand_over(cx),
            (ConnectStage::Under(_), ConnectFocus::Url) => self.step(true),
            (ConnectStage::Under(_), _) => {}
            (ConnectStage::Failed(problem), ConnectFocus::Other) if problem.accounts.is_some() => {
                self.other_account = true;
                self.begin(cx);
            }
            (ConnectStage::Failed(_), ConnectFocus::Other) => self.try_another(cx),
            (ConnectStage::Failed(_), ConnectFocus::Go) => self.look(cx),
            (ConnectStage::Starting | ConnectStage::Registering, _) => return self.escape(cx),
            (_, ConnectFocus::Cancel) => return OverlayState::Close,
            (
                ConnectStage::Register,
                ConnectFocus::ClientSecret | ConnectFocus::AppName | ConnectFocus::Go,
            ) => self.register(cx),
            (ConnectStage::Ready, ConnectFocus::Key | ConnectFocus::Go) => self.begin(cx),
            _ => {
                self.step(true);
                // Who goes on with Enter does not mean to give up.
                if self.focus == ConnectFocus::Cancel {
                    self.step(true);
                }
            }
        }
        OverlayState::Stay
    }

    pub(super) fn enable(&mut self, cx: &mut Context<'_>) -> OverlayState {
        let wanted = match &self.face {
            ConnectStage::Connected(connection) if connection.enabled_before > 0 => {
                Some(connection.id.as_str().to_owned())
            }
            _ => None,
        };
        match (wanted, cx.facts.not_sent(Danger::Changes)) {
            (Some(_), Some(why)) => self.said = why,
            (Some(connection), None) => {
                self.asked.enabled = cx.ask(rpc::EnableBefore { connection });
            }
            (None, _) => {}
        }
        OverlayState::Stay
    }

    fn register(&mut self, cx: &mut Context<'_>) {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return;
        }
        let client_id = self.answers.client_id.text().trim().to_owned();
        if client_id.is_empty() {
            self.focus = ConnectFocus::ClientId;
            return "The client id is missing.".clone_into(&mut self.said);
        }
        let secret = (!self.answers.client_secret.is_empty())
            .then(|| self.answers.client_secret.secret_text());
        self.asked.registered = cx.ask(rpc::ProviderConfigure {
            id: self.target.provider.clone(),
            client_id: Some(client_id),
            client_secret: secret,
            redirect_uri: None,
            app_name: Some(self.answers.app_name.text().trim().to_owned()),
            vars: BTreeMap::new(),
            moves: false,
        });
        self.set(ConnectStage::Registering);
    }

    fn begin(&mut self, cx: &mut Context<'_>) {
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return;
        }
        // What it means to take it up is said first.
        if self.is_looked_up() {
            return "The connection is being looked up.".clone_into(&mut self.said);
        }
        let wants_key = self.wants_key();
        if wants_key && self.answers.key.is_empty() {
            self.focus = ConnectFocus::Key;
            let said = match self.installs() {
                true => "The installation's id is missing.",
                false => "The key is missing.",
            };
            return said.clone_into(&mut self.said);
        }
        let installs = self.installs();
        let request = rpc::Connect {
            provider: self.target.provider.clone(),
            connection: self.target.connection.clone(),
            name: None,
            scope: None,
            flow: self.answers.kind,
            api_key: (wants_key && !installs).then(|| self.answers.key.secret_text()),
            installation: installs.then(|| self.answers.key.text().trim().to_owned()),
            enable_jobs: false,
            fill_gap: self.answers.fill_gap,
            swap: self.second_half(),
            accept_other_account: self.other_account,
        };
        self.said.clear();
        self.end = FlowEnd::default();
        self.asked.begun = cx.ask(request);
        self.set(ConnectStage::Starting);
    }

    fn hand_over(&mut self, cx: &mut Context<'_>) {
        if self.answers.back.is_empty() {
            return "Paste the whole address that the browser ended at.".clone_into(&mut self.said);
        }
        if let Some(why) = cx.facts.not_sent(Danger::Changes) {
            self.said = why;
            return;
        }
        if let Some(id) = self.flow().map(|flow| flow.id.clone()) {
            let text = self.answers.back.secret_text();
            self.asked.pasted = cx.ask(rpc::FlowPaste { id, text });
            self.answers.back = TextField::default();
            "Handed over.".clone_into(&mut self.said);
        }
    }

    pub(super) fn answered(
        &mut self,
        heard: &mut IncomingReply,
        cx: &mut Context<'_>,
    ) -> OverlayState {
        if let Some(cancelled) = self.end.heard(heard) {
            return self.was_cancelled(cancelled, cx);
        }
        match self.face {
            ConnectStage::Looking => self.looked(heard, cx),
            ConnectStage::Registering => self.registered(heard, cx),
            ConnectStage::Starting => self.started(heard, cx),
            ConnectStage::Under(_) | ConnectStage::GivingUp(_) => self.went_on(heard, cx),
            ConnectStage::Connected(_) => self.enabled(heard, cx),
            ConnectStage::Ready => self.looked_again(heard),
            ConnectStage::Register | ConnectStage::Failed(_) => OverlayState::Stay,
        }
    }

    fn registered(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        let Some(provider) = self.asked.registered.take(heard) else {
            return OverlayState::Stay;
        };
        if let Some(provider) = self.got(provider) {
            self.answers.client_secret = TextField::secret();
            self.provider = Some(provider);
            if self.only_app {
                cx.done("Our app is registered.");
                return OverlayState::Close;
            }
            self.ready(true, cx);
        }
        OverlayState::Renew
    }

    fn started(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        if let Some(flow) = self.asked.begun.take(heard) {
            if let Some(flow) = self.got(flow) {
                self.answers.key = TextField::secret();
                self.began(flow, cx);
            }
        } else if let Some(connection) = self.asked.connected.take(heard) {
            match connection {
                Ok(connection) => self.set(ConnectStage::Connected(Box::new(connection))),
                // That it was connected is true all the same.
                Err(problem) => {
                    cx.done(format!("It is connected. {}.", problem.message));
                    if let Some(connection) = self.target.connection.take() {
                        cx.open(Destination::Connection(connection));
                    }
                    return OverlayState::Close;
                }
            }
        } else {
            return OverlayState::Stay;
        }
        OverlayState::Renew
    }

    fn went_on(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        if let Some(Err(problem)) = self.asked.pasted.take(heard) {
            self.said = format!("{}. {}", problem.message, problem.hint);
            return OverlayState::Stay;
        }
        match self.asked.flow.take(heard) {
            Some(Ok(flow)) => self.stands(flow, cx),
            // The link may come back while the flow goes on.
            Some(Err(problem)) if problem.code == Code::NoServer => OverlayState::Stay,
            Some(Err(problem)) => {
                self.set(ConnectStage::Failed(problem));
                OverlayState::Renew
            }
            None => OverlayState::Stay,
        }
    }

    fn enabled(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        let ConnectStage::Connected(connection) = &self.face else {
            return OverlayState::Stay;
        };
        match self.asked.enabled.take(heard) {
            Some(reply) => {
                let state = opened(connection, cx);
                screens::connection::enabled(Some(reply), cx);
                state
            }
            None => OverlayState::Stay,
        }
    }

    /// Where the flow stands now.
    pub(super) fn stands(&mut self, flow: Flow, cx: &mut Context<'_>) -> OverlayState {
        let waits = |flow: &Flow| matches!(flow.state, FlowState::Authorize { .. });
        match &flow.state {
            FlowState::Connected { connection } => self.connected(connection, cx),
            FlowState::Failed { .. } if self.end.is_asked() => return OverlayState::Stay,
            FlowState::Failed { problem } => self.set(ConnectStage::Failed(problem.clone())),
            _ => match &self.face {
                // The same state again changes nothing under the fingers of whoever types.
                ConnectStage::GivingUp(_) => {
                    self.face = ConnectStage::GivingUp(flow);
                    return OverlayState::Stay;
                }
                ConnectStage::Under(before) if waits(before) == waits(&flow) => {
                    self.face = ConnectStage::Under(flow);
                    return OverlayState::Stay;
                }
                _ => {
                    self.said.clear();
                    self.set(ConnectStage::Under(flow));
                }
            },
        }
        OverlayState::Renew
    }

    fn connected(&mut self, connection: &ConnectionId, cx: &mut Context<'_>) {
        self.set(ConnectStage::Starting);
        let name = connection.as_str().to_owned();
        self.target.connection = Some(name.clone());
        self.asked.connected = cx.ask(rpc::Connection { name });
    }
}

fn opened(connection: &view::Connection, cx: &mut Context<'_>) -> OverlayState {
    cx.done(connection.connected_words());
    cx.open(Destination::Connection(connection.id.as_str().to_owned()));
    OverlayState::Close
}
