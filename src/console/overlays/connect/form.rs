//! What the connect dialog lets somebody fill in and press, face by face.

use super::{Connect, Face, Focus, is_other_account};
use crate::console::look::Look;
use crate::console::theme::Role;
use crate::console::widgets::form::Form;
use crate::wire::request::FlowKind;

/// Columns of a row's name.
pub(super) const LABEL: usize = 15;

pub(super) fn below<'a>(it: &'a Connect, width: u16, look: &'a Look) -> Form<'a> {
    let mut form = Form::new(width, look);
    let on = |focus| it.focus == focus;
    let said = it.said.as_str();
    match &it.face {
        Face::Looking | Face::Starting | Face::Registering => {
            form.buttons(said, &[("Close", true)])
        }
        Face::Register => {
            form.label("Client id", LABEL, on(Focus::ClientId));
            form.field(&it.answers.client_id, on(Focus::ClientId)).end();
            form.label("Client secret", LABEL, on(Focus::ClientSecret));
            form.field(&it.answers.client_secret, on(Focus::ClientSecret))
                .end();
            form.label("Its name there", LABEL, on(Focus::AppName));
            form.field(&it.answers.app_name, on(Focus::AppName)).end();
            form.buttons(
                said,
                &[("Register", on(Focus::Go)), ("Cancel", on(Focus::Cancel))],
            );
        }
        Face::Ready => {
            choices(it, &mut form);
            form.buttons(
                said,
                &[("Connect", on(Focus::Go)), ("Cancel", on(Focus::Cancel))],
            );
        }
        Face::Under(_) if it.comes_back() => {
            form.put(
                "Paste here the whole address that the browser ended at:",
                Role::Text,
            )
            .end();
            form.label("", 0, on(Focus::Back));
            form.field(&it.answers.back, on(Focus::Back)).end();
            form.put(said, Role::Warn).end();
        }
        Face::Under(_) => form.put(said, Role::Warn).end(),
        Face::GivingUp(_) => {
            form.buttons(
                said,
                &[
                    ("Go on with it", on(Focus::Cancel)),
                    ("Give it up", on(Focus::Go)),
                ],
            );
        }
        Face::Failed(problem) => {
            let mut buttons = vec![("Try again", on(Focus::Go)), ("Close", on(Focus::Cancel))];
            if is_other_account(problem) {
                buttons.insert(1, ("Accept the other account", on(Focus::Other)));
            } else if it.before.is_some() {
                buttons.insert(1, ("Try another account", on(Focus::Other)));
            }
            form.buttons(said, &buttons);
        }
        Face::Connected(connection) => {
            let mut buttons = vec![("Open", on(Focus::Go))];
            if !connection.scopes_missing.is_empty() {
                buttons.push(("Try another account", on(Focus::Other)));
            }
            form.buttons(said, &buttons);
        }
    }
    form
}

fn choices<'a>(it: &'a Connect, form: &mut Form<'a>) {
    for focus in it.ready_round() {
        let on = it.focus == focus;
        match focus {
            Focus::Key => {
                let label = match it.installs() {
                    true => "Installation",
                    false => "API key",
                };
                form.label(label, LABEL, on);
                form.field(&it.answers.key, on).end();
            }
            Focus::Which => choice(form, "Connection", which(it), on),
            Focus::Account => choice(form, "Account", account(it), on),
            Focus::Kind => choice(form, "Authorize in", kind(it.answers.kind), on),
            Focus::Gap => choice(form, "Events missed", gap(it.answers.fill_gap), on),
            Focus::ClientId
            | Focus::ClientSecret
            | Focus::AppName
            | Focus::Url
            | Focus::Back
            | Focus::Go
            | Focus::Other
            | Focus::Cancel => {}
        }
    }
}

fn choice(form: &mut Form<'_>, label: &str, chosen: &str, on: bool) {
    form.label(label, LABEL, on);
    form.choice(chosen, on).end();
}

/// The connection that is taken up again, by name.
fn which(it: &Connect) -> &str {
    let named = it.target.connection.as_deref();
    let mut known = it.known_here().iter();
    let chosen = known.find(|c| Some(c.id.as_str()) == named);
    chosen.map_or("a new one", |c| c.name.as_str())
}

fn account(it: &Connect) -> &str {
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
        FlowKind::Remote => "any browser; a code is typed there, if it takes codes",
    }
}

fn gap(fill: bool) -> &'static str {
    match fill {
        true => "pull them too",
        false => "leave them out",
    }
}
