//! Connect and reconnect: registering our app where there is none, a key or an authorization, and its end.

mod act;
mod choices;
mod draw;
mod form;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, Then};
use crate::console::asked::{Awaited, Heard};
use crate::console::command::{Command, Place};
use crate::console::context::{ConnectTarget, Cx, Facts};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::widgets::field::Field;
use crate::console::widgets::ring;
use crate::wire::ask;
use crate::wire::request::FlowKind;
use crate::wire::view::{self, Flow, FlowState, ProviderDetail};
use crate::wire::{Code, Problem, Topic};

/// Where the dialog stands.
#[derive(Debug)]
enum Face {
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
enum Focus {
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
struct Answers {
    client_id: Field,
    client_secret: Field,
    app_name: Field,
    key: Field,
    back: Field,
    kind: FlowKind,
    fill_gap: bool,
}

/// What is waited for.
#[derive(Debug, Default)]
struct Asked {
    provider: Awaited<ask::Provider>,
    registered: Awaited<ask::ProviderConfigure>,
    before: Awaited<ask::Connection>,
    begun: Awaited<ask::Connect>,
    flow: Awaited<ask::Flow>,
    pasted: Awaited<ask::FlowPaste>,
    connected: Awaited<ask::Connection>,
    enabled: Awaited<ask::EnableBefore>,
}

/// The dialog.
#[derive(Debug)]
pub struct Connect {
    asked: Asked,
    target: ConnectTarget,
    /// The connection was named by whoever opened the dialog.
    was_named: bool,
    /// A person chose which connection it is, or that it is a new one.
    is_chosen: bool,
    /// Only our app is to be registered; nothing is connected afterwards.
    only_app: bool,
    provider: Option<ProviderDetail>,
    before: Option<view::Connection>,
    answers: Answers,
    /// Another account than before is meant.
    other_account: bool,
    /// The second half of a swap.
    swaps: bool,
    face: Face,
    focus: Focus,
    said: String,
}

impl Connect {
    /// Connects a provider, or authorizes a connection again.
    #[must_use]
    pub fn new(target: ConnectTarget) -> Self {
        Self {
            asked: Asked::default(),
            was_named: target.connection.is_some(),
            is_chosen: false,
            target,
            only_app: false,
            provider: None,
            before: None,
            answers: Answers {
                client_id: Field::default(),
                client_secret: Field::secret(),
                app_name: Field::default(),
                key: Field::secret(),
                back: Field::default(),
                kind: FlowKind::Browser,
                fill_gap: false,
            },
            other_account: false,
            swaps: false,
            face: Face::Looking,
            focus: Focus::Cancel,
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

    fn set(&mut self, face: Face) {
        self.face = face;
        self.focus = self.round().first().copied().unwrap_or(Focus::Cancel);
    }

    /// What can have the focus now, what is most likely wanted first.
    fn round(&self) -> Vec<Focus> {
        match &self.face {
            Face::Register => vec![
                Focus::ClientId,
                Focus::ClientSecret,
                Focus::AppName,
                Focus::Go,
                Focus::Cancel,
            ],
            Face::Ready => self.ready_round(),
            Face::Under(_) if self.comes_back() => vec![Focus::Url, Focus::Back],
            Face::GivingUp(_) => vec![Focus::Cancel, Focus::Go],
            Face::Failed(problem) if is_other_account(problem) => {
                vec![Focus::Cancel, Focus::Go, Focus::Other]
            }
            Face::Failed(_) if self.before.is_some() => {
                vec![Focus::Go, Focus::Other, Focus::Cancel]
            }
            Face::Failed(_) => vec![Focus::Go, Focus::Cancel],
            Face::Connected(c) if !c.scopes_missing.is_empty() => vec![Focus::Go, Focus::Other],
            Face::Connected(_) => vec![Focus::Go],
            _ => vec![Focus::Cancel],
        }
    }

    fn wants_key(&self) -> bool {
        self.provider
            .as_ref()
            .is_some_and(|p| p.card.auth != "oauth2")
    }

    /// Whether what is asked for is the id of an installation.
    fn installs(&self) -> bool {
        self.provider
            .as_ref()
            .is_some_and(|p| p.card.auth == "app_install")
    }

    fn field(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::ClientId => Some(&mut self.answers.client_id),
            Focus::ClientSecret => Some(&mut self.answers.client_secret),
            Focus::AppName => Some(&mut self.answers.app_name),
            Focus::Key => Some(&mut self.answers.key),
            Focus::Back => Some(&mut self.answers.back),
            _ => None,
        }
    }

    /// The flow under way, if there is one.
    fn flow(&self) -> Option<&Flow> {
        match &self.face {
            Face::Under(flow) | Face::GivingUp(flow) => Some(flow),
            _ => None,
        }
    }

    fn step(&mut self, forward: bool) {
        let to = ring::neighbour(&self.round(), &self.focus, forward);
        self.focus = to.unwrap_or(Focus::Cancel);
    }

    fn key(&mut self, key: Key, command: Option<Command>, cx: &mut Cx<'_>) -> Then {
        if let Some(field) = self.field()
            && field.key(key)
        {
            self.said.clear();
            return Then::Stay;
        }
        match (key, command) {
            (_, Some(Command::Copy)) => self.copy(cx),
            (_, Some(Command::EnableBefore)) => return self.enable(cx),
            (Key::Enter, _) => return self.enter(cx),
            (Key::Tab | Key::Down, _) => self.step(true),
            (Key::BackTab | Key::Up, _) => self.step(false),
            (Key::Left | Key::Right | Key::Char(' '), _) => match self.focus {
                Focus::Kind => self.turn(key != Key::Left),
                Focus::Which => self.turn_which(key != Key::Left, cx),
                Focus::Account => self.other_account = !self.other_account,
                Focus::Gap => self.answers.fill_gap = !self.answers.fill_gap,
                _ => self.step(key != Key::Left),
            },
            _ => {}
        }
        Then::Stay
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

    fn copy(&mut self, cx: &mut Cx<'_>) {
        if let Some(url) = self.url().map(str::to_owned) {
            cx.outs.push(crate::console::context::Out::Copy(url));
            "Sent to the terminal's clipboard.".clone_into(&mut self.said);
        }
    }

    /// What was answered, or the face that says why not.
    fn got<T>(&mut self, reply: Result<T, Problem>) -> Option<T> {
        match reply {
            Ok(it) => Some(it),
            Err(problem) => {
                self.set(Face::Failed(problem));
                None
            }
        }
    }
}

/// Whether a refusal says that somebody signed in as another account (N4). The server names the way out.
fn is_other_account(problem: &Problem) -> bool {
    problem.code == Code::Conflict && problem.hint.contains("--accept-other-account")
}

impl Overlay for Connect {
    fn place(&self) -> Place {
        Place::Connect
    }

    fn hides(&self) -> bool {
        matches!(self.focus, Focus::ClientSecret | Focus::Key)
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match input {
            Input::Key(Key::Esc, _) => self.escape(cx),
            Input::Key(key, command) => self.key(key, command, cx),
            Input::Paste(paste) => {
                // The address that was come back with has one place to go, wherever the focus is.
                if self.comes_back() {
                    self.focus = Focus::Back;
                }
                match self.field() {
                    Some(field) => field.paste(&paste),
                    None => "A paste goes into a field; it was dropped.".clone_into(&mut self.said),
                }
                Then::Stay
            }
        }
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        self.answered(heard, cx)
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Cx<'_>) {
        let mine = |flow: &Flow| {
            let wanted = Topic::Flow(flow.id.clone());
            topics.iter().any(|topic| topic.tells_of(&wanted))
        };
        if self.flow().is_some_and(mine) {
            self.ask_flow(cx);
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            Face::Looking | Face::Starting | Face::Registering => &[("Esc", "close")],
            Face::Register => &[("Tab", "next"), ("Enter", "take"), ("Esc", "cancel")],
            Face::Ready => &[
                ("Enter", "take"),
                ("Tab", "next"),
                ("Left/Right", "choose"),
                ("Esc", "cancel"),
            ],
            Face::Under(_) if self.focus == Focus::Back => &[
                ("Enter", "hand over"),
                ("Tab", "leave the field"),
                ("Esc", "give up"),
            ],
            Face::Under(_) if self.comes_back() => &[
                ("y", "copy the address"),
                ("Tab", "type or paste"),
                ("Esc", "give up"),
            ],
            Face::Under(_) if self.url().is_some() => {
                &[("y", "copy the address"), ("Esc", "give up")]
            }
            Face::Under(_) => &[("Esc", "give up")],
            Face::GivingUp(_) | Face::Failed(_) => {
                &[("Enter", "take"), ("Tab", "other"), ("Esc", "back")]
            }
            Face::Connected(c) if c.enabled_before > 0 => {
                &[("e", "enable the jobs"), ("Enter", "take")]
            }
            Face::Connected(_) => &[("Enter", "take")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, facts: &Facts) {
        draw::draw(self, frame, area, look, facts);
    }
}
