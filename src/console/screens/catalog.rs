//! What can be connected, in groups (N2): a card a provider, with its badge and what can be done (N1).

use ratatui::Frame;
use ratatui::layout::Rect;

use super::listing::{ListColumns, ListScreen, Listing};
use super::pane;
use super::{Screen, WordHere, app_forms, provider_form};
use crate::console::appearance::Appearance;
use crate::console::awaited::{AwaitedReply, IncomingReply};
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{
    Action, ConfirmQuestion, ConnectTarget, Context, Destination, OverlayRequest, PromptQuestion,
    Typing, WipeTarget,
};
use crate::console::subject::Subject;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::empty::Nothing;
use crate::console::window::Row;
use crate::domain::connection::Status;
use crate::domain::explained::WordKind;
use crate::domain::provider::AuthKind;
use crate::wire::Topic;
use crate::wire::rpc;
use crate::wire::view::{Provider, ProviderConnection, ProviderDetail};

mod columns;
use columns::{COLUMNS, cells};

const LIST_WIDTH: u16 = 92;

impl Row for Provider {
    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> String {
        self.name.clone()
    }

    fn group(&self) -> &str {
        &self.group
    }
}

/// The list, and the selected provider in full.
pub struct CatalogScreen {
    list: Listing<rpc::Providers, Provider>,
    detail: Option<ProviderDetail>,
    asked: AwaitedReply<rpc::Provider>,
    again: bool,
    /// The provider whose tag is being taken off: a note is typed first.
    untagging: Option<String>,
    untagged: AwaitedReply<rpc::ProviderUntag>,
}

impl Default for CatalogScreen {
    fn default() -> Self {
        let shape = ListColumns {
            columns: &COLUMNS,
            cells,
            nothing: Nothing {
                what: "The catalog is empty.",
                next: "tagout providers add FILE.toml adds a provider.",
            },
        };
        let list = Listing::new(shape, rpc::Providers);
        Self {
            list: list.beside(LIST_WIDTH).untitled(),
            detail: None,
            asked: AwaitedReply::default(),
            again: false,
            untagging: None,
            untagged: AwaitedReply::default(),
        }
    }
}

impl CatalogScreen {
    /// Asks for the selected provider, again when it may have changed; until then the old one stays in sight.
    fn ask_detail(&mut self, cx: &mut Context<'_>) {
        let selected = self.list.selected_id();
        let held = self.detail.as_ref().map(|d| d.card.id.as_str());
        if let Some(id) = selected
            && (held != selected || self.again)
        {
            self.again = false;
            self.asked = cx.ask(rpc::Provider { id: id.to_owned() });
        }
    }

    /// The selected provider in full, once it is here.
    fn detail(&self) -> Option<&ProviderDetail> {
        let selected = self.list.selected_id();
        let detail = self.detail.as_ref();
        detail.filter(|it| Some(it.card.id.as_str()) == selected)
    }

    /// The connection a command is about: the first in service, which is the one that needs a person.
    fn target(&self) -> Option<&ProviderConnection> {
        let row = self.list.selected()?;
        row.connections
            .iter()
            .find(|c| c.status != Status::Revoked)
            .or_else(|| row.connections.first())
    }
}

/// Whether anything of it is in service.
fn in_service(row: &Provider) -> bool {
    row.connections.iter().any(|c| c.status.in_service())
}

impl Screen for CatalogScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Catalog
    }

    /// Of a provider that is connected it is the connection, which may be another one while the row is the same.
    fn subject(&self) -> Option<Subject> {
        let row = self.list.subject()?;
        let target = self.target().map_or("", |it| it.id.as_str());
        Some(Subject {
            id: format!("{} {target}", row.id),
            ..row
        })
    }

    fn listed(&self) -> Option<&dyn ListScreen> {
        Some(&self.list)
    }

    fn listed_mut(&mut self) -> Option<&mut dyn ListScreen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, cx: &mut Context<'_>) {
        self.list.ask(cx);
        self.again = true;
    }

    fn changed(&mut self, topics: &[Topic], cx: &mut Context<'_>) {
        if topics
            .iter()
            .any(|t| matches!(t, Topic::Providers | Topic::Connections))
        {
            self.refresh(cx);
        }
    }

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        if self.list.moved(command, cx) {
            return self.ask_detail(cx);
        }
        if command == Command::AddProvider {
            return cx.overlay(OverlayRequest::FillIn(provider_form::addition()));
        }
        let Some(row) = self.list.selected() else {
            return;
        };
        let id = self.target().map(|c| c.id.as_str().to_owned());
        let provider = row.id.clone();
        match (command, id) {
            (Command::Connect, _) => {
                cx.overlay(OverlayRequest::Connect(ConnectTarget {
                    provider,
                    connection: None,
                }));
            }
            (Command::Reconnect, Some(id)) => {
                let connection = Some(id);
                cx.overlay(OverlayRequest::Connect(ConnectTarget {
                    provider,
                    connection,
                }));
            }
            (Command::Disconnect, Some(id)) => cx.overlay(OverlayRequest::Disconnect(vec![id])),
            (Command::Open, Some(_)) if row.connections_total > 1 => {
                let text = row.name.clone();
                cx.actions.push(Action::Tab(KeyPlace::Connections));
                cx.actions.push(Action::Typed {
                    what: Typing::Filter,
                    text,
                });
            }
            (Command::Open, Some(id)) => cx.open(Destination::Connection(id)),
            (Command::Configure, Some(id)) if in_service(row) => {
                cx.overlay(OverlayRequest::Configure(id))
            }
            (Command::Configure, _) => cx.overlay(OverlayRequest::ConfigureApp(provider)),
            (Command::Adopt, _) => cx.overlay(OverlayRequest::Adopt(provider)),
            (Command::ConfigureApp, _) => {
                let form = match row.auth {
                    AuthKind::ApiKey => app_forms::key_settings,
                    AuthKind::Oauth2 | AuthKind::AppInstall => app_forms::app,
                };
                let app = self.detail().map(form);
                app.into_iter()
                    .for_each(|it| cx.overlay(OverlayRequest::FillIn(it)));
            }
            (Command::SigningSecret, _) => {
                let form = app_forms::signing_secret(&row.id, &row.name);
                cx.overlay(OverlayRequest::FillIn(form));
            }
            (Command::WipeProvider, _) => cx.overlay(OverlayRequest::Wipe(WipeTarget {
                provider: Some(provider),
                name: row.name.clone(),
            })),
            (Command::RemoveProvider, _) => cx.overlay(removal(row)),
            (Command::Untag, _) => {
                self.untagging = Some(provider);
                cx.overlay(OverlayRequest::Prompt(PromptQuestion {
                    label: "Taken off because:".to_owned(),
                    text: String::new(),
                    what: Typing::Note,
                    recall: None,
                }));
            }
            (Command::Copy, _) => cx.copy(provider),
            _ => {}
        }
    }

    fn offers(&self, command: Command) -> bool {
        let row = self.list.selected();
        match command {
            Command::Untag => row.is_some_and(|row| row.tag.is_some()),
            Command::RemoveProvider => row.is_some_and(|row| !row.built_in),
            _ => true,
        }
    }

    fn refuses(&self, command: Command) -> Option<String> {
        let looks = matches!(command, Command::Open | Command::Copy);
        let is_about_one = command.row().danger != Danger::Looks || looks;
        let needs = is_about_one && command != Command::AddProvider;
        let Some(row) = self.list.selected() else {
            return needs.then(|| "no provider is selected".to_owned());
        };
        if let (Some(tag), Command::Connect | Command::Reconnect | Command::Adopt) =
            (&row.tag, command)
        {
            return Some(format!("{}; U takes it off", tag.sentence()));
        }
        let why = match command {
            Command::Untag if row.tag.is_none() => "it is not tagged",
            Command::RemoveProvider if row.built_in => "it is built in",
            Command::ConfigureApp if self.detail().is_none() => "it is not here yet",
            Command::Adopt if row.auth != AuthKind::Oauth2 => {
                "it takes a key; c connects it with one"
            }
            Command::Adopt if !row.configured => "our app is not registered there; e does that",
            Command::Open if row.connections.is_empty() => "nobody ever connected it",
            Command::Disconnect if !in_service(row) => "it is not connected",
            Command::Reconnect if row.connections.is_empty() => "nobody ever connected it",
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn typed(&mut self, what: Typing, text: &str, cx: &mut Context<'_>) {
        if what != Typing::Note {
            return self.list.filter_by(text, cx);
        }
        let Some(id) = self.untagging.take() else {
            return;
        };
        let note = text.trim().to_owned();
        if note.is_empty() {
            return cx.say("A tag is taken off with a reason; nothing was done.");
        }
        self.untagged = cx.ask(rpc::ProviderUntag { id, note });
    }

    fn reply(&mut self, heard: &mut IncomingReply, cx: &mut Context<'_>) {
        if self.list.take(heard, cx) {
            self.ask_detail(cx);
        }
        match self.untagged.take(heard) {
            Some(Ok(_)) => {
                cx.done("The tag is taken off.");
                self.refresh(cx);
            }
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
        match self.asked.take(heard) {
            Some(Ok(detail)) => self.detail = Some(detail),
            Some(Err(problem)) => cx.complain(problem),
            None => {}
        }
    }

    fn words_here(&self, _: &Appearance) -> Vec<WordHere> {
        let word = |it: &ProviderConnection| {
            WordHere::new(WordKind::Badge, it.status.badge(), it.name.clone())
        };
        self.target().map(word).into_iter().collect()
    }

    fn fit(&mut self, cx: &mut Context<'_>) {
        self.list.fit(0, cx);
        self.ask_detail(cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let pane = self.list.draw(frame, area, look);
        if let (Some(pane), Some(detail)) = (pane, self.detail()) {
            pane::draw(frame, pane, |room| describe(detail, room.width, look), look);
        }
    }
}

/// The question before a provider that was added goes.
fn removal(row: &Provider) -> OverlayRequest {
    OverlayRequest::Confirm(ConfirmQuestion {
        title: format!("Remove {}?", row.name),
        body: vec![
            "Its file and our app there are removed; nobody can connect it any more.".to_owned(),
            "It can be added again from its file.".to_owned(),
        ],
        verb: "Remove".to_owned(),
        name: Some(row.id.clone()),
        request: Box::new(rpc::ProviderRemove { id: row.id.clone() }.into()),
        done: format!("{} is removed.", row.name),
    })
}

fn describe(
    row: &ProviderDetail,
    width: u16,
    look: &Appearance,
) -> Vec<ratatui::text::Line<'static>> {
    // The longest badge with its sign, and a space.
    let mut page = Doc::new(width, 16, look);
    let card = &row.card;
    page.words(&card.name, StyleRole::Title);
    page.words(&card.group, StyleRole::Dim);
    page.blank();
    for connection in &card.connections {
        let (sign, word, role) = look.status(connection.status);
        page.pair(&format!("{sign} {word}"), &connection.name, role);
    }
    if let Some(words) = card.unavailable() {
        page.pair("State", &words, StyleRole::Warn);
    }
    if let Some(tag) = &card.tag {
        let words = format!("{}; U takes it off", tag.sentence());
        page.pair("Tag", &words, StyleRole::Warn);
    }
    page.pair(
        "Client id",
        row.client_id
            .as_deref()
            .unwrap_or("our app is not registered"),
        StyleRole::Text,
    );
    page.pair("Redirect", &row.redirect_uri, StyleRole::Text);
    page.pair(
        "Register at",
        row.register_url.as_deref().unwrap_or_default(),
        StyleRole::Text,
    );
    page.pair("Scopes", &row.scopes.join(" "), StyleRole::Text);
    page.pair("Syncs", &row.entities.join(", "), StyleRole::Text);
    let vars: Vec<String> = row.vars.iter().map(|(k, v)| format!("{k}={v}")).collect();
    page.pair("Settings", &vars.join(" "), StyleRole::Text);
    if !row.recipe.is_empty() {
        page.heading("A disconnect calls");
        for call in &row.recipe {
            page.point(look.glyphs.pending, call, StyleRole::Text);
        }
    }
    if !row.manual.is_empty() {
        page.heading("It leaves to you");
        for step in &row.manual {
            page.point(look.glyphs.pending, &step.text, StyleRole::Text);
        }
    }
    if !row.dependents.is_empty() {
        page.heading("Features that depend on it");
        for d in &row.dependents {
            page.point(look.glyphs.pending, &d.words(), StyleRole::Text);
        }
    }
    if !row.unverified.is_empty() {
        let words = text::count(row.unverified.len() as u64, "fact", "facts");
        page.blank();
        page.words(
            &format!("{words} only remembered: {}", row.unverified.join(", ")),
            StyleRole::Dim,
        );
    }
    page.done()
}
