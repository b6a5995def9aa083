//! Our app at a provider: what is registered there, and the secrets that belong to it.

use std::collections::BTreeMap;

use crate::console::form_question::{FormAnswers, FormField, FormFieldKind, FormQuestion};
use crate::domain::connection::AppSecret;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::ProviderDetail;

/// The fields of an app before its settings, in order.
const CLIENT_ID: usize = 0;
const CLIENT_SECRET: usize = 1;
const NAME: usize = 2;
const REDIRECT: usize = 3;
const MOVES: usize = 4;
const SETTINGS: usize = 5;
/// The fields of a provider that takes a key, before its settings, in order.
const KEY_NAME: usize = 0;
const KEY_MOVES: usize = 1;
const KEY_SETTINGS: usize = 2;

/// What the vendor signs with belongs to our app there, and so to every connection of the provider.
pub(super) fn signing_secret(id: &str, provider: &str) -> FormQuestion {
    FormQuestion {
        title: format!("The signing secret of {provider}"),
        body: vec![
            format!("What {provider} signs its events with, as its page for our app shows it."),
            format!("It holds for every connection of {provider}, and replaces the one before."),
        ],
        fields: vec![FormField::new("Secret", FormFieldKind::Secret, "")],
        verb: "Keep it",
        subject: id.to_owned(),
        request: |provider, answers: &FormAnswers<'_>| {
            let secret = answers.secret(0).ok_or("The secret is wanted.")?;
            Ok(Request::ProviderSecret(rpc::ProviderSecret {
                id: provider.to_owned(),
                kind: AppSecret::Signing,
                secret,
            }))
        },
        done: format!("The signing secret of {provider} is kept."),
    }
}

/// What is registered at a provider, to be changed; also while connections are in service.
pub(super) fn app(it: &ProviderDetail) -> FormQuestion {
    let text = FormField::filled;
    let mut fields = vec![
        text("Client id", it.client_id.as_deref().unwrap_or_default(), ""),
        FormField::new(
            "Client secret",
            FormFieldKind::Secret,
            "empty leaves it as it is",
        ),
        text(
            "Its name there",
            it.app_name.as_deref().unwrap_or_default(),
            "",
        ),
        text("Redirect URI", &it.redirect_uri, ""),
        reconnects(),
    ];
    fields.extend(it.vars.iter().map(|(name, value)| text(name, value, "")));
    FormQuestion {
        title: format!("Our app at {}", it.card.name),
        body: Vec::new(),
        fields,
        verb: "Keep it",
        subject: it.card.id.clone(),
        request: configured,
        done: format!("Our app at {} is configured.", it.card.name),
    }
}

/// The settings of a provider that is connected with a key, where no app is registered.
pub(super) fn key_settings(it: &ProviderDetail) -> FormQuestion {
    let name = it.app_name.as_deref().unwrap_or_default();
    let mut fields = vec![
        FormField::filled("Our name there", name, "what a follow-up calls us"),
        reconnects(),
    ];
    let vars = it.vars.iter();
    fields.extend(vars.map(|(name, value)| FormField::filled(name, value, "")));
    FormQuestion {
        title: format!("The settings of {}", it.card.name),
        body: Vec::new(),
        fields,
        verb: "Keep them",
        subject: it.card.id.clone(),
        request: key_configured,
        done: format!("The settings of {} are kept.", it.card.name),
    }
}

fn reconnects() -> FormField {
    FormField::new(
        "Reconnects",
        FormFieldKind::Choice(&["are refused", "are accepted"]),
        "where a change makes connections authorize again",
    )
}

fn key_configured(id: &str, answers: &FormAnswers<'_>) -> Result<Request, String> {
    let (app_name, vars) = (answers.changed(KEY_NAME), changed(answers, KEY_SETTINGS));
    if app_name.is_none() && vars.is_empty() {
        return Err("Nothing is changed.".to_owned());
    }
    Ok(Request::ProviderConfigure(rpc::ProviderConfigure {
        id: id.to_owned(),
        client_id: None,
        client_secret: None,
        redirect_uri: None,
        app_name,
        vars,
        moves: answers.choice(KEY_MOVES) == 1,
    }))
}

/// The settings from this field on that say something else than before.
fn changed(answers: &FormAnswers<'_>, from: usize) -> BTreeMap<String, String> {
    let settings = answers.fields.iter().enumerate().skip(from);
    let changed = settings.filter_map(|(at, field)| {
        let value = answers.changed(at)?;
        Some((field.label.clone(), value))
    });
    changed.collect()
}

fn configured(id: &str, answers: &FormAnswers<'_>) -> Result<Request, String> {
    let vars = changed(answers, SETTINGS);
    let client_id = answers.changed(CLIENT_ID);
    if client_id.as_ref().is_some_and(String::is_empty) {
        return Err("The client id cannot be left empty.".to_owned());
    }
    let client_secret = answers.secret(CLIENT_SECRET);
    let redirect_uri = answers.changed(REDIRECT);
    let app_name = answers.changed(NAME);
    let is_same = client_id.is_none() && client_secret.is_none() && app_name.is_none();
    if is_same && redirect_uri.is_none() && vars.is_empty() {
        return Err("Nothing is changed.".to_owned());
    }
    Ok(Request::ProviderConfigure(rpc::ProviderConfigure {
        id: id.to_owned(),
        client_id,
        client_secret,
        redirect_uri,
        app_name,
        vars,
        moves: answers.choice(MOVES) == 1,
    }))
}
