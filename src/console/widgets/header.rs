//! The two lines on top: where one is and as whom, and the tabs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::lines;
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;

/// What the first line says.
#[derive(Debug, Clone)]
pub struct Title {
    /// What the workspace is called.
    pub workspace: String,
    /// Who, as what, from where.
    pub who: Vec<String>,
    /// What is wrong with the link; it takes the rule's place.
    pub banner: Option<String>,
}

/// A tab: its key, its name, and a figure that matters.
#[derive(Debug, Clone)]
pub struct Tab {
    /// The key that shows it.
    pub key: String,
    pub name: &'static str,
    pub count: Option<u64>,
    /// A word after the figure, dropped first.
    pub word: &'static str,
    /// Whether the figure wants attention.
    pub warn: bool,
    /// Whether it is the one on screen.
    pub active: bool,
}

/// Draws both lines and the rule below, or the banner in its place.
pub fn draw(frame: &mut Frame<'_>, area: Rect, title: &Title, tabs: &[Tab], look: &Appearance) {
    let third = match &title.banner {
        Some(words) => Line::from(look.span(
            text::fit(
                &format!(" {words}"),
                usize::from(area.width),
                text::Align::Left,
                look.glyphs.ellipsis,
            ),
            StyleRole::Bad,
        )),
        None => Line::from(look.span(
            look.glyphs.rule.repeat(usize::from(area.width)),
            StyleRole::Line,
        )),
    };
    lines(
        frame,
        area,
        [
            first(title, area.width, look),
            second(tabs, area.width, look),
            third,
        ],
    );
}

fn first(title: &Title, width: u16, look: &Appearance) -> Line<'static> {
    let width = usize::from(width);
    let dot = format!(" {} ", look.glyphs.dot);
    let who = text::cut(
        &text::clean(&title.who.join(&dot)),
        width / 2,
        look.glyphs.ellipsis,
    );
    let room = width.saturating_sub(text::measure(&who) + 13);
    let workspace = text::cut(&text::clean(&title.workspace), room, look.glyphs.ellipsis);
    let used = 1 + 6 + text::measure(&dot) + text::measure(&workspace) + text::measure(&who) + 1;
    Line::from(vec![
        Span::raw(" "),
        look.span("tagout", StyleRole::Title),
        look.span(dot, StyleRole::Dim),
        look.span(workspace, StyleRole::Text),
        Span::raw(" ".repeat(width.saturating_sub(used))),
        look.span(who, StyleRole::Dim),
        Span::raw(" "),
    ])
}

/// Drops what matters least until the tabs fit: the words, then the gaps, then figures that are mere size.
fn second(tabs: &[Tab], width: u16, look: &Appearance) -> Line<'static> {
    let mut tabs = tabs.to_vec();
    let mut gap = 3;
    while wide(&tabs, gap) > usize::from(width) {
        if tabs.iter().any(|t| !t.word.is_empty()) {
            tabs.iter_mut().for_each(|t| t.word = "");
        } else if gap > 2 {
            gap = 2;
        } else if let Some(tab) = tabs.iter_mut().find(|t| t.count.is_some() && !t.warn) {
            tab.count = None;
        } else if let Some(tab) = tabs.iter_mut().find(|t| t.count.is_some()) {
            tab.count = None;
        } else if gap > 1 {
            gap = 1;
        } else if let Some(tab) = tabs
            .iter_mut()
            .rev()
            .find(|t| !t.active && !t.name.is_empty())
        {
            tab.name = "";
        } else {
            break;
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for tab in &tabs {
        let (key, name) = if tab.active {
            (StyleRole::Accent, StyleRole::Accent)
        } else {
            (StyleRole::Dim, StyleRole::Text)
        };
        spans.push(look.span(&tab.key, key));
        if !tab.name.is_empty() {
            spans.push(look.span(format!(" {}", tab.name), name));
        }
        if let Some(figure) = figure(tab) {
            spans.push(look.span(
                figure,
                if tab.warn {
                    StyleRole::Warn
                } else {
                    StyleRole::Dim
                },
            ));
        }
        spans.push(Span::raw(" ".repeat(gap)));
    }
    Line::from(spans)
}

fn figure(tab: &Tab) -> Option<String> {
    let count = tab.count?;
    let word = if tab.word.is_empty() {
        String::new()
    } else {
        format!(" {}", tab.word)
    };
    Some(format!(" {}{word}", text::number(count)))
}

fn wide(tabs: &[Tab], gap: usize) -> usize {
    let one = |tab: &Tab| {
        let name = if tab.name.is_empty() {
            0
        } else {
            1 + tab.name.len()
        };
        tab.key.len() + name + figure(tab).map_or(0, |f| f.len())
    };
    1 + tabs.iter().map(one).sum::<usize>() + gap * tabs.len().saturating_sub(1)
}
