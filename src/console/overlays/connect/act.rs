//! What Enter, Esc and the server's answers do, face by face.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{Connect, Face, Focus, is_other_account};
use crate::console::asked::Heard;
use crate::console::command::Danger;
use crate::console::context::{Cx, Opening};
use crate::console::overlays::Then;
use crate::console::screens;
use crate::console::widgets::field::Field;
use crate::domain::id::ConnectionId;
use crate::wire::Code;
use crate::wire::ask;
use crate::wire::request::{FlowKind, Secret};
use crate::wire::view::{self, Flow, FlowState};

impl Connect {
    /// Asks for what is shown before anything begins.
    pub(super) fn look(&mut self, cx: &mut Cx<'_>) {
        self.set(Face::Looking);
        let id = self.target.provider.clone();
        self.asked.provider = cx.ask(ask::Provider { id });
        if let Some(name) = self.target.connection.clone() {
            self.asked.before = cx.ask(ask::Connection { name });
        }
    }

    /// N11: what one account was not granted, another may be.
    fn try_another(&mut self, cx: &mut Cx<'_>) {
        self.other_account = true;
        self.before = None;
        self.look(cx);
    }

    pub(super) fn ask_flow(&mut self, cx: &mut Cx<'_>) {
        if let Some(id) = self.flow().map(|flow| flow.id.clone()) {
            self.asked.flow = cx.ask(ask::Flow { id });
        }
    }

    pub(super) fn escape(&mut self, cx: &mut Cx<'_>) -> Then {
        match std::mem::replace(&mut self.face, Face::Looking) {
            Face::Under(flow) => self.set(Face::GivingUp(flow)),
            Face::GivingUp(flow) => self.set(Face::Under(flow)),
            Face::Connected(connection) => return opened(&connection, cx),
            _ => return Then::Close,
        }
        Then::Stay
    }

    pub(super) fn enter(&mut self, cx: &mut Cx<'_>) -> Then {
        match (&self.face, self.focus) {
            (Face::Connected(connection), Focus::Other) => {
                self.target.connection = Some(connection.id.as_str().to_owned());
                self.was_named = true;
                self.try_another(cx);
            }
            (Face::Connected(connection), _) => return opened(connection, cx),
            (Face::GivingUp(_), Focus::Cancel) => return self.escape(cx),
            (Face::GivingUp(flow), _) => {
                let id = flow.id.clone();
                cx.tell(ask::FlowCancel { id });
                cx.say("The authorization was given up.");
                return Then::Close;
            }
            (Face::Under(_), Focus::Back) => self.hand_over(cx),
            (Face::Under(_), Focus::Url) => self.step(true),
            (Face::Under(_), _) => {}
            (Face::Failed(problem), Focus::Other) if is_other_account(problem) => {
                self.other_account = true;
                self.begin(cx);
            }
            (Face::Failed(_), Focus::Other) => self.try_another(cx),
            (Face::Failed(_), Focus::Go) => self.look(cx),
            (_, Focus::Cancel) => return Then::Close,
            (Face::Register, Focus::ClientSecret | Focus::AppName | Focus::Go) => self.register(cx),
            (Face::Ready, Focus::Key | Focus::Go) => self.begin(cx),
            _ => {
                self.step(true);
                // Who goes on with Enter does not mean to give up.
                if self.focus == Focus::Cancel {
                    self.step(true);
                }
            }
        }
        Then::Stay
    }

    pub(super) fn enable(&mut self, cx: &mut Cx<'_>) -> Then {
        let wanted = match &self.face {
            Face::Connected(connection) if connection.enabled_before > 0 => {
                Some(connection.id.as_str().to_owned())
            }
            _ => None,
        };
        if let Some(connection) = wanted
            && !self.refused(cx)
        {
            self.asked.enabled = cx.ask(ask::EnableBefore { connection });
        }
        Then::Stay
    }

    /// Whether nothing may be sent now; then it says why.
    fn refused(&mut self, cx: &Cx<'_>) -> bool {
        let why = cx.facts.refuses(Danger::Changes);
        if let Some(why) = &why {
            self.said = format!("Not sent: {why}.");
        }
        why.is_some()
    }

    fn register(&mut self, cx: &mut Cx<'_>) {
        if self.refused(cx) {
            return;
        }
        let client_id = self.answers.client_id.text().trim().to_owned();
        if client_id.is_empty() {
            self.focus = Focus::ClientId;
            return "The client id is missing.".clone_into(&mut self.said);
        }
        let secret =
            (!self.answers.client_secret.is_empty()).then(|| secret(&self.answers.client_secret));
        self.asked.registered = cx.ask(ask::ProviderConfigure {
            id: self.target.provider.clone(),
            client_id: Some(client_id),
            client_secret: secret,
            redirect_uri: None,
            app_name: Some(self.answers.app_name.text().trim().to_owned()),
            vars: BTreeMap::new(),
            moves: false,
        });
        self.answers.client_secret = Field::secret();
        self.set(Face::Registering);
    }

    fn begin(&mut self, cx: &mut Cx<'_>) {
        if self.refused(cx) {
            return;
        }
        // What it means to take it up is said first.
        if self.is_looked_up() {
            return "The connection is being looked up.".clone_into(&mut self.said);
        }
        let wants_key = self.wants_key();
        if wants_key && self.answers.key.is_empty() {
            self.focus = Focus::Key;
            let said = match self.installs() {
                true => "The installation's id is missing.",
                false => "The key is missing.",
            };
            return said.clone_into(&mut self.said);
        }
        let installs = self.installs();
        let request = ask::Connect {
            provider: self.target.provider.clone(),
            connection: self.target.connection.clone(),
            name: None,
            scope: None,
            flow: self.answers.kind,
            api_key: (wants_key && !installs).then(|| secret(&self.answers.key)),
            installation: installs.then(|| self.answers.key.text().trim().to_owned()),
            enable_jobs: false,
            fill_gap: self.answers.fill_gap,
            // The jobs that were on are on again, and no others.
            enable_before: self.swaps,
            accept_other_account: self.other_account,
        };
        self.said.clear();
        self.asked.begun = cx.ask(request);
        self.set(Face::Starting);
    }

    fn hand_over(&mut self, cx: &mut Cx<'_>) {
        if self.answers.back.is_empty() {
            return "Paste the whole address that the browser ended at.".clone_into(&mut self.said);
        }
        if self.refused(cx) {
            return;
        }
        if let Some(id) = self.flow().map(|flow| flow.id.clone()) {
            let text = secret(&self.answers.back);
            self.asked.pasted = cx.ask(ask::FlowPaste { id, text });
            self.answers.back = Field::default();
            "Handed over.".clone_into(&mut self.said);
        }
    }

    pub(super) fn answered(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        match self.face {
            Face::Looking => self.looked(heard, cx),
            Face::Registering => self.registered(heard, cx),
            Face::Starting => self.started(heard, cx),
            Face::Under(_) | Face::GivingUp(_) => self.went_on(heard, cx),
            Face::Connected(_) => self.enabled(heard, cx),
            Face::Ready => self.looked_again(heard),
            Face::Register | Face::Failed(_) => Then::Stay,
        }
    }

    fn looked(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        if let Some(provider) = self.asked.provider.take(heard) {
            if let Some(provider) = self.got(provider) {
                self.provider = Some(provider);
                self.take_up_the_only_one(cx);
                self.ready(false, cx);
            }
        } else if let Some(before) = self.asked.before.take(heard) {
            if let Some(before) = self.got(before) {
                self.before = Some(before);
                self.ready(false, cx);
            }
        } else {
            return Then::Stay;
        }
        Then::Renew
    }

    /// Another connection was chosen, and here it is.
    fn looked_again(&mut self, heard: &mut Heard) -> Then {
        let Some(before) = self.asked.before.take(heard) else {
            return Then::Stay;
        };
        if let Some(before) = self.got(before) {
            self.before = Some(before);
            self.said.clear();
        }
        Then::Stay
    }

    fn registered(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        let Some(provider) = self.asked.registered.take(heard) else {
            return Then::Stay;
        };
        if let Some(provider) = self.got(provider) {
            self.provider = Some(provider);
            if self.only_app {
                cx.say("Our app is registered.");
                return Then::Close;
            }
            self.ready(true, cx);
        }
        Then::Renew
    }

    fn started(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        if let Some(flow) = self.asked.begun.take(heard) {
            self.answers.key = Field::secret();
            if let Some(flow) = self.got(flow) {
                self.stands(flow, cx);
                // Notices may have overtaken this reply.
                self.ask_flow(cx);
            }
        } else if let Some(connection) = self.asked.connected.take(heard) {
            match connection {
                Ok(connection) => self.set(Face::Connected(Box::new(connection))),
                // That it was connected is true all the same.
                Err(problem) => {
                    cx.say(format!("It is connected. {}.", problem.message));
                    if let Some(connection) = self.target.connection.take() {
                        cx.open(Opening::Connection(connection));
                    }
                    return Then::Close;
                }
            }
        } else {
            return Then::Stay;
        }
        Then::Renew
    }

    fn went_on(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        if let Some(Err(problem)) = self.asked.pasted.take(heard) {
            self.said = format!("{}. {}", problem.message, problem.hint);
            return Then::Stay;
        }
        match self.asked.flow.take(heard) {
            Some(Ok(flow)) => self.stands(flow, cx),
            // The link may come back while the flow goes on.
            Some(Err(problem)) if problem.code == Code::NoServer => Then::Stay,
            Some(Err(problem)) => {
                self.set(Face::Failed(problem));
                Then::Renew
            }
            None => Then::Stay,
        }
    }

    fn enabled(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        let Face::Connected(connection) = &self.face else {
            return Then::Stay;
        };
        match self.asked.enabled.take(heard) {
            Some(reply) => {
                screens::connection::enabled(Some(reply), cx);
                opened(connection, cx)
            }
            None => Then::Stay,
        }
    }

    /// Once everything that was asked for is there.
    fn ready(&mut self, registered: bool, cx: &Cx<'_>) {
        let Some(provider) = &self.provider else {
            return;
        };
        if self.is_looked_up() {
            return;
        }
        let needs_app = provider.card.auth == "oauth2" && provider.client_id.is_none();
        if (self.only_app || needs_app) && !registered {
            self.answers.client_id = Field::new(provider.client_id.as_deref().unwrap_or_default());
            self.answers.app_name = Field::new(provider.app_name.as_deref().unwrap_or_default());
            return self.set(Face::Register);
        }
        // Over SSH a browser would open at the other end, where nothing listens.
        self.answers.kind = match (&cx.facts.welcome.address, provider.device) {
            (Some(_), true) => FlowKind::Remote,
            (Some(_), false) => FlowKind::Paste,
            (None, _) => FlowKind::Browser,
        };
        self.set(Face::Ready);
    }

    /// Where the flow stands now.
    fn stands(&mut self, flow: Flow, cx: &mut Cx<'_>) -> Then {
        let waits = |flow: &Flow| matches!(flow.state, FlowState::Authorize { .. });
        match &flow.state {
            FlowState::Connected { connection } => self.connected(connection, cx),
            FlowState::Failed { problem } => self.set(Face::Failed(problem.clone())),
            _ => match &self.face {
                // The same state again changes nothing under the fingers of whoever types.
                Face::GivingUp(_) => {
                    self.face = Face::GivingUp(flow);
                    return Then::Stay;
                }
                Face::Under(before) if waits(before) == waits(&flow) => {
                    self.face = Face::Under(flow);
                    return Then::Stay;
                }
                _ => {
                    self.said.clear();
                    self.set(Face::Under(flow));
                }
            },
        }
        Then::Renew
    }

    fn connected(&mut self, connection: &ConnectionId, cx: &mut Cx<'_>) {
        self.set(Face::Starting);
        let name = connection.as_str().to_owned();
        self.target.connection = Some(name.clone());
        self.asked.connected = cx.ask(ask::Connection { name });
    }
}

fn opened(connection: &view::Connection, cx: &mut Cx<'_>) -> Then {
    cx.open(Opening::Connection(connection.id.as_str().to_owned()));
    Then::Close
}

fn secret(field: &Field) -> Secret {
    let text = Zeroizing::new(field.text());
    Secret(Zeroizing::new(text.trim().to_owned()))
}
