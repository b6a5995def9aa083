//! Connect and reconnect: registering our app where there is none, a key or an authorization, and its end.

mod act;
mod choices;
mod draw;
mod form;
mod looking;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::flow_end::FlowEnd;
use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{ConnectTarget, Context, Facts};
use crate::console::event::Key;
use crate::console::widgets::cycle;
use crate::console::widgets::field::TextField;
use crate::domain::id::RunId;
use crate::domain::provider::AuthKind;
use crate::wire::request::FlowKind;
use crate::wire::rpc;
use crate::wire::view::{self, Flow, FlowState, ProviderDetail};
use crate::wire::{Problem, Topic};

/// Where the dialog stands.
#[derive(Debug)]
enum ConnectStage {
    /// Provider and connection are asked for.
    Looking,
    /// Our app is to be registered.
    Register,
    /// The registration is on its way.
    Registering,
    /// What will be asked for is shown.
    Ready,
    /// The request is on its way.
    Starting,
    /// The authorization is under way.
    Under(Flow),
    /// A person wants to leave an authorization that is under way.
    GivingUp(Flow),
    /// It worked; the connection as it is now.
    Connected(Box<view::Connection>),
    /// It did not.
    Failed(Problem),
}

/// What has the focus; which of them there are depends on the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConnectFocus {
    ClientId,
    ClientSecret,
    AppName,
    Key,
    Which,
    Account,
    Kind,
    Gap,
    Url,
    Back,
    Go,
    Other,
    Cancel,
}

/// What is filled in.
#[derive(Debug)]
struct ConnectForm {
    client_id: TextField,
    client_secret: TextField,
    app_name: TextField,
    key: TextField,
    back: TextField,
    kind: FlowKind,
    fill_gap: bool,
}

/// What is waited for.
#[derive(Debug, Default)]
struct ConnectReplies {
    provider: AwaitedReply<rpc::Provider>,
    registered: AwaitedReply<rpc::ProviderConfigure>,
    before: AwaitedReply<rpc::Connection>,
    begun: AwaitedReply<rpc::Connect>,
    flow: AwaitedReply<rpc::Flow>,
    pasted: AwaitedReply<rpc::FlowPaste>,
    connected: AwaitedReply<rpc::Connection>,
    enabled: AwaitedReply<rpc::EnableBefore>,
}

/// The dialog.
#[derive(Debug)]
pub struct ConnectDialog {
    asked: ConnectReplies,
    target: ConnectTarget,
    /// The connection was named by whoever opened the dialog.
    was_named: bool,
    /// A person chose which connection it is, or that it is a new one.
    is_chosen: bool,
    /// Only our app is to be registered; nothing is connected afterwards.
    only_app: bool,
    provider: Option<ProviderDetail>,
    before: Option<view::Connection>,
    answers: ConnectForm,
    /// Another account than before is meant.
    other_account: bool,
    /// The second half of a swap.
    swaps: bool,
    end: FlowEnd,
    face: ConnectStage,
    focus: ConnectFocus,
    said: String,
}

impl ConnectDialog {
    /// Connects a provider, or authorizes a connection again.
    #[must_use]
    pub fn new(target: ConnectTarget) -> Self {
        Self {
            asked: ConnectReplies::default(),
            was_named: target.connection.is_some(),
            is_chosen: false,
            target,
            only_app: false,
            provider: None,
            before: None,
            answers: ConnectForm {
                client_id: TextField::default(),
                client_secret: TextField::secret(),
                app_name: TextField::default(),
                key: TextField::secret(),
                back: TextField::default(),
                kind: FlowKind::Browser,
                fill_gap: false,
            },
            other_account: false,
            swaps: false,
            end: FlowEnd::default(),
            face: ConnectStage::Looking,
            focus: ConnectFocus::Cancel,
            said: String::new(),
        }
    }

    /// Authorizes a connection as another account, and enables the jobs that ran before (N8).
    #[must_use]
    pub fn other(target: ConnectTarget) -> Self {
        Self {
            other_account: true,
            swaps: true,
            ..Self::new(target)
        }
    }

    /// The swap that this takes up, while it is open.
    fn second_half(&self) -> Option<RunId> {
        let open = self.before.as_ref()?.swap.as_ref();
        open.filter(|_| self.swaps).map(|open| open.run.clone())
    }

    /// Registers our app at a provider, and nothing else.
    #[must_use]
    pub fn app(provider: String) -> Self {
        Self {
            only_app: true,
            ..Self::new(ConnectTarget {
                provider,
                connection: None,
            })
        }
    }

    fn set(&mut self, face: ConnectStage) {
        self.face = face;
        self.focus = self
            .round()
            .first()
            .copied()
            .unwrap_or(ConnectFocus::Cancel);
    }

    /// What can have the focus now, what is most likely wanted first.
    fn round(&self) -> Vec<ConnectFocus> {
        match &self.face {
            ConnectStage::Register => vec![
                ConnectFocus::ClientId,
                ConnectFocus::ClientSecret,
                ConnectFocus::AppName,
                ConnectFocus::Go,
                ConnectFocus::Cancel,
            ],
            ConnectStage::Ready => self.ready_round(),
            ConnectStage::Under(_) if self.comes_back() => {
                vec![ConnectFocus::Url, ConnectFocus::Back]
            }
            ConnectStage::GivingUp(_) => vec![ConnectFocus::Cancel, ConnectFocus::Go],
            ConnectStage::Failed(problem) if problem.accounts.is_some() => {
                vec![ConnectFocus::Cancel, ConnectFocus::Go, ConnectFocus::Other]
            }
            ConnectStage::Failed(_) if self.before.is_some() => {
                vec![ConnectFocus::Go, ConnectFocus::Other, ConnectFocus::Cancel]
            }
            ConnectStage::Failed(_) => vec![ConnectFocus::Go, ConnectFocus::Cancel],
            ConnectStage::Connected(c) if !c.scopes_missing.is_empty() => {
                vec![ConnectFocus::Go, ConnectFocus::Other]
            }
            ConnectStage::Connected(_) => vec![ConnectFocus::Go],
            _ => vec![ConnectFocus::Cancel],
        }
    }

    fn wants_key(&self) -> bool {
        self.provider
            .as_ref()
            .is_some_and(|p| p.card.auth != AuthKind::Oauth2)
    }

    /// Whether what is asked for is the id of an installation.
    fn installs(&self) -> bool {
        self.provider
            .as_ref()
            .is_some_and(|p| p.card.auth == AuthKind::AppInstall)
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            ConnectFocus::ClientId => Some(&mut self.answers.client_id),
            ConnectFocus::ClientSecret => Some(&mut self.answers.client_secret),
            ConnectFocus::AppName => Some(&mut self.answers.app_name),
            ConnectFocus::Key => Some(&mut self.answers.key),
            ConnectFocus::Back => Some(&mut self.answers.back),
            _ => None,
        }
    }

    /// The flow under way, if there is one.
    fn flow(&self) -> Option<&Flow> {
        match &self.face {
            ConnectStage::Under(flow) | ConnectStage::GivingUp(flow) => Some(flow),
            _ => None,
        }
    }

    fn step(&mut self, forward: bool) {
        let to = cycle::neighbour(&self.round(), &self.focus, forward);
        self.focus = to.unwrap_or(ConnectFocus::Cancel);
    }

    fn key(&mut self, key: Key, command: Option<Command>, cx: &mut Context<'_>) -> OverlayState {
        if let Some(field) = self.field()
            && field.key(key)
        {
            self.said.clear();
            return OverlayState::Stay;
        }
        match (key, command) {
            (_, Some(Command::Copy)) => self.copy(cx),
            (_, Some(Command::EnableBefore)) => return self.enable(cx),
            (Key::Enter, _) => return self.enter(cx),
            (Key::Tab | Key::Down, _) => self.step(true),
            (Key::BackTab | Key::Up, _) => self.step(false),
            (Key::Left | Key::Right | Key::Char(' '), _) => match self.focus {
                ConnectFocus::Kind => self.turn(key != Key::Left),
                ConnectFocus::Which => self.turn_which(key != Key::Left, cx),
                ConnectFocus::Account => self.other_account = !self.other_account,
                ConnectFocus::Gap => self.answers.fill_gap = !self.answers.fill_gap,
                _ => self.step(key != Key::Left),
            },
            _ => {}
        }
        OverlayState::Stay
    }

    /// The URL that a person has to open, when there is one.
    fn url(&self) -> Option<&str> {
        match self.flow().map(|flow| &flow.state) {
            Some(FlowState::Authorize { url, .. }) => Some(url),
            Some(FlowState::Device {
                verification_uri,
                verification_uri_complete,
                ..
            }) => Some(
                verification_uri_complete
                    .as_ref()
                    .unwrap_or(verification_uri),
            ),
            _ => None,
        }
    }

    /// Whether the browser ends at an address that can be pasted.
    fn comes_back(&self) -> bool {
        let state = self.flow().map(|flow| &flow.state);
        matches!(state, Some(FlowState::Authorize { .. }))
    }

    fn copy(&mut self, cx: &mut Context<'_>) {
        if let Some(url) = self.url().map(str::to_owned) {
            cx.actions.push(crate::console::context::Action::Copy(url));
            "Sent to the terminal's clipboard.".clone_into(&mut self.said);
        }
    }

    /// What was answered, or the face that says why not.
    fn got<T>(&mut self, reply: Result<T, Problem>) -> Option<T> {
        match reply {
            Ok(it) => Some(it),
            Err(problem) => {
                self.set(ConnectStage::Failed(problem));
                None
            }
        }
    }
}

impl Overlay for ConnectDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Connect
    }

    fn hides(&self) -> bool {
        matches!(self.focus, ConnectFocus::ClientSecret | ConnectFocus::Key)
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match input {
            Input::Key(Key::Esc, _) => self.escape(cx),
            Input::Key(key, command) => self.key(key, command, cx),
            Input::Paste(paste) => {
                // The address that was come back with has one place to go, wherever the focus is.
                if self.comes_back() {
                    self.focus = ConnectFocus::Back;
                }
                match self.field() {
                    Some(field) => field.paste(&paste),
                    None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
                }
                OverlayState::Stay
            }
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        self.answered(heard, cx)
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        let is_told = |flow: &Flow| Topic::Flow(flow.id.clone()).is_told_by(topics);
        if self.flow().is_some_and(is_told) {
            self.ask_flow(cx);
        }
        self.look_again(topics, cx);
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            ConnectStage::Looking | ConnectStage::Starting | ConnectStage::Registering => {
                &[("Esc", "close")]
            }
            ConnectStage::Register => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
            ConnectStage::Ready => &[
                ("Enter", "take"),
                ("Tab", "next"),
                ("Left/Right", "choose"),
                ("Esc", "cancel"),
            ],
            ConnectStage::Under(_) if self.focus == ConnectFocus::Back => &[
                ("Enter", "hand over"),
                ("Tab", "leave the field"),
                ("Esc", "give up"),
            ],
            ConnectStage::Under(_) if self.comes_back() => &[
                ("y", "copy the address"),
                ("Tab", "type or paste"),
                ("Esc", "give up"),
            ],
            ConnectStage::Under(_) if self.url().is_some() => {
                &[("y", "copy the address"), ("Esc", "give up")]
            }
            ConnectStage::Under(_) => &[("Esc", "give up")],
            ConnectStage::GivingUp(_) | ConnectStage::Failed(_) => {
                &[("Enter", "take"), ("Tab", "other"), ("Esc", "back")]
            }
            ConnectStage::Connected(c) if c.enabled_before > 0 => {
                &[("J", "enable the jobs"), ("Enter", "take")]
            }
            ConnectStage::Connected(_) => &[("Enter", "take")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, facts: &Facts) {
        draw::draw(self, frame, area, look, facts);
    }
}
