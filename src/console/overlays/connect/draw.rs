//! The connect dialog on screen, face by face.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use super::form::LABEL;
use super::{ConnectDialog, ConnectStage, form};
use crate::console::appearance::Appearance;
use crate::console::context::Facts;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::console::widgets::form::FormArea;
use crate::console::widgets::square;
use crate::domain::connection::Status;
use crate::domain::provider::OwnerScope;
use crate::wire::view::{self, Flow, FlowState, ProviderDetail};
use crate::wire::{OtherAccount, Problem};

pub(super) fn draw(
    it: &ConnectDialog,
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Appearance,
    facts: &Facts,
) {
    let sheet = FormArea::new(area);
    let below = form::below(it, sheet.width(), look);
    let room = sheet.room(below.height());
    let words = |width| {
        let mut page = Doc::new(width, LABEL, look);
        above(it, &mut page, look, facts);
        page.done()
    };
    let space = Size::new(sheet.width(), u16::try_from(room).unwrap_or(u16::MAX));
    let mut words = square::beside(words, for_a_camera(it), space, look);
    if words.len() < room && !words.is_empty() {
        words.push(Line::default());
    }
    sheet.draw(frame, &title(it), words, 0, below);
}

/// The link that another machine is to open: a phone, as likely as not.
fn for_a_camera(it: &ConnectDialog) -> Option<&str> {
    match &it.face {
        ConnectStage::Under(flow) => match &flow.state {
            FlowState::Device {
                verification_uri,
                verification_uri_complete,
                ..
            } => Some(
                verification_uri_complete
                    .as_ref()
                    .unwrap_or(verification_uri),
            ),
            _ => None,
        },
        _ => None,
    }
}

fn title(it: &ConnectDialog) -> String {
    let Some(provider) = &it.provider else {
        return "Connect".to_owned();
    };
    let name = &provider.card.name;
    match (&it.before, it.only_app) {
        (_, true) => format!("Our app at {name}"),
        (Some(before), _) if it.swaps => {
            format!("Swap {name} {}: the new account", before.name)
        }
        (Some(before), _) if before.status != Status::Revoked => {
            format!("Reconnect {name} {}", before.name)
        }
        (Some(before), _) => format!("Connect {name} {} again", before.name),
        (None, _) => format!("Connect {name}"),
    }
}

fn above(it: &ConnectDialog, page: &mut Doc<'_>, look: &Appearance, facts: &Facts) {
    match (&it.face, &it.provider) {
        (ConnectStage::Looking, _) => {
            page.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim)
        }
        (ConnectStage::Starting | ConnectStage::Registering, _) => {
            page.words("Asked the server.", StyleRole::Dim)
        }
        (ConnectStage::Failed(problem), _) => failed(it, problem, page),
        (ConnectStage::Register, Some(provider)) => register(provider, page),
        (ConnectStage::Ready, Some(provider)) => ready(it, provider, page, look),
        (ConnectStage::Under(flow), _) => under(it, flow, page, look, facts),
        (ConnectStage::GivingUp(flow), _) => {
            let words = format!("Give the authorization at {} up?", flow.provider_name);
            page.words(&words, StyleRole::Text);
            page.words(
                "Nothing is connected then; what the vendor may have issued by now is not kept.",
                StyleRole::Dim,
            );
        }
        (ConnectStage::Connected(connection), _) => connected(it, connection, page),
        (ConnectStage::Register | ConnectStage::Ready, None) => {}
    }
}

fn register(provider: &ProviderDetail, page: &mut Doc<'_>) {
    let card = &provider.card;
    let words = format!(
        "{} wants to know who asks: our app is registered there once, by hand.",
        card.name
    );
    page.words(&words, StyleRole::Text);
    page.blank();
    let at = provider
        .register_url
        .as_deref()
        .unwrap_or("its developer settings");
    page.pair("Register at", at, StyleRole::Text);
    page.pair("Redirect URI", &provider.redirect_uri, StyleRole::Accent);
    page.pair("Scopes", &provider.scopes.join(" "), StyleRole::Text);
    page.blank();
    page.words(
        "Then type what it gave you, or in a shell:",
        StyleRole::Text,
    );
    let line = format!(
        "tagout providers configure {} --client-id ID --client-secret-file -",
        card.id
    );
    page.hang(2, &line, StyleRole::Accent);
}

fn ready(it: &ConnectDialog, provider: &ProviderDetail, page: &mut Doc<'_>, look: &Appearance) {
    let name = &provider.card.name;
    match &it.before {
        Some(before) => again(it, before, page, look),
        None if it.is_looked_up() => page.words(&format!("looking{}", look.glyphs.ellipsis), StyleRole::Dim),
        None if !provider.disconnected.is_empty() => page.words(
            "A new connection. Signed in as an account that is known here, its connection is taken up again.",
            StyleRole::Text,
        ),
        None => {}
    }
    if it.wants_key() {
        let words = match it.installs() {
            true => format!("{name} is connected with an installation of our app."),
            false => format!("{name} is connected with a key. It is tried at {name}, then sealed."),
        };
        page.words(&words, StyleRole::Text);
    } else {
        let asks = match provider.scopes.len() {
            0 => "Asks for no scope by name: what the account may see, the connection may see."
                .to_owned(),
            n => format!("Asks for {}:", text::count(n as u64, "scope", "scopes")),
        };
        page.words(&asks, StyleRole::Text);
        page.hang(2, &provider.scopes.join(", "), StyleRole::Accent);
        // Whoever authorizes had better have it, or ask somebody who has.
        let lacks = provider.lacking(it.before.as_ref());
        lacking(lacks.word(), lacks.roles(), page);
    }
    page.pair("Syncs", &provider.entities.join(", "), StyleRole::Text);
    page.pair("Owner", owner(it, provider), StyleRole::Text);
    if provider.card.insecure {
        page.words(
            "Insecure: an endpoint is plain http on this machine.",
            StyleRole::Warn,
        );
    }
}

/// N4: said before a browser opens.
fn again(it: &ConnectDialog, before: &view::Connection, page: &mut Doc<'_>, look: &Appearance) {
    let meant = it.meant();
    let who = match it.wants_key() {
        true => before.give(it.wanted(), meant),
        false => before.sign_in(meant),
    };
    if let Some(words) = who {
        page.words(&words, StyleRole::Title);
    }
    if let Some(words) = before.other_account(meant) {
        page.words(&words, StyleRole::Warn);
    }
    page.words(&before.taken_up(meant), StyleRole::Text);
    if let Some(words) = before.missed(meant, |at| look.moment(at)) {
        page.words(&words, StyleRole::Text);
    }
    lacking(view::MissingScope::WORD, &before.scopes_missing, page);
    page.blank();
}

/// N11: what was not granted, and who usually grants it.
fn lacking(word: &str, missing: &[view::MissingScope], page: &mut Doc<'_>) {
    for it in missing {
        page.pair(word, &it.words(), StyleRole::Warn);
    }
}

fn owner<'a>(it: &'a ConnectDialog, provider: &'a ProviderDetail) -> &'a str {
    match (&it.before, provider.card.scope) {
        (Some(before), _) => &before.owner,
        (None, OwnerScope::Personal) => "you",
        (None, OwnerScope::Workspace) => OwnerScope::Workspace.word(),
    }
}

fn under(it: &ConnectDialog, flow: &Flow, page: &mut Doc<'_>, look: &Appearance, facts: &Facts) {
    match &flow.state {
        FlowState::Waiting => {
            page.words(
                "A disconnect of this connection is under way.",
                StyleRole::Warn,
            );
            page.words(
                "This goes on by itself when it has ended; the old tokens cannot be met again.",
                StyleRole::Text,
            );
        }
        FlowState::Authorize {
            url,
            redirect_uri,
            listening,
        } => {
            sign_in(it, flow, page);
            page.words(
                &format!("Open this to authorize at {}:", flow.provider_name),
                StyleRole::Text,
            );
            for piece in pieces(url, page.width()) {
                page.line(vec![look.span(piece, StyleRole::Accent)]);
            }
            page.blank();
            let waits = if *listening {
                "this machine listens there"
            } else {
                "nothing listens there: paste it below"
            };
            page.pair(
                "Comes back to",
                &format!("{redirect_uri} ({waits})"),
                StyleRole::Text,
            );
            page.pair("Open until", &look.moment(flow.expires_at), StyleRole::Text);
            if let Some(heard) = flow.heard_in_words() {
                page.words(&heard, StyleRole::Warn);
            }
            let tunnel = facts
                .ssh_host
                .as_deref()
                .and_then(|host| tunnel(redirect_uri, host));
            if let (true, Some(line)) = (*listening, tunnel) {
                page.words(
                    "For a browser at your end, forward its way back first:",
                    StyleRole::Text,
                );
                page.hang(2, &line, StyleRole::Accent);
            }
        }
        FlowState::Device {
            verification_uri,
            verification_uri_complete,
            user_code,
            expires_at,
        } => {
            sign_in(it, flow, page);
            page.words("Open this anywhere:", StyleRole::Text);
            page.hang(2, verification_uri, StyleRole::Accent);
            page.words("and type:", StyleRole::Text);
            page.blank();
            page.hang(6, &spaced(user_code), StyleRole::Title);
            page.blank();
            page.pair("The same", user_code, StyleRole::Dim);
            if let Some(complete) = verification_uri_complete {
                page.words("or open this, with nothing to type:", StyleRole::Text);
                page.hang(2, complete, StyleRole::Accent);
            }
            page.pair("Open until", &look.moment(*expires_at), StyleRole::Text);
        }
        _ => page.words(
            "The vendor has answered; its tokens are being fetched.",
            StyleRole::Accent,
        ),
    }
}

/// Whom to sign in as, once more where it counts.
fn sign_in(it: &ConnectDialog, flow: &Flow, page: &mut Doc<'_>) {
    let before = it.before.as_ref();
    let words = before.and_then(|before| before.sign_in(it.meant()));
    let named = flow.sign_in_as.as_ref();
    if let Some(words) = words.or(named.map(|account| format!("Sign in as {account}."))) {
        page.words(&words, StyleRole::Title);
    }
}

/// A code as large as text gets: letter by letter, so that none is read as its neighbour.
fn spaced(code: &str) -> String {
    let letters: Vec<String> = code.chars().map(String::from).collect();
    letters.join(" ")
}

/// An address in full, a line's width at a time: what wraps words would cut a long one short.
fn pieces(url: &str, width: usize) -> Vec<String> {
    let clean: Vec<char> = text::strip(url.chars()).chars().collect();
    clean
        .chunks(width.max(1))
        .map(|piece| piece.iter().collect())
        .collect()
}

/// The `ssh -L` line that lets a browser at the other end come back to a loopback redirect URI.
fn tunnel(redirect_uri: &str, host: &str) -> Option<String> {
    let uri = url::Url::parse(redirect_uri).ok()?;
    let back = uri
        .host_str()
        .filter(|h| ["127.0.0.1", "localhost", "[::1]"].contains(h))?;
    let port = uri.port_or_known_default()?;
    Some(format!("ssh -L {port}:{back}:{port} {host}"))
}

fn connected(it: &ConnectDialog, connection: &view::Connection, page: &mut Doc<'_>) {
    page.words(&connection.connected_words(), StyleRole::Good);
    let account = &connection.account.label;
    if !account.is_empty() && *account != connection.name {
        page.pair("Account", account, StyleRole::Text);
    }
    let before = it.before.as_ref();
    if let Some(words) = before.and_then(|before| connection.moved_from(&before.account)) {
        page.words(&words, StyleRole::Warn);
    }
    page.pair("Granted", &connection.scopes.join(", "), StyleRole::Text);
    lacking(view::MissingScope::WORD, &connection.scopes_missing, page);
    let jobs = &connection.jobs;
    if connection.enabled_before > 0 {
        let jobs = text::count(connection.enabled_before, "job", "jobs");
        page.words(
            &format!("{jobs} ran before: J enables them."),
            StyleRole::Accent,
        );
    } else if jobs.total > jobs.enabled {
        let off = text::count(jobs.total - jobs.enabled, "job is", "jobs are");
        page.words(
            &format!("{off} off; 3 shows them, and e enables one."),
            StyleRole::Text,
        );
    }
}

fn failed(it: &ConnectDialog, problem: &Problem, page: &mut Doc<'_>) {
    page.words(&problem.message, StyleRole::Bad);
    if let Some(accounts) = &problem.accounts {
        beside(accounts, page);
        let words = "The tokens of the other account were handed in for revocation. Sign in as before, or accept the other \
                     account: what was attributed to the old one is then shown under it, history keeps the old name.";
        return page.words(words, StyleRole::Text);
    }
    page.words(&problem.hint, StyleRole::Text);
    let Some(provider) = &it.provider else {
        return;
    };
    let missing = provider.lacking(it.before.as_ref());
    if missing.scopes().is_empty() {
        return;
    }
    page.blank();
    page.pair("Needed", &provider.scopes.join(" "), StyleRole::Text);
    if let Some(before) = &it.before {
        page.pair("Granted before", &before.scopes.join(" "), StyleRole::Text);
    }
    lacking(missing.word(), missing.scopes(), page);
}

/// The account that the connection has, and the one as which somebody signed in.
fn beside(accounts: &OtherAccount, page: &mut Doc<'_>) {
    let OtherAccount { before, now } = accounts;
    page.blank();
    page.beside("", ["Before", "Now"], StyleRole::Heading);
    page.beside("Account", [&before.label, &now.label], StyleRole::Text);
    page.beside("Id", [&before.id, &now.id], StyleRole::Text);
    page.blank();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnel_leads_to_the_port_of_a_loopback_redirect() {
        let line = tunnel("http://127.0.0.1:8976/callback/github", "10.0.0.2").unwrap();
        assert_eq!(line, "ssh -L 8976:127.0.0.1:8976 10.0.0.2");
        assert_eq!(
            tunnel("https://tagout.example.com/callback/github", "10.0.0.2"),
            None
        );
    }

    #[test]
    fn a_long_address_is_whole() {
        let url = format!(
            "https://vendor.example/authorize?scope={}",
            "x".repeat(3_000)
        );
        assert_eq!(pieces(&url, 76).concat(), url);
    }
}
