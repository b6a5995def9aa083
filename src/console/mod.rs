//! What is seen and asked for. Events in, effects out; truth is asked for again, never kept.
//!
//! [`run`] is the only loop: take an event, drain the queue, perform what it wants, draw once.

mod ansi_colours;
pub mod app;
pub mod appearance;
pub mod arrangement;
pub mod awaited;
pub mod command;
pub mod context;
mod draw;
pub mod effect;
pub mod event;
pub mod export;
pub mod filters;
pub mod form_question;
mod frame_pace;
pub mod glyphs;
mod input;
pub mod keymap;
mod link;
mod navigation;
pub mod overlays;
pub mod picture;
mod plain;
mod roles;
mod said_log;
pub mod screens;
pub mod subject;
pub mod svg;
mod terminal;
pub mod text;
pub mod theme;
mod view_state;
pub mod widgets;
pub mod window;

use std::time::Duration;

use color_eyre::eyre::WrapErr;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, sleep_until};

use crate::config::{Settings, When, has_no_colour};
use crate::domain::user::Role;
use crate::wire::request::Request;
use crate::wire::rpc;
use app::App;
use appearance::Appearance;
use effect::Effect;
use event::Event;
use export::ExportFile;
use frame_pace::FramePace;
use keymap::Keymap;
use link::{Dial, Link};
use terminal::RawTerminal;
use theme::{Colours, Theme};

/// Events that wait; whoever has more waits too.
const QUEUE: usize = 256;
/// How long a view must have stood still before it is kept.
const STILL: Duration = Duration::from_secs(2);
/// How long leaving waits for the last view to be kept.
const LAST: Duration = Duration::from_millis(300);

/// Gives a terminal back that a console could not.
pub fn give_back() -> std::io::Result<()> {
    terminal::give_back()
}

/// How a console is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConsoleOptions {
    /// Act with this role, lower than one's own.
    pub role: Option<Role>,
    /// Have everything refused that changes something.
    pub read_only: bool,
    /// As lines, whatever the terminal can.
    pub plain: bool,
}

/// Opens the console, and returns when the person leaves it or the terminal is gone.
///
/// # Errors
/// When there is no terminal, no server, or the keymap or theme cannot be used.
pub async fn run(settings: &Settings, sight: ConsoleOptions) -> color_eyre::Result<()> {
    let keymap = Keymap::load(keymap::DEFAULT)?;
    let mut look = look(settings)?;
    let plain = sight.plain || plain::is_wanted();
    if plain {
        look.glyphs = glyphs::PLAIN;
        look.black_on_white = None;
    }
    let (sender, mut queue) = mpsc::channel(QUEUE);
    let dial = Dial {
        settings: settings.clone(),
        role: sight.role,
        read_only: sight.read_only,
    };
    let (link, welcome) = Link::open(dial, sender.clone()).await?;
    if plain {
        input::heed(&sender)?;
        let mut app = App::new(welcome, keymap, look, plain::size());
        app.keeps_files(settings.ssh_key.is_none());
        return plain::turn(app, &link, &mut queue).await;
    }
    let mut screen = RawTerminal::enter(std::env::var_os("TMUX").is_some())
        .wrap_err("the console needs a terminal")?;
    input::listen(&sender)?;
    let mut app = App::new(welcome, keymap, look, screen.size()?);
    app.keeps_files(settings.ssh_key.is_none());
    if let Some(host) = ssh_host() {
        app.over_ssh(host);
    }
    turn(app, &mut screen, &link, &mut queue, sender).await
}

/// The loop. It holds the sender too, so that the queue never ends by itself.
async fn turn(
    mut app: App,
    screen: &mut RawTerminal,
    link: &Link,
    queue: &mut Receiver<Event>,
    _sender: Sender<Event>,
) -> color_eyre::Result<()> {
    let mut view = View::default();
    let mut paper = ExportFile::default();
    app.set_now(Timestamp::now());
    let mut effects = app.start();
    let mut pace = FramePace::default();
    pace.changed(true, Instant::now());
    loop {
        for effect in std::mem::take(&mut effects) {
            match effect {
                Effect::Ask(number, request) => link.ask(number, *request),
                Effect::SaveView(text) => view.set(text),
                Effect::Tell(request) => link.tell(*request, LAST).await,
                Effect::Copy(text) => screen.copy(&text)?,
                Effect::Export(writing) => {
                    let written = paper.take(writing);
                    effects.extend(written.into_iter().flat_map(|event| app.update(event)));
                }
                Effect::Repaint => screen.repaint()?,
                Effect::Suspend => screen.suspend().await?,
                Effect::Reclaim => screen.reclaim()?,
                Effect::Quit => {
                    view.leave(link).await;
                    return Ok(());
                }
            }
        }
        if !effects.is_empty() {
            continue;
        }
        // Keeping the view changes nothing on screen, and even a frame without a change is written.
        let now = Instant::now();
        let due = pace.due(now);
        if queue.is_empty() && due == Some(now) {
            screen.draw(&app)?;
            app.painted();
            pace.drawn(now);
        }
        tokio::select! {
            event = queue.recv() => {
                let Some(event) = event else { return Ok(()) };
                app.set_now(Timestamp::now());
                pace.changed(event.is_of_a_person(), Instant::now());
                effects = app.update(event);
            }
            () = until(due.filter(|at| *at > now)) => {}
            request = view.stood_still() => link.tell(request, LAST).await,
        }
    }
}

/// For ever when there is no such time.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// What is looked at, until it is worth keeping.
#[derive(Default)]
struct View {
    waiting: Option<(Instant, String)>,
}

impl View {
    fn set(&mut self, text: String) {
        self.waiting = Some((Instant::now() + STILL, text));
    }

    fn take(&mut self) -> Option<Request> {
        self.waiting
            .take()
            .map(|(_, view)| Request::ViewSave(rpc::ViewSave { view }))
    }

    /// Keeps what has not been kept yet.
    async fn leave(mut self, link: &Link) {
        if let Some(request) = self.take() {
            link.tell(request, LAST).await;
        }
    }

    /// Waits until nothing has changed for a while; for ever when nothing waits to be kept.
    async fn stood_still(&mut self) -> Request {
        until(self.waiting.as_ref().map(|(at, _)| *at)).await;
        match self.take() {
            Some(request) => request,
            None => std::future::pending().await,
        }
    }
}

/// Theme, signs and zone, from the settings and the surroundings. Nothing is asked of the terminal.
fn look(settings: &Settings) -> color_eyre::Result<Appearance> {
    let env = |name: &str| std::env::var(name).ok();
    let colours = match settings.color.value {
        When::Never => Colours::None,
        When::Auto if has_no_colour(env) => Colours::None,
        When::Always | When::Auto => Colours::of(env),
    };
    let glyphs = match settings.ascii.value {
        When::Always => glyphs::ASCII,
        When::Never => glyphs::UTF8,
        When::Auto => glyphs::for_locale(env),
    };
    let folder = settings.config_dir().join("themes");
    let theme = Theme::named(&settings.theme.value, &folder, colours)?;
    Ok(Appearance {
        theme,
        glyphs,
        zone: TimeZone::system(),
        now: Timestamp::now(),
        exact: false,
        black_on_white: theme::black_on_white(colours).filter(|_| glyphs == glyphs::UTF8),
    })
}

/// The third field of `SSH_CONNECTION`: the address at which the client reached this machine (ssh(1)).
fn ssh_host() -> Option<String> {
    let connection = std::env::var("SSH_CONNECTION").ok()?;
    connection.split_whitespace().nth(2).map(text::clean)
}
