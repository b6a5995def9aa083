//! What the server says: replies, notices, and what was looked at last.

use serde_json::Value;

use super::{App, Said, TABS};
use crate::console::command::Place;
use crate::console::context::Cx;
use crate::console::effect::Effect;
use crate::console::event::Tag;
use crate::console::overlays::Then;
use crate::console::view_state::{self, ViewState};
use crate::wire::request::Request;
use crate::wire::{Problem, Topic, Welcome};

impl App {
    pub(super) fn reply(&mut self, tag: &Tag, result: Result<Value, Problem>) {
        if self.latest.get(&(tag.place, tag.what)) != Some(&tag.number) {
            return;
        }
        if tag.place == Place::All {
            return self.own_reply(tag.what, result);
        }
        if let Some(at) = self
            .overlays
            .iter()
            .rposition(|o| o.overlay.place() == tag.place)
        {
            return self.overlay_reply(at, tag.what, result);
        }
        let mut cx = Cx::new(&self.facts, tag.place);
        let mut all = self.stack.iter_mut().rev().chain(self.tabs.iter_mut());
        if let Some(screen) = all.find(|screen| screen.place() == tag.place) {
            screen.reply(tag.what, result, &mut cx);
        }
        let outs = cx.outs;
        self.perform(outs);
    }

    fn overlay_reply(&mut self, at: usize, what: &'static str, result: Result<Value, Problem>) {
        let Some(over) = self.overlays.get_mut(at) else {
            return;
        };
        let mut cx = Cx::new(&self.facts, over.overlay.place());
        let then = over.overlay.reply(what, result, &mut cx);
        let outs = cx.outs;
        match then {
            Then::Stay => {}
            Then::Renew => over.painted = false,
            Then::Close => drop(self.overlays.remove(at)),
        }
        self.perform(outs);
    }

    fn own_reply(&mut self, what: &'static str, result: Result<Value, Problem>) {
        match (what, result) {
            ("status", Ok(value)) => {
                if let Ok(status) = serde_json::from_value(value) {
                    self.facts.status = Some(status);
                }
            }
            ("view", result) => {
                let text = result.ok().and_then(|v| v.as_str().map(str::to_owned));
                self.restore(text.as_deref());
            }
            (_, Ok(_)) => {}
            (_, Err(problem)) => self.said = Some(Said::Problem(problem)),
        }
    }

    pub(super) fn changed(&mut self, topics: &[Topic]) {
        if topics.contains(&Topic::Stopping) {
            self.said = Some(Said::Word("The server is about to stop.".to_owned()));
        }
        self.ask(Place::All, "status", Request::Status);
        self.tell_overlays(topics);
        self.with_screen(|screen, cx| screen.changed(topics, cx));
    }

    fn tell_overlays(&mut self, topics: &[Topic]) {
        for at in 0..self.overlays.len() {
            let Some(over) = self.overlays.get_mut(at) else {
                break;
            };
            let mut cx = Cx::new(&self.facts, over.overlay.place());
            over.overlay.changed(topics, &mut cx);
            let outs = cx.outs;
            self.perform(outs);
        }
    }

    /// The link is back: notices may have been missed, so whoever follows something asks where it stands.
    pub(super) fn link_back(&mut self, welcome: Welcome) {
        self.facts.welcome = welcome;
        self.facts.stale = None;
        self.ask(Place::All, "status", Request::Status);
        self.tell_overlays(&[Topic::Connections]);
        self.refresh();
    }

    fn restore(&mut self, text: Option<&str>) {
        let view = text.and_then(view_state::read).unwrap_or_default();
        self.tab = TABS
            .iter()
            .position(|(place, _, _)| *place == view.tab)
            .unwrap_or(0);
        for screen in &mut self.tabs {
            if let Some(kept) = view.screens.get(&screen.place()) {
                screen.restore(kept.clone());
            }
        }
        self.kept = Some(self.view().write());
        self.refresh();
        if let Some(opening) = view.open {
            self.open(opening);
        }
        self.kept = Some(self.view().write());
    }

    fn view(&self) -> ViewState {
        ViewState {
            tab: TABS
                .get(self.tab)
                .map_or(Place::Connections, |(place, _, _)| *place),
            open: self.stack.first().and_then(|screen| screen.opening()),
            screens: self.tabs.iter().map(|s| (s.place(), s.keep())).collect(),
        }
    }

    pub(super) fn keep(&mut self) {
        if self.kept.is_none() {
            return;
        }
        let view = self.view().write();
        if self.kept.as_ref() != Some(&view) {
            self.effects.push(Effect::SaveView(view.clone()));
            self.kept = Some(view);
        }
    }
}
