//! Lists as the person wants them, whichever screen they stand on.

use super::{App, Notice};
use crate::console::arrangement::Arrangement;
use crate::console::command::KeyPlace;
use crate::console::context::{Action, ColumnsQuestion, Destination, OverlayRequest};
use crate::console::screens::{self, OpenedFrom, Screen};

impl App {
    /// Why there are no columns to arrange.
    pub(super) fn refuses_columns(&self) -> Option<String> {
        let none = self.screen().and_then(Screen::listed).is_none();
        none.then(|| "nothing is listed here".to_owned())
    }

    pub(super) fn columns(&mut self) {
        let Some(list) = self.screen().and_then(Screen::listed) else {
            self.said = Some(Notice::Word("There are no columns here.".to_owned()));
            return;
        };
        let question = ColumnsQuestion {
            choices: list.choices(),
            arrangement: list.arrangement().clone(),
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Columns(
            question,
        )))]);
    }

    /// A screen, its list arranged as the person had it.
    pub(super) fn made(&self, opening: Destination) -> Box<dyn Screen> {
        let words = || self.screen().map(|it| it.words_here(&self.look));
        let from = OpenedFrom {
            said: match &opening {
                Destination::Help(_) => words().unwrap_or_default(),
                _ => Vec::new(),
            },
            done: match &opening {
                Destination::Log => self.log.latest_first(),
                _ => Vec::new(),
            },
            keymap: &self.keymap,
            facts: &self.facts,
        };
        let mut screen = screens::open(opening, from);
        let wanted = self.arranged.get(&screen.place()).cloned();
        if let (Some(list), Some(wanted)) = (screen.listed_mut(), wanted) {
            list.arrange(wanted);
        }
        screen
    }

    /// Arranges the list in sight, and keeps that for the next time.
    pub(super) fn arrange(&mut self, wanted: Arrangement) {
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        self.with_screen(|screen, _| {
            if let Some(list) = screen.listed_mut() {
                list.arrange(wanted.clone());
            }
        });
        self.arranged.insert(place, wanted);
        self.refresh();
    }
}
