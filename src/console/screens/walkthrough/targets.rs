//! The first page: which connections. What was chosen is resolved by the server; here one only leaves out.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::WalkthroughScreen;
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::context::Context;
use crate::console::event::Key;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::form::Form;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::widgets::{below, empty};
use crate::console::window::ListLine;
use crate::domain::id::ConnectionId;
use crate::domain::walkthrough::TargetChoice;
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc;
use crate::wire::walkthrough::{self as wire, WalkthroughTarget};

/// Columns of a row's name.
const LABEL: usize = 11;

const COLUMNS: [Column; 4] = [
    Column::words("CONNECTION", 24, 48).lead(),
    Column::words("OWNER", 12, 20),
    Column::words("", 12, 12),
    Column::words("", 18, 40),
];

/// What is to be taken out of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    Nothing,
    Marked,
    Everything,
    OfOwner,
    AtProvider,
    OfOwnerAtProvider,
}

impl Take {
    fn words(self) -> &'static str {
        match self {
            Self::Nothing => "choose",
            Self::Marked => "the connections named",
            Self::Everything => "everything in service",
            Self::OfOwner => "everything of an owner",
            Self::AtProvider => "everything at a provider",
            Self::OfOwnerAtProvider => "what an owner has at a provider",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TargetsFocus {
    Take,
    Owner,
    Provider,
    List,
}

/// What is filled in.
#[derive(Debug)]
pub(super) struct TargetsPage {
    take: Take,
    marked: Vec<String>,
    owner: Option<String>,
    provider: Option<String>,
    /// Users' names, and the workspace.
    owners: Vec<String>,
    asked_users: AwaitedReply<rpc::Users>,
    /// Ids and names.
    providers: Vec<(String, String)>,
    asked_providers: AwaitedReply<rpc::Providers>,
    focus: TargetsFocus,
    left_out: BTreeSet<ConnectionId>,
}

impl TargetsPage {
    pub(super) fn new(marked: Vec<String>) -> Self {
        Self {
            take: match marked.is_empty() {
                true => Take::Nothing,
                false => Take::Marked,
            },
            marked,
            owner: None,
            provider: None,
            owners: vec!["workspace".to_owned()],
            asked_users: AwaitedReply::default(),
            providers: Vec::new(),
            asked_providers: AwaitedReply::default(),
            focus: TargetsFocus::Take,
            left_out: BTreeSet::new(),
        }
    }

    /// As a saved draft has it.
    pub(super) fn adopt(&mut self, now: &wire::Walkthrough) {
        self.left_out = now.left_out.iter().cloned().collect();
        self.take = match &now.choice {
            TargetChoice::Named => Take::Marked,
            TargetChoice::All => Take::Everything,
            TargetChoice::Matching { provider, owner } => {
                self.owner.clone_from(owner);
                self.provider.clone_from(provider);
                match (owner, provider) {
                    (Some(_), Some(_)) => Take::OfOwnerAtProvider,
                    (Some(_), None) => Take::OfOwner,
                    (None, Some(_)) => Take::AtProvider,
                    (None, None) => Take::Everything,
                }
            }
        };
    }

    /// Asks who and what there is to choose from.
    pub(super) fn ask(&mut self, cx: &mut Context<'_>) {
        self.asked_users = cx.ask(rpc::Users);
        let window = Window {
            limit: MAX_ROWS,
            ..Window::default()
        };
        self.asked_providers = cx.ask(rpc::Providers(window));
    }

    pub(super) fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        match self.asked_users.take(heard) {
            Some(Ok(users)) => {
                let names = users.into_iter().map(|user| user.name);
                self.owners = std::iter::once("workspace".to_owned())
                    .chain(names)
                    .collect();
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        match self.asked_providers.take(heard) {
            Some(Ok(page)) => {
                let used = page.rows.into_iter().filter(|it| it.connections_total > 0);
                self.providers = used.map(|it| (it.id, it.name)).collect();
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    /// What was chosen; none as long as something is missing.
    pub(super) fn choice(&self) -> Option<TargetChoice> {
        let (owner, provider) = (self.owner.clone(), self.provider.clone());
        match self.take {
            Take::Nothing => None,
            Take::Marked => Some(TargetChoice::Named),
            Take::Everything => Some(TargetChoice::All),
            Take::OfOwner => owner.map(|owner| TargetChoice::Matching {
                provider: None,
                owner: Some(owner),
            }),
            Take::AtProvider => provider.map(|provider| TargetChoice::Matching {
                provider: Some(provider),
                owner: None,
            }),
            Take::OfOwnerAtProvider => {
                owner
                    .zip(provider)
                    .map(|(owner, provider)| TargetChoice::Matching {
                        provider: Some(provider),
                        owner: Some(owner),
                    })
            }
        }
    }

    pub(super) fn marked(&self) -> &[String] {
        &self.marked
    }

    pub(super) fn is_marked(&self) -> bool {
        self.take == Take::Marked
    }

    pub(super) fn left_out(&self) -> Vec<ConnectionId> {
        self.left_out.iter().cloned().collect()
    }

    pub(super) fn on_list(&self) -> bool {
        self.focus == TargetsFocus::List
    }

    pub(super) fn turn_over(&mut self, id: ConnectionId) {
        if !self.left_out.remove(&id) {
            self.left_out.insert(id);
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self.focus {
            TargetsFocus::List => {
                "Space leaves out or takes along, Tab goes back up. It waits under 4 Runs."
            }
            _ => "Left and Right choose, Tab goes on. You can leave: it waits under 4 Runs.",
        }
    }

    /// Takes a key: whether it was one of ours, and whether something else is chosen now.
    pub(super) fn key(&mut self, key: Key) -> (bool, bool) {
        match key {
            Key::Tab => self.step(true),
            Key::BackTab => self.step(false),
            _ if self.focus == TargetsFocus::List => return (false, false),
            Key::Down => self.step(true),
            Key::Up => self.step(false),
            Key::Right | Key::Char(' ') => return (true, self.turn(true)),
            Key::Left => return (true, self.turn(false)),
            _ => return (false, false),
        }
        (true, false)
    }

    fn rows(&self) -> Vec<TargetsFocus> {
        let mut rows = vec![TargetsFocus::Take];
        if matches!(self.take, Take::OfOwner | Take::OfOwnerAtProvider) {
            rows.push(TargetsFocus::Owner);
        }
        if matches!(self.take, Take::AtProvider | Take::OfOwnerAtProvider) {
            rows.push(TargetsFocus::Provider);
        }
        rows.push(TargetsFocus::List);
        rows
    }

    fn step(&mut self, forward: bool) {
        self.focus = around(&self.rows(), Some(&self.focus), forward).unwrap_or(TargetsFocus::Take);
    }

    /// Another choice in the row that has the focus; whether that means other connections.
    fn turn(&mut self, forward: bool) -> bool {
        let before = self.choice();
        match self.focus {
            TargetsFocus::Take => {
                let mut all = vec![
                    Take::Everything,
                    Take::OfOwner,
                    Take::AtProvider,
                    Take::OfOwnerAtProvider,
                ];
                if !self.marked.is_empty() {
                    all.insert(0, Take::Marked);
                }
                self.take = around(&all, Some(&self.take), forward).unwrap_or(Take::Nothing);
                self.complete();
            }
            TargetsFocus::Owner => self.owner = around(&self.owners, self.owner.as_ref(), forward),
            TargetsFocus::Provider => {
                let ids: Vec<String> = self.providers.iter().map(|(id, _)| id.clone()).collect();
                self.provider = around(&ids, self.provider.as_ref(), forward);
            }
            TargetsFocus::List => {}
        }
        let after = self.choice();
        let other = after != before;
        if other {
            self.left_out.clear();
        }
        other && after.is_some()
    }

    /// Takes the first owner or provider there is, so that what is on the page is always what is saved.
    fn complete(&mut self) {
        let rows = self.rows();
        if rows.contains(&TargetsFocus::Owner) && self.owner.is_none() {
            self.owner = self.owners.first().cloned();
        }
        if rows.contains(&TargetsFocus::Provider) && self.provider.is_none() {
            self.provider = self.providers.first().map(|(id, _)| id.clone());
        }
    }

    fn form<'a>(&self, width: u16, look: &'a Appearance) -> Form<'a> {
        let mut form = Form::new(width, look);
        let rows = self.rows();
        let on = |row| self.focus == row;
        form.label("Take", LABEL, on(TargetsFocus::Take));
        form.choice(self.take.words(), on(TargetsFocus::Take)).end();
        if rows.contains(&TargetsFocus::Owner) {
            let owner = self.owner.as_deref().unwrap_or("choose");
            form.label("Owner", LABEL, on(TargetsFocus::Owner));
            form.choice(owner, on(TargetsFocus::Owner)).end();
        }
        if rows.contains(&TargetsFocus::Provider) {
            let id = self.provider.as_deref();
            let known = self
                .providers
                .iter()
                .find(|(known, _)| Some(known.as_str()) == id);
            let name = known
                .map(|(_, name)| name.as_str())
                .or(id)
                .unwrap_or("choose");
            form.label("Provider", LABEL, on(TargetsFocus::Provider));
            form.choice(name, on(TargetsFocus::Provider)).end();
        }
        form
    }
}

/// The one after or before this one, round and round; the first or last when it is none of them.
fn around<T: Clone + PartialEq>(all: &[T], at: Option<&T>, forward: bool) -> Option<T> {
    let at = at.and_then(|at| all.iter().position(|it| it == at));
    let len = all.len().max(1);
    let to = match (at, forward) {
        (None, true) => 0,
        (None, false) => len - 1,
        (Some(at), true) => (at + 1) % len,
        (Some(at), false) => (at + len - 1) % len,
    };
    all.get(to).cloned()
}

impl WalkthroughScreen {
    pub(super) fn draw_choose(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let form = self.choose.form(area.width, look);
        let rest = below(area, usize::from(form.height()) + 1);
        form.draw(frame, area);
        if let Some(problem) = &self.problem {
            return empty::draw(
                frame,
                rest,
                &problem.message,
                "Choose something else.",
                look,
            );
        }
        if self.choose.choice().is_none() || self.now.is_none() {
            let next =
                "Right changes what is chosen. Nothing happens before you have seen the plan.";
            return empty::draw(frame, rest, "Nothing is chosen yet.", next, look);
        }
        let rows: Vec<table::TableRow> = self
            .targets
            .lines()
            .into_iter()
            .filter_map(|line| match line {
                ListLine::Row(row, selected) => Some(table::TableRow::Cells {
                    cells: cells(row, look),
                    selected: selected && self.choose.on_list(),
                    marked: false,
                }),
                _ => None,
            })
            .collect();
        table::draw(frame, rest, &COLUMNS, &rows, look);
    }
}

fn cells(row: &WalkthroughTarget, look: &Appearance) -> Vec<Cell> {
    let (name, word, role) = match row.left_out {
        true => (StyleRole::Dim, "left out", StyleRole::Warn),
        false => (StyleRole::Title, "taken along", StyleRole::Text),
    };
    let whole = format!("{}  {}", row.provider_name, row.name);
    vec![
        Cell(text::cut(&whole, 80, look.glyphs.ellipsis), name),
        Cell::dim(row.owner.clone()),
        Cell(word.to_owned(), role),
        Cell(row.changed.clone().unwrap_or_default(), StyleRole::Warn),
    ]
}
