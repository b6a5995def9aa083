//! A connection's name and jobs, changed together; what else is set up is shown.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedDone, AwaitedReply, IncomingReply};
use crate::console::command::{Danger, KeyPlace};
use crate::console::context::{Context, Facts};
use crate::console::event::Key;
use crate::console::widgets::field::TextField;
use crate::domain::webhook::ConfigKind;
use crate::wire::Problem;
use crate::wire::request::{MAX_ROWS, Request, Window};
use crate::wire::rpc;
use crate::wire::rpc::JobAction;
use crate::wire::view::{self, Config};

mod draw;

/// What is set up besides jobs: what it is called, which kind.
const KINDS: [(&str, ConfigKind); 3] = [
    ("Channels", ConfigKind::Channel),
    ("Routing rules", ConfigKind::Routing),
    ("Field mappings", ConfigKind::Mapping),
];

/// Where the dialog stands.
#[derive(Debug)]
enum ConfigureStage {
    /// Everything is asked for.
    Looking,
    /// It can be changed.
    Asking,
    /// The changes go out one after the other.
    Saving,
    /// One of them was refused; the ones before it hold.
    Failed(Problem),
}

/// A job, and whether it is to be enabled.
#[derive(Debug)]
struct JobSwitch {
    job: view::Job,
    enabled: bool,
}

/// What is waited for.
#[derive(Debug, Default)]
struct ConfigureReplies {
    connection: AwaitedReply<rpc::Connection>,
    jobs: AwaitedReply<rpc::Jobs>,
    configs: [AwaitedReply<rpc::Configs>; 3],
    saved: AwaitedDone,
}

/// The dialog.
#[derive(Debug)]
pub struct ConfigureDialog {
    id: String,
    asked: ConfigureReplies,
    connection: Option<view::Connection>,
    name: TextField,
    jobs: Option<Vec<JobSwitch>>,
    configs: [Option<Vec<Config>>; 3],
    waiting: VecDeque<Request>,
    face: ConfigureStage,
    /// 0 the name, then the jobs, then Save, then Cancel.
    at: usize,
    said: String,
}

impl ConfigureDialog {
    /// Of this connection, by id.
    #[must_use]
    pub fn new(id: String) -> Self {
        Self {
            id,
            asked: ConfigureReplies::default(),
            connection: None,
            name: TextField::default(),
            jobs: None,
            configs: [None, None, None],
            waiting: VecDeque::new(),
            face: ConfigureStage::Looking,
            at: 0,
            said: String::new(),
        }
    }

    fn jobs(&self) -> &[JobSwitch] {
        self.jobs.as_deref().unwrap_or_default()
    }

    fn save_at(&self) -> usize {
        self.jobs().len() + 1
    }

    fn look(&mut self, cx: &mut Context<'_>) {
        self.face = ConfigureStage::Looking;
        self.jobs = None;
        self.connection = None;
        self.asked.connection = cx.ask(rpc::Connection {
            name: self.id.clone(),
        });
        let window = Window {
            limit: MAX_ROWS,
            ..Window::default()
        };
        let connection = Some(self.id.clone());
        self.asked.jobs = cx.ask(rpc::Jobs { connection, window });
        for ((_, kind), asked) in KINDS.into_iter().zip(&mut self.asked.configs) {
            let connection = self.id.clone();
            *asked = cx.ask(rpc::Configs { connection, kind });
        }
    }

    /// What would be sent, the name last: the jobs are known by id.
    fn changes(&self) -> VecDeque<Request> {
        let mut changes: VecDeque<Request> = self
            .jobs()
            .iter()
            .filter(|wanted| wanted.enabled != wanted.job.is_enabled)
            .map(|wanted| {
                Request::JobAct(rpc::JobAct {
                    job: wanted.job.id.as_str().to_owned(),
                    act: if wanted.enabled {
                        JobAction::Enable
                    } else {
                        JobAction::Disable
                    },
                })
            })
            .collect();
        let name = self.name.text().trim().to_owned();
        if self.connection.as_ref().is_some_and(|c| c.name != name) && !name.is_empty() {
            changes.push_back(Request::Configure(rpc::Configure {
                name: self.id.clone(),
                new_name: Some(name),
                vars: std::collections::BTreeMap::new(),
                moves: false,
            }));
        }
        changes
    }

    /// Sends the next change; done when there is none.
    fn save(&mut self, cx: &mut Context<'_>) -> OverlayState {
        match self.waiting.pop_front() {
            Some(request) => {
                self.asked.saved = cx.ask_any(request);
                self.face = ConfigureStage::Saving;
                OverlayState::Stay
            }
            None => {
                cx.done("The changes are kept.");
                OverlayState::Close
            }
        }
    }

    fn enter(&mut self, cx: &mut Context<'_>) -> OverlayState {
        let save = self.save_at();
        if self.at > save {
            return OverlayState::Close;
        }
        if self.at == save {
            if let Some(why) = cx.facts.not_sent(Danger::Stops) {
                self.said = why;
                return OverlayState::Stay;
            }
            self.waiting = self.changes();
            if self.waiting.is_empty() {
                return OverlayState::Close;
            }
            return self.save(cx);
        }
        // Space turns a job on or off; who goes on with Enter means neither.
        self.at += 1;
        OverlayState::Stay
    }

    fn toggle(&mut self) {
        let at = self.at;
        let refused = {
            let wanted = self
                .jobs
                .as_mut()
                .and_then(|jobs| jobs.get_mut(at.checked_sub(1)?));
            let Some(wanted) = wanted else { return };
            if wanted.job.refused.is_none() {
                wanted.enabled = !wanted.enabled;
            }
            wanted.job.refused.clone()
        };
        self.said = refused.unwrap_or_default();
    }

    fn key(&mut self, key: Key, cx: &mut Context<'_>) -> OverlayState {
        let round = self.save_at() + 2;
        match key {
            Key::Enter => return self.enter(cx),
            Key::Tab | Key::Down => self.at = (self.at + 1) % round,
            Key::BackTab | Key::Up => self.at = (self.at + round - 1) % round,
            _ if self.at == 0 => drop(self.name.key(key)),
            Key::Char(' ') => self.toggle(),
            Key::Left | Key::Right if self.at >= self.save_at() => {
                self.at = 2 * self.save_at() + 1 - self.at;
            }
            _ => {}
        }
        OverlayState::Stay
    }

    /// Takes a part of what is shown, if that is what is answered.
    fn look_at(&mut self, heard: &mut IncomingReply) -> Option<Result<(), Problem>> {
        if let Some(connection) = self.asked.connection.take(heard) {
            return Some(connection.map(|connection| {
                self.name = TextField::new(&connection.name);
                self.connection = Some(connection);
            }));
        }
        if let Some(jobs) = self.asked.jobs.take(heard) {
            let wanted = |job: view::Job| JobSwitch {
                enabled: job.is_enabled,
                job,
            };
            return Some(jobs.map(|page| {
                self.jobs = Some(page.rows.into_iter().map(wanted).collect());
            }));
        }
        let mut configs = self.configs.iter_mut().zip(&mut self.asked.configs);
        configs.find_map(|(held, asked)| {
            let rows = asked.take(heard)?;
            Some(rows.map(|rows| *held = Some(rows)))
        })
    }

    /// Whether everything that is shown has come.
    fn is_here(&self) -> bool {
        self.connection.is_some() && self.jobs.is_some() && self.configs.iter().all(Option::is_some)
    }
}

impl Overlay for ConfigureDialog {
    fn place(&self) -> KeyPlace {
        KeyPlace::Configure
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        match (&self.face, input) {
            (ConfigureStage::Saving, Input::Key(Key::Esc, _)) => OverlayState::close_unheard(cx),
            (_, Input::Key(Key::Esc, _)) => OverlayState::Close,
            (ConfigureStage::Failed(_), Input::Key(Key::Enter, _)) => {
                self.look(cx);
                OverlayState::Stay
            }
            (ConfigureStage::Asking, Input::Key(key, _)) => self.key(key, cx),
            (ConfigureStage::Asking, Input::Paste(paste)) => {
                if self.at == 0 {
                    self.name.paste(&paste);
                } else {
                    "A paste goes into a field; it was dropped.".clone_into(&mut self.said);
                }
                OverlayState::Stay
            }
            _ => OverlayState::Stay,
        }
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) -> OverlayState {
        let went = match self.face {
            ConfigureStage::Looking => self.look_at(heard),
            ConfigureStage::Saving => self.asked.saved.take(heard),
            // An answer to a dialog that stood here before.
            ConfigureStage::Asking | ConfigureStage::Failed(_) => None,
        };
        match (went, &self.face) {
            (None, _) => return OverlayState::Stay,
            (Some(Ok(())), ConfigureStage::Saving) => return self.save(cx),
            (Some(Ok(())), _) if !self.is_here() => return OverlayState::Stay,
            (Some(Ok(())), _) => {
                self.face = ConfigureStage::Asking;
                self.at = self.at.min(self.save_at());
            }
            (Some(Err(problem)), _) => {
                self.waiting.clear();
                self.face = ConfigureStage::Failed(problem);
            }
        }
        OverlayState::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            ConfigureStage::Looking => &[("Esc", "cancel")],
            ConfigureStage::Asking => &[
                ("Tab", "next"),
                ("Space", "on or off"),
                ("Enter", "take"),
                ("Esc", "cancel"),
            ],
            ConfigureStage::Saving => &[("Esc", "close")],
            ConfigureStage::Failed(_) => &[("Enter", "look again"), ("Esc", "close")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
