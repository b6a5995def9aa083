//! The frame around every screen: header, body, what is said, footer, overlays.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::app::{App, Notice, TABS};
use super::command::{Command, KeyPlace};
use super::screens::Screen;
use super::text;
use super::theme::StyleRole;
use super::widgets::footer::{self, Hint};
use super::widgets::header::{self, Tab, Title};
use super::widgets::lines;
use crate::domain::user;

/// Below this there is no room for a row and its keys.
const LEAST: (u16, u16) = (40, 9);

impl App {
    /// Draws everything, and changes nothing.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let words = format!("too small: {}x{} at least", LEAST.0, LEAST.1);
            let words = text::cut(&words, usize::from(area.width), "");
            return lines(frame, area, [Line::from(words)]);
        }
        self.header(frame, Rect { height: 3, ..area });
        let body = Rect {
            y: area.y + 3,
            height: area.height - 5,
            ..area
        };
        if let Some(screen) = self.screen() {
            screen.draw(frame, body, &self.look);
        }
        self.said(
            frame,
            Rect {
                y: area.bottom() - 2,
                height: 1,
                ..area
            },
        );
        self.footer(
            frame,
            Rect {
                y: area.bottom() - 1,
                height: 1,
                ..area
            },
        );
        for over in &self.overlays {
            over.overlay.draw(frame, area, &self.look, &self.facts);
        }
    }

    /// The same for somebody who hears it: what asks for an answer stands alone, not over what is behind it.
    pub fn draw_alone(&self, frame: &mut Frame<'_>) {
        let Some(over) = self.overlays.last() else {
            return self.draw(frame);
        };
        let area = frame.area();
        let footer = Rect {
            y: area.bottom().saturating_sub(1),
            height: area.height.min(1),
            ..area
        };
        self.footer(frame, footer);
        over.overlay.draw(frame, area, &self.look, &self.facts);
    }

    fn header(&self, frame: &mut Frame<'_>, area: Rect) {
        let banner = self.facts.stale.map(|since| {
            let since = self.look.moment(since);
            format!(
                "{} no answer since {since}; nothing is sent until the server answers",
                self.look.glyphs.warn
            )
        });
        let title = Title {
            workspace: self.facts.welcome.workspace.clone(),
            who: self.who(),
            banner,
        };
        let tabs: Vec<Tab> = TABS
            .iter()
            .enumerate()
            .map(|(i, (place, show, name))| {
                let (count, word, warn) = self.figure(*place);
                Tab {
                    key: self.keymap.label(KeyPlace::All, *show).unwrap_or_default(),
                    name,
                    count,
                    word,
                    warn,
                    active: i == self.tab,
                }
            })
            .collect();
        header::draw(frame, area, &title, &tabs, &self.look);
    }

    /// Who, as what, from where: the right of the first line.
    fn who(&self) -> Vec<String> {
        let welcome = &self.facts.welcome;
        let mut who = vec![welcome.user.clone(), welcome.role.word().to_owned()];
        if welcome.read_only && welcome.role != user::Role::Agent {
            who.push("read-only".to_owned());
        }
        who.extend(
            welcome
                .address
                .as_ref()
                .map(|from| format!("ssh from {from}")),
        );
        who
    }

    /// A tab's figure, its word, and whether it wants attention.
    fn figure(&self, place: KeyPlace) -> (Option<u64>, &'static str, bool) {
        let Some(status) = &self.facts.status else {
            return (None, "", false);
        };
        let some = |n: u64| (n > 0).then_some(n);
        match place {
            KeyPlace::Connections => (some(status.connections.values().sum()), "", false),
            KeyPlace::Catalog => (some(status.providers), "", false),
            KeyPlace::Jobs => (some(status.jobs_running), "running", false),
            KeyPlace::Runs => (some(status.runs_open), "open", true),
            KeyPlace::Exposure => (some(status.exposed), "", true),
            KeyPlace::FollowUps => (some(status.follow_ups_open), "", true),
            _ => (None, "", false),
        }
    }

    fn said(&self, frame: &mut Frame<'_>, area: Rect) {
        let width = usize::from(area.width);
        let line = match &self.said {
            Some(Notice::Word(words)) => Some((format!(" {words}"), StyleRole::Text)),
            Some(Notice::Problem(problem)) => Some((
                format!(" {}. {}", problem.message, problem.hint),
                StyleRole::Bad,
            )),
            None => self.standing(),
        };
        let fitted = line.map(|(words, role)| {
            Line::from(self.look.cell(&words, width, text::Align::Left, role))
        });
        lines(frame, area, fitted);
    }

    /// What stands above the footer while nothing is said: a filter, a warning of the server.
    fn standing(&self) -> Option<(String, StyleRole)> {
        let filter = self
            .screen()
            .and_then(Screen::filter)
            .filter(|f| !f.is_empty());
        if let Some(filter) = filter {
            let filters = self.filters_here();
            let name = filters.name_of(filter).map(|name| format!(" (@{name})"));
            let name = name.unwrap_or_default();
            return Some((
                format!(" Only rows that contain \"{filter}\"{name}; Esc shows all."),
                StyleRole::Dim,
            ));
        }
        if let Some(words) = self.screen().and_then(Screen::standing) {
            return Some((format!(" {words}"), StyleRole::Accent));
        }
        let status = self.facts.status.as_ref()?;
        if status.emergency {
            let words = " The disk is full: only disconnects and reads are accepted.".to_owned();
            return Some((words, StyleRole::Bad));
        }
        if let Some(words) = status.warnings.first() {
            return Some((format!(" {words}"), StyleRole::Warn));
        }
        if let Some(done) = self.log.standing() {
            let role = match done.is_problem {
                true => StyleRole::Bad,
                false => StyleRole::Dim,
            };
            return Some((
                format!(" {}  {}", self.look.moment(done.at), done.words),
                role,
            ));
        }
        let is_first = self.screen().map(Screen::place) == Some(KeyPlace::Connections);
        let caution = (is_first && status.connections.values().any(|n| *n > 0))
            .then(|| status.asks.by.caution())
            .flatten();
        caution.map(|words| (format!(" {words}"), StyleRole::Dim))
    }

    fn footer(&self, frame: &mut Frame<'_>, area: Rect) {
        if let Some(over) = self.overlays.last() {
            let hint = |(key, title)| Hint {
                key,
                title,
                live: true,
                spare: 0,
            };
            let hints: Vec<Hint> = over.overlay.hints().into_iter().map(hint).collect();
            return footer::draw(frame, area, &hints, &self.look);
        }
        let Some(screen) = self.screen() else { return };
        let place = screen.place();
        let here = self.commands_here();
        let mut hints: Vec<Hint> = here.filter_map(|c| self.hint(place, c, 1)).collect();
        let actions = Command::Actions;
        hints.extend(self.hint(place, actions, 0).filter(|it| it.live));
        // What would be refused is spared before what works, and the palette before either.
        hints
            .iter_mut()
            .filter(|h| !h.live)
            .for_each(|h| h.spare = 2);
        if screen.filter().is_some() {
            hints.extend(self.hint(place, Command::Filter, 0));
        }
        if !self.stack.is_empty() {
            hints.extend(self.hint(place, Command::Back, 0));
        }
        hints.extend(self.hint(place, Command::Palette, 3));
        hints.extend(self.hint(place, Command::Help, 0));
        // Every other list has its key in the tabs above.
        for command in [Command::GoBack, Command::GoForth, Command::ShowWorkspace] {
            let live = self.hint(place, command, 0).filter(|hint| hint.live);
            footer::add(area, &mut hints, live);
        }
        footer::draw(frame, area, &hints, &self.look);
    }

    fn hint(&self, place: KeyPlace, command: Command, spare: u8) -> Option<Hint> {
        Some(Hint {
            key: self.keymap.label(place, command)?,
            title: command.row().title.to_owned(),
            live: self.refuses(command).is_none(),
            spare,
        })
    }
}
