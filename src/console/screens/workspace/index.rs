//! Which lists there are of what belongs to the workspace as a whole.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{heading, lines};
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Context, Destination, WorkspaceList};
use crate::console::screens::{SavedSelection, Screen};
use crate::console::text::Align;
use crate::console::theme::StyleRole;
use crate::wire::Topic;

/// The commands that open them, in order; what each says of itself is in the table of commands.
const LISTS: [Command; 5] = [
    Command::ShowEndpoints,
    Command::ShowSubscriptions,
    Command::ShowFlows,
    Command::ShowDependents,
    Command::ShowUsers,
];

/// Columns of a name.
const NAME: usize = 18;

/// The screen.
#[derive(Default)]
pub(super) struct IndexScreen {
    at: usize,
}

impl Screen for IndexScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Workspace
    }

    fn refresh(&mut self, _: &mut Context<'_>) {}

    fn changed(&mut self, _: &[Topic], _: &mut Context<'_>) {}

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let last = LISTS.len() - 1;
        match command {
            Command::Up => self.at = self.at.saturating_sub(1),
            Command::Down => self.at = (self.at + 1).min(last),
            Command::First | Command::PageUp | Command::HalfUp => self.at = 0,
            Command::Last | Command::PageDown | Command::HalfDown => self.at = last,
            Command::Open => {
                let list = LISTS.get(self.at).copied().and_then(WorkspaceList::of);
                if let Some(list) = list {
                    cx.open(Destination::Workspace(list));
                }
            }
            _ => {}
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        (command == Command::Copy).then(|| "there is nothing to copy here".to_owned())
    }

    fn reply(&mut self, _: &mut IncomingReply, _: &mut Context<'_>) {}

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn opening(&self) -> Option<Destination> {
        Some(Destination::Workspace(WorkspaceList::Index))
    }

    fn keep(&self) -> SavedSelection {
        let at = LISTS.get(self.at);
        SavedSelection {
            selected: at.map(|it| it.row().name.to_owned()),
            ..SavedSelection::default()
        }
    }

    fn restore(&mut self, kept: SavedSelection) {
        let is_it = |it: &Command| Some(it.row().name) == kept.selected.as_deref();
        self.at = LISTS.iter().position(is_it).unwrap_or(self.at);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let about = "what belongs to it as a whole";
        let body = heading("Workspace", about, frame, area, look);
        let row = |(at, command): (usize, &Command)| {
            let row = command.row();
            let (sign, role) = match at == self.at {
                true => (look.glyphs.pointer, StyleRole::Selected),
                false => (" ", StyleRole::Text),
            };
            Line::from(vec![
                look.span(format!("{sign}  "), StyleRole::Accent),
                look.cell(row.title, NAME, Align::Left, role),
                look.span(format!("  {}", row.help), StyleRole::Dim),
            ])
        };
        lines(frame, body, LISTS.iter().enumerate().map(row));
    }
}
