//! Everything on screen. Events in, effects out; nothing here knows a terminal, a socket or a clock.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::layout::Size;

use super::appearance::Appearance;
use super::arrangement::Arrangement;
use super::awaited::{AwaitedReply, IncomingReply};
use super::command::{Command, KeyPlace};
use super::effect::Effect;
use super::event::{Event, Key, Signal};
use super::filters::Filters;
use super::keymap::Keymap;
use super::navigation::{Direction, Trail};
use super::overlays::{Input, Overlay, OverlayState};
use super::said_log::SaidLog;
use super::screens::{self, Screen};
use crate::console::context::{Context, Destination, Facts, WorkspaceList};
use crate::wire::rpc;
use crate::wire::{Problem, Welcome};

mod back_and_forth;
mod export;
mod list_arrangement;
mod perform;
mod questions;
mod server;

/// The tabs, in the order of their keys.
pub const TABS: [(KeyPlace, Command, &str); 7] = [
    (
        KeyPlace::Connections,
        Command::ShowConnections,
        "Connections",
    ),
    (KeyPlace::Catalog, Command::ShowCatalog, "Catalog"),
    (KeyPlace::Jobs, Command::ShowJobs, "Jobs"),
    (KeyPlace::Runs, Command::ShowRuns, "Runs"),
    (KeyPlace::Audit, Command::ShowAudit, "Audit"),
    (KeyPlace::Exposure, Command::ShowExposure, "Exposure"),
    (KeyPlace::FollowUps, Command::ShowFollowUps, "Follow-ups"),
];

/// An overlay, and whether a person can have seen it.
pub(super) struct OpenOverlay {
    pub(super) overlay: Box<dyn Overlay>,
    painted: bool,
}

/// What is said above the footer until the next key.
pub(super) enum Notice {
    /// Something went well, or is worth knowing.
    Word(String),
    /// Something did not.
    Problem(Problem),
}

/// The console.
pub struct App {
    pub(super) facts: Facts,
    pub(super) keymap: Keymap,
    pub(super) look: Appearance,
    pub(super) tabs: Vec<Box<dyn Screen>>,
    pub(super) tab: usize,
    pub(super) stack: Vec<Box<dyn Screen>>,
    pub(super) overlays: Vec<OpenOverlay>,
    pub(super) said: Option<Notice>,
    /// Of the latest request.
    number: u64,
    status: AwaitedReply<rpc::Status>,
    view: AwaitedReply<rpc::ViewLoad>,
    /// The view as the server has it; none until it was asked for.
    kept: Option<String>,
    trail: Trail,
    going: Option<back_and_forth::Going>,
    exporting: Option<export::Exporting>,
    /// How lists are arranged that are not as they came.
    arranged: BTreeMap<KeyPlace, Arrangement>,
    /// Filters that can be had again.
    filters: BTreeMap<KeyPlace, Filters>,
    /// What was done since the console was opened.
    pub(super) log: SaidLog,
    /// What was typed after `:`, the latest first.
    commands: Vec<String>,
    effects: Vec<Effect>,
}

impl App {
    /// A console that has just been welcomed.
    #[must_use]
    pub fn new(welcome: Welcome, keymap: Keymap, look: Appearance, size: Size) -> Self {
        let facts = Facts {
            welcome,
            status: None,
            stale: None,
            size,
            ssh_host: None,
            files: None,
            clock: look.now.to_zoned(look.zone.clone()),
        };
        Self {
            facts,
            keymap,
            look,
            tabs: screens::tabs(),
            tab: 0,
            stack: Vec::new(),
            overlays: Vec::new(),
            said: None,
            number: 0,
            status: AwaitedReply::default(),
            view: AwaitedReply::default(),
            kept: None,
            trail: Trail::default(),
            going: None,
            exporting: None,
            arranged: BTreeMap::new(),
            filters: BTreeMap::new(),
            log: SaidLog::default(),
            commands: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// The first requests. The screen asks once it is known what was looked at last.
    pub fn start(&mut self) -> Vec<Effect> {
        self.fit();
        self.status = self.ask(rpc::Status);
        self.view = self.ask(rpc::ViewLoad);
        std::mem::take(&mut self.effects)
    }

    /// Tells at which address this machine was reached by SSH: a browser's way back leads there.
    pub fn over_ssh(&mut self, host: String) {
        self.facts.ssh_host = Some(host);
    }

    /// Tells whether a file that is written here is the person's own: not where an SSH account is shared.
    pub fn keeps_files(&mut self, keeps: bool) {
        let why = "this SSH account is shared, and its files are nobody's own; ssh HOST connections --json prints them";
        self.facts.files = (!keeps).then(|| why.to_owned());
    }

    /// Tells the time: the loop does before it hands events over, so that none has to carry it.
    pub fn set_now(&mut self, now: Timestamp) {
        self.look.now = now;
        self.facts.clock = now.to_zoned(self.look.zone.clone());
    }

    /// Takes one event.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(key) => {
                let (here, told) = (self.whereabouts(), self.log.told());
                self.key(key);
                // What was done is not said of the next place, unless it is what led there.
                if self.log.told() == told && self.whereabouts() != here {
                    self.log.take_down();
                }
            }
            Event::Paste(text) => self.paste(text),
            Event::Resize(width, height) => {
                self.facts.size = Size::new(width, height);
                self.fit();
            }
            Event::Reply(number, result) => self.reply(IncomingReply::new(number, result)),
            Event::Notice(topics) => self.changed(&topics),
            Event::LinkLost(since) => self.facts.stale = self.facts.stale.or(Some(since)),
            Event::LinkBack(welcome) => self.link_back(*welcome),
            Event::Written(went) => self.written(went),
            Event::Signal(Signal::End) => self.leave(),
            Event::Signal(Signal::Continue) => self.effects.push(Effect::Reclaim),
        }
        self.renew_actions();
        self.note();
        self.keep();
        std::mem::take(&mut self.effects)
    }

    /// What was drawn can now be answered.
    pub fn painted(&mut self) {
        for over in &mut self.overlays {
            over.painted = true;
        }
    }

    /// Whether something is asked that wants to be seen before it is answered.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.overlays
            .last()
            .is_some_and(|over| over.overlay.guards())
    }

    /// Whether what is typed now is a secret.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.overlays
            .last()
            .is_some_and(|over| over.overlay.hides())
    }

    /// The screen in sight.
    #[must_use]
    pub fn screen(&self) -> Option<&dyn Screen> {
        self.stack
            .last()
            .or_else(|| self.tabs.get(self.tab))
            .map(AsRef::as_ref)
    }

    /// The terminal.
    #[must_use]
    pub fn size(&self) -> Size {
        self.facts.size
    }

    /// Where keys are pressed now.
    #[must_use]
    pub fn place(&self) -> KeyPlace {
        match self.overlays.last() {
            Some(over) => over.overlay.place(),
            None => self.screen().map_or(KeyPlace::All, Screen::place),
        }
    }

    /// Why a command would be refused here and now.
    #[must_use]
    pub fn refuses(&self, command: Command) -> Option<String> {
        if let Some(way) = Direction::of(command) {
            return self.nowhere(way);
        }
        match command {
            Command::Export => return self.refuses_export(),
            Command::Columns => return self.refuses_columns(),
            Command::Actions => return self.refuses_actions(),
            _ => {}
        }
        let refused = self.facts.refuses(command.row().danger);
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        let refused = refused.or_else(|| self.facts.refuses_role(place, command));
        refused.or_else(|| self.screen().and_then(|screen| screen.refuses(command)))
    }

    fn key(&mut self, key: Key) {
        let command = self.keymap.resolve(self.place(), key);
        if matches!(
            command,
            Some(Command::Leave | Command::Repaint | Command::Suspend)
        ) {
            return command.into_iter().for_each(|c| self.run(c));
        }
        self.said = None;
        if let Some(over) = self.overlays.last() {
            if over.painted || !over.overlay.guards() {
                self.input(Input::Key(key, command));
            }
            return;
        }
        let mut taken = false;
        self.with_screen(|screen, cx| taken = screen.key(key, cx));
        if let Some(command) = command.filter(|_| !taken) {
            self.run(command);
        }
    }

    fn paste(&mut self, text: String) {
        // What was not yet on screen when it was typed was not meant for it.
        let takes = |over: &OpenOverlay| over.painted || !over.overlay.guards();
        if self.overlays.last().is_some_and(takes) {
            return self.input(Input::Paste(text));
        }
        let mut taken = false;
        if self.overlays.is_empty() {
            self.with_screen(|screen, _| taken = screen.paste(&text));
        }
        if !taken {
            self.said = Some(Notice::Word(
                "A paste goes into a field; it was dropped.".to_owned(),
            ));
        }
    }

    fn input(&mut self, input: Input) {
        let Some(over) = self.overlays.last_mut() else {
            return;
        };
        let mut cx = Context::new(&self.facts, &mut self.number);
        let then = over.overlay.input(input, &mut cx);
        let outs = cx.actions;
        if then == OverlayState::Close {
            self.overlays.pop();
        }
        self.perform(outs);
    }

    fn run(&mut self, command: Command) {
        match command {
            Command::Leave => self.leave(),
            Command::Quit if self.stack.is_empty() => self.leave(),
            Command::Back if self.stop_export() => {}
            Command::Quit | Command::Back => self.back(),
            Command::Suspend => self.effects.push(Effect::Suspend),
            Command::Repaint => self.effects.push(Effect::Repaint),
            Command::Help => self.open(Destination::Help(self.place())),
            Command::Log => self.open(Destination::Log),
            Command::Palette => self.palette(),
            Command::Actions => self.actions(),
            Command::StopServer => self.stop_server(),
            Command::Wipe => self.wipe(),
            Command::Filter => self.filter(),
            Command::NameFilter => self.ask_name(),
            Command::Columns => self.columns(),
            Command::Export => self.ask_export(),
            Command::NextTab => self.turn(1),
            Command::GoBack => self.travel(Direction::Back),
            Command::GoForth => self.travel(Direction::Forth),
            Command::PreviousTab => self.turn(TABS.len() - 1),
            _ => match TABS.iter().position(|(_, show, _)| *show == command) {
                Some(tab) => self.show(tab),
                None => match WorkspaceList::of(command) {
                    Some(list) => self.open(Destination::Workspace(list)),
                    None => self.on_screen(command),
                },
            },
        }
    }

    /// Out, with nothing lost that was typed.
    fn leave(&mut self) {
        self.keep_typed(0);
        self.effects.push(Effect::Quit);
    }

    fn on_screen(&mut self, command: Command) {
        if let Some(why) = self.refuses(command) {
            let what = match command {
                Command::Walkthrough => "begin a walkthrough",
                Command::Whole => "open the whole",
                Command::OpenRecords => "open the records",
                Command::OpenReferences => "open what refers to it",
                Command::OpenConfiguration => "open the configuration",
                Command::ConfigureApp => "change our app",
                Command::SigningSecret => "keep the secret",
                Command::EditPermissions => "change permissions",
                _ => command.row().title,
            };
            let text = format!("Cannot {what}: {why}.");
            self.said = Some(Notice::Word(text));
            return;
        }
        self.with_screen(|screen, cx| screen.run(command, cx));
    }

    fn back(&mut self) {
        let mut stepped = false;
        self.with_screen(|screen, cx| stepped = screen.back(cx));
        if !stepped && self.stack.pop().is_some() {
            self.refresh();
        }
    }

    fn show(&mut self, tab: usize) {
        self.keep_typed(0);
        self.stack.clear();
        self.tab = tab;
        self.refresh();
    }

    /// Goes this many tabs on, round; what was opened above a tab stays where it is.
    fn turn(&mut self, by: usize) {
        if self.stack.is_empty() {
            self.show((self.tab + by) % TABS.len());
        }
    }

    fn open(&mut self, opening: Destination) {
        let screen = self.made(opening);
        let is_help = |s: &dyn Screen| matches!(s.place(), KeyPlace::Help | KeyPlace::Log);
        let again = self.screen().is_some_and(|s| {
            (is_help(s) && s.place() == screen.place())
                || (s.opening().is_some() && s.opening() == screen.opening())
        });
        if !again {
            self.stack.push(screen);
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        self.fit();
        self.with_screen(|screen, cx| screen.refresh(cx));
    }

    fn fit(&mut self) {
        self.with_screen(|screen, cx| screen.fit(cx));
    }

    fn with_screen(&mut self, act: impl FnOnce(&mut dyn Screen, &mut Context<'_>)) {
        let screen = self
            .stack
            .last_mut()
            .or_else(|| self.tabs.get_mut(self.tab));
        let Some(screen) = screen else { return };
        let mut cx = Context::new(&self.facts, &mut self.number);
        act(screen.as_mut(), &mut cx);
        let outs = cx.actions;
        self.perform(outs);
    }
}
