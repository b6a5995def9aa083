//! What the application asks a person by itself, whatever screen is in sight.

use super::{App, Said};
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{
    ColumnsQuestion, ConfirmQuestion, Out, PaletteEntry, PromptQuestion, Typing, Wanted,
};
use crate::console::screens::Screen;
use crate::wire::request::Request;

impl App {
    pub(super) fn filter(&mut self) {
        let Some(text) = self.screen().and_then(Screen::filter).map(str::to_owned) else {
            self.said = Some(Said::Word("There is nothing to filter here.".to_owned()));
            return;
        };
        let question = PromptQuestion {
            label: "/".to_owned(),
            text,
            what: Typing::Filter,
            live: true,
        };
        self.perform(vec![Out::Overlay(Box::new(Wanted::Prompt(question)))]);
    }

    /// Why there are no columns to arrange.
    pub(super) fn refuses_columns(&self) -> Option<String> {
        let none = self.screen().and_then(Screen::listed).is_none();
        none.then(|| "nothing is listed here".to_owned())
    }

    pub(super) fn columns(&mut self) {
        let Some(list) = self.screen().and_then(Screen::listed) else {
            self.said = Some(Said::Word("There are no columns here.".to_owned()));
            return;
        };
        let question = ColumnsQuestion {
            choices: list.choices(),
            arrangement: list.arrangement().clone(),
        };
        self.perform(vec![Out::Overlay(Box::new(Wanted::Columns(question)))]);
    }

    pub(super) fn palette(&mut self) {
        let place = self.place();
        let entry = |command: Command| PaletteEntry {
            command,
            key: self.keymap.label(place, command).unwrap_or_default(),
            refused: self.refuses(command),
        };
        let shown = |command: &Command| {
            let danger = command.row().danger;
            self.facts.controls() || danger == Danger::Looks
        };
        let here = self.keymap.here(place).chain(self.keymap.here(Place::All));
        let entries = here.map(|b| b.command).filter(shown).map(entry).collect();
        self.perform(vec![Out::Overlay(Box::new(Wanted::Palette(entries)))]);
    }

    pub(super) fn stop_server(&mut self) {
        if let Some(why) = self.facts.refuses(Danger::Stops) {
            self.said = Some(Said::Word(format!("Cannot stop the server: {why}.")));
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
        self.perform(vec![Out::Overlay(Box::new(Wanted::Confirm(question)))]);
    }
}
