//! What the connect dialog lets somebody fill in and press, face by face.

use super::{ConnectDialog, ConnectFocus, ConnectStage};
use crate::console::appearance::Appearance;
use crate::console::theme::StyleRole;
use crate::console::widgets::form::Form;
use crate::wire::request::FlowKind;

/// Columns of a row's name.
pub(super) const LABEL: usize = 15;

pub(super) fn below<'a>(it: &'a ConnectDialog, width: u16, look: &'a Appearance) -> Form<'a> {
    let mut form = Form::new(width, look);
    let on = |focus| it.focus == focus;
    let said = it.said.as_str();
    match &it.face {
        ConnectStage::Looking | ConnectStage::Starting | ConnectStage::Registering => {
            form.buttons(said, &[("Close", true)])
        }
        ConnectStage::Register => {
            form.label("Client id", LABEL, on(ConnectFocus::ClientId));
            form.field(&it.answers.client_id, on(ConnectFocus::ClientId))
                .end();
            form.label("Client secret", LABEL, on(ConnectFocus::ClientSecret));
            form.field(&it.answers.client_secret, on(ConnectFocus::ClientSecret))
                .end();
            form.label("Its name there", LABEL, on(ConnectFocus::AppName));
            form.field(&it.answers.app_name, on(ConnectFocus::AppName))
                .end();
            form.buttons(
                said,
                &[
                    ("Register", on(ConnectFocus::Go)),
                    ("Cancel", on(ConnectFocus::Cancel)),
                ],
            );
        }
        ConnectStage::Ready => {
            choices(it, &mut form);
            form.buttons(
                said,
                &[
                    ("Connect", on(ConnectFocus::Go)),
                    ("Cancel", on(ConnectFocus::Cancel)),
                ],
            );
        }
        ConnectStage::Under(_) if it.comes_back() => {
            form.put(
                "Paste here the whole address that the browser ended at:",
                StyleRole::Text,
            )
            .end();
            form.label("", 0, on(ConnectFocus::Back));
            form.field(&it.answers.back, on(ConnectFocus::Back)).end();
            form.put(said, StyleRole::Warn).end();
        }
        ConnectStage::Under(_) => form.put(said, StyleRole::Warn).end(),
        ConnectStage::GivingUp(_) => {
            form.buttons(
                said,
                &[
                    ("Go on with it", on(ConnectFocus::Cancel)),
                    ("Give it up", on(ConnectFocus::Go)),
                ],
            );
        }
        ConnectStage::Failed(problem) => {
            let mut buttons = vec![
                ("Try again", on(ConnectFocus::Go)),
                ("Close", on(ConnectFocus::Cancel)),
            ];
            if problem.accounts.is_some() {
                buttons.insert(1, ("Accept the other account", on(ConnectFocus::Other)));
            } else if it.before.is_some() {
                buttons.insert(1, ("Try another account", on(ConnectFocus::Other)));
            }
            form.buttons(said, &buttons);
        }
        ConnectStage::Connected(connection) => {
            let mut buttons = vec![("Open", on(ConnectFocus::Go))];
            if !connection.scopes_missing.is_empty() {
                buttons.push(("Try another account", on(ConnectFocus::Other)));
            }
            form.buttons(said, &buttons);
        }
    }
    form
}

fn choices<'a>(it: &'a ConnectDialog, form: &mut Form<'a>) {
    for focus in it.ready_round() {
        let on = it.focus == focus;
        match focus {
            ConnectFocus::Key => {
                let label = match it.installs() {
                    true => "Installation",
                    false => "API key",
                };
                form.label(label, LABEL, on);
                form.field(&it.answers.key, on).end();
            }
            ConnectFocus::Which => choice(form, "Connection", which(it), on),
            ConnectFocus::Account => choice(form, "Account", account(it), on),
            ConnectFocus::Kind => choice(form, "Authorize in", kind(it.answers.kind), on),
            ConnectFocus::Gap => choice(form, "Events missed", gap(it.answers.fill_gap), on),
            ConnectFocus::ClientId
            | ConnectFocus::ClientSecret
            | ConnectFocus::AppName
            | ConnectFocus::Url
            | ConnectFocus::Back
            | ConnectFocus::Go
            | ConnectFocus::Other
            | ConnectFocus::Cancel => {}
        }
    }
}

fn choice(form: &mut Form<'_>, label: &str, chosen: &str, on: bool) {
    form.label(label, LABEL, on);
    form.choice(chosen, on).end();
}

/// The connection that is taken up again, by name.
fn which(it: &ConnectDialog) -> &str {
    let named = it.target.connection.as_deref();
    let mut known = it.known_here().iter();
    let chosen = known.find(|c| Some(c.id.as_str()) == named);
    chosen.map_or("a new one", |c| c.name.as_str())
}

fn account(it: &ConnectDialog) -> &str {
    match (&it.before, it.other_account) {
        (Some(before), false) => &before.account.label,
        (Some(_) | None, _) => "any, which is then shown in its place",
    }
}

fn kind(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Browser => "a browser on this machine",
        FlowKind::Paste => "any browser; its last address is pasted here",
        FlowKind::Device => "any browser; a code is typed there",
        FlowKind::Adopt => "its refresh token, from another tool",
        FlowKind::Remote => "any browser; a code is typed there, if it takes codes",
    }
}

fn gap(fill: bool) -> &'static str {
    match fill {
        true => "pull them too",
        false => "leave them out",
    }
}
