//! Back and forth through the places that were visited.

use super::{App, Notice};
use crate::console::awaited::{AwaitedDone, IncomingReply};
use crate::console::context::{Context, Destination};
use crate::console::navigation::{Direction, Visit, is_place};
use crate::console::screens::{SavedSelection, Screen};
use crate::wire::Code;

/// A place that was just gone to, until the server has said whether what it is about is still there.
pub(super) struct Going {
    way: Direction,
    id: String,
    asked: AwaitedDone,
    /// What was not there any more on the way.
    skipped: Vec<String>,
}

impl App {
    /// Takes down where the person is after an event.
    pub(super) fn note(&mut self) {
        // Before it is known what was looked at last, nothing was visited.
        if self.kept.is_some() && self.trail.note(self.visit()) {
            self.going = None;
        }
    }

    fn visit(&self) -> Visit {
        let stack = self.stack.iter();
        let places: Vec<(Destination, SavedSelection)> = stack
            .filter_map(|it| Some((place(it.as_ref())?, it.keep())))
            .collect();
        let tab = self.tabs.get(self.tab).map(|tab| tab.keep());
        let (open, above): (Vec<_>, Vec<_>) = places.into_iter().unzip();
        Visit {
            tab: self.tab,
            open,
            kept: std::iter::once(tab.unwrap_or_default())
                .chain(above)
                .collect(),
        }
    }

    /// Which screens are open, above which tab.
    pub(super) fn whereabouts(&self) -> (usize, Vec<Option<Destination>>) {
        let open = self.stack.iter().map(|it| it.opening());
        (self.tab, open.collect())
    }

    /// Why it cannot be gone that way now.
    pub(super) fn nowhere(&self, way: Direction) -> Option<String> {
        if self.trail.leads(way) || (way == Direction::Back && self.is_over_a_place()) {
            return None;
        }
        let why = match way {
            Direction::Back => "nothing was visited before",
            Direction::Forth => "nothing was gone back from",
        };
        Some(why.to_owned())
    }

    /// Whether what is in sight is no place itself, such as the keys: back leads to what is below it.
    fn is_over_a_place(&self) -> bool {
        self.stack
            .last()
            .is_some_and(|top| place(top.as_ref()).is_none())
    }

    pub(super) fn travel(&mut self, way: Direction) {
        if let Some(why) = self.nowhere(way) {
            let what = match way {
                Direction::Back => "back",
                Direction::Forth => "forth",
            };
            self.said = Some(Notice::Word(format!("Cannot go {what}: {why}.")));
            return;
        }
        if way == Direction::Back && self.is_over_a_place() {
            self.keep_typed(self.stack.len() - 1);
            self.stack.pop();
            return self.refresh();
        }
        if let Some(visit) = self.trail.step(way) {
            self.go_to(&visit, way, Vec::new());
        }
    }

    /// What was typed in the screens above so many is kept at the server: they are closed, and did not end by themselves.
    pub(super) fn keep_typed(&mut self, above: usize) {
        let mut cx = Context::new(&self.facts, &mut self.number);
        let unsaved = self.stack.iter().skip(above);
        for request in unsaved.filter_map(|screen| screen.unsaved()) {
            cx.tell(request);
        }
        let outs = cx.actions;
        self.perform(outs);
    }

    fn go_to(&mut self, visit: &Visit, way: Direction, skipped: Vec<String>) {
        self.going = visit.subject().map(|subject| {
            let mut cx = Context::new(&self.facts, &mut self.number);
            let asked = cx.ask_any(subject.request);
            let outs = cx.actions;
            self.perform(outs);
            Going {
                way,
                id: subject.id,
                asked,
                skipped,
            }
        });
        self.show_visit(visit);
    }

    /// Opens what is not open already, and selects what was selected.
    fn show_visit(&mut self, visit: &Visit) {
        let open = self.stack.iter().map(|it| place(it.as_ref()));
        let open = open.zip(&visit.open);
        let still = open.take_while(|(here, there)| here.as_ref() == Some(*there));
        let still = match self.tab == visit.tab {
            true => still.count(),
            false => 0,
        };
        self.keep_typed(still);
        self.stack.truncate(still);
        self.tab = visit.tab;
        for opening in visit.open.iter().skip(self.stack.len()) {
            let screen = self.made(opening.clone());
            self.stack.push(screen);
        }
        let tab = self.tabs.get_mut(self.tab).into_iter();
        for (screen, kept) in tab.chain(&mut self.stack).zip(&visit.kept) {
            // What is marked is acted on: marks that were taken away do not come back with a place.
            let marks = screen.keep().marks;
            screen.restore(SavedSelection {
                marks,
                ..kept.clone()
            });
        }
        self.refresh();
    }

    /// Leaves a place again whose subject is not there any more, and goes on beyond it.
    pub(super) fn arrived(&mut self, heard: &mut IncomingReply) {
        let Some(going) = &mut self.going else { return };
        let Some(found) = going.asked.take(heard) else {
            return;
        };
        let Some(mut going) = self.going.take() else {
            return;
        };
        if !found.is_err_and(|problem| problem.code == Code::NotFound) {
            return;
        }
        going.skipped.push(going.id);
        let gone = going.skipped.join(", ");
        let mut words = format!("Skipped, no longer there: {gone}.");
        match self.trail.skip(going.way) {
            Some(visit) => self.go_to(&visit, going.way, going.skipped),
            None => {
                words += match going.way {
                    Direction::Back => " Nothing else was visited before.",
                    Direction::Forth => " Nothing else was gone back from.",
                };
                if let Some(visit) = self.trail.here().cloned() {
                    self.show_visit(&visit);
                }
            }
        }
        self.said = Some(Notice::Word(words));
    }
}

/// What opens a screen again, if it can be gone back to.
fn place(screen: &dyn Screen) -> Option<Destination> {
    screen.opening().filter(is_place)
}
