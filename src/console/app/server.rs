//! What the server says: replies, notices, and what was looked at last.

use super::{App, Notice, TABS};
use crate::console::awaited::IncomingReply;
use crate::console::command::KeyPlace;
use crate::console::context::Context;
use crate::console::effect::Effect;
use crate::console::overlays::OverlayState;
use crate::console::view_state::{self, ViewState};
use crate::wire::rpc;
use crate::wire::{Topic, Welcome};

impl App {
    /// Hands a reply to whoever waits for it; what nobody waits for any more is dropped.
    pub(super) fn reply(&mut self, mut heard: IncomingReply) {
        self.own_reply(&mut heard);
        self.exported(&mut heard);
        self.arrived(&mut heard);
        for at in (0..self.overlays.len()).rev() {
            if heard.is_taken() {
                return;
            }
            self.overlay_reply(at, &mut heard);
        }
        let mut cx = Context::new(&self.facts, &mut self.number);
        for screen in self.stack.iter_mut().rev().chain(&mut self.tabs) {
            if heard.is_taken() {
                break;
            }
            screen.reply(&mut heard, &mut cx);
        }
        let outs = cx.actions;
        self.perform(outs);
    }

    fn overlay_reply(&mut self, at: usize, heard: &mut IncomingReply) {
        let Some(over) = self.overlays.get_mut(at) else {
            return;
        };
        let mut cx = Context::new(&self.facts, &mut self.number);
        let then = over.overlay.reply(heard, &mut cx);
        let outs = cx.actions;
        match then {
            OverlayState::Stay => {}
            OverlayState::Renew => over.painted = false,
            OverlayState::Close => drop(self.overlays.remove(at)),
        }
        self.perform(outs);
    }

    fn own_reply(&mut self, heard: &mut IncomingReply) {
        match self.status.take(heard) {
            Some(Ok(status)) => self.facts.status = Some(status),
            Some(Err(problem)) => self.said = Some(Notice::Problem(problem)),
            None => {}
        }
        if let Some(view) = self.view.take(heard) {
            self.restore(view.ok().flatten().as_deref());
        }
    }

    pub(super) fn changed(&mut self, topics: &[Topic]) {
        if topics.contains(&Topic::Stopping) {
            self.said = Some(Notice::Word("The server is about to stop.".to_owned()));
        }
        self.status = self.ask(rpc::Status);
        self.tell_overlays(topics);
        self.with_screen(|screen, cx| screen.changed(topics, cx));
    }

    fn tell_overlays(&mut self, topics: &[Topic]) {
        for at in 0..self.overlays.len() {
            let Some(over) = self.overlays.get_mut(at) else {
                break;
            };
            let mut cx = Context::new(&self.facts, &mut self.number);
            over.overlay.changed(topics, &mut cx);
            let outs = cx.actions;
            self.perform(outs);
        }
    }

    /// The link is back: notices may have been missed, so whoever follows something asks where it stands.
    pub(super) fn link_back(&mut self, welcome: Welcome) {
        self.facts.welcome = welcome;
        self.facts.stale = None;
        self.status = self.ask(rpc::Status);
        self.tell_overlays(&[Topic::Connections]);
        self.refresh();
    }

    fn restore(&mut self, text: Option<&str>) {
        let view = text.and_then(view_state::read).unwrap_or_default();
        self.tab = TABS
            .iter()
            .position(|(place, _, _)| *place == view.tab)
            .unwrap_or(0);
        self.arranged = view.arranged;
        self.filters = view.filters;
        for screen in &mut self.tabs {
            let wanted = self.arranged.get(&screen.place()).cloned();
            if let (Some(list), Some(wanted)) = (screen.listed_mut(), wanted) {
                list.arrange(wanted);
            }
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
                .map_or(KeyPlace::Connections, |(place, _, _)| *place),
            open: self.stack.first().and_then(|screen| screen.opening()),
            arranged: self.arranged.clone(),
            filters: self.filters.clone(),
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
