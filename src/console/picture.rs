//! What a person would see after some keys, as a buffer: for pictures, without a terminal.

use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use super::app::App;
use super::effect::Effect;
use super::event::Event;
use super::keymap::{self, Keymap};
use crate::client::{Client, ConnectOptions, PATIENCE, StartMode};
use crate::config::Settings;

/// Opens a console of this size at the server, presses keys (written as in the keymap, spaces between), and
/// returns the cells with their styles.
///
/// # Errors
/// When there is no server, or a word is no key.
pub async fn take(settings: &Settings, keys: &str, size: Size) -> color_eyre::Result<Buffer> {
    let options = ConnectOptions {
        settings,
        role: None,
        read_only: false,
        start: StartMode::Never,
    };
    let (client, _notices) = Client::connect(&options).await?;
    let keymap = Keymap::load(keymap::DEFAULT)?;
    let look = super::look(settings)?;
    let mut app = App::new(client.welcome().clone(), keymap, look, size);
    app.set_now(Timestamp::now());
    let effects = app.start();
    settle(&mut app, &client, effects).await;
    for word in keys.split_whitespace() {
        let key = keymap::key(word)?;
        let effects = app.update(Event::Key(key));
        settle(&mut app, &client, effects).await;
        app.painted();
    }
    Ok(cells(&app, size))
}

/// Asks what is wanted, and what that brings, until nothing more is.
async fn settle(app: &mut App, client: &Client, mut effects: Vec<Effect>) {
    while !effects.is_empty() {
        let mut next = Vec::new();
        for effect in effects {
            if let Effect::Ask(number, request) = effect {
                let result = client.ask_any(PATIENCE, *request).await;
                next.extend(app.update(Event::Reply(number, result)));
            }
        }
        effects = next;
    }
}

/// The cells of a frame.
#[must_use]
pub fn cells(app: &App, size: Size) -> Buffer {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.width, size.height));
    let Ok(frame) = terminal.draw(|frame| app.draw(frame));
    frame.buffer.clone()
}

/// What a person is to hear: what asks for an answer alone, else the screen; no line without a word.
#[must_use]
pub fn lines_alone(app: &App, size: Size) -> Vec<String> {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.width, size.height));
    let Ok(frame) = terminal.draw(|frame| app.draw_alone(frame));
    let mut lines = text(frame.buffer, size);
    lines.retain(|line| !line.is_empty());
    // A dialog stands in the middle of a screen; heard, it has no place.
    let indent = |line: &String| line.len() - line.trim_start().len();
    let keys = lines.len().saturating_sub(1);
    if app.asks() {
        let least = lines.iter().take(keys).map(indent).min().unwrap_or(0);
        for line in lines.iter_mut().take(keys) {
            line.drain(..least);
        }
    }
    lines
}

/// A frame as text, without the spaces at the ends of lines.
#[must_use]
pub fn frame_text(app: &App, size: Size) -> String {
    text(&cells(app, size), size).join("\n")
}

fn text(buffer: &Buffer, size: Size) -> Vec<String> {
    let row = |y| {
        let line: String = (0..size.width)
            .filter_map(|x| buffer.cell((x, y)))
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        line.trim_end().to_owned()
    };
    (0..size.height).map(row).collect()
}
