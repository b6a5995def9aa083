//! The list in sight goes into a file: a page is asked for once the one before it is written, so that no more is held.

use super::{App, Notice};
use crate::console::awaited::IncomingReply;
use crate::console::command::KeyPlace;
use crate::console::context::{Action, Context, OverlayRequest, PromptQuestion, Typing};
use crate::console::effect::Effect;
use crate::console::export::{ExportFormat, Writing};
use crate::console::screens::{Export, Screen};
use crate::console::text;

/// An export under way.
pub(super) struct Exporting {
    rows: Box<dyn Export>,
    name: String,
    written: u64,
    then: NextStep,
}

/// What follows once what was handed over is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NextStep {
    Head,
    Ask,
    End,
    Done,
}

impl App {
    /// Why nothing can be exported here and now.
    pub(super) fn refuses_export(&self) -> Option<String> {
        if self.screen().is_none_or(|screen| screen.listed().is_none()) {
            return Some("nothing is listed here".to_owned());
        }
        if self.facts.stale.is_some() {
            return Some("the server does not answer".to_owned());
        }
        if self.exporting.is_some() {
            return Some("an export is under way; Esc stops it".to_owned());
        }
        self.facts.files.clone()
    }

    /// Asks for a name, with one that nobody has yet.
    pub(super) fn ask_export(&mut self) {
        if let Some(why) = self.refuses_export() {
            self.said = Some(Notice::Word(format!("Cannot export: {why}.")));
            return;
        }
        let place = self.screen().map_or(KeyPlace::All, Screen::place);
        let now = self.look.now.to_zoned(self.look.zone.clone());
        let question = PromptQuestion {
            label: "Export to:".to_owned(),
            text: format!("{}-{}.csv", word(place), now.strftime("%Y-%m-%d-%H%M%S")),
            what: Typing::Export,
            recall: None,
        };
        self.perform(vec![Action::Overlay(Box::new(OverlayRequest::Prompt(
            question,
        )))]);
    }

    /// Begins with the file, so that a name that is taken is said before anything is asked for.
    pub(super) fn begin_export(&mut self, name: &str) {
        let name = name.trim().to_owned();
        let Some(form) = ExportFormat::of(&name) else {
            let words = "Nothing was exported: a name ends in .csv or .jsonl.";
            self.said = Some(Notice::Word(words.to_owned()));
            return;
        };
        let rows = self.screen().and_then(Screen::listed);
        let Some(rows) = rows.map(|list| list.export(form)) else {
            return;
        };
        self.exporting = Some(Exporting {
            rows,
            name: name.clone(),
            written: 0,
            then: NextStep::Head,
        });
        self.effects.push(Effect::Export(Writing::Begin(name)));
    }

    /// What was handed over is written, or why it is not.
    pub(super) fn written(&mut self, went: Result<(), String>) {
        let Some(mut exporting) = self.exporting.take() else {
            return;
        };
        if let Err(why) = went {
            let words = format!("Nothing went to {}: {why}.", exporting.name);
            self.say_done(Notice::Word(words));
            return;
        }
        match exporting.then {
            NextStep::Head => {
                exporting.then = NextStep::Ask;
                let head = exporting.rows.head();
                self.effects.push(Effect::Export(Writing::Lines(head)));
            }
            NextStep::Ask => {
                let mut cx = Context::new(&self.facts, &mut self.number);
                exporting.rows.ask(&mut cx);
                let outs = cx.actions;
                self.perform(outs);
            }
            NextStep::End => {
                exporting.then = NextStep::Done;
                self.effects.push(Effect::Export(Writing::End));
            }
            NextStep::Done => {
                let rows = text::count(exporting.written, "row", "rows");
                let words = format!("{rows} went to {}.", exporting.name);
                self.say_done(Notice::Word(words));
                return;
            }
        }
        self.exporting = Some(exporting);
    }

    /// Takes a page, if that is what came.
    pub(super) fn exported(&mut self, heard: &mut IncomingReply) {
        let Some(exporting) = &mut self.exporting else {
            return;
        };
        match exporting.rows.take(heard) {
            Some(Ok(lines)) => {
                exporting.written += lines.rows;
                exporting.then = if lines.more {
                    NextStep::Ask
                } else {
                    NextStep::End
                };
                let rows = text::count(exporting.written, "row", "rows");
                let words = format!("Exporting: {rows} so far; Esc stops it.");
                self.said = Some(Notice::Word(words));
                let lines = Writing::Lines(lines.text);
                self.effects.push(Effect::Export(lines));
            }
            Some(Err(problem)) => {
                self.abandon_export();
                self.said = Some(Notice::Problem(problem));
            }
            None => {}
        }
    }

    /// Stops, and leaves nothing behind; false when nothing is under way.
    pub(super) fn stop_export(&mut self) -> bool {
        let stopped = self.exporting.is_some();
        if stopped {
            self.abandon_export();
            let words = "The export was stopped, and its file removed.";
            self.said = Some(Notice::Word(words.to_owned()));
        }
        stopped
    }

    fn abandon_export(&mut self) {
        self.exporting = None;
        self.effects.push(Effect::Export(Writing::Abandon));
    }
}

/// A place as part of a file's name.
fn word(place: KeyPlace) -> String {
    let word = serde_json::to_value(place).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or("rows").replace('_', "-")
}
