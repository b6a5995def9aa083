//! An authorization, from the URL to the connection.

use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use super::paste::Pasting;
use super::purpose::ConnectTarget;
use super::settled::{ConnectedWords, Settled, told};
use super::square;
use crate::client::{Client, LONG_PATIENCE, Notices};
use crate::domain::id::FlowId;
use crate::verbs::holds;
use crate::verbs::print::{aside, json, one_line, say};
use crate::verbs::{Session, VerbError, until};
use crate::wire::request::{FlowKind, Secret};
use crate::wire::rpc;
use crate::wire::view::{Flow, FlowState};
use crate::wire::{Code, Problem, Topic};

/// How the person gets to the vendor and back.
#[derive(Debug)]
pub(in crate::verbs) struct ConsentWay {
    pub(super) kind: FlowKind,
    pub(super) no_browser: bool,
    pub(super) purpose: ConnectTarget,
}

/// Over SSH a browser would open at the other end; without a display there is none: then it is for the server to say
/// whether the provider has device codes.
pub(super) fn default_kind() -> FlowKind {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_remote = is_set("SSH_CONNECTION");
    let has_screen = cfg!(target_os = "macos") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    match has_screen && !is_remote {
        true => FlowKind::Browser,
        false => FlowKind::Remote,
    }
}

/// What is said where somebody has pressed Ctrl-C.
pub(in crate::verbs) const GIVEN_UP: &str = "it was given up";

/// Has `flow` authorized and prints what was connected. Ctrl-C gives it up, unless it has just been connected.
pub(super) async fn to_the_end(
    client: &Client,
    mut notices: Notices,
    flow: Flow,
    way: &ConsentWay,
    session: &Session,
) -> Result<(), VerbError> {
    let id = flow.id.clone();
    // Listened for before anything is said, so that nobody's Ctrl-C is lost.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let ended = tokio::select! {
        ended = settle(client, &mut notices, flow, way, session) => ended,
        _ = interrupt.recv() => {
            Err(Problem::new(Code::Failed, GIVEN_UP, "Nothing was connected").into())
        }
    };
    let settled = match ended {
        Ok(settled) => settled,
        Err(why) => given_up(client, &mut notices, id, why).await?,
    };
    let words = ConnectedWords {
        done: "Connected",
        purpose: Some(&way.purpose),
    };
    told(client, &mut notices, settled, words, session).await
}

/// Ends the flow, and says why. One that cannot be ended has ended by itself, or is about to, and perhaps well.
pub(in crate::verbs) async fn given_up(
    client: &Client,
    notices: &mut Notices,
    id: FlowId,
    why: VerbError,
) -> Result<Settled, VerbError> {
    let cancel = rpc::FlowCancel { id: id.clone() };
    if client.ask(cancel).await.is_ok() {
        return Err(why);
    }
    loop {
        let flow: Result<Flow, Problem> = client.ask(rpc::Flow { id: id.clone() }).await;
        let Ok(flow) = flow else {
            return Err(why);
        };
        match flow.state {
            FlowState::Connected { connection } => {
                return Ok(Settled {
                    connection,
                    replaced_by: flow.replaced_by,
                });
            }
            FlowState::Failed { .. } => return Err(why),
            FlowState::Waiting
            | FlowState::Authorize { .. }
            | FlowState::Device { .. }
            | FlowState::Exchanging
            | FlowState::Confirm { .. } => {}
        }
        let mine = Topic::Flow(id.clone());
        until(notices, |topic| topic.tells_of(&mine)).await?;
    }
}

/// Sends the person to the vendor and waits until the flow has ended: by notices, and by what is pasted.
async fn settle(
    client: &Client,
    notices: &mut Notices,
    mut flow: Flow,
    way: &ConsentWay,
    session: &Session,
) -> Result<Settled, VerbError> {
    let id = flow.id.clone();
    let mut pasted = None;
    let mut slip = None;
    let (mut told, mut sent) = (false, false);
    let mut heard = None;
    loop {
        if flow.heard != heard {
            heard.clone_from(&flow.heard);
            refused_somebody(&flow, session)?;
        }
        match &flow.state {
            FlowState::Connected { connection } => {
                return Ok(Settled {
                    connection: connection.clone(),
                    replaced_by: flow.replaced_by,
                });
            }
            FlowState::Failed { problem } => {
                // The vendor's word is the one to end with, whatever becomes of what is said beside it.
                let _ = way.purpose.lacking(client, session).await;
                return Err(problem.clone().into());
            }
            FlowState::Waiting if !told && !session.manner.json => {
                told = true;
                say(
                    "A disconnect of this connection is under way; this goes on when it has ended.",
                )?;
            }
            FlowState::Authorize {
                url, redirect_uri, ..
            } if !sent => {
                sent = true;
                let is_pasted = matches!(way.kind, FlowKind::Paste | FlowKind::Remote);
                // Before anybody is asked to: what is pasted at once must not meet the terminal's line buffer.
                pasted = is_pasted.then(Pasting::begin);
                before(&flow, way, client, session).await?;
                announce(&flow, url, redirect_uri, way, session)?;
                if !is_pasted && !way.no_browser {
                    open_browser(url);
                }
            }
            FlowState::Device { .. } if !sent => {
                sent = true;
                before(&flow, way, client, session).await?;
                device(&flow, session)?;
            }
            FlowState::Waiting
            | FlowState::Authorize { .. }
            | FlowState::Device { .. }
            | FlowState::Exchanging
            | FlowState::Confirm { .. } => {}
        }
        flow = tokio::select! {
            text = received(&mut pasted) => {
                // Nothing more comes: what was wrong with the last line is the reason.
                let text = text.map_err(|nothing| slip.take().map_or(nothing, VerbError::from))?;
                let request = rpc::FlowPaste { id: id.clone(), text };
                match client.ask_within(LONG_PATIENCE, request).await {
                    Err(problem) if problem.code == Code::Usage => {
                        aside(&format!("{}; {}:", problem.message, problem.hint))?;
                        slip = Some(problem);
                        pasted = Some(Pasting::begin());
                        continue;
                    }
                    answered => answered?,
                }
            }
            changed = notices.next() => {
                let Some(changed) = changed else {
                    return Err(went_away());
                };
                let mine = Topic::Flow(id.clone());
                if !mine.is_told_by(&changed) {
                    continue;
                }
                client.ask(rpc::Flow { id: id.clone() }).await?
            }
        };
    }
}

/// A refusal of unknown origin ends nothing.
fn refused_somebody(flow: &Flow, session: &Session) -> Result<(), VerbError> {
    match (flow.heard_in_words(), session.manner.json) {
        (Some(_), true) => {
            json(&json!({ "event": "refusal_of_unknown_origin", "error": flow.heard }))
        }
        (Some(words), false) => aside(&one_line(&words)),
        (None, _) => Ok(()),
    }
}

fn announce(
    flow: &Flow,
    url: &str,
    redirect_uri: &str,
    way: &ConsentWay,
    session: &Session,
) -> Result<(), VerbError> {
    if session.manner.json {
        return json(&json!({ "event": "authorize", "url": url, "redirect_uri": redirect_uri }));
    }
    say(&format!(
        "Open this to authorize at {}:\n\n{url}\n",
        one_line(&flow.provider_name)
    ))?;
    if let Some(line) = tunnel(
        redirect_uri,
        std::env::var("SSH_CONNECTION").ok().as_deref(),
    ) {
        aside(&format!(
            "For a browser at your end, forward its way back first:\n  {line}\n"
        ))?;
    }
    match way.kind {
        FlowKind::Paste | FlowKind::Remote => {
            aside("Then paste the whole address that the browser ended at:")
        }
        _ => aside("Waiting for the browser to come back; Ctrl-C gives it up."),
    }
}

/// What to know before going to the vendor.
async fn before(
    flow: &Flow,
    way: &ConsentWay,
    client: &Client,
    session: &Session,
) -> Result<(), VerbError> {
    if session.manner.json {
        return Ok(());
    }
    way.purpose.before(client).await?;
    if !flow.holds.is_empty() {
        aside(&format!(
            "Still held from before, and ended beside the new authorization without touching it:\n{}\n",
            holds::list(&flow.holds).whole()
        ))?;
    }
    Ok(())
}

/// Tells where to type what.
fn device(flow: &Flow, session: &Session) -> Result<(), VerbError> {
    let FlowState::Device {
        verification_uri,
        verification_uri_complete,
        user_code,
        expires_at,
    } = &flow.state
    else {
        return Ok(());
    };
    if session.manner.json {
        let left = expires_at.duration_since(jiff::Timestamp::now());
        return json(&json!({
            "event": "device", "verification_uri": verification_uri,
            "verification_uri_complete": verification_uri_complete, "user_code": user_code,
            "expires_in": left.as_secs().max(0),
        }));
    }
    say(&one_line(&format!(
        "Open {verification_uri} anywhere and type {user_code}"
    )))?;
    if let Some(complete) = verification_uri_complete {
        say(&one_line(&format!("or open {complete}")))?;
    }
    // It is read by a camera, and is nothing to a screen reader.
    let link = verification_uri_complete
        .as_ref()
        .unwrap_or(verification_uri);
    let square = square::of(link, &session.settings).filter(|_| !session.manner.plain);
    if let Some(square) = square {
        say(&square)?;
    }
    aside("Waiting for you to decide there; Ctrl-C gives it up.")
}

/// The `ssh -L` line that lets a browser at the other end come back to a loopback redirect URI.
fn tunnel(redirect_uri: &str, ssh_connection: Option<&str>) -> Option<String> {
    let host = ssh_connection?.split_whitespace().nth(2)?;
    let uri = Url::parse(redirect_uri).ok()?;
    let back = uri
        .host_str()
        .filter(|h| ["127.0.0.1", "localhost", "[::1]"].contains(h))?;
    let port = uri.port_or_known_default()?;
    Some(format!("ssh -L {port}:{back}:{port} {}", one_line(host)))
}

/// Opens the browser, quietly; whoever sees none open still has the URL.
fn open_browser(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let started = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = started {
        tracing::debug!(program, %error, "no browser was opened");
    }
}

/// What was pasted, once; never when nothing is to be pasted.
async fn received(pasted: &mut Option<Pasting>) -> Result<Secret, VerbError> {
    let Some(receiver) = pasted else {
        return std::future::pending().await;
    };
    let read = receiver.line().await;
    *pasted = None;
    match read {
        Ok(Ok(text)) if !text.0.is_empty() => Ok(text),
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(_)) | Err(_) => Err(VerbError::usage(
            "nothing was pasted",
            "Give the address that the browser ended at on standard input",
        )),
    }
}

fn went_away() -> VerbError {
    Problem::new(
        Code::NoServer,
        "the server went away during the authorization",
        "Begin again",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnel_leads_to_the_port_of_the_redirect_uri() {
        let ssh = Some("10.0.3.7 52114 10.0.0.2 22");
        assert_eq!(
            tunnel("http://127.0.0.1:8976/callback/github", ssh).unwrap(),
            "ssh -L 8976:127.0.0.1:8976 10.0.0.2"
        );
        assert_eq!(
            tunnel("https://tagout.example.com/callback/github", ssh),
            None
        );
        assert_eq!(tunnel("http://127.0.0.1:8976/callback/github", None), None);
    }
}
