//! Slack: everything is 200, and `ok` says whether it went well.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::accounts::{Account, account};
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, authenticate};
use crate::sandbox::exchange::{Exchange, Refused, exchange};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod channels;

pub(super) const PROFILE: Profile = Profile {
    title: "Slack",
    name: "slack",
    apps: &[App {
        provider: "slack",
        vars: &[("web", "/slack")],
    }],
    route,
    spell: |kind, random, expires| match kind {
        TokenKind::User if expires => format!("xoxe.xoxp-1-{random}"),
        TokenKind::User => format!("xoxp-{random}"),
        TokenKind::BotRefresh | TokenKind::UserRefresh => format!("xoxe-1-{random}"),
        _ if expires => format!("xoxe.xoxb-1-{random}"),
        _ => format!("xoxb-{random}"),
    },
    request_id_header: "x-slack-req-id",
    scope_separator: ',',
    code_is_enough: true,
    error_inside: || json!({ "ok": false, "error": "internal_error" }),
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["oauth", "v2", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "v2", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["api", "oauth.v2.access"]) => (Endpoint::Token, token),
        ("GET" | "POST", ["api", "auth.revoke"]) => (Endpoint::Revoke, revoke),
        ("GET" | "POST", ["api", "auth.test"]) => (Endpoint::Probe, test),
        ("GET" | "POST", ["api", "apps.uninstall"]) => (Endpoint::Uninstall, uninstall),
        ("GET" | "POST", ["api", "conversations.list"]) => (Endpoint::List, channels::list),
        ("GET" | "POST", ["api", "conversations.history"]) => (Endpoint::List, channels::history),
        ("POST", ["api", "conversations.join"]) => (Endpoint::Other, channels::join),
        _ => return None,
    })
}

/// Two sets of tokens: the bot's, and the person's if `user_scope` was asked for.
fn token(state: &mut VendorState, call: &Call) -> Answer {
    let client = authenticate(&state.clients, call, ClientAuth::Either)
        .map(|client| client.client_id.clone());
    let Some(client_id) = client else {
        return wrong_client(state, call);
    };
    let (id, refreshed) = match exchange(state, &client_id, call) {
        Ok(Exchange::First { grant }) => (grant, None),
        Ok(Exchange::Again { grant, kind, keeps }) => (grant, Some((kind, keeps))),
        Err(refused) => return failed(in_own_words(refused)),
    };
    let Some(grant) = state.tokens.grant(id).cloned() else {
        return failed("invalid_code");
    };
    let Some(account) = account(&grant.account) else {
        return failed("account_inactive");
    };
    let mut reply = json!({
        "ok": true,
        "app_id": "A0SANDBOX",
        "team": { "id": team_id(account), "name": format!("{}'s team", account.name) },
        "enterprise": null,
    });
    let mut authed_user = json!({ "id": user_id(account) });
    let (bot, person) = match &refreshed {
        Some((TokenKind::UserRefresh, _)) => (false, true),
        Some(_) => (true, false),
        None => (!grant.scope.is_empty(), !grant.user_scope.is_empty()),
    };
    let kept = refreshed.and_then(|(_, kept)| kept);
    if bot {
        put(&mut reply, "bot_user_id", json!(bot_id(account)));
        let set = token_set(
            state,
            id,
            [TokenKind::Bot, TokenKind::BotRefresh],
            kept.clone(),
        );
        merge(&mut reply, set, "bot", &grant.scope);
    }
    if person {
        let set = token_set(state, id, [TokenKind::User, TokenKind::UserRefresh], kept);
        merge(&mut authed_user, set, "user", &grant.user_scope);
    }
    put(&mut reply, "authed_user", authed_user);
    Answer::json(StatusCode::OK, &reply)
}

/// An access token, and a refresh token only where rotation is on, which here means that access tokens expire.
fn token_set(
    state: &mut VendorState,
    grant: u64,
    kinds: [TokenKind; 2],
    kept: Option<String>,
) -> Value {
    let [access, refresh] = kinds;
    let mut set = json!({ "access_token": state.issue(grant, access) });
    if let Some(seconds) = state.settings.access_ttl.seconds() {
        put(&mut set, "expires_in", json!(seconds));
        put(
            &mut set,
            "refresh_token",
            json!(kept.unwrap_or_else(|| state.issue(grant, refresh))),
        );
    }
    set
}

fn merge(into: &mut Value, set: Value, kind: &str, scope: &[String]) {
    put(into, "token_type", json!(kind));
    put(into, "scope", json!(scope.join(",")));
    if let (Some(into), Value::Object(set)) = (into.as_object_mut(), set) {
        into.extend(set);
    }
}

fn in_own_words(refused: Refused) -> &'static str {
    match refused {
        Refused::InvalidRequest(_) => "invalid_arguments",
        Refused::UnsupportedGrantType | Refused::Device(_) => "invalid_grant_type",
        Refused::BadCode => "invalid_code",
        Refused::RedirectMismatch => "bad_redirect_uri",
        Refused::BadVerifier => "invalid_code_verifier",
        Refused::BadRefreshToken => "invalid_refresh_token",
    }
}

/// Ends the one token that authenticates the call. A bot that loses its token leaves its channels.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let token = match bearer(state, call) {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let rehearsal = argument(call, "test").is_some_and(|test| test == "1" || test == "true");
    if !rehearsal {
        state
            .tokens
            .kill(KilledBy::Revoked, |other| other.value == token.value);
        if token.kind == TokenKind::Bot {
            state
                .joined
                .retain(|(account, _)| *account != token.account);
        }
    }
    Answer::json(
        StatusCode::OK,
        &json!({ "ok": true, "revoked": !rehearsal }),
    )
}

fn test(state: &mut VendorState, call: &Call) -> Answer {
    let token = match bearer(state, call) {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let Some(account) = account(&token.account) else {
        return failed("account_inactive");
    };
    let bot = token.kind == TokenKind::Bot;
    let reply = json!({
        "ok": true,
        "url": format!("https://{}.slack.example/", account.login),
        "team": format!("{}'s team", account.name),
        "team_id": team_id(account),
        "user": if bot { "tagout" } else { account.login },
        "user_id": if bot { bot_id(account) } else { user_id(account) },
    });
    Answer::json(StatusCode::OK, &reply)
}

/// Ends every token of the installation.
fn uninstall(state: &mut VendorState, call: &Call) -> Answer {
    let token = match bearer(state, call) {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let (id, secret) = (argument(call, "client_id"), argument(call, "client_secret"));
    let Some(client) = id.and_then(|id| state.client(id)) else {
        return failed("invalid_client_id");
    };
    if client.client_secret.as_deref() != secret {
        return failed("bad_client_secret");
    }
    if client.client_id != token.client_id {
        return failed("client_id_token_mismatch");
    }
    state
        .tokens
        .kill_all_of(KilledBy::Uninstalled, &token.account, &token.client_id);
    state
        .joined
        .retain(|(account, _)| *account != token.account);
    Answer::json(StatusCode::OK, &json!({ "ok": true }))
}

/// The live token of a call, or the vendor's word for what is wrong with it.
fn bearer(state: &VendorState, call: &Call) -> Result<Token, &'static str> {
    let value = call
        .bearer()
        .or_else(|| call.form("token"))
        .ok_or("not_authed")?;
    let token = state
        .tokens
        .find(value)
        .filter(|token| !token.kind.is_refresh())
        .ok_or("invalid_auth")?;
    match token.death() {
        None => Ok(token.clone()),
        Some(KilledBy::Expired) => Err("token_expired"),
        Some(KilledBy::Uninstalled) => Err("account_inactive"),
        Some(_) => Err("token_revoked"),
    }
}

/// Arguments may stand in the form or in the query.
fn argument<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.form(name).or_else(|| call.query(name))
}

fn wrong_client(state: &VendorState, call: &Call) -> Answer {
    let known = call
        .form("client_id")
        .is_some_and(|id| state.client(id).is_some());
    failed(if known || call.basic().is_some() {
        "bad_client_secret"
    } else {
        "invalid_client_id"
    })
}

fn failed(error: &str) -> Answer {
    Answer::json(StatusCode::OK, &json!({ "ok": false, "error": error }))
}

fn team_id(account: &Account) -> String {
    format!("T0{}", account.number)
}

fn user_id(account: &Account) -> String {
    format!("U0{}", account.number)
}

fn bot_id(account: &Account) -> String {
    format!("U0BOT{}", account.number)
}
