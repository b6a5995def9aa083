//! Checks of single values: names in braces, URLs, JSON pointers, matchers.

use reqwest::header::HeaderName;
use url::Url;

use super::FileProblem;
use crate::domain::provider::{Matcher, ProviderFile};
use crate::providers::http::is_loopback;
use crate::providers::template::{self, PARENT, Piece, THING};

/// Where a template stands, which decides the names that it may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// The default of a var: none.
    Var,
    /// An endpoint of `[auth]`: vars.
    Endpoint,
    /// A request's URL: vars, the token response, the connection.
    Request,
    /// A request's parameter or header: those, and our own secrets.
    Param,
    /// A list for each of several things: what a request has, and the thing.
    Each,
    /// What asks for one thing of a list: what a request has, and the thing.
    One,
    /// The call that joins a channel: what a request has, and the channel.
    Join,
    /// A text for people: vars, what is no secret, and `{app}`, our name at the vendor.
    ManualText,
    /// A link for people: vars and what is no secret.
    ManualUrl,
}

/// What an URL is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UrlPurpose {
    /// We send to it: https, or http on loopback.
    Api,
    /// A person opens it.
    Web,
}

impl UrlPurpose {
    fn expected(self) -> &'static str {
        match self {
            Self::Api => "https (http only for loopback)",
            Self::Web => "https",
        }
    }
}

const CONNECTION: [&str; 3] = ["client_id", "account_id", "installation_id"];

pub(super) fn check_template(
    file: &ProviderFile,
    field: &str,
    text: &str,
    place: Where,
) -> Result<(), FileProblem> {
    let pieces =
        template::pieces(text).map_err(|error| FileProblem::new(field, error.to_string()))?;
    for piece in pieces {
        if let Piece::Name(name) = piece
            && !is_known(file, name, place)
        {
            return Err(FileProblem::new(field, unknown_name(file, name, place)));
        }
    }
    Ok(())
}

fn is_known(file: &ProviderFile, name: &str, place: Where) -> bool {
    let is_var = file.vars.contains_key(name);
    let of_request = || {
        CONNECTION.contains(&name)
            || ["token", "revoke", "userinfo"].contains(&name)
            || file.auth.field_names().any(|field| field == name)
    };
    match place {
        Where::Var => false,
        Where::Endpoint => is_var,
        Where::Request => is_var || of_request(),
        Where::Each => is_var || of_request() || name == PARENT,
        Where::One => is_var || of_request() || name == THING,
        Where::Join => {
            let channel = file.channels.as_ref().map(|spec| spec.param.as_str());
            is_var || of_request() || channel == Some(name)
        }
        Where::Param => is_var || of_request() || name == "client_secret" || name == "platform_key",
        Where::ManualText => is_var || CONNECTION.contains(&name) || name == "app",
        Where::ManualUrl => is_var || CONNECTION.contains(&name),
    }
}

fn unknown_name(file: &ProviderFile, name: &str, place: Where) -> String {
    let mut known: Vec<&str> = file.vars.keys().map(String::as_str).collect();
    match place {
        Where::Var => known.clear(),
        Where::Endpoint => {}
        Where::Request | Where::Param | Where::Each | Where::One | Where::Join => {
            known.extend((place == Where::Each).then_some(PARENT));
            known.extend((place == Where::One).then_some(THING));
            let channel = file.channels.as_ref().filter(|_| place == Where::Join);
            known.extend(channel.map(|spec| spec.param.as_str()));
            known.extend(file.auth.field_names());
            known.push("token");
            known.extend(CONNECTION);
        }
        Where::ManualText => {
            known.push("app");
            known.extend(CONNECTION);
        }
        Where::ManualUrl => known.extend(CONNECTION),
    }
    format!(
        "unknown name {{{name}}}; expected one of {}; vars are declared in [vars], fields of the token response in auth.token_fields",
        if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        }
    )
}

/// Checks the names and then, with the defaults filled in, the URL itself.
pub(super) fn check_url(
    file: &ProviderFile,
    field: &str,
    text: &str,
    place: Where,
    scheme: UrlPurpose,
) -> Result<(), FileProblem> {
    check_template(file, field, text, place)?;
    let Some(filled) = with_defaults(file, text) else {
        return Ok(());
    };
    let or_a_var = match place {
        Where::Var => "",
        _ => ", or first a var that holds it, like {api}",
    };
    let url = Url::parse(&filled).map_err(|error| {
        FileProblem::new(
            field,
            format!("{filled:?} is not a URL ({error}); expected https://…{or_a_var}"),
        )
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FileProblem::new(
            field,
            "holds a user name; expected a URL without credentials",
        ));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if scheme == UrlPurpose::Api && is_loopback(&url) => Ok(()),
        other => Err(FileProblem::new(
            field,
            format!("{other}:; expected {}", scheme.expected()),
        )),
    }
}

/// The URL with the defaults of the vars and something for the rest; none where its beginning is known only when the request is
/// made, and the client checks again then.
pub(super) fn with_defaults(file: &ProviderFile, text: &str) -> Option<String> {
    let mut filled = String::new();
    for piece in template::pieces(text).ok()? {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Name(name) => match file.vars.get(name).filter(|value| !value.is_empty()) {
                Some(value) => filled.push_str(value),
                None if filled.is_empty() => return None,
                None => filled.push('x'),
            },
        }
    }
    Some(filled)
}

/// RFC 6901: empty, or parts that each begin with a slash, `~` only as `~0` and `~1`.
pub(super) fn check_pointer(field: &str, pointer: &str) -> Result<(), FileProblem> {
    let escapes_fit = pointer
        .split('~')
        .skip(1)
        .all(|tail| tail.starts_with(['0', '1']));
    if (pointer.is_empty() || pointer.starts_with('/')) && escapes_fit {
        return Ok(());
    }
    Err(FileProblem::new(
        field,
        format!("{pointer:?} is not a JSON pointer; expected one like \"/paging/next\""),
    ))
}

pub(super) fn check_matcher(field: &str, matcher: &Matcher) -> Result<(), FileProblem> {
    let compares = matcher.equals.is_some() || !matcher.one_of.is_empty();
    match &matcher.pointer {
        Some(pointer) => {
            check_pointer(&format!("{field}.pointer"), pointer)?;
            if !compares {
                return Err(FileProblem::new(
                    format!("{field}.pointer"),
                    "stands alone; expected equals or in beside it",
                ));
            }
        }
        None if compares => {
            return Err(FileProblem::new(
                field,
                "compares a value, but says not where; expected pointer beside equals or in",
            ));
        }
        None => {}
    }
    if let Some(name) = matcher
        .header
        .keys()
        .find(|name| HeaderName::from_bytes(name.as_bytes()).is_err())
    {
        return Err(FileProblem::new(
            format!("{field}.header"),
            format!("{name:?} is not a header's name"),
        ));
    }
    if let Some(status) = matcher
        .status
        .iter()
        .find(|status| !(100..=599).contains(*status))
    {
        return Err(FileProblem::new(
            format!("{field}.status"),
            format!("{status} is not an HTTP status"),
        ));
    }
    Ok(())
}
