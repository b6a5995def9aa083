//! What the application asks a person by itself, whatever screen is in sight.

use super::{App, Notice};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{
    Action, ActionsQuestion, ConfirmQuestion, OverlayRequest, PaletteEntry, PaletteQuestion,
    PromptQuestion, Typing, WipeTarget,
};
use crate::console::filters::Filters;
use crate::console::overlays::OverlayState;
use crate::console::screens::Screen;
use crate::wire::request::Request;

impl App {
    pub(super) fn filter(&mut self) {
        let Some(text) = self.screen().and_then(Screen::filter).map(str::to_owned) else {
            self.said = Some(Notice::Word("There is nothing to filter here.".to_owned()));
            return;
        };
        let question = PromptQuestion {
            label: "/".to_owned(),
            text,
            what: Typing::Filter,
            recall: Some(self.filters_here()),
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Prompt(
            question,
        )))]);
    }

    /// The filters of the screen in sight that can be had again.
    pub(in crate::console) fn filters_here(&self) -> Filters {
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        self.filters.get(&place).cloned().unwrap_or_default()
    }

    /// Changes them.
    pub(super) fn keep_filters(&mut self, change: impl FnOnce(&mut Filters)) {
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        change(self.filters.entry(place).or_default());
    }

    pub(super) fn ask_name(&mut self) {
        let filter = self.screen().and_then(Screen::filter).unwrap_or_default();
        if filter.is_empty() {
            let words = "There is no filter to name; / sets one.";
            self.said = Some(Notice::Word(words.to_owned()));
            return;
        }
        let filters = self.filters_here();
        let question = PromptQuestion {
            label: "Name:".to_owned(),
            text: filters.name_of(filter).unwrap_or_default().to_owned(),
            what: Typing::Name,
            recall: None,
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Prompt(
            question,
        )))]);
    }

    pub(super) fn name_filter(&mut self, name: &str) {
        let Some(filter) = self.screen().and_then(Screen::filter).map(str::to_owned) else {
            return;
        };
        let mut named = Ok(());
        self.keep_filters(|filters| named = filters.name(name.trim(), &filter));
        if let Err(why) = named {
            self.said = Some(Notice::Word(format!("It was not named: {why}.")));
        }
    }

    /// The commands of the screen in sight, in the order of its footer: none that this person is never offered, and none
    /// without a meaning on its page.
    pub(in crate::console) fn commands_here(&self) -> impl Iterator<Item = Command> {
        let screen = self.screen();
        let here = screen.map(|it| self.keymap.here(it.place()).map(|b| b.command));
        let here = here.into_iter().flatten().filter(|it| self.is_shown(*it));
        here.filter(move |it| screen.is_none_or(|screen| screen.offers(*it)))
    }

    fn is_shown(&self, command: Command) -> bool {
        self.facts.controls() || command.row().danger == Danger::Looks
    }

    fn offered(&self, command: Command) -> PaletteEntry {
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        PaletteEntry {
            command,
            key: self.keymap.label(place, command).unwrap_or_default(),
            refused: self.refuses(command),
        }
    }

    /// Why there are no actions.
    pub(super) fn refuses_actions(&self) -> Option<String> {
        let none = self.commands_here().next().is_none();
        none.then(|| "nothing can be done here".to_owned())
    }

    /// What can be done with what is selected, and why the rest cannot.
    pub(super) fn actions(&mut self) {
        if let Some(why) = self.refuses_actions() {
            self.said = Some(Notice::Word(format!("There are no actions: {why}.")));
            return;
        }
        let question = self.actions_here();
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Actions(
            question,
        )))]);
    }

    fn actions_here(&self) -> ActionsQuestion {
        let all = self.commands_here().chain([Command::Copy]);
        ActionsQuestion {
            subject: self.screen().and_then(Screen::subject),
            entries: all.map(|it| self.offered(it)).collect(),
        }
    }

    /// Actions that are offered are those of what they were asked for, as it is now.
    pub(super) fn renew_actions(&mut self) {
        if self.place() != KeyPlace::Actions {
            return;
        }
        let offered = self.actions_here();
        let top = self.overlays.last_mut();
        if top.is_some_and(|it| it.overlay.offer(offered) == OverlayState::Close) {
            self.overlays.pop();
            self.said = Some(Notice::Word("It is not there any more.".to_owned()));
        }
    }

    pub(super) fn palette(&mut self) {
        let here = self.keymap.here(self.place());
        let all = here.chain(self.keymap.here(KeyPlace::All));
        let shown = all.map(|b| b.command).filter(|it| self.is_shown(*it));
        let question = PaletteQuestion {
            entries: shown.map(|it| self.offered(it)).collect(),
            typed: self.commands.clone(),
            connections: self.tabs.first().and_then(|it| it.listed()?.titles()),
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Palette(
            question,
        )))]);
    }

    pub(super) fn wipe(&mut self) {
        if let Some(why) = self.refuses(Command::Wipe) {
            self.said = Some(Notice::Word(format!("Cannot wipe: {why}.")));
            return;
        }
        let target = WipeTarget {
            provider: None,
            name: "every provider".to_owned(),
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Wipe(
            target,
        )))]);
    }

    pub(super) fn stop_server(&mut self) {
        if let Some(why) = self.refuses(Command::StopServer) {
            self.said = Some(Notice::Word(format!("Cannot stop the server: {why}.")));
            return;
        }
        let question = ConfirmQuestion {
            title: "Stop the server?".to_owned(),
            body: vec![
                "Sync jobs pause after the batch in hand; disconnects stop after the record in hand.".to_owned(),
                "Both go on when a server starts again: the next console starts one.".to_owned(),
                "Tokens that are kept for their proof alone are destroyed.".to_owned(),
            ],
            verb: "Stop it".to_owned(),
            name: None,
            request: Box::new(Request::Stop),
            done: "The server stops.".to_owned(),
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Confirm(
            question,
        )))]);
    }
}
