//! A connection's name and jobs, changed together; what else is set up is shown.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Input, Overlay, Then};
use crate::console::asked::{Awaited, AwaitedEnd, Heard};
use crate::console::command::{Danger, Place};
use crate::console::context::{Cx, Facts};
use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::widgets::field::Field;
use crate::domain::webhook::ConfigKind;
use crate::wire::Problem;
use crate::wire::ask;
use crate::wire::ask::JobAction;
use crate::wire::request::{MAX_ROWS, Request, Window};
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
enum Face {
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
struct Wanted {
    job: view::Job,
    enabled: bool,
}

/// What is waited for.
#[derive(Debug, Default)]
struct Asked {
    connection: Awaited<ask::Connection>,
    jobs: Awaited<ask::Jobs>,
    configs: [Awaited<ask::Configs>; 3],
    saved: AwaitedEnd,
}

/// The dialog.
#[derive(Debug)]
pub struct Configure {
    id: String,
    asked: Asked,
    connection: Option<view::Connection>,
    name: Field,
    jobs: Option<Vec<Wanted>>,
    configs: [Option<Vec<Config>>; 3],
    waiting: VecDeque<Request>,
    face: Face,
    /// 0 the name, then the jobs, then Save, then Cancel.
    at: usize,
    said: String,
}

impl Configure {
    /// Of this connection, by id.
    #[must_use]
    pub fn new(id: String) -> Self {
        Self {
            id,
            asked: Asked::default(),
            connection: None,
            name: Field::default(),
            jobs: None,
            configs: [None, None, None],
            waiting: VecDeque::new(),
            face: Face::Looking,
            at: 0,
            said: String::new(),
        }
    }

    fn jobs(&self) -> &[Wanted] {
        self.jobs.as_deref().unwrap_or_default()
    }

    fn save_at(&self) -> usize {
        self.jobs().len() + 1
    }

    fn look(&mut self, cx: &mut Cx<'_>) {
        self.face = Face::Looking;
        self.jobs = None;
        self.connection = None;
        self.asked.connection = cx.ask(ask::Connection {
            name: self.id.clone(),
        });
        let window = Window {
            limit: MAX_ROWS,
            ..Window::default()
        };
        let connection = Some(self.id.clone());
        self.asked.jobs = cx.ask(ask::Jobs { connection, window });
        for ((_, kind), asked) in KINDS.into_iter().zip(&mut self.asked.configs) {
            let connection = self.id.clone();
            *asked = cx.ask(ask::Configs { connection, kind });
        }
    }

    /// What would be sent, the name last: the jobs are known by id.
    fn changes(&self) -> VecDeque<Request> {
        let mut changes: VecDeque<Request> = self
            .jobs()
            .iter()
            .filter(|wanted| wanted.enabled != wanted.job.is_enabled)
            .map(|wanted| {
                Request::JobAct(ask::JobAct {
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
            changes.push_back(Request::Configure(ask::Configure {
                name: self.id.clone(),
                new_name: Some(name),
                vars: std::collections::BTreeMap::new(),
                moves: false,
            }));
        }
        changes
    }

    /// Sends the next change; done when there is none.
    fn save(&mut self, cx: &mut Cx<'_>) -> Then {
        match self.waiting.pop_front() {
            Some(request) => {
                self.asked.saved = cx.ask_any(request);
                self.face = Face::Saving;
                Then::Stay
            }
            None => {
                cx.say("The changes are kept.");
                Then::Close
            }
        }
    }

    fn enter(&mut self, cx: &mut Cx<'_>) -> Then {
        let save = self.save_at();
        if self.at > save {
            return Then::Close;
        }
        if self.at == save {
            if let Some(why) = cx.facts.refuses(Danger::Stops) {
                self.said = format!("Not sent: {why}.");
                return Then::Stay;
            }
            self.waiting = self.changes();
            if self.waiting.is_empty() {
                return Then::Close;
            }
            return self.save(cx);
        }
        // Space turns a job on or off; who goes on with Enter means neither.
        self.at += 1;
        Then::Stay
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

    fn key(&mut self, key: Key, cx: &mut Cx<'_>) -> Then {
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
        Then::Stay
    }

    /// Takes a part of what is shown, if that is what is answered.
    fn look_at(&mut self, heard: &mut Heard) -> Option<Result<(), Problem>> {
        if let Some(connection) = self.asked.connection.take(heard) {
            return Some(connection.map(|connection| {
                self.name = Field::new(&connection.name);
                self.connection = Some(connection);
            }));
        }
        if let Some(jobs) = self.asked.jobs.take(heard) {
            let wanted = |job: view::Job| Wanted {
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

impl Overlay for Configure {
    fn place(&self) -> Place {
        Place::Configure
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        self.look(cx);
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Then {
        match (&self.face, input) {
            (_, Input::Key(Key::Esc, _)) => Then::Close,
            (Face::Failed(_), Input::Key(Key::Enter, _)) => {
                self.look(cx);
                Then::Stay
            }
            (Face::Asking, Input::Key(key, _)) => self.key(key, cx),
            (Face::Asking, Input::Paste(paste)) => {
                if self.at == 0 {
                    self.name.paste(&paste);
                } else {
                    "A paste goes into a field; it was dropped.".clone_into(&mut self.said);
                }
                Then::Stay
            }
            _ => Then::Stay,
        }
    }

    fn reply(&mut self, heard: &mut Heard, cx: &mut Cx<'_>) -> Then {
        let went = match self.face {
            Face::Looking => self.look_at(heard),
            Face::Saving => self.asked.saved.take(heard),
            // An answer to a dialog that stood here before.
            Face::Asking | Face::Failed(_) => None,
        };
        match (went, &self.face) {
            (None, _) => return Then::Stay,
            (Some(Ok(())), Face::Saving) => return self.save(cx),
            (Some(Ok(())), _) if !self.is_here() => return Then::Stay,
            (Some(Ok(())), _) => {
                self.face = Face::Asking;
                self.at = self.at.min(self.save_at());
            }
            (Some(Err(problem)), _) => {
                self.waiting.clear();
                self.face = Face::Failed(problem);
            }
        }
        Then::Renew
    }

    fn hints(&self) -> Vec<(String, String)> {
        let hints: &[(&str, &str)] = match &self.face {
            Face::Looking => &[("Esc", "cancel")],
            Face::Asking => &[
                ("Tab", "next"),
                ("Space", "on or off"),
                ("Enter", "take"),
                ("Esc", "cancel"),
            ],
            Face::Saving => &[("Esc", "close")],
            Face::Failed(_) => &[("Enter", "look again"), ("Esc", "close")],
        };
        hints
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, _: &Facts) {
        draw::draw(self, frame, area, look);
    }
}
