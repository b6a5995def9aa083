//! The adopt dialog on screen, stage by stage.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{AdoptDialog, AdoptFocus, AdoptStage};
use crate::console::appearance::Appearance;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::{Form, FormArea};
use crate::wire::view::{Flow, ProviderDetail};

/// Columns of a row's name.
const LABEL: usize = 26;

pub(super) fn draw(it: &AdoptDialog, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
    let sheet = FormArea::new(area);
    let mut page = Doc::new(sheet.width(), LABEL, look);
    above(it, &mut page, look);
    let below = below(it, sheet.width(), look);
    let mut words = page.done();
    if words.len() < sheet.room(below.height()) && !words.is_empty() {
        words.push(Line::default());
    }
    let title = match &it.provider {
        Some(provider) => format!("Take over a grant at {}", provider.card.name),
        None => "Take over a grant".to_owned(),
    };
    sheet.draw(frame, &title, words, 0, below);
}

fn above(it: &AdoptDialog, page: &mut Doc<'_>, look: &Appearance) {
    match (&it.stage, &it.provider) {
        (AdoptStage::Filling, Some(provider)) => filling(provider, page),
        (AdoptStage::Looking | AdoptStage::Filling, _) => {
            page.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim);
        }
        (AdoptStage::Asked, _) => page.words("Asked the server.", StyleRole::Dim),
        (AdoptStage::Under(flow), _) => {
            let words = match it.is_confirmed {
                true => "It is being kept.".to_owned(),
                false => format!("{} is being asked whose it is.", flow.provider_name),
            };
            page.words(&words, StyleRole::Accent);
        }
        (AdoptStage::Confirming(flow), _) => confirming(flow, page),
        (AdoptStage::GivingUp(flow), _) => {
            page.words("Give it up? Nothing is kept then.", StyleRole::Text);
            // What was done at the vendor so far: the rest is about keeping it.
            if let Some(words) = flow.before_keeping().get(1) {
                page.words(words, StyleRole::Dim);
            }
        }
        (AdoptStage::Failed(problem), _) => {
            page.words(&problem.message, StyleRole::Bad);
            page.words(&problem.hint, StyleRole::Text);
        }
    }
}

fn filling(provider: &ProviderDetail, page: &mut Doc<'_>) {
    let words = format!(
        "What another tool was given at {} is taken over: its refresh token is traded in for our client, which has to be the \
         one that it was issued to.",
        provider.card.name
    );
    page.words(&words, StyleRole::Text);
    page.words(
        "With an access token the account is shown before that; without one only what is issued then tells whose it is.",
        StyleRole::Dim,
    );
    page.words(
        "Whose it is, is shown before anything is kept, unless the account is named here.",
        StyleRole::Dim,
    );
    page.blank();
    let client = provider.client_id.as_deref().unwrap_or_default();
    page.pair("Our client", client, StyleRole::Text);
}

fn confirming(flow: &Flow, page: &mut Doc<'_>) {
    for (i, words) in flow.before_keeping().into_iter().enumerate() {
        let role = match i {
            0 => StyleRole::Title,
            _ => StyleRole::Text,
        };
        page.words(&words, role);
        if i == 0 {
            page.blank();
        }
    }
}

fn below<'a>(it: &'a AdoptDialog, width: u16, look: &'a Appearance) -> Form<'a> {
    let mut form = Form::new(width, look);
    let on = |focus| it.focus == focus;
    let buttons = |yes, no| [(yes, on(AdoptFocus::Go)), (no, on(AdoptFocus::Cancel))];
    // What cannot be taken back does not stand first.
    let asked = |yes, no| [(no, on(AdoptFocus::Cancel)), (yes, on(AdoptFocus::Go))];
    let said = it.said.as_str();
    match &it.stage {
        AdoptStage::Filling => {
            let rows = [
                ("Refresh token", &it.answers.refresh, AdoptFocus::Refresh),
                (
                    "Access token, if any",
                    &it.answers.access,
                    AdoptFocus::Access,
                ),
                (
                    "Account, if it must be",
                    &it.answers.account,
                    AdoptFocus::Account,
                ),
            ];
            for (label, field, focus) in rows {
                form.label(label, LABEL, on(focus));
                form.field(field, on(focus)).end();
            }
            form.buttons(said, &buttons("Take over", "Cancel"));
        }
        AdoptStage::Looking | AdoptStage::Asked => form.buttons(said, &[("Close", true)]),
        AdoptStage::Under(_) => form.put(said, StyleRole::Warn).end(),
        AdoptStage::Confirming(_) => form.buttons(said, &asked("Keep it", "Not this one")),
        AdoptStage::GivingUp(_) => form.buttons(said, &asked("Give it up", "Go on with it")),
        AdoptStage::Failed(_) => form.buttons(said, &buttons("Try again", "Close")),
    }
    form
}
