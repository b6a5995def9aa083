//! What screens and overlays want, done in order.

use super::{App, Notice, OpenOverlay, TABS};
use crate::console::awaited::AwaitedReply;
use crate::console::context::{Action, Context, OverlayRequest, Typing};
use crate::console::effect::Effect;
use crate::console::overlays;
use crate::console::said_log::SaidLine;
use crate::wire::request::RequestWithReply;

/// So many lines that were typed after `:` can be had again.
const COMMANDS: usize = 50;

impl App {
    pub(super) fn perform(&mut self, outs: Vec<Action>) {
        for out in outs {
            match out {
                Action::Ask(number, request) => self.effects.push(Effect::Ask(number, request)),
                Action::Open(opening) => self.open(opening),
                Action::Overlay(wanted) => self.overlay(*wanted),
                Action::Tab(place) => {
                    let tab = TABS.iter().position(|(tab, _, _)| *tab == place);
                    tab.into_iter().for_each(|tab| self.show(tab));
                }
                Action::Refresh => self.refresh(),
                Action::Arrange(wanted) => self.arrange(wanted),
                Action::Say(text) => self.said = Some(Notice::Word(text)),
                Action::Done(text) => self.say_done(Notice::Word(text)),
                Action::Complain(problem) => self.say_done(Notice::Problem(problem)),
                Action::Commanded(text) => self.keep_command(text),
                Action::Copy(text) => {
                    // Whether the terminal took it cannot be known: the text is shown in any case.
                    self.said = Some(Notice::Word(format!(
                        "Sent to the terminal's clipboard: {text}"
                    )));
                    self.effects.push(Effect::Copy(text));
                }
                Action::CopySecret(text) => {
                    let said = "The secret was sent to the terminal's clipboard.";
                    self.said = Some(Notice::Word(said.to_owned()));
                    self.effects.push(Effect::Copy(text));
                }
                Action::Run(command) => self.run(command),
                Action::Typed {
                    what: Typing::Export,
                    text,
                } => self.begin_export(&text),
                Action::Typed {
                    what: Typing::Name,
                    text,
                } => self.name_filter(&text),
                Action::Used(text) => {
                    self.keep_filters(|filters| filters.remember(&filters.meant(&text)))
                }
                Action::Typed { what, text } => {
                    let text = match what {
                        Typing::Filter => self.filters_here().meant(&text),
                        _ => text,
                    };
                    self.with_screen(|screen, cx| screen.typed(what, &text, cx));
                }
            }
        }
    }

    fn overlay(&mut self, wanted: OverlayRequest) {
        let mut overlay = overlays::open(wanted);
        let mut cx = Context::new(&self.facts, &mut self.number);
        overlay.start(&mut cx);
        let outs = cx.actions;
        self.overlays.push(OpenOverlay {
            overlay,
            painted: false,
        });
        self.perform(outs);
    }

    pub(super) fn ask<A: RequestWithReply>(&mut self, request: A) -> AwaitedReply<A> {
        let mut cx = Context::new(&self.facts, &mut self.number);
        let awaited = cx.ask(request);
        let outs = cx.actions;
        self.perform(outs);
        awaited
    }

    /// Says what was done, or why it was not, and keeps that.
    pub(super) fn say_done(&mut self, notice: Notice) {
        let (words, is_problem) = match &notice {
            Notice::Word(words) => (words.clone(), false),
            Notice::Problem(problem) => (format!("{}. {}", problem.message, problem.hint), true),
        };
        self.log.put(SaidLine {
            at: self.look.now,
            words,
            is_problem,
        });
        self.said = Some(notice);
    }

    /// Keeps what was typed after `:`.
    fn keep_command(&mut self, text: String) {
        self.commands.retain(|known| *known != text);
        self.commands.insert(0, text);
        self.commands.truncate(COMMANDS);
    }
}
